"""Real servers for every test: an embedded PostgreSQL and Valkey, and the rights of the web login."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.test import Client, override_settings
from django.test.utils import setup_databases, teardown_databases

from iom.access.actor import Actor
from iom.accounts.rules import Role
from iom.celery import app
from tests.scene import Scene, build
from tests.security.markers import Seeded, seed
from tests.shares import Shares, place_of
from tests.world import member, remove_what_was_committed, signed_in, small_force, tables_in_use


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shares:
    config.option.loadscopereorder = False
    return Shares(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: place_of(item.nodeid))


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
            serialized_aliases=set(),
        )
        connection_created.connect(_take_web_login)
        connection.close()
    yield
    with django_db_blocker.unblock():
        connection_created.disconnect(_take_web_login)
        connection.close()
        if not django_db_keepdb:
            _end_other_connections()
            teardown_databases(made, verbosity=0)


def _end_other_connections() -> None:
    """A thread of a test may still hold a connection; a database in use cannot be dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    connection.close()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """No transaction around the test, so that threads and other processes see its rows; they are removed afterwards."""
    with django_db_blocker.unblock():
        before = tables_in_use()
        yield
        remove_what_was_committed(before)
        connection.close()


@pytest.fixture
def no_broker() -> Iterator[None]:
    """The address of the broker leads nowhere."""
    address = app.conf.broker_url
    app.pool.force_close_all()
    app.conf.broker_url = app.conf.broker_write_url = "redis://127.0.0.1:1/0"
    app.set_current()
    app._pool = None
    app.amqp._producer_pool = None
    yield
    app.conf.broker_url = app.conf.broker_write_url = address
    app._pool = None
    app.amqp._producer_pool = None


@pytest.fixture
def world(db: None) -> dict[str, Any]:
    """A small force: districts North and South, a Prison Hub, the whole force, and an agency of each kind used."""
    return small_force()


@pytest.fixture
def actor_of(world: dict[str, Any]) -> Callable[..., Actor]:
    """`actor_of(Role.SUPERVISOR, unit="south")`: a fresh person with that role, as an actor."""
    return partial(member, world)


@pytest.fixture
def client_for(actor_of: Callable[..., Actor]) -> Callable[..., Client]:
    """`client_for(Role.SUPERVISOR)` or `client_for(actor)`: a test browser signed in as that person.

    The person has just confirmed who they are, so that step-up does not ask; `confirmed=False` leaves that out.
    """

    def make(who: Role | Actor, *, confirmed: bool = True, **kwargs: Any) -> Client:
        return signed_in(who if isinstance(who, Actor) else actor_of(who, **kwargs), confirmed=confirmed)

    return make


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """One of everything and a browser for every kind of visitor, built once for a module and undone at its end.

    Who has just confirmed that it is they stays confirmed for as long as a slow machine takes for the whole walk.
    """
    confirmed = override_settings(
        STEP_UP_SECONDS=24 * 60 * 60, SESSION_COOKIE_AGE=24 * 60 * 60, SESSION_SAVE_EVERY_REQUEST=False
    )
    with confirmed, django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def seeded(scene: Scene) -> Iterator[Seeded]:
    """The scene with a marker in every classified text, for the whole of a module."""
    with transaction.atomic():
        yield seed(scene)
        transaction.set_rollback(True)


@pytest.fixture
def stage(scene: Scene) -> Iterator[Scene]:
    """The scene for one test: what the test does to it is undone."""
    with transaction.atomic():
        yield scene
        transaction.set_rollback(True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The figures that tests give are said at the end, also when all is well."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    for report in reports:
        for name, said in getattr(report, "user_properties", ()):
            if name == "figure" and report.when == "call":
                terminalreporter.write_line(said)
