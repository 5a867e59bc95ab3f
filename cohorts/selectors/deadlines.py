"""Deadlines as a list, with what is said of each on a day (CMP-7, CMP-8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Prefetch, Q, QuerySet

from cohorts.models import Case, Deadline, DeadlineMove
from cohorts.permissions import deadlines_visible_to, may
from cohorts.rules.deadlines import STATE_NAMES, State, Verdict, days_late
from cohorts.rules.statuses import OPEN_CASE
from cohorts.selectors.referrals import order_by
from iom.access.actor import Actor

SORTS: Mapping[str, tuple[str, ...]] = {
    "due": ("due_on", "id"),
    "name": ("case__person__family_name", "case__person__given_names", "id"),
    "owner": ("owner__name", "due_on", "id"),
    "unit": ("case__unit__name", "due_on", "id"),
    "kind": ("kind", "due_on", "id"),
}


@dataclass(frozen=True)
class DeadlineFilter:
    """What a list of deadlines is narrowed to; an empty field does not narrow. `started_from/to` is a closed span."""

    states: tuple[str, ...] = ()
    kind: str = ""
    unit_id: int | None = None
    owner_id: int | None = None
    case_id: int | None = None
    extended_only: bool = False
    started_from: date | None = None
    started_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    sort: str = "due"


def in_state(on: date, said: str) -> Q:
    """The rule `cohorts.rules.deadlines.state` in SQL; a parity test ties the two together."""
    met = Q(met_on__isnull=False, met_on__lte=on)
    stopped = Q(stopped_on__isnull=False, stopped_on__lte=on) & ~met
    waiting = ~met & ~stopped
    match State(said):
        case State.MET:
            return met & Q(met_on__lte=F("due_on"))
        case State.LATE:
            return met & Q(met_on__gt=F("due_on"))
        case State.STOPPED:
            return stopped & Q(stopped_on__lte=F("due_on"))
        case State.OVERDUE:
            return (stopped & Q(stopped_on__gt=F("due_on"))) | (waiting & Q(due_on__lt=on))
        case State.DUE_TODAY:
            return waiting & Q(due_on=on)
        case _:
            return waiting & Q(due_on__gt=on)


def deadlines(actor: Actor, on: date, chosen: DeadlineFilter | None = None) -> QuerySet[Deadline]:
    """The deadlines the actor may see, narrowed and sorted, as at a day; paging is the caller's."""
    by = chosen or DeadlineFilter()
    rows = deadlines_visible_to(actor).select_related("case__person", "case__unit", "owner", "case__manager")
    if by.states:
        wanted = Q()
        for said in by.states:
            wanted |= in_state(on, said)
        rows = rows.filter(wanted)
    narrow = {
        "kind": by.kind or None,
        "case__unit": by.unit_id,
        "owner": by.owner_id,
        "case": by.case_id,
        "started_on__gte": by.started_from,
        "started_on__lte": by.started_to,
        "due_on__gte": by.due_from,
        "due_on__lte": by.due_to,
    }
    rows = rows.filter(**{name: value for name, value in narrow.items() if value is not None})
    if by.extended_only:
        rows = rows.filter(due_on__gt=F("first_due_on"))
    return rows.order_by(*order_by(by.sort, SORTS, "due"))


@dataclass(frozen=True)
class DeadlineLine:
    """A deadline with what is said of it on a day: state, its words, the verdict for reports, days late."""

    deadline: Deadline
    state: State
    state_name: str
    verdict: Verdict
    days_late: int
    may_extend: bool


def said_of(actor: Actor, on: date, rows: "list[Deadline] | QuerySet[Deadline]") -> list[DeadlineLine]:
    """Each deadline of a page with its state on the day."""
    return [_line(actor, on, row) for row in rows]


def _line(actor: Actor, on: date, row: Deadline) -> DeadlineLine:
    state = row.state(on)
    extendable = state in (State.OPEN, State.DUE_TODAY) and row.case.status in OPEN_CASE
    return DeadlineLine(
        deadline=row,
        state=state,
        state_name=STATE_NAMES[state],
        verdict=row.verdict(on),
        days_late=days_late(row.dates, on),
        may_extend=extendable and may(actor, "extend_deadline", row.case),
    )


def deadlines_of_case(actor: Actor, case: Case, on: date) -> list[DeadlineLine]:
    """The clocks of a case that the actor has reached, in order."""
    moves = Prefetch("moves", queryset=DeadlineMove.objects.select_related("by"))
    rows = deadlines(actor, on, DeadlineFilter(case_id=case.pk)).prefetch_related(moves)
    return said_of(actor, on, rows)
