"""The board's decision on a referral. The score comes after partner information and rationale (scoring.md 2.14)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cohorts.forms.selection import BoardForm
from cohorts.permissions import access_referral
from cohorts.services.selection import defer, record_selection, refuse
from cohorts.views.acts import actor_of
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.doors import carried_out
from scoring.selectors.lists import scores_of


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Seven considerations, who took part, the rationale, and only then the grade."""
    actor = actor_of(request)
    found = access_referral(actor, pk, to="select")
    form = BoardForm(
        request.POST or None,
        initial={
            "decided_on": found.board_on if found.board_on and found.board_on <= clock.today() else None
        },
    )
    asked_for_score = "show_score" in request.POST
    valid = request.method == "POST" and form.is_valid()
    weighed = request.method == "POST" and all(form.data.get(name, "").strip() for name in WRITE_FIRST)
    if asked_for_score:
        _ask_to_write_first(form)
    leads_to: list[str] = []
    if (
        valid
        and not asked_for_score
        and carried_out(form, lambda: leads_to.append(_record(form, pk, request)))
    ):
        messages.success(request, "Decision recorded.")
        return redirect(leads_to[0])
    scores = None
    if weighed and found.person_id:
        scores = list(scores_of(actor, [found.person_id]).get(found.person_id, {}).values())
    what = "selection board" if scores is None else "selection board, with scores"
    look(request, subjects=[found.person_id] if found.person_id else [], what=what)
    context = {
        "form": form,
        "referral": found,
        "scores": scores,
    }
    return render(request, "cohorts/selection.html", context)


WRITE_FIRST = {
    "partner_information": "Enter the information from partners that was considered before you look at the scores",
    "rationale": "Enter the rationale before you look at the scores",
}


def _ask_to_write_first(form: BoardForm) -> None:
    """Whoever asks for the scores is told only what has to be written before; the rest is asked on recording."""
    form.errors.clear()
    for name, sentence in WRITE_FIRST.items():
        if not form.data.get(name, "").strip():
            form.add_error(name, sentence)


def _record(form: BoardForm, pk: int, request: HttpRequest) -> str:
    """Record the decision; where to go on: the new case, or the referral."""
    actor, now = actor_of(request), clock.now()
    typed, decision = form.cleaned_data, form.decision()
    note = typed["note_to_referrer"]
    if typed["outcome"] == "selected":
        case = record_selection(pk, decision, form.placements(), by=actor, at=now, note_to_referrer=note)
        return f"/cases/{case.pk}/"
    if typed["outcome"] == "not_selected":
        refuse(
            pk,
            decision,
            by=actor,
            at=now,
            signpost=typed["signpost"],
            look_again_on=typed["look_again_on"] or clock.today(),
            note_to_referrer=note,
        )
    else:
        defer(pk, decision, by=actor, at=now, note_to_referrer=note)
    return f"/referrals/{pk}/"
