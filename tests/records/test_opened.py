"""Who opened another district's record adds a note or an item, and leaves the rest as it is (SHR-2, ORG-3)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.persons import services
from iom.sharing.models import Consent, IntelligenceItemGroupGrant
from iom.sharing.rules import What
from tests.access.factories import GrantFactory
from tests.factories import AgencyAccessFactory, PersonFactory
from tests.records.factories import one_of_each
from tests.sharing.factories import disclosed

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
ClientFor = Callable[..., Client]
REF = "NV2000001"
WHY = "A witness names him in Northmoor."
ACTS = re.compile(r'href="(/(?:records|sharing|reports/record-pack/keep)/[^"]*)"')


@pytest.fixture
def records(world: dict[str, Any]) -> dict[str, Any]:
    person = PersonFactory(home_unit=world["south"], nominal_ref=REF)
    AgencyAccessFactory(person=person, agency=world["probation"])
    return one_of_each(person, world["drugs"])


@pytest.fixture
def opener(records: dict[str, Any], actor_of: ActorOf) -> Actor:
    actor = actor_of(Role.OFFENDER_MANAGER)
    with as_actor(actor):
        services.open_elsewhere(REF, by=actor, reason=WHY)
    return actor


def test_an_opened_record_is_read_and_only_notes_and_items_are_added(
    opener: Actor, client_for: ClientFor
) -> None:
    client = client_for(opener)

    answers = {
        kind: (
            client.get(f"/records/people/{REF}/{kind}/").status_code,
            client.get(f"/records/people/{REF}/{kind}/add/").status_code,
        )
        for kind in ("notes", "intelligence", "tactics", "exploitation")
    }

    assert answers == {
        "notes": (200, 200),
        "intelligence": (200, 200),
        "tactics": (200, 403),
        "exploitation": (200, 403),
    }


def test_what_others_wrote_on_an_opened_record_is_neither_corrected_nor_ended_nor_disclosed(
    opener: Actor, client_for: ClientFor, records: dict[str, Any]
) -> None:
    client, item = client_for(opener), records["intelligence"]

    pages = [f"/records/people/{REF}/intelligence/", f"/people/{REF}/", f"/sharing/people/{REF}/"]
    offered = [link for page in pages for link in ACTS.findall(client.get(page).content.decode())]
    ended = client.post(f"/records/intelligence/{item.pk}/end/", {"reason": WHY})
    asked = client.get(f"/sharing/disclose/item/{item.pk}/")
    kept = client.get(f"/reports/record-pack/keep/{REF}/")

    assert [link for link in offered if re.search("correct|end/|sanitise|disclose|keep|consent", link)] == []
    assert (ended.status_code, asked.status_code, kept.status_code) == (403, 403, 403)
    with as_owner():
        item.refresh_from_db()
    assert item.ended_at is None


def test_who_opened_a_record_corrects_what_they_added_to_it(
    opener: Actor, client_for: ClientFor, records: dict[str, Any]
) -> None:
    client, note = client_for(opener), records["notes"]
    with as_owner():
        type(note).objects.filter(pk=note.pk).update(recorded_by=opener.user_id, agency=opener.agency_id)

    assert client.get(f"/records/notes/{note.pk}/correct/").status_code == 200


def test_consent_and_disclosures_of_an_opened_record_are_for_its_own_district(
    opener: Actor,
    actor_of: ActorOf,
    client_for: ClientFor,
    world: dict[str, Any],
    records: dict[str, Any],
) -> None:
    keeper, signer = actor_of(Role.CENTRAL_SPOC), actor_of(Role.CENTRAL_SPOC)
    disclosed(What.ITEM, records["intelligence"], world["probation"], by=keeper, signed_by=signer)
    with as_owner():
        grant = IntelligenceItemGroupGrant.objects.get()
    client = client_for(opener)

    consent = client.post(f"/sharing/people/{REF}/consent/", {"purpose": WHY})
    revoked = client.post(f"/sharing/disclosures/item/{grant.pk}/revoke/", {"reason": WHY})

    assert (consent.status_code, revoked.status_code) == (403, 403)
    with as_owner():
        grant.refresh_from_db()
        assert Consent.objects.count() == 0
    assert grant.revoked_at is None


def test_who_is_named_on_the_record_keeps_its_records(
    actor_of: ActorOf, client_for: ClientFor, records: dict[str, Any]
) -> None:
    named = actor_of(Role.OFFENDER_MANAGER)
    GrantFactory(user_id=named.user_id, content_object=records["intelligence"].person)

    ended = client_for(named).post(
        f"/records/intelligence/{records['intelligence'].pk}/end/", {"reason": WHY}
    )

    assert ended.status_code == 302
