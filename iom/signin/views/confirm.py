"""Confirming who one is, before an act that matters."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from iom.accounts.models import User
from iom.audit.services import record
from iom.kernel import clock, step_up
from iom.kernel.rights import rights_of
from iom.signin import kept
from iom.signin.addresses import address_of
from iom.signin.audit import CONFIRMED, NOT_CONFIRMED
from iom.signin.forms import ConfirmForm
from iom.signin.selectors import active_user
from iom.signin.services import attempts, factors, keys, passwords
from iom.signin.services.oidc import provider_of
from iom.signin.views.door import ask_key, site_of

NOT_RIGHT = (
    "That is not right, or the account is locked. Wait 15 minutes and try again, or ask your administrator."
)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The password or a second factor once more; a form that was sent waits here with all its fields."""
    actor = request.actor  # type: ignore[attr-defined]
    user = active_user(actor.user_id)
    assert user is not None
    after = kept.own_page(request.GET.get("next"), request)
    reason = request.GET.get("for", "")
    waits = request.POST.get("confirm_sent", "form" if request.method == "POST" else "page")
    has = factors.factors_of(user.pk)
    form = ConfirmForm(
        request.POST if "confirm_sent" in request.POST else None,
        has_password=user.has_usable_password(),
        has_app=has.has_app,
    )
    fields = [(name, value) for name, value in kept.fields_of(request) if name != "confirm_sent"]
    if form.is_bound and form.is_valid():
        right = _is_right(request, user, form.cleaned_data)
        record(CONFIRMED if right else NOT_CONFIRMED, by=actor, kind="sign_in", detail={"for": reason[:20]})
        if right:
            with rights_of("iom_session"):
                request.session.cycle_key()
            step_up.confirm(request.session, at=clock.now())
            return _sent_on(request, after, waits, fields, reason)
        form.add_error(None, NOT_RIGHT)
    context: dict[str, Any] = {
        "form": form,
        "why": step_up.REASONS.get(reason, "before you go on"),
        "fields": fields,
        "waits": waits,
        "had_files": bool(request.FILES),
        "by_agency": not form.fields_shown and not has.keys and provider_of(user.pk, on=clock.today()),
        "after": after,
    }
    if has.keys:
        context["question"] = ask_key(request, keys.question_to_sign_in(user.pk, site_of(request)))
    return render(request, "signin/confirm.html", context)


def _is_right(request: HttpRequest, user: User, given: dict[str, Any]) -> bool:
    """Any one of the answers is enough; only the one that was given is judged."""
    now, address = clock.now(), address_of(request)
    if given.get("confirm_answer"):
        challenge = request.session.pop("challenge", "")
        right = keys.take_key(
            user,
            answer=given["confirm_answer"],
            challenge=challenge,
            site=site_of(request),
            address=address,
            at=now,
        )
    elif given.get("confirm_code"):
        right = factors.take_code(user, given["confirm_code"], address=address, at=now)
    else:
        typed = given.get("confirm_password", "")
        right = passwords.check(user.username, typed, address=address, at=now) is not None
    if right:
        attempts.forget(user.username)
    return right


def _sent_on(
    request: HttpRequest, after: str, waits: str, fields: list[tuple[str, str]], reason: str
) -> HttpResponse:
    """Back to what was asked for. A file is fetched from a page of its own, so that nobody is left on this form."""
    if reason == "export":
        context = {"after": after, "waits": waits, "fields": fields}
        return render(request, "signin/confirmed.html", context)
    if waits == "form":
        # 307 makes the browser send the form on as it was filled in.
        return HttpResponse(status=307, headers={"Location": after})
    return redirect(after)
