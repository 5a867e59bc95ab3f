"""A child of North with one record of every kind, shared with three partners."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.factories import AgencyAccessFactory, AgencyFactory, PersonFactory
from tests.records.factories import one_of_each
from tests.today import TODAY

REF = "NV6000001"


@dataclass
class Held:
    person: Any
    records: dict[str, Any]


@pytest.fixture
def held(world: dict[str, Any]) -> Held:
    world["youth"] = AgencyFactory(code="youth", name="Youth Justice", kind="youth_justice", agreement=True)
    person = PersonFactory(
        home_unit=world["north"],
        nominal_ref=REF,
        given_names="Kit",
        family_name="Courier",
        date_of_birth=TODAY - timedelta(days=16 * 365),
    )
    for agency in ("probation", "drugs", "youth"):
        AgencyAccessFactory(person=person, agency=world[agency])
    return Held(person, one_of_each(person, world["drugs"]))
