"""The pages of the feeds (INT-1, ORG-3)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from iom.access.scope import as_owner
from iom.accounts.rules import Role
from iom.feeds.models import FeedFile
from iom.feeds.services import Outcome, load_all_waiting
from iom.persons.models import Person
from tests.feeds.conftest import AT, ON, PERSON

pytestmark = pytest.mark.django_db
SEE = {Role.SUPERVISOR, Role.INSPECTOR, Role.CENTRAL_SPOC, Role.SUPPORT, Role.PRISON_SUPERVISOR, Role.ANALYST}
WHOLE_FORCE = {Role.CENTRAL_SPOC, Role.ANALYST}


@pytest.fixture
def parked(load: Callable[..., Outcome], write: Callable[..., Path]) -> Outcome:
    return load("persons", write("persons", {**PERSON, "sex": "male", "family_name": "Markerson"}))


def test_only_those_with_the_power_see_files_and_only_the_whole_force_the_rows(
    parked: Outcome, client_for: Callable[..., Client]
) -> None:
    for role in Role:
        client = client_for(role)
        seen = {
            name: client.get(f"/feeds/{path}").status_code
            for name, path in (
                ("list", ""),
                ("file", f"{parked.file_id}/"),
                ("rows", f"{parked.file_id}/rejects.csv"),
                ("send", "send/"),
            )
        }
        page = 200 if role in SEE | {Role.ADMINISTRATOR} else 403
        rows = 200 if role in WHOLE_FORCE else 404 if role in SEE | {Role.ADMINISTRATOR} else 403
        send = 200 if role == Role.ADMINISTRATOR else 403
        assert seen == {"list": page, "file": page, "rows": rows, "send": send}, role


def test_the_page_tells_line_column_and_reason_and_the_download_can_be_mended(
    parked: Outcome, client_for: Callable[..., Client]
) -> None:
    client = client_for(Role.CENTRAL_SPOC)

    page = client.get(f"/feeds/{parked.file_id}/").content.decode()
    body = client.get(f"/feeds/{parked.file_id}/rejects.csv").content.decode()

    assert "more than 5 %" in page
    assert "is not one of: F, M, U" in page
    assert "Markerson" not in page
    assert "Markerson" in body
    assert body.splitlines()[0].endswith("rejected_line,rejected_reason")


def test_an_administrator_sends_a_file_through_the_browser(
    load: Any, write: Callable[..., Path], client_for: Callable[..., Client]
) -> None:
    content = write("persons", PERSON).read_bytes()
    client = client_for(Role.ADMINISTRATOR)

    for said in ("It is loaded in a moment", "loaded before"):
        sent = SimpleUploadedFile("people.csv", content, content_type="text/csv")
        answer = client.post("/feeds/send/", {"kind": "persons", "file": sent}, follow=True)
        assert said in answer.content.decode()
        load_all_waiting(at=AT, on=ON)

    with as_owner():
        assert Person.objects.get().nominal_ref == PERSON["nominal_ref"]
        assert FeedFile.objects.get().name == "people.csv"


def test_a_wrong_file_sent_through_the_browser_is_one_clear_sentence(
    load: Any, client_for: Callable[..., Client]
) -> None:
    sent = SimpleUploadedFile("people.csv", b"PK\x03\x04", content_type="text/csv")

    client = client_for(Role.ADMINISTRATOR)
    place = client.post("/feeds/send/", {"kind": "persons", "file": sent})["Location"]
    load_all_waiting(at=AT, on=ON)
    answer = client.get(place)

    assert "The file is a spreadsheet or zip file, not a CSV file" in answer.content.decode()
