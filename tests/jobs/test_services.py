"""Runs and chunks: nothing lost, nothing twice (SCO-4)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from iom.access.scope import as_service
from iom.jobs import registry, selectors, services
from iom.jobs.models import Chunk, Run
from iom.jobs.registry import JobKind
from iom.kernel.errors import NotFound, Refused
from tests.jobs.conftest import Ledger

pytestmark = pytest.mark.django_db
NIGHT = date(2026, 6, 10)
AT = datetime(2026, 6, 10, 3, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)


def work_off(at: datetime) -> None:
    """Everything a healthy worker would do from here on."""
    with as_service():
        chunk_ids = services.tick(at=at)
        while chunk_ids:
            for chunk_id in chunk_ids:
                services.do_chunk(chunk_id, at=at)
            chunk_ids = services.tick(at=at)


def test_a_night_is_planned_done_and_finished_once(ledger: Ledger) -> None:
    work_off(AT)

    assert ledger.planned == [NIGHT]
    assert ledger.done == [(NIGHT, 0), (NIGHT, 1), (NIGHT, 2)]
    assert ledger.finished == [NIGHT]
    with as_service():
        run = selectors.last_finished("count")
    assert run is not None
    assert (run.for_date, run.status, run.finished_at, run.summary) == (NIGHT, "done", AT, {"parts": 3})


def test_ticking_again_writes_nothing(ledger: Ledger) -> None:
    work_off(AT)
    done = list(ledger.done)

    work_off(AT)
    work_off(LATER)

    assert ledger.done == done
    assert ledger.finished == [NIGHT]
    with as_service():
        assert (Run.objects.count(), Chunk.objects.count()) == (1, 3)


def test_doing_a_finished_chunk_again_has_no_effect(ledger: Ledger) -> None:
    with as_service():
        first, *_ = services.tick(at=AT)
        assert services.do_chunk(first, at=AT)
        assert not services.do_chunk(first, at=AT)

    assert ledger.done == [(NIGHT, 0)]


def test_three_missed_nights_are_caught_up_oldest_first_each_as_at_that_night(ledger: Ledger) -> None:
    work_off(AT - timedelta(days=4))

    work_off(AT)

    nights = [date(2026, 6, 6), date(2026, 6, 7), date(2026, 6, 8), date(2026, 6, 9), NIGHT]
    assert ledger.planned == nights
    assert ledger.finished == nights
    assert ledger.done == [(night, part) for night in nights for part in range(3)]


def test_a_night_waits_until_the_night_before_it_is_done(ledger: Ledger) -> None:
    work_off(AT - timedelta(days=2))
    with as_service():
        chunk_ids = services.tick(at=AT)
        for chunk_id in chunk_ids[:-1]:
            services.do_chunk(chunk_id, at=AT)
        services.tick(at=AT)

        assert ledger.planned == [date(2026, 6, 8), date(2026, 6, 9)]

        services.do_chunk(chunk_ids[-1], at=AT)
        following = services.after_chunk(chunk_ids[-1], at=AT)

    assert ledger.planned == [date(2026, 6, 8), date(2026, 6, 9), NIGHT]
    assert len(following) == 3


def test_a_run_without_parts_is_finished_at_once(ledger: Ledger) -> None:
    ledger.parts = 0

    work_off(AT)

    assert ledger.finished == [NIGHT]


def test_chunks_are_handed_out_once_and_again_when_their_message_was_lost(ledger: Ledger) -> None:
    with as_service():
        claimed = services.tick(at=AT)

        assert len(claimed) == 3
        assert services.tick(at=AT + timedelta(seconds=30)) == []
        assert services.tick(at=AT + timedelta(seconds=151)) == claimed


def test_only_so_many_chunks_are_out_at_once(ledger: Ledger) -> None:
    ledger.parts = 250

    with as_service():
        first = services.tick(at=AT)
        assert len(first) == 200
        assert services.tick(at=AT) == []

        for chunk_id in first[:10]:
            services.do_chunk(chunk_id, at=AT)
        assert len(services.tick(at=AT)) == 10


class TestFailures:
    def fail(self, run: Run, chunk: Chunk) -> None:
        run.chunks.filter(seq=0).update(payload={"part": 99})
        raise ValueError("Ada Lovelace has no score")

    def test_an_error_leaves_the_chunk_pending_with_its_attempt_counted_and_no_effect(
        self, ledger: Ledger
    ) -> None:
        ledger.during = self.fail
        with as_service():
            first, *_ = services.tick(at=AT)

            assert not services.do_chunk(first, at=AT)

            chunk = Chunk.objects.get(pk=first)
            assert (chunk.status, chunk.attempts, chunk.payload) == ("pending", 1, {"part": 0})
            assert services.tick(at=AT) == [first]

    def test_what_is_kept_of_an_error_names_its_place_and_no_person(self, ledger: Ledger) -> None:
        ledger.during = self.fail
        with as_service():
            first, *_ = services.tick(at=AT)
            services.do_chunk(first, at=AT)

            assert Chunk.objects.get(pk=first).last_error.startswith("ValueError in fail, line ")

    def test_after_five_attempts_the_chunk_and_its_run_are_failed_and_shown(self, ledger: Ledger) -> None:
        ledger.during = self.fail

        work_off(AT)

        with as_service():
            assert {(c.status, c.attempts) for c in selectors.failed_chunks()} == {("failed", 5)}
            assert selectors.worker_state(AT).failed_runs == 1
            assert selectors.last_finished("count") is None
        assert ledger.finished == []

    def test_a_failed_night_does_not_stop_the_next(self, ledger: Ledger) -> None:
        ledger.during = self.fail
        work_off(AT)
        ledger.during = lambda run, chunk: None

        work_off(AT + timedelta(days=1))

        assert ledger.finished == [date(2026, 6, 11)]

    def test_a_failed_run_can_be_tried_again_once_mended(self, ledger: Ledger) -> None:
        ledger.during = self.fail
        work_off(AT)
        ledger.during = lambda run, chunk: None

        with as_service():
            services.retry_failed(Run.objects.get().pk)
        work_off(LATER)

        assert ledger.finished == [NIGHT]

    def test_only_a_failed_run_can_be_tried_again(self, ledger: Ledger) -> None:
        work_off(AT)

        with as_service():
            with pytest.raises(Refused):
                services.retry_failed(Run.objects.get().pk)
            with pytest.raises(NotFound):
                services.retry_failed(0)

    def test_an_error_while_planning_or_finishing_is_counted_and_given_up_after_five(
        self, ledger: Ledger
    ) -> None:
        def broken(run: Run) -> None:
            raise RuntimeError

        registry._kinds["count"] = JobKind("count", ledger.plan, ledger.do, broken, nightly=True)
        with as_service():
            for chunk_id in services.tick(at=AT):
                services.do_chunk(chunk_id, at=AT)
            for attempt in range(1, 6):
                services.tick(at=AT)
                run = Run.objects.get()
                assert run.attempts == attempt
        assert (run.status, run.finished_at) == ("failed", None)
        assert run.last_error.startswith("RuntimeError in broken")

    def test_one_broken_job_does_not_stop_the_others(self, ledger: Ledger) -> None:
        def broken(run: Run) -> list[dict[str, int]]:
            raise RuntimeError

        registry.register(JobKind("a_broken_one", broken, ledger.do, ledger.finish, nightly=True))

        work_off(AT)

        assert ledger.finished == [NIGHT]


class TestRunNow:
    def test_a_command_does_a_whole_run_in_its_own_process(self, ledger: Ledger) -> None:
        with as_service():
            run = services.run_now("other", date(2026, 1, 31), at=AT)

        assert (run.status, run.finished_at, run.summary) == ("done", AT, {"parts": 3})
        assert ledger.done == [(date(2026, 1, 31), part) for part in range(3)]

    def test_running_it_again_writes_nothing(self, ledger: Ledger) -> None:
        with as_service():
            first = services.run_now("other", NIGHT, at=AT)
            second = services.run_now("other", NIGHT, at=LATER)

        assert second.pk == first.pk
        assert second.finished_at == AT
        assert len(ledger.done) == 3

    def test_unless_it_is_told_to_do_it_again(self, ledger: Ledger) -> None:
        with as_service():
            services.run_now("other", NIGHT, at=AT)
            run = services.run_now("other", NIGHT, at=LATER, again=True)

        assert run.finished_at == LATER
        assert len(ledger.done) == 6

    def test_an_error_is_passed_on_and_nothing_is_half_done(self, ledger: Ledger) -> None:
        ledger.during = TestFailures().fail
        with as_service():
            with pytest.raises(ValueError, match="Ada"):
                services.run_now("other", NIGHT, at=AT)
            assert not Run.objects.exists()

    def test_a_run_asked_for_is_done_by_the_next_tick(self, ledger: Ledger) -> None:
        with as_service():
            services.request_run("other", NIGHT, at=AT)
            services.request_run("other", NIGHT, at=AT)
            assert Run.objects.count() == 1

        work_off(AT)

        with as_service():
            assert selectors.last_finished("other") is not None

    def test_a_job_that_does_not_exist_cannot_be_asked_for(self, ledger: Ledger) -> None:
        with as_service(), pytest.raises(LookupError):
            services.request_run("none such", NIGHT, at=AT)


def test_the_heartbeat_says_when_the_workers_were_last_heard_of(ledger: Ledger) -> None:
    with as_service():
        assert selectors.worker_state(AT).silent

        services.tick(at=AT)
        services.tick(at=LATER)

        state = selectors.worker_state(LATER + timedelta(seconds=60))
        assert (state.last_tick_at, state.silent, state.open_runs) == (LATER, False, 1)
        assert state.oldest_pending_at == AT
        assert selectors.worker_state(LATER + timedelta(minutes=10)).silent


def test_two_jobs_of_one_name_are_refused_and_the_same_one_twice_is_not(ledger: Ledger) -> None:
    same = registry.kind_named("count")
    registry.register(same)

    with pytest.raises(ValueError, match="twice"):
        registry.register(JobKind("count", ledger.plan, ledger.do, ledger.finish, nightly=False))
