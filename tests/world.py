"""The small force that tests live in, and people of each role in it."""

from datetime import date
from typing import Any

from django.apps import apps
from django.db import connection
from django.test import Client

from iom.access.actor import Actor, actor_for
from iom.access.scope import as_owner
from iom.accounts.models import Credential, User
from iom.accounts.rules import Role
from iom.agencies.models import Membership
from iom.kernel import clock, step_up
from iom.signin.services.sessions import put_marks
from tests.factories import AgencyFactory, MembershipFactory, TeamFactory, UnitFactory, owning

HOME = {
    Role.CENTRAL_SPOC: ("police", "force"),
    Role.ANALYST: ("police", "force"),
    Role.AUDITOR: ("police", "force"),
    Role.ADMINISTRATOR: ("police", "force"),
    Role.PRISON_OFFICER: ("police", "hub"),
    Role.PRISON_SUPERVISOR: ("police", "hub"),
    Role.PARTNER_PRACTITIONER: ("probation", None),
    Role.PARTNER_MANAGER: ("probation", None),
}


def small_force() -> dict[str, Any]:
    """Districts North and South, a Prison Hub, the whole force, and an agency of each kind used."""
    with owning():
        return {
            "north": UnitFactory(code="north", name="North"),
            "south": UnitFactory(code="south", name="South"),
            "hub": UnitFactory(code="prison-hub", name="Prison Hub", kind="prison_hub"),
            "force": UnitFactory(code="force", name="Whole force", kind="force"),
            "police": AgencyFactory(code="police", name="Northmoor Police", kind="police"),
            "probation": AgencyFactory(
                code="probation", name="Northmoor Probation", kind="probation", agreement=True
            ),
            "drugs": AgencyFactory(
                code="drugs", name="Clearwater Recovery", kind="drug_service", agreement=True
            ),
            "lapsed": AgencyFactory(
                code="lapsed", name="Old Housing Trust", kind="housing", lapsed_agreement=True
            ),
        }


def member(world: dict[str, Any], role: Role, *, agency: str | None = None, unit: str | None = None) -> Actor:
    """A fresh person with the role, at the role's usual agency and unit unless others are given."""
    home_agency, home_unit = HOME.get(role, ("police", "north"))
    unit_key = unit or home_unit
    team = TeamFactory(agency=world[agency or home_agency], unit=world[unit_key] if unit_key else None)
    membership = MembershipFactory(role=role.value, team=team)
    with as_owner():
        actor = actor_for(membership.user, on=date.today())
    assert actor is not None
    return actor


def signed_in(actor: Actor, *, confirmed: bool = True) -> Client:
    """A test browser signed in as that person, who has just confirmed who they are unless told otherwise."""
    with as_owner():
        client = browser_of(User.objects.get(pk=actor.user_id), confirmed=confirmed)
    client.actor = actor  # type: ignore[attr-defined]
    return client


def browser_of(user: User, *, confirmed: bool = True, **given: Any) -> Client:
    """A test browser in the live session of this user; any number of them stands for one session."""
    client = Client(**given)
    with as_owner():
        client.force_login(user)
        session = client.session
        put_marks(session, token=f"session of {user.pk}", factor="app", at=clock.now())
        if not confirmed:
            del session[step_up.KEY]
        roles = Membership.objects.filter(user=user).values_list("pk", flat=True)
        if len(roles) == 1:
            session["acting"] = roles[0]  # as after the first page, so that no page of a test is the first
        session.save()
        Credential.objects.update_or_create(user=user, defaults={"live_session": f"session of {user.pk}"})
    return client


def tables_in_use() -> set[str]:
    """Tables that hold a row, the audit's left out: nothing is ever removed from those."""
    models = apps.get_models(include_auto_created=True)
    names = sorted({m._meta.db_table for m in models if m._meta.managed and m._meta.app_label != "audit"})
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(asked)
        return {name for (name,) in cursor.fetchall()}


def remove_what_was_committed(before: set[str]) -> None:
    """Empty every table that was empty before a test that commits; links are checked when all of it is gone."""
    with as_owner(), connection.cursor() as cursor:
        for name in sorted(tables_in_use() - before):
            cursor.execute(f"DELETE FROM {name}")
