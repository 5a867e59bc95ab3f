"""A sergeant who asks, an inspector who signs, a partner that receives."""

from collections.abc import Callable
from typing import Any

import pytest

from iom.access.actor import Actor
from iom.accounts.rules import Role
from iom.persons.models import Person
from tests.factories import AgencyAccessFactory, PersonFactory
from tests.sharing.factories import DocumentFactory, ItemFactory


@pytest.fixture
def sergeant(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.SUPERVISOR)


@pytest.fixture
def inspector(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.INSPECTOR)


@pytest.fixture
def partner(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.PARTNER_MANAGER)


@pytest.fixture
def person(world: dict[str, Any]) -> Person:
    """Of North, shared with probation."""
    person = PersonFactory(home_unit=world["north"], family_name="Marker")
    AgencyAccessFactory(person=person, agency=world["probation"])
    return person


@pytest.fixture
def item(person: Person) -> Any:
    return ItemFactory(person=person)


@pytest.fixture
def document(person: Person, world: dict[str, Any]) -> Any:
    return DocumentFactory(person=person, owner_agency=world["police"])
