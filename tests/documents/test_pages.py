"""Documents in the browser (SHR-5, SHR-3)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from iom.access.scope import as_owner, as_service
from iom.accounts.rules import Power, Role, may
from iom.audit.models import Act
from iom.documents.models import Document
from iom.documents.rules import ScanState, safe_name
from iom.documents.services import scan_one
from iom.kernel import clock
from iom.kernel.wording import date_uk, datetime_uk
from tests.documents import files
from tests.documents.factories import AudienceFactory, DocumentFactory
from tests.factories import AgencyAccessFactory, PersonFactory

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
WHY = "Needed for the review board."


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, settings: Any) -> Path:
    settings.DOCUMENT_ROOT, settings.INCOMING_DIR = tmp_path / "documents", tmp_path / "incoming"
    settings.STEP_UP_REQUIRED = False
    return Path(settings.DOCUMENT_ROOT)


@pytest.fixture
def person(world: dict[str, Any]) -> Any:
    made = PersonFactory(home_unit=world["north"], family_name="Northname")
    AgencyAccessFactory(person=made, agency=world["probation"])
    return made


def typed(**more: Any) -> dict[str, Any]:
    return {
        "title": "Licence of March",
        "type": "licence",
        "compartment": "plan",
        "marking": "official_sensitive",
        "handling": "",
        "file": SimpleUploadedFile("Licence £ 2026.pdf", files.pdf()),
        **more,
    }


def uploaded(client: Client, person: Any, **more: Any) -> Document:
    found = client.post(f"/documents/people/{person.nominal_ref}/add/", typed(**more))
    assert found.status_code == 302, found.content.decode()
    with as_service():
        scan_one(clock.now())
    with as_owner():
        return Document.objects.latest("pk")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_its_powers_open(client_for: ClientFor, person: Any, role: Role) -> None:
    client = client_for(role)
    if role in {Role.PRISON_OFFICER, Role.PRISON_SUPERVISOR}:
        assert client.get(f"/documents/people/{person.nominal_ref}/").status_code == 404
        return
    opens = {
        f"/documents/people/{person.nominal_ref}/": Power.SEE_DOCUMENTS,
        f"/documents/people/{person.nominal_ref}/add/": Power.HANDLE_DOCUMENTS,
        "/documents/uploads/": Power.HANDLE_DOCUMENTS,
        "/documents/store/": Power.ADMINISTER,
    }

    for url, power in opens.items():
        assert client.get(url).status_code == (200 if may(role, power) else 403), url


def test_a_document_is_uploaded_listed_read_and_downloaded(client_for: ClientFor, person: Any) -> None:
    client = client_for(Role.SUPERVISOR)

    document = uploaded(client, person)
    listed = client.get(f"/documents/people/{person.nominal_ref}/")
    page = client.get(f"/documents/{document.pk}/").content.decode()
    asked = client.get(f"/documents/{document.pk}/download/")
    vague = client.post(f"/documents/{document.pk}/download/reason/", {"reason": "short"})
    file = client.post(f"/documents/{document.pk}/download/reason/", {"reason": WHY})

    assert b"Licence of March" in listed.content
    assert date_uk(document.uploaded_at) in listed.content.decode()
    assert datetime_uk(document.uploaded_at) in page
    assert [one["label"] for one in listed.context["sections"] if one["current"]] == ["Documents"]
    assert "Not scanned by an antivirus engine" in page
    for shown in (page, listed.content.decode()):
        assert ">Not scanned<" in re.sub(r"\s+(?=<)|(?<=>)\s+", "", shown)
        assert "Checked" not in shown
    assert str(document.stored_name) not in page
    assert document.stored_name.hex not in page
    assert asked.url == f"/documents/{document.pk}/download/reason/"
    assert b"must be 10 characters or more" in vague.content
    assert b"".join(file).startswith(b"%PDF")
    with as_owner():
        acts = Act.objects.filter(subjects=[person.pk])
        assert acts.get(action="documents.document.downloaded").reason == WHY
        assert {"look:documents of a person", "look:document"} <= {act.action for act in acts}


def test_a_file_leaves_as_an_attachment_that_nothing_shows_sniffs_keeps_or_runs(
    client_for: ClientFor, person: Any
) -> None:
    client = client_for(Role.SUPERVISOR)
    document = uploaded(client, person, marking="official")

    file = client.get(f"/documents/{document.pk}/download/")

    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''Licence%20_%202026.pdf"
        if "£" in document.original_name
        else 'attachment; filename="Licence _ 2026.pdf"'
    )
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Cache-Control"] == "no-store, private"
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert "script-src" not in file.headers["Content-Security-Policy"]
    assert file.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    file.close()


def test_every_download_asks_who_it_is_first(client_for: ClientFor, person: Any, settings: Any) -> None:
    client = client_for(Role.SUPERVISOR)
    document = uploaded(client, person, marking="official")
    settings.STEP_UP_REQUIRED, settings.STEP_UP_SECONDS = True, 0

    answer = client.get(f"/documents/{document.pk}/download/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/signin/confirm/")


def test_a_sensitive_download_asks_who_it_is_first(client_for: ClientFor, person: Any, settings: Any) -> None:
    client = client_for(Role.SUPERVISOR)
    document = uploaded(client, person)
    settings.STEP_UP_REQUIRED, settings.STEP_UP_SECONDS = True, 0

    found = client.get(f"/documents/{document.pk}/download/reason/")

    assert found.status_code == 302
    assert found.headers["Location"].startswith("/signin/confirm/")
    assert client.post(f"/documents/{document.pk}/download/reason/", {"reason": WHY}).status_code == 307


def test_what_was_typed_is_kept_and_the_page_says_that_the_file_must_be_chosen_again(
    client_for: ClientFor, person: Any
) -> None:
    client = client_for(Role.SUPERVISOR)

    page = client.post(
        f"/documents/people/{person.nominal_ref}/add/", typed(type="", title="Kept title")
    ).content.decode()
    spoilt = client.post(
        f"/documents/people/{person.nominal_ref}/add/",
        typed(title="Kept title", file=SimpleUploadedFile("a.pdf", b"MZ")),
    ).content.decode()

    assert "Kept title" in page
    assert "Choose the file again" in page
    assert "Kept title" in spoilt
    assert "although its name says so" in spoilt


def test_a_file_beyond_the_limit_is_let_go_of_and_the_rest_of_the_form_stays(
    client_for: ClientFor, person: Any, settings: Any, tmp_path: Path
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    client = client_for(Role.SUPERVISOR)

    page = client.post(
        f"/documents/people/{person.nominal_ref}/add/",
        typed(title="Kept title", file=SimpleUploadedFile("a.txt", b"x" * 200_000)),
    ).content.decode()

    assert "The file is larger than 25 MB" in page
    assert "Kept title" in page
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_agency_that_is_not_named_gets_the_same_answer_as_for_no_document(
    client_for: ClientFor, world: dict[str, Any], person: Any
) -> None:
    document = DocumentFactory(person=person, owner_agency=world["police"], title="Hiddentitle")
    partner = client_for(Role.PARTNER_PRACTITIONER)

    for part in ("", "download/", "download/reason/", "withdraw/", "version/", "audience/"):
        there = partner.get(f"/documents/{document.pk}/{part}")
        absent = partner.get(f"/documents/{document.pk + 5000}/{part}")
        assert (there.status_code, absent.status_code) == (404, 404), part
        assert b"Hiddentitle" not in there.content
    assert b"Hiddentitle" not in partner.get(f"/documents/people/{person.nominal_ref}/").content


def test_a_named_agency_reads_but_is_offered_no_change_and_not_told_who_else_reads(
    client_for: ClientFor, world: dict[str, Any], person: Any
) -> None:
    document = DocumentFactory(person=person, owner_agency=world["police"], title="Sharedtitle")
    AudienceFactory(document=document, agency=world["probation"])
    AudienceFactory(document=document, agency=world["drugs"])
    partner = client_for(Role.PARTNER_PRACTITIONER)

    page = partner.get(f"/documents/{document.pk}/").content.decode()

    assert "Sharedtitle" in page
    assert "Clearwater" not in page
    assert "Withdraw" not in page
    assert partner.post(f"/documents/{document.pk}/withdraw/", {"reason": WHY}).status_code == 403
    assert partner.post(f"/documents/{document.pk}/audience/", {}).status_code == 403


def test_the_keeper_withdraws_follows_and_says_who_else_reads(
    client_for: ClientFor, world: dict[str, Any], person: Any
) -> None:
    client = client_for(Role.SUPERVISOR)
    document = uploaded(client, person)

    said = client.post(
        f"/documents/{document.pk}/audience/", {"audience": [world["probation"].pk]}, follow=True
    ).content.decode()
    assert "Northmoor Probation" in said
    followed = client.post(
        f"/documents/{document.pk}/version/", {"file": SimpleUploadedFile("b.txt", b"Text")}, follow=True
    ).content.decode()
    assert "Version 1" in followed
    with as_owner():
        second = Document.objects.get(version=2)
    closed = client.post(f"/documents/{second.pk}/withdraw/", {"reason": WHY}, follow=True).content.decode()
    assert "This document was withdrawn." in closed
    assert WHY in closed
    form = f"/documents/{second.pk}/download/reason/"
    for answer in (client.get(form), client.post(form, {"reason": WHY})):
        assert answer.status_code == 409
        assert "This document was withdrawn." in answer.content.decode()


def test_the_list_holds_the_latest_versions_and_is_filtered_by_type(
    client_for: ClientFor, world: dict[str, Any], person: Any
) -> None:
    first = DocumentFactory(person=person, owner_agency=world["police"], title="Firsttitle", type="licence")
    DocumentFactory(
        person=person,
        owner_agency=world["police"],
        title="Secondtitle",
        version=2,
        version_of=first,
        type="licence",
    )
    DocumentFactory(person=person, owner_agency=world["police"], title="Ordertitle", type="court_order")
    about = DocumentFactory(
        person=person, owner_agency=world["police"], title="Casetitle", about_kind="case", about_id=12
    )
    client = client_for(Role.SUPERVISOR)

    def titles(query: str = "") -> set[str]:
        page = client.get(f"/documents/people/{person.nominal_ref}/{query}")
        return {one["title"] for one in page.context["documents"]}

    assert titles() == {"Secondtitle", "Ordertitle", "Casetitle"}
    assert titles("?kind=licence") == {"Secondtitle"}
    assert titles("?about=case:12") == {about.title}
    assert titles("?about=case:x") == titles()


def test_the_uploader_finds_what_waits_and_what_was_refused(
    client_for: ClientFor, world: dict[str, Any], person: Any
) -> None:
    client = client_for(Role.SUPERVISOR)
    me = client.actor.user_id  # type: ignore[attr-defined]
    for state in ScanState:
        DocumentFactory(
            person=person,
            owner_agency=world["police"],
            uploaded_by_id=me,
            title=f"T-{state.value}",
            scan_state=state.value,
            file_removed_at=clock.now() if state == ScanState.INFECTED else None,
        )
    DocumentFactory(person=person, owner_agency=world["police"], title="T-other", scan_state="waiting")

    page = client.get("/documents/uploads/")

    assert {line["title"] for line, _ in page.context["lines"]} == {"T-waiting", "T-failed", "T-infected"}


def test_the_store_page_names_nobody(client_for: ClientFor, world: dict[str, Any], person: Any) -> None:
    DocumentFactory(person=person, owner_agency=world["police"], title="Hiddentitle", size=3 * 1024**2)

    page = client_for(Role.ADMINISTRATOR).get("/documents/store/").content.decode()

    assert "Northmoor Police" in page
    assert "3 MB" in page
    assert "Hiddentitle" not in page
    assert "Northname" not in page


def test_the_list_takes_the_same_queries_however_many_documents(
    client_for: ClientFor, world: dict[str, Any], person: Any
) -> None:
    client = client_for(Role.SUPERVISOR)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/documents/people/{person.nominal_ref}/").status_code == 200
        return len(captured)

    DocumentFactory(person=person, owner_agency=world["police"])
    few = queries()
    for _ in range(15):
        DocumentFactory(person=person, owner_agency=world["police"])
    assert queries() == few


@given(sent=st.text(max_size=300), extension=st.sampled_from(["pdf", "docx", "txt"]))
def test_no_name_is_more_than_a_name(sent: str, extension: str) -> None:
    name = safe_name(sent, extension)

    assert name.endswith(f".{extension}")
    assert len(name) <= 120
    assert name.isprintable()
    assert not set(name) & set('/\\:*?"<>|\x00')
    assert not name.startswith((".", "-", " "))
    assert len(name) > len(extension) + 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\Plan v1.2.pdf", "Plan v1.2.pdf"),
        ("invoice.exe.pdf", "invoice.pdf"),
        ("gpj.\u202efdp.pdf", "gpj.pdf"),
        ("con.pdf", "document.pdf"),
        ("", "document.pdf"),
        ("...pdf", "document.pdf"),
        ('a"; filename="b.exe.pdf', "a__ filename=_b.pdf"),
        ("Rés umé\r\nSet-Cookie: x.pdf", "Rés uméSet-Cookie_ x.pdf"),
        ("x" * 400 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_made_fit_for_showing(sent: str, kept: str) -> None:
    assert safe_name(sent, "pdf").replace("=", "_") == kept.replace("=", "_")


def test_the_timeline_tells_of_the_documents_its_reader_may_see(
    client_for: ClientFor, world: dict[str, Any], person: Any
) -> None:
    DocumentFactory(person=person, owner_agency=world["police"], title="Seentitle")
    DocumentFactory(person=person, owner_agency=world["police"], title="Hiddentitle", compartment="victim")
    DocumentFactory(person=person, owner_agency=world["drugs"], title="Notetitle", compartment="note")

    page = client_for(Role.OFFENDER_MANAGER).get(f"/people/{person.nominal_ref}/timeline/").content.decode()

    assert "Risk assessment: Seentitle" in page
    assert "Hiddentitle" not in page
    assert "Notetitle" not in page
