"""The large population made in the database: the same from the same seed, skewed, and touching every rule (SCO-4)."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from iom.access.scope import as_owner
from iom.agencies.models import Unit
from iom.demo.mass import SPAN_DAYS, spread
from scoring.models import Event

ON = date(2026, 6, 30)
pytestmark = pytest.mark.django_db
COLUMNS = (
    "person__nominal_ref", "family", "category", "da_category", "occurred_on", "recorded_at", "role", "status",
    "status_on", "occurrence_ref", "intel_grade", "victim_key", "bulk_load", "source_ref",
)  # fmt: skip


def make(persons: int = 300, events: int = 6_000, seed: int = 7) -> None:
    with as_owner():
        Unit.objects.get_or_create(code="mass-1", defaults={"name": "One", "kind": "district"})
        Unit.objects.get_or_create(code="mass-2", defaults={"name": "Two", "kind": "district"})
    call_command("generate_population", persons=persons, events=events, seed=seed, as_of=ON, verbosity=0)


def rows(**chosen: Any) -> list[tuple[Any, ...]]:
    with as_owner():
        return list(Event.objects.filter(**chosen).order_by("source_ref").values_list(*COLUMNS))


def definitions() -> set[tuple[str, str]]:
    """Indexes (but for how their condition is written), keys and triggers of the two tables."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, split_part(indexdef, ' WHERE ', 1) FROM pg_indexes"
            " WHERE tablename IN ('scoring_event', 'persons_person')"
            " UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid IN ('scoring_event'::regclass, 'persons_person'::regclass)"
            " UNION ALL SELECT tgname, tgenabled::text FROM pg_trigger"
            " WHERE tgrelid IN ('scoring_event'::regclass, 'persons_person'::regclass) AND NOT tgisinternal"
        )
        return set(cursor.fetchall())


def test_the_numbers_asked_for_are_made_and_indexes_keys_and_triggers_are_as_before():
    before = definitions()

    make()

    with as_owner():
        assert Event.objects.count() == 6_000
        assert Event.objects.values("person").distinct().count() > 250
    assert definitions() == before


def test_the_same_seed_gives_the_same_events_and_another_seed_others():
    made = []
    for seed in (7, 7, 8):
        make(seed=seed)
        made.append(rows())
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM scoring_event")
            cursor.execute("DELETE FROM persons_person")

    assert made[0] == made[1] != made[2]


def test_nothing_lies_in_the_future_or_before_the_ten_years():
    make()

    for row in rows():
        assert ON - timedelta(days=SPAN_DAYS) <= row[4] < ON
        assert row[5].date() < ON
        assert row[8] is None or row[4] <= row[8] < ON


def test_a_few_have_much_of_it_and_every_family_role_and_stage_occurs():
    make(1_000, 20_000)
    made = rows()

    counts = sorted(Counter(row[0] for row in made).values(), reverse=True)
    assert sum(counts[:100]) > 0.3 * sum(counts)
    assert {row[1] for row in made} == {
        "crime", "arrest_other", "intelligence", "substance", "custody", "conviction", "incident", "breach",
    }  # fmt: skip
    assert {row[6] for row in made} == {"suspect", "offender", "victim", "witness", "reporter"}
    assert {"suspect", "charged", "convicted", "nfa", "acquitted", "eliminated", None} <= {
        row[7] for row in made
    }
    assert len({row[9] for row in made}) < sum(1 for row in made if row[9])
    assert any(row[3] and row[11] for row in made)


def test_a_second_population_is_refused():
    make()

    with pytest.raises(CommandError, match="is there already"):
        make()


def test_a_list_is_spread_in_proportion():
    assert spread((("a", 3), ("b", 1)), 8) == ["a"] * 6 + ["b"] * 2
    assert len(spread((("a", 1), ("b", 1), ("c", 1)), 32)) == 32
