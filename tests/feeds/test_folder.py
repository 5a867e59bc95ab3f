"""The folder of force systems: every file is taken once, through kills, and ends where its state says (INT-1)."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from iom.access.scope import as_owner, as_service
from iom.feeds.models import FeedFile
from iom.feeds.rules import kind_of_name
from iom.feeds.services import folder as folder_service
from iom.feeds.services import load_all_waiting
from iom.feeds.services.folder import sweep, take_next
from iom.persons.models import Person
from tests.feeds.conftest import CRIME, ON, PERSON, STAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("load")]
Write = Callable[..., Path]
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def inbox(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    settings.FEED_INBOX_DIR = str(folder)
    return folder


@pytest.fixture
def tick(django_capture_on_commit_callbacks: Any) -> Callable[..., None]:
    def run(at: datetime = NOW, *, moves: bool = True) -> None:
        """All that the folder's step of the tick does; without `moves` the process dies right after the commit."""
        more = True
        while more:
            with django_capture_on_commit_callbacks(execute=moves), as_service():
                more = take_next(at) and moves

    return run


def put(inbox: Path, file: Path, name: str, *, written: datetime = NOW - timedelta(minutes=1)) -> Path:
    target = inbox / name
    target.write_bytes(file.read_bytes())
    os.utime(target, (written.timestamp(), written.timestamp()))
    return target


def places(inbox: Path) -> dict[str, list[str]]:
    """Which files lie where, without the number that a taken one has."""
    found = {"top": sorted(p.name for p in inbox.iterdir() if p.is_file())}
    for place in ("taken", "done", "rejected"):
        found[place] = sorted(p.name.partition("-")[2] or p.name for p in (inbox / place).iterdir())
    return {place: names for place, names in found.items() if names}


def test_a_finished_file_is_taken_loaded_and_put_into_done(inbox: Path, write: Write, tick: Any) -> None:
    put(inbox, write("persons", PERSON), "persons-2026-06-30.csv")

    tick()
    assert places(inbox) == {"taken": ["persons-2026-06-30.csv"]}
    (outcome,) = load_all_waiting(at=NOW, on=ON)
    tick()

    assert (outcome.status, outcome.inserted) == ("loaded", 1)
    assert places(inbox) == {"done": ["persons-2026-06-30.csv"]}
    with as_owner():
        file = FeedFile.objects.get()
        assert (file.source, file.name, file.is_stored) == ("folder", "persons-2026-06-30.csv", False)


def test_a_file_that_is_still_being_written_is_left_alone(inbox: Path, write: Write, tick: Any) -> None:
    put(inbox, write("persons", PERSON), "persons.csv", written=NOW - timedelta(seconds=3))
    put(inbox, write("persons", PERSON), "persons-2.csv.part")
    put(inbox, write("persons", PERSON), ".persons.csv")

    tick()
    assert places(inbox) == {"top": [".persons.csv", "persons-2.csv.part", "persons.csv"]}
    tick(NOW + timedelta(seconds=20))

    assert places(inbox) == {"top": [".persons.csv", "persons-2.csv.part"], "taken": ["persons.csv"]}


def test_a_process_that_dies_after_the_commit_has_taken_the_file_once(
    inbox: Path, write: Write, tick: Any
) -> None:
    put(inbox, write("persons", PERSON), "persons.csv")

    tick(moves=False)
    assert places(inbox) == {"top": ["persons.csv"]}
    load_all_waiting(at=NOW, on=ON)
    tick()
    tick()

    assert places(inbox) == {"done": ["persons.csv"]}
    assert load_all_waiting(at=NOW, on=ON) == []
    with as_owner():
        assert (FeedFile.objects.count(), Person.objects.count()) == (1, 1)


def test_a_process_that_dies_before_the_commit_has_taken_nothing(
    inbox: Path, write: Write, tick: Any, monkeypatch: Any
) -> None:
    put(inbox, write("persons", PERSON), "persons.csv")

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(folder_service, "receive", die)
    with pytest.raises(KeyboardInterrupt):
        tick()

    monkeypatch.undo()
    with as_owner():
        assert not FeedFile.objects.exists()
    assert places(inbox) == {"top": ["persons.csv"]}


def test_a_second_copy_under_another_name_is_done_and_changes_nothing(
    inbox: Path, write: Write, tick: Any
) -> None:
    put(inbox, write("persons", PERSON), "persons-1.csv")
    tick()
    load_all_waiting(at=NOW, on=ON)
    put(inbox, write("persons", PERSON), "persons-2.csv")

    tick()
    tick()

    assert places(inbox) == {"done": ["persons-1.csv", "persons-2.csv"]}
    with as_owner():
        assert FeedFile.objects.count() == 1


def test_parked_and_broken_files_go_to_rejected_with_the_reason(inbox: Path, write: Write, tick: Any) -> None:
    put(inbox, write("persons", {**PERSON, "sex": "male"}), "persons.csv")
    broken = put(inbox, write("persons", PERSON), "custody.csv")
    broken.write_bytes(b"PK\x03\x04")
    os.utime(broken, (NOW.timestamp() - 60, NOW.timestamp() - 60))
    put(inbox, write("persons", PERSON), "holidays.csv")

    tick()
    load_all_waiting(at=NOW, on=ON)
    tick()

    assert places(inbox) == {
        "rejected": sorted(
            [
                "persons.csv",
                "persons.csv.txt",
                "custody.csv",
                "custody.csv.txt",
                "holidays.csv",
                "holidays.csv.txt",
            ]
        )
    }
    said = {p.name: p.read_text() for p in (inbox / "rejected").glob("*.txt")}
    assert any("more than 5 %" in text for text in said.values())
    assert "does not begin with a kind of feed" in said["holidays.csv.txt"]


def test_a_link_to_another_file_is_not_followed(inbox: Path, write: Write, tick: Any, tmp_path: Path) -> None:
    secret = write("persons", PERSON, name="elsewhere.csv")
    (inbox / "persons.csv").symlink_to(secret)
    os.utime(inbox / "persons.csv", (NOW.timestamp() - 60,) * 2, follow_symlinks=False)

    tick()

    assert places(inbox) == {"rejected": ["persons.csv", "persons.csv.txt"]}
    with as_owner():
        assert not FeedFile.objects.exists()


def test_people_are_loaded_before_what_is_known_of_them(inbox: Path, write: Write, tick: Any) -> None:
    put(inbox, write("crimes", CRIME), "crimes.csv", written=NOW - timedelta(hours=1))
    put(inbox, write("custody", STAY), "custody.csv", written=NOW - timedelta(hours=1))
    put(inbox, write("persons", PERSON), "persons.csv")

    tick()
    outcomes = load_all_waiting(at=NOW, on=ON)

    assert [(one.kind, one.status) for one in outcomes] == [
        ("persons", "loaded"),
        ("custody", "loaded"),
        ("crimes", "loaded"),
    ]


def test_what_was_dealt_with_is_kept_for_some_days(
    inbox: Path, write: Write, tick: Any, settings: Any, tmp_path: Path
) -> None:
    put(inbox, write("persons", {**PERSON, "sex": "male"}), "persons.csv")
    tick()
    load_all_waiting(at=NOW, on=ON)
    tick()
    stored = list((tmp_path / "store").glob("*.csv"))
    assert len(stored) == 1
    later = NOW + timedelta(days=settings.FEED_KEEP_DAYS + 1)
    for path in [*stored, *(inbox / "rejected").iterdir()]:
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))

    with as_service():
        sweep(NOW + timedelta(days=2))
        assert stored[0].exists()
        sweep(later)

    assert places(inbox) == {}
    assert not stored[0].exists()
    with as_owner():
        assert not FeedFile.objects.get().is_stored


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("crimes.csv", "crimes"),
        ("Crimes-2026-06-30.CSV", "crimes"),
        ("drug_tests_north.csv", "drug_tests"),
        ("crimes2026.csv", "crimes"),
        ("crimesheet.csv", None),
        ("x-crimes.csv", None),
    ],
)
def test_the_kind_of_a_file_is_what_its_name_begins_with(name: str, kind: str | None) -> None:
    assert kind_of_name(name, ["crimes", "drug_tests", "persons"]) == kind
