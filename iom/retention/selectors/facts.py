"""The recorded facts that the retention rule judges, for the few people on a page (SHR-4)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date

from django.conf import settings

from cohorts.models import Case, Placement
from iom.persons.models import Person, StatutoryStatus
from iom.retention.models import Review
from iom.retention.rules.groups import (
    Assessment,
    EventFact,
    ManagedFact,
    Reviewed,
    StatutoryFact,
    assess,
)
from iom.retention.rules.schedule import Schedule, schedule_on
from iom.retention.rules.statuses import ReviewStatus
from iom.working_days.rules import local_date
from scoring.models import Event

_EVENT_FACT = tuple(field.name for field in fields(EventFact))
_EVENT = ("person_id", *_EVENT_FACT)


def schedule_for(on: date) -> Schedule:
    """The deployment's schedule in force on a day."""
    return schedule_on(on, settings.RETENTION_SCHEDULE_FILE or None)


def assessments(people: Collection[Person], *, on: date) -> Mapping[int, Assessment]:
    """Group, clear period and next review of each person, in a query a kind of fact."""
    ids, schedule = [person.pk for person in people], schedule_for(on)
    events, statutory, managed = _events(ids), _statutory(ids), _managed(ids)
    reviewed = _reviewed(ids)
    return {
        person.pk: assess(
            schedule,
            events=events[person.pk],
            statutory=statutory[person.pk],
            managed=managed[person.pk],
            recorded_on=local_date(person.created_at),
            born=person.date_of_birth,
            reviewed=reviewed.get(person.pk),
            on=on,
        )
        for person in people
    }


def _events(ids: list[int]) -> dict[int, list[EventFact]]:
    found: dict[int, list[EventFact]] = defaultdict(list)
    for event in Event.objects.filter(person__in=ids).only(*_EVENT):
        found[event.person_id].append(EventFact(**{name: getattr(event, name) for name in _EVENT_FACT}))
    return found


def _statutory(ids: list[int]) -> dict[int, list[StatutoryFact]]:
    found: dict[int, list[StatutoryFact]] = defaultdict(list)
    for row in StatutoryStatus.objects.filter(person__in=ids):
        found[row.person_id].append(StatutoryFact(row.kind, row.starts_on, row.ends_on))
    return found


def _managed(ids: list[int]) -> dict[int, list[ManagedFact]]:
    cohorts: dict[int, list[str]] = defaultdict(list)
    for case_id, scheme, cohort in Placement.objects.filter(case__person__in=ids).values_list(
        "case_id", "scheme", "cohort"
    ):
        cohorts[case_id].append(f"{scheme}:{cohort}")
    found: dict[int, list[ManagedFact]] = defaultdict(list)
    for case in Case.objects.filter(person__in=ids):
        closed = case.closed_on if case.status == "closed" else None
        found[case.person_id].append(ManagedFact(case.selected_on, closed, tuple(sorted(cohorts[case.pk]))))
    return found


def _reviewed(ids: list[int]) -> dict[int, Reviewed]:
    """The last review of each person that kept the record."""
    kept = Review.objects.filter(person__in=ids, status=ReviewStatus.RETAINED).order_by("decided_on", "id")
    return {
        row.person_id: Reviewed(row.decided_on, row.next_on)
        for row in kept
        if row.decided_on is not None and row.next_on is not None
    }
