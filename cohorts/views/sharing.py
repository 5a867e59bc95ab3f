"""Sharing a case with agencies: begun, changed, ended, and looked at again by a new owner (SHR-1, SHR-2)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from cohorts.forms.case import ChangeShareForm, LookAgainForm, ShareForm
from cohorts.forms.referral import ReasonForm
from cohorts.permissions import access_case
from cohorts.services.sharing import change_sharing, end_sharing, look_again, share_with_agency
from cohorts.views.acts import act_page, actor_of
from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.kernel import clock
from iom.kernel.errors import NotFound
from iom.kernel.step_up import step_up
from iom.sharing.selectors.shares import ShareRow, open_review_of, shares_running
from iom.sharing.services.shares import DEFAULT_PURPOSE


@require_http_methods(["GET", "POST"])
@step_up("disclosure")
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Share the person's information with an agency."""
    actor = actor_of(request)
    found = access_case(actor, pk, to="share")

    def act(typed: dict[str, Any]) -> object:
        agency = typed.pop("agency")
        return share_with_agency(pk, agency.pk, by=actor, at=clock.now(), **typed)

    return act_page(
        request,
        ShareForm(request.POST or None, initial={"purpose": DEFAULT_PURPOSE}),
        lambda typed: act(dict(typed)),
        person_id=found.person_id,
        heading="Share with an agency",
        label="Share",
        back=f"/cases/{pk}/",
        done="Shared.",
    )


def _running(actor: Actor, person_id: int, agency_id: int) -> ShareRow | None:
    rows = shares_running(actor, person_id, on=clock.today())
    return next((row for row in rows if row.agency_id == agency_id), None)


@require_http_methods(["GET", "POST"])
@step_up("disclosure")
def change_share(request: HttpRequest, pk: int, agency_id: int) -> HttpResponse:
    """Share other parts, for another purpose or time, from today on."""
    actor = actor_of(request)
    found = access_case(actor, pk, to="share")
    row = _running(actor, found.person_id, agency_id)
    if row is None or not row.in_force:
        raise NotFound
    initial = {
        "purpose": row.purpose,
        "reason": row.necessity,
        "parts": row.chosen,
        "ends_on": row.ends_on,
    }
    return act_page(
        request,
        ChangeShareForm(request.POST or None, initial=initial),
        lambda typed: change_sharing(pk, agency_id, by=actor, at=clock.now(), **typed),
        person_id=found.person_id,
        heading=f"Change what is shared with {row.agency}",
        label="Change",
        back=f"/cases/{pk}/",
        done="Changed. What was shared before stays on record.",
        intro=f"It sees now: {row.parts}.",
    )


@require_http_methods(["GET", "POST"])
def stop_sharing(request: HttpRequest, pk: int, agency_id: int) -> HttpResponse:
    """End the sharing with one agency, from the next request on."""
    actor = actor_of(request)
    found = access_case(actor, pk, to="share")
    row = _running(actor, found.person_id, agency_id)
    return act_page(
        request,
        ReasonForm(request.POST or None),
        lambda typed: end_sharing(pk, agency_id, by=actor, at=clock.now(), reason=typed["reason"]),
        person_id=found.person_id,
        heading=f"Stop sharing with {row.agency}" if row else "Stop sharing with this agency",
        label="Stop sharing",
        back=f"/cases/{pk}/",
        done="Sharing ended.",
        intro=f"It sees now: {row.parts or 'nothing'}. Once stopped, it sees nothing of the person."
        if row
        else "",
    )


@require_http_methods(["GET", "POST"])
@step_up("disclosure")
def review_line(request: HttpRequest, pk: int, line_id: int) -> HttpResponse:
    """Look at one sharing again: its need, its agreement, the person's consent."""
    actor = actor_of(request)
    found = access_case(actor, pk, to="look_again")
    view = open_review_of(actor, found.person_id, on=clock.today())
    lines = view.lines if view else ()
    line, row = next(((line, row) for line, row in lines if line.pk == line_id), (None, None))
    if view is None or line is None or row is None or line.outcome:
        raise NotFound
    review_id = view.review.pk
    consent = row.consent.get_status_display().lower() if row.consent else "not recorded"
    initial = {"parts": row.chosen, "ends_on": row.ends_on}
    until = f"{row.ends_on:%-d %B %Y}" if row.ends_on else "the case closes"
    return act_page(
        request,
        LookAgainForm(request.POST or None, initial=initial, may_share=actor.may(Power.SHARE)),
        lambda typed: look_again(pk, review_id, line_id, by=actor, at=clock.now(), **typed),
        person_id=found.person_id,
        heading=f"Look again at sharing with {row.agency}",
        label="Save",
        back=f"/cases/{pk}/",
        done="Written down.",
        intro=(
            f"Purpose: {row.purpose or 'not recorded'}. Why: {row.necessity.rstrip('.')}. "
            f"It sees: {row.parts or 'nothing'}. Until {until}. Agreement: {row.agreement}. Consent: {consent}."
        ),
    )
