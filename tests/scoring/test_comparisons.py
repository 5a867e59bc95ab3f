"""A version beside the one in use over everybody, and a run worked out again (SCO-4, NEW-9, scoring.md 2.11)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.kernel.errors import Refused
from iom.kernel.rights import rights_of
from iom.persons.models import EqualityRecord, Person
from scoring.models import (
    ComparedScore,
    CurrentScore,
    Event,
    ScoreComparison,
    ScoreModel,
    ScoreRun,
    ThreatAlert,
)
from scoring.permissions import compared_visible_to
from scoring.selectors import comparisons as selectors
from scoring.services import comparisons as service
from scoring.services import runs
from scoring.services.comparisons import ask_to_compare, compare_next
from scoring.services.replays import ask_to_replay
from scoring.shipped import reasons
from tests.factories import PersonFactory
from tests.scoring.factories import AT_NIGHT, TODAY, EventFactory, model_in_use
from tests.scoring.life import compared, drafted, replayed, shadowed, work_off

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
DAY = timedelta(days=1)


@pytest.fixture
def author(actor_of: ActorOf) -> Actor:
    return actor_of(Role.ANALYST)


@pytest.fixture
def in_use() -> ScoreModel:
    return model_in_use(reasons=reasons("ROR", "1.0.0"))


def thief(events: int = 3, **fields: object) -> Person:
    """Somebody with so many convicted shoplifts of four days ago."""
    person = PersonFactory(**fields)
    EventFactory.create_batch(events, person=person, category="shoplifting", occurred_on=TODAY - 4 * DAY)
    return person


def test_everybody_is_compared_and_no_score_and_no_alert_is_written(
    author: Actor, in_use: ScoreModel
) -> None:
    moves_up, stays = thief(3), thief(1)
    draft = drafted(in_use, by=author, shoplifting=150)

    found = compared(draft, by=author)

    assert (found.status, found.against, found.ranges_done) == ("done", in_use, found.ranges)
    with as_owner():
        rows = {row.person_id: row for row in ComparedScore.objects.all()}
        assert not CurrentScore.objects.exists()
        assert not ThreatAlert.objects.exists()
    assert (rows[moves_up.pk].old_band, rows[moves_up.pk].new_band) == ("NOT_BROUGHT_ON", "LOW")
    assert (rows[stays.pk].old_published, rows[stays.pk].new_published) == (25, 148)
    assert found.moves == [["NOT_BROUGHT_ON", "LOW", 1], ["NOT_BROUGHT_ON", "NOT_BROUGHT_ON", 1]]
    assert found.alerts == {"old": 0, "new": 1, "gained": 1, "lost": 0}
    assert rows[moves_up.pk].new_fires


def test_both_sides_say_what_the_night_says(author: Actor, in_use: ScoreModel) -> None:
    people = [thief(n) for n in range(1, 5)]
    draft = shadowed(drafted(in_use, by=author, shoplifting=60), by=author)
    runs.recompute(TODAY, at=AT_NIGHT)

    compared(draft, by=author)

    with as_owner():
        for side, model in (("old", in_use), ("new", draft)):
            stored = dict(
                CurrentScore.objects.filter(score_model=model).values_list("person_id", "raw_hundredths")
            )
            told = dict(ComparedScore.objects.values_list("person_id", f"{side}_raw"))
            assert told == stored
            assert set(told) == {person.pk for person in people}


def test_the_first_places_are_those_of_the_prioritised_list(author: Actor, in_use: ScoreModel) -> None:
    for n in range(1, 31):
        thief(1, nominal_ref=f"NT{n:07}")
    burglar = PersonFactory()
    EventFactory(person=burglar, occurred_on=TODAY)
    draft = drafted(in_use, by=author, burglary_residential=10)

    found = compared(draft, by=author)

    with as_owner():
        row = ComparedScore.objects.get(person=burglar)
        assert (row.old_place, row.new_place) == (1, 31)
    assert found.overlaps["25"] == [25, 25, 24]
    assert found.overlaps["50"] == [31, 31, 31]
    assert selectors.overlap(found, 25).both == 24


def test_nobody_under_18_is_compared(author: Actor, in_use: ScoreModel) -> None:
    thief(date_of_birth=date(2008, 7, 1))
    adult = thief(date_of_birth=date(2008, 6, 30))

    compared(drafted(in_use, by=author), by=author)

    with as_owner():
        assert list(ComparedScore.objects.values_list("person_id", flat=True)) == [adult.pk]


def test_a_first_version_is_compared_with_nothing(author: Actor) -> None:
    cse = model_in_use("FIREARMS", status="retired", reasons=reasons("FIREARMS", "0.1.0"))
    EventFactory(person=PersonFactory(), category="discharge")

    found = compared(drafted(cse, by=author), by=author)

    assert (found.status, found.against, found.old_run) == ("done", None, None)
    assert found.moves == [["", "LISTED", 1]]
    assert selectors.matrix(found).rows[0] == ["No version in use", 0, 1, 1]


def test_it_goes_on_range_by_range_and_an_error_leaves_it_where_it_was(
    author: Actor, in_use: ScoreModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "PERSONS_A_CHUNK", 2)
    for _ in range(6):
        thief()
    draft = drafted(in_use, by=author)
    with as_actor(author):
        asked = ask_to_compare(draft.pk, by=author, on=TODAY, at=AT_NIGHT)

    with as_service():
        assert compare_next(AT_NIGHT)
    with as_owner():
        asked.refresh_from_db()
    assert (asked.status, asked.ranges_done) == ("running", 1)
    assert asked.ranges >= 3

    with monkeypatch.context() as broken:
        broken.setattr(service, "fingerprint", lambda rows: 1 // 0)
        for _ in range(4):
            with as_service():
                assert not compare_next(AT_NIGHT)
    with as_owner():
        asked.refresh_from_db()
    assert (asked.status, asked.ranges_done, asked.attempts, asked.last_error) == (
        "running",
        1,
        4,
        "ZeroDivisionError",
    )
    work_off(compare_next)
    with as_owner():
        asked.refresh_from_db()
        assert (asked.status, ComparedScore.objects.count()) == ("done", 6)


def test_a_draft_that_changes_while_it_is_compared_is_given_up(author: Actor, in_use: ScoreModel) -> None:
    thief()
    draft = drafted(in_use, by=author)
    with as_actor(author):
        asked = ask_to_compare(draft.pk, by=author, on=TODAY, at=AT_NIGHT)
        with pytest.raises(Refused, match="being compared already"):
            ask_to_compare(draft.pk, by=author, on=TODAY, at=AT_NIGHT)
    with as_owner():
        ScoreModel.objects.filter(pk=draft.pk).update(config_hash="0" * 64)

    for _ in range(5):
        work_off(compare_next)

    with as_owner():
        asked.refresh_from_db()
    assert asked.status == "failed"


def test_a_newer_comparison_lets_go_of_what_the_earlier_one_said_of_people(
    author: Actor, in_use: ScoreModel
) -> None:
    thief()
    draft = drafted(in_use, by=author)
    first = compared(draft, by=author)
    second = compared(draft, by=author)

    with as_owner():
        assert set(ComparedScore.objects.values_list("comparison_id", flat=True)) == {second.pk}
        first.refresh_from_db()
    assert first.moves == second.moves


def test_movers_end_at_the_readers_reach(
    author: Actor, in_use: ScoreModel, actor_of: ActorOf, world: dict[str, object]
) -> None:
    north = thief(home_unit=world["north"])
    south = thief(home_unit=world["south"])
    found = compared(drafted(in_use, by=author, shoplifting=150), by=author)
    sergeant, partner = actor_of(Role.SUPERVISOR), actor_of(Role.PARTNER_MANAGER)

    with as_actor(author):
        assert {row.person_id for row in selectors.movers(author, found)} == {north.pk, south.pk}
    with as_actor(sergeant):
        assert [row.person_id for row in selectors.movers(sergeant, found)] == [north.pk]
        assert [row.person_id for row in ComparedScore.objects.all()] == [north.pk]
    with as_actor(partner):
        assert not compared_visible_to(partner, found)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            list(ComparedScore.objects.all())


def test_the_fairness_report_counts_groups_and_leaves_small_ones_out(
    author: Actor, in_use: ScoreModel
) -> None:
    for place in range(40):
        person = thief(3 if place % 2 else 1, sex="M" if place < 28 else "F", date_of_birth=date(1990, 1, 1))
        with as_owner():
            EqualityRecord.objects.create(person=person, ethnicity="W1" if place < 37 else "B1")

    found = compared(drafted(in_use, by=author, shoplifting=150), by=author)

    sexes = found.fairness["sex"]
    assert (sexes["M"]["people"], sexes["F"]["people"]) == (28, 12)
    assert (sexes["M"]["new:LOW"], sexes["M"]["new:NOT_BROUGHT_ON"]) == (None, None)
    assert sexes["F"]["new:LOW"] is None
    assert found.fairness["ethnicity"]["B"]["people"] is None
    assert all(
        count is None or count >= 10
        for groups in found.fairness.values()
        for columns in groups.values()
        for count in columns.values()
    )
    shown = selectors.fair_tables(found)[0]
    assert shown.rows[0][:2] == ["Female", "12"]
    assert "Left out" in shown.rows[0]


@pytest.mark.parametrize(
    "forbidden",
    [
        "SELECT family_name FROM persons_person",
        "SELECT nominal_ref FROM persons_person",
        "SELECT * FROM persons_equalityrecord",
        "SELECT raw_hundredths FROM scoring_current",
        "SELECT new_raw FROM scoring_compared",
        "SELECT summary FROM scoring_event",
        "SELECT 1 FROM cohorts_case",
        "UPDATE persons_person SET sex = 'F'",
    ],
)
def test_the_class_that_counts_fairness_reads_no_name_and_no_score(forbidden: str) -> None:
    with as_service(), pytest.raises(DatabaseError, match="permission denied"), rights_of("iom_fairness"):
        connection.cursor().execute(forbidden)


def test_nobody_but_the_class_that_counts_reads_sex_beside_scores_for_a_report(actor_of: ActorOf) -> None:
    sergeant = actor_of(Role.SUPERVISOR)

    with as_actor(sergeant), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        list(EqualityRecord.objects.all())


def test_a_comparisons_runs_can_be_worked_out_again(author: Actor, in_use: ScoreModel) -> None:
    thief(), thief(date_of_birth=date(2010, 1, 1))
    found = compared(drafted(in_use, by=author), by=author)

    for run in (found.new_run, found.old_run):
        assert run.replay
        assert runs.same_again(run.pk)


def test_a_stored_run_is_replayed_and_says_that_it_is_the_same(author: Actor, in_use: ScoreModel) -> None:
    person = thief()
    (run,) = runs.recompute(TODAY, at=AT_NIGHT)
    EventFactory(person=person, occurred_on=TODAY - DAY, recorded_at=AT_NIGHT + DAY)

    with as_actor(author):
        asked = ask_to_replay(run.pk, by=author, at=AT_NIGHT)
        with pytest.raises(Refused, match="already"):
            ask_to_replay(run.pk, by=author, at=AT_NIGHT)
    done = replayed(asked)

    assert (done.status, done.is_same, done.persons) == ("done", True, run.persons)
    with as_owner():
        assert Act.objects.get(action="scoring.score_run.replayed").detail["run"] == run.pk


def test_a_run_whose_events_were_tampered_with_is_not_the_same(author: Actor, in_use: ScoreModel) -> None:
    person = thief()
    (run,) = runs.recompute(TODAY, at=AT_NIGHT)
    with as_owner():
        Event.objects.filter(person=person).first().delete()

    with as_actor(author):
        asked = ask_to_replay(run.pk, by=author, at=AT_NIGHT)

    assert replayed(asked).is_same is False


def test_a_recompute_after_a_feed_is_not_replayed(author: Actor, in_use: ScoreModel) -> None:
    person = thief()
    with as_service():
        (run,) = runs.recompute_persons([person.pk], TODAY, at=AT_NIGHT)

    with as_actor(author), pytest.raises(Refused, match="not of everybody"):
        ask_to_replay(run.pk, by=author, at=AT_NIGHT)


def test_what_is_asked_for_is_asked_for_in_ones_own_name(
    author: Actor, in_use: ScoreModel, actor_of: ActorOf
) -> None:
    other = actor_of(Role.CENTRAL_SPOC)
    draft = drafted(in_use, by=author)

    with as_actor(author), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        ScoreComparison.objects.create(
            score_model=draft,
            config_hash="",
            as_of=TODAY,
            asked_by_id=other.user_id,
            asked_at=AT_NIGHT,
        )
    with as_actor(author), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        ScoreRun.objects.update(digest=0)
