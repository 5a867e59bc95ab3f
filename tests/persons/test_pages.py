"""The page on which people are found (PER-1, SHR-3)."""

from urllib.parse import quote

import pytest

from iom.access.scope import as_owner
from iom.audit.models import Act
from tests.factories import PersonFactory
from tests.scene import Scene


def test_nobody_is_listed_without_a_search(stage: Scene) -> None:
    page = stage.browsers["supervisor"].get("/people/")

    assert page.context["found"].count_text == "0"
    assert b"marker" not in page.content


def test_a_search_shows_the_people_and_is_written_down_with_what_was_typed(stage: Scene) -> None:
    page = stage.browsers["supervisor"].get("/people/?q=northmarker")

    assert b"NV1000001" in page.content
    assert b"NV1000002" not in page.content
    with as_owner():
        act = Act.objects.filter(kind="search").latest("id")
    assert act.subjects == [stage.objects["north"]["person"]]
    assert act.reason == "searched: northmarker"
    assert act.user_id == stage.actors["supervisor"].user_id


def test_a_search_that_finds_nobody_is_written_down_too(stage: Scene) -> None:
    page = stage.browsers["partner_no_share"].get("/people/?q=northmarker")

    assert page.context["found"].count_text == "0"
    with as_owner():
        assert Act.objects.filter(kind="search").latest("id").subjects == []


def test_a_long_result_comes_in_pages(stage: Scene) -> None:
    for n in range(30):
        PersonFactory(home_unit=stage.world["north"], family_name="Zzpage", search_name=f"zzpage {n:02d}")
    browser = stage.browsers["supervisor"]

    first, second = browser.get("/people/?q=zzpage"), browser.get("/people/?q=zzpage&page=2")

    assert [len(page.context["lines"]) for page in (first, second)] == [25, 5]
    assert first.context["found"].count_text == "30"


@pytest.mark.parametrize(
    "query",
    ["page=abc", "page=-1", "page=999999999999999999999", "page=0", "q=" + "x" * 10_000, "q=%25%27%22%3C"],
)
def test_odd_addresses_get_a_whole_page(stage: Scene, query: str) -> None:
    assert stage.browsers["supervisor"].get(f"/people/?{query}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/people/?q=%00",
        "/people/?q=a%00b",
        "/people/a%00b/",
        "/people/NV1000001/timeline/?kind=%00",
        "/cases/?name=%00&sort=%00",
        "/scores/%00/",
        "/referrals/new/?person=%00",
        "/?%00=1",
    ],
)
def test_a_null_character_in_an_address_is_answered_by_a_sentence(stage: Scene, address: str) -> None:
    found = stage.browsers["supervisor"].get(address)

    assert found.status_code == 400
    assert "a character that no text can hold" in found.content.decode()


@pytest.mark.parametrize(
    "reference", ["NV9999999", "x" * 5_000, "' OR 1=1 --", "<script>", "..", "ÿÿ", "NV1000003"]
)
def test_a_reference_that_leads_nowhere_is_not_found(stage: Scene, reference: str) -> None:
    for page in ("", "timeline/", "score/ROR/"):
        found = stage.browsers["manager_own"].get(f"/people/{quote(reference, safe='')}/{page}")
        assert found.status_code == 404


def test_a_person_in_anothers_reach_is_not_found_and_the_attempt_is_written_down(stage: Scene) -> None:
    stage.browsers["manager_other"].get("/people/NV1000001/")

    with as_owner():
        act = Act.objects.latest("id")
    assert (act.kind, act.subjects) == ("denied", [])
    assert act.detail == {"path": "/people/NV1000001/", "status": 404}
