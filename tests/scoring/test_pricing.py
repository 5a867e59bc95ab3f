"""The pricing SQL against the plain Python reference, and the promises every score keeps."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iom.access.scope import as_service
from scoring import pricing, shipped
from scoring.rules.arithmetic import published_points
from scoring.rules.bands import band as band_of
from scoring.rules.emerging import fired_rules
from scoring.services import cases as service
from tests.scoring import reference
from tests.scoring.people import AS_OF, as_case, price_all, random_person

MODELS = {code: dict(config.document) for code, config in shipped.models().items()}
CODES = sorted(MODELS)
PEOPLE = 200
pytestmark = pytest.mark.django_db
on_random_people = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@on_random_people
@given(seed=st.integers(0, 2**32), code=st.sampled_from(CODES))
def test_sql_and_reference_agree_on_1600_random_people(seed, code):
    chance = random.Random(seed)
    people = [random_person(chance, MODELS[code]) for _ in range(PEOPLE)]

    with as_service():
        priced = price_all(shipped.models()[code], people)

    for events, found in zip(people, priced, strict=True):
        wanted = reference.price(MODELS[code], events, AS_OF)
        assert Decimal(found["raw_hundredths"]) / 100 == wanted["raw"], events
        assert (found["published"], found["band"]) == (wanted["published"], wanted["band"])
        assert {k: Decimal(v) / 100 for k, v in found["lines"].items()} == wanted["lines"]
        assert found["sum"] == found["raw_hundredths"]


@on_random_people
@given(seed=st.integers(0, 2**32), code=st.sampled_from(CODES))
def test_alerts_of_sql_and_reference_agree(seed, code):
    chance = random.Random(seed)
    config = shipped.models()[code]
    people = [random_person(chance, MODELS[code]) for _ in range(PEOPLE)]

    with as_service():
        service._load([as_case(place, code, events) for place, events in enumerate(people, start=1)])
        ask, everyone = pricing.question(config, AS_OF), pricing.people_between(1, PEOPLE)
        now = {
            row["person_id"]: row for row in pricing.scores(config, ask, everyone, source=service.RELATION)
        }
        then = {
            row["person_id"]: row["published"]
            for row in pricing.scores(config, ask.looking_back(), everyone, source=service.RELATION)
        }

    fired_at_all = 0
    for place, events in enumerate(people, start=1):
        wanted = reference.alert(MODELS[code], events, AS_OF)
        row = now.get(place)
        score, baseline = (row["published"] if row else 0), then.get(place, 0)
        news = sorted(event_id - place * 1000 for event_id in row["news"]) if row else []
        assert (score, baseline, news) == (wanted["score"], wanted["baseline"], wanted["news"]), events
        fired = fired_rules(config, score=score, baseline=baseline, has_new_event=bool(news))
        assert fired == wanted["fired"]
        fired_at_all += bool(fired)
    assert fired_at_all


@on_random_people
@given(seed=st.integers(0, 2**32), code=st.sampled_from(CODES))
def test_the_order_and_the_numbers_of_the_people_do_not_matter(seed, code):
    chance = random.Random(seed)
    people = [random_person(chance, MODELS[code]) for _ in range(50)]
    turned = [events[::-1] for events in people[::-1]]

    with as_service():
        assert price_all(shipped.models()[code], turned) == price_all(shipped.models()[code], people)[::-1]


@on_random_people
@given(seed=st.integers(0, 2**32), code=st.sampled_from(CODES))
def test_with_no_new_events_a_score_never_rises_from_one_day_to_the_next(seed, code):
    chance = random.Random(seed)
    config = shipped.models()[code]
    people = [
        [replace(e, recorded=None) for e in random_person(chance, MODELS[code]) if e.on <= AS_OF]
        for _ in range(60)
    ]

    with as_service():
        days = [
            price_all(config, people, AS_OF + timedelta(days=n)) for n in (0, 1, 2, 30, 31, 90, 91, 365, 366)
        ]

    for earlier, later in pairwise(days):
        for before, after in zip(earlier, later, strict=True):
            assert after["raw_hundredths"] <= before["raw_hundredths"]


@on_random_people
@given(seed=st.integers(0, 2**32), code=st.sampled_from(CODES))
def test_one_more_event_that_is_no_change_of_status_never_lowers_a_score(seed, code):
    chance = random.Random(seed)
    config = shipped.models()[code]
    people = [random_person(chance, MODELS[code]) for _ in range(PEOPLE)]
    grown = []
    for events in people:
        extra = next((e for e in random_person(chance, MODELS[code]) if e.status_on is None), None)
        taken = {
            (e.occurrence, config.weights.get(e.family, {}).get(e.category) and e.category) for e in events
        }
        fresh = extra and (not extra.occurrence or (extra.occurrence, extra.category) not in taken)
        known = extra and extra.category in config.weights.get(extra.family, {})
        grown.append([*events, replace(extra, id=100)] if fresh and known else events)

    with as_service():
        before, after = price_all(config, people), price_all(config, grown)

    assert any(len(a) != len(b) for a, b in zip(people, grown, strict=True))
    for less, more, events in zip(before, after, grown, strict=True):
        assert more["raw_hundredths"] >= less["raw_hundredths"], events


@pytest.mark.parametrize(
    ("raw_hundredths", "published", "band"),
    [
        (34949, 349, "NOT_BROUGHT_ON"),
        (34950, 350, "LOW"),
        (49949, 499, "LOW"),
        (49950, 500, "MEDIUM"),
        (99949, 999, "MEDIUM"),
        (99950, 1000, "HIGH"),
    ],
)
def test_a_band_begins_at_its_published_edge(raw_hundredths, published, band):
    assert published_points(raw_hundredths) == published
    assert band_of(shipped.models()["ROR"], published) == band


def test_an_age_beyond_the_horizon_is_nothing_and_never_another_number():
    ror = shipped.models()["ROR"]
    for family, rule in ror.families.items():
        category = next(c for c, base in ror.weights[family].items() if base)
        grading = "1A" if family == "intelligence" else None
        status = "convicted" if family == "crime" else None
        people = [
            [reference.E(1, family, category, AS_OF - timedelta(days=days), status=status, grading=grading)]
            for days in (rule.lookback, rule.lookback + 1, rule.lookback + 5000)
        ]

        with as_service():
            last_day, day_after, long_ago = price_all(ror, people)

        assert list(last_day["lines"]) == [1]
        assert day_after["lines"] == long_ago["lines"] == {}


def test_a_decay_table_that_is_too_short_stops_the_pricing():
    ror = shipped.models()["ROR"]
    families = {**ror.families, "crime": replace(ror.families["crime"], lookback=4000)}

    with as_service(), pytest.raises(pricing.DecayTableTooShort, match="does not reach 4000 days"):
        pricing.require_decay(replace(ror, families=families))


def test_the_stored_decay_numbers_are_the_formula():
    with as_service(), connection.cursor() as cursor:
        cursor.execute("SELECT half_life, days, factor_millionths FROM scoring_decay")
        stored = set(cursor.fetchall())

    assert stored == set(shipped.decay_rows())
    assert len(stored) == 8 * 3651
    for half_life, days, factor in random.Random(1).sample(sorted(stored), 300):
        exact = Decimal(2) ** (Decimal(-days) / half_life)
        assert abs(Decimal(factor) / 1_000_000 - exact) <= Decimal("0.0000005")


def test_the_view_has_exactly_these_columns_and_runs_with_the_readers_rights():
    with as_service(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute"
            " WHERE attrelid = 'score_event'::regclass AND attnum > 0"
        )
        columns = cursor.fetchone()[0]
        cursor.execute("SELECT reloptions FROM pg_class WHERE oid = 'score_event'::regclass")
        options = cursor.fetchone()[0]

    assert columns == [
        "event_id", "person_id", "family", "category", "da_category", "occurred_on", "recorded_at", "role", "status",
        "status_on", "occurrence_ref", "intel_grade", "victim_key", "bulk_load", "packed",
    ]  # fmt: skip
    assert options == ["security_invoker=true"]


def relations_read(code: str, tail: str) -> set[str]:
    """The relations PostgreSQL says a pricing statement touches."""
    config = shipped.models()[code]
    ask, people = pricing.question(config, date(2026, 6, 30)).looking_back(), pricing.people_between(1, 2)
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (VERBOSE, FORMAT JSON) " + pricing.statement(config, ask, people, tail=tail),
            pricing.parameters(config, ask, people),
        )
        plan = json.dumps(cursor.fetchone()[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'p')"
            " AND relnamespace = 'public'::regnamespace"
        )
        return {name for (name,) in cursor.fetchall() if f'"Relation Name": "{name}"' in plan}


@pytest.mark.parametrize("tail", ["score.sql", "line.sql", "judged.sql", "packed.sql"])
def test_pricing_reads_the_events_and_the_decay_table_and_nothing_about_the_person(tail):
    with as_service():
        assert relations_read("ROR", tail) == {"scoring_event", "scoring_decay"}


def test_no_scoring_sql_names_a_table_of_persons():
    for file in pricing.SQL_FOLDER.glob("*.sql"):
        text = file.read_text().lower()
        for word in (
            "persons_",
            "cohorts_",
            "agencies_",
            "date_of_birth",
            "ethnic",
            "postcode",
            "scoring_event ",
        ):
            assert word not in text, (file.name, word)
    assert {p.name for p in Path(pricing.SQL_FOLDER).glob("*.sql")} == {
        "price.sql", "score.sql", "line.sql", "judged.sql", "packed.sql", "extract.sql",
        "words.sql", "later.sql", "families.sql",
    }  # fmt: skip
