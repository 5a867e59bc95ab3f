"""The partnership: who works where, who to call, and whether information may be shared (ORG-2, ORG-6, SHR-1)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from iom.accounts.rules import ROLES, Role
from iom.agencies.models import Agency, Membership, SharingAgreement, Team, Unit, in_force_on
from iom.agencies.rules import AgreementState, UnitKind, agreement_state, span_state
from iom.kernel.errors import NotFound


@dataclass(frozen=True)
class Contact:
    """A single point of contact: `unit` is empty where the team covers the whole area."""

    name: str
    role: str
    team: str
    unit: str
    phone: str
    email: str


@dataclass(frozen=True)
class TeamRow:
    name: str
    unit: str
    location: str
    phone: str
    email: str
    members: int


@dataclass(frozen=True)
class AgreementRow:
    pk: int
    reference: str
    title: str
    starts_on: date
    ends_on: date | None
    state: AgreementState


@dataclass(frozen=True)
class AgencyView:
    """One agency as the partnership pages show it."""

    code: str
    name: str
    kind: str
    state: AgreementState
    agreement_ends_on: date | None
    teams: tuple[TeamRow, ...]
    contacts: tuple[Contact, ...]
    agreements: tuple[AgreementRow, ...]

    @property
    def is_partner(self) -> bool:
        return self.state != AgreementState.NOT_NEEDED


@dataclass(frozen=True)
class ContactLine:
    """Whom to call at an agency for a district; no contacts means that nobody is named."""

    agency: AgencyView
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class UnitContacts:
    code: str
    name: str
    lines: tuple[ContactLine, ...]


def partnership(*, on: date) -> list[AgencyView]:
    """Every agency with its teams, contacts and agreements; four queries however many there are."""
    members = (
        Membership.objects.filter(in_force_on(on)).select_related("user__address").order_by("user__name")
    )
    teams = Team.objects.select_related("unit").prefetch_related(
        Prefetch("memberships", queryset=members, to_attr="current")
    )
    agencies = Agency.objects.prefetch_related(
        Prefetch("teams", queryset=teams), Prefetch("agreements", queryset=SharingAgreement.objects.all())
    )
    return [_view(agency, on=on) for agency in agencies]


def agency_view(code: str, *, on: date) -> AgencyView:
    """One agency, or NotFound."""
    found = next((agency for agency in partnership(on=on) if agency.code == code), None)
    if found is None:
        raise NotFound
    return found


def contacts_by_unit(agencies: list[AgencyView]) -> list[UnitContacts]:
    """For each district and hub: every partner and whom to call there, so that a lost contact is seen (ORG-2)."""
    partners = [agency for agency in agencies if agency.is_partner]
    units = Unit.objects.exclude(kind=UnitKind.FORCE).order_by("kind", "name")
    return [
        UnitContacts(unit.code, unit.name, tuple(_line(agency, unit.name) for agency in partners))
        for unit in units
    ]


def _line(agency: AgencyView, unit: str) -> ContactLine:
    local = tuple(contact for contact in agency.contacts if contact.unit == unit)
    return ContactLine(agency, local or tuple(contact for contact in agency.contacts if not contact.unit))


def _view(agency: Agency, *, on: date) -> AgencyView:
    agreements = list(agency.agreements.all())
    current = [row for row in agreements if span_state(row.starts_on, row.ends_on, on=on) in _CURRENT]
    open_ended = any(row.ends_on is None for row in current)
    ends = [row.ends_on for row in current if row.ends_on]
    return AgencyView(
        code=agency.code,
        name=agency.name,
        kind=agency.get_kind_display(),
        state=agreement_state([(row.starts_on, row.ends_on) for row in agreements], on=on, kind=agency.kind),
        agreement_ends_on=None if open_ended else max(ends, default=None),
        teams=tuple(_team(team) for team in agency.teams.all()),
        contacts=tuple(contact for team in agency.teams.all() for contact in _contacts(team)),
        agreements=tuple(
            AgreementRow(
                row.pk,
                row.reference,
                row.title,
                row.starts_on,
                row.ends_on,
                span_state(row.starts_on, row.ends_on, on=on),
            )
            for row in agreements
        ),
    )


_CURRENT = (AgreementState.IN_FORCE, AgreementState.ENDS_SOON)


def _unit_name(team: Team) -> str:
    return "" if team.unit is None or team.unit.kind == UnitKind.FORCE else team.unit.name


def _team(team: Team) -> TeamRow:
    people = len(_current(team))
    return TeamRow(team.name, _unit_name(team), team.location, team.contact_phone, team.contact_email, people)


def _contacts(team: Team) -> list[Contact]:
    return [
        Contact(
            row.user.name,
            row.get_role_display(),
            team.name,
            _unit_name(team),
            team.contact_phone,
            row.user.email or team.contact_email,
        )
        for row in _current(team)
        if row.is_contact
    ]


def _current(team: Team) -> list[Membership]:
    """The team's members of the day, as `partnership` fetched them."""
    rows: list[Membership] = team.current  # type: ignore[attr-defined]
    return rows


def lacking(agencies: list[AgencyView]) -> list[AgencyView]:
    """Partners with which nothing may be shared on the day."""
    return [a for a in agencies if a.is_partner and a.state not in _CURRENT]


def agency_id(code: str) -> int | None:
    """The number of the agency with this code, or None."""
    return Agency.objects.filter(code=code).values_list("id", flat=True).first()


def unit_id(code: str) -> int | None:
    """The number of the district or hub with this code, or None."""
    units = Unit.objects.exclude(kind=UnitKind.FORCE)
    return units.filter(code=code).values_list("id", flat=True).first()


def holders_of(power: str, db_class: str, unit_id: int | None, on: date) -> list[int]:
    """Who holds a power in a class of roles on a day: in the unit or the whole force, anywhere without a unit."""
    roles = [role for role in Role if ROLES[role].db_class == db_class and power in ROLES[role].powers]
    rows = Membership.objects.filter(in_force_on(on), role__in=roles, user__is_active=True)
    if unit_id is not None:
        rows = rows.filter(Q(team__unit=unit_id) | Q(team__unit__kind=UnitKind.FORCE))
    return sorted(set(rows.values_list("user_id", flat=True)))
