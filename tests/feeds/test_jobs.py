"""Files as work for the workers: received once, loaded once, tried again, told how far (INT-1)."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from kombu.exceptions import OperationalError

from iom.access.actor import SYSTEM, Actor
from iom.access.scope import as_owner, as_service
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.feeds import selectors, store, tasks
from iom.feeds.models import FeedFile, Progress, Sender
from iom.feeds.progress import telling
from iom.feeds.rules import FileStatus, Source, Stage
from iom.feeds.services import (
    Incoming,
    Received,
    claim,
    load_again,
    load_all_waiting,
    load_waiting,
    make_sender,
    receive,
    set_rhythm,
    tell_overdue,
)
from iom.feeds.services import loading as loading_service
from iom.kernel import clock
from iom.kernel.errors import Forbidden, Invalid, Refused
from iom.notifications.models import Notification
from iom.persons.models import Person
from tests.feeds.conftest import AT, CRIME, ON, PERSON, many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("load")]
Write = Callable[..., Path]
WHY = "The bad rows are of a closed district."


@pytest.fixture
def send(write: Write) -> Callable[..., Received]:
    def run(kind: str, *rows: dict[str, Any], at: datetime = AT) -> Received:
        path = write(kind, *rows)
        with store.incoming(store.blocks_of(path), limit_bytes=1 << 30) as (part, digest, size), as_service():
            return receive(Incoming(kind, path.name, part, digest, size), by=SYSTEM, at=at, source=Source.API)

    return run


@pytest.fixture
def administrator(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.ADMINISTRATOR)


def test_a_file_is_received_once_and_loaded_once(send: Any) -> None:
    first, second = send("persons", PERSON), send("persons", PERSON)

    assert (first.is_new, second.is_new, first.file.pk) == (True, False, second.file.pk)
    assert [one.status for one in load_all_waiting(at=AT, on=ON)] == ["loaded"]
    assert load_waiting(first.file.pk, at=AT, on=ON) is None
    assert not send("persons", PERSON).is_new
    assert not store.is_kept(first.file.pk)


def test_a_file_over_which_workers_die_is_tried_five_times_and_then_shown(
    send: Any, monkeypatch: Any
) -> None:
    file = send("persons", PERSON).file

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading_service, "load", die)
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            load_waiting(file.pk, at=AT, on=ON)
    monkeypatch.undo()

    assert load_waiting(file.pk, at=AT, on=ON) is None
    with as_owner():
        file.refresh_from_db()
        assert not Person.objects.exists()
        assert not Progress.objects.exists()
    assert (file.status, file.attempts) == ("broken", 5)
    assert "stopped over it five times" in file.problem


def test_a_worker_is_woken_for_the_first_file_and_again_only_after_a_while(send: Any) -> None:
    crimes = send("crimes", CRIME, at=AT - timedelta(hours=1)).file
    persons = send("persons", PERSON).file

    with as_service():
        assert claim(AT) == [persons.pk]
        assert claim(AT + timedelta(seconds=30)) == []
        assert claim(AT + timedelta(minutes=3)) == [persons.pk]
    load_waiting(persons.pk, at=AT, on=ON)
    with as_service():
        assert claim(AT + timedelta(minutes=3)) == [crimes.pk]


def test_a_parked_file_is_loaded_again_by_a_named_person_for_a_reason(
    send: Any, administrator: Actor, actor_of: Any
) -> None:
    rows = [PERSON, {**PERSON, "nominal_ref": "N2", "sex": "male"}]
    file = send("persons", *rows).file
    load_all_waiting(at=AT, on=ON)

    with as_service():
        with pytest.raises(Forbidden):
            load_again(file.pk, by=actor_of(Role.SUPERVISOR), at=AT, reason=WHY)
        with pytest.raises(Invalid):
            load_again(file.pk, by=administrator, at=AT, reason="Please")
        load_again(file.pk, by=administrator, at=AT, reason=WHY)
    (outcome,) = load_all_waiting(at=AT, on=ON)

    assert (outcome.status, outcome.inserted, outcome.rejected) == ("loaded", 1, 1)
    with as_owner():
        file.refresh_from_db()
        act = Act.objects.filter(action="feeds.file.tried_again").get()
    assert (file.reason, file.loaded_by_id, act.reason) == (WHY, administrator.user_id, WHY)
    with as_service(), pytest.raises(Refused, match="Only a parked or broken file"):
        load_again(file.pk, by=administrator, at=AT, reason=WHY)


def test_a_file_that_is_no_longer_held_is_asked_for_again(send: Any, administrator: Actor) -> None:
    file = send("persons", {**PERSON, "sex": "male"}).file
    load_all_waiting(at=AT, on=ON)
    store.remove(file.pk)

    with as_service(), pytest.raises(Refused, match="send it again"):
        load_again(file.pk, by=administrator, at=AT, reason=WHY)


def test_a_parked_file_of_the_command_can_be_loaded_again_too(
    load: Any, write: Write, administrator: Actor
) -> None:
    parked = load("persons", write("persons", PERSON, {**PERSON, "nominal_ref": "N2", "sex": "male"}))

    with as_service():
        load_again(parked.file_id, by=administrator, at=AT, reason=WHY)
    (outcome,) = load_all_waiting(at=AT, on=ON)

    assert (outcome.status, outcome.inserted) == ("loaded", 1)


def test_rejected_rows_of_an_unknown_person_are_loaded_when_the_file_is_sent_once_more(send: Any) -> None:
    send("crimes", CRIME)
    (parked,) = load_all_waiting(at=AT, on=ON)
    send("persons", PERSON)
    again = send("crimes", CRIME)
    outcomes = load_all_waiting(at=AT, on=ON)

    assert (parked.status, again.is_new) == ("parked", True)
    assert [one.status for one in outcomes] == ["loaded", "loaded"]


def test_how_far_a_load_has_come_is_seen_from_outside_its_transaction(send: Any) -> None:
    file = send("persons", PERSON).file

    with telling(file.pk) as tell:
        tell(Stage.READING, 7)
        with as_service():
            shown = selectors.progress_of(FeedFile.objects.get(pk=file.pk))
        tell(Stage.WRITING, 6)
        with as_service():
            later = selectors.progress_of(FeedFile.objects.get(pk=file.pk))

    assert shown
    assert (shown.stage, shown.rows, shown.reached) == ("Reading the file", 7, 5)
    assert later
    assert (later.stage, later.reached) == ("Writing the good rows", 60)
    with as_service():
        assert selectors.progress_of(FeedFile.objects.get(pk=file.pk)) is None


class TestBySystems:
    """POST /api/v1/feeds/KIND/ with a key."""

    @pytest.fixture
    def key(self, administrator: Actor) -> str:
        with as_service():
            _, key = make_sender(
                by=administrator,
                at=clock.now(),
                on=clock.today(),
                name="Niche extract",
                kinds=["persons"],
                expires_on=clock.today() + timedelta(days=30),
                reason="Nightly extract of the force.",
            )
        return key

    @pytest.fixture
    def post(self, key: str) -> Callable[..., Any]:
        def run(body: bytes, *, kind: str = "persons", key: str = key, **headers: str) -> Any:
            sent = {"Authorization": f"Bearer {key}", **headers}
            return Client().post(
                f"/api/v1/feeds/{kind}/?name=people.csv", body, content_type="text/csv", headers=sent
            )

        return run

    def test_a_file_is_posted_loaded_and_asked_about(self, post: Any, key: str, write: Write) -> None:
        body = write("persons", PERSON).read_bytes()

        answer = post(body)
        again = post(body)
        load_all_waiting(at=AT, on=ON)
        copy = post(body)
        state = Client().get(
            f"/api/v1/feeds/files/{answer.json()['file']}/", headers={"Authorization": f"Bearer {key}"}
        )

        assert [(one.status_code, one.json()["status"]) for one in (answer, again, copy)] == [
            (202, "waiting"),
            (200, "waiting"),
            (200, "already_loaded"),
        ]
        assert (state.json()["status"], state.json()["inserted"]) == ("loaded", 1)
        with as_owner():
            file = FeedFile.objects.get()
            assert (file.source, file.name, file.sender.name) == ("api", "people.csv", "Niche extract")
            assert Sender.objects.get().last_used_at

    def test_without_a_key_in_force_nothing_is_read(
        self, post: Any, write: Write, administrator: Actor
    ) -> None:
        body = write("persons", PERSON).read_bytes()
        wrong = post(body, key="guessed")
        anonymous = Client().post("/api/v1/feeds/persons/", body, content_type="text/csv")
        with as_owner():
            Sender.objects.update(expires_on=date(2020, 1, 1))
        expired = post(body)
        with as_owner():
            Sender.objects.update(expires_on=date(2100, 1, 1), ended_at=AT, ended_by_id=administrator.user_id)
        ended = post(body)

        assert {one.status_code for one in (wrong, anonymous, expired, ended)} == {401}
        assert wrong.headers["WWW-Authenticate"] == "Bearer"
        with as_owner():
            assert not FeedFile.objects.exists()

    def test_another_feed_another_form_and_too_much_are_refused(
        self, post: Any, key: str, write: Write, settings: Any
    ) -> None:
        body = write("persons", PERSON).read_bytes()
        headers = {"Authorization": f"Bearer {key}"}
        settings.FEED_FILE_LIMIT_BYTES = len(body)

        assert post(body, kind="crimes").status_code == 403
        assert post(body, kind="gossip").status_code == 404
        assert Client().post("/api/v1/feeds/persons/", {"a": 1}, headers=headers).status_code == 415
        assert post(body + b"x").status_code == 413
        assert post(body, **{"X-Content-SHA256": "0" * 64}).status_code == 400
        right = hashlib.sha256(body).hexdigest()
        assert post(body, **{"X-Content-SHA256": right}).status_code == 202
        assert list(store.root().glob("*.part")) == []

    def test_a_system_learns_only_of_its_own_files(self, key: str, send: Any) -> None:
        other = send("persons", PERSON).file

        found = Client().get(f"/api/v1/feeds/files/{other.pk}/", headers={"Authorization": f"Bearer {key}"})

        assert found.status_code == 404

    def test_a_signed_in_person_has_no_use_for_the_door(self, client_for: Any, write: Write) -> None:
        body = write("persons", PERSON).read_bytes()

        answer = client_for(Role.ADMINISTRATOR).post("/api/v1/feeds/persons/", body, content_type="text/csv")

        assert answer.status_code == 401


class TestKeepingFeeds:
    """Rhythm, keys and what is said when a feed stops."""

    def test_a_feed_that_stopped_is_said_once_to_administrators_and_to_supervision(
        self, load: Any, write: Write, administrator: Actor, client_for: Any
    ) -> None:
        load("persons", write("persons", PERSON), at=datetime(2026, 6, 28, 9, tzinfo=UTC))
        late = datetime(2026, 6, 29, 11, tzinfo=UTC)

        with as_service():
            assert not selectors.freshness(at=late - timedelta(hours=2))[0].is_overdue
            tell_overdue(late)
            tell_overdue(late + timedelta(hours=5))

        with as_owner():
            told = list(Notification.objects.filter(kind="feed_overdue").values_list("user_id", "subject"))
        assert told == [(administrator.user_id, "The feed people is overdue")]
        for role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
            page = client_for(role).get("/").content.decode()
            assert "Feeds that are overdue" in page, role
            assert "Overdue" in client_for(role).get("/feeds/").content.decode()
        assert "Feeds that are overdue" not in client_for(Role.OFFENDER_MANAGER).get("/").content.decode()

    def test_another_rhythm_counts_from_when_it_is_set_and_needs_a_reason(
        self, load: Any, write: Write, administrator: Actor, actor_of: Any
    ) -> None:
        load("persons", write("persons", PERSON))
        later = AT + timedelta(hours=30)

        with as_service():
            with pytest.raises(Invalid):
                set_rhythm("persons", by=administrator, at=AT, every_hours=48, reason="")
            with pytest.raises(Forbidden):
                set_rhythm("persons", by=actor_of(Role.SUPERVISOR), at=AT, every_hours=48, reason=WHY)
            assert selectors.freshness(at=later)[0].is_overdue
            set_rhythm("persons", by=administrator, at=AT, every_hours=48, reason=WHY)
            assert selectors.freshness(at=later)[0].said.startswith("A file is expected every 2 days;")
            assert not selectors.freshness(at=later)[0].is_overdue
            set_rhythm("persons", by=administrator, at=AT + timedelta(hours=1), every_hours=None, reason=WHY)
            assert selectors.freshness(at=later + timedelta(days=400))[0].state == "no_rhythm"

    def test_the_pages_of_rhythm_and_keys(self, client_for: Any) -> None:
        client = client_for(Role.ADMINISTRATOR)
        until = clock.today() + timedelta(days=30)
        sent = {
            "name": "Custody system",
            "kinds": ["custody"],
            "expires_on": until.isoformat(),
            "reason": "Nightly extract of the force.",
        }

        made = client.post("/feeds/systems/new/", sent).content.decode()
        set_ = client.post("/feeds/rhythm/custody/", {"every_hours": "12", "reason": WHY}, follow=True)
        with as_owner():
            sender = Sender.objects.get()
        listed = client.get("/feeds/systems/").content.decode()
        ended = client.post(f"/feeds/systems/{sender.pk}/end/", {"reason": WHY}, follow=True)

        assert "Copy the key now" in made
        assert sender.key_digest not in made
        assert "Custody system" in listed
        assert "The rhythm of custody was set." in set_.content.decode()
        assert "was ended" in ended.content.decode()

    def test_the_page_of_a_waiting_file_looks_again_by_itself_and_of_a_parked_one_leads_on(
        self, send: Any, client_for: Any
    ) -> None:
        rows = many(PERSON, "nominal_ref", 3)
        file = send("persons", *rows, {**PERSON, "sex": "male"}).file
        client = client_for(Role.ADMINISTRATOR)

        waiting = client.get(f"/feeds/{file.pk}/").content.decode()
        load_all_waiting(at=AT, on=ON)
        parked = client.get(f"/feeds/{file.pk}/").content.decode()
        sent = client.post(f"/feeds/{file.pk}/again/", {"reason": WHY}, follow=True).content.decode()

        assert 'hx-trigger="every 3s"' in waiting
        assert 'hx-trigger="every 3s"' not in parked
        assert "Load the good rows of this file" in parked
        assert "loaded again in a moment" in sent
        with as_owner():
            file.refresh_from_db()
            assert file.status == FileStatus.WAITING


def test_a_prompt_that_reaches_no_broker_leaves_the_file_to_the_next_round(
    send: Any, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    file = send("persons", PERSON).file

    def no_broker(*args: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.load_file, "delay", no_broker)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.prompt()

    with as_service():
        assert claim(clock.now()) == [file.pk]
