"""After a feed only the people it touched are scored again, each once, and never beside the night (SCO-4, INT-1)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from iom.access.scope import as_owner, as_service
from iom.feeds.models import FeedFile, Touched
from iom.jobs import services as jobs
from iom.jobs import tasks
from iom.jobs.models import Run
from iom.persons.models import Person
from scoring.models import AlertFiring, CurrentScore, ScoreHistory, ScoreRun, ThreatAlert
from scoring.rules.nights import NIGHTLY
from scoring.services import after_feed, runs
from tests.factories import PersonFactory
from tests.feeds.conftest import CRIME, load, write  # noqa: F401
from tests.scoring.factories import EventFactory, IntelligenceFactory, model_in_use

pytestmark = pytest.mark.django_db
Load = Callable[..., Any]
Write = Callable[..., Path]
NIGHT = date(2026, 6, 30)
AT_NIGHT = datetime(2026, 6, 30, 1, 5, tzinfo=UTC)
FED_AT = datetime(2026, 6, 30, 9, tzinfo=UTC)
AT = datetime(2026, 6, 30, 9, 0, 30, tzinfo=UTC)
FRESH = {
    **CRIME,
    "role": "offender",
    "status": "convicted",
    "occurred_from": "2026-06-29",
    "status_on": "2026-06-29",
    "recorded_at": "2026-06-30T08:15",
}


def night(on: date = NIGHT, at: datetime = AT_NIGHT) -> Run:
    with as_service():
        return jobs.run_now(NIGHTLY, on, at=at)


def step(at: datetime = AT) -> bool:
    with as_service():
        return after_feed.rescore_touched(at)


def on_the_list() -> set[int]:
    with as_owner():
        return set(Touched.objects.values_list("person_id", flat=True))


def published() -> dict[int, int]:
    with as_owner():
        return dict(CurrentScore.objects.values_list("person_id", "published"))


def counts() -> tuple[int, ...]:
    with as_owner():
        return tuple(
            model.objects.count() for model in (CurrentScore, ScoreHistory, ThreatAlert, AlertFiring)
        )


def rising(ref: str) -> Person:
    """Somebody at 212 four weeks ago, whom one more burglary puts on the emerging-threat tab."""
    person = PersonFactory(nominal_ref=ref)
    EventFactory.create_batch(2, person=person, occurred_on=date(2026, 5, 1))
    return person


@pytest.fixture
def people(world: dict[str, Any]) -> tuple[Person, Person]:
    """Two alike, scored last night; the feed will tell of the first only."""
    model_in_use()
    both = rising("N1000001"), rising("N1000002")
    night()
    return both


@pytest.fixture
def fed(people: tuple[Person, Person], load: Load, write: Write) -> tuple[Person, Person]:  # noqa: F811
    """A file of the morning: the first of the two has a new burglary."""
    assert load("crimes", write("crimes", FRESH), at=FED_AT).inserted == 1
    return people


def test_only_those_whom_the_file_touched_are_scored(fed: tuple[Person, Person]) -> None:
    touched, other = fed
    before = published()
    # What was written past the import touches nobody, and is left to the night.
    EventFactory(person=other, occurred_on=NIGHT, recorded_at=FED_AT)

    more = step()

    with as_owner():
        run = ScoreRun.objects.latest("pk")
    assert not more
    assert (run.partial, run.as_of, run.persons, run.written) == (True, NIGHT, 1, 1)
    assert published()[touched.pk] > before[touched.pk]
    assert published()[other.pk] == before[other.pk]
    assert on_the_list() == set()


def test_the_score_is_the_one_that_the_night_would_have_given(fed: tuple[Person, Person]) -> None:
    step()
    after_the_feed = published()

    runs.recompute(NIGHT, at=AT)

    with as_owner():
        again = ScoreRun.objects.latest("pk")
    assert (again.persons, again.written, again.replay) == (2, 0, False)
    assert published() == after_the_feed


def test_twice_is_the_same_as_once(fed: tuple[Person, Person]) -> None:
    step()
    once = counts(), published()
    with as_owner():
        Touched.objects.create(person_id=fed[0].pk, file=FeedFile.objects.get())

    step()
    step()

    assert (counts(), published()) == once
    assert on_the_list() == set()


def test_a_rise_is_told_within_the_day_and_once(fed: tuple[Person, Person]) -> None:
    step()
    night(NIGHT + timedelta(days=1), AT_NIGHT + timedelta(days=1))

    with as_owner():
        alert = ThreatAlert.objects.get()
        assert (alert.person_id, alert.opened_on) == (fed[0].pk, NIGHT)
        assert alert.firings.count() == 1


def test_a_back_record_conversion_raises_the_score_and_no_alert(
    people: tuple[Person, Person],
    load: Load,  # noqa: F811
    write: Write,  # noqa: F811
) -> None:
    before = published()[people[0].pk]
    load("crimes", write("crimes", FRESH), at=FED_AT, bulk_load=True)

    step()

    assert published()[people[0].pk] > before
    assert counts()[2:] == (0, 0)


def test_when_the_work_is_undone_they_stay_on_the_list(
    fed: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = counts(), published()

    def die(*args: Any, **kwargs: Any) -> None:
        runs.recompute_persons(*args, **kwargs)
        raise RuntimeError("killed before the commit")

    monkeypatch.setattr(after_feed, "recompute_persons", die)
    tasks.take_steps(AT)
    monkeypatch.undo()

    assert on_the_list() == {fed[0].pk}
    assert (counts(), published()) == before
    tasks.take_steps(AT)
    assert on_the_list() == set()
    assert (counts(), published()) != before


def test_many_are_taken_piece_by_piece(fed: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(after_feed, "PEOPLE_A_PIECE", 2)
    with as_owner():
        file = FeedFile.objects.get()
        Touched.objects.bulk_create(Touched(person_id=p.pk, file=file) for p in PersonFactory.create_batch(4))

    taken = []
    while True:
        waiting = len(on_the_list())
        more = step()
        taken.append(waiting - len(on_the_list()))
        if not more:
            break

    assert taken == [2, 2, 1]


def test_what_is_loaded_after_the_tick_began_waits_for_the_next(fed: tuple[Person, Person]) -> None:
    step(FED_AT)
    assert on_the_list() == {fed[0].pk}

    step(FED_AT + timedelta(seconds=1))
    assert on_the_list() == set()


@pytest.mark.parametrize("status", ["open", "failed"])
def test_they_wait_while_a_night_is_owed_or_failed(fed: tuple[Person, Person], status: str) -> None:
    tomorrow = NIGHT + timedelta(days=1)
    with as_owner():
        Run.objects.create(kind=NIGHTLY, for_date=tomorrow, created_at=AT, status=status)

    assert not step(AT_NIGHT + timedelta(days=1))

    assert on_the_list() == {fed[0].pk}
    if status == "open":
        night(tomorrow, AT_NIGHT + timedelta(days=1))
        step(AT_NIGHT + timedelta(days=1))
        assert on_the_list() == set()


def test_they_wait_while_a_command_scores_everybody_but_not_for_one_that_was_killed(
    fed: tuple[Person, Person],
) -> None:
    with as_service():
        (score_model,) = runs.models_in_use(NIGHT)
        runs.start(score_model, NIGHT, at=AT)

    step(AT + timedelta(minutes=30))
    assert on_the_list() == {fed[0].pk}

    step(AT + timedelta(hours=2))
    assert on_the_list() == set()


def test_scores_as_at_a_later_day_are_kept_at_that_day(fed: tuple[Person, Person]) -> None:
    runs.recompute(NIGHT + timedelta(days=1), at=AT)
    IntelligenceFactory(person=fed[0], occurred_on=NIGHT, recorded_at=AT)

    step(AT + timedelta(minutes=1))

    with as_owner():
        run = ScoreRun.objects.latest("pk")
    assert (run.partial, run.as_of, run.replay, run.written) == (True, NIGHT + timedelta(days=1), False, 1)


def test_a_partial_run_cannot_be_worked_out_again_as_a_night(fed: tuple[Person, Person]) -> None:
    step()
    with as_owner():
        run = ScoreRun.objects.latest("pk")

    with pytest.raises(CommandError, match="not of everybody"):
        call_command("recompute_scores", "--verify-run", str(run.pk))
