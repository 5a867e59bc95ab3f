"""Two at once, and a process killed at the worst moment: on rows that are really committed (SHR-5)."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.documents import store
from iom.documents.models import Document
from iom.documents.services import Given, Sent, add_document, add_version, clear_away, scan_one
from iom.kernel.errors import Invalid, Refused
from tests.factories import PersonFactory
from tests.world import member, small_force

NOON = datetime(2026, 6, 30, 11, tzinfo=UTC)
GIVEN = Given(type="other", title="Note", marking="official", compartment="plan")


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, settings: Any) -> Path:
    settings.DOCUMENT_ROOT = tmp_path / "documents"
    return Path(settings.DOCUMENT_ROOT)


@pytest.fixture
def scene_of_two(committed: None) -> Any:
    """A person and a supervisor of their district, seen by every connection."""
    world = small_force()
    person = PersonFactory(home_unit=world["north"])
    return person, member(world, Role.SUPERVISOR)


def note(tmp_path: Path, text: str = "Note", name: str = "a.txt") -> Sent:
    path = tmp_path / f"sent-{time.monotonic_ns()}"
    path.write_text(text)
    return Sent(path, name)


def held() -> list[Path]:
    return [path for path in store.root().rglob("*") if path.is_file() and path.parent.name != "pending"]


def at_once(acts: list[Any]) -> list[str]:
    """Run the acts in threads that start together; what became of each."""
    start, said = threading.Barrier(len(acts)), []

    def run(act: Any) -> None:
        try:
            start.wait(20)
            act()
            said.append("done")
        except (Refused, Invalid):
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(said)


def added(by: Any, person: Any, sent: Sent) -> Document:
    with as_actor(by):
        return add_document(person.nominal_ref, sent, GIVEN, by=by, at=NOON)


def test_two_new_versions_at_once_give_one(scene_of_two: Any, tmp_path: Path) -> None:
    person, by = scene_of_two
    first = added(by, person, note(tmp_path))

    def follow() -> None:
        with as_actor(by):
            add_version(first.pk, note(tmp_path), by=by, at=NOON)

    assert at_once([follow, follow]) == ["done", "refused"]
    with as_owner():
        assert Document.objects.count() == 2
    assert len(held()) == 2


def test_two_uploads_at_once_cannot_both_take_the_last_of_the_room(
    scene_of_two: Any, tmp_path: Path, settings: Any
) -> None:
    person, by = scene_of_two
    settings.DOCUMENT_QUOTA_PERSON_BYTES = 150

    assert at_once([lambda: added(by, person, note(tmp_path, "x" * 100))] * 2) == ["done", "refused"]
    assert len(held()) == 1


def test_two_scanners_at_once_check_a_document_once(scene_of_two: Any, tmp_path: Path, settings: Any) -> None:
    person, by = scene_of_two
    document = added(by, person, note(tmp_path))

    def scan() -> None:
        with as_service():
            scan_one(NOON)

    assert at_once([scan, scan]) == ["done", "done"]
    with as_owner():
        assert Document.objects.get(pk=document.pk).scan_attempts == 1


def test_a_process_killed_between_file_and_commit_leaves_no_row_and_soon_no_file(
    scene_of_two: Any, tmp_path: Path, own_store: Path
) -> None:
    person, by = scene_of_two
    sent = note(tmp_path)
    connection.close()

    child = os.fork()
    if child == 0:
        with as_actor(by):
            add_document(person.nominal_ref, sent, GIVEN, by=by, at=NOON)
            os.kill(os.getpid(), 9)
    _, status = os.waitpid(child, 0)

    assert os.WTERMSIG(status) == 9
    assert len(held()) == 1
    with as_service():
        assert not Document.objects.exists()
        clear_away(datetime.now(UTC))
    assert len(held()) == 1
    with as_service():
        clear_away(datetime.now(UTC) + timedelta(hours=1))
    assert held() == []


def test_a_transaction_undone_later_in_the_request_takes_the_file_with_it_soon(
    scene_of_two: Any, tmp_path: Path
) -> None:
    person, by = scene_of_two

    def fails_late() -> None:
        with as_actor(by):
            add_document(person.nominal_ref, note(tmp_path), GIVEN, by=by, at=NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_late()

    with as_service():
        assert not Document.objects.exists()
        clear_away(datetime.now(UTC) + timedelta(hours=1))
    assert held() == []


def test_a_committed_file_stays_and_is_no_longer_pending(
    scene_of_two: Any, tmp_path: Path, own_store: Path
) -> None:
    person, by = scene_of_two

    document = added(by, person, note(tmp_path))

    assert list((own_store / "pending").iterdir()) == []
    with as_service():
        clear_away(datetime.now(UTC) + timedelta(days=1))
    assert store.path_of(document.stored_name).exists()
