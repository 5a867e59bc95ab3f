"""Signing in and out, and who may do what."""

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from iom.accounts.audit import SIGN_IN_REFUSED, SIGNED_IN, SIGNED_OUT
from iom.accounts.forms import SignInForm
from iom.accounts.models import User
from iom.accounts.selectors import role_groups
from iom.accounts.services import check_password
from iom.audit.services import record
from iom.kernel import clock


class Visitor:
    """Whoever is at the sign-in page, before a role is known."""

    role_code = ""
    agency_name = ""

    def __init__(self, user: User | None, name: str) -> None:
        self.user_id = user.pk if user else None
        self.name = name


def runs_as_session(view):  # type: ignore[no-untyped-def]
    """Mark a view that works with the rights of the sign-in alone."""
    view.runs_as_session = True
    return view


@runs_as_session
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; afterwards the page that was asked for."""
    after = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(
        after, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        after = "/"
    if request.user.is_authenticated and request.method == "GET":
        return redirect(after)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"]
        user = check_password(name, form.cleaned_data["password"], at=clock.now())
        if user is not None:
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            record(SIGNED_IN, by=Visitor(user, user.name), kind="sign_in")
            return redirect(after)
        record(SIGN_IN_REFUSED, by=Visitor(None, name[:64]), kind="sign_in")
        form.add_error(
            None,
            "The username or password is not right, or the account is locked."
            " Wait 15 minutes and try again, or ask your administrator.",
        )
    return render(request, "accounts/sign_in.html", {"form": form, "next": after})


@runs_as_session
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and now."""
    record(SIGNED_OUT, by=Visitor(request.user, request.user.name), kind="sign_in")  # type: ignore[arg-type, union-attr]
    logout(request)
    return redirect("accounts:sign_in")


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Who may do what, from the very table that decides it (ORG-3)."""
    mine = request.actor.role_code  # type: ignore[attr-defined]
    return render(request, "accounts/role_list.html", {"groups": role_groups(), "mine": mine})
