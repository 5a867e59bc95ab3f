"""The recompute: what it writes, what it leaves alone, which alerts it raises (SCO-4, SCO-5)."""

import json
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from iom.access.scope import as_owner, as_service
from iom.jobs.models import Run
from iom.jobs.services import run_now
from iom.persons.models import EqualityRecord, Person
from scoring.models import AlertFiring, CurrentScore, Event, ScoreHistory, ScoreModel, ScoreRun, ThreatAlert
from scoring.services import runs
from tests.factories import PersonFactory, UserFactory
from tests.scoring.factories import AT_NIGHT, TODAY, EventFactory, IntelligenceFactory, model_in_use, riser

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def recompute(as_of: date = TODAY, at: datetime = AT_NIGHT) -> ScoreRun:
    (run,) = runs.recompute(as_of, at=at + (as_of - TODAY))
    return run


def current(person: Person) -> int | None:
    with as_owner():
        row = CurrentScore.objects.filter(person=person).first()
        return row.published if row else None


def rows(model, *fields):
    with as_owner():
        return list(model.objects.order_by("pk").values_list(*fields))


def test_a_recompute_stores_the_score_with_its_band_and_what_orders_it():
    model_in_use()
    person = riser()

    run = recompute()

    with as_owner():
        row = CurrentScore.objects.get(person=person)
    assert (row.published, row.raw_hundredths, row.band) == (360, 36048, "LOW")
    assert (row.latest_on, row.highest_base, row.crimes_90, row.bucket) == (TODAY, 120, 3, 7)
    assert (run.persons, run.changed, run.written, run.alerts) == (1, 1, 1, 1)
    assert run.finished_at is not None
    assert run.watermark == AT_NIGHT


def test_the_same_night_again_writes_nothing_and_finds_the_same():
    model_in_use()
    riser()
    first = recompute()

    again = recompute()

    assert (again.changed, again.written, again.alerts) == (0, 0, 0)
    assert again.digest == first.digest != 0
    assert len(rows(ScoreHistory, "pk")) == len(rows(ThreatAlert, "pk")) == len(rows(AlertFiring, "pk")) == 1


def test_the_order_of_equal_scores_is_kept_exact_of_the_first_of_a_list(monkeypatch):
    """From the score in the place that is asked for, as it stood before the night; the same night keeps to it."""
    monkeypatch.setattr(runs, "EXACT_AT_MOST", 1)
    model_in_use()
    first_of_list = riser()
    EventFactory(person=first_of_list, category="robbery_personal", status="charged", occurred_on=TODAY)
    riser()

    nights = [recompute(), recompute(), recompute(TODAY + DAY)]

    with as_owner():
        highest = ScoreHistory.objects.get(person=first_of_list, as_of=TODAY).published
    assert highest > 360
    assert [night.exact_from for night in nights] == [350, 350, highest]


def test_history_has_a_row_only_for_a_night_on_which_the_published_score_changed():
    model_in_use()
    person = PersonFactory()
    EventFactory(person=person, category="other", status="suspect", occurred_on=TODAY)  # 6 points

    for night in range(30):
        recompute(TODAY + night * DAY)

    history = rows(ScoreHistory, "as_of", "published")
    assert history[0] == (TODAY, 6)
    assert [points for _, points in history] == [6, 5]  # 5.50 on day 22, 5.49 on day 23
    assert history[1][0] == TODAY + 23 * DAY


def test_a_person_whose_events_ran_out_falls_to_nothing():
    model_in_use()
    person = PersonFactory()
    EventFactory(person=person, family="custody", category="release", status=None, occurred_on=TODAY)
    recompute()

    recompute(TODAY + 181 * DAY)

    assert current(person) == 0
    assert rows(ScoreHistory, "published") == [(50,), (0,)]


def test_what_was_recorded_after_the_night_does_not_count_in_it():
    model_in_use()
    person = PersonFactory()
    EventFactory(person=person, recorded_at=AT_NIGHT + 8 * DAY)

    recompute()

    assert current(person) is None


def test_a_day_before_the_latest_one_is_replayed_and_stores_nothing():
    model_in_use()
    person = riser()
    recompute()

    earlier = recompute(TODAY - 30 * DAY)

    assert earlier.replay
    assert earlier.persons == 1
    assert earlier.written == 0
    assert current(person) == 360


def test_an_old_run_comes_out_identical_from_its_id_though_more_is_known_now():
    model_in_use()
    person = riser()
    run = recompute()
    EventFactory(person=person, occurred_on=TODAY - DAY, recorded_at=AT_NIGHT + DAY)

    out = StringIO()
    call_command("recompute_scores", "--verify-run", str(run.pk), stdout=out)
    assert "identical for every person" in out.getvalue()


def test_an_old_run_whose_events_were_tampered_with_does_not_come_out_the_same():
    model_in_use()
    riser()
    run = recompute()
    with as_owner():
        Event.objects.filter(occurred_on=TODAY).delete()

    with pytest.raises(CommandError, match="does not come out the same"):
        call_command("recompute_scores", "--verify-run", str(run.pk))


def test_the_nightly_job_does_the_same_as_the_command():
    model_in_use()
    model_in_use("DA")
    person = riser()
    with as_service():
        job = run_now("scoring.nightly", TODAY, at=AT_NIGHT)

    assert job.status == Run.Status.DONE
    assert job.summary["ROR 1.0.0"] == {
        "persons": 1,
        "changed": 1,
        "written": 1,
        "alerts": 1,
        "replay": False,
    }
    assert job.summary["DA 1.0.0"]["persons"] == 0
    assert current(person) == 360
    with as_service():
        again = run_now("scoring.nightly", TODAY, at=AT_NIGHT, again=True)
    assert again.summary["ROR 1.0.0"]["written"] == 0


def test_persons_in_different_chunks_are_all_scored(monkeypatch):
    monkeypatch.setattr(runs, "PERSONS_A_CHUNK", 2)
    model_in_use()
    people = [riser() for _ in range(5)]

    run = recompute()

    assert len(runs_ranges()) >= 3
    assert run.persons == 5
    assert {current(person) for person in people} == {360}


def runs_ranges():
    with as_service():
        return runs.ranges()


def test_after_a_feed_only_the_named_persons_are_scored_and_by_the_same_rules():
    model_in_use()
    touched, other = riser(), riser()

    with as_service():
        (run,) = runs.recompute_persons([touched.pk], TODAY, at=AT_NIGHT)

    assert run.persons == 1
    assert current(touched) == 360
    assert current(other) is None


def test_the_domestic_abuse_model_reads_its_own_categories_only():
    model_in_use("DA")
    person = PersonFactory()
    EventFactory(person=person, category="violence_with_injury", da_category="strangulation", victim_key="v1")
    EventFactory(person=person, category="criminal_damage", da_category="")

    recompute()

    assert current(person) == 350


# Alerts


def test_an_alert_tells_which_rules_fired_on_which_events_and_where():
    model_in_use()
    person = riser()

    recompute()

    with as_owner():
        alert = ThreatAlert.objects.get()
        newest = Event.objects.get(person=person, occurred_on=TODAY)
    assert alert.fired == ["RELATIVE", "BAND_CROSSING"]
    assert (alert.score, alert.baseline, alert.jump) == (360, 212, 148)
    assert alert.event_ids == [newest.pk]
    assert alert.unit_id == person.home_unit_id
    assert (alert.opened_on, alert.escalation, alert.status) == (TODAY, False, "open")


def test_a_managed_person_gets_the_alert_as_an_escalation_of_the_managing_unit(world):
    model_in_use()
    person = riser(is_managed=True, managing_unit=world["hub"])

    recompute()

    assert rows(ThreatAlert, "escalation", "unit_id", "person_id") == [(True, world["hub"].pk, person.pk)]


def test_while_an_alert_is_open_only_a_further_rise_of_150_is_told_again():
    model_in_use()
    person = riser()
    recompute()

    EventFactory(person=person, occurred_on=TODAY + DAY)
    recompute(TODAY + DAY)
    assert len(rows(AlertFiring, "pk")) == 1

    EventFactory(person=person, occurred_on=TODAY + 2 * DAY)
    recompute(TODAY + 2 * DAY)
    recompute(TODAY + 2 * DAY)

    assert len(rows(ThreatAlert, "pk")) == 1
    fired = rows(AlertFiring, "fired_on", "score")
    assert [day for day, _ in fired] == [TODAY, TODAY + 2 * DAY]
    assert fired[1][1] >= fired[0][1] + 150


def test_a_closed_alert_is_not_opened_again_by_the_events_it_told_of():
    model_in_use()
    person = riser()
    recompute()
    with as_owner():
        ThreatAlert.objects.update(
            status="closed",
            outcome="discuss",
            rationale="Known.",
            closed_at=AT_NIGHT,
            closed_by=UserFactory(),
        )

    recompute(TODAY + DAY)
    assert len(rows(ThreatAlert, "pk")) == 1

    EventFactory(person=person, occurred_on=TODAY + 2 * DAY)
    recompute(TODAY + 2 * DAY)
    assert len(rows(ThreatAlert, "pk")) == 2


def test_back_records_loaded_in_bulk_raise_no_alert():
    model_in_use()
    person = PersonFactory()
    EventFactory.create_batch(
        4, person=person, occurred_on=TODAY - 40 * DAY, bulk_load=True, recorded_at=AT_NIGHT - DAY
    )
    EventFactory.create_batch(
        3, person=person, occurred_on=TODAY - 5 * DAY, bulk_load=True, recorded_at=AT_NIGHT - DAY
    )

    recompute()

    assert current(person) > 350
    assert rows(ThreatAlert, "pk") == []


def test_a_new_version_of_a_model_raises_no_alert_and_later_events_do():
    old = model_in_use()
    person = PersonFactory()
    EventFactory.create_batch(3, person=person, category="shoplifting", occurred_on=TODAY - 3 * DAY)
    recompute()
    with as_owner():
        ScoreModel.objects.filter(pk=old.pk).update(status="retired")
    weights = {**old.config["weights"], "crime": {**old.config["weights"]["crime"], "shoplifting": 200}}
    model_in_use(version="1.1.0", weights=weights)

    recompute(TODAY + DAY)
    recompute(TODAY + 2 * DAY)

    with as_owner():
        newest = CurrentScore.objects.get(score_model__version="1.1.0")
    assert newest.published > 600
    assert rows(ThreatAlert, "pk") == []

    EventFactory(person=person, occurred_on=TODAY + 3 * DAY)
    recompute(TODAY + 3 * DAY)
    assert len(rows(ThreatAlert, "pk")) == 1


def test_a_shadow_model_scores_beside_the_active_one_and_raises_no_alert():
    model_in_use(status="shadow")
    person = riser()

    recompute()

    assert current(person) == 360
    assert rows(ThreatAlert, "pk") == []


@pytest.mark.parametrize(("born", "alerts"), [(date(2008, 6, 30), 1), (date(2008, 7, 1), 0)])
def test_nobody_under_18_is_put_on_the_tab(born, alerts):
    model_in_use()
    riser(date_of_birth=born)

    recompute()

    assert len(rows(ThreatAlert, "pk")) == alerts


def test_sex_ethnicity_age_and_address_change_no_score():
    model_in_use()
    model_in_use("DA")
    people = [riser() for _ in range(4)]
    for person in people:
        IntelligenceFactory(person=person, da_category="da")
    runs.recompute(TODAY, at=AT_NIGHT)
    before = rows(CurrentScore, "person_id", "score_model__code", "raw_hundredths", "published", "band")

    with as_owner():
        for number, person in enumerate(people):
            Person.objects.filter(pk=person.pk).update(
                sex="FMUF"[number], date_of_birth=date(1950 + number, 1, 1), given_names=f"Other{number}"
            )
            EqualityRecord.objects.create(person=person, ethnicity=["W1", "B1", "A1", "O9"][number])
            person.addresses.create(line="1 High Street", postcode=f"NM{number} 1AA")
        CurrentScore.objects.all().delete()
    runs.recompute(TODAY, at=AT_NIGHT)

    assert (
        rows(CurrentScore, "person_id", "score_model__code", "raw_hundredths", "published", "band") == before
    )


# The command


def test_the_command_prints_its_figures_as_json():
    model_in_use()
    riser()
    out = StringIO()

    call_command("recompute_scores", "--as-of", "2026-06-30", "--model", "ROR", "--json", stdout=out)

    (figures,) = json.loads(out.getvalue())["runs"]
    assert figures["as_of"] == "2026-06-30"
    assert figures["bands"] == {"LOW": 1}
    assert (figures["persons"], figures["written"], figures["alerts"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--as-of", "30/06/2026"], "is not a date such as 2026-06-30"),
        (["--model", "NONE"], "No score model NONE is in use"),
        (["--verify-run", "999"], "There is no run 999"),
    ],
)
def test_the_command_says_what_is_wrong(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("recompute_scores", *arguments)
