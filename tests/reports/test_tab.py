"""The emerging-threat tab in the compliance report, by both readings (CMP-1)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.working_days.review_windows import Reading, Stay, Verdict, judge, next_review_due
from iom.working_days.selectors import calendar
from reports.compliance import ComplianceReport, build, entries_behind, question
from reports.compliance.cases import TAB_MEASURES
from reports.compliance.figures import ReadingFigures
from reports.compliance.tab import entries
from reports.compliance.tab_record import TabWeek, tab_record
from scoring.models import ScoreModel, ThreatAlert, ThreatReview
from tests.factories import PersonFactory, UserFactory
from tests.reports.factories import FROM, ON, PERIOD, TO
from tests.today import TODAY

pytestmark = pytest.mark.django_db
World = dict[str, Any]


def june(*days: int) -> list[date]:
    return [date(2026, 6, day) for day in days]


def at_ten(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def on_tab(
    unit: Any, opened_on: date, *, reviews: Sequence[date] = (), closed_on: date | None = None
) -> ThreatAlert:
    """An entry of a new person, with its reviews; it leaves the tab with the last one when `closed_on` is given."""
    person, by = PersonFactory(home_unit=unit), UserFactory()
    left = (
        {
            "status": "closed",
            "closed_at": at_ten(closed_on),
            "closed_by": by,
            "outcome": "not_discuss",
            "rationale": "Settled.",
        }
        if closed_on
        else {}
    )
    with as_owner():
        model, _ = ScoreModel.objects.get_or_create(code="ROR", version="0.0.1", defaults={"config": {}})
        alert = ThreatAlert.objects.create(
            person=person,
            model_code="ROR",
            score_model=model,
            unit=unit,
            opened_on=opened_on,
            last_fired_on=opened_on,
            score=500,
            baseline=200,
            jump=300,
            fired=["ABSOLUTE"],
            event_ids=[],
            **left,
        )
        for day in reviews:
            ThreatReview.objects.create(
                alert=alert,
                person=person,
                reviewed_on=day,
                reviewed_at=at_ten(day),
                by=by,
                outcome="discuss",
                rationale="Discussed with probation.",
            )
    return alert


def built(actor: Actor, unit: str | None = None, **period: date) -> ComplianceReport:
    with as_actor(actor):
        return build(actor, unit_code=unit, **{**PERIOD, **period})


TWICE_A_WEEK = june(2, 5, 9, 12, 16, 19, 23, 26, 30)


@pytest.fixture
def tabs(world: World) -> dict[str, ThreatAlert]:
    """North: one reviewed twice a week, one once a week, one that fails only the strict reading, one who left early."""
    return {
        "kept": on_tab(world["north"], date(2026, 6, 1), reviews=TWICE_A_WEEK),
        "once": on_tab(world["north"], date(2026, 6, 1), reviews=june(3, 10, 17, 24)),
        "working_only": on_tab(
            world["north"], date(2026, 6, 1), reviews=june(1, 2, 10, 11), closed_on=date(2026, 6, 11)
        ),
        "left_early": on_tab(world["north"], date(2026, 6, 8), reviews=june(12), closed_on=date(2026, 6, 12)),
        "south": on_tab(world["south"], date(2026, 6, 29)),
        "before": on_tab(
            world["north"], date(2026, 5, 1), reviews=[date(2026, 5, 5)], closed_on=date(2026, 5, 31)
        ),
        "after": on_tab(world["north"], date(2026, 7, 1)),
    }


def test_both_readings_are_shown_side_by_side(tabs: Any, auditor: Actor, world: World) -> None:
    north = {d.code: figures for d, figures in built(auditor).tabs}["north"]

    calendar_, working = north.calendar, north.working
    assert (calendar_.kept, calendar_.failed, calendar_.not_judged) == (1, 2, 1)
    assert (working.kept, working.failed, working.not_judged) == (2, 1, 1)
    assert (
        calendar_.windows_failed == 24 + 3
    )  # every window of once a week; three of Mon 1, Tue 2, Wed 10, Thu 11


def test_whoever_keeps_the_calendar_reading_keeps_the_working_day_reading(tabs: Any, auditor: Actor) -> None:
    with as_actor(auditor):
        for entry in entries(question(auditor, unit_code=None, **PERIOD)):
            if entry.calendar.verdict is Verdict.KEPT:
                assert entry.working.verdict is not Verdict.FAILED


def test_the_next_review_is_due_by_the_strict_reading(tabs: Any, auditor: Actor) -> None:
    figures = {d.code: f for d, f in built(auditor).tabs}

    # North: once a week's last two reviews were on 17 and 24 June; South: none yet, on the tab since 29 June.
    assert (figures["north"].next_due_on, figures["north"].on_tab_now, figures["north"].overdue_now) == (
        date(2026, 6, 24),
        2,
        1,
    )
    assert (figures["south"].next_due_on, figures["south"].overdue_now) == (date(2026, 7, 4), 0)


def test_a_review_that_is_due_on_the_day_is_not_overdue_until_the_day_after(
    tabs: Any, auditor: Actor
) -> None:
    assert built(auditor, "south", on=date(2026, 7, 4)).tab.overdue_now == 0
    assert built(auditor, "south", on=date(2026, 7, 5)).tab.overdue_now == 1


def test_only_who_was_on_the_tab_in_the_period_is_counted(tabs: Any, auditor: Actor) -> None:
    assert built(auditor, "north").tab.stays == 4
    assert built(auditor, "north", from_on=date(2026, 5, 31)).tab.stays == 5
    assert built(auditor, "north", to_on=date(2026, 7, 1)).tab.stays == 5


def test_as_at_an_earlier_day_somebody_who_left_later_is_still_on_the_tab(tabs: Any, auditor: Actor) -> None:
    tab = built(auditor, "north", on=date(2026, 6, 10)).tab

    assert tab.on_tab_now == 4


def test_every_figure_of_the_tab_is_the_length_of_the_list_behind_it(tabs: Any, auditor: Actor) -> None:
    report = built(auditor)
    with as_actor(auditor):
        asked = question(auditor, unit_code=None, **PERIOD)
        for at, figures in [("", report.tab), *((d.code, f) for d, f in report.tabs)]:
            expected = {
                "stays": figures.stays,
                "on_tab_now": figures.on_tab_now,
                "overdue_now": figures.overdue_now,
            }
            for reading in Reading:
                for verdict in Verdict:
                    expected[f"{reading.value}_{verdict.value}"] = figures.of(reading).of(verdict)
            assert set(expected) == set(TAB_MEASURES)
            for measure, number in expected.items():
                assert len(entries_behind(asked, measure, at=at)) == number, (at, measure)


def test_each_entry_is_judged_as_the_rule_judges_it(tabs: Any, auditor: Actor) -> None:
    with as_actor(auditor):
        days = calendar()
        for entry in entries(question(auditor, unit_code=None, **PERIOD)):
            for reading in Reading:
                upto = judge(
                    reading, entry.stay, entry.reviewed_on, on=min(ON, TO + timedelta(days=1)), calendar=days
                )
                before = judge(reading, entry.stay, entry.reviewed_on, on=FROM, calendar=days)
                found = entry.by(reading)
                assert (found.windows, found.failed) == (
                    upto.windows - before.windows,
                    len(upto.failed) - len(before.failed),
                )
            if entry.stay == Stay(date(2026, 6, 1)):
                due = next_review_due(Reading.CALENDAR, entry.stay, entry.reviewed_on, calendar=days)
                assert entry.next_due_on == due


def test_districts_add_up_to_the_force(tabs: Any, auditor: Actor) -> None:
    report = built(auditor)

    assert report.tab.stays == sum(f.stays for _, f in report.tabs) == 5
    assert report.tab.calendar == sum((f.calendar for _, f in report.tabs), ReadingFigures())


def test_a_review_changes_the_seal(tabs: dict[str, ThreatAlert], auditor: Actor) -> None:
    before = built(auditor).seal
    alert = tabs["once"]
    with as_owner():
        ThreatReview.objects.create(
            alert=alert,
            person=alert.person,
            reviewed_on=date(2026, 6, 5),
            reviewed_at=at_ten(date(2026, 6, 5)),
            by=UserFactory(),
            outcome="discuss",
            rationale="Discussed.",
        )

    assert built(auditor).seal != before


def test_a_supervisor_sees_their_own_tab_alone(tabs: Any, sergeant: Actor) -> None:
    report = built(sergeant)

    assert [(d.code, f.stays) for d, f in report.tabs] == [("north", 4)]


# The record of a district, week by week


@pytest.fixture
def reader(actor_of: Any) -> Actor:
    found: Actor = actor_of(Role.SUPERVISOR)
    return found


def record(actor: Actor, *, from_on: date, to_on: date, on: date = ON) -> list[TabWeek]:
    with as_actor(actor):
        return tab_record(question(actor, unit_code="north", from_on=from_on, to_on=to_on, on=on))


MONDAY, FOURTH_SUNDAY = date(2026, 6, 1), date(2026, 6, 28)


def test_each_week_tells_reviews_sessions_and_both_readings(world: World, reader: Actor) -> None:
    both = june(2, 5, 9, 12)
    on_tab(world["north"], MONDAY, reviews=[*both, *june(16)])
    on_tab(world["north"], MONDAY, reviews=both)

    weeks = record(reader, from_on=MONDAY, to_on=FOURTH_SUNDAY)

    assert [(week.from_on.day, week.on_tab, week.reviews, week.sessions) for week in weeks] == [
        (1, 2, 4, 2),
        (8, 2, 4, 2),
        (15, 2, 1, 0),
        (22, 2, 0, 0),
    ]
    assert [(week.calendar.people.kept, week.calendar.people.failed) for week in weeks] == [
        (2, 0),
        (2, 0),
        (0, 2),
        (0, 2),
    ]
    assert [week.working.people.failed for week in weeks] == [0, 0, 1, 2]
    assert [(week.calendar.tab_windows, week.calendar.tab_failed > 0) for week in weeks] == [
        (1, False),
        (7, False),
        (7, True),
        (7, True),
    ]


def test_a_day_that_left_somebody_out_is_no_session_and_who_left_that_day_needs_none(
    world: World, reader: Actor
) -> None:
    on_tab(world["north"], MONDAY, reviews=june(2, 4))
    on_tab(world["north"], MONDAY, reviews=june(1), closed_on=date(2026, 6, 2))
    on_tab(world["north"], date(2026, 6, 3))

    (week,) = record(reader, from_on=MONDAY, to_on=date(2026, 6, 7))

    assert (week.on_tab, week.reviews, week.sessions) == (3, 3, 1)


@pytest.mark.parametrize("start", range(4))
def test_every_figure_of_the_record_leads_to_as_many_people(world: World, reader: Actor, start: int) -> None:
    on_tab(world["north"], date(2026, 5, 20), reviews=june(2, 5, 9))
    on_tab(world["north"], MONDAY, reviews=june(2, 9, 16), closed_on=date(2026, 6, 16))
    on_tab(world["north"], date(2026, 6, 10))
    monday = MONDAY + timedelta(weeks=start)

    week = record(reader, from_on=MONDAY, to_on=FOURTH_SUNDAY)[start]

    with as_actor(reader):
        asked = question(reader, unit_code="north", from_on=monday, to_on=monday + timedelta(days=6), on=ON)
        behind = {measure: len(entries_behind(asked, measure)) for measure in TAB_MEASURES}
    assert behind["stays"] == week.on_tab
    for reading in Reading:
        assert behind[f"{reading}_kept"] == week.of(reading).people.kept
        assert behind[f"{reading}_failed"] == week.of(reading).people.failed


def test_the_page_of_the_record_leads_to_people_and_stays_within_reach(
    world: World, reader: Actor, client_for: Any
) -> None:
    on_tab(world["north"], TODAY - timedelta(days=30))
    browser = client_for(reader)

    page = browser.get("/reports/tab/north/")

    line = page.context["weeks"][1]
    assert line["readings"][0]["failed"]["number"] == 1
    people = browser.get(line["readings"][0]["failed"]["url"])
    assert people.context["number"] == 1
    assert browser.get("/reports/tab/south/").status_code == 404
    assert browser.get("/reports/tab/north/?to=rubbish").status_code == 200
