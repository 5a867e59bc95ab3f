"""Every fault put in on purpose is caught, and no check alone would do (security.md, check 5)."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from iom.access import scope
from iom.access.actor import actor_for
from iom.access.faults import faults as faults_of_the_database
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.models import User
from tests.architecture import test_api_matrix as api
from tests.architecture.test_role_url_matrix import EXPECTED, answer, url_of
from tests.scene import Scene, build
from tests.security.boundaries import cases, wrong
from tests.security.doors import open_doors
from tests.security.facts import LAYERS, Force
from tests.security.facts import build as build_force
from tests.security.faults import CHECK, DOORS, EDGES, FAULTS, MODELS, SCAN, SOURCE, Fault
from tests.security.machine import history
from tests.security.markers import Seeded, leaks, seed, text_of
from tests.security.measures import note_figure
from tests.security.sources import broken

Check = Callable[[Fault | None], bool]
WHOLE = os.environ.get("IOM_SECURITY") == "whole"
LOOKED_AT = [
    (name, "GET", thing)
    for name in ("persons:people", "cohorts:profile", "cohorts:case", "cohorts:timeline", "cohorts:referral")
    for thing in ("north", "restricted")
    if (name, "GET", thing) in EXPECTED
]
CALLED = [("persons_retrieve", "north"), ("cases_list", "north"), ("cases_retrieve", "north")]
LOOKERS = ("central_spoc", "partner_share", "partner_housing", "partner_lapsed", "auditor")


def of_the_scan(scene: Scene, seeded: Seeded) -> bool:
    """A small scan: the pages of a person for five readers, and their statuses."""
    for key in LOOKED_AT:
        for who in LOOKERS:
            found = answer(scene.browsers[who], "GET", url_of(scene, key[0], key[2]))
            if found.status_code != EXPECTED[key][who] or list(leaks(seeded, who, text_of(found))):
                return True
    for operation, thing in CALLED:
        for who in LOOKERS:
            if list(leaks(seeded, who, text_of(api.answer(scene, who, operation, thing)))):
                return True
    return False


def of_the_models(force: Force, fault: Fault | None = None) -> bool:
    """Each step of the fixed history, until two of the three disagree; for a fault one layer after the other."""
    turns = [tuple(LAYERS)] if fault is None or WHOLE else [(layer,) for layer in fault.layers]
    return not scope_is_given_back(force) or any(any(history(force, layers)) for layers in turns)


def scope_is_given_back(force: Force) -> bool:
    """Whether a scope within a scope leaves the outer one as it was."""
    with as_service():
        actor = actor_for(User.objects.get(pk=force.users["support"]), on=force.day)
    assert actor is not None
    with as_actor(actor):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_setting('app.user_id')")
            before = cursor.fetchone()
        with as_owner(), transaction.atomic():
            scope.current()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_setting('app.user_id')")
            return bool(cursor.fetchone() == before)


def of_the_edges(force: Force) -> bool:
    return any(wrong(force, case) for case in cases())


def of_the_database(force: Force) -> bool:
    with as_owner():
        return bool(set(faults_of_the_database(connection)) - SEEN_BEFORE)


SEEN_BEFORE: set[str] = set()


def catches(check: Check, fault: Fault) -> bool:
    """Whether a check speaks while the fault is there; one that cannot even be run has been noticed too.

    A fault that cannot be put in is a mistake of the fault, and fails here.
    """
    with transaction.atomic(), fault.made():
        try:
            return check(fault)
        except DatabaseError:
            return True


@pytest.fixture
def nothing_left(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield


def asked(check: str) -> list[Fault]:
    """The faults a check is asked about: its own, or all of them where everything runs."""
    return [fault for fault in FAULTS if WHOLE or fault.caught_by == check]


def test_every_fault_is_caught_and_no_check_catches_all(
    nothing_left: None, record_property: Callable[[str, object], None]
) -> None:
    caught: dict[str, set[str]] = {fault.name: set() for fault in FAULTS}
    with transaction.atomic():
        scene = build()
        seeded = seed(scene)
        assert not of_the_scan(scene, seeded)
        assert open_doors(scene) == []
        of_the_scene: dict[str, Check] = {
            SCAN: lambda _: of_the_scan(scene, seeded),
            DOORS: lambda _: bool(open_doors(scene)),
        }
        for name, check in of_the_scene.items():
            for fault in asked(name):
                if catches(check, fault):
                    caught[fault.name].add(name)
        transaction.set_rollback(True)
    with transaction.atomic():
        force = build_force()
        with as_owner():
            SEEN_BEFORE.update(faults_of_the_database(connection))
        checks: dict[str, Check] = {
            CHECK: lambda _: of_the_database(force),
            SOURCE: lambda _: bool(broken()),
            EDGES: lambda _: of_the_edges(force),
            MODELS: lambda fault: of_the_models(force, fault),
        }
        for name, check in checks.items():
            assert not check(None), f"{name} speaks without a fault"
            for fault in asked(name):
                if catches(check, fault):
                    caught[fault.name].add(name)
        transaction.set_rollback(True)

    table = [(name, sorted(by)) for name, by in caught.items()]
    found = [name for name, by in table if by]
    record_property("figure", f"Faults put in on purpose and caught: {len(found)}/{len(FAULTS)}")
    note_figure("faults", {"made": len(FAULTS), "caught": len(found), "table": table})
    assert [name for name, by in table if not by] == []
    assert len(FAULTS) >= 23
    for name in (SCAN, MODELS, EDGES, CHECK, SOURCE, DOORS):
        assert any(name not in by for _, by in table)


def test_the_sources_keep_what_no_running_test_can_see() -> None:
    assert broken() == []
