"""A sign-in that is on its way: the password is right, something is still owed."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from iom.accounts.models import User
from iom.kernel import clock
from iom.signin import kept
from iom.signin.rules import PENDING_MINUTES, Factors, NextStep, next_step, takes_app
from iom.signin.selectors import active_user
from iom.signin.services import sessions
from iom.signin.services.factors import factors_of, make_codes

KEY = "pending"
PAGES = {
    NextStep.SECOND_STEP: "signin:second_step",
    NextStep.ENROL_ANY: "signin:set_up",
    NextStep.ENROL_KEY: "signin:set_up_key",
}


@dataclass(frozen=True)
class Pending:
    """Who is on the way in, what they have shown, and where they want to go."""

    user: User
    state: dict[str, Any]

    @property
    def factors(self) -> Factors:
        return factors_of(self.user.pk)

    @property
    def step(self) -> NextStep:
        return next_step(
            self.factors,
            passed=self.state["passed"],
            required=settings.MFA_REQUIRED,
            roles=self.roles,
            key_roles=settings.SECURITY_KEY_ROLES,
        )

    @property
    def roles(self) -> list[str]:
        return sessions.roles_today(self.user.pk, on=clock.today())

    @property
    def app_is_enough(self) -> bool:
        return takes_app(
            self.factors,
            required=settings.MFA_REQUIRED,
            roles=self.roles,
            key_roles=settings.SECURITY_KEY_ROLES,
        )


def start(
    request: HttpRequest,
    user: User,
    *,
    way: str,
    after: str,
    waiting: str = "",
    passed: str = "",
    just_now: bool = True,
) -> HttpResponse:
    """The first proof is given, `just_now` or some time ago at the agency: go on to what is owed, or in."""
    if not sessions.roles_today(user.pk, on=clock.today()):
        return render(request, "access/no_membership.html", status=403)
    # Whatever was in the session before may be somebody else's.
    request.session.flush()
    request.session[KEY] = {
        "user": user.pk,
        "at": clock.now().timestamp(),
        "way": way,
        "passed": passed,
        "just_now": just_now,
        "next": after,
        "kept": waiting,
    }
    return go_on(request, Pending(user, request.session[KEY]))


def of(request: HttpRequest, *steps: NextStep) -> Pending | None:
    """The sign-in on its way that owes one of these steps; None sends the visitor back to the start."""
    state = request.session.get(KEY)
    if not state or clock.now().timestamp() - state["at"] > PENDING_MINUTES * 60:
        return None
    user = active_user(state["user"])
    if user is None:
        return None
    found = Pending(user, state)
    return found if found.step in steps else None


def passed(request: HttpRequest, found: Pending, factor: str) -> Pending:
    """A factor was shown or set up."""
    found.state["passed"], found.state["just_now"] = factor, True
    request.session[KEY] = found.state
    request.session.cycle_key()
    return found


def go_on(request: HttpRequest, found: Pending) -> HttpResponse:
    """The next page of the sign-in, or the product."""
    step = found.step
    if step is NextStep.DONE:
        return redirect(finish(request, found))
    return redirect(PAGES[step])


def finish(request: HttpRequest, found: Pending) -> str:
    """Begin the session; the address to go to."""
    state = found.state
    request.session.pop(KEY, None)
    sessions.begin(
        request,
        found.user,
        way=state["way"],
        factor=state["passed"],
        just_now=state["just_now"],
        at=clock.now(),
    )
    waiting = kept.take_out(state["kept"], owner=found.user.pk, at=clock.now())
    if waiting is None:
        return str(state["next"])
    request.session["kept"] = state["kept"]
    return "/signin/carry-on/"


def set_up_done(request: HttpRequest, found: Pending, factor: str) -> HttpResponse:
    """After a factor was set up: into the product, past the recovery codes where there are none yet."""
    passed(request, found, factor)
    if found.step is not NextStep.DONE:
        return go_on(request, found)
    after = finish(request, found)
    if found.factors.codes_left:
        return redirect(after)
    codes = make_codes(found.user.pk, at=clock.now())
    return render(request, "signin/recovery_codes.html", {"codes": codes, "after": after})


def back_to_start() -> HttpResponse:
    return redirect(settings.LOGIN_URL)
