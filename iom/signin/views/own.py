"""Your sessions and sign-in: what each person sees and changes about their own."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from iom.accounts.models import User
from iom.audit.services import record
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.errors import NotFound, Refused
from iom.kernel.step_up import step_up
from iom.signin import kept
from iom.signin.addresses import address_of
from iom.signin.audit import (
    APP_REMOVED,
    CODES_MADE,
    KEY_REMOVED,
    LEFT_EVERYWHERE,
    NOT_CONFIRMED,
    PASSWORD_CHANGED,
)
from iom.signin.forms import ChangePasswordForm, NewPasswordForm
from iom.signin.rules import owes_key
from iom.signin.selectors import active_user, visits_of
from iom.signin.services import attempts, factors, keys, passwords, sessions
from iom.signin.views.door import app_page, key_page

GET_POST = ["GET", "HEAD", "POST"]
NOT_RIGHT = "The password is not right, or the account is locked. Wait 15 minutes and try again."
LAST_FACTOR = "This is your only second factor. Set up another one before you remove it."


def _user(request: HttpRequest) -> User:
    user = active_user(request.actor.user_id)  # type: ignore[attr-defined]
    assert user is not None
    return user


def _record(action: Any, request: HttpRequest, **detail: Any) -> None:
    record(action, by=request.actor, kind="sign_in", detail=detail)  # type: ignore[attr-defined]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Devices, recent sign-ins, password, second factors."""
    user = _user(request)
    context = {
        "has": factors.factors_of(user.pk),
        "keys": keys.keys_of(user.pk),
        "visits": visits_of(user.pk),
        "here": request.session.get("live"),
        "has_password": user.has_usable_password(),
        "required": settings.MFA_REQUIRED,
    }
    return render(request, "signin/overview.html", context)


@require_http_methods(GET_POST)
@step_up("security")
def password(request: HttpRequest) -> HttpResponse:
    """Choose a new password; every other session ends."""
    user = _user(request)
    has_one = user.has_usable_password()
    form = (ChangePasswordForm if has_one else NewPasswordForm)(request.POST or None)
    if request.method == "POST" and form.is_valid() and (not has_one or _knows_password(request, user, form)):
        now, chosen = clock.now(), form.cleaned_data["new_password"]
        if carried_out(form, lambda: passwords.change(user, to=chosen, at=now)):
            _record(PASSWORD_CHANGED, request)
            sessions.stay_here(request, user, at=now)
            return redirect("signin:overview")
    context = {
        "heading": "Change your password",
        "form": form,
        "submit_label": "Change password",
        "back_url": reverse("signin:overview"),
    }
    return render(request, "signin/password.html", context)


def _knows_password(request: HttpRequest, user: User, form: NewPasswordForm) -> bool:
    """Whether the password of now was given; the form says if not, and a wrong one counts as at the door."""
    typed = form.cleaned_data["current_password"]
    if passwords.check(user.username, typed, address=address_of(request), at=clock.now()) is None:
        _record(NOT_CONFIRMED, request, **{"for": "password"})
        form.add_error("current_password", NOT_RIGHT)
        return False
    attempts.forget(user.username)
    return True


@require_http_methods(GET_POST)
@step_up("security")
def app(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app, or replace it."""
    return app_page(request, _user(request)) or _codes_or_overview(request)


@require_http_methods(GET_POST)
@step_up("security")
def key_add(request: HttpRequest) -> HttpResponse:
    """Add a security key."""
    return key_page(request, _user(request)) or _codes_or_overview(request)


def _codes_or_overview(request: HttpRequest) -> HttpResponse:
    if factors.factors_of(request.actor.user_id).codes_left:  # type: ignore[attr-defined]
        return redirect("signin:overview")
    return _new_codes(request)


def _new_codes(request: HttpRequest) -> HttpResponse:
    codes = factors.make_codes(request.actor.user_id, at=clock.now())  # type: ignore[attr-defined]
    _record(CODES_MADE, request)
    context = {"codes": codes, "after": reverse("signin:overview")}
    return render(request, "signin/recovery_codes.html", context)


@require_http_methods(GET_POST)
@step_up("security")
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes; the old ones stop working."""
    if request.method == "POST":
        return _new_codes(request)
    context = {"back_url": reverse("signin:overview")}
    return render(request, "signin/recovery_codes_ask.html", context)


@require_POST
@step_up("security")
def app_remove(request: HttpRequest) -> HttpResponse:
    """Remove the authenticator app, unless it is the only factor where one is required."""
    user = _user(request)
    if settings.MFA_REQUIRED and not factors.factors_of(user.pk).keys:
        raise Refused(LAST_FACTOR)
    if factors.remove_app(user.pk):
        _record(APP_REMOVED, request)
    return redirect("signin:overview")


@require_POST
@step_up("security")
def key_remove(request: HttpRequest, key_id: int) -> HttpResponse:
    """Remove a security key, unless it is the last one that the role needs."""
    user = _user(request)
    has = factors.factors_of(user.pk)
    roles = sessions.roles_today(user.pk, on=clock.today())
    needs_key = owes_key(roles, settings.SECURITY_KEY_ROLES)
    if settings.MFA_REQUIRED and has.keys == 1 and (needs_key or not has.has_app):
        raise Refused(LAST_FACTOR)
    if not keys.remove_key(user.pk, key_id):
        raise NotFound
    _record(KEY_REMOVED, request)
    return redirect("signin:overview")


@require_POST
def everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of this person, this one too."""
    _record(LEFT_EVERYWHERE, request)
    sessions.end_everywhere(request.actor.user_id, "everywhere", at=clock.now())  # type: ignore[attr-defined]
    return redirect("signin:overview")


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Somebody is still there: the idle time starts anew, as with every request."""
    return JsonResponse({"seconds": settings.SESSION_COOKIE_AGE})


@require_http_methods(["GET", "HEAD"])
def carry_on(request: HttpRequest) -> HttpResponse:
    """A form that was sent after its session had ended, with its fields, for the same person to send now."""
    sealed = request.session.pop("kept", "")
    found = kept.take_out(sealed, owner=request.actor.user_id, at=clock.now())  # type: ignore[attr-defined]
    if found is None:
        return redirect("/")
    to, fields = found
    return render(request, "signin/carry_on.html", {"to": to, "fields": fields})
