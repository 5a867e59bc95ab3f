"""The case: list, overview, managers, places, checklist, deadlines, sharing (REF-5, COH-4, CMP-2, CMP-7)."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.forms.case import (
    CaseFilterForm,
    ChecklistForm,
    ExtendForm,
    ManagerForm,
    PlacementForm,
)
from cohorts.forms.referral import ReasonForm
from cohorts.models import ChecklistItem
from cohorts.permissions import access_case, may
from cohorts.rules.deadlines import State
from cohorts.rules.vocabulary import SCHEME_NAMES, Scheme, category_name, cohort_name
from cohorts.selectors.cases import CaseFilter
from cohorts.selectors.cases import cases as case_list
from cohorts.selectors.deadlines import DeadlineFilter, said_of
from cohorts.selectors.deadlines import deadlines as deadline_list
from cohorts.selectors.overview import case_overview
from cohorts.selectors.staff import managers_for
from cohorts.services.case import allocate_manager, move_placement
from cohorts.services.checklist import reopen_checklist, set_aside, tick_checklist
from cohorts.services.deadlines import extend_deadline
from cohorts.views.acts import act_page, actor_of
from cohorts.views.frame import case_frame
from iom.access.actor import Actor
from iom.accounts.rules import ROLES, DbClass, Power, Role
from iom.agencies.models import Unit
from iom.agencies.rules import UnitKind
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.errors import NotFound
from iom.kernel.pagination import page_of
from iom.sharing.selectors.shares import open_review_of, shares_running
from scoring.selectors.lists import scores_of

SORT_DEFAULT = "name"


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The caseload the reader may see, with filters, order and pages."""
    actor = actor_of(request)
    actor.require(Power.SEE_PEOPLE)
    today = clock.today()
    filters = CaseFilterForm(request.GET or None, units=reachable_units(actor))
    chosen = _chosen(filters, request.GET.get("sort", SORT_DEFAULT))
    page = page_of(case_list(actor, today, chosen), request.GET.get("page"))
    scores = scores_of(actor, [c.person_id for c in page.rows]) if actor.may(Power.SEE_SCORES) else {}
    look(request, subjects=[c.person_id for c in page.rows], what="cases")
    lines = [
        {
            "case": row,
            "cohort": cohort_name(chosen.scheme, row.cohort or ""),
            "category": category_name(chosen.scheme, row.cohort or "", row.category or ""),
            "due_state": _due_state(row, today),
            "score": scores.get(row.person_id, {}).get("ROR"),
        }
        for row in page.rows
    ]
    context = {"filters": filters, "page": page, "sort": chosen.sort, "lines": lines, "today": today}
    return render(request, "cohorts/cases.html", context)


def reachable_units(actor: Actor) -> QuerySet[Unit]:
    """The districts and hubs whose cases the reader could see, for filters."""
    units = Unit.objects.exclude(kind=UnitKind.FORCE)
    return units if actor.is_partner or actor.force_wide else units.filter(pk__in=actor.unit_ids)


def _due_state(row: Any, today: Any) -> str:
    if row.next_due_on is None:
        return ""
    if row.next_due_on < today:
        return "overdue"
    return "due_today" if row.next_due_on == today else "open"


def _chosen(filters: CaseFilterForm, sort: str) -> CaseFilter:
    if not (filters.is_bound and filters.is_valid()):
        return CaseFilter(sort=sort)
    typed = filters.cleaned_data
    scheme, _, cohort = typed["cohort"].partition(":")
    return CaseFilter(
        statuses=tuple(typed["status"]),
        unit_id=typed["unit"].pk if typed["unit"] else None,
        manager_id=typed["manager"],
        mine=typed["mine"],
        scheme=scheme or Scheme.THREE_COHORT,
        cohort=cohort,
        overdue=typed["overdue"],
        words=typed["name"],
        sort=sort,
    )


@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """The overview: who manages, where placed, what is due, the checklist, who it is shared with."""
    actor = actor_of(request)
    today = clock.today()
    overview = case_overview(actor, pk, today)
    look(request, subjects=[overview.case.person_id], what="case")
    context = case_frame(actor, overview, "overview", on=today) | {
        "checklists": _grouped(overview.checklist, today),
        "shares": shares_running(actor, overview.case.person_id, on=today),
        "sharing_review": open_review_of(actor, overview.case.person_id, on=today),
        "may_look_again": may(actor, "look_again", overview.case),
        "schemes": SCHEME_NAMES,
        "unplaced": "move_placement" in overview.steps and not overview.placements,
    }
    return render(request, "cohorts/case.html", context)


def _grouped(items: list[ChecklistItem], today: Any) -> list[dict[str, Any]]:
    names = {"selection": "Actions upon selection", "deselection": "Actions upon deselection"}
    return [
        {
            "name": words,
            "lines": [
                {"row": i, "overdue": i.status == "to_do" and i.due_on < today}
                for i in items
                if i.kind == kind
            ],
        }
        for kind, words in names.items()
        if any(i.kind == kind for i in items)
    ]


@require_safe
def deadlines(request: HttpRequest) -> HttpResponse:
    """Everything with a date that runs, soonest first."""
    actor = actor_of(request)
    actor.require(Power.SEE_PEOPLE)
    today = clock.today()
    which = request.GET.get("which", "")
    running = (State.OPEN, State.DUE_TODAY, State.OVERDUE)
    chosen = DeadlineFilter(
        states=(State.OVERDUE,) if which == "overdue" else running,
        owner_id=actor.user_id if which == "mine" else None,
        sort=request.GET.get("sort", "due"),
    )
    page = page_of(deadline_list(actor, today, chosen), request.GET.get("page"))
    look(request, subjects=[d.case.person_id for d in page.rows], what="deadlines")
    tabs = [("", "All that run"), ("overdue", "Overdue"), ("mine", "Mine")]
    context = {
        "page": page,
        "lines": said_of(actor, today, page.rows),
        "tabs": [{"label": words, "url": f"?which={key}", "current": which == key} for key, words in tabs],
        "which": which,
    }
    return render(request, "cohorts/deadlines.html", context)


@require_http_methods(["GET", "POST"])
def allocate(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who manages the case."""
    actor = actor_of(request)
    found = access_case(actor, pk, to="allocate_manager")
    members = list(managers_for(found.unit_id, on=clock.today()))
    partner = {m.user_id for m in members if ROLES[Role(m.role)].db_class == DbClass.PARTNER}
    named = {m.user_id: f"{m.user.name}, {m.team.name}" for m in members}
    form = ManagerForm(
        request.POST or None,
        police=[(pk_, words) for pk_, words in named.items() if pk_ not in partner],
        partners=[(pk_, words) for pk_, words in named.items() if pk_ in partner],
        initial={"manager_id": found.manager_id, "partner_manager_id": found.partner_manager_id},
    )
    return act_page(
        request,
        form,
        lambda typed: allocate_manager(pk, by=actor, at=clock.now(), **typed),
        person_id=found.person_id,
        heading="Who manages the case?",
        label="Allocate",
        back=f"/cases/{pk}/",
        done="Manager allocated.",
    )


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int, scheme: str) -> HttpResponse:
    """Move the case to another cohort or category of one scheme."""
    actor = actor_of(request)
    found = access_case(actor, pk, to="move_placement")
    if scheme not in set(Scheme):
        raise NotFound

    def act(typed: dict[str, Any]) -> object:
        cohort, _, category = typed["place"].partition(":")
        return move_placement(
            pk,
            by=actor,
            at=clock.now(),
            scheme=scheme,
            cohort=cohort,
            category=category,
            rationale=typed["rationale"],
        )

    return act_page(
        request,
        PlacementForm(request.POST or None, scheme=Scheme(scheme)),
        act,
        person_id=found.person_id,
        heading=f"Move to another cohort: {SCHEME_NAMES[Scheme(scheme)]}",
        label="Move",
        back=f"/cases/{pk}/",
        done="Moved. The earlier place stays in the history.",
    )


@require_http_methods(["GET", "POST"])
def checklist_item(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """Close one line of the checklist with its evidence, or open it again with the reason."""
    actor = actor_of(request)
    found = access_case(actor, pk, to="tick_checklist")
    item = found.checklist.filter(pk=item_id).first()
    if item is None:
        raise NotFound
    if item.status != "to_do":
        return act_page(
            request,
            ReasonForm(request.POST or None),
            lambda typed: reopen_checklist(item_id, by=actor, at=clock.now(), reason=typed["reason"]),
            person_id=found.person_id,
            heading=f"Open again: {item.words}",
            label="Open again",
            back=f"/cases/{pk}/",
            done="The line is open again.",
        )

    def act(typed: dict[str, Any]) -> object:
        if typed["what"] == "tick":
            return tick_checklist(item_id, by=actor, at=clock.now(), evidence=typed["evidence"])
        return set_aside(item_id, by=actor, at=clock.now(), reason=typed["evidence"])

    return act_page(
        request,
        ChecklistForm(request.POST or None),
        act,
        person_id=found.person_id,
        heading=item.words,
        label="Save",
        back=f"/cases/{pk}/",
        done="Checklist updated.",
        intro=item.clause,
    )


@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, pk: int, deadline_id: int) -> HttpResponse:
    """Give one deadline a later date, with the reason."""
    actor = actor_of(request)
    found = access_case(actor, pk, to="extend_deadline")
    deadline = found.deadlines.filter(pk=deadline_id).first()
    if deadline is None:
        raise NotFound
    return act_page(
        request,
        ExtendForm(request.POST or None),
        lambda typed: extend_deadline(deadline_id, by=actor, at=clock.now(), **typed),
        person_id=found.person_id,
        heading=f"Extend: {deadline.words}",
        label="Extend",
        back=f"/cases/{pk}/",
        done="Deadline extended. Reports show both dates.",
        intro=f"Due on {deadline.due_on:%-d %B %Y}. {deadline.clause}",
    )
