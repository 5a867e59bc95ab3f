"""What changed since a day, versions that are never joined, and people with very many events or none (SCO-3)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from iom.access.actor import SYSTEM
from iom.access.scope import as_owner, as_service
from iom.kernel.errors import NotFound
from scoring.models import Event, ScoreModel
from scoring.rules.changes import GONE, NEW, OUTCOME, STEP, difference
from scoring.rules.lines import Line, Price
from scoring.selectors.explanation import Explanation, explanation
from scoring.selectors.history import HistoryPoint, chart_points, history
from scoring.selectors.tenures import tenures, version_on
from scoring.services import runs
from tests.factories import PersonFactory, UserFactory
from tests.scene import Scene
from tests.scoring.factories import AT_NIGHT, TODAY, EventFactory, IntelligenceFactory, model_in_use

DAY = timedelta(days=1)


def line(event_id: int | None, points: int, **fields: Any) -> Line:
    made = {"kind": "event", "family": "crime", "text": f"line {event_id}", "occurred_on": TODAY} | fields
    return Line(points_hundredths=points, event_id=event_id, category="arson", **made)


def price(*lines: Line) -> Price:
    raw = sum(one.points_hundredths for one in lines)
    return Price(raw, str(raw), raw // 100, None, lines)


def explained(person: Any, as_of: date = TODAY, **asked: Any) -> Explanation:
    with as_service():
        return explanation(SYSTEM, person, model="ROR", as_of=as_of, **asked)


def test_the_differences_of_two_days_add_up_to_the_change_of_the_score() -> None:
    cap = {"kind": "cap", "family": "intelligence"}
    before = price(line(1, 5000), line(2, 3000), line(3, 2000, factor="0.40"), line(None, -900, **cap))
    now = price(line(1, 4800), line(3, 3900, factor="0.80"), line(4, 7000), line(None, -300, **cap))

    found = difference(before, now, {2: "too old: more than 1095 days ago"})

    assert [(one.kind, one.event_id, one.points_hundredths) for one in found.changes] == [
        (NEW, 4, 7000),
        (GONE, 2, -3000),
        (OUTCOME, 3, 1900),
        (STEP, None, 600),
    ]
    assert found.changes[1].reason == "too old: more than 1095 days ago"
    assert found.changes[2].reason == "counts 0 x 0.80 instead of 0 x 0.40"
    assert (found.faded_lines, found.faded_hundredths) == (1, -200)
    assert found.total_hundredths == now.raw_hundredths - before.raw_hundredths


@pytest.mark.django_db
def test_what_changed_since_a_day_names_what_came_what_went_and_what_counts_otherwise() -> None:
    model_in_use()
    person = PersonFactory()
    since = TODAY - 10 * DAY
    old = EventFactory(person=person, occurred_on=TODAY - 1100 * DAY)
    EventFactory(person=person, occurred_on=TODAY - 40 * DAY)
    charged = EventFactory(
        person=person, occurred_on=TODAY - 30 * DAY, status="charged", occurrence_ref="A/1", category="arson"
    )
    convicted = EventFactory(
        person=person, occurred_on=TODAY - 30 * DAY, status="convicted", status_on=TODAY - 2 * DAY,
        occurrence_ref="A/1", category="arson", recorded_at=AT_NIGHT - 2 * DAY,
    )  # fmt: skip
    IntelligenceFactory.create_batch(9, person=person)

    told = explained(person, since=since)

    assert told.changed is not None
    found = {one.event_id: one for one in told.changed.difference.changes}
    assert found[convicted.pk].reason == "newly counted"
    assert found[charged.pk].reason == "superseded by a later outcome of the same offence"
    assert found[old.pk].reason == "too old: more than 1095 days ago"
    assert found[None].text == "intelligence capped at 150: -30.00"
    assert told.changed.difference.faded_lines == 1
    then = explained(person, since)
    assert told.changed.published == then.published
    assert told.changed.difference.total_hundredths == told.raw_hundredths - then.raw_hundredths


@pytest.mark.django_db
def test_without_a_day_nothing_is_compared() -> None:
    model_in_use()

    assert explained(PersonFactory()).changed is None


def cheaper() -> dict[str, Any]:
    """Version 2.0.0, in which a burglary is worth half."""
    with as_owner():
        first = ScoreModel.objects.get(code="ROR", version="1.0.0")
    crime = {**first.config["weights"]["crime"], "burglary_residential": 60}
    return {"version": "2.0.0", "weights": {**first.config["weights"], "crime": crime}}


def take_over(second: ScoreModel, from_on: date) -> None:
    with as_owner():
        ScoreModel.objects.filter(code="ROR").exclude(pk=second.pk).update(status="retired")
        ScoreModel.objects.filter(pk=second.pk).update(
            status="active", effective_from=from_on, approver=UserFactory(), approved_at=AT_NIGHT
        )


@pytest.mark.django_db
def test_a_past_night_is_explained_by_the_version_that_was_in_force_then() -> None:
    model_in_use()
    person = PersonFactory()
    EventFactory(person=person, occurred_on=TODAY - 5 * DAY)
    take_over(model_in_use(status="shadow", from_on=None, **cheaper()), TODAY - 2 * DAY)

    before, after = explained(person, TODAY - 3 * DAY), explained(person, TODAY, since=TODAY - 3 * DAY)

    assert (before.model_version, before.lines[0].base) == ("1.0.0", 120)
    assert (after.model_version, after.lines[0].base) == ("2.0.0", 60)
    assert after.changed is not None
    assert after.changed.since_version == "1.0.0"
    assert after.changed.difference.changes == ()
    with as_service():
        held = [(one.version.version, one.from_on, one.until_on) for one in tenures("ROR")]
        before_any = version_on("ROR", date(2010, 1, 1)).version
        with pytest.raises(NotFound):
            version_on("CSE", TODAY)
    assert held == [("1.0.0", date(2020, 1, 1), TODAY - 3 * DAY), ("2.0.0", TODAY - 2 * DAY, None)]
    assert before_any == "2.0.0"


@pytest.mark.django_db
def test_history_tells_of_each_version_only_while_it_was_in_force() -> None:
    first = model_in_use()
    person = PersonFactory()
    EventFactory(person=person, occurred_on=TODAY - 10 * DAY)
    runs.recompute(TODAY - 5 * DAY, at=AT_NIGHT - 5 * DAY)
    second = model_in_use(status="shadow", from_on=None, **cheaper())
    runs.recompute(TODAY - 4 * DAY, at=AT_NIGHT - 4 * DAY)
    take_over(second, TODAY - 3 * DAY)

    with as_service():
        found = history(SYSTEM, person.pk, code="ROR")

    assert first.version == "1.0.0"
    assert [(one.as_of, one.version) for one in found] == [
        (TODAY - 5 * DAY, "1.0.0"),
        (TODAY - 4 * DAY, "1.0.0"),
        (TODAY - 3 * DAY, "2.0.0"),
    ]
    assert found[1].published > found[2].published


def test_a_chart_has_even_days_and_a_gap_between_versions() -> None:
    points = [
        HistoryPoint(date(2026, 6, 1), "1.0.0", 100, ""),
        HistoryPoint(date(2026, 6, 3), "1.0.0", 90, ""),
        HistoryPoint(date(2026, 6, 4), "2.0.0", 50, ""),
    ]

    drawn = chart_points(points, until=date(2026, 6, 5))

    assert [(one.on.day, one.published, one.new_version) for one in drawn] == [
        (1, 100, ""), (2, 100, ""), (3, 90, ""), (4, None, "2.0.0"), (4, 50, ""), (5, 50, ""),
    ]  # fmt: skip


def test_a_year_is_drawn_by_the_week_and_ends_on_the_day_asked_for() -> None:
    drawn = chart_points([HistoryPoint(date(2025, 6, 30), "1.0.0", 100, "")], until=TODAY)

    assert (len(drawn), drawn[-1].on) == (53, TODAY)
    assert chart_points([], until=TODAY) == []


@pytest.mark.django_db
def test_three_thousand_events_take_as_many_queries_as_three() -> None:
    model_in_use()
    few, many = PersonFactory(), PersonFactory()
    EventFactory.create_batch(3, person=few)
    first = EventFactory(person=many)
    with as_owner():
        Event.objects.bulk_create(
            Event(
                person=many, family="crime", category="shoplifting", status="charged", source="test",
                source_ref=f"M{n}", occurred_on=TODAY - timedelta(days=n % 1500),
                recorded_at=first.recorded_at - 1500 * DAY,
            )
            for n in range(2_999)
        )  # fmt: skip

    counts = []
    for person in (few, many):
        with as_service(), CaptureQueriesContext(connection) as captured:
            told = explanation(SYSTEM, person, model="ROR", as_of=TODAY, since=TODAY - 7 * DAY)
        counts.append(len(captured))

    assert counts[0] == counts[1]
    assert len(told.lines) + len(told.not_scored) == 3_000
    assert told.reasons == [("too old: more than 1095 days ago", len(told.not_scored))]


@pytest.mark.django_db
def test_flags_speak_only_of_what_was_known_and_of_what_could_score() -> None:
    model_in_use()
    person = PersonFactory()
    EventFactory(person=person, unmapped=True, category="other")
    EventFactory(person=person, unmapped=True, category="other", role="victim")
    EventFactory(person=person, unmapped=True, category="other", recorded_at=AT_NIGHT + DAY)
    EventFactory(person=person, status=None)

    assert explained(person).flags == (
        "1 event with a code that is not mapped yet, counted as “other”.",
        "1 event of crime without an outcome, counted as “suspect”.",
    )


def score_page(scene: Scene, query: str = "") -> Any:
    ref = scene.objects["north"]["nominal_ref"]
    return scene.browsers["supervisor"].get(f"/people/{ref}/score/ROR/{query}")


def test_the_page_adds_up_on_every_page_and_prints_as_one(stage: Scene) -> None:
    person_id = stage.objects["north"]["person"]
    EventFactory.create_batch(60, person_id=person_id, person=None, occurred_on=date.today() - 20 * DAY)

    first, second, whole = (score_page(stage, query) for query in ("", "?page=2", "?all=1"))

    for page in (first, second, whole):
        told = page.context["told"]
        steps = sum(one.points_hundredths for one in page.context["steps"])
        shown = sum(one.points_hundredths for one in page.context["lines"].rows)
        around = page.context["greater"]["points"] + page.context["smaller"]["points"]
        assert shown + around + steps == told.raw_hundredths
    assert len(first.context["lines"].rows) == 50
    assert second.context["greater"]["count"] == 50
    assert len(whole.context["lines"].rows) == len(told.lines)


def test_the_page_tells_what_changed_since_the_day_asked_for(stage: Scene) -> None:
    since = date.today() - 30 * DAY

    page = score_page(stage, f"?since={since}")

    assert f"What changed since {since:%-d %B %Y}" in page.content.decode()
    assert page.context["told"].changed.published == 0
    assert page.context["told"].changed.difference.total == f"+{page.context['told'].raw}"


@pytest.mark.parametrize(
    "query", ["?as_of=rubbish&since=rubbish", "?as_of=9999-12-31", "?since=1066-01-01", "?page=x&not=y"]
)
def test_a_day_or_page_that_makes_no_sense_shows_the_nearest(stage: Scene, query: str) -> None:
    assert score_page(stage, query).status_code == 200


def test_somebody_of_whom_nothing_is_recorded_is_not_told_that_everything_counts(stage: Scene) -> None:
    with as_owner():
        Event.objects.all().delete()

    page = score_page(stage).content.decode()

    assert "Nothing that could count is recorded." in page
    assert "Every recorded event counts." not in page
    assert "Nothing counts towards this score, so it is 0." in page


def test_what_drops_out_is_cut_after_so_many_and_whole_on_paper(stage: Scene) -> None:
    person_id = stage.objects["north"]["person"]
    soon = date.today() - 1090 * DAY
    EventFactory.create_batch(31, person_id=person_id, person=None, occurred_on=soon)

    shown, whole = (score_page(stage, query).content.decode() for query in ("", "?all=1"))

    assert (shown.count("last counts on"), whole.count("last counts on")) == (25, 31)
    assert "6 more, all shown when everything is on one page." in shown
    assert "all shown when" not in whole


def test_large_sums_are_written_alike_wherever_they_stand(stage: Scene) -> None:
    person_id = stage.objects["north"]["person"]
    EventFactory.create_batch(60, person_id=person_id, person=None, occurred_on=date.today() - 20 * DAY)

    page = score_page(stage)
    told, text = page.context["told"], page.content.decode()

    assert told.published > 1000
    assert f"<strong>{Decimal(told.raw):,.2f}</strong>" in text
    assert f"Shown in whole points: {told.published:,}." in text
