"""Who may sign in, as administrators see it: names, roles and dates, no case and no secret."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from iom.accounts.models import User
from iom.accounts.rules import ROLES, Power, Role
from iom.agencies.leavers import LeftOver, left_over
from iom.agencies.models import Membership, Unit, in_force_on
from iom.kernel.errors import NotFound
from iom.kernel.reads import naming_nobody
from iom.kernel.rights import rights_of
from iom.signin.models import Invitation, OidcProvider, Visit
from iom.signin.people.rules import Standing, standing


@dataclass(frozen=True)
class PersonRow:
    """One person who may sign in."""

    pk: int
    username: str
    name: str
    roles: tuple[str, ...]
    last_signed_in_at: datetime | None
    standing: Standing


def people(actor: Any, *, on: date) -> QuerySet[User]:
    """Everybody with a sign-in, with their latest sign-in and their memberships of the day."""
    actor.require(Power.KEEP_USERS)
    current = (
        Membership.objects.filter(in_force_on(on))
        .select_related("team__agency", "team__unit")
        .order_by("starts_on", "pk")
    )
    latest = Visit.objects.filter(user=OuterRef("pk")).order_by("-at").values("at")[:1]
    return (
        User.objects.annotate(
            last_at=Subquery(latest),
            has_role=Exists(Membership.objects.filter(in_force_on(on), user=OuterRef("pk"))),
        )
        .prefetch_related(Prefetch("memberships", queryset=current, to_attr="current"))
        .order_by("name", "pk")
    )


def found(
    actor: Any, *, on: date, q: str = "", role: str = "", state: str = "", at: datetime
) -> QuerySet[User]:
    """The people that fit the filter."""
    rows = people(actor, on=on)
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(username__icontains=q))
    if role:
        rows = rows.filter(Exists(Membership.objects.filter(in_force_on(on), role=role, user=OuterRef("pk"))))
    return rows.filter(_in_state(state, at)) if state else rows


def _in_state(state: str, at: datetime) -> Q:
    """`rules.standing` in SQL; a test ties the two together."""
    from_then = at - _dormant_span()
    used = Q(last_at__gt=from_then) | Q(last_at__isnull=True, created_at__gt=from_then)
    unused = Q(last_at__lte=from_then) | Q(last_at__isnull=True, created_at__lte=from_then)
    if not settings.DORMANT_DAYS:
        used, unused = Q(), Q(pk__in=[])
    live = Q(is_active=True, has_role=True)
    return {
        Standing.CLOSED: Q(is_active=False),
        Standing.NO_ROLE: Q(is_active=True, has_role=False),
        Standing.DORMANT: live & unused,
        Standing.ACTIVE: live & used & Q(last_at__isnull=False),
        Standing.INVITED: live & used & Q(last_at__isnull=True),
    }[Standing(state)]


def _dormant_span() -> timedelta:
    return timedelta(days=settings.DORMANT_DAYS)


def row_of(user: Any, *, at: datetime) -> PersonRow:
    """A person of `people` as the list shows them."""
    return PersonRow(
        user.pk,
        user.username,
        user.name,
        tuple(f"{ROLES[Role(m.role)].label}, {m.team.name}, {m.team.agency.name}" for m in user.current),
        user.last_at,
        standing(
            is_active=user.is_active,
            has_role=bool(user.current),
            last_signed_in_at=user.last_at,
            created_at=user.created_at,
            at=at,
            dormant_days=settings.DORMANT_DAYS,
        ),
    )


def one(actor: Any, pk: int, *, on: date) -> Any:
    """One person of `people`, or NotFound."""
    user = people(actor, on=on).filter(pk=pk).first()
    if user is None:
        raise NotFound
    return user


def memberships_of(user_id: int) -> list[Membership]:
    """All memberships, the latest first, ended ones too."""
    rows = Membership.objects.filter(user_id=user_id).select_related("team__agency", "team__unit")
    return list(rows.order_by("-starts_on", "-pk"))


def invitations_of(user_id: int) -> list[Invitation]:
    """What was agreed for this person, without the secret of it."""
    rows = Invitation.objects.filter(user_id=user_id).select_related("asked_by", "approved_by")
    return list(rows.defer("digest").order_by("-made_at")[:10])


def visits_of(user_id: int) -> list[dict[str, Any]]:
    """When and how the person signed in; from where is theirs alone to see."""
    rows = Visit.objects.filter(user_id=user_id).order_by("-at")
    return [dict(row) for row in rows.values("at", "way", "factor", "ended_at", "ended_because")[:10]]


def needs_new_owner(user_id: int) -> list[LeftOver]:
    """Open work of the person by kind and unit, as numbers; who asks sees no case."""
    with rights_of("iom_service"), naming_nobody("how many pieces of work, never whose"):
        return left_over(user_id)


@dataclass(frozen=True)
class UnitLine:
    """How many pieces of work of one kind one unit must give to somebody else."""

    unit: str
    what: str
    count: int
    words: str


def counted(rows: list[LeftOver]) -> list[UnitLine]:
    """The numbers with the units' names."""
    names = dict(Unit.objects.values_list("pk", "name"))
    return [UnitLine(names.get(row.unit_id, ""), row.what, row.count, row.words) for row in rows]


def dormant(*, at: datetime) -> QuerySet[User]:
    """Open sign-ins that nobody used for too long; for the service, which closes them."""
    before = at - _dormant_span()
    last = Visit.objects.filter(user=OuterRef("pk")).values("user").annotate(last=Max("at")).values("last")
    rows = User.objects.filter(is_active=True).annotate(last_at=Subquery(last))
    return rows.filter(Q(last_at__lte=before) | Q(last_at__isnull=True, created_at__lte=before))


def providers(actor: Any) -> list[OidcProvider]:
    """Every agency's single sign-on, without its secret."""
    actor.require(Power.KEEP_USERS)
    rows = OidcProvider.objects.select_related("agency").defer("client_secret")
    return list(rows.order_by("agency__name", "-starts_on"))


def provider(actor: Any, pk: int) -> dict[str, Any]:
    """One agency's single sign-on as its form shows it, or NotFound."""
    actor.require(Power.KEEP_USERS)
    names = ("agency", "issuer", "client_id", "scopes", "checks_second_factor", "is_active")
    row = OidcProvider.objects.filter(pk=pk).values(*names, "starts_on", "ends_on").first()
    if row is None:
        raise NotFound
    return dict(row)


def provider_choices(*, on: date) -> list[tuple[int, str]]:
    """What an account may be linked at today."""
    rows = OidcProvider.objects.filter(in_force_on(on), is_active=True).order_by("agency__name")
    return list(rows.values_list("pk", "agency__name"))
