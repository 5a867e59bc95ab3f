"""Two clicks at the same moment: one tag on one person, once (TAG-2)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from iom.access.actor import Actor, actor_for
from iom.access.scope import as_owner
from iom.persons.models import Person
from tagging.models import Device, DeviceEvent, Wearing
from tagging.rules import Fitting
from tagging.services import fit_device
from tests.cohorts.test_together import acting, at_once
from tests.factories import AgencyFactory, MembershipFactory, PersonFactory, TeamFactory, UnitFactory
from tests.tagging.factories import DeviceFactory

DAY = date(2026, 6, 30)
NOON = datetime(2026, 6, 30, 11, tzinfo=UTC)
FITTING = Fitting(
    starts_on=DAY, review_on=DAY + timedelta(days=28), consent_on=DAY, purposes=("protect_public",)
)


@pytest.fixture
def district(committed: None) -> dict[str, Any]:
    """An offender manager of North, really committed."""
    north = UnitFactory(code="north", name="North")
    team = TeamFactory(agency=AgencyFactory(code="police", kind="police"), unit=north)
    user = MembershipFactory(role="offender_manager", team=team).user
    with as_owner():
        manager = actor_for(user, on=date.today())
    return {"north": north, "manager": manager}


def fitting(by: Actor, device: Device, person: Person) -> Any:
    return acting(
        by,
        lambda: fit_device(
            device.pk, nominal_ref=person.nominal_ref, fitting=FITTING, by=by, on=DAY, at=NOON
        ),
    )


def test_one_person_is_fitted_with_one_of_two_tags(district: dict[str, Any]) -> None:
    person, by = PersonFactory(home_unit=district["north"]), district["manager"]
    devices = [DeviceFactory(unit=district["north"]) for _ in range(2)]

    answers = at_once(*(fitting(by, device, person) for device in devices))

    assert answers == [
        "This person already wears a tag, or this tag was worn by somebody, at that time.",
        "done",
    ]
    with as_owner():
        assert Wearing.objects.count() == 1
        assert sorted(Device.objects.values_list("state", flat=True)) == ["available", "fitted"]


def test_one_tag_is_fitted_to_one_of_two_people(district: dict[str, Any]) -> None:
    device, by = DeviceFactory(unit=district["north"]), district["manager"]
    people = [PersonFactory(home_unit=district["north"]) for _ in range(2)]

    answers = at_once(*(fitting(by, device, person) for person in people))

    assert answers == ["This tag is fitted, so it cannot be fitted.", "done"]
    with as_owner():
        assert Wearing.objects.count() == DeviceEvent.objects.count() == 1
