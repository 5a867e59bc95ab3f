"""Taking, keeping and handing out documents (SHR-5)."""

import io
import os
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError
from pypdf import PdfReader

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.documents import store
from iom.documents.models import Document, DocumentAudience
from iom.documents.permissions import visible_to
from iom.documents.rules import ScanState
from iom.documents.scanning.verdicts import Verdict
from iom.documents.selectors import everything_about, versions_of, work_left
from iom.documents.services import (
    Given,
    Sent,
    add_document,
    add_version,
    check_again,
    check_shard,
    clear_away,
    dispose_documents,
    open_document,
    scan_one,
    set_audience,
    withdraw,
)
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.notifications.models import Notification
from tests.documents import files
from tests.documents.factories import AudienceFactory, DocumentFactory
from tests.factories import AgencyAccessFactory, PersonFactory

ActorOf = Callable[..., Actor]
NOON = datetime(2026, 6, 30, 11, tzinfo=UTC)
LATER = NOON + timedelta(hours=3)
WHY = "Needed for the review board."


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, settings: Any) -> Path:
    settings.DOCUMENT_ROOT = tmp_path / "documents"
    settings.INCOMING_DIR = str(tmp_path / "incoming")
    return Path(settings.DOCUMENT_ROOT)


@pytest.fixture
def person(world: dict[str, Any]) -> Any:
    made = PersonFactory(home_unit=world["north"])
    AgencyAccessFactory(person=made, agency=world["probation"])
    return made


@pytest.fixture
def sergeant(actor_of: ActorOf) -> Actor:
    return actor_of(Role.SUPERVISOR)


def sent(tmp_path: Path, content: bytes, name: str = "report.pdf") -> Sent:
    path = tmp_path / f"sent-{uuid.uuid4().hex}"
    path.write_bytes(content)
    return Sent(path, name)


def given(**more: Any) -> Given:
    return Given(
        **{
            "type": "risk_assessment",
            "title": " Risk of June ",
            "marking": "official_sensitive",
            "compartment": "plan",
            **more,
        }
    )


def uploaded(by: Actor, person: Any, tmp_path: Path, content: bytes = b"", **more: Any) -> Document:
    name = more.pop("name", "report.pdf")
    with as_actor(by):
        return add_document(
            person.nominal_ref, sent(tmp_path, content or files.pdf(), name), given(**more), by=by, at=NOON
        )


def scanned(document: Document, at: datetime = NOON) -> Document:
    with as_service():
        while scan_one(at):
            pass
    with as_owner():
        document.refresh_from_db()
    return document


@pytest.fixture
def kept(django_capture_on_commit_callbacks: Any) -> Any:
    """What happens once a transaction is committed happens at once."""
    return django_capture_on_commit_callbacks


pytestmark = pytest.mark.django_db


class Says:
    """A scanner that says the same of everything."""

    answer: Any = None

    def scan(self, path: Path) -> Any:
        return type(self).answer


@pytest.fixture
def says(settings: Any) -> Callable[..., None]:
    def set_to(state: ScanState, note: str = "") -> None:
        settings.DOCUMENT_SCANNER = "tests.documents.test_services.Says"
        Says.answer = Verdict(state, "A scanner", note)

    return set_to


def test_a_document_is_made_safe_kept_out_of_reach_and_waits_for_its_check(
    sergeant: Actor, person: Any, tmp_path: Path, own_store: Path
) -> None:
    document = uploaded(sergeant, person, tmp_path, files.pdf_that_acts(), name="../../Report.exe.pdf")

    path = store.path_of(document.stored_name)
    assert path.is_relative_to(own_store)
    assert path.read_bytes().startswith(b"%PDF")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert str(document.stored_name) not in document.original_name
    assert (document.original_name, document.title) == ("Report.pdf", "Risk of June")
    assert "Scripts were removed" in document.cleaned
    assert store.fingerprint(path) == (document.sha256, document.size)
    assert document.sha256 != document.received_sha256
    assert document.scan_state == ScanState.WAITING
    with as_owner():
        act = Act.objects.get(action="documents.document.uploaded")
    assert act.subjects == [person.pk]
    with as_actor(sergeant), pytest.raises(Refused, match="still being checked"):
        open_document(document.pk, reason=WHY, by=sergeant, at=NOON)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "love_letter"}, "type"),
        ({"title": "  "}, "title"),
        ({"marking": "secret"}, "marking"),
        ({"compartment": "equality"}, "compartment"),
        ({"compartment": "intelligence", "marking": "official"}, "marking"),
        ({"audience": (987654,)}, "audience"),
        ({"compartment": "intelligence", "audience": (1,)}, "audience"),
        ({"compartment": "operations", "audience": (1,)}, "audience"),
    ],
)
def test_what_is_said_of_a_document_is_checked(
    sergeant: Actor, person: Any, tmp_path: Path, own_store: Path, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as found:
        uploaded(sergeant, person, tmp_path, **change)

    assert list(found.value.fields) == [field]
    assert not list(own_store.rglob("*")) if own_store.exists() else True


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST, Role.ADMINISTRATOR])
def test_who_may_not_handle_documents_uploads_none(
    actor_of: ActorOf, person: Any, tmp_path: Path, role: Role
) -> None:
    with pytest.raises(Forbidden):
        uploaded(actor_of(role), person, tmp_path)


def test_a_partner_files_only_where_it_reads(actor_of: ActorOf, person: Any, tmp_path: Path) -> None:
    partner = actor_of(Role.PARTNER_PRACTITIONER)

    assert uploaded(partner, person, tmp_path, compartment="note").owner_agency_id == partner.agency_id
    for compartment in ("operations", "intelligence", "victim", "youth"):
        with pytest.raises(Invalid, match="about"):
            uploaded(partner, person, tmp_path, compartment=compartment)


def test_nobody_uploads_to_a_person_beyond_their_reach(
    actor_of: ActorOf, world: dict[str, Any], tmp_path: Path
) -> None:
    elsewhere = PersonFactory(home_unit=world["south"])

    for by in (actor_of(Role.SUPERVISOR), actor_of(Role.PARTNER_PRACTITIONER)):
        with pytest.raises(NotFound):
            uploaded(by, elsewhere, tmp_path)


def test_a_refused_file_leaves_an_act_and_nothing_else(
    sergeant: Actor, person: Any, tmp_path: Path, own_store: Path
) -> None:
    with pytest.raises(Invalid, match="although its name says so"):
        uploaded(sergeant, person, tmp_path, b"MZ this is a program")

    with as_owner():
        assert not Document.objects.exists()
    assert [path for path in own_store.rglob("*") if path.is_file()] == []


def test_sizes_are_bounded(sergeant: Actor, person: Any, tmp_path: Path, settings: Any) -> None:
    settings.DOCUMENT_LIMIT_BYTES = 200
    with pytest.raises(Invalid, match="larger than"):
        uploaded(sergeant, person, tmp_path, b"x" * 201, name="a.txt")
    settings.DOCUMENT_LIMIT_BYTES = 10_000
    settings.DOCUMENT_QUOTA_PERSON_BYTES = 250
    uploaded(sergeant, person, tmp_path, b"x" * 200, name="a.txt")
    with pytest.raises(Invalid, match="this person's record"):
        uploaded(sergeant, person, tmp_path, b"x" * 100, name="a.txt")
    settings.DOCUMENT_QUOTA_PERSON_BYTES, settings.DOCUMENT_QUOTA_AGENCY_BYTES = 10_000, 250
    with pytest.raises(Invalid, match="Your agency has no room"):
        uploaded(sergeant, person, tmp_path, b"x" * 100, name="a.txt")


def test_a_removed_file_makes_room_again(sergeant: Actor, person: Any, tmp_path: Path, settings: Any) -> None:
    settings.DOCUMENT_QUOTA_PERSON_BYTES = 250
    document = uploaded(sergeant, person, tmp_path, b"x" * 200, name="a.txt")
    with as_owner():
        Document.objects.filter(pk=document.pk).update(file_removed_at=NOON)

    assert uploaded(sergeant, person, tmp_path, b"x" * 200, name="a.txt").pk


def test_a_row_that_cannot_be_written_takes_its_file_with_it(
    sergeant: Actor, person: Any, tmp_path: Path, own_store: Path
) -> None:
    with pytest.raises(IntegrityError):
        uploaded(sergeant, person, tmp_path, about=("meeting", None))

    assert [path for path in own_store.rglob("*") if path.is_file()] == []


def test_a_clean_document_is_handed_out_whole_and_the_act_is_recorded(
    sergeant: Actor, person: Any, tmp_path: Path
) -> None:
    document = scanned(uploaded(sergeant, person, tmp_path, b"A note.", name="note.txt"))
    assert document.scan_state == ScanState.CLEAN
    assert document.scan_engine == "Not scanned by an antivirus engine"

    with as_actor(sergeant), pytest.raises(Invalid, match="at least 10"):
        open_document(document.pk, reason="short", by=sergeant, at=NOON)
    with as_actor(sergeant):
        opened = open_document(document.pk, reason=WHY, by=sergeant, at=NOON)

    with opened.stream as stream:
        assert stream.read() == b"A note."
    assert (opened.name, opened.media_type) == ("note.txt", "text/plain")
    with as_owner():
        act = Act.objects.get(action="documents.document.downloaded")
    assert (act.kind, act.subjects, act.reason) == ("export", [person.pk], WHY)


def test_an_official_document_needs_no_reason(sergeant: Actor, person: Any, tmp_path: Path) -> None:
    document = scanned(uploaded(sergeant, person, tmp_path, marking="official"))

    with as_actor(sergeant):
        open_document(document.pk, by=sergeant, at=NOON).stream.close()


def test_an_auditor_sees_that_there_is_a_document_and_cannot_take_it(
    actor_of: ActorOf, sergeant: Actor, person: Any, tmp_path: Path
) -> None:
    document, auditor = scanned(uploaded(sergeant, person, tmp_path)), actor_of(Role.AUDITOR)

    with as_actor(auditor):
        assert document in visible_to(auditor)
        with pytest.raises(Forbidden):
            open_document(document.pk, reason=WHY, by=auditor, at=NOON)


def test_a_partners_copy_says_on_every_page_who_took_it(
    actor_of: ActorOf, sergeant: Actor, person: Any, tmp_path: Path, world: dict[str, Any]
) -> None:
    document = scanned(
        uploaded(sergeant, person, tmp_path, files.pdf(pages=2), audience=(world["probation"].pk,))
    )
    partner = actor_of(Role.PARTNER_PRACTITIONER)

    with as_actor(partner):
        opened = open_document(document.pk, reason=WHY, by=partner, at=NOON)
    with as_actor(sergeant):
        own = open_document(document.pk, reason=WHY, by=sergeant, at=NOON)

    for page in PdfReader(io.BytesIO(opened.stream.read())).pages:
        text = page.extract_text()
        assert "OFFICIAL-SENSITIVE" in text
        assert f"Downloaded by {partner.name}, Northmoor Probation, on 30 June 2026 at midday" in text
    assert "Downloaded" not in PdfReader(io.BytesIO(own.stream.read())).pages[0].extract_text()


@pytest.mark.parametrize("spoil", ["gone", "other", "longer"])
def test_a_file_that_is_gone_or_altered_is_never_sent_and_raises_the_alarm(
    sergeant: Actor, person: Any, tmp_path: Path, spoil: str
) -> None:
    document = scanned(uploaded(sergeant, person, tmp_path, b"A note.", name="a.txt"))
    path = store.path_of(document.stored_name)
    if spoil == "gone":
        path.unlink()
    else:
        path.write_bytes(b"B note." if spoil == "other" else b"A note. More.")

    with as_actor(sergeant), pytest.raises(Refused, match="missing from the store"):
        open_document(document.pk, reason=WHY, by=sergeant, at=LATER)

    with as_service():
        assert work_left().missing == 1
    with as_owner():
        document.refresh_from_db()
        assert Act.objects.filter(action="documents.document.found_missing", subjects=[person.pk]).exists()
    assert document.missing_at == LATER


def test_an_infected_document_loses_its_file_and_its_uploader_is_told_once(
    sergeant: Actor, person: Any, tmp_path: Path, says: Any, kept: Any
) -> None:
    document = uploaded(sergeant, person, tmp_path)
    says(ScanState.INFECTED, "Eicar-Test-Signature")

    with kept(execute=True):
        scanned(document)

    assert (document.scan_state, document.scan_note) == ("infected", "Eicar-Test-Signature")
    assert not store.path_of(document.stored_name).exists()
    with as_owner():
        message = Notification.objects.get(user_id=sergeant.user_id)
    assert "refused" in message.subject
    assert message.person_id == person.pk
    with as_actor(sergeant), pytest.raises(Refused, match="virus scanner refused"):
        open_document(document.pk, reason=WHY, by=sergeant, at=NOON)


def test_a_scanner_that_does_not_answer_is_asked_again_more_and_more_seldom_then_left(
    sergeant: Actor, person: Any, tmp_path: Path, says: Any
) -> None:
    document = uploaded(sergeant, person, tmp_path)
    says(ScanState.FAILED)
    at, pauses = NOON, []
    while True:
        document = scanned(document, at)
        if document.scan_after is None:
            break
        pauses.append(document.scan_after - at)
        with as_service():
            assert not scan_one(document.scan_after - timedelta(seconds=1))
        at = document.scan_after

    assert pauses == sorted(pauses)
    assert len(pauses) == 4
    with as_actor(sergeant), pytest.raises(Refused, match="did not work"):
        open_document(document.pk, reason=WHY, by=sergeant, at=NOON)
    with as_service():
        assert work_left().unchecked == 1
    with as_actor(sergeant):
        check_again(document.pk, by=sergeant, at=at)
    says(ScanState.CLEAN)
    assert scanned(document, at).scan_state == ScanState.CLEAN
    with as_actor(sergeant), pytest.raises(Refused, match="did not work"):
        check_again(document.pk, by=sergeant, at=at)


def test_withdrawing_needs_a_reason_and_closes_the_document_to_everybody_at_once(
    actor_of: ActorOf, sergeant: Actor, person: Any, tmp_path: Path, world: dict[str, Any]
) -> None:
    document = scanned(uploaded(sergeant, person, tmp_path, audience=(world["probation"].pk,)))
    partner = actor_of(Role.PARTNER_PRACTITIONER)
    with as_actor(partner):
        assert document in visible_to(partner)
        with pytest.raises(Forbidden):
            withdraw(document.pk, reason=WHY, by=partner, at=NOON)
    with as_actor(sergeant), pytest.raises(Invalid):
        withdraw(document.pk, reason="no", by=sergeant, at=NOON)

    with as_actor(sergeant):
        withdraw(document.pk, reason=WHY, by=sergeant, at=NOON)

    with as_actor(partner):
        assert document not in visible_to(partner)
        with pytest.raises(NotFound):
            open_document(document.pk, reason=WHY, by=partner, at=NOON)
    with as_actor(sergeant):
        with pytest.raises(Refused, match="withdrawn"):
            open_document(document.pk, reason=WHY, by=sergeant, at=NOON)
        with pytest.raises(Refused, match="already"):
            withdraw(document.pk, reason=WHY, by=sergeant, at=NOON)
        with pytest.raises(Refused, match="withdrawn"):
            add_version(document.pk, sent(tmp_path, files.pdf()), by=sergeant, at=NOON)


def test_a_new_version_takes_over_what_was_said_of_the_old_one(
    actor_of: ActorOf, sergeant: Actor, person: Any, tmp_path: Path, world: dict[str, Any]
) -> None:
    first = scanned(uploaded(sergeant, person, tmp_path, audience=(world["probation"].pk,)))
    with as_actor(sergeant):
        second = add_version(first.pk, sent(tmp_path, b"Text", "b.txt"), by=sergeant, at=LATER)

    assert (second.version, second.version_of_id, second.title) == (2, first.pk, "Risk of June")
    assert second.scan_state == ScanState.WAITING
    with as_owner():
        assert DocumentAudience.objects.filter(document=second, agency=world["probation"]).exists()
    with as_actor(sergeant):
        assert versions_of(sergeant, second) == [first]
        with pytest.raises(Refused, match="newer version"):
            add_version(first.pk, sent(tmp_path, files.pdf()), by=sergeant, at=LATER)
    partner = actor_of(Role.PARTNER_PRACTITIONER)
    with as_actor(partner), pytest.raises(Forbidden):
        add_version(first.pk, sent(tmp_path, files.pdf()), by=partner, at=LATER)


def test_an_agency_left_out_loses_the_document_with_the_next_request(
    actor_of: ActorOf, sergeant: Actor, person: Any, tmp_path: Path, world: dict[str, Any]
) -> None:
    document, partner = scanned(uploaded(sergeant, person, tmp_path)), actor_of(Role.PARTNER_PRACTITIONER)

    def seen() -> bool:
        with as_actor(partner):
            return document in visible_to(partner)

    assert not seen()
    with as_actor(sergeant):
        set_audience(document.pk, [world["probation"].pk], by=sergeant, at=NOON)
    assert seen()
    with as_actor(sergeant):
        set_audience(document.pk, [], by=sergeant, at=NOON)
    assert not seen()
    with as_actor(sergeant), pytest.raises(Invalid):
        set_audience(document.pk, [world["drugs"].pk], by=sergeant, at=NOON)
    with as_owner():
        kinds = Act.objects.filter(action="documents.document.audience_changed").order_by("id")
        assert [act.kind for act in kinds] == ["disclose", "alter"]


def test_what_waits_or_was_refused_is_not_shown_to_agencies_it_names(
    actor_of: ActorOf, person: Any, world: dict[str, Any]
) -> None:
    partner = actor_of(Role.PARTNER_PRACTITIONER)
    for state in ScanState:
        document = DocumentFactory(
            person=person, owner_agency=world["police"], scan_state=state.value, file_removed_at=NOON
        )
        AudienceFactory(document=document, agency=world["probation"])
        with as_actor(partner):
            assert (document in visible_to(partner)) == (state == ScanState.CLEAN)
            assert (document.pk in set(Document.objects.values_list("pk", flat=True))) == (
                state == ScanState.CLEAN
            )


def test_disposal_leaves_the_fact_and_nothing_else(
    sergeant: Actor, person: Any, tmp_path: Path, world: dict[str, Any], kept: Any
) -> None:
    document = scanned(
        uploaded(sergeant, person, tmp_path, handling="Not to be shown.", audience=(world["probation"].pk,))
    )
    other = scanned(uploaded(sergeant, PersonFactory(home_unit=world["north"]), tmp_path))

    with kept(execute=True), as_service():
        assert dispose_documents(person.pk, 77, at=LATER) == 1
        assert dispose_documents(person.pk, 77, at=LATER) == 0

    with as_owner():
        document.refresh_from_db()
        assert not DocumentAudience.objects.filter(document=document).exists()
    assert (document.title, document.handling, document.original_name) == ("", "", "")
    assert (document.disposal_decision, document.disposed_at) == (77, LATER)
    assert (document.person_id, document.type, document.version) == (person.pk, "risk_assessment", 1)
    assert not store.path_of(document.stored_name).exists()
    assert store.path_of(other.stored_name).exists()
    with as_actor(sergeant), pytest.raises(Refused, match="disposed of"):
        open_document(document.pk, reason=WHY, by=sergeant, at=LATER)
    with as_service():
        assert list(everything_about(person.pk)) == [document]


# The store and the rows, when one of them is lost.


def aged(path: Path, hours: float = 5) -> None:
    moment = (LATER - timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))


def test_a_file_whose_row_was_never_committed_goes_and_a_young_one_stays(
    sergeant: Actor, person: Any, tmp_path: Path, own_store: Path
) -> None:
    def orphan() -> uuid.UUID:
        path = tmp_path / uuid.uuid4().hex
        path.write_bytes(b"x")
        return store.keep(path)

    old, young = orphan(), orphan()
    committed = uploaded(sergeant, person, tmp_path).stored_name
    for name in (old, committed):
        aged(own_store / "pending" / name.hex)
    os.utime(own_store / "pending" / young.hex, (LATER.timestamp(), LATER.timestamp()))

    with as_service():
        assert clear_away(LATER) is False

    assert not store.path_of(old).exists()
    assert store.path_of(young).exists()
    assert store.path_of(committed).exists()
    assert [mark.name for mark in (own_store / "pending").iterdir()] == [young.hex]


def test_what_killed_processes_left_goes(own_store: Path, tmp_path: Path) -> None:
    left = own_store / "working" / "tmpabc"
    left.mkdir(parents=True)
    (left / "finished").write_bytes(b"secret")
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    (incoming / "a.upload").write_bytes(b"secret")
    fresh = incoming / "b.upload"
    fresh.write_bytes(b"x")
    os.utime(fresh, (LATER.timestamp(), LATER.timestamp()))
    aged(left)
    aged(incoming / "a.upload")

    with as_service():
        clear_away(LATER)

    assert not left.exists()
    assert [path.name for path in incoming.iterdir()] == ["b.upload"]


def test_the_nightly_look_finds_files_without_rows_and_rows_without_files(
    sergeant: Actor, person: Any, tmp_path: Path
) -> None:
    lost, well = uploaded(sergeant, person, tmp_path), uploaded(sergeant, person, tmp_path)
    path = tmp_path / "stray"
    path.write_bytes(b"x")
    stray = store.keep(path)
    content = store.path_of(lost.stored_name).read_bytes()
    store.path_of(lost.stored_name).unlink()
    aged(store.path_of(stray))
    aged(store.path_of(well.stored_name))

    def look() -> dict[str, int]:
        found = {"removed": 0, "missing": 0}
        with as_service():
            for number in range(256):
                for key, value in check_shard(f"{number:02x}", at=LATER).items():
                    found[key] += value
        return found

    assert look() == {"removed": 1, "missing": 1}
    assert not store.path_of(stray).exists()
    assert store.path_of(well.stored_name).exists()
    with as_service():
        assert work_left().missing == 1
    store.path_of(lost.stored_name).write_bytes(content)
    assert look() == {"removed": 0, "missing": 0}
    with as_service():
        assert work_left().missing == 0


def test_a_stored_name_is_no_way_in(sergeant: Actor, person: Any, tmp_path: Path, client: Any) -> None:
    document = scanned(uploaded(sergeant, person, tmp_path))
    name = document.stored_name

    for url in (
        f"/static/{name.hex}",
        f"/documents/{name}/",
        f"/files/documents/{name.hex[:2]}/{name.hex}",
        "/.data/",
    ):
        assert client.get(url).status_code in (302, 403, 404)
    assert Path(django_settings.STATIC_ROOT) not in store.path_of(name).parents
