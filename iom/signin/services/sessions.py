"""One live session per person, with an idle and an absolute end (ORG-3)."""

import secrets
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from iom.accounts.models import Credential, User
from iom.accounts.rules import ROLES, DbClass
from iom.agencies.models import Membership, SharingAgreement, in_force_on
from iom.audit.services import record
from iom.kernel import step_up
from iom.kernel.rights import rights_of
from iom.signin.addresses import address_of, browser_of
from iom.signin.audit import SESSION_ENDED, SIGNED_IN
from iom.signin.doors import Visitor
from iom.signin.models import Visit
from iom.signin.services import attempts

BACKEND = "iom.access.backends.OwnBackend"
_PARTNER_ROLES = [role.value for role, row in ROLES.items() if row.db_class == DbClass.PARTNER]


def roles_today(user_id: int, *, on: date) -> list[str]:
    """The roles a person may act in today; a partner's only while the agency has an agreement in force."""
    agreement = SharingAgreement.objects.filter(in_force_on(on), agency=OuterRef("team__agency"))
    return list(
        Membership.objects.filter(in_force_on(on), user_id=user_id)
        .filter(~Q(role__in=_PARTNER_ROLES) | Exists(agreement))
        .values_list("role", flat=True)
    )


def begin(
    request: HttpRequest, user: User, *, way: str, factor: str, just_now: bool = True, at: datetime
) -> None:
    """Start the person's one session; the one before it, if it lives, ends and is told so on its next request.

    `just_now`: the person has shown who they are for this very sign-in, here or at their agency.
    """
    with rights_of("iom_session"):
        login(request, user, backend=BACKEND)
        token = secrets.token_urlsafe(32)
        put_marks(request.session, token=token, factor=factor, just_now=just_now, at=at)
        Visit.objects.filter(user=user, ended_at__isnull=True).update(ended_at=at, ended_because="elsewhere")
        Credential.objects.filter(user=user).update(live_session=token)
        Visit.objects.create(
            user=user,
            at=at,
            way=way,
            factor=factor,
            address=address_of(request),
            browser=browser_of(request),
            token=token,
        )
        attempts.forget(user.username)
        record(SIGNED_IN, by=Visitor(user, user.name), kind="sign_in", detail={"way": way, "factor": factor})


def put_marks(session: Any, *, token: str, factor: str, just_now: bool = True, at: datetime) -> None:
    """What the rules of sessions read at each request."""
    session["live"], session["factor"], session["began_at"] = token, factor, at.timestamp()
    if just_now:
        step_up.confirm(session, at=at)


def ended_because(request: HttpRequest, *, at: datetime) -> str | None:
    """Why this session must end now, or None; asks nothing of the database that the request has not read already."""
    session: Any = request.session
    own = getattr(request.user, "credential", None)
    live = own.live_session if own else ""
    if not live or session.get("live") != live:
        return "elsewhere" if live else "everywhere"
    if at.timestamp() - session.get("began_at", 0) >= settings.SESSION_LONGEST_SECONDS:
        return "longest"
    return "factor" if settings.MFA_REQUIRED and not session.get("factor") else None


def end(request: HttpRequest, because: str, *, at: datetime) -> None:
    """End this session here; its visit says why."""
    user: Any = request.user
    token = request.session.get("live", "")
    with rights_of("iom_session"):
        Visit.objects.filter(user_id=user.pk, token=token, ended_at__isnull=True).update(
            ended_at=at, ended_because=because
        )
        Credential.objects.filter(user_id=user.pk, live_session=token).update(live_session="")
        if because != "signed_out":
            record(SESSION_ENDED, by=Visitor(user, user.name), kind="sign_in", detail={"because": because})
        logout(request)


def end_everywhere(user_id: int, because: str, *, at: datetime) -> None:
    """Whatever session the person has ends at its next request."""
    with rights_of("iom_session"):
        Credential.objects.filter(user_id=user_id).update(live_session="")
        Visit.objects.filter(user_id=user_id, ended_at__isnull=True).update(
            ended_at=at, ended_because=because
        )


def owner_of_idle(request: HttpRequest) -> int | None:
    """Whose session ran out, when the browser still shows its cookie."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    with rights_of("iom_session"):
        row = Session.objects.filter(session_key=key).first()
    owner = row.get_decoded().get("_auth_user_id") if row else None
    return int(owner) if owner else None


def stay_here(request: HttpRequest, user: User, *, at: datetime) -> None:
    """After a new password this session goes on under a new name; what was opened with the old one ends."""
    with rights_of("iom_session"):
        token = secrets.token_urlsafe(32)
        old = request.session.get("live", "")
        update_session_auth_hash(request, user)
        request.session["live"] = token
        Credential.objects.filter(user=user).update(live_session=token)
        Visit.objects.filter(user=user, token=old).update(token=token)
