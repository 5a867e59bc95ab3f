"""The way in: name and password, then the second factor; and the way out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from iom.accounts.models import User
from iom.accounts.sealing import NotSealedHere, seal, unseal
from iom.audit.services import record
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.signin import kept
from iom.signin.addresses import address_of
from iom.signin.audit import APP_ADDED, KEY_ADDED, SECOND_STEP_REFUSED, SIGN_IN_REFUSED, SIGNED_OUT
from iom.signin.doors import Visitor, runs_as_session
from iom.signin.forms import CodeForm, KeyForm, NewKeyForm, RecoveryForm, SetUpForm, SignInForm
from iom.signin.qr import qr_code
from iom.signin.rules import ENDED_SENTENCES, REFUSED_SENTENCE, NextStep, owes_key
from iom.signin.selectors import name_to_note, providers_on
from iom.signin.services import factors, keys, passwords, sessions
from iom.signin.views import pending

GET_POST = ["GET", "HEAD", "POST"]
NOT_RIGHT = {
    "app": "The code is not right or has been used, or the account is locked. Wait for the next code.",
    "key": "The security key was not accepted, or the account is locked. Try again.",
    "recovery": "The recovery code is not right or has been used, or the account is locked.",
}


def site_of(request: HttpRequest) -> keys.Site:
    return keys.Site(f"{request.scheme}://{request.get_host()}")


@runs_as_session
@login_not_required
@require_http_methods(GET_POST)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; afterwards what is still owed, then the page that was asked for."""
    after = kept.own_page(request.POST.get("next") or request.GET.get("next"), request)
    if request.user.is_authenticated and request.method == "GET":
        return redirect(after)
    form = SignInForm(request.POST or None)
    waiting = request.POST.get("kept", "")
    if request.method == "POST" and form.is_valid():
        name, now = form.cleaned_data["username"], clock.now()
        user = passwords.check(name, form.cleaned_data["password"], address=address_of(request), at=now)
        if user is not None:
            return pending.start(request, user, way="password", after=after, waiting=waiting)
        record(SIGN_IN_REFUSED, by=Visitor(None, name_to_note(name)), kind="sign_in")
        form.add_error(None, REFUSED_SENTENCE)
    ended = ENDED_SENTENCES.get(request.GET.get("ended", ""), "")
    return sign_in_page(request, form, after=after, waiting=waiting, ended=ended)


def sign_in_page(
    request: HttpRequest,
    form: SignInForm,
    *,
    after: str,
    waiting: str = "",
    ended: str = "",
    had_files: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page itself; `waiting` is a form that was sent too late, sealed."""
    if waiting:
        request.session["waiting"] = waiting  # for whoever goes on by single sign-on
    context = {
        "form": form,
        "next": after,
        "kept": waiting,
        "ended": ended,
        "had_files": had_files,
        "providers": providers_on(clock.today()),
    }
    return render(request, "accounts/sign_in.html", context, status=status)


@runs_as_session
@login_not_required
@require_http_methods(GET_POST)
def second_step(request: HttpRequest) -> HttpResponse:
    """A code, a security key or a recovery code."""
    found = pending.of(request, NextStep.SECOND_STEP)
    if found is None:
        return pending.back_to_start()
    has, app = found.factors, found.app_is_enough
    ways = {"key": has.keys > 0, "app": app, "recovery": has.codes_left > 0}
    way = request.POST.get("way") or request.GET.get("way") or ("key" if has.keys else "app")
    if not ways.get(way):
        way = "key" if has.keys else "app"
    forms: dict[str, Any] = {"key": KeyForm, "app": CodeForm, "recovery": RecoveryForm}
    form = forms[way](request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _second_factor_is_right(request, found.user, way, form.cleaned_data):
            pending.passed(request, found, way)
            return pending.go_on(request, found)
        record(
            SECOND_STEP_REFUSED,
            by=Visitor(found.user, found.user.name),
            kind="sign_in",
            detail={"way": way},
        )
        form.add_error(None, NOT_RIGHT[way])
    context = {"form": form, "way": way, "ways": ways}
    if way == "key":
        context["question"] = ask_key(request, keys.question_to_sign_in(found.user.pk, site_of(request)))
    return render(request, "signin/second_step.html", context)


def ask_key(request: HttpRequest, question: keys.Question) -> dict[str, Any]:
    """Note the challenge in the session; the options go to the page."""
    request.session["challenge"] = question.challenge
    return question.options


def _second_factor_is_right(request: HttpRequest, user: User, way: str, given: dict[str, Any]) -> bool:
    address, now = address_of(request), clock.now()
    if way == "app":
        return factors.take_code(user, given["code"], address=address, at=now)
    if way == "recovery":
        return factors.take_recovery_code(user, given["recovery_code"], address=address, at=now)
    return keys.take_key(
        user,
        answer=given["answer"],
        challenge=request.session.pop("challenge", ""),
        site=site_of(request),
        address=address,
        at=now,
    )


@runs_as_session
@login_not_required
@require_http_methods(GET_POST)
def set_up(request: HttpRequest) -> HttpResponse:
    """The first sign-in: nothing else can be done before a second factor stands."""
    found = pending.of(request, NextStep.ENROL_ANY)
    if found is None:
        return pending.back_to_start()
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("signin:set_up_app" if form.cleaned_data["factor"] == "app" else "signin:set_up_key")
    return render(request, "signin/set_up.html", {"form": form})


@runs_as_session
@login_not_required
@require_http_methods(GET_POST)
def set_up_app(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app on the way in."""
    found = pending.of(request, NextStep.ENROL_ANY)
    if found is None:
        return pending.back_to_start()
    return app_page(request, found.user) or pending.set_up_done(request, found, "app")


@runs_as_session
@login_not_required
@require_http_methods(GET_POST)
def set_up_key(request: HttpRequest) -> HttpResponse:
    """Add a security key on the way in."""
    found = pending.of(request, NextStep.ENROL_ANY, NextStep.ENROL_KEY)
    if found is None:
        return pending.back_to_start()
    owed = settings.MFA_REQUIRED and owes_key(found.roles, settings.SECURITY_KEY_ROLES)
    return key_page(request, found.user, owed=owed) or pending.set_up_done(request, found, "key")


def app_page(request: HttpRequest, user: User) -> HttpResponse | None:
    """The page that sets up an app; None when it has just been set up."""
    form = CodeForm(request.POST or None)
    secret = _new_app_secret(request, user)
    if request.method == "POST" and form.is_valid():
        now, code = clock.now(), form.cleaned_data["code"]
        if carried_out(form, lambda: factors.add_app(user, secret=secret, code=code, at=now)):
            del request.session["new_app"]
            record(APP_ADDED, by=Visitor(user, user.name), kind="sign_in")
            return None
    address = factors.app_address(secret, user.username)
    groups = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return render(request, "signin/set_up_app.html", {"form": form, "qr": qr_code(address), "secret": groups})


def _new_app_secret(request: HttpRequest, user: User) -> str:
    """The secret of the app that this person is setting up: the same on each page, sealed in the session."""
    purpose = f"new authenticator app of {user.pk}"
    try:
        return unseal(request.session.get("new_app", ""), purpose=purpose)
    except NotSealedHere:
        secret = factors.new_secret()
        request.session["new_app"] = seal(secret, purpose=purpose)
        return secret


def key_page(request: HttpRequest, user: User, *, owed: bool = False) -> HttpResponse | None:
    """The page that adds a security key; None when one has just been added."""
    form = NewKeyForm(request.POST or None)
    site, now = site_of(request), clock.now()
    if request.method == "POST" and form.is_valid():
        challenge = request.session.pop("challenge", "")
        given = form.cleaned_data
        if carried_out(
            form,
            lambda: keys.add_key(
                user, name=given["name"], answer=given["answer"], challenge=challenge, site=site, at=now
            ),
        ):
            record(KEY_ADDED, by=Visitor(user, user.name), kind="sign_in")
            return None
    question = ask_key(request, keys.question_to_add(user, site))
    return render(request, "signin/set_up_key.html", {"form": form, "question": question, "owed": owed})


@runs_as_session
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and now."""
    user: Any = request.user
    record(SIGNED_OUT, by=Visitor(user, user.name), kind="sign_in")
    sessions.end(request, "signed_out", at=clock.now())
    answer = redirect("signin:sign_in")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
