"""Cases as lists, with what a list shows worked out in the database (COH-5, REF-7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cohorts.models import Case, Deadline, Placement
from cohorts.permissions import visible_to
from cohorts.rules.statuses import OPEN_CASE
from cohorts.rules.vocabulary import Scheme
from cohorts.selectors.referrals import order_by
from iom.access.actor import Actor
from iom.persons.models import CustodyPeriod

SORTS: Mapping[str, tuple[str, ...]] = {
    "name": ("person__family_name", "person__given_names", "id"),
    "selected": ("selected_on", "id"),
    "review": ("review_on", "id"),
    "due": ("next_due_on", "id"),
    "overdue": ("overdue_count", "-next_due_on", "id"),
    "manager": ("manager__name", "id"),
    "unit": ("unit__name", "id"),
    "cohort": ("cohort", "category", "id"),
}


@dataclass(frozen=True)
class CaseFilter:
    """What a list of cases is narrowed to; an empty field does not narrow. `statuses` empty means open cases.

    `scheme` says which scheme's cohort and category are meant and shown.
    """

    statuses: tuple[str, ...] = ()
    unit_id: int | None = None
    manager_id: int | None = None
    mine: bool = False
    unallocated: bool = False
    scheme: str = Scheme.THREE_COHORT
    cohort: str = ""
    category: str = ""
    overdue: bool = False
    review_overdue: bool = False
    in_custody: bool | None = None
    words: str = ""
    sort: str = "name"


def cases(actor: Actor, on: date, chosen: CaseFilter | None = None) -> QuerySet[Case]:
    """The cases the actor may see, narrowed and sorted, as at a day; paging is the caller's.

    Each row has `cohort`, `category` (in the filter's scheme), `next_due_on`, `overdue_count` and `held` (in custody).
    """
    by = chosen or CaseFilter()
    rows = _annotated(visible_to(actor), on, by.scheme).select_related(
        "person", "unit", "manager", "partner_manager"
    )
    return _narrowed(rows, actor, on, by).order_by(*order_by(by.sort, SORTS, "name"))


def _annotated(rows: QuerySet[Case], on: date, scheme: str) -> QuerySet[Case]:
    place = Placement.objects.filter(case=OuterRef("pk"), scheme=scheme).order_by("-starts_on", "-id")
    running = Deadline.objects.running(on).filter(case=OuterRef("pk")).order_by().values("case")
    overdue = Deadline.objects.overdue(on).filter(case=OuterRef("pk")).order_by().values("case")
    held = CustodyPeriod.objects.filter(
        Q(held_to__isnull=True) | Q(held_to__gt=on), person=OuterRef("person"), held_from__lte=on
    )
    return rows.annotate(
        cohort=Subquery(place.values("cohort")[:1]),
        category=Subquery(place.values("category")[:1]),
        next_due_on=Subquery(running.annotate(first=Min("due_on")).values("first")),
        overdue_count=Coalesce(
            Subquery(overdue.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
        ),
        held=Exists(held),
    )


def _narrowed(rows: QuerySet[Case], actor: Actor, on: date, by: CaseFilter) -> QuerySet[Case]:
    rows = rows.filter(status__in=by.statuses or tuple(OPEN_CASE))
    narrow: dict[str, object] = {
        "unit": by.unit_id,
        "cohort": by.cohort or None,
        "category": by.category or None,
        "overdue_count__gt": 0 if by.overdue else None,
        "review_on__lt": on if by.review_overdue else None,
        "held": by.in_custody,
    }
    rows = rows.filter(**{name: value for name, value in narrow.items() if value is not None})
    for manager_id in (by.manager_id, actor.user_id if by.mine else None):
        if manager_id is not None:
            rows = rows.filter(Q(manager=manager_id) | Q(partner_manager=manager_id))
    if by.unallocated:
        rows = rows.filter(manager__isnull=True, partner_manager__isnull=True)
    for word in by.words.lower().split():
        rows = rows.filter(
            Q(person__family_name__istartswith=word)
            | Q(person__given_names__istartswith=word)
            | Q(person__nominal_ref__iexact=word)
        )
    return rows


def open_cases_of(actor: Actor, person_id: int) -> QuerySet[Case]:
    """The person's open case, if there is one that the actor may see: one at most."""
    return visible_to(actor).filter(person=person_id, status__in=tuple(OPEN_CASE))[:1]


def open_case_of(actor: Actor, person_id: int) -> Case | None:
    """The same, read alone."""
    return next(iter(open_cases_of(actor, person_id)), None)


def managers_of(person_id: int) -> list[int]:
    """Who manages the person's open case, of the police and of a partner; the reader sees the person."""
    rows = Case.objects.filter(person=person_id, status__in=tuple(OPEN_CASE))
    return [user for row in rows.values_list("manager_id", "partner_manager_id") for user in row if user]


def caseload(actor: Actor, on: date) -> list[dict[str, object]]:
    """Open cases and overdue deadlines of every manager the actor may see the cases of (ORG-4)."""
    overdue = Deadline.objects.overdue(on).filter(case=OuterRef("pk")).order_by().values("case")
    rows = visible_to(actor).filter(status__in=tuple(OPEN_CASE))
    rows = rows.annotate(late=Coalesce(Subquery(overdue.annotate(n=Count("pk")).values("n")), 0))
    counts: dict[tuple[str, str], dict[str, object]] = {}
    for unit, manager_id, manager, late in rows.order_by(
        F("manager__name").asc(nulls_first=True)
    ).values_list("unit__name", "manager_id", "manager__name", "late"):
        key = (unit, manager or "")
        row = counts.setdefault(
            key, {"unit": unit, "manager_id": manager_id, "manager": manager or "", "cases": 0, "overdue": 0}
        )
        row["cases"] = int(str(row["cases"])) + 1
        row["overdue"] = int(str(row["overdue"])) + int(late)
    return list(counts.values())
