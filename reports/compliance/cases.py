"""The cases behind a figure: every count of the report leads to a list of the same length (RPT-1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from cohorts.rules.deadlines import DeadlineKind
from iom.persons.models import Person
from iom.working_days.review_windows import Reading, Verdict
from reports.compliance import facts, tab
from reports.compliance.facts import NOT_ALLOCATED, Question
from reports.compliance.tab import Entry
from reports.rules import (
    DUE,
    EXTENDED,
    JUDGED,
    OUTCOME_NAMES,
    REQUIREMENT_OF,
    Outcome,
    Requirement,
)

ON_TAB, OVERDUE = "on_tab_now", "overdue_now"
TAB_MEASURES: dict[str, str] = {
    "stays": "On the tab in the period",
    "calendar_kept": "Kept by the calendar reading",
    "calendar_failed": "Failed by the calendar reading",
    "calendar_not_judged": "Not judged by the calendar reading",
    "working_kept": "Kept by the working-day reading",
    "working_failed": "Failed by the working-day reading",
    "working_not_judged": "Not judged by the working-day reading",
    ON_TAB: "On the tab now",
    OVERDUE: "Review overdue now",
}
JUDGED_MEASURE = "judged"


@dataclass(frozen=True, slots=True)
class CaseBehind:
    """One deadline behind a figure, with what a reader needs to find its case."""

    deadline_id: int
    case_id: int
    person_id: int
    nominal_ref: str
    name: str
    district: str
    manager: str
    kind: DeadlineKind
    outcome: Outcome
    started_on: date
    first_due_on: date
    due_on: date
    met_on: date | None
    extended: bool

    @property
    def requirement(self) -> Requirement:
        return REQUIREMENT_OF[self.kind]

    @property
    def outcome_name(self) -> str:
        return OUTCOME_NAMES[self.outcome]

    def days_late(self, on: date) -> int:
        """Calendar days past the date in force; 0 where it was met in time or is not due."""
        if self.outcome not in (Outcome.LATE, Outcome.MISSED):
            return 0
        return ((self.met_on or on) - self.due_on).days


@dataclass(frozen=True, slots=True)
class EntryBehind:
    """One entry of the tab behind a figure."""

    entry: Entry
    nominal_ref: str
    name: str
    district: str

    @property
    def person_id(self) -> int:
        return self.entry.person_id


def cases_behind(
    asked: Question,
    measure: str,
    *,
    at: str = "",
    kind: str = "",
    manager: int | None = None,
) -> list[CaseBehind]:
    """The deadlines that a figure counts, by due date.

    `measure` is "due", "judged", "extended" or an outcome; `at` narrows to a district, `kind` to a requirement,
    `manager` to one manager's cases (0 for cases without one). The query is the one that the figures are counted by.
    """
    rows = facts.deadlines(asked)
    if measure == EXTENDED:
        rows = rows.filter(is_extended=True)
    elif measure == JUDGED_MEASURE:
        rows = rows.filter(outcome__in=[o.value for o in JUDGED])
    elif measure != DUE:
        rows = rows.filter(outcome=Outcome(measure).value)
    if at:
        rows = rows.filter(case__unit__in=[d.id for d in asked.districts if d.code == at])
    if kind:
        rows = rows.filter(kind=DeadlineKind(kind).value)
    if manager is not None:
        rows = rows.filter(manager_id=manager) if manager else rows.filter(manager_id__isnull=True)
    return [_case(row, asked.on) for row in rows.order_by("due_on", "id").values_list(*_COLUMNS)]


def late_and_missed(asked: Question) -> list[CaseBehind]:
    """The deadlines that were met late or missed, missed first, then by district and due date."""
    found = [*cases_behind(asked, Outcome.MISSED), *cases_behind(asked, Outcome.LATE)]
    return sorted(
        found, key=lambda case: (case.outcome is Outcome.LATE, case.district, case.due_on, case.deadline_id)
    )


_COLUMNS = (
    "id",
    "case_id",
    "case__person_id",
    "case__person__nominal_ref",
    "case__person__given_names",
    "case__person__family_name",
    "case__unit__name",
    "case__manager__name",
    "case__partner_manager__name",
    "kind",
    "outcome",
    "started_on",
    "first_due_on",
    "due_on",
    "met_on",
    "is_extended",
)


def _case(row: tuple, on: date) -> CaseBehind:  # type: ignore[type-arg]
    """What happened after the day `on` is not known on it."""
    pk, case_id, person_id, ref, given, family, district, manager, partner_manager, kind, outcome = row[:11]
    started_on, first_due_on, due_on, met_on, extended = row[11:]
    return CaseBehind(
        deadline_id=pk,
        case_id=case_id,
        person_id=person_id,
        nominal_ref=ref,
        name=f"{given} {family}".strip(),
        district=district,
        manager=manager or partner_manager or NOT_ALLOCATED,
        kind=DeadlineKind(kind),
        outcome=Outcome(outcome),
        started_on=started_on,
        first_due_on=first_due_on,
        due_on=due_on,
        met_on=met_on if met_on and met_on <= on else None,
        extended=extended,
    )


def _verdict(reading: Reading, verdict: Verdict) -> Callable[[Entry, date], bool]:
    return lambda entry, on: entry.by(reading).verdict is verdict


_TAB_TESTS: dict[str, Callable[[Entry, date], bool]] = {
    "stays": lambda entry, on: True,
    ON_TAB: lambda entry, on: entry.stay.last_on is None,
    OVERDUE: lambda entry, on: entry.is_overdue(on),
    **{f"{r.value}_{v.value}": _verdict(r, v) for r in Reading for v in Verdict},
}


def entries_behind(asked: Question, measure: str, *, at: str = "") -> list[EntryBehind]:
    """The entries of the tab that a figure counts, oldest first; `measure` is one of `TAB_MEASURES`."""
    wanted = _TAB_TESTS[measure]
    districts = {d.id: d for d in asked.districts if not at or d.code == at}
    found = [e for e in tab.entries(asked) if e.unit_id in districts and wanted(e, asked.on)]
    people = {
        pk: (ref, f"{given} {family}".strip())
        for pk, ref, given, family in Person.objects.filter(pk__in={e.person_id for e in found}).values_list(
            "id", "nominal_ref", "given_names", "family_name"
        )
    }
    return [EntryBehind(e, *people[e.person_id], districts[e.unit_id].name) for e in found]
