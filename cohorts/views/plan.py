"""The plan, its actions and the pathways (PLN-1, PLN-2)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cohorts.forms.plan import ActionForm, PathwayNeedForm, PlanForm, ProgressForm
from cohorts.forms.referral import ReasonForm
from cohorts.models.plan import PLAN_PARTS
from cohorts.permissions import access_action, access_case, access_plan, reports_on
from cohorts.rules.statuses import ACTION_STEPS, allowed_steps
from cohorts.selectors.overview import case_overview
from cohorts.services.action import PathwayForm, add_action, set_pathway, update_action
from cohorts.services.plan import complete_plan, endorse_plan, save_plan, send_back, start_plan
from cohorts.views.acts import act_page, actor_of, require_same
from cohorts.views.frame import case_frame
from iom.audit.services import look
from iom.kernel import clock


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan as it stands, its actions by pathway, and how each pathway stands."""
    actor = actor_of(request)
    today = clock.today()
    overview = case_overview(actor, pk, today)
    look(request, subjects=[overview.case.person_id], what="plan")
    by_pathway = [
        {"line": line, "actions": [a for a in overview.actions if a.pathway == line.code]}
        for line in overview.pathways
    ]
    own = {row.pk for row in overview.actions if reports_on(actor, row)}
    context = case_frame(actor, overview, "plan", on=today)
    context |= {"by_pathway": by_pathway, "today": today, "own_actions": own}
    return render(request, "cohorts/plan.html", context)


@require_POST
def new_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the plan, or its next version from the last."""
    made = start_plan(pk, by=actor_of(request), at=clock.now())
    return redirect("cohorts:edit_plan", pk, made.pk)


@require_http_methods(["GET", "POST"])
def edit_plan(request: HttpRequest, pk: int, plan_id: int) -> HttpResponse:
    """Write the parts of the plan; it stays a draft until it is completed."""
    actor = actor_of(request)
    found, case = access_plan(actor, plan_id, to="work_on_plan")
    require_same(case, pk)
    return act_page(
        request,
        PlanForm(request.POST or None, initial={name: getattr(found, name) for name in PLAN_PARTS}),
        lambda typed: save_plan(plan_id, typed, by=actor, at=clock.now()),
        person_id=case.person_id,
        heading=f"Risk intervention plan, version {found.version}",
        label="Save draft",
        back=f"/cases/{case.pk}/plan/",
        done="Draft saved.",
        intro="Write with the person and the partners. Save as often as you like; complete it when it is whole.",
    )


@require_POST
def finish_plan(request: HttpRequest, pk: int, plan_id: int) -> HttpResponse:
    """Say that the plan is whole, so that supervision can endorse it."""
    complete_plan(plan_id, by=actor_of(request), at=clock.now())
    messages.success(request, "Plan completed. Supervision has been told.")
    return redirect("cohorts:plan", pk)


@require_POST
def endorse(request: HttpRequest, pk: int, plan_id: int) -> HttpResponse:
    """Supervision endorses plan and pathways."""
    endorse_plan(plan_id, by=actor_of(request), at=clock.now())
    messages.success(request, "Plan and pathways endorsed.")
    return redirect("cohorts:plan", pk)


@require_http_methods(["GET", "POST"])
def return_plan(request: HttpRequest, pk: int, plan_id: int) -> HttpResponse:
    """Send the plan back with what is to be changed."""
    actor = actor_of(request)
    _, case = access_plan(actor, plan_id, to="endorse_plan")
    require_same(case, pk)
    return act_page(
        request,
        ReasonForm(request.POST or None),
        lambda typed: send_back(plan_id, by=actor, at=clock.now(), reason=typed["reason"]),
        person_id=case.person_id,
        heading="Send the plan back",
        label="Send back",
        back=f"/cases/{case.pk}/plan/",
        done="Sent back.",
    )


@require_http_methods(["GET", "POST"])
def new_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an action for any agency."""
    actor = actor_of(request)
    case = access_case(actor, pk, to="work_on_plan")

    def act(typed: dict[str, Any]) -> object:
        return add_action(
            pk,
            by=actor,
            at=clock.now(),
            pathway=typed["pathway"],
            description=typed["description"],
            owner_agency_id=typed["owner_agency"].pk,
            due_on=typed["due_on"],
        )

    return act_page(
        request,
        ActionForm(request.POST or None, initial={"pathway": request.GET.get("pathway", "")}),
        act,
        person_id=case.person_id,
        heading="Add an action",
        label="Add action",
        back=f"/cases/{pk}/plan/",
        done="Action added.",
    )


@require_http_methods(["GET", "POST"])
def action(request: HttpRequest, pk: int, action_id: int) -> HttpResponse:
    """Report on an action: its owner does, whichever agency that is."""
    actor = actor_of(request)
    found, case = access_action(actor, action_id)
    require_same(case, pk)
    steps = allowed_steps(ACTION_STEPS, found.status)
    words = {"start": "It has started", "finish": "It is done", "stop": "It was stopped"}
    choices = [("", "Progress only"), *[(s, words[s]) for s in steps]]
    form = ProgressForm(request.POST or None, steps=choices)
    form.fields["step"].required = False
    return act_page(
        request,
        form,
        lambda typed: update_action(action_id, by=actor, at=clock.now(), **typed),
        person_id=case.person_id,
        heading=f"Report on: {found.description}",
        label="Save",
        back=f"/cases/{case.pk}/plan/",
        done="Action updated.",
        intro=f"{found.owner_agency.name}, due on {found.due_on:%-d %B %Y}.",
    )


@require_http_methods(["GET", "POST"])
def pathway(request: HttpRequest, pk: int) -> HttpResponse:
    """Record how one pathway stands; the earlier entry is kept."""
    actor = actor_of(request)
    case = access_case(actor, pk, to="work_on_plan")

    def act(typed: dict[str, Any]) -> object:
        provider = typed.pop("provider")
        return set_pathway(
            pk, PathwayForm(**typed, provider_id=provider.pk if provider else None), by=actor, at=clock.now()
        )

    return act_page(
        request,
        PathwayNeedForm(request.POST or None, initial={"pathway": request.GET.get("pathway", "")}),
        act,
        person_id=case.person_id,
        heading="How does this pathway stand?",
        label="Save",
        back=f"/cases/{pk}/plan/",
        done="Pathway recorded.",
    )
