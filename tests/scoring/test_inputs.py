"""What a score is never worked out from (scoring.md 2.13): by rights, by the text of the SQL, and by trying."""

import re
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from iom.access.scope import as_owner, as_service
from iom.kernel.rights import rights_of
from iom.persons.models import EqualityRecord, Person
from scoring import pricing, shipped
from scoring.kernel import extract
from scoring.models import CurrentScore
from scoring.services import runs
from scoring.services.models import config_of
from scoring.services.ranges import priced
from scoring.services.verify import verify_night
from tests.factories import PersonFactory
from tests.scoring.factories import AT_NIGHT, TODAY, EventFactory, model_in_use

pytestmark = pytest.mark.django_db
VIEW_COLUMNS = {
    "event_id", "person_id", "family", "category", "da_category", "occurred_on", "recorded_at", "role", "status",
    "status_on", "occurrence_ref", "intel_grade", "victim_key", "bulk_load", "packed",
}  # fmt: skip


def readable_by(role: str) -> dict[str, set[str]]:
    """Relation -> the columns that a role may read, as PostgreSQL itself says."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'f')"
            " AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(%s, c.oid, a.attnum, 'SELECT')",
            [role],
        )
        found: dict[str, set[str]] = {}
        for relation, column in cursor.fetchall():
            found.setdefault(relation, set()).add(column)
        return found


def test_the_role_that_prices_reads_the_views_their_columns_and_the_decay_table_alone() -> None:
    """The events as they are, and as they were on a past night: the same columns, and since and until when."""
    assert readable_by("iom_scoring") == {
        "score_event": VIEW_COLUMNS,
        "score_event_told": VIEW_COLUMNS - {"packed"} | {"known_from", "known_to"},
        "scoring_event": {*(VIEW_COLUMNS - {"event_id"}), "id", "revised_at"},
        "scoring_event_version": VIEW_COLUMNS - {"packed"} | {"revised_at", "superseded_at"},
        "scoring_decay": {"half_life", "days", "factor_millionths"},
    }


def test_the_role_that_prices_writes_nothing() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
            " AND has_table_privilege('iom_scoring', c.oid, 'INSERT,UPDATE,DELETE,TRUNCATE')"
        )
        assert cursor.fetchall() == []


def test_the_role_that_counts_fairness_reads_these_columns_alone() -> None:
    assert readable_by("iom_fairness") == {
        "persons_person": {"id", "sex", "date_of_birth"},
        "persons_equalityrecord": {"person_id", "ethnicity"},
        "scoring_compared": {"comparison_id", "person_id", "old_band", "new_band"},
        "scoring_event": {"person_id", "family", "occurred_on", "role", "status"},
        # Ranks and places, never a score; the rows are there only while a look back is counted (SCO-7).
        "worth_person": {
            "evaluation_id", "person_id", "unit_id", "was_ranked", "is_listed", "score_rank", "offences_rank",
            "last_rank", "score_place", "offences_place", "last_place", "any_on", "proven_on", "standing_now",
            "is_alerted", "is_selected", "points",
        },
    }  # fmt: skip


@pytest.mark.parametrize("table", ["persons_person", "scoring_current", "cohorts_case", "persons_address"])
def test_a_night_whose_sql_reads_anything_else_is_stopped_by_the_database(
    monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    model_in_use()
    EventFactory()
    monkeypatch.setattr(
        extract, "sql_text", lambda name: f"{pricing.sql_text(name)} AND EXISTS (SELECT FROM {table})"
    )
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        runs.recompute(TODAY, at=AT_NIGHT)


@pytest.mark.parametrize("table", ["persons_person", "cohorts_case"])
def test_neither_a_comparison_nor_the_check_of_a_night_reads_anything_else(
    monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    model = model_in_use()
    EventFactory()
    honest, config = pricing.statement, config_of(model)
    ask, people = pricing.question(config, TODAY), pricing.people_between(1, 9)

    def reaching(*args: object, **kwargs: object) -> str:
        return f"{honest(*args, **kwargs).rstrip()} CROSS JOIN (SELECT 1 FROM {table}) AS more"

    monkeypatch.setattr(pricing, "statement", reaching)
    for work in (
        lambda: verify_night(TODAY, at=AT_NIGHT),
        lambda: priced(config, ask, people),
    ):
        with as_service(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            work()


def test_without_the_role_of_pricing_the_same_night_is_no_different(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rights limit, they change no score."""
    model_in_use()
    EventFactory.create_batch(3)
    (limited,) = runs.recompute(TODAY, at=AT_NIGHT)
    monkeypatch.setattr(pricing, "SCORING_ROLE", "iom_service")

    (unlimited,) = runs.recompute(TODAY, at=AT_NIGHT)

    assert (limited.persons, limited.digest) == (unlimited.persons, unlimited.digest)
    assert limited.digest


def test_the_text_of_the_scoring_sql_names_no_relation_but_its_source_and_the_decay_table() -> None:
    for file in pricing.SQL_FOLDER.glob("*.sql"):
        text = re.sub(r"--.*", "", file.read_text())
        price = re.sub(r"--.*", "", (pricing.SQL_FOLDER / "price.sql").read_text())
        steps = set(re.findall(r"^(\w+)\s*(?:\([^)]*\))?\s+AS\s+(?:MATERIALIZED\s+)?\(", price, re.MULTILINE))
        own = set(
            re.findall(r"^,?\s*(\w+)\s*(?:\([^)]*\))?\s+AS\s+(?:MATERIALIZED\s+)?\(", text, re.MULTILINE)
        )
        named = set(re.findall(r"\b(?:FROM|JOIN)\s+(?!\(|unnest|LATERAL)([\w.{}]+)", text, re.IGNORECASE))

        assert named <= steps | own | {"{source}", "scoring_decay"}, file.name


def test_sex_ethnicity_birth_address_and_name_change_no_score_of_any_model() -> None:
    for code in shipped.models():
        model_in_use(code)
    people = [PersonFactory(sex="M", date_of_birth=date(1990, 1, 1)) for _ in range(6)]
    for number, person in enumerate(people):
        for code, config in shipped.models().items():
            for family, categories in config.weights.items():
                category = list(categories)[number % len(categories)]
                EventFactory(
                    person=person,
                    family=family,
                    category=category if code != "DA" else "other",
                    da_category=category if code == "DA" else "",
                    status="charged" if family == "crime" else None,
                    intel_grade="1B" if family == "intelligence" else "",
                    occurred_on=TODAY - timedelta(days=7 * number),
                )
    runs.recompute(TODAY, at=AT_NIGHT)
    before = scores()

    with as_owner():
        for number, person in enumerate(people):
            Person.objects.filter(pk=person.pk).update(
                sex="FMU"[number % 3],
                date_of_birth=date(1941 + 11 * number, 2, 3),
                given_names=f"Other{number}",
                family_name="Changed",
            )
            EqualityRecord.objects.create(
                person=person, ethnicity=("W1", "B1", "A1", "O9", "M1", "NS")[number]
            )
            person.addresses.create(line="1 High Street", postcode=f"NM{number} 1AA")
        CurrentScore.objects.all().delete()
    runs.recompute(TODAY, at=AT_NIGHT)

    assert scores() == before
    assert {code for code, *_ in before} == set(shipped.models())


def scores() -> list[tuple[object, ...]]:
    with as_owner():
        rows = CurrentScore.objects.order_by("score_model__code", "person_id")
        return list(rows.values_list("score_model__code", "person_id", "raw_hundredths", "published", "band"))


def test_a_person_reads_events_with_their_own_rights_and_not_with_those_of_pricing() -> None:
    """The role of pricing is the service's alone: nobody reaches past their own rows by it."""
    with as_service(), rights_of("iom_scoring"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM score_event")
        assert cursor.fetchone() == (0,)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname IN ('iom_scoring', 'iom_fairness')")
        assert cursor.fetchall() == [(False,), (False,)]
