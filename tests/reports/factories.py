"""Worlds of deadlines for the compliance report."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cohorts.models import Case, Deadline
from cohorts.rules.deadlines import DeadlineDates, DeadlineKind
from iom.access.scope import as_owner
from iom.agencies.models import Unit
from iom.persons.models import Person
from tests.cohorts.factories import CaseFactory, DeadlineFactory
from tests.factories import PersonFactory

FROM, TO, ON = date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 3)
PERIOD = {"from_on": FROM, "to_on": TO, "on": ON}


def at_ten(day: date) -> datetime:
    return datetime.combine(day, time(10), UTC)


def deadline(
    unit: Unit,
    *,
    kind: str = "engagement",
    due: date = date(2026, 6, 10),
    extended_to: date | None = None,
    met: date | None = None,
    stopped: date | None = None,
    manager: Any = None,
    case: Case | None = None,
) -> Deadline:
    """One deadline of a new case in the district, or of a case that is given."""
    case = case or CaseFactory(
        person=PersonFactory(home_unit=unit, managing_unit=unit), unit=unit, manager=manager
    )
    return DeadlineFactory(
        case=case,
        kind=kind,
        started_on=due - timedelta(days=9),
        first_due_on=due,
        due_on=extended_to or due,
        met_on=met,
        met_at=at_ten(met) if met else None,
        stopped_on=stopped,
    )


@dataclass(frozen=True)
class Known:
    """What the world was made with, to count by hand."""

    unit: str
    manager_id: int | None
    kind: str
    dates: DeadlineDates


def random_world(seed: int, units: list[Unit], managers: list[Any], size: int = 60) -> list[Known]:
    """A seeded world around June 2026; what was made is handed back as plain values."""
    dice = random.Random(seed)
    places = [(dice.choice(units), dice.choice([*managers, None])) for _ in range(size)]
    people = [PersonFactory.build(home_unit=unit, managing_unit=unit) for unit, _ in places]
    made: list[Known] = []
    with as_owner():
        Person.objects.bulk_create(people)
        cases = Case.objects.bulk_create(
            CaseFactory.build(person=person, unit=unit, manager=manager)
            for person, (unit, manager) in zip(people, places, strict=True)
        )
        rows = []
        for case in cases:
            for kind in dice.sample(list(DeadlineKind), dice.randint(1, 4)):
                dates = _random_dates(dice)
                rows.append(_row(case, kind.value, dates))
                made.append(Known(case.unit.code, case.manager_id, kind.value, dates))
        Deadline.objects.bulk_create(rows)
    return made


def _random_dates(dice: random.Random) -> DeadlineDates:
    due = date(2026, 5, 20) + timedelta(days=dice.randint(0, 55))
    last = due + timedelta(days=dice.choice([0, 0, 0, 5, 12]))
    ended = dice.choice(["met", "met", "stopped", "running"])
    started = due - timedelta(days=9)
    day = max(last + timedelta(days=dice.randint(-12, 8)), started)
    return DeadlineDates(
        started, due, last, day if ended == "met" else None, day if ended == "stopped" else None
    )


def _row(case: Case, kind: str, dates: DeadlineDates) -> Deadline:
    return DeadlineFactory.build(
        case=case,
        kind=kind,
        started_on=dates.started_on,
        first_due_on=dates.first_due_on,
        due_on=dates.due_on,
        met_on=dates.met_on,
        met_at=at_ten(dates.met_on) if dates.met_on else None,
        stopped_on=dates.stopped_on,
    )


def change(row: Deadline, **values: Any) -> None:
    """Alter a stored deadline."""
    with as_owner():
        Deadline.objects.filter(pk=row.pk).update(**values)
