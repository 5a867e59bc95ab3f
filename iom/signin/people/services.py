"""Asking for a change of who may sign in, and carrying it out once a second administrator has signed."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from iom.accounts.models import EmailAddress, User
from iom.accounts.rules import ROLES, Power, Role
from iom.accounts.sealing import digest
from iom.agencies.models import Agency, Membership, Team
from iom.agencies.selectors import holders_of
from iom.approvals.models import Approval
from iom.approvals.services import ask
from iom.audit.services import By, record
from iom.kernel.errors import Invalid, NotFound, Refused
from iom.kernel.wording import date_uk
from iom.notifications.services import notify
from iom.signin.audit import CLOSED, INVITED, LEFT, LINK_DRAWN, MOVED, PROVIDER_CHANGED, REOPENED
from iom.signin.models import Invitation, OidcProvider
from iom.signin.people.rules import ACT_LABELS, DRAWN_WITHIN, KIND, Act
from iom.signin.people.selectors import dormant, needs_new_owner
from iom.signin.services import sessions
from iom.working_days.rules import local_date

OWN = "Somebody else must change how you sign in."
TAKEN = "Somebody has this username already."


def ask_for(act: Act, *, by: Any, at: datetime, reason: str, **payload: Any) -> Approval:
    """Ask another administrator to agree; nothing changes until then. Nobody changes their own sign-in."""
    by.require(Power.KEEP_USERS)
    if payload.get("user") == by.user_id:
        raise Refused(OWN)
    if act is Act.JOIN and User.objects.filter(username=payload["username"]).exists():
        raise Invalid({"username": [TAKEN]})
    return ask(KIND, by=by, at=at, payload={"act": act.value, **payload}, reason=reason)


def describe(approval: Approval, reader: Any) -> list[tuple[str, str]]:
    """What a second administrator reads before signing."""
    asked = approval.payload
    lines = [("What", ACT_LABELS[Act(asked["act"])])]
    if "user" in asked:
        user = User.objects.filter(pk=asked["user"]).first()
        lines.append(("Person", f"{user.name} ({user.username})" if user else "Nobody any more"))
    if "membership" in asked:
        row = Membership.objects.select_related("team__agency").filter(pk=asked["membership"]).first()
        lines.append(("Membership", _membership(row.role, row.team) if row else "None any more"))
    lines += [(label, _said(key, str(asked[key]))) for key, label in _SHOWN if asked.get(key)]
    if "team" in asked:
        team = Team.objects.select_related("agency").filter(pk=asked["team"]).first()
        lines.append(("Role and team", _membership(asked["role"], team) if team else "No such team any more"))
    if "agency" in asked:
        lines.append(("Agency", Agency.objects.get(pk=asked["agency"]).name))
    return lines


_SHOWN = (
    ("name", "Name"),
    ("username", "Username"),
    ("email", "E-mail"),
    ("starts_on", "First day"),
    ("ends_on", "Day from which it no longer holds"),
    ("issuer", "Issuer"),
    ("client_id", "Client"),
    ("scopes", "Scopes"),
)


def _said(key: str, value: str) -> str:
    return date_uk(value) if key.endswith("_on") else value


def _membership(role: str, team: Team) -> str:
    return f"{ROLES[Role(role)].label}, {team.name}, {team.agency.name}"


def perform(approval: Approval, by: Any, at: datetime) -> None:
    """Carry out what two administrators agreed."""
    asked = approval.payload
    _ACTS[Act(asked["act"])](asked, approval, by, at)


def _join(asked: dict[str, Any], approval: Approval, by: Any, at: datetime) -> None:
    if User.objects.filter(username=asked["username"]).exists():
        raise Refused(TAKEN)
    user = User.objects.create(username=asked["username"], name=asked["name"])
    EmailAddress.objects.create(user=user, email=asked.get("email", ""))
    _add_membership(user.pk, asked)
    _invite(user.pk, "join", approval, by, at)
    record(INVITED, by=by, detail={"user": user.pk}, reason=approval.reason)


def _add(asked: dict[str, Any], approval: Approval, by: Any, at: datetime) -> None:
    _add_membership(asked["user"], asked)
    record(MOVED, by=by, detail={"user": asked["user"]}, reason=approval.reason)


def _move(asked: dict[str, Any], approval: Approval, by: Any, at: datetime) -> None:
    _end_membership(asked, date.fromisoformat(asked["starts_on"]), by=by, at=at)
    _add_membership(asked["user"], asked)
    record(MOVED, by=by, detail={"user": asked["user"]}, reason=approval.reason)


def _end(asked: dict[str, Any], approval: Approval, by: Any, at: datetime) -> None:
    _end_membership(asked, date.fromisoformat(asked["ends_on"]), by=by, at=at)
    record(LEFT, by=by, detail={"user": asked["user"]}, reason=approval.reason)


def _renew(asked: dict[str, Any], approval: Approval, by: Any, at: datetime) -> None:
    _invite(asked["user"], "renew", approval, by, at)
    record(INVITED, by=by, detail={"user": asked["user"]}, reason=approval.reason)


def _link(asked: dict[str, Any], approval: Approval, by: Any, at: datetime) -> None:
    _invite(asked["user"], "link", approval, by, at, provider_id=asked["provider"])
    record(INVITED, by=by, detail={"user": asked["user"]}, reason=approval.reason)


def _close(asked: dict[str, Any], approval: Approval, by: Any, at: datetime) -> None:
    today = local_date(at)
    rows = Membership.objects.filter(user_id=asked["user"], starts_on__lte=today)
    rows.exclude(ends_on__lte=today).update(ends_on=today)
    close(asked["user"], by=by, at=at, reason=approval.reason)
    _tell_supervisors(asked["user"], at=at)


def _reopen(asked: dict[str, Any], approval: Approval, by: Any, at: datetime) -> None:
    User.objects.filter(pk=asked["user"]).update(is_active=True)
    record(REOPENED, by=by, detail={"user": asked["user"]}, reason=approval.reason)


def _provider(asked: dict[str, Any], approval: Approval, by: Any, at: datetime) -> None:
    kept = ("issuer", "client_id", "client_secret", "scopes", "checks_second_factor", "is_active")
    values: dict[str, Any] = {name: asked[name] for name in kept if name in asked}
    values |= {"starts_on": asked["starts_on"], "ends_on": asked.get("ends_on") or None}
    values["agency_id"] = asked["agency"]
    if asked.get("provider"):
        row = OidcProvider.objects.filter(pk=asked["provider"])
        if not row.filter(issuer=asked["issuer"], client_id=asked["client_id"]).exists():
            # A secret is sealed for one client at one issuer: another one's cannot be opened.
            values.setdefault("client_secret", "")
        row.update(**values)
    else:
        OidcProvider.objects.create(**values)
    record(PROVIDER_CHANGED, by=by, detail={"issuer": asked["issuer"]}, reason=approval.reason)


_ACTS = {
    Act.JOIN: _join,
    Act.ADD: _add,
    Act.MOVE: _move,
    Act.END: _end,
    Act.RENEW: _renew,
    Act.LINK: _link,
    Act.CLOSE: _close,
    Act.REOPEN: _reopen,
    Act.PROVIDER: _provider,
}


def _add_membership(user_id: int, asked: dict[str, Any]) -> None:
    starts_on = date.fromisoformat(asked["starts_on"])
    ends_on = date.fromisoformat(asked["ends_on"]) if asked.get("ends_on") else None
    span = Membership.objects.filter(user_id=user_id, team_id=asked["team"])
    later = Q(starts_on__lt=ends_on) if ends_on else Q()
    if (
        span.filter(later, Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on))
        .exclude(starts_on=F("ends_on"))
        .exists()
    ):
        raise Refused("This person is in the team already in that time.")
    Membership.objects.create(
        user_id=user_id,
        team_id=asked["team"],
        role=Role(asked["role"]).value,
        is_contact=bool(asked.get("is_contact")),
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _end_membership(asked: dict[str, Any], day: date, *, by: By, at: datetime) -> None:
    """The membership holds until the day before; whoever acts in it is out at the next request of that day."""
    row = (
        Membership.objects.select_for_update(of=("self",))
        .filter(pk=asked["membership"], user_id=asked["user"])
        .first()
    )
    if row is None or (row.ends_on and row.ends_on <= local_date(at)):
        raise Refused("This membership has ended already.")
    row.ends_on = max(day, row.starts_on)
    row.save(update_fields=["ends_on"])
    _tell_supervisors(asked["user"], at=at)


def _tell_supervisors(user_id: int, *, at: datetime) -> None:
    """Each unit's supervisors hear how much work of theirs needs a new owner, and where it is listed."""
    name, today = User.objects.get(pk=user_id).name, local_date(at)
    for row in needs_new_owner(user_id):
        for supervisor in holders_of(Power.ALLOCATE, "police", row.unit_id, today):
            notify(
                supervisor,
                key=f"leaver:{user_id}:{row.unit_id}:{row.what}:{today}",
                kind="leaver",
                subject=f"{row.words} {'needs' if row.count == 1 else 'need'} a new owner",
                body=f"{name} leaves or changes team. Give their {row.what} to somebody else.",
                url=row.url,
                at=at,
            )


def close(user_id: int, *, by: By, at: datetime, reason: str) -> None:
    """The sign-in is closed and its session ends at the next request."""
    User.objects.filter(pk=user_id).update(is_active=False)
    sessions.end_everywhere(user_id, "role", at=at)
    record(CLOSED, by=by, detail={"user": user_id}, reason=reason, kind="sign_in")


def _invite(
    user_id: int, purpose: str, approval: Approval, by: Any, at: datetime, provider_id: int | None = None
) -> None:
    Invitation.objects.create(
        user_id=user_id,
        purpose=purpose,
        provider_id=provider_id,
        asked_by_id=approval.asked_by_id,
        approved_by_id=by.user_id,
        made_at=at,
    )


@transaction.atomic
def draw_link(invitation_id: int, *, by: Any, at: datetime) -> str:
    """The token of the link, shown this once, to whoever asked for it; it holds for `INVITATION_HOURS`."""
    by.require(Power.KEEP_USERS)
    row = (
        Invitation.objects.defer("digest")
        .filter(pk=invitation_id, asked_by_id=by.user_id, drawn_at__isnull=True, used_at__isnull=True)
        .filter(made_at__gt=at - DRAWN_WITHIN)
        .first()
    )
    if row is None:
        raise NotFound
    token = secrets.token_urlsafe(32)
    drawn = Invitation.objects.filter(pk=row.pk, drawn_at__isnull=True).update(
        digest=digest(token, purpose="invitation"),
        drawn_at=at,
        expires_at=at + timedelta(hours=settings.INVITATION_HOURS),
    )
    if not drawn:
        raise NotFound
    record(LINK_DRAWN, by=by, detail={"user": row.user_id, "purpose": row.purpose})
    return token


def close_dormant(*, by: By, at: datetime) -> int:
    """Close the sign-ins that nobody used for too long, but never the last two administrators."""
    keep = _last_administrators(on=local_date(at))
    rows = list(dormant(at=at).values_list("pk", flat=True)) if settings.DORMANT_DAYS else []
    gone = [pk for pk in rows if pk not in keep]
    for pk in gone:
        close(pk, by=by, at=at, reason=f"Not used for {settings.DORMANT_DAYS} days")
    return len(gone)


def _last_administrators(*, on: date) -> set[int]:
    found = holders_of(Power.KEEP_USERS, "admin", None, on)
    return set(found) if len(found) <= 2 else set()
