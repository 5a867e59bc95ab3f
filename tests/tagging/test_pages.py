"""The stock of tags in the browser, and what each role sees of the wearers (TAG-1, TAG-2, SHR-2)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import ProgrammingError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Power, Role, may
from iom.audit.models import Act
from tagging.models import Device, Wearing
from tagging.selectors import wearings_of
from tests.cohorts.factories import CaseFactory
from tests.factories import AgencyAccessFactory, PersonFactory
from tests.tagging.factories import DeviceFactory, WearingFactory
from tests.today import TODAY

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]


@pytest.mark.parametrize("role", list(Role))
def test_the_stock_opens_to_police_roles_alone(
    client_for: ClientFor, world: dict[str, Any], role: Role
) -> None:
    device = DeviceFactory(unit=world["north"])
    client = client_for(role)
    sees = 200 if may(role, Power.SEE_TAGS) else 403
    handles = 200 if may(role, Power.MANAGE_TAGS) else 403

    assert client.get("/tags/").status_code == sees
    assert client.get(f"/tags/{device.pk}/").status_code == sees
    assert client.get("/tags/add/").status_code == handles


def test_a_partner_cannot_read_a_tag_even_past_the_pages(
    world: dict[str, Any], actor_of: Callable[..., Any]
) -> None:
    wearing = WearingFactory(person__home_unit=world["north"])
    AgencyAccessFactory(person=wearing.person, agency=world["probation"])
    partner = actor_of(Role.PARTNER_MANAGER)

    for model in (Device, Wearing):
        with pytest.raises(ProgrammingError, match="permission denied"), as_actor(partner):
            model.objects.count()


def test_a_wearer_of_another_district_is_not_named(client_for: ClientFor, world: dict[str, Any]) -> None:
    person = PersonFactory(home_unit=world["south"], family_name="Hiddenname")
    wearing = WearingFactory(person=person, device__unit=world["north"], device__state="fitted")

    for url in ("/tags/", f"/tags/{wearing.device_id}/"):
        north, south = client_for(Role.SUPERVISOR), client_for(Role.SUPERVISOR, unit="south")
        assert b"Hiddenname" not in north.get(url).content
        assert b"Hiddenname" in south.get(url).content


def test_the_stock_is_filtered_by_district_state_and_kind(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    here = DeviceFactory(unit=world["north"], state="idle")
    DeviceFactory(unit=world["south"], state="idle")
    DeviceFactory(unit=world["north"], state="lost")
    DeviceFactory(unit=world["north"], state="idle", kind="beacon")

    answer = client_for(Role.SUPERVISOR).get("/tags/?unit=north&state=idle&kind=gps")

    assert [line.device.pk for line in answer.context["lines"]] == [here.pk]
    assert {one.state: one.count for one in answer.context["counts"] if one.count} == {"idle": 2, "lost": 1}
    assert answer.context["in_service"] == 2


def test_a_look_at_the_stock_records_the_wearers_that_were_named(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    seen = WearingFactory(person__home_unit=world["north"])
    WearingFactory(person__home_unit=world["south"])

    client_for(Role.SUPERVISOR).get("/tags/")

    with as_owner():
        assert Act.objects.get(action="look:tags").subjects == [seen.person_id]


def test_a_tag_is_fitted_and_removed_through_the_pages(client_for: ClientFor, world: dict[str, Any]) -> None:
    today = timezone.localdate().isoformat()
    device, person = DeviceFactory(unit=world["north"]), PersonFactory(home_unit=world["north"])
    client = client_for(Role.OFFENDER_MANAGER)
    fitting = {
        "person": person.nominal_ref,
        "starts_on": today,
        "consent_on": "",
        "purposes": ["support_wearer"],
        "review_on": "2099-01-01",
    }

    refused = client.post(f"/tags/{device.pk}/fit/", fitting)
    assert refused.status_code == 200
    assert "consent_on" in refused.context["form"].errors
    done = client.post(f"/tags/{device.pk}/fit/", fitting | {"consent_on": today}, follow=True)
    assert b"The fitting is recorded." in done.content
    assert person.full_name in done.content.decode()

    with as_owner():
        wearing = Wearing.objects.get(person=person)
    page = client.get(f"/tags/people/{person.nominal_ref}/")
    assert b"Still worn" in page.content
    assert [s["label"] for s in page.context["sections"] if s["current"]] == ["Tags"]

    removal = {"ends_on": today, "reason": "withdrew", "to_state": "available", "note": ""}
    client.post(f"/tags/wearings/{wearing.pk}/remove/", removal)
    assert b"withdrew consent" in client.get(f"/tags/people/{person.nominal_ref}/").content


def test_a_person_or_wearing_of_another_district_is_not_found(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    wearing = WearingFactory(person__home_unit=world["south"])
    client = client_for(Role.OFFENDER_MANAGER)

    assert client.get(f"/tags/people/{wearing.person.nominal_ref}/").status_code == 404
    assert client.get(f"/tags/wearings/{wearing.pk}/remove/").status_code == 404
    assert client.get("/tags/people/NV9999999/").status_code == 404


def test_another_districts_tag_is_seen_but_not_handled(client_for: ClientFor, world: dict[str, Any]) -> None:
    device = DeviceFactory(unit=world["south"])
    client = client_for(Role.OFFENDER_MANAGER)

    page = client.get(f"/tags/{device.pk}/")
    assert page.context["may_fit"] is page.context["may_change"] is False
    assert client.get(f"/tags/{device.pk}/fit/").status_code == 403
    assert client.post(f"/tags/{device.pk}/state/", {"to": "lost", "reason": "x"}).status_code == 403


def test_a_state_is_changed_and_a_tag_added_through_the_pages(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    device, client = DeviceFactory(unit=world["north"]), client_for(Role.SUPPORT)

    changed = client.post(f"/tags/{device.pk}/state/", {"to": "faulty", "reason": "No signal"}, follow=True)
    assert [event.to_state for event in changed.context["history"]] == ["faulty"]

    new = {
        "serial": "GPS-77",
        "kind": "gps",
        "unit": world["north"].pk,
        "cost": "1000",
        "acquired_on": "2026-01-05",
    }
    client.post("/tags/add/", new)
    again = client.post("/tags/add/", new)
    assert "serial" in again.context["form"].errors


def test_the_stock_takes_the_same_queries_however_many_tags(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    client = client_for(Role.SUPERVISOR)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/tags/").status_code == 200
        return len(captured)

    WearingFactory(person__home_unit=world["north"], device__unit=world["north"])
    few = queries()
    for _ in range(20):
        WearingFactory(person__home_unit=world["north"], device__unit=world["north"])
    assert queries() == few


def test_a_reference_of_nobody_or_of_another_district_is_said_at_its_field(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    today = timezone.localdate().isoformat()
    device, elsewhere = DeviceFactory(unit=world["north"]), PersonFactory(home_unit=world["south"])
    client = client_for(Role.OFFENDER_MANAGER)
    fitting = {
        "starts_on": today, "consent_on": today, "purposes": ["support_wearer"], "review_on": "2099-01-01",
    }  # fmt: skip

    def errors(reference: str) -> Any:
        return client.post(f"/tags/{device.pk}/fit/", fitting | {"person": reference}).context["form"].errors

    assert errors(elsewhere.nominal_ref) == errors("NV9999999")
    assert "person" in errors("NV9999999")


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.OFFENDER_MANAGER, False),
        (Role.SUPPORT, False),
        (Role.ANALYST, False),
        (Role.SUPERVISOR, True),
        (Role.INSPECTOR, True),
    ],
)
def test_who_stands_for_a_child_is_named_to_readers_of_the_childs_record_alone(
    client_for: ClientFor, world: dict[str, Any], role: Role, told: bool
) -> None:
    wearing = _worn_by_a_child(world)

    page = client_for(role).get(f"/tags/people/{wearing.person.nominal_ref}/")

    assert (b"Ada Guardian" in page.content) is told
    assert (b"parent or guardian" in page.content) is True


def test_the_manager_of_a_childs_case_is_told_who_stands_for_the_child(
    world: dict[str, Any], actor_of: Callable[..., Any]
) -> None:
    wearing = _worn_by_a_child(world)
    manager, other = actor_of(Role.OFFENDER_MANAGER), actor_of(Role.OFFENDER_MANAGER)
    CaseFactory(person=wearing.person, manager_id=manager.user_id)

    for actor, named in ((manager, "Ada Guardian"), (other, "")):
        with as_actor(actor):
            [line] = wearings_of(actor, wearing.person_id, on=TODAY)
            assert line.guardian_name == named


def _worn_by_a_child(world: dict[str, Any]) -> Any:
    born = TODAY.replace(year=TODAY.year - 16, day=1)
    person = PersonFactory(home_unit=world["north"], date_of_birth=born)
    return WearingFactory(person=person, guardian_name="Ada Guardian", guardian_consent_on=date(2026, 6, 1))
