"""Documents by the API (SHR-5)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from iom.access.scope import as_owner, as_service
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.documents.models import Document
from iom.documents.services import scan_one
from iom.kernel import clock
from tests.documents import files
from tests.factories import AgencyAccessFactory, PersonFactory

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
WHY = "Needed for the review board."


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, settings: Any) -> None:
    settings.DOCUMENT_ROOT, settings.INCOMING_DIR = tmp_path / "documents", tmp_path / "incoming"
    settings.STEP_UP_REQUIRED = False


@pytest.fixture
def person(world: dict[str, Any]) -> Any:
    made = PersonFactory(home_unit=world["north"])
    AgencyAccessFactory(person=made, agency=world["probation"])
    return made


def body(**more: Any) -> dict[str, Any]:
    return {
        "title": "Licence",
        "type": "licence",
        "compartment": "plan",
        "file": SimpleUploadedFile("Licence.pdf", files.pdf()),
        **more,
    }


def test_a_document_is_uploaded_found_read_and_downloaded(client_for: ClientFor, person: Any) -> None:
    client = client_for(Role.SUPERVISOR)
    at = f"/api/v1/persons/{person.nominal_ref}/documents/"

    made = client.post(at, body(audience=["probation"]))
    early = client.post(
        f"/api/v1/documents/{made.json()['id']}/download/", {"reason": WHY}, "application/json"
    )
    with as_service():
        scan_one(clock.now())
    listed = client.get(at, {"type": "licence"}).json()
    other = client.get(at, {"type": "agreement"}).json()
    one = client.get(f"/api/v1/documents/{made.json()['id']}/").json()
    vague = client.post(f"/api/v1/documents/{one['id']}/download/", {}, "application/json")
    file = client.post(f"/api/v1/documents/{one['id']}/download/", {"reason": WHY}, "application/json")

    assert (made.status_code, made.json()["scan_state"]) == (201, "waiting")
    assert early.status_code == 409
    assert (listed["count"], other["count"]) == (1, 0)
    assert one["marking"] == "official_sensitive"
    assert "stored_name" not in one
    assert vague.status_code == 400
    assert b"".join(file).startswith(b"%PDF")
    assert file.headers["Content-Disposition"] == 'attachment; filename="Licence.pdf"'
    with as_owner():
        assert Act.objects.get(action="documents.document.downloaded").subjects == [person.pk]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"file": SimpleUploadedFile("a.exe", b"MZ")}, "file"),
        ({"file": SimpleUploadedFile("a.pdf", b"<html>")}, "file"),
        ({"file": "not a file"}, "file"),
        ({"type": "novel"}, "type"),
        ({"marking": "secret"}, "marking"),
        ({"compartment": "victim", "marking": "official"}, "marking"),
        ({"audience": ["nobody"]}, "audience"),
        ({"handlng": "x"}, "handlng"),
        ({"title": ""}, "title"),
    ],
)
def test_what_is_wrong_is_said_by_field(
    client_for: ClientFor, person: Any, change: dict[str, Any], field: str
) -> None:
    found = client_for(Role.SUPERVISOR).post(
        f"/api/v1/persons/{person.nominal_ref}/documents/", body(**change)
    )

    assert (found.status_code, list(found.json())) == (400, [field])
    with as_owner():
        assert not Document.objects.exists()


def test_a_body_that_is_no_form_or_too_large_is_not_read(
    client_for: ClientFor, person: Any, settings: Any
) -> None:
    client, at = client_for(Role.SUPERVISOR), f"/api/v1/persons/{person.nominal_ref}/documents/"

    assert client.post(at, {"title": "x"}, "application/json").status_code == 415
    settings.UPLOAD_LIMIT_BYTES = 100
    assert client.post(at, body()).status_code == 413


def test_a_sensitive_download_asks_for_a_fresh_sign_in(
    client_for: ClientFor, person: Any, settings: Any
) -> None:
    client = client_for(Role.SUPERVISOR)
    made = client.post(f"/api/v1/persons/{person.nominal_ref}/documents/", body()).json()
    with as_service():
        scan_one(clock.now())
    settings.STEP_UP_REQUIRED, settings.STEP_UP_SECONDS = True, 0

    found = client.post(f"/api/v1/documents/{made['id']}/download/", {"reason": WHY}, "application/json")

    assert found.status_code == 403
    assert "Confirm that it is you" in found.json()["detail"]
