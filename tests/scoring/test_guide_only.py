"""A score guides and never decides: how it is shown, and what is kept of decisions (scoring.md 2.14, SCO-2)."""

import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from cohorts.models import DecisionScore, SelectionDecision
from cohorts.services.selection import record_selection, refuse
from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.audit.models import Act
from reports.decisions import Study, build
from scoring.models import CurrentScore
from scoring.rules.bands import GUIDE_ONLY
from scoring.selectors.lists import models_in_use
from scoring.services import runs
from tests.cohorts.factories import PLACES, ListedReferralFactory, board
from tests.factories import PersonFactory
from tests.scene import Scene
from tests.scoring.factories import EventFactory, model_in_use
from tests.today import TODAY, at

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SHOWS_A_SCORE = re.compile(r"\.published\b|\b(?:a|alert)\.score\b|tag_for \"grade\"|\.in_90_days\b")
SAYS_TOO_MUCH = re.compile(
    r"probabilit|likelihood|likely to (?:re)?offend|percent|per cent|chance of|risk of reoffending|predict",
    re.I,
)
DAY = timedelta(days=1)


def templates() -> dict[str, str]:
    return {str(path.relative_to(TEMPLATES)): path.read_text() for path in TEMPLATES.rglob("*.html")}


def test_the_sentence_is_the_policys_to_the_letter() -> None:
    assert GUIDE_ONLY == (
        "This score is a guide. It must not be the sole reason for selecting or not selecting anyone. "
        "Consider partner information and your own knowledge, and record why."
    )


def test_every_template_that_shows_a_score_shows_the_sentence() -> None:
    found = templates()
    showing = {name for name, text in found.items() if SHOWS_A_SCORE.search(text)} - {
        "kernel/components.html"
    }
    with_it = {name for name, text in found.items() if "components/guide_only.html" in text}
    parts = {name for name in showing if Path(name).name.startswith("_")}

    assert len(showing) >= 9
    assert showing - parts - with_it == set()
    for part in parts:
        users = {name for name, text in found.items() if f'"{part}"' in text}
        assert users
        assert users <= with_it


def test_no_template_calls_points_a_probability_or_a_percentage() -> None:
    said = [
        (name, match.group())
        for name, text in templates().items()
        for match in SAYS_TOO_MUCH.finditer(re.sub(r"{[%#].*?[%#]}", "", text))
    ]
    per_cent = [
        (name, line)
        for name, text in templates().items()
        for line in re.sub(r"{[%#].*?[%#]}", "", text).splitlines()
        if SHOWS_A_SCORE.search(line) and "%" in line
    ]

    assert said == []
    assert per_cent == []


@pytest.mark.parametrize(
    "address",
    [
        "/scores/", "/scores/ROR/day/", "/cases/", "/emerging/north/", "/reports/decisions/",
        "/people/{ref}/", "/people/{ref}/score/ROR/", "/emerging/alerts/{alert}/", "/referrals/{referral}/decision/",
    ],
)  # fmt: skip
def test_every_page_with_a_score_shows_the_sentence(stage: Scene, address: str) -> None:
    things = stage.objects["north"]
    url = address.format(ref=things["nominal_ref"], alert=things["alert_id"], referral=things["referral"])

    page = stage.browsers["supervisor"].get(url)

    assert page.status_code == 200
    assert GUIDE_ONLY in html.unescape(page.content.decode())


@pytest.fixture
def sergeant(actor_of: Any) -> Actor:
    found: Actor = actor_of(Role.SUPERVISOR)
    return found


def decided(world: dict[str, Any], sergeant: Actor, *, points: int, selects: bool, days_ago: int = 0) -> int:
    """A board's decision on somebody with so many burglaries of the day before."""
    person = PersonFactory(home_unit=world["north"])
    EventFactory.create_batch(points, person=person, occurred_on=TODAY - DAY, recorded_at=at(1))
    runs.recompute(TODAY, at=at(0, 11))
    listed = ListedReferralFactory(
        person=person, unit=world["north"], referring_agency=world["police"],
        board_on=TODAY - days_ago * DAY, submitted_on=TODAY - 5 * DAY,
    )  # fmt: skip
    decision = board((world["police"].pk, world["probation"].pk), TODAY - days_ago * DAY)
    with as_actor(sergeant):
        if selects:
            record_selection(listed.pk, decision, PLACES, by=sergeant, at=at(0, 15))
        else:
            refuse(
                listed.pk, decision, by=sergeant, at=at(0, 15), signpost="Housing",
                look_again_on=TODAY + 90 * DAY, note_to_referrer="Not now",
            )  # fmt: skip
    with as_owner():
        return SelectionDecision.objects.get(referral=listed).pk


def kept(decision: int) -> list[tuple[Any, ...]]:
    with as_owner():
        rows = DecisionScore.objects.filter(decision=decision)
        return list(rows.values_list("model_code", "model_version", "published", "band", "night_on"))


@pytest.mark.django_db
def test_a_decision_keeps_every_models_score_of_its_day_and_0_for_who_had_none(
    world: dict[str, Any], sergeant: Actor
) -> None:
    model_in_use()
    model_in_use("DA")

    decision = decided(world, sergeant, points=1, selects=True)

    assert kept(decision) == [
        ("DA", "1.0.0", 0, "", TODAY),
        ("ROR", "1.0.0", 120, "NOT_BROUGHT_ON", TODAY),
    ]


@pytest.mark.django_db
def test_a_decision_recorded_later_keeps_the_score_of_the_boards_day(
    world: dict[str, Any], sergeant: Actor
) -> None:
    model_in_use()

    decision = decided(world, sergeant, points=1, selects=True, days_ago=2)

    assert kept(decision) == [("ROR", "1.0.0", 0, "NOT_BROUGHT_ON", None)]


@pytest.mark.django_db
def test_what_was_kept_stays_when_the_score_changes(world: dict[str, Any], sergeant: Actor) -> None:
    model_in_use()
    decision = decided(world, sergeant, points=1, selects=True)
    with as_owner():
        CurrentScore.objects.update(published=999)

    assert kept(decision)[0][2] == 120


def study(actor: Actor, code: str = "ROR") -> Study:
    with as_actor(actor):
        model = next(one for one in models_in_use() if one.code == code)
        return build(actor, model, from_on=TODAY - 30 * DAY, to_on=TODAY)


@pytest.mark.django_db
def test_decisions_are_counted_by_grade_and_those_against_it_told(
    world: dict[str, Any], sergeant: Actor, actor_of: Any
) -> None:
    model_in_use()
    model_in_use("DA")
    decided(world, sergeant, points=1, selects=True)
    decided(world, sergeant, points=8, selects=False)  # 949 and the uplift of 150
    decided(world, sergeant, points=8, selects=True)

    found = study(sergeant)

    assert [(row.name, row.selected, row.not_selected, row.total) for row in found.rows] == [
        ("Not brought on", 1, 0, 1),
        ("Low", 0, 0, 0),
        ("Medium", 0, 0, 0),
        ("High", 1, 1, 2),
    ]
    assert (found.total, found.selected_below, found.not_selected_above) == (3, 1, 1)
    assert [(row.name, row.total) for row in study(sergeant, "DA").rows] == [("0 to 99", 3)]
    assert study(actor_of(Role.SUPERVISOR, unit="south")).total == 0


@pytest.mark.django_db
def test_decisions_before_the_first_scored_night_are_left_out_of_the_comparison(
    world: dict[str, Any], sergeant: Actor
) -> None:
    model_in_use()
    decided(world, sergeant, points=1, selects=True, days_ago=2)

    found = study(sergeant)

    assert (found.total, found.selected_below, found.before_any_night) == (0, 0, 1)


@pytest.mark.django_db
def test_the_file_of_decisions_names_nobody_and_the_audit_names_everybody(
    world: dict[str, Any], sergeant: Actor, client_for: Any
) -> None:
    model_in_use()
    decision = decided(world, sergeant, points=1, selects=True)
    analyst = client_for(Role.ANALYST)

    page = analyst.get("/reports/decisions/")
    lines = analyst.get("/reports/decisions/csv/?model=ROR").content.decode("utf-8-sig").splitlines()

    assert "csv/?model=ROR" in page.content.decode()
    assert lines[0] == "decision,decided_on,outcome,district,model,version,night,points,grade"
    assert lines[1:] == [f"{decision},{TODAY},selected,North,ROR,1.0.0,{TODAY},120,NOT_BROUGHT_ON"]
    with as_owner():
        person = SelectionDecision.objects.get(pk=decision).referral.person_id
        assert Act.objects.filter(kind="export", subjects=[person]).exists()
    assert analyst.get("/reports/decisions/?model=XXX").status_code == 404
    assert analyst.get("/reports/decisions/?from_on=x&to_on=y").status_code == 200
