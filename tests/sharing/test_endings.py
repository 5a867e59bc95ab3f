"""Ending an agreement, a share, a part or a grant: the agency's next request sees nothing, through any door (SHR-2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cohorts.models import Case
from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.agencies import services as agencies
from iom.agencies.models import SharingAgreement
from iom.agencies.rules import DataClass
from iom.documents.models import Document, DocumentAudience
from iom.notifications.models import Notification
from iom.records.models import AgencyNote
from iom.sharing.models import DocumentGroupGrant, IntelligenceItemGroupGrant
from iom.sharing.rules import What
from tests.cohorts.factories import CaseFactory, DeadlineFactory
from tests.meetings.factories import AttendanceFactory, MeetingCaseFactory, MeetingFactory
from tests.sharing.factories import WORDS, DocumentFactory, disclosed

pytestmark = pytest.mark.django_db
TOLD = "Notemarker: he moved"
EXPORT = ("POST", "/sharing/agencies/probation/export.csv")


@pytest.fixture
def case(
    person: Any,
    world: dict[str, Any],
    item: Any,
    document: Any,
    sergeant: Actor,
    inspector: Actor,
    partner: Actor,
) -> Case:
    """A case shared with probation, and everything that leads an agency to a person."""
    case = CaseFactory(person=person, unit=world["north"])
    DeadlineFactory(case=case)
    meeting = MeetingFactory(unit=world["north"], held_on=timezone.localdate() - timedelta(days=1))
    AttendanceFactory(meeting=meeting, agency=world["probation"])
    MeetingCaseFactory(meeting=meeting, person=person)
    named = DocumentFactory(person=person, owner_agency=world["police"], original_name="named.pdf")
    with as_owner():
        DocumentAudience.objects.create(
            document=named,
            person=person,
            agency=world["probation"],
            owner_agency=world["police"],
            added_at=timezone.now(),
        )
        AgencyNote.objects.create(
            person=person,
            agency=world["probation"],
            kind="general",
            text=TOLD,
            recorded_at=timezone.now(),
            recorded_by_id=partner.user_id,
        )
        Notification.objects.create(
            user_id=partner.user_id,
            key="n",
            kind="case",
            subject="A case",
            body="Marker is due",
            person_id=person.pk,
            created_at=timezone.now(),
        )
    for what, thing in ((What.ITEM, item), (What.DOCUMENT, document)):
        disclosed(what, thing, world["probation"], by=sergeant, signed_by=inspector)
    return case


def doors(case: Case) -> list[tuple[str, str]]:
    ref = case.person.nominal_ref
    with as_owner():
        item = IntelligenceItemGroupGrant.objects.get().pk
    pages = [
        f"/people/{ref}/",
        f"/people/{ref}/timeline/",
        "/people/?q=Marker",
        "/cases/",
        f"/cases/{case.pk}/",
        f"/cases/{case.pk}/plan/",
        "/deadlines/",
        f"/meetings/people/{ref}/",
        "/notifications/",
        "/sharing/received/",
        f"/sharing/received/{item}/",
        "/sharing/agencies/probation/",
        "/api/v1/persons/",
        "/api/v1/cases/",
        f"/api/v1/cases/{case.pk}/",
    ]
    return [("GET", page) for page in pages] + [EXPORT]


def shown(client: Client, case: Case) -> set[str]:
    """The doors behind which the person, or anything of theirs, is found."""
    found = set()
    for method, url in doors(case):
        data = {"reason": "Our yearly review"} if method == "POST" else {}
        answer = client.post(url, data) if method == "POST" else client.get(url)
        text = b"".join(answer).decode()
        if any(word in text for word in ("Marker", case.person.nominal_ref, WORDS, TOLD)):
            found.add(url)
    return found


def rows(actor: Actor) -> dict[str, int]:
    """What the row policies alone leave."""
    with as_actor(actor):
        return {
            "cases": Case.objects.count(),
            "documents": Document.objects.count(),
            "notes": AgencyNote.objects.count(),
            "grants": IntelligenceItemGroupGrant.objects.count() + DocumentGroupGrant.objects.count(),
            "messages": Notification.objects.filter(body__contains="Marker").count(),
        }


NOTHING = {"cases": 0, "documents": 0, "notes": 0, "grants": 0, "messages": 0}


@pytest.mark.parametrize("how", ["agreement", "share"])
def test_nothing_is_left_behind_any_door(
    case: Case,
    world: dict[str, Any],
    partner: Actor,
    client_for: Callable[..., Client],
    actor_of: Any,
    how: str,
) -> None:
    client = client_for(partner)
    before, before_rows = shown(client, case), rows(partner)

    if how == "agreement":
        keeper = actor_of(Role.CENTRAL_SPOC)
        with as_owner():
            agreement = SharingAgreement.objects.get(agency=world["probation"])
        with as_actor(keeper):
            agencies.end_agreement(
                agreement.pk,
                ends_on=timezone.localdate(),
                reason="The agency was dissolved",
                by=keeper,
                at=timezone.now(),
            )
    else:
        with as_owner():
            AgencyAccess.objects.filter(person=case.person, agency=world["probation"]).update(
                ends_on=timezone.localdate()
            )

    ref = case.person.nominal_ref
    assert len(before) >= 13, before
    assert before_rows == {"cases": 1, "documents": 2, "notes": 1, "grants": 2, "messages": 1}
    # A search repeats what was typed, and an address that is not found repeats nothing.
    after = {url for url in shown(client, case) if url != "/people/?q=Marker"}
    assert after == set()
    assert ref not in client.get("/people/?q=Marker").content.decode()
    assert rows(partner) == NOTHING


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        (DataClass.PLAN, {"cases": 0, "documents": 1, "notes": 1, "grants": 2, "messages": 1}),
        (DataClass.NOTE, {"cases": 1, "documents": 2, "notes": 0, "grants": 2, "messages": 1}),
        (DataClass.DISCLOSED, {"cases": 1, "documents": 1, "notes": 1, "grants": 0, "messages": 1}),
    ],
)
def test_a_part_that_is_no_longer_covered_takes_its_rows_away(
    case: Case, world: dict[str, Any], partner: Actor, gone: DataClass, left: dict[str, int]
) -> None:
    with as_owner():
        SharingAgreement.objects.filter(agency=world["probation"]).update(
            data_classes=[code.value for code in DataClass if code != gone]
        )

    assert rows(partner) == left


@pytest.mark.parametrize("gone", [DataClass.PLAN, DataClass.NOTE])
def test_a_part_left_out_of_one_share_is_not_read_of_that_person(
    case: Case, world: dict[str, Any], partner: Actor, gone: DataClass
) -> None:
    kept = [code.value for code in DataClass if code != gone]
    with as_owner():
        AgencyAccess.objects.filter(person=case.person, agency=world["probation"]).update(data_classes=kept)

    found = rows(partner)
    assert found["cases"] == (0 if gone == DataClass.PLAN else 1)
    assert found["notes"] == (0 if gone == DataClass.NOTE else 1)
