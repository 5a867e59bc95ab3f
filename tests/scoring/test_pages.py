"""The pages of scores and of the emerging-threat tab (SCO-2, SCO-3, SCO-5, CMP-1)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from iom.access.scope import as_owner
from iom.accounts.rules import Role
from iom.audit.models import Act
from scoring.models import CurrentScore, ThreatAlert
from tests.factories import PersonFactory
from tests.scene import Scene
from tests.scoring.factories import model_in_use
from tests.today import TODAY, alert

REVIEW = "/emerging/alerts/{alert_id}/"
GIVEN = {"outcome": "discuss", "rationale": "Rising fast."}


def review_url(scene: Scene) -> str:
    return REVIEW.format(alert_id=scene.objects["north"]["alert_id"])


def test_the_tab_says_who_why_and_by_when(stage: Scene) -> None:
    page = stage.browsers["supervisor"].get("/emerging/north/")
    text = page.content.decode()

    assert "Candidatemarker" in text
    assert "Large rise for this person" in text
    assert "Hubmarker" not in text
    assert "Restrictedmarker" not in text
    due = page.context["tab"].next_due_on
    assert f"{due:%-d %B %Y}" in text


def test_one_tab_opens_at_once_and_several_are_offered_with_their_counts(stage: Scene) -> None:
    assert stage.browsers["supervisor"].get("/emerging/")["Location"] == "/emerging/north/"

    choice = stage.browsers["central_spoc"].get("/emerging/")

    assert {row["unit"].code: row["alerts"] for row in choice.context["rows"]} == {
        "north": 3,  # without the restricted record
        "south": 0,
        "prison-hub": 1,
    }


def test_a_long_tab_comes_by_the_page_and_says_how_many_are_on_it(
    world: dict[str, Any], client_for: Callable[..., Client]
) -> None:
    model = model_in_use()
    people = [PersonFactory(home_unit=world["north"]) for _ in range(30)]
    for number, person in enumerate(people):
        alert(person, model, world["north"])
        with as_owner():
            ThreatAlert.objects.filter(person=person).update(jump=100 + number)
    browser = client_for(Role.SUPERVISOR)

    first, second = (browser.get(f"/emerging/north/?page={number}") for number in (1, 2))

    shown = [[line["entry"].alert.person for line in page.context["lines"]] for page in (first, second)]
    assert shown == [people[:4:-1], people[4::-1]]
    assert len(first.context["tab"].order) == 30
    with as_owner():
        looks = (
            Act.objects.filter(action="look:emerging-threat tab")
            .order_by("-pk")
            .values_list("subjects", flat=True)
        )
        assert [set(named) for named in looks[:2]] == [{p.pk for p in people[:5]}, {p.pk for p in people[5:]}]


def test_the_menu_counts_what_is_on_the_readers_own_tabs(
    world: dict[str, Any], client_for: Callable[..., Client]
) -> None:
    model = model_in_use()
    alert(PersonFactory(home_unit=world["north"]), model, world["north"])
    in_prison = PersonFactory(home_unit=world["south"], managing_unit=world["north"])
    alert(in_prison, model, world["south"])

    page = client_for(Role.SUPERVISOR).get("/emerging/north/")

    assert {item.label: item.count for item in page.context["nav"]}["Emerging threat"] == 1
    assert [line["entry"].alert.person.home_unit for line in page.context["lines"]] == [world["north"]]


def test_whoever_may_not_review_gets_no_link_to_it(stage: Scene) -> None:
    assert review_url(stage) in stage.browsers["supervisor"].get("/emerging/north/").content.decode()
    assert review_url(stage) not in stage.browsers["manager_own"].get("/emerging/north/").content.decode()


def test_a_review_starts_empty_and_leads_back_to_the_tab(stage: Scene) -> None:
    browser, url = stage.browsers["supervisor"], review_url(stage)
    assert b"checked" not in browser.get(url).content

    done = browser.post(url, GIVEN)

    assert done["Location"] == "/emerging/north/"
    assert "Rising fast." in browser.get(url).content.decode()


def test_refer_leads_to_a_referral_filled_with_what_the_tab_knows(stage: Scene) -> None:
    browser = stage.browsers["supervisor"]

    done = browser.post(review_url(stage), {**GIVEN, "outcome": "refer", "take_off": "on"})

    assert done["Location"].startswith("/referrals/new/?person=NV1000002&alert=")
    form = browser.get(done["Location"]).context["form"]
    assert form["family_name"].value() == "Candidatemarker"
    assert form["reasons"].value().startswith("Emerging threat: the ROR score rose by 417, from 200 to 617")


def test_a_second_click_is_told_so_on_the_page(stage: Scene) -> None:
    browser, url = stage.browsers["supervisor"], review_url(stage)
    browser.post(url, {**GIVEN, "take_off": "on"})

    again = browser.post(url, {**GIVEN, "take_off": "on"})

    assert again.status_code == 200
    assert "already" in " ".join(again.context["form"].errors["__all__"])
    assert "Rising fast." in again.content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": "discuss"}, "rationale"),
        ({"rationale": "R"}, "outcome"),
        ({"outcome": "evil", "rationale": "R"}, "outcome"),
        ({"outcome": "discuss", "rationale": "x" * 10_000}, "rationale"),
        ({"outcome": "discuss", "rationale": "a\x00b"}, "rationale"),
    ],
)
def test_a_review_that_lacks_something_says_so_and_changes_nothing(
    stage: Scene, given: dict[str, str], field: str
) -> None:
    found = stage.browsers["supervisor"].post(review_url(stage), given)

    assert found.status_code == 200
    assert field in found.context["form"].errors
    with as_owner():
        alert = ThreatAlert.objects.get(pk=stage.objects["north"]["alert_id"])
        assert (alert.status, alert.reviews.count()) == ("open", 0)


def test_the_list_is_limited_to_ones_reach(stage: Scene) -> None:
    def named(who: str) -> set[str]:
        page = stage.browsers[who].get("/scores/ROR/")
        return {row.person.family_name for row in page.context["rows"]}

    assert named("supervisor") == {"Northmarker", "Endedmarker", "Candidatemarker"}
    assert named("prison_supervisor") == {"Hubmarker"}
    assert named("analyst") == {"Northmarker", "Endedmarker", "Candidatemarker", "Hubmarker"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("managed=yes", {"Northmarker", "Endedmarker"}),
        ("managed=no", {"Candidatemarker"}),
        ("band=HIGH", set()),
        ("unit=999999", {"Northmarker", "Endedmarker", "Candidatemarker"}),
        ("band=evil&managed=evil", {"Northmarker", "Endedmarker", "Candidatemarker"}),
        ("page=abc&sort=evil", {"Northmarker", "Endedmarker", "Candidatemarker"}),
    ],
)
def test_the_list_is_filtered_and_odd_filters_give_a_whole_page(
    stage: Scene, query: str, names: set[str]
) -> None:
    page = stage.browsers["supervisor"].get(f"/scores/ROR/?{query}")

    assert page.status_code == 200
    assert {row.person.family_name for row in page.context["rows"]} == names


@pytest.mark.parametrize("model", ["EVIL", "ror", "x" * 500])
def test_a_model_that_is_not_in_use_is_not_found(stage: Scene, model: str) -> None:
    assert stage.browsers["supervisor"].get(f"/scores/{model}/").status_code == 404
    assert stage.browsers["supervisor"].get(f"/people/NV1000001/score/{model}/").status_code == 404


@pytest.mark.parametrize(
    "as_of",
    ["", "evil", "2026-02-30", "9999-12-31", "0001-01-01", "1899-12-31", "1900-01-01", "2026-01-01'--"],
)
def test_a_score_is_explained_on_any_day_that_makes_sense_and_else_today(stage: Scene, as_of: str) -> None:
    page = stage.browsers["supervisor"].get("/people/NV1000001/score/ROR/", {"as_of": as_of})

    assert page.status_code == 200
    assert page.context["today"] == TODAY


def test_the_lines_of_an_explanation_add_up_to_the_score(stage: Scene) -> None:
    page = stage.browsers["supervisor"].get("/people/NV1000001/score/ROR/")
    told = page.context["told"]

    assert sum(line.points_hundredths for line in told.lines + told.cap_lines + told.uplift_lines) == (
        told.raw_hundredths
    )
    assert told.raw_hundredths > 0
    assert "burglary" in page.content.decode().lower()


def test_before_the_first_night_the_pages_say_that_there_are_no_scores(stage: Scene) -> None:
    with as_owner():
        CurrentScore.objects.all().delete()
        ThreatAlert.objects.all().update(opened_on=TODAY - timedelta(30))
    browser = stage.browsers["supervisor"]

    assert browser.get("/scores/").status_code == 200
    assert browser.get("/people/NV1000001/").status_code == 200
    assert browser.get("/emerging/north/").context["tab"].overdue == 3
