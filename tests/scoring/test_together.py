"""The recompute after a feed beside another worker and beside the night, on real connections (SCO-4)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connections

from iom.access.scope import as_owner, as_service
from iom.feeds.models import FeedFile, Touched
from iom.jobs.models import Run
from scoring.rules.nights import NIGHTLY
from scoring.services import after_feed, runs

AT = datetime(2026, 6, 30, 9, tzinfo=UTC)
BEFORE = datetime(2026, 6, 30, 8, tzinfo=UTC)
GATE = [runs.LOCK_SPACE, runs.BEGINNING]


@pytest.fixture
def touched(committed: None) -> None:
    """Two people on the list, really committed, and last night done."""
    with as_owner():
        Run.objects.create(
            kind=NIGHTLY, for_date=date(2026, 6, 30), status="done", created_at=BEFORE, finished_at=BEFORE
        )
        file = FeedFile.objects.create(
            kind="crimes",
            name="crimes.csv",
            sha256="0" * 64,
            size_bytes=1,
            status="loaded",
            received_at=BEFORE,
            loaded_at=BEFORE,
        )
        Touched.objects.bulk_create([Touched(person_id=1, file=file), Touched(person_id=2, file=file)])


@pytest.fixture
def elsewhere(touched: None) -> Iterator[Any]:
    """A transaction of another worker."""
    other = connections.create_connection("default")
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT set_config('role', 'iom_service', true)")
        yield cursor
    other.rollback()
    other.close()


def on_the_list() -> set[int]:
    with as_owner():
        return set(Touched.objects.values_list("person_id", flat=True))


def step() -> bool:
    with as_service():
        return after_feed.rescore_touched(AT)


def test_whom_another_worker_is_taking_is_passed_over(elsewhere: Any) -> None:
    elsewhere.execute("SELECT id FROM feeds_touched WHERE person_id = 1 FOR UPDATE")

    step()

    elsewhere.connection.rollback()
    assert on_the_list() == {1}
    step()
    assert on_the_list() == set()


def test_they_wait_while_a_run_of_everybody_begins(elsewhere: Any) -> None:
    elsewhere.execute("SELECT pg_advisory_xact_lock(%s, %s)", GATE)
    step()
    assert on_the_list() == {1, 2}

    elsewhere.connection.rollback()
    step()
    assert on_the_list() == set()


def test_a_run_of_everybody_cannot_begin_before_they_are_done(elsewhere: Any) -> None:
    with as_service():
        after_feed.rescore_touched(AT)
        elsewhere.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", GATE)
        assert elsewhere.fetchone() == (False,)

    elsewhere.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", GATE)
    assert elsewhere.fetchone() == (True,)
