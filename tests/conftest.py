"""Real servers for every test: an embedded PostgreSQL and Valkey, and the rights of the web login."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client
from django.test.utils import setup_databases, teardown_databases

from iom.access.actor import Actor, actor_for
from iom.access.scope import as_owner
from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.agencies.models import Agency, Unit
from tests.factories import AgencyFactory, MembershipFactory, TeamFactory, UnitFactory


def _take_web_login(sender: Any, connection: Any, **kwargs: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE iom_web")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The name of the test database, so that two runs side by side do not share one."""
    suffix = os.environ.get("PYTEST_XDIST_WORKER", "")
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = "_".join(
        filter(None, [os.environ.get("IOM_TEST_DB", "test_iom"), suffix])
    )


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """Migrate a test database as its owner; from then on every connection has the rights of the web login: none."""
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0,
            interactive=False,
            aliases={"default", "owner"},
            keepdb=django_db_keepdb and not django_db_createdb,
        )
        connection_created.connect(_take_web_login)
        connection.close()
    yield
    with django_db_blocker.unblock():
        connection_created.disconnect(_take_web_login)
        connection.close()
        if not django_db_keepdb:
            teardown_databases(made, verbosity=0)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """No transaction around the test, so that threads and other processes see its rows; it removes them itself."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def world(db: None) -> dict[str, Any]:
    """A small force: districts North and South, a Prison Hub, the whole force, and an agency of each kind used."""
    north, south = UnitFactory(code="north", name="North"), UnitFactory(code="south", name="South")
    hub = UnitFactory(code="prison-hub", name="Prison Hub", kind="prison_hub")
    force = UnitFactory(code="force", name="Whole force", kind="force")
    police = AgencyFactory(code="police", name="Northmoor Police", kind="police")
    probation = AgencyFactory(code="probation", name="Northmoor Probation", kind="probation", agreement=True)
    drugs = AgencyFactory(code="drugs", name="Clearwater Recovery", kind="drug_service", agreement=True)
    lapsed = AgencyFactory(code="lapsed", name="Old Housing Trust", kind="housing", lapsed_agreement=True)
    return {
        "north": north,
        "south": south,
        "hub": hub,
        "force": force,
        "police": police,
        "probation": probation,
        "drugs": drugs,
        "lapsed": lapsed,
    }


_HOME = {
    Role.CENTRAL_SPOC: ("police", "force"),
    Role.ANALYST: ("police", "force"),
    Role.AUDITOR: ("police", "force"),
    Role.ADMINISTRATOR: ("police", "force"),
    Role.PRISON_OFFICER: ("police", "hub"),
    Role.PRISON_SUPERVISOR: ("police", "hub"),
    Role.PARTNER_PRACTITIONER: ("probation", None),
    Role.PARTNER_MANAGER: ("probation", None),
}


@pytest.fixture
def actor_of(world: dict[str, Any]) -> Callable[..., Actor]:
    """`actor_of(Role.SUPERVISOR, unit="south")`: a fresh person with that role, as an actor."""

    def make(role: Role, *, agency: str | None = None, unit: str | None = None) -> Actor:
        home_agency, home_unit = _HOME.get(role, ("police", "north"))
        chosen_agency: Agency = world[agency or home_agency]
        unit_key = unit or home_unit
        chosen_unit: Unit | None = world[unit_key] if unit_key else None
        membership = MembershipFactory(
            role=role.value, team=TeamFactory(agency=chosen_agency, unit=chosen_unit)
        )
        with as_owner():
            actor = actor_for(membership.user, on=date.today())
        assert actor is not None
        return actor

    return make


@pytest.fixture
def client_for(actor_of: Callable[..., Actor]) -> Callable[..., Client]:
    """`client_for(Role.SUPERVISOR)` or `client_for(actor)`: a test browser signed in as that person."""

    def make(who: Role | Actor, **kwargs: Any) -> Client:
        actor = who if isinstance(who, Actor) else actor_of(who, **kwargs)
        client = Client()
        with as_owner():
            client.force_login(User.objects.get(pk=actor.user_id))
        client.actor = actor  # type: ignore[attr-defined]
        return client

    return make
