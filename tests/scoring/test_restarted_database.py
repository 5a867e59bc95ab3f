"""A night of scores in the middle of which the database server itself goes down and comes back (SCO-4)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection

from iom.access.scope import as_owner
from iom.jobs.models import Chunk
from scoring.services import chunks, runs
from tests.scoring.factories import model_in_use, riser
from tests.scoring.own_server import OwnServer, connected_to, own_server
from tests.scoring.test_lost_workers import (
    PEOPLE,
    attempt,
    effects,
    planned,
    the_whole_night_is_there_once,
    work_off,
)


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[OwnServer]:
    with django_db_blocker.unblock(), own_server() as made:
        yield made


def started_at() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_postmaster_start_time()")
        return cursor.fetchone()


@pytest.mark.parametrize("place", ["_lock", "_store", "_count"])
def test_a_night_goes_on_where_the_restarted_server_left_it(
    server: OwnServer, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(runs, "PERSONS_A_CHUNK", 2)
    with django_db_blocker.unblock(), connected_to(server):
        model_in_use()
        for _ in range(PEOPLE):
            riser()
        first, second, *_ = planned()
        nothing = effects()
        assert attempt(first)
        before, started = effects(), started_at()
        honest = getattr(chunks, place)

        def goes_down(*args: Any) -> Any:
            found = honest(*args)
            server.stop_immediately()
            return found

        with monkeypatch.context() as patch:
            patch.setattr(chunks, place, goes_down)
            with pytest.raises(DatabaseError):
                attempt(second)
        connection.close()
        server.wait_until_it_answers()

        assert started_at() != started
        with as_owner():
            first_is_done = Chunk.objects.get(pk=first).status == Chunk.Status.DONE
            assert Chunk.objects.get(pk=second).status == Chunk.Status.PENDING
        # A chunk's commit does not wait for the disk: it may be taken back, but then its mark with it.
        assert effects() == (before if first_is_done else nothing)
        assert before["current"] > nothing["current"] == 0
        work_off()
        the_whole_night_is_there_once()
