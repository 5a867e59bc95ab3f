"""What pages read: the list in its order, explanations, history, and nothing beyond one's reach (SCO-2, SCO-3)."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from iom.access.actor import SYSTEM
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.kernel.errors import NotFound
from scoring.models import CurrentScore, Event
from scoring.rules.bands import Standing, competition_ranks, list_order
from scoring.selectors import alerts, history, lists
from scoring.selectors.explanation import explanation
from scoring.services import runs
from tests.factories import PersonFactory
from tests.scoring.factories import AT_NIGHT, TODAY, EventFactory, IntelligenceFactory, model_in_use

pytestmark = pytest.mark.django_db


def scored(points: int, **fields):
    """Somebody with this published score, and nothing that would order them within it unless given."""
    person = PersonFactory(
        **{k: v for k, v in fields.items() if k in {"home_unit", "date_of_birth", "is_managed"}}
    )
    with as_owner():
        CurrentScore.objects.create(
            score_model=fields["model"], person=person, published=points,
            raw_hundredths=fields.get("raw", points * 100),
            band="MEDIUM" if points >= 500 else "LOW" if points >= 350 else "NOT_BROUGHT_ON",
            latest_on=fields.get("latest_on"), highest_base=fields.get("base", 0), crimes_90=fields.get("crimes", 0),
            bucket=points // 50,
        )  # fmt: skip
    return person


def people_of(rows):
    return [row.person_id for row in rows]


def test_the_list_is_in_the_order_of_the_specification_and_equal_scores_share_a_rank():
    model = model_in_use()
    p5 = scored(400, model=model)
    p3 = scored(600, model=model, latest_on=TODAY - timedelta(days=1))
    p1 = scored(700, model=model)
    p2 = scored(600, model=model, raw=60049)
    p4 = scored(600, model=model, latest_on=TODAY)

    with as_service():
        listed = lists.prioritised(SYSTEM, code="ROR", on=TODAY)
        ranked = lists.ranked(SYSTEM, listed, list(listed), on=TODAY)

    assert [row.person.pk for row in ranked] == [p1.pk, p2.pk, p4.pk, p3.pk, p5.pk]
    assert [row.rank for row in ranked] == [1, 2, 2, 2, 5]


def test_a_later_page_goes_on_with_the_ranks_of_the_whole_list():
    model = model_in_use()
    for points in (700, 600, 600, 600, 400):
        scored(points, model=model)

    with as_service():
        listed = lists.prioritised(SYSTEM, code="ROR", on=TODAY)
        ranked = lists.ranked(SYSTEM, listed, list(listed[3:]), on=TODAY)

    assert [row.rank for row in ranked] == [2, 5]


def test_the_rule_and_the_list_order_agree():
    standings = [
        Standing(1, 600, 60000, TODAY, 100, 1),
        Standing(2, 600, 60000, TODAY, 100, 2),
        Standing(3, 600, 60000, TODAY, 120, 0),
        Standing(4, 600, 60001, None, 0, 0),
        Standing(5, 601, 60051, None, 0, 0),
        Standing(6, 600, 60000, None, 140, 9),
        Standing(7, 600, 60000, TODAY, 100, 1),
    ]
    by_rule = [s.person_id for s in sorted(standings, key=list_order)]
    model = model_in_use()
    ids = {}
    for s in standings:
        person = scored(
            s.published,
            model=model,
            raw=s.raw_hundredths,
            latest_on=s.latest_on,
            base=s.highest_base,
            crimes=s.crimes_90,
        )
        ids[person.pk] = s.person_id

    with as_service():
        by_list = [ids[row.person_id] for row in lists.prioritised(SYSTEM, code="ROR", on=TODAY)]

    assert by_list == by_rule == [5, 4, 3, 2, 1, 7, 6]
    assert competition_ranks([700, 600, 600, 600, 400]) == [1, 2, 2, 2, 5]


def test_below_350_only_managed_and_alerted_people_are_listed_and_children_never():
    model = model_in_use()
    low = scored(350, model=model)
    below = scored(349, model=model)
    managed = scored(20, model=model, is_managed=True)
    scored(900, model=model, date_of_birth=TODAY.replace(year=2008) + timedelta(days=1))

    with as_service():
        assert people_of(lists.prioritised(SYSTEM, code="ROR", on=TODAY)) == [low.pk, managed.pk]
        everyone = lists.prioritised(SYSTEM, code="ROR", on=TODAY, everyone=True)
        assert people_of(everyone) == [low.pk, below.pk, managed.pk]


def test_the_list_ends_at_ones_reach_and_a_partner_sees_no_score(world, actor_of):
    model = model_in_use()
    north, south = (
        scored(400, model=model, home_unit=world["north"]),
        scored(500, model=model, home_unit=world["south"]),
    )
    sergeant, partner = actor_of(Role.SUPERVISOR), actor_of(Role.PARTNER_MANAGER)

    with as_actor(sergeant):
        assert people_of(lists.prioritised(sergeant, code="ROR", on=TODAY)) == [north.pk]
        assert lists.band_counts(sergeant, code="ROR", on=TODAY) == {world["north"].pk: {"LOW": 1}}
        assert set(lists.scores_of(sergeant, [north.pk, south.pk])) == {north.pk}
    with as_actor(partner):
        assert list(lists.prioritised(partner, code="ROR", on=TODAY)) == []
        assert lists.scores_of(partner, [north.pk]) == {}
        with pytest.raises(NotFound):
            explanation(partner, north, model="ROR", as_of=TODAY)


def test_the_database_itself_shows_a_sergeant_no_event_of_another_district(world, actor_of):
    sergeant = actor_of(Role.SUPERVISOR)
    EventFactory(person=PersonFactory(home_unit=world["south"]))
    mine = EventFactory(person=PersonFactory(home_unit=world["north"]))

    with as_actor(sergeant):
        assert list(Event.objects.values_list("pk", flat=True)) == [mine.pk]


def explained_person():
    model_in_use()
    person = PersonFactory(nominal_ref="NV0000042")
    EventFactory(person=person, occurred_on=date(2026, 6, 10), status="charged")
    EventFactory(person=person, role="victim", category="robbery_personal")
    EventFactory(person=person, occurred_on=date(2026, 5, 1), status="nfa", category="fraud")
    EventFactory(
        person=person, occurred_on=date(2026, 6, 1), status="suspect", occurrence_ref="A/1", category="arson"
    )
    EventFactory(
        person=person, occurred_on=date(2026, 6, 1), status="convicted", status_on=date(2026, 6, 20),
        occurrence_ref="A/1", category="arson",
    )  # fmt: skip
    EventFactory(
        person=person, occurred_on=date(2026, 6, 1), occurrence_ref="A/1", category="criminal_damage"
    )
    EventFactory(person=person, occurred_on=date(2020, 1, 1))
    EventFactory(
        person=person, occurred_on=TODAY + timedelta(days=3), recorded_at=AT_NIGHT - timedelta(hours=1)
    )
    EventFactory(person=person, family="incident", category="dash_high", status=None)
    EventFactory(person=person, occurred_on=TODAY - timedelta(days=1080), category="fraud")
    IntelligenceFactory.create_batch(9, person=person)
    IntelligenceFactory(person=person, intel_grade="")
    return person


def test_an_explanation_shows_lines_by_points_caps_uplifts_and_why_the_rest_does_not_count():
    person = explained_person()

    with as_service():
        found = explanation(SYSTEM, person, model="ROR", as_of=TODAY)
        before = explanation(SYSTEM, person, model="ROR", as_of=TODAY - timedelta(days=28))

    assert found.lines[0].text == (
        "burglary residential 10/06/2026: 120 x 0.80 x 0.925875 (20 days, half-life 180) = 88.88"
    )
    points = [line.points_hundredths for line in found.lines]
    assert points == sorted(points, reverse=True)
    assert [line.text for line in found.cap_lines] == ["intelligence capped at 150: -30.00"]
    assert found.uplift_lines == ()
    assert sum(line.points_hundredths for line in found.all_lines) == found.raw_hundredths
    assert {(item.category, item.reason) for item in found.not_scored} == {
        ("robbery_personal", "linked as victim: only suspects and offenders score"),
        ("fraud", "outcome: no further action"),
        ("arson", "superseded by a later outcome of the same offence"),
        ("criminal_damage", "a graver offence of the same occurrence counts"),
        ("burglary_residential", "too old: more than 1095 days ago"),
        ("burglary_residential", "dated in the future"),
        ("dash_high", "not part of the ROR model"),
        ("acquisitive", "intelligence without a grading"),
    }
    assert [(item.label, item.last_day) for item in found.expiring] == [("fraud", TODAY + timedelta(days=15))]
    assert found.change_in_28_days == found.published - before.published > 0
    assert 0 < found.in_90_days < found.published
    assert "1 event dated in the future, not counted." in found.flags
    assert "1 event of intelligence without a grading, not counted." in found.flags


def test_the_explanation_says_what_the_stored_score_says():
    person = explained_person()
    runs.recompute(TODAY, at=AT_NIGHT)
    EventFactory(person=person, recorded_at=AT_NIGHT + timedelta(minutes=5))

    with as_service():
        found = explanation(SYSTEM, person, model="ROR", as_of=TODAY)
        stored = CurrentScore.objects.get(person=person)

    assert (found.published, found.raw_hundredths) == (stored.published, stored.raw_hundredths)


def test_a_quiet_quarter_does_not_count_what_is_dated_ahead():
    model_in_use()
    person = PersonFactory()
    EventFactory(
        person=person, occurred_on=TODAY + timedelta(days=3), recorded_at=AT_NIGHT - timedelta(hours=1)
    )

    with as_service():
        assert explanation(SYSTEM, person, model="ROR", as_of=TODAY).in_90_days == 0


def test_the_explain_command_prints_json_and_text_and_knows_who_is_not_there():
    explained_person()
    out = StringIO()

    call_command(
        "explain_score", "NV0000042", "--model", "ROR", "--as-of", "2026-06-30", "--json", stdout=out
    )

    found = json.loads(out.getvalue())
    assert (found["person"], found["model"], found["version"]) == ("NV0000042", "ROR", "1.0.0")
    assert found["lines"][0]["points"] == "88.88"
    text = StringIO()
    call_command("explain_score", "NV0000042", "--as-of", "2026-06-30", stdout=text)
    assert "must not be the sole reason" in text.getvalue()
    with pytest.raises(CommandError, match="no person NOBODY"):
        call_command("explain_score", "NOBODY")
    with pytest.raises(CommandError, match="No score model CSE"):
        call_command("explain_score", "NV0000042", "--model", "CSE")


def test_history_marks_the_nights_of_change_and_the_list_shows_28_days():
    model_in_use()
    person = PersonFactory()
    EventFactory.create_batch(3, person=person, occurred_on=TODAY - timedelta(days=30))
    runs.recompute(TODAY - timedelta(days=28), at=AT_NIGHT - timedelta(days=28))
    EventFactory(person=person)
    runs.recompute(TODAY, at=AT_NIGHT)

    with as_service():
        points = history.history(SYSTEM, person.pk, code="ROR")
        listed = lists.prioritised(SYSTEM, code="ROR", on=TODAY)
        (row,) = lists.ranked(SYSTEM, listed, list(listed), on=TODAY)

    assert [point.as_of for point in points] == [TODAY - timedelta(days=28), TODAY]
    assert row.change_in_28_days == points[1].published - points[0].published == 84


def test_the_tab_has_a_row_with_rules_and_events(world, actor_of):
    model_in_use()
    person = PersonFactory(home_unit=world["north"])
    EventFactory.create_batch(2, person=person, occurred_on=date(2026, 5, 1))
    EventFactory(person=person, summary="Burglary residential, NV/26/1")
    runs.recompute(TODAY, at=AT_NIGHT)
    here, elsewhere = actor_of(Role.SUPERVISOR), actor_of(Role.SUPERVISOR, unit="south")

    with as_actor(here):
        (row,) = alerts.alert_rows(here, alerts.open_alerts(here, unit_ids=[world["north"].pk]))
        assert alerts.open_alert_counts(here) == {world["north"].pk: 1}
    with as_actor(elsewhere):
        assert list(alerts.open_alerts(elsewhere)) == []
        with pytest.raises(NotFound):
            alerts.alert_row(elsewhere, row.id)

    assert row.rule_names == ("Large rise for this person", "Crossed into a higher band")
    assert [event.summary for event in row.events] == ["Burglary residential, NV/26/1"]


def test_pages_know_from_when_the_scores_are():
    model_in_use()
    with as_service():
        assert lists.scores_from("ROR") is None
    PersonFactory()
    runs.recompute(TODAY, at=AT_NIGHT)
    runs.recompute(TODAY - timedelta(days=5), at=AT_NIGHT)

    with as_service():
        assert lists.scores_from("ROR").as_of == TODAY
        assert [(m.code, m.listed_from) for m in lists.models_in_use()] == [("ROR", 350)]
