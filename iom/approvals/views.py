"""Pages of what takes two persons."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.approvals import selectors, services
from iom.approvals.forms import ApproveForm, RefuseForm, WithdrawForm
from iom.approvals.models import Approval
from iom.approvals.permissions import access_approval, has_a_use_for, require_decider
from iom.approvals.registry import kind_named
from iom.approvals.rules import ONLY_THE_ASKER
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.errors import Forbidden
from iom.kernel.forms import GovukForm
from iom.kernel.pagination import page_of
from iom.kernel.step_up import asked_again


@require_safe
def approval_list(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's signature, what they asked for, and what was decided."""
    reader, at = request.actor, clock.now()  # type: ignore[attr-defined]
    if not has_a_use_for(reader):
        raise Forbidden
    page = page_of(selectors.decided(reader, at=at), request.GET.get("page"))
    waiting = selectors.in_rows(reader, selectors.to_decide(reader, at=at), at=at)
    mine = selectors.in_rows(reader, selectors.asked_by(reader, at=at), at=at)
    over = selectors.in_rows(reader, page.rows, at=at)
    people = [row.person.person_id for row in waiting + mine + over if row.person]
    look(request, subjects=people, what="second signatures")
    context = {"waiting": waiting, "mine": mine, "decided": over, "page": page}
    return render(request, "approvals/approval_list.html", context)


@require_safe
def approval_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what is asked for, by whom and why, and what became of it."""
    reader = request.actor  # type: ignore[attr-defined]
    approval = access_approval(reader, pk)
    view = selectors.approval_view(reader, approval, at=clock.now())
    look(request, subjects=_subjects(approval), what="second signature")
    crumbs = [{"label": "Second signature", "url": reverse("approvals:list")}]
    return render(
        request, "approvals/approval_detail.html", {"view": view, "row": view.row, "crumbs": crumbs}
    )


@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the second signature; what was asked for is done at once."""
    return _decision(
        request, pk, ApproveForm(_sent(request)), services.approve, "Sign and do it", "Signed and done."
    )


@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse the second signature, with the reason."""
    return _decision(request, pk, RefuseForm(_sent(request)), services.refuse, "Refuse", "Refused.")


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    reader = request.actor  # type: ignore[attr-defined]
    approval = access_approval(reader, pk)
    if approval.asked_by_id != reader.user_id:
        raise Forbidden(ONLY_THE_ASKER)
    form = WithdrawForm(_sent(request))
    return _act(request, approval, form, services.withdraw, "Withdraw", "Withdrawn.")


def _decision(
    request: HttpRequest, pk: int, form: GovukForm, act: Callable[..., Approval], label: str, done: str
) -> HttpResponse:
    reader = request.actor  # type: ignore[attr-defined]
    approval = access_approval(reader, pk)
    require_decider(reader, approval)
    reason = kind_named(approval.kind).step_up
    if reason and (answer := asked_again(request, reason)):
        return answer
    return _act(request, approval, form, act, label, done)


def _act(
    request: HttpRequest,
    approval: Approval,
    form: GovukForm,
    act: Callable[..., Approval],
    label: str,
    done: str,
) -> HttpResponse:
    reader = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    typed = request.method == "POST" and form.is_valid()
    if typed and carried_out(form, lambda: act(approval.pk, by=reader, at=at, **form.cleaned_data)):
        messages.success(request, done)
        return redirect("approvals:list")
    view = selectors.approval_view(reader, approval, at=at)
    look(request, subjects=_subjects(approval), what="second signature")
    back = reverse("approvals:detail", args=[approval.pk])
    context = {"form": form, "heading": f"{label}: {kind_named(approval.kind).label.lower()}", "view": view}
    context |= {"row": view.row, "submit_label": label, "back_url": back, "cancel_url": back}
    return render(request, "approvals/approval_act.html", context)


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when every answer was left out."""
    return request.POST if request.method == "POST" else None


def _subjects(approval: Approval) -> list[int]:
    return [approval.person_id] if approval.person_id is not None else []
