"""What a version would have ranked on a past day, and who offended afterwards (SCO-7, scoring.md 2.15)."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from iom.access.actor import SYSTEM
from iom.access.scope import as_owner, as_service
from iom.kernel.errors import Invalid, NotFound, Refused
from iom.kernel.rights import rights_of
from iom.persons.models import EqualityRecord, Person
from reports.rules import seal
from reports.worth.models import EvaluatedPerson, ScoreEvaluation
from reports.worth.rules.area import area_of, pairs_of
from reports.worth.rules.questions import COUNTED_MONTHS, PROVEN_STATUSES, months_after
from reports.worth.services import working
from reports.worth.services.asking import ask_to_evaluate, open_month
from reports.worth.services.working import evaluate_next, sealed
from scoring import pricing
from scoring.models import Event
from scoring.pricing import question
from scoring.rules.bands import standing, standings
from scoring.rules.fairness import ARRESTED_STATUSES
from scoring.services import runs
from scoring.services.models import config_of
from scoring.services.ranges import priced
from tests.factories import PersonFactory
from tests.reports.worth.past import AT, DAY, ON, crime, evaluated, people, store, within
from tests.scoring.factories import EventFactory, model_in_use
from tests.scoring.life import work_off

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def everybody(found: ScoreEvaluation) -> dict[str, int | None]:
    return found.figures["then"]["all"][""]


def later_offenders(statuses: tuple[str, ...], months: int) -> set[int]:
    with as_owner():
        return {
            event.person_id
            for event in Event.objects.filter(status__in=statuses, family="crime")
            if within(event, months)
        }


def test_scores_are_those_of_the_production_path_on_that_day_and_areas_those_of_counting_every_pair() -> None:
    model, made = model_in_use(), people(160)

    found = evaluated()

    config = config_of(model)
    with as_service():
        then = {
            row["person_id"]: row
            for row in priced(config, question(config, DAY), pricing.people_in(p.pk for p in made))
        }
    assert found.as_of == DAY
    assert everybody(found)["people"] == len(then) > 150
    for kind, statuses in (("any", ARRESTED_STATUSES), ("proven", PROVEN_STATUSES)):
        for months in (12, 6):
            offended = later_offenders(statuses, months)
            told = everybody(found)[f"later:{kind}{months}"]
            assert told == len(offended & set(then))
            by_hand = area_of(pairs_of([(row["published"], pk in offended) for pk, row in then.items()]))
            assert found.figures["areas"]["all"][""][f"{kind}{months}"]["score"] == [
                str(by_hand.value),
                str(by_hand.low),
                str(by_hand.high),
            ]


def test_the_two_simple_rules_are_offences_of_two_years_and_the_score_of_the_month_before() -> None:
    model, made = model_in_use(), people(120)

    found = evaluated()

    config = config_of(model)
    with as_service():
        then = {
            r["person_id"]
            for r in priced(config, question(config, DAY), pricing.people_in(p.pk for p in made))
        }
        before = priced(config, question(config, date(2025, 5, 29)), pricing.people_in(p.pk for p in made))
    last = {row["person_id"]: row["published"] for row in before}
    counted = dict.fromkeys(then, 0)
    with as_owner():
        for event in Event.objects.filter(status__in=ARRESTED_STATUSES):
            if months_after(DAY, -COUNTED_MONTHS) < event.occurred_on <= DAY:
                counted[event.person_id] += 1
    offended = later_offenders(ARRESTED_STATUSES, 12)
    for rule, stood in (("offences", counted), ("last", last)):
        by_hand = area_of(pairs_of([(stood.get(pk, 0), pk in offended) for pk in then]))
        assert found.figures["areas"]["all"][""]["any12"][rule][0] == str(by_hand.value)
    assert found.figures["last"] == {"run": None, "as_of": "2025-05-29"}


def test_the_last_score_is_the_published_list_where_a_night_of_the_month_before_kept_one() -> None:
    model_in_use()
    people(60)
    (night,) = runs.recompute(date(2025, 5, 20), at=datetime(2025, 5, 20, 22, tzinfo=UTC))

    found = evaluated()

    assert found.figures["last"] == {"run": night.pk, "as_of": "2025-05-20"}


def test_each_district_lists_its_first_and_the_figures_are_of_who_stood_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "LIST_SIZES", [20, 40])
    model, made = model_in_use(), people(200)

    found = evaluated()

    config = config_of(model)
    with as_service():
        rows = priced(config, question(config, DAY), pricing.people_in(p.pk for p in made))
    unit = {person.pk: person.home_unit_id for person in made}
    ordered = sorted(
        rows,
        key=lambda r: (
            -r["published"],
            -r["raw_hundredths"],
            -(r["latest_on"].toordinal() if r["latest_on"] else 0),
            -r["highest_base"],
            -r["crimes_90"],
            r["person_id"],
        ),
    )
    offended = later_offenders(ARRESTED_STATUSES, 12)
    for size in (20, 40):
        first = [
            row["person_id"]
            for home in set(unit.values())
            for row in [one for one in ordered if unit[one["person_id"]] == home][:size]
            if row["published"]
        ]
        assert everybody(found)[f"on:score-{size}"] == len(first)
        assert everybody(found)[f"hit:score-{size}:any12"] == len(offended & set(first))


def test_what_was_recorded_after_the_day_changes_nothing_of_it() -> None:
    """A late record of an old offence would have put somebody at the top; that day nobody knew of it."""
    model_in_use()
    made = people(80)
    before = evaluated()
    day_after = datetime(2025, 6, 30, 9, tzinfo=UTC)
    store(
        *(
            crime(
                person, DAY - timedelta(days=20 + n), recorded=day_after, status="convicted",
                category="robbery_personal", occurrence_ref=f"late{person.pk}-{n}", source_ref=f"late{person.pk}-{n}"
            )
            for person in made[:10]
            for n in range(5)
        )
    )  # fmt: skip

    after = evaluated()

    assert after.figures["then"] == before.figures["then"]
    assert after.figures["areas"] == before.figures["areas"]
    assert (before.figures["late"], after.figures["late"]) == (0, 50)


def test_a_leak_of_later_knowledge_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault that the test above would catch: pricing the day from what is known today."""
    model_in_use()
    made = people(80)
    before = evaluated()
    store(
        *(
            crime(
                person,
                DAY - timedelta(days=20),
                recorded=AT - timedelta(days=1),
                source_ref=f"late{person.pk}",
            )
            for person in made[:30]
        )
    )
    monkeypatch.setattr(pricing, "end_of_day", lambda on: AT)

    leaked = evaluated()

    assert leaked.figures["areas"] != before.figures["areas"]


def test_an_outcome_that_was_cancelled_later_is_no_offending_and_suspicion_alone_is_none() -> None:
    model_in_use()
    with_past = [PersonFactory() for _ in range(30)]
    for person in with_past:
        EventFactory(person=person, occurred_on=DAY - timedelta(days=30))
    for n, person in enumerate(with_past):
        on = DAY + timedelta(days=40)
        if n < 12:
            store(crime(person, on, status="charged", category="shoplifting"))
        elif n < 20:
            ref = f"cancelled{n}"
            store(
                crime(person, on, status="charged", category="shoplifting", occurrence_ref=ref, source_ref=ref),
                crime(
                    person, on, status="acquitted", category="shoplifting", occurrence_ref=ref, source_ref=f"{ref}b",
                    status_on=on + timedelta(days=60),
                ),
            )  # fmt: skip
        else:
            store(crime(person, on, status="suspect", category="shoplifting"))

    found = evaluated()

    assert (everybody(found)["people"], everybody(found)["later:any12"]) == (30, 12)


def test_children_and_people_of_whom_nothing_was_known_are_not_ranked() -> None:
    model_in_use()
    known = [PersonFactory() for _ in range(12)]
    for person in known:
        EventFactory(person=person, occurred_on=DAY - timedelta(days=5))
    child = PersonFactory(date_of_birth=date(2007, 6, 30))
    EventFactory(person=child, occurred_on=DAY - timedelta(days=5))
    for _ in range(11):
        EventFactory(person=PersonFactory(), occurred_on=DAY + timedelta(days=5))

    found = evaluated()

    assert everybody(found)["people"] == 12
    assert found.figures["not_known"] == 11
    assert found.figures["today"]["all"][""]["people"] == 24


def test_a_finished_evaluation_is_sealed_and_the_database_refuses_to_change_it() -> None:
    model_in_use()
    people(40)

    found = evaluated()

    assert found.digest == seal(sealed(found))
    assert found.code_version
    for change in ("UPDATE worth_evaluation SET figures = '{}'", "DELETE FROM worth_evaluation"):
        with as_owner(), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    with as_owner():
        assert not EvaluatedPerson.objects.exists()


def test_the_same_question_gives_the_same_figures_however_the_people_are_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model_in_use()
    people(70)
    once = evaluated()
    monkeypatch.setattr(runs, "PERSONS_A_CHUNK", 7)

    again = evaluated()

    assert again.ranges > 5
    assert (again.figures, again.digest) == (once.figures, once.digest)


def test_it_goes_on_range_by_range_and_a_dead_worker_leaves_it_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "PERSONS_A_CHUNK", 20)
    model_in_use()
    people(60)
    with as_service():
        asked = ask_to_evaluate("ROR", by=SYSTEM, on=ON, at=AT)
        assert evaluate_next(AT)
    with as_owner():
        asked.refresh_from_db()
    assert (asked.status, asked.ranges_done) == ("running", 1)

    with monkeypatch.context() as broken:
        broken.setattr(working, "judge", lambda *_: 1 / 0)
        with as_service():
            assert not evaluate_next(AT)
    with as_owner():
        asked.refresh_from_db()
    assert (asked.ranges_done, asked.attempts, asked.last_error) == (1, 1, "ZeroDivisionError")

    work_off(evaluate_next)
    with as_owner():
        asked.refresh_from_db()
    assert asked.status == "done"


def test_sex_ethnicity_age_and_name_change_no_score_and_no_area_of_everybody() -> None:
    model_in_use()
    made = people(90)
    before = evaluated()
    with as_owner():
        for n, person in enumerate(made):
            Person.objects.filter(pk=person.pk).update(
                sex="FMU"[n % 3], date_of_birth=date(1950 + n % 50, 2, 3), family_name="Changed"
            )
        EqualityRecord.objects.update(ethnicity="B1")

    after = evaluated()

    assert after.figures["areas"]["all"] == before.figures["areas"]["all"]
    assert after.figures["then"]["all"] == before.figures["then"]["all"]
    assert after.figures["then"]["sex"] != before.figures["then"]["sex"]


def test_the_class_that_counts_reads_no_score_and_the_people_are_gone_when_it_is_done() -> None:
    model_in_use()
    people(30)
    evaluated()

    for column in ("score", "raw_hundredths", "last", "offences"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            as_service(),
            rights_of("iom_fairness"),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT {column} FROM worth_person")
    with as_service(), rights_of("iom_fairness"), connection.cursor() as cursor:
        cursor.execute("SELECT count(score_rank) FROM worth_person")
        assert cursor.fetchone() == (0,)


def test_the_month_is_opened_once_for_every_model_in_use_and_made_good_after_a_pause() -> None:
    model_in_use()
    model_in_use("DA")
    model_in_use("CSE", status="retired")
    late_in_july = datetime(2026, 7, 19, 12, tzinfo=UTC)

    work_off(open_month, late_in_july)
    work_off(evaluate_next, late_in_july)
    work_off(open_month, late_in_july)

    with as_owner():
        rows = list(ScoreEvaluation.objects.order_by("score_model__code"))
        assert [(row.score_model.code, row.month, row.as_of, row.asked_by, row.status) for row in rows] == [
            ("DA", date(2026, 7, 1), date(2025, 6, 30), None, "done"),
            ("ROR", date(2026, 7, 1), date(2025, 6, 30), None, "done"),
        ]


def test_a_day_whose_months_are_not_over_is_refused_and_so_is_a_second_request() -> None:
    model_in_use()
    with as_service():
        with pytest.raises(Invalid, match="not over yet"):
            ask_to_evaluate("ROR", as_of=date(2025, 6, 30), by=SYSTEM, on=ON, at=AT)
        with pytest.raises(NotFound):
            ask_to_evaluate("CSE", by=SYSTEM, on=ON, at=AT)
        ask_to_evaluate("ROR", by=SYSTEM, on=ON, at=AT)
        with pytest.raises(Refused, match="already"):
            ask_to_evaluate("ROR", by=SYSTEM, on=ON, at=AT)


@pytest.mark.parametrize("code", ["ROR", "DA"])
def test_who_is_scored_today_stands_where_the_rule_says(code: str) -> None:
    model, made = model_in_use(code), people(80)
    with as_owner():
        Event.objects.filter(person__in=made[:40]).update(da_category="stalking")

    found = evaluated(code)

    config = config_of(model)
    with as_service():
        rows = priced(config, question(config, ON, watermark=AT), pricing.people_in(p.pk for p in made))
    expected = Counter(standing(config, row["published"]) for row in rows)
    told = found.figures["today"]["all"][""]
    assert told["people"] == len(rows)
    for name in standings(config):
        number = expected[name]
        assert told[f"standing:{name}"] == (None if 0 < number < 10 else number)
