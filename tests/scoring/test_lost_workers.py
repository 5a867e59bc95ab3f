"""A night of scores whose worker, broker or database goes away in the middle, on real connections (SCO-4)."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from iom.access.scope import as_owner, as_service
from iom.jobs import services, tasks
from iom.jobs.models import Chunk, Run
from iom.jobs.registry import kind_named
from iom.jobs.rules import HAND_OUT_AGAIN_AFTER
from iom.persons.models import Person
from scoring.models import AlertFiring, CurrentScore, ScoreHistory, ScoreRun, ThreatAlert
from scoring.pricing import end_of_day
from scoring.rules.nights import NIGHTLY
from scoring.services import chunks, runs
from tests.scoring.factories import AT_NIGHT, TODAY, EventFactory, model_in_use, riser

DAY = timedelta(days=1)
PEOPLE = 5


@pytest.fixture
def models_may_go(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A model in use is never removed, by a trigger: set aside so that the test can clear up what it committed."""

    def trigger(word: str) -> None:
        with django_db_blocker.unblock(), as_owner(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE scoring_score_model {word} TRIGGER scoring_model_is_immutable")

    trigger("DISABLE")
    yield
    trigger("ENABLE")


@pytest.fixture
def people(models_may_go: None, committed: None, monkeypatch: pytest.MonkeyPatch) -> list[Person]:
    """Five whose score rises tonight, in several chunks; everything is really committed."""
    monkeypatch.setattr(runs, "PERSONS_A_CHUNK", 2)
    model_in_use()
    return [riser() for _ in range(PEOPLE)]


def planned() -> list[int]:
    """Tonight's chunks, handed out."""
    with as_service():
        services.request_run(NIGHTLY, TODAY, at=AT_NIGHT)
        services.advance(NIGHTLY, at=AT_NIGHT)
        handed_out = services.hand_out(at=AT_NIGHT)
    assert len(handed_out) >= 3
    return handed_out


def attempt(chunk_id: int, at: datetime = AT_NIGHT) -> bool:
    with as_service():
        return services.do_chunk(chunk_id, at=at)


def work_off(at: datetime = AT_NIGHT) -> None:
    """What is left, by whichever worker comes, night after night."""
    while True:
        with as_service():
            services.advance(NIGHTLY, at=at)
            left = list(Chunk.objects.filter(status="pending").values_list("pk", flat=True))
        if not left:
            return
        done = [attempt(chunk_id, at) for chunk_id in left]
        assert all(done)


def effects() -> dict[str, Any]:
    """Everything the chunks of a night leave behind."""
    with as_owner():
        return {
            "current": CurrentScore.objects.count(),
            "history": ScoreHistory.objects.count(),
            "alerts": ThreatAlert.objects.count(),
            "firings": AlertFiring.objects.count(),
            "run": list(
                ScoreRun.objects.filter(job_run__kind=NIGHTLY).values_list(
                    "persons", "changed", "written", "alerts"
                )
            ),
        }


def the_whole_night_is_there_once(people: int = PEOPLE) -> None:
    with as_owner():
        assert Run.objects.get(kind=NIGHTLY).status == Run.Status.DONE
        night = ScoreRun.objects.get(job_run__kind=NIGHTLY)
        assert set(CurrentScore.objects.values_list("published", flat=True)) == {360}
    assert effects() == {
        "current": people,
        "history": people,
        "alerts": people,
        "firings": people,
        "run": [(people, people, people, people)],
    }
    assert runs.same_again(night.pk)


def killed_at(place: str, chunk_id: int) -> None:
    """A process of its own does the chunk and is killed when it has just done the work of this function."""
    # A child must not share the connection of its parent.
    connection.close()
    reading, writing = os.pipe()
    worker = os.fork()
    if not worker:
        honest: Callable[..., Any] = getattr(chunks, place)

        def linger(*args: Any) -> None:
            honest(*args)
            os.write(writing, b"!")
            signal.pause()

        setattr(chunks, place, linger)
        try:
            attempt(chunk_id)
        finally:
            os._exit(1)
    os.close(writing)
    came_that_far = os.read(reading, 1)
    os.close(reading)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    assert came_that_far == b"!"


@pytest.mark.parametrize("place", ["_lock", "_store", "_count"])
def test_a_worker_killed_in_the_middle_of_a_chunk_leaves_no_trace_and_the_night_is_done(
    people: list[Person], place: str
) -> None:
    first, *_ = planned()

    killed_at(place, first)

    assert effects()["run"] == [(0, 0, 0, 0)]
    assert effects()["current"] == effects()["history"] == effects()["alerts"] == 0
    work_off()
    the_whole_night_is_there_once()


def test_a_worker_killed_between_two_chunks_keeps_what_the_first_did(people: list[Person]) -> None:
    first, second, *_ = planned()
    assert attempt(first)
    before = effects()

    killed_at("_count", second)

    assert effects() == before
    assert before["current"] > 0
    work_off()
    the_whole_night_is_there_once()


@pytest.mark.parametrize("place", ["_lock", "_store", "_count"])
def test_when_the_database_ends_every_connection_in_the_middle_of_a_chunk_the_night_is_done_afterwards(
    people: list[Person], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    first, *_ = planned()
    honest = getattr(chunks, place)

    def restarted(*args: Any) -> Any:
        found = honest(*args)
        end_all_connections()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(chunks, place, restarted)
        with pytest.raises(DatabaseError):
            attempt(first)
    connection.close()

    assert effects()["run"] == [(0, 0, 0, 0)]
    work_off()
    the_whole_night_is_there_once()


def end_all_connections() -> None:
    """What a server that stops does to each of its clients."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
    finally:
        other.close()


@pytest.mark.usefixtures("no_broker")
def test_without_a_broker_the_chunks_of_a_night_wait_and_are_handed_out_again(people: list[Person]) -> None:
    handed_out = planned()

    tasks.wake(handed_out)

    with as_service():
        assert services.hand_out(at=AT_NIGHT) == []
        again = services.hand_out(at=AT_NIGHT + 2 * HAND_OUT_AGAIN_AFTER)
    assert again == handed_out
    for chunk_id in again:
        assert attempt(chunk_id)
    work_off()
    the_whole_night_is_there_once()


def test_a_message_delivered_twice_has_one_effect(people: list[Person]) -> None:
    handed_out = planned()

    assert [attempt(chunk_id) for chunk_id in handed_out * 2] == [True] * len(handed_out) + [False] * len(
        handed_out
    )

    work_off()
    the_whole_night_is_there_once()


def test_missed_nights_are_scored_in_order_each_by_what_was_known_then(people: list[Person]) -> None:
    (late, *_) = people
    EventFactory(person=late, occurred_on=TODAY - DAY)
    with as_owner():
        Run.objects.create(
            kind=NIGHTLY, for_date=TODAY - 3 * DAY, status="done", created_at=AT_NIGHT, finished_at=AT_NIGHT
        )
    with as_service():
        services.open_missed_nights(kind_named(NIGHTLY), at=AT_NIGHT)

    work_off()

    with as_owner():
        nights = list(ScoreRun.objects.order_by("pk"))
        told: dict[date, int] = dict(
            ScoreHistory.objects.filter(person=late).order_by("as_of").values_list("as_of", "published")
        )
    assert [run.as_of for run in nights] == [TODAY - 2 * DAY, TODAY - DAY, TODAY]
    assert all(run.finished_at and not run.replay for run in nights)
    assert [run.watermark for run in nights] == [min(AT_NIGHT, end_of_day(run.as_of)) for run in nights]
    assert sorted(told) == [run.as_of for run in nights]
    assert told[TODAY - DAY] - told[TODAY - 2 * DAY] >= 118
    assert told[TODAY] - told[TODAY - DAY] >= 118
    assert all(runs.same_again(run.pk) for run in nights)
