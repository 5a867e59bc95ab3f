"""Fitting, removing and keeping tags: what is allowed, refused and recorded (TAG-1, TAG-2)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.audit.models import Act, Change
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from tagging.models import Device, DeviceEvent, Wearing
from tagging.rules import DeviceState, EndReason, Fitting
from tagging.selectors import wearings_of
from tagging.services import add_device, change_state, fit_device, remove_device
from tests.factories import PersonFactory
from tests.tagging.factories import DeviceFactory, WearingFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
DAY = date(2026, 6, 30)
NOON = datetime(2026, 6, 30, 11, tzinfo=UTC)
FITTING = Fitting(
    starts_on=DAY, review_on=DAY + timedelta(days=28), consent_on=DAY, purposes=("protect_public",)
)


def fit(actor: Actor, device: Device, person: Any, fitting: Fitting = FITTING) -> Wearing:
    with as_actor(actor):
        return fit_device(
            device.pk, nominal_ref=person.nominal_ref, fitting=fitting, by=actor, on=DAY, at=NOON
        )


def remove(actor: Actor, wearing: Wearing, **more: Any) -> Wearing:
    given = {"ends_on": DAY, "reason": EndReason.WITHDREW, "to_state": "available"} | more
    with as_actor(actor):
        return remove_device(wearing.pk, by=actor, on=DAY, at=NOON, **given)


def state_of(device: Device) -> str:
    with as_owner():
        return Device.objects.get(pk=device.pk).state


def test_a_fitting_is_a_wearing_a_state_a_line_of_history_and_an_act(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    device, person = DeviceFactory(unit=world["north"]), PersonFactory(home_unit=world["north"])
    actor = actor_of(Role.OFFENDER_MANAGER)

    wearing = fit(actor, device, person)

    assert (wearing.person_id, wearing.fitted_by_id, wearing.ends_on) == (person.pk, actor.user_id, None)
    assert state_of(device) == "fitted"
    with as_owner():
        event = DeviceEvent.objects.get(device=device)
        assert (event.from_state, event.to_state, event.on, event.by_id) == (
            "available",
            "fitted",
            DAY,
            actor.user_id,
        )
        assert Act.objects.get(action="tagging.wearing.fitted").subjects == [person.pk]
        assert Change.objects.filter(
            table_name="tagging_wearing", subject=person.pk, operation="INSERT"
        ).exists()


def test_a_fitting_that_breaks_the_rules_changes_nothing(world: dict[str, Any], actor_of: ActorOf) -> None:
    device = DeviceFactory(unit=world["north"])
    child = PersonFactory(home_unit=world["north"], date_of_birth=date(2014, 7, 1))
    actor = actor_of(Role.OFFENDER_MANAGER)

    with pytest.raises(Invalid) as invalid:
        fit(actor, device, child)

    assert set(invalid.value.fields) == {"person"}
    assert state_of(device) == "available"
    with as_owner():
        assert not Wearing.objects.exists()
        assert not DeviceEvent.objects.exists()


@pytest.mark.parametrize(
    "state", [s.value for s in DeviceState if s.value not in ("available", "allocated", "idle")]
)
def test_a_device_that_is_not_at_hand_cannot_be_fitted(
    world: dict[str, Any], actor_of: ActorOf, state: str
) -> None:
    device, person = DeviceFactory(unit=world["north"], state=state), PersonFactory(home_unit=world["north"])

    with pytest.raises(Refused):
        fit(actor_of(Role.OFFENDER_MANAGER), device, person)


def test_a_person_wears_one_tag_at_a_time(world: dict[str, Any], actor_of: ActorOf) -> None:
    actor, person = actor_of(Role.OFFENDER_MANAGER), PersonFactory(home_unit=world["north"])
    first, second = DeviceFactory(unit=world["north"]), DeviceFactory(unit=world["north"])
    wearing = fit(actor, first, person)

    with pytest.raises(Refused, match="already wears"):
        fit(actor, second, person)
    assert state_of(second) == "available"

    remove(actor, wearing)
    assert fit(actor, second, person).device_id == second.pk


def test_the_database_itself_refuses_a_second_wearer_of_a_device(world: dict[str, Any]) -> None:
    first = WearingFactory()

    with pytest.raises(IntegrityError, match="tagging_wearing_one_person_per_device"):
        WearingFactory(device=first.device, starts_on=first.starts_on + timedelta(days=3))


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"purposes": []}, "has_purpose"),
        ({"consent_on": date(2026, 6, 2)}, "consent_first"),
        ({"ends_on": date(2026, 6, 9)}, "end_has_reason"),
        ({"end_reason": "withdrew"}, "end_has_reason"),
        ({"review_on": date(2026, 6, 1)}, "review_after_start"),
        ({"guardian_consent_on": date(2026, 6, 2)}, "guardian_consent_first"),
    ],
)
def test_the_database_itself_refuses_a_wearing_against_the_rules(
    db: None, wrong: dict[str, Any], name: str
) -> None:
    with pytest.raises(IntegrityError, match=name):
        WearingFactory(**wrong)


def test_only_the_owning_district_fits_a_tag_and_only_to_people_it_sees(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    device, person = DeviceFactory(unit=world["north"]), PersonFactory(home_unit=world["north"])
    elsewhere = PersonFactory(home_unit=world["south"])

    with pytest.raises(Forbidden):
        fit(actor_of(Role.OFFENDER_MANAGER, unit="south"), device, elsewhere)
    with pytest.raises(NotFound):
        fit(actor_of(Role.OFFENDER_MANAGER), device, elsewhere)
    with pytest.raises(Forbidden):
        fit(actor_of(Role.ANALYST), device, person)
    assert fit(actor_of(Role.CENTRAL_SPOC), device, elsewhere).person_id == elsewhere.pk


def test_consent_may_be_withdrawn_on_the_very_day(world: dict[str, Any], actor_of: ActorOf) -> None:
    actor, device = actor_of(Role.OFFENDER_MANAGER), DeviceFactory(unit=world["north"])
    wearing = fit(actor, device, PersonFactory(home_unit=world["north"]))

    ended = remove(actor, wearing, to_state="damaged", note="Strap cut")

    assert (ended.ends_on, ended.end_reason, ended.ended_by_id) == (DAY, "withdrew", actor.user_id)
    assert state_of(device) == "damaged"
    with as_owner():
        assert Act.objects.get(action="tagging.wearing.removed").reason == "Strap cut"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"ends_on": DAY + timedelta(days=1)}, Invalid),
        ({"ends_on": date(2026, 5, 31)}, Invalid),
        ({"to_state": "fitted"}, Invalid),
        ({"to_state": "retired"}, Invalid),
    ],
)
def test_a_removal_that_cannot_be_changes_nothing(
    world: dict[str, Any], actor_of: ActorOf, more: dict[str, Any], error: type[Exception]
) -> None:
    wearing = WearingFactory(person__home_unit=world["north"])

    with pytest.raises(error):
        remove(actor_of(Role.OFFENDER_MANAGER), wearing, **more)

    assert state_of(wearing.device) == "fitted"


def test_a_tag_comes_off_once(world: dict[str, Any], actor_of: ActorOf) -> None:
    actor, wearing = actor_of(Role.OFFENDER_MANAGER), WearingFactory(person__home_unit=world["north"])
    remove(actor, wearing)

    with pytest.raises(Refused):
        remove(actor, wearing)


def test_a_wearing_of_somebody_elses_person_is_not_found(world: dict[str, Any], actor_of: ActorOf) -> None:
    wearing = WearingFactory(person__home_unit=world["south"])

    with pytest.raises(NotFound):
        remove(actor_of(Role.OFFENDER_MANAGER), wearing)


def change(actor: Actor, device: Device, to: str, reason: str = "Checked") -> Device:
    with as_actor(actor):
        return change_state(device.pk, to=to, reason=reason, by=actor, on=DAY, at=NOON)


def test_a_state_changes_with_a_reason_and_leaves_a_line_of_history(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    device = DeviceFactory(unit=world["north"])

    changed = change(actor_of(Role.SUPPORT), device, "faulty", "No signal")

    assert (changed.state, changed.state_since) == ("faulty", DAY)
    with as_owner():
        event = DeviceEvent.objects.get(device=device)
    assert (event.from_state, event.to_state, event.reason) == ("available", "faulty", "No signal")


@pytest.mark.parametrize(
    ("state", "to", "reason", "error"),
    [
        ("fitted", "lost", "x", Refused),
        ("available", "fitted", "x", Refused),
        ("retired", "available", "x", Refused),
        ("available", "faulty", " ", Invalid),
    ],
)
def test_a_state_does_not_change_against_the_rules(
    world: dict[str, Any], actor_of: ActorOf, state: str, to: str, reason: str, error: type[Exception]
) -> None:
    device = DeviceFactory(unit=world["north"], state=state)

    with pytest.raises(error):
        change(actor_of(Role.SUPERVISOR), device, to, reason)

    assert state_of(device) == state


def add(actor: Actor, unit_id: int, serial: str = " gps-9 ", acquired_on: date = DAY) -> Device:
    with as_actor(actor):
        return add_device(
            serial=serial, kind="gps", unit_id=unit_id, cost=Decimal("999.99"), acquired_on=acquired_on,
            by=actor, on=DAY, at=NOON,
        )  # fmt: skip


def test_a_new_device_is_available_and_its_serial_is_known_once(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    actor = actor_of(Role.SUPERVISOR)

    device = add(actor, world["north"].pk)

    assert (device.serial, device.state, device.cost) == ("GPS-9", "available", Decimal("999.99"))
    with pytest.raises(Invalid):
        add(actor, world["north"].pk, "GPS-9")
    with pytest.raises(Forbidden):
        add(actor, world["south"].pk, "GPS-10")
    with pytest.raises(Invalid):
        add(actor, world["north"].pk, "GPS-11", DAY + timedelta(days=1))


def test_what_a_person_wears_is_told_to_those_who_see_the_person(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    person = PersonFactory(home_unit=world["north"])
    old = WearingFactory(
        person=person, consent_on=date(2026, 1, 1), starts_on=date(2026, 1, 1), review_on=date(2026, 2, 1),
        ends_on=date(2026, 3, 1), end_reason="completed",
    )  # fmt: skip
    now = WearingFactory(person=person)

    def told(actor: Actor, on: date) -> list[tuple[int, bool, bool]]:
        with as_actor(actor):
            found = wearings_of(actor, person.pk, on=on)
        return [(line.wearing.pk, line.current, line.review_overdue) for line in found]

    supervisor = actor_of(Role.SUPERVISOR)
    assert told(supervisor, date(2026, 7, 1)) == [(now.pk, True, False), (old.pk, False, False)]
    assert told(supervisor, date(2026, 7, 2)) == [(now.pk, True, True), (old.pk, False, False)]
    assert told(actor_of(Role.SUPERVISOR, unit="south"), DAY) == []
    assert told(actor_of(Role.PARTNER_MANAGER), DAY) == []
