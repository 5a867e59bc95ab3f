"""The pages and the API of local calculations (SCO-6)."""

from datetime import date
from typing import Any

from iom.access.scope import as_owner
from iom.persons.models import Person
from scoring.instruments.models import LocalCalculation
from tests.scene import Scene

HEADING = "Local calculation, not the probation assessment"
PAGES = "/people/NV1000001/local-calculations/"


def day(name: str, iso: str) -> dict[str, str]:
    year, month, of_month = iso.split("-")
    return {f"{name}_day": of_month, f"{name}_month": month, f"{name}_year": year}


OGRS3 = {
    "sex": "M",
    "sanctions": "22",
    "first_age": "17",
    "ho_code": "09230",
    **day("born_on", "1975-04-29"),
    **day("convicted_on", "2009-02-19"),
    **day("followed_from", "2020-01-14"),
}
PREDICTORS = {
    "sex": "F",
    "sanctions": "3",
    "violent_sanctions": "2",
    "ho_code": "02801",
    **day("born_on", "1980-06-17"),
    **day("first_sanction_on", "2007-06-17"),
    **day("last_sanction_on", "2019-06-17"),
    **day("community_on", "2019-06-17"),
    **day("assessed_on", "2025-10-03"),
}


def calculate(stage: Scene, page: str, given: dict[str, str], who: str = "manager_own") -> Any:
    return stage.browsers[who].post(f"{PAGES}{page}/", given)


def test_the_form_starts_with_the_sex_and_the_date_of_birth_that_are_held(stage: Scene) -> None:
    with as_owner():
        Person.objects.filter(nominal_ref="NV1000001").update(sex="F", date_of_birth=date(1990, 4, 12))

    for page in ("ogrs3", "predictors"):
        shown = stage.browsers["manager_own"].get(f"{PAGES}{page}/")
        assert HEADING in shown.content.decode()
        assert (shown.context["form"]["sex"].value(), shown.context["form"]["born_on"].value()) == (
            "F",
            date(1990, 4, 12),
        )


def test_a_sex_that_is_not_known_is_left_to_choose(stage: Scene) -> None:
    with as_owner():
        Person.objects.filter(nominal_ref="NV1000001").update(sex="U")

    assert b"checked" not in stage.browsers["manager_own"].get(f"{PAGES}ogrs3/").content


def test_the_result_is_listed_with_name_version_band_inputs_and_age(stage: Scene) -> None:
    assert calculate(stage, "ogrs3", OGRS3)["Location"] == PAGES
    assert calculate(stage, "predictors", PREDICTORS)["Location"] == PAGES

    text = stage.browsers["manager_own"].get(PAGES).content.decode()
    for words in (
        "35% in one year, 52% in two years",
        "Offender Group Reconviction Scale 3",
        "1.0, published code 52792f49",
        "4.90% in two years",
        "All reoffending predictor, static form",
        "Medium",
        "09230",
        "29 April 1975",
        "today",
    ):
        assert words in text


def test_the_errors_of_the_source_stand_at_their_fields_in_plain_words(stage: Scene) -> None:
    page = calculate(stage, "ogrs3", OGRS3 | {"ho_code": "08800", "first_age": "40"})

    assert page.status_code == 200
    errors = page.context["form"].errors
    assert "Need details of exact offence" in errors["ho_code"][0]
    assert "must not be above the age" in errors["first_age"][0]
    with as_owner():
        assert not LocalCalculation.objects.exists()


def test_they_stand_beside_the_partners_assessments_for_those_who_see_scores(stage: Scene) -> None:
    calculate(stage, "ogrs3", OGRS3)

    manager = stage.browsers["manager_own"].get("/people/NV1000001/").content.decode()
    partner = stage.browsers["partner_share"].get("/people/NV1000001/").content.decode()

    assert HEADING in manager
    assert "35% in one year, 52% in two years (Medium)" in manager
    assert HEADING not in partner
    assert "35% in one year" not in partner
    assert "local-calculations" not in partner


def test_the_explanation_of_the_score_does_not_know_of_them(stage: Scene) -> None:
    browser, url = stage.browsers["manager_own"], "/people/NV1000001/score/ROR/"
    before = browser.get(url).context["told"]

    calculate(stage, "ogrs3", OGRS3)

    assert browser.get(url).context["told"] == before


def test_an_analyst_reads_and_does_not_calculate(stage: Scene) -> None:
    calculate(stage, "ogrs3", OGRS3)

    page = stage.browsers["analyst"].get(PAGES)

    assert page.status_code == 200
    assert "Calculate OGRS3" not in page.content.decode()
    assert "Calculate OGRS3" in stage.browsers["manager_own"].get(PAGES).content.decode()
    assert calculate(stage, "ogrs3", OGRS3, who="analyst").status_code == 403


def test_programs_read_the_same(stage: Scene) -> None:
    calculate(stage, "ogrs3", OGRS3)

    told = stage.browsers["manager_own"].get("/api/v1/persons/NV1000001/local-calculations/").json()

    (one,) = told["results"]
    assert (one["instrument"], one["band"], one["result"]) == (
        "OGRS3",
        "MEDIUM",
        {"one_year_pct": "35", "two_year_pct": "52"},
    )
    assert one["inputs"]["ho_code"] == "09230"


def test_off_there_is_no_page_no_section_and_no_answer(stage: Scene, settings: Any) -> None:
    calculate(stage, "ogrs3", OGRS3)
    settings.LOCAL_INSTRUMENTS = False
    browser = stage.browsers["manager_own"]

    profile = browser.get("/people/NV1000001/").content.decode()

    assert HEADING not in profile
    assert "local-calculations" not in profile
    for page in ("", "ogrs3/", "predictors/"):
        assert browser.get(f"{PAGES}{page}").status_code == 404
    assert calculate(stage, "ogrs3", OGRS3).status_code == 404
    assert browser.get("/api/v1/persons/NV1000001/local-calculations/").status_code == 404
