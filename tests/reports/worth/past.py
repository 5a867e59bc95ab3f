"""A force with a past: people who were known on a day, and what they did afterwards."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from iom.access.actor import SYSTEM
from iom.access.scope import as_owner, as_service
from iom.agencies.models import Unit
from iom.persons.models import EqualityRecord, Person
from reports.worth.models import ScoreEvaluation
from reports.worth.rules.questions import months_after
from reports.worth.services.asking import ask_to_evaluate
from reports.worth.services.working import evaluate_now
from scoring.models import Event
from tests.factories import PersonFactory, UnitFactory

ON = date(2026, 6, 30)
AT = datetime(2026, 6, 30, 21, 0, tzinfo=UTC)
DAY = date(2025, 6, 29)
ETHNICITIES = ("W1", "W1", "W1", "A2", "B1", "M1", "NS")
CATEGORIES = ("shoplifting", "burglary_residential", "criminal_damage", "theft_from_vehicle")


def people(number: int, *, seed: int = 1, units: int = 2) -> list[Person]:
    """So many adults of all sexes and ethnicities; who offended much before the day is likelier to offend after it."""
    rng = Random(seed)
    homes: list[Unit] = [UnitFactory() for _ in range(units)]
    made, events = [], []
    for n in range(number):
        person = PersonFactory(
            sex=rng.choices("MFU", (75, 22, 3))[0],
            date_of_birth=date(2006 - rng.randrange(45), 1 + rng.randrange(12), 1),
            home_unit=homes[n % units],
        )
        made.append(person)
        busy = rng.choice((0, 1, 1, 2, 3, 6))
        for _ in range(busy + 1):
            events.append(crime(person, DAY - timedelta(days=rng.randrange(1, 900)), rng))
        for _ in range(2):
            if rng.random() < 0.12 + 0.09 * busy:
                events.append(crime(person, DAY + timedelta(days=rng.randrange(1, 366)), rng))
    with as_owner():
        Event.objects.bulk_create(events)
        EqualityRecord.objects.bulk_create(
            EqualityRecord(person=person, ethnicity=rng.choice(ETHNICITIES)) for person in made[: number - 5]
        )
    return made


def crime(
    person: Person, on: date, rng: Random | None = None, *, recorded: datetime | None = None, **fields: object
) -> Event:
    """An offence, not yet stored, recorded on the day it happened unless another moment is given."""
    rng = rng or Random(0)
    ref = f"P{person.pk}-{on.isoformat()}-{rng.randrange(10**9)}"
    values = {
        "family": "crime",
        "category": rng.choice(CATEGORIES),
        "status": rng.choice(("charged", "convicted", "convicted", "arrested", "suspect", "nfa")),
        "occurrence_ref": ref,
        "source_ref": ref,
        **fields,
    }
    return Event(
        person=person,
        occurred_on=on,
        recorded_at=recorded or datetime(on.year, on.month, on.day, 9, tzinfo=UTC),
        source="test",
        **values,
    )


def store(*events: Event) -> None:
    with as_owner():
        Event.objects.bulk_create(events)


def evaluated(
    code: str = "ROR", *, months: int = 12, as_of: date | None = None, at: datetime = AT
) -> ScoreEvaluation:
    """A look back that is worked out to the end, as the command does it."""
    with as_service():
        asked = ask_to_evaluate(code, months=months, as_of=as_of, by=SYSTEM, on=ON, at=at)
    return evaluate_now(asked.pk, at=at)


def within(event: Event, months: int) -> bool:
    """Whether it happened after the day and no later than so many months after it."""
    return DAY < event.occurred_on <= months_after(DAY, months)
