"""Whose record is due: the night says what the rule says, opens each review once, and takes back (SHR-4)."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from iom.access.scope import as_owner, as_service
from iom.agencies.models import Unit
from iom.persons.models import Person, StatutoryStatus
from iom.retention.models import Review
from iom.retention.rules.schedule import schedule_on
from iom.retention.selectors.facts import assessments
from iom.retention.services.queue import assessed_in_sql, open_due_reviews
from scoring.models import Event
from tests.cohorts.factories import CaseFactory, PlacementFactory
from tests.factories import PersonFactory, UnitFactory, UserFactory
from tests.retention.factories import ReviewFactory
from tests.scoring.factories import EventFactory

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
SCHEDULE = schedule_on(ON)


def recorded(person: Person, on: date) -> Person:
    with as_owner():
        Person.objects.filter(pk=person.pk).update(
            created_at=datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
        )
        person.refresh_from_db()
    return person


def thief(last: date = date(2018, 3, 1)) -> Person:
    person = recorded(PersonFactory(), date(2017, 1, 1))
    EventFactory(person=person, category="shoplifting", occurred_on=last)
    return person


def random_past(rng: Random, person: Person, unit: Unit) -> None:
    """Any mixture of what the rule reads."""

    def day() -> date:
        return date(1995, 1, 1) + timedelta(rng.randrange(11_600))

    for _ in range(rng.randrange(5)):
        EventFactory(
            person=person,
            family=rng.choice(["crime", "crime", "arrest_other", "substance", "breach"]),
            category=rng.choice(["rape", "robbery_personal", "shoplifting", "other"]),
            da_category=rng.choice(["", "", "stalking", "rape"]),
            role=rng.choice(["suspect", "offender", "victim"]),
            status=rng.choice([None, "charged", "convicted", "nfa", "acquitted", "no_crime"]),
            occurred_on=day(),
            status_on=rng.choice([None, day()]),
            occurrence_ref=rng.choice(["", "A", "B"]),
        )
    with as_owner():
        if rng.random() < 0.3:
            start = day()
            StatutoryStatus.objects.create(
                person=person,
                kind=rng.choice(["rso", "mappa", "other_order"]),
                starts_on=start,
                ends_on=rng.choice([None, start + timedelta(rng.randrange(6000))]),
            )
    if rng.random() < 0.4:
        start = day()
        closed = rng.choice([None, start + timedelta(rng.randrange(900))])
        ended = {"status": "closed", "deselected_on": closed, "closed_on": closed} if closed else {}
        case = CaseFactory(person=person, unit=unit, selected_on=start, review_on=start, **ended)
        if rng.random() < 0.5:
            PlacementFactory(
                case=case, cohort=rng.choice(["reoffending", "harm", "statutory"]), starts_on=start
            )
    if rng.random() < 0.3:
        decided = day()
        ReviewFactory(
            person=person,
            status="retained",
            reason="Kept.",
            decided_by=UserFactory(),
            decided_on=decided,
            next_on=decided + timedelta(1 + rng.randrange(4000)),
        )


def test_the_statement_says_of_everybody_what_the_rule_says() -> None:
    rng, unit, people = Random(7), UnitFactory(), []
    for _ in range(120):
        born = rng.choice([None, date(1924, 2, 29), date(1926, 11, 23), date(1990, 6, 15)])
        person = recorded(PersonFactory(home_unit=unit, date_of_birth=born), date(2012, 5, 5))
        random_past(rng, person, unit)
        people.append(person)

    with as_service():
        said = {row[0]: row[1:] for row in assessed_in_sql(SCHEDULE, on=ON)}
        judged = assessments(people, on=ON)

    assert {j.group.number for j in judged.values()} == {1, 2, 3, 4}
    for person in people:
        j = judged[person.pk]
        assert said[person.pk] == (j.group.number, j.clock, j.clear_until, j.due_on), j.sentence


def test_a_due_record_is_put_into_the_queue_once_however_often_the_night_runs() -> None:
    due, not_due = thief(), thief(date(2022, 1, 1))

    with as_service():
        first = open_due_reviews(SCHEDULE, on=ON)
        second = open_due_reviews(SCHEDULE, on=ON)

    with as_owner():
        review = Review.objects.get(person=due)
        assert not Review.objects.filter(person=not_due).exists()
    assert (review.group, review.due_on, review.status) == (3, date(2024, 3, 1), "open")
    assert (first, second) == ({"opened": 1, "overtaken": 0}, {"opened": 0, "overtaken": 0})


def test_it_is_due_on_the_day_itself_and_not_the_day_before() -> None:
    thief(date(2020, 11, 24))

    with as_service():
        assert open_due_reviews(SCHEDULE, on=date(2026, 11, 23))["opened"] == 0
        assert open_due_reviews(SCHEDULE, on=date(2026, 11, 24))["opened"] == 1


def test_somebody_who_comes_to_notice_again_leaves_the_queue() -> None:
    person = thief()
    with as_service():
        open_due_reviews(SCHEDULE, on=ON)
    EventFactory(person=person, category="shoplifting", occurred_on=date(2026, 11, 1))

    with as_service():
        done = open_due_reviews(SCHEDULE, on=ON)

    assert done == {"opened": 0, "overtaken": 1}
    with as_owner():
        assert Review.objects.get(person=person).status == "overtaken"


def test_a_disposal_that_waits_for_a_signature_is_not_opened_again() -> None:
    person = thief()
    ReviewFactory(person=person, status="asked", decided_by=UserFactory(), reason="Nothing left to keep.")

    with as_service():
        assert open_due_reviews(SCHEDULE, on=ON) == {"opened": 0, "overtaken": 0}


def test_the_last_event_of_anybody_is_counted_in_london() -> None:
    """Recorded at half past eleven at night in summer is the next day in London."""
    person = PersonFactory()
    with as_owner():
        Person.objects.filter(pk=person.pk).update(created_at=datetime(2020, 6, 30, 23, 30, tzinfo=UTC))
        assert Event.objects.filter(person=person).count() == 0

    with as_service():
        assert assessed_in_sql(SCHEDULE, on=ON, person_id=person.pk)[0][2] == date(2020, 7, 1)
