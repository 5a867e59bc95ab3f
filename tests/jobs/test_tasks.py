"""Two workers on one chunk, a worker that dies, a broker that is gone: on real connections."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.db import connection

from iom.access.scope import as_service
from iom.celery import app
from iom.jobs import registry, services, tasks
from iom.jobs.celery_settings import CELERY_SETTINGS, socket_timeout
from iom.jobs.models import Chunk, Run
from iom.jobs.registry import TickStep
from iom.jobs.rules import night_due
from iom.kernel import clock
from tests.jobs.conftest import Ledger

AT = datetime(2026, 6, 10, 3, 0, tzinfo=UTC)


def in_thread(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def attempt(chunk_id: int) -> bool:
    with as_service():
        return services.do_chunk(chunk_id, at=AT)


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.05)


@pytest.mark.usefixtures("committed_runs")
class TestTwoAtOnce:
    def test_two_workers_on_the_same_chunk_have_one_effect(self, ledger: Ledger) -> None:
        with as_service():
            first, *_ = services.tick(at=AT)
        begun, go_on = threading.Event(), threading.Event()

        def linger(run: Run, chunk: Chunk) -> None:
            begun.set()
            go_on.wait(10)

        ledger.during = linger
        slow, slow_result = in_thread(lambda: attempt(first))
        assert begun.wait(10)

        quick, quick_result = in_thread(lambda: attempt(first))
        quick.join(10)
        go_on.set()
        slow.join(10)

        assert (slow_result, quick_result) == ([True], [False])
        assert ledger.done == [(date(2026, 6, 10), 0)]

    def test_two_ticks_at_once_plan_each_night_once(self, ledger: Ledger) -> None:
        start = threading.Barrier(2)

        def tick() -> list[int]:
            start.wait(10)
            with as_service():
                return services.tick(at=AT)

        threads = [in_thread(tick) for _ in range(2)]
        for thread, _ in threads:
            thread.join(20)

        claimed = [chunk_id for _, results in threads for chunk_id in results[0]]
        assert len(claimed) == len(set(claimed))
        with as_service():
            assert (Run.objects.count(), Chunk.objects.count()) == (1, 3)

    def test_a_run_is_closed_and_announced_by_one_of_two(self, ledger: Ledger) -> None:
        with as_service():
            for chunk_id in services.tick(at=AT):
                services.do_chunk(chunk_id, at=AT)
        start = threading.Barrier(2)

        def advance() -> None:
            start.wait(10)
            with as_service():
                services.advance("count", at=AT)

        threads = [in_thread(advance) for _ in range(2)]
        for thread, _ in threads:
            thread.join(20)

        assert ledger.finished == [date(2026, 6, 10)]

    def test_a_worker_killed_in_the_middle_leaves_the_chunk_to_the_next(self, ledger: Ledger) -> None:
        with as_service():
            first, *_ = services.tick(at=AT)
        settings = connection.settings_dict
        script = (
            "import sys, time, psycopg\n"
            "c = psycopg.connect(**eval(sys.argv[1]))\n"
            "c.execute('SET ROLE iom_service')\n"
            "c.execute('SELECT id FROM jobs_chunk WHERE id = %s FOR UPDATE', [int(sys.argv[2])])\n"
            "c.execute(\"UPDATE jobs_chunk SET status = 'done', done_at = now() WHERE id = %s\", [int(sys.argv[2])])\n"
            "print('holding', flush=True); time.sleep(60)\n"
        )
        login = {
            "dbname": settings["NAME"],
            "user": settings["USER"],
            "password": settings["PASSWORD"],
            "host": settings["HOST"],
            "port": settings["PORT"] or 5432,
        }
        worker = subprocess.Popen(
            [sys.executable, "-c", script, repr(login), str(first)], stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == "holding\n"
        assert not attempt(first)

        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(10)

        deadline = threading.Event()
        for _ in range(50):
            if attempt(first):
                break
            deadline.wait(0.1)
        assert ledger.done == [(date(2026, 6, 10), 0)]

    def test_a_worker_on_the_broker_plans_does_and_closes_a_night(self, ledger: Ledger) -> None:
        with start_worker(
            app, pool="solo", queues=["control", "bulk"], perform_ping_check=False, loglevel="ERROR"
        ):
            tasks.tick.delay()
            wait_until(lambda: bool(ledger.finished))

        assert ledger.finished == [night_due(clock.now())]
        assert [part for _, part in ledger.done] == [0, 1, 2]

    def test_without_a_broker_the_work_waits_in_the_database(self, ledger: Ledger, no_broker: None) -> None:
        tasks.tick()

        with as_service():
            assert Chunk.objects.filter(status="pending", dispatched_at__isnull=False).count() == 3

    def test_a_step_that_fails_does_not_stop_the_others(self, ledger: Ledger) -> None:
        taken: list[str] = []

        def fail(at: datetime) -> bool:
            raise RuntimeError

        def three(at: datetime) -> bool:
            taken.append("piece")
            return len(taken) < 3

        registry.register_step(TickStep("broken", fail))
        registry.register_step(TickStep("pieces", three))

        assert tasks.tick_here(AT) == 3

        assert taken == ["piece"] * 3
        assert ledger.finished == [date(2026, 6, 10)]


def test_the_settings_that_lost_nothing_are_the_ones_in_force() -> None:
    conf = app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_ignore_result
    assert (conf.task_time_limit, conf.task_soft_time_limit) == (120, 100)
    assert conf.broker_connection_max_retries is None
    assert conf.broker_transport_options["visibility_timeout"] == 3600
    assert "retry_on_timeout" not in conf.broker_transport_options
    tick = conf.beat_schedule["tick"]
    assert (tick["task"], tick["schedule"]) == ("jobs.tick", 30.0)
    assert tick["options"]["expires"] < 30
    assert {"jobs.tick", "jobs.do_chunk"} <= set(app.tasks)
    assert [queue.name for queue in CELERY_SETTINGS["task_queues"]] == ["control", "bulk"]


def test_only_a_worker_waits_long_for_the_broker() -> None:
    assert socket_timeout(["celery", "-A", "iom", "worker"]) == 10
    assert socket_timeout(["celery", "-A", "iom", "beat"]) == 1
    assert socket_timeout(["gunicorn", "iom.wsgi"]) == 1
