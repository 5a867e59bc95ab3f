"""Confirming who one is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from iom.accounts.services import check_password
from iom.audit.services import record
from iom.kernel import clock, step_up
from iom.kernel.rights import rights_of
from iom.signin.audit import CONFIRMED, NOT_CONFIRMED
from iom.signin.forms import ConfirmForm

OWN_FIELDS = ("confirm_password", "confirm_sent", "csrfmiddlewaretoken")


def after_page(asked: str | None, request: HttpRequest) -> str:
    """Where to go on to: a page of this product, or the first one."""
    own = asked and url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if asked and own else "/"


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The password once more; a form that was sent waits here with all its fields and is sent on afterwards."""
    after = after_page(request.GET.get("next"), request)
    why = step_up.REASONS.get(request.GET.get("for", ""), "before you go on")
    kept = [
        (name, value) for name, values in request.POST.lists() if name not in OWN_FIELDS for value in values
    ]
    waits = request.POST.get("confirm_sent", "form" if request.method == "POST" else "page")
    form = ConfirmForm(request.POST if "confirm_sent" in request.POST else None)
    if form.is_bound and form.is_valid():
        actor = request.actor  # type: ignore[attr-defined]
        with rights_of("iom_session"):
            known = check_password(actor.username, form.cleaned_data["confirm_password"], at=clock.now())
            record(CONFIRMED if known else NOT_CONFIRMED, by=actor, kind="sign_in")
        if known:
            request.session.cycle_key()
            step_up.confirm(request.session, at=clock.now())
            if waits == "form":
                return HttpResponse(status=307, headers={"Location": after})
            return redirect(after)
        form.add_error("confirm_password", "The password is not right, or the account is locked.")
    context = {"form": form, "why": why, "kept": kept, "waits": waits, "had_files": bool(request.FILES)}
    return render(request, "signin/confirm.html", context)
