"""Making the fictional force: agencies, units, prisons, teams, people who sign in, sharing agreements (ORG-1..3)."""

from datetime import date, timedelta

from django.contrib.auth.hashers import make_password

from iom.accounts.models import Credential, EmailAddress, User
from iom.agencies.models import Agency, Membership, Prison, SharingAgreement, Team, Unit
from iom.demo.force import AGENCIES, MAIL_DOMAIN, PRISONS, UNITS, USERS

PURPOSES = "Reducing reoffending and preventing crime among people managed together (IOM)."


def make_force(*, on: date, password: str) -> None:
    """Create the whole structure; it has stood for six years, and one agreement lapsed a month ago."""
    founded = on - timedelta(days=6 * 365)
    Agency.objects.bulk_create(Agency(code=a.code, name=a.name, kind=a.kind) for a in AGENCIES)
    Unit.objects.bulk_create(Unit(code=u.code, name=u.name, kind=u.kind) for u in UNITS)
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    units = {unit.code: unit for unit in Unit.objects.all()}
    hub = units["prison-hub"]
    Prison.objects.bulk_create(
        Prison(code=code, name=name, hub=hub if has_hub else None, in_area=has_hub)
        for code, name, has_hub in PRISONS
    )
    SharingAgreement.objects.bulk_create(
        SharingAgreement(
            agency=agencies[a.code],
            reference=a.agreement,
            title=f"IOM information sharing with {a.name}",
            purposes=PURPOSES,
            starts_on=founded,
            ends_on=on - timedelta(days=30) if a.lapsed else None,
        )
        for a in AGENCIES
        if a.agreement
    )
    _people(agencies, units, founded=founded, password=password)


def _people(agencies: dict[str, Agency], units: dict[str, Unit], *, founded: date, password: str) -> None:
    """One hash for all: they share one demo password, and argon2 is slow on purpose."""
    hashed = make_password(password)
    names = {(u.agency, u.team): u.unit for u in USERS}
    Team.objects.bulk_create(
        Team(
            name=team,
            agency=agencies[agency],
            unit=units[unit],
            location=f"{units[unit].name} police station"
            if agency == AGENCIES[0].code
            else agencies[agency].name,
            contact_email=f"{team.lower().replace(' ', '.')}@{MAIL_DOMAIN}",
            contact_phone="01632 960" + f"{100 + number:03d}",
        )
        for number, ((agency, team), unit) in enumerate(names.items())
    )
    teams = {(team.agency.code, team.name): team for team in Team.objects.select_related("agency")}
    User.objects.bulk_create(User(username=u.username, name=u.name) for u in USERS)
    users = {user.username: user for user in User.objects.all()}
    Credential.objects.bulk_create(Credential(user=user, password=hashed) for user in users.values())
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=f"{user.username}@{MAIL_DOMAIN}") for user in users.values()
    )
    Membership.objects.bulk_create(
        Membership(
            user=users[u.username],
            team=teams[u.agency, u.team],
            role=u.role,
            is_contact=u.is_contact,
            starts_on=founded,
        )
        for u in USERS
    )
