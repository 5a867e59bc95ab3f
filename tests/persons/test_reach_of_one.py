"""Whether somebody sees one person is answered as the list of all answers it, in either layer (SHR-2)."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta
from typing import Any

import pytest

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.agencies.models import SharingAgreement
from iom.persons.models import Person
from iom.persons.permissions import visible_to
from tests.access.factories import GrantFactory
from tests.factories import AgencyAccessFactory, PersonFactory
from tests.security.layers import without_row_policies

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
TODAY = date.today()


@pytest.fixture
def people(world: dict[str, Any]) -> dict[str, Person]:
    """One of each kind: what of them is shared with probation, and whether the record is restricted."""
    shares: dict[str, dict[str, Any]] = {
        "shared": {},
        "ended today": {"ends_on": TODAY},
        "ends tomorrow": {"ends_on": TODAY + timedelta(days=1)},
        "begins tomorrow": {"starts_on": TODAY + timedelta(days=1)},
        "restricted": {},
        "restricted and named": {},
    }
    made = {"not shared": PersonFactory(home_unit=world["north"])}
    for name, dates in shares.items():
        made[name] = PersonFactory(home_unit=world["north"], is_restricted="restricted" in name)
        AgencyAccessFactory(person=made[name], agency=world["probation"], **dates)
    return made


@pytest.mark.parametrize("layers", [nullcontext, without_row_policies], ids=["both layers", "the ORM alone"])
@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.PARTNER_PRACTITIONER, {"shared", "ends tomorrow", "restricted and named"}),
        (
            Role.OFFENDER_MANAGER,
            {
                "not shared",
                "shared",
                "ended today",
                "ends tomorrow",
                "begins tomorrow",
                "restricted and named",
            },
        ),
    ],
)
def test_one_is_answered_as_all(
    people: dict[str, Person],
    actor_of: ActorOf,
    role: Role,
    seen: set[str],
    layers: Callable[[], AbstractContextManager[None]],
) -> None:
    actor = actor_of(role)
    GrantFactory(content_object=people["restricted and named"], user_id=actor.user_id)

    with layers(), as_actor(actor):
        listed = set(visible_to(actor).values_list("pk", flat=True))
        one_by_one = {
            name
            for name, person in people.items()
            if visible_to(actor, few=True).filter(pk=person.pk).exists()
        }

    assert one_by_one == seen
    assert {name for name, person in people.items() if person.pk in listed} == seen


def test_without_an_agreement_in_force_nobody_is_shared(
    people: dict[str, Person], world: dict[str, Any], actor_of: ActorOf
) -> None:
    actor = actor_of(Role.PARTNER_PRACTITIONER)
    with as_owner():
        SharingAgreement.objects.filter(agency=world["probation"]).update(ends_on=TODAY)

    with without_row_policies(), as_actor(actor):
        assert not visible_to(actor).exists()
        assert not visible_to(actor, few=True).filter(pk=people["shared"].pk).exists()
