"""From a case and from a meeting's decision to the documents about them, for whoever sees documents (SHR-5)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from iom.accounts.rules import Role
from tests.cohorts.factories import CaseFactory
from tests.documents.factories import DocumentFactory
from tests.factories import PersonFactory
from tests.meetings.factories import MeetingCaseFactory, MeetingFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "sees", "uploads"),
    [(Role.SUPERVISOR, True, True), (Role.ANALYST, False, False), (Role.SUPPORT, True, True)],
)
def test_case_and_meeting_lead_to_their_documents(
    world: dict[str, Any], client_for: Callable[..., Client], role: Role, sees: bool, uploads: bool
) -> None:
    person = PersonFactory(home_unit=world["north"])
    case, meeting = CaseFactory(person=person), MeetingFactory(unit=world["north"])
    MeetingCaseFactory(meeting=meeting, person=person)
    of_meeting = DocumentFactory(
        person=person, owner_agency=world["police"], about_kind="meeting", about_id=meeting.pk
    )
    DocumentFactory(person=person, owner_agency=world["police"], title="Another one")
    client, documents = client_for(role), f"/documents/people/{person.nominal_ref}/"

    for page, about in (
        (f"/cases/{case.pk}/", f"case:{case.pk}"),
        (f"/meetings/{meeting.pk}/", f"meeting:{meeting.pk}"),
    ):
        text = client.get(page).content.decode()
        assert (f'href="{documents}?about={about}"' in text) is sees
        assert (f'href="{documents}add/?about={about}"' in text) is uploads

    if sees:
        listed = client.get(f"{documents}?about=meeting:{meeting.pk}")
        assert [row["id"] for row in listed.context["documents"]] == [of_meeting.pk]
        assert f'add/?about=meeting:{meeting.pk}"' in listed.content.decode()
