"""A district's people and a case that has just been selected."""

from collections.abc import Callable
from typing import Any

import pytest

from cohorts.models import Case
from cohorts.services import record_selection
from iom.access.actor import Actor
from iom.access.scope import as_actor
from iom.accounts.rules import Role
from tests.cohorts.factories import PLACES, SELECTED_ON, ListedReferralFactory, board, moment
from tests.factories import AgencyAccessFactory, PersonFactory


@pytest.fixture
def sergeant(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.SUPERVISOR)


@pytest.fixture
def inspector(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.INSPECTOR)


@pytest.fixture
def manager(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.OFFENDER_MANAGER)


@pytest.fixture
def partner(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.PARTNER_PRACTITIONER)


@pytest.fixture
def person(world: dict[str, Any]) -> Any:
    return PersonFactory(home_unit=world["north"])


@pytest.fixture
def listed(world: dict[str, Any], person: Any, partner: Actor) -> Any:
    """A referral of probation's that is before North's board."""
    return ListedReferralFactory(
        person=person,
        unit=world["north"],
        referring_agency=world["probation"],
        referred_by_id=partner.user_id,
    )


@pytest.fixture
def agencies(world: dict[str, Any]) -> tuple[int, ...]:
    return (world["police"].pk, world["probation"].pk)


@pytest.fixture
def case(listed: Any, sergeant: Actor, agencies: tuple[int, ...]) -> Case:
    """Selected on Monday 1 June 2026 by the services themselves."""
    with as_actor(sergeant):
        return record_selection(listed.pk, board(agencies), PLACES, by=sergeant, at=moment(SELECTED_ON, 15))


@pytest.fixture
def shared_case(case: Case, person: Any, world: dict[str, Any]) -> Case:
    """The same, shared with probation."""
    AgencyAccessFactory(person=person, agency=world["probation"])
    return case
