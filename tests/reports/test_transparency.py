"""The transparency record of a score: who sees it, and that it says what is so and cannot fall behind (SCO-7)."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from iom.access.actor import SYSTEM, Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.kernel.errors import Forbidden, NotFound
from reports.transparency import words
from reports.transparency.performance import NO_REPORT, TOO_FEW
from reports.transparency.record import Record, build
from reports.worth.rules.cells import LISTED, false_alarm, hit, later, not_later, on_list, place_list
from reports.worth.rules.questions import Rule, main_outcomes
from scoring.models import ScoreModel, ScoreRun
from scoring.rules.bands import GUIDE_ONLY
from scoring.rules.fairness import PEOPLE
from scoring.rules.vocabulary import FAMILIES, MODEL_NAMES
from tests.reports.worth.factories import finished_evaluation
from tests.scoring.factories import model_in_use
from tests.scoring.test_inputs import VIEW_COLUMNS
from tests.today import TODAY, at

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
ClientFor = Callable[..., Client]
PAGE = "/reports/transparency/"
TIER_2 = [
    "Owner and responsibility",
    "Description and rationale",
    "Decision-making process",
    "Tool specification",
    "How it turned out",
    "Data",
    "Risks, mitigations and impact assessments",
]


def record_of(code: str = "ROR") -> Record:
    with as_service():
        return build(SYSTEM, code, on=TODAY)


def field(record: Record, name: str) -> str:
    (found,) = [
        one.text for part in (record.tier_1, *record.tier_2) for one in part.fields if one.name == name
    ]
    return found


def test_it_has_the_sections_of_the_standard_and_the_fixed_words_of_the_guide(world: dict[str, Any]) -> None:
    model_in_use()

    record = record_of()

    assert [part.title for part in record.tier_2] == TIER_2
    assert GUIDE_ONLY in field(record, "Description")
    assert field(record, "Organisation") == world["police"].name


@pytest.mark.parametrize("code", ["ROR", "DA"])
def test_it_says_what_the_version_in_use_says(world: dict[str, Any], code: str) -> None:
    row = model_in_use(code)

    record = record_of(code)

    assert row.config_hash in field(record, "Model and version")
    said = field(record, "Detailed description")
    for family, rule in row.config["families"].items():
        assert (
            f"{words.FAMILIES[family]} every {rule['half_life']:,} days, for {rule['lookback']:,} days"
            in said
        )
        assert words.FAMILIES[family] in field(record, "Data in use")
    graded = "high from 1000" in field(record, "Output")
    assert graded is (code == "ROR")


def test_it_names_every_column_that_a_score_reads_and_every_family_and_model() -> None:
    assert set(words.COLUMNS) == VIEW_COLUMNS - {"packed"}
    assert set(words.FAMILIES) == set(FAMILIES)
    assert set(words.PURPOSES) == set(MODEL_NAMES)


def test_it_tells_of_the_last_whole_night_and_of_no_replay(world: dict[str, Any]) -> None:
    row = model_in_use()
    assert "No night was worked out" in field(record_of(), "How often, and of how many")

    nights = {"score_model": row, "config_hash": row.config_hash, "code_version": "test", "as_of": TODAY}
    moments = {"watermark": at(0), "started_at": at(0), "finished_at": at(0)}
    with as_owner():
        ScoreRun.objects.create(**nights, **moments, persons=1204, changed=77, alerts=5)
        ScoreRun.objects.create(**nights, **moments, persons=1, replay=True)
        ScoreRun.objects.create(**nights, **moments, persons=2, partial=True)

    said = field(record_of(), "How often, and of how many")
    assert "1,204 people" in said
    assert "77 scores changed and 5 rises" in said


def test_what_only_the_force_can_say_is_missing_until_it_is_set(
    world: dict[str, Any], settings: Any, client_for: ClientFor
) -> None:
    model_in_use()
    settings.TRANSPARENCY = dict.fromkeys(("website", "contact", "team", "owner", "assessments"), "")
    page = client_for(Role.CENTRAL_SPOC).get(f"{PAGE}ROR/").content.decode()
    assert "Before this is published the force has to give: website, contact e-mail, team" in page

    settings.TRANSPARENCY = dict.fromkeys(settings.TRANSPARENCY, "Given by the force")
    page = client_for(Role.CENTRAL_SPOC).get(f"{PAGE}ROR/").content.decode()

    assert "Before this is published" not in page
    assert page.count("Given by the force") == 5


def test_without_a_report_it_says_that_there_is_none_and_never_a_figure(world: dict[str, Any]) -> None:
    row = model_in_use()
    assert field(record_of(), "Performance") == NO_REPORT

    finished_evaluation(row)

    assert "nothing to say" in field(record_of(), "Performance")


def test_performance_precision_and_false_positives_are_those_of_the_latest_report(
    world: dict[str, Any],
) -> None:
    outcome, first = main_outcomes(12)[0], place_list(Rule.SCORE, 25)
    counts = {
        PEOPLE: 200, later(outcome): 60, not_later(outcome): 140, on_list(LISTED): 40, hit(LISTED, outcome): 25,
        false_alarm(LISTED, outcome): 15, on_list(first): 20, hit(first, outcome): 16,
    }  # fmt: skip
    areas = {outcome.code: {"score": ["0.712", "0.690", "0.734"], "offences": None, "last": None}}
    report = finished_evaluation(model_in_use(), then={"all": {"": counts}}, areas={"all": {"": areas}})

    record = record_of()

    said = field(record, "Performance")
    assert report.digest[:12] in said
    assert "higher in 71 (between 69 and 73, 95 times in 100)" in said
    assert "first 25 of each district: 16 (80.0%) of 20" in field(record, "Precision of lists")
    calls = field(record, "Right and wrong calls of the list")
    assert "On the list by the score alone: 40 people. 25 (62.5%) offended later" in calls
    assert "15 did not (false positives: 10.7% of the 140 who did not offend later). 60 people" in calls


def test_another_versions_report_is_not_taken_for_it(world: dict[str, Any]) -> None:
    finished_evaluation(model_in_use("DA"))
    model_in_use()

    assert field(record_of(), "Performance") == NO_REPORT


def test_only_versions_in_use_have_a_record(world: dict[str, Any], actor_of: Callable[..., Actor]) -> None:
    row = model_in_use()
    with as_owner():
        ScoreModel.objects.filter(pk=row.pk).update(status="retired")

    with pytest.raises(NotFound):
        record_of()
    officer = actor_of(Role.OFFENDER_MANAGER)
    with as_actor(officer), pytest.raises(Forbidden):
        build(officer, "ROR", on=TODAY)


def test_the_list_leads_to_each_record(world: dict[str, Any], client_for: ClientFor) -> None:
    model_in_use()
    analyst = client_for(Role.ANALYST)

    assert f'href="{PAGE}ROR/"' in analyst.get(PAGE).content.decode()
    assert "Transparency record: Risk of Reoffending score" in analyst.get(f"{PAGE}ROR/").content.decode()
    assert analyst.get(f"{PAGE}NONE/").status_code == 404


def test_the_command_prints_it_to_publish_and_says_what_is_missing(
    world: dict[str, Any], settings: Any
) -> None:
    settings.TRANSPARENCY = dict.fromkeys(settings.TRANSPARENCY, "") | {"contact": "iom@force.example"}
    model_in_use()
    out, err = StringIO(), StringIO()

    call_command("transparency_record", "ror", stdout=out, stderr=err)

    assert "**Contact e-mail.** iom@force.example" in out.getvalue()
    assert all(f"### {title}" in out.getvalue() for title in TIER_2)
    assert "Senior responsible owner" in err.getvalue()
    with pytest.raises(CommandError, match="No version"):
        call_command("transparency_record", "ocg")


def test_figures_of_a_few_people_are_left_out_whole(world: dict[str, Any]) -> None:
    outcome, first = main_outcomes(12)[0], place_list(Rule.SCORE, 25)
    counts = {
        PEOPLE: 200,
        later(outcome): 60,
        not_later(outcome): 140,
        on_list(LISTED): 12,
        on_list(first): 20,
    }
    finished_evaluation(model_in_use(), then={"all": {"": counts}})

    record = record_of()

    assert field(record, "Precision of lists") == TOO_FEW
    assert field(record, "Right and wrong calls of the list") == TOO_FEW
