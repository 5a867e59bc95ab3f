"""In which group a person is, why, how long the clear period runs, and when the record is next reviewed (SHR-4).

`selectors.queue` says the same for everybody at once in SQL; a parity test ties the two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from iom.kernel.wording import date_uk
from iom.retention.rules.schedule import GROUP_4, LEAST_GROUP_OF_A_SUSPECT, Group, Schedule, number_words

STATUS_WORDS = {
    "suspect": "suspected",
    "arrested": "arrested",
    "charged": "charged",
    "convicted": "convicted",
    "out_of_court_disposal": "dealt with out of court",
    "nfa": "no further action, offence of",
    "nfa_victim_not_supporting": "no further action, offence of",
    "acquitted": "acquitted, offence of",
}
STATUTORY_WORDS = {
    "mappa": "MAPPA",
    "rso": "registration as a sex offender",
    "shpo": "a sexual harm prevention order",
    "other_order": "a court order",
}


@dataclass(frozen=True)
class EventFact:
    """One row of the event table, as far as retention asks."""

    family: str
    category: str
    role: str
    status: str | None
    occurred_on: date
    status_on: date | None = None
    da_category: str = ""
    occurrence_ref: str = ""


@dataclass(frozen=True)
class StatutoryFact:
    """A statutory status over [starts_on, ends_on)."""

    kind: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class ManagedFact:
    """One stay in the scheme and the cohorts it was in (`scheme:cohort`)."""

    selected_on: date
    closed_on: date | None
    cohorts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reviewed:
    """The last review that ended in keeping the record."""

    decided_on: date
    next_on: date


@dataclass(frozen=True)
class Fact:
    """One reason why a record is kept: its group, the date it counts from, and how it is said."""

    group: int
    on: date
    words: str


@dataclass(frozen=True)
class Assessment:
    """What the schedule says of one person on one day. `due_on` is None while a case is open."""

    group: Group
    because: Fact | None
    clock: date
    clock_because: Fact | None
    clear_until: date
    due_on: date | None
    sentence: str
    schedule_version: str

    def is_due(self, on: date) -> bool:
        return self.due_on is not None and self.due_on <= on


def add_years(day: date, years: int) -> date:
    """The same date some years later; 29 February falls on the 28th where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def attains(born: date, age: int) -> date:
    """The day on which somebody reaches an age; born on 29 February, 1 March where the year has none."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def counts(schedule: Schedule, event: EventFact) -> bool:
    """Whether an event is one by which a suspect or offender came to notice."""
    return (
        event.role in schedule.roles
        and event.family in schedule.families
        and event.status not in schedule.void
    )


def came_to_notice(schedule: Schedule, event: EventFact) -> date:
    """The date an event counts from: its latest step, but not the step that cleared the person."""
    if event.status_on is None or event.status in schedule.cleared:
        return event.occurred_on
    return max(event.occurred_on, event.status_on)


def relevant(schedule: Schedule, events: Iterable[EventFact]) -> list[EventFact]:
    """The events that count; an offence that a later row voids (no crime, eliminated) counts with none of its rows."""
    listed = list(events)
    voided = {
        (e.occurrence_ref, e.category) for e in listed if e.occurrence_ref and e.status in schedule.void
    }
    return [
        e
        for e in listed
        if counts(schedule, e) and not (e.occurrence_ref and (e.occurrence_ref, e.category) in voided)
    ]


def facts(
    schedule: Schedule,
    *,
    events: Iterable[EventFact],
    statutory: Iterable[StatutoryFact],
    managed: Iterable[ManagedFact],
    on: date,
) -> list[Fact]:
    """Every recorded fact that puts the person into groups 1 to 3 and restarts the clear period."""
    found = [
        Fact(
            schedule.group_of_offence(event.category, event.da_category),
            came_to_notice(schedule, event),
            f"{_named(schedule, event)}, {STATUS_WORDS.get(event.status or 'suspect', 'suspected')}",
        )
        for event in relevant(schedule, events)
    ]
    for status in statutory:
        if status.kind in schedule.statutory:
            ended = status.ends_on if status.ends_on and status.ends_on <= on else None
            words = STATUTORY_WORDS.get(status.kind, status.kind)
            found.append(
                Fact(
                    schedule.statutory[status.kind],
                    max(ended or status.starts_on, status.starts_on),
                    f"{words}, {'ended' if ended else 'began'}",
                )
            )
    for stay in managed:
        cohorts = [schedule.cohorts[name] for name in stay.cohorts if name in schedule.cohorts]
        group = min(cohorts, default=LEAST_GROUP_OF_A_SUSPECT)
        found.append(
            Fact(
                group,
                max(stay.closed_on or stay.selected_on, stay.selected_on),
                f"offender management, {'ended' if stay.closed_on else 'began'}",
            )
        )
    return found


def assess(
    schedule: Schedule,
    *,
    events: Sequence[EventFact] = (),
    statutory: Sequence[StatutoryFact] = (),
    managed: Sequence[ManagedFact] = (),
    recorded_on: date,
    born: date | None = None,
    reviewed: Reviewed | None = None,
    on: date,
) -> Assessment:
    """The group, the clear period and the next review of one person, with the reason in a sentence."""
    found = facts(schedule, events=events, statutory=statutory, managed=managed, on=on)
    number = min((fact.group for fact in found), default=GROUP_4)
    group = schedule.groups[number]
    because = max((f for f in found if f.group == number), key=lambda f: f.on, default=None)
    clock_because = max(found, key=lambda f: f.on, default=None)
    clock = clock_because.on if clock_because else max([recorded_on, *(e.occurred_on for e in events)])
    clear_until = add_years(clock, group.clear_years)
    due_on: date | None = next_due(group, clear_until, born=born, reviewed=reviewed)
    if any(stay.closed_on is None for stay in managed):
        due_on = None
    return Assessment(
        group,
        because,
        clock,
        clock_because,
        clear_until,
        due_on,
        _sentence(group, because, clock, clock_because, clear_until, due_on),
        schedule.version,
    )


def next_due(group: Group, clear_until: date, *, born: date | None, reviewed: Reviewed | None) -> date:
    """When the record is next reviewed: after the clear period, or when the last review said, whichever is later.

    The day on which a person of group 1 would be 100 comes first, unless a review has been held since.
    """
    due = max(clear_until, reviewed.next_on) if reviewed else clear_until
    if group.until_age is None or born is None:
        return due
    oldest = attains(born, group.until_age)
    if reviewed and reviewed.decided_on >= oldest:
        return due
    return min(due, oldest)


def latest_next_review(group: Group, decided_on: date, *, born: date | None) -> date:
    """The latest date that a review which keeps the record may set for the next one."""
    latest = add_years(decided_on, group.then_every_years)
    if group.until_age is not None and born is not None:
        oldest = attains(born, group.until_age)
        if decided_on < oldest:
            return min(latest, oldest)
    return latest


def _named(schedule: Schedule, event: EventFact) -> str:
    """The category that decides the group, in words."""
    code = event.category
    if event.da_category and schedule.categories.get(event.da_category, 9) < schedule.categories.get(code, 9):
        code = event.da_category
    return code.replace("_", " ")


def _sentence(
    group: Group, because: Fact | None, clock: date, clock_because: Fact | None, until: date, due: date | None
) -> str:
    years = f"{number_words(group.clear_years)} years"
    if because is None:
        said = f"Group {group.number} because no offence is held against the person; "
        said += f"{years} after the last record, of {date_uk(clock)}, end {date_uk(until)}"
    else:
        said = (
            f"Group {group.number} because of {because.words} {date_uk(because.on)}; clear period of {years} "
        )
        if clock_because and clock_because != because:
            said += f"counts from {clock_because.words} {date_uk(clock)} and "
        said += f"ends {date_uk(until)}"
    if due is None:
        return f"{said}. No review is due while the case is open."
    return f"{said}." if due == until else f"{said}. Next review {date_uk(due)}."
