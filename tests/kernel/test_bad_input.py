"""Whatever is sent to a page, it answers in plain words and never with a server error (issue: bad input)."""

import pytest
from django.test import Client
from django.urls import reverse

from iom.access.scope import as_owner
from iom.accounts.models import User
from tests.architecture.addresses import addresses
from tests.scene import Scene
from tests.world import browser_of

# None can be kept as text, is a number, is a day, is a page or is a choice.
EVIL = {
    "page": "abc",
    "sort": "evil",
    "which": "evil",
    "kind": "evil",
    "unit": "999999",
    "district": "",
    "status": "evil",
    "cohort": "evil:evil:evil",
    "scheme": "evil",
    "name": "x" * 10_000,
    "q": "' OR 1=1 --",
    "after": "%%%",
    "before": "-1",
    "since": "31/02/2026",
    "until": "9999-99-99",
    "as_of": "0001-01-01",
    "show": "evil",
    "person": "",
    "alert": "²",
    "next": "//evil.example",
    "format": "exe",
    "pathway": "evil",
}
LISTS = [one.name for one in addresses() if not one.wanted]


@pytest.mark.parametrize("who", ["supervisor", "partner_share", "auditor", "administrator"])
@pytest.mark.parametrize("name", LISTS)
def test_no_list_breaks_on_an_odd_address(stage: Scene, name: str, who: str) -> None:
    url = reverse(name)
    for query in (EVIL, *({key: value} for key, value in EVIL.items() if key in ("page", "after", "sort"))):
        found = stage.browsers[who].get(url, query)
        assert found.status_code < 500


@pytest.mark.parametrize("number", ["0", "9223372036854775808", "9" * 40])
@pytest.mark.parametrize(
    "path",
    [
        "/cases/{}/",
        "/referrals/{}/",
        "/emerging/alerts/{}/",
        "/audit/{}/",
        "/tags/{}/",
        "/meetings/{}/",
        "/feeds/{}/",
        "/cases/{}/plan/1/",
        "/cases/1/actions/{}/",
    ],
)
def test_a_number_that_no_record_has_is_not_found(stage: Scene, path: str, number: str) -> None:
    assert stage.browsers["central_spoc"].get(path.format(number)).status_code == 404


def test_a_form_sent_without_sign_in_leads_to_sign_in_and_back(stage: Scene) -> None:
    answer = Client().post("/referrals/new/", {"family_name": "Typed"})

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/sign-in/?next=/referrals/new/"


def test_a_form_without_its_token_is_refused_by_a_sentence_and_saves_nothing(stage: Scene) -> None:
    with as_owner():
        sergeant = User.objects.get(pk=stage.actors["supervisor"].user_id)
    strict = browser_of(sergeant, enforce_csrf_checks=True)

    answer = strict.post(f"/referrals/{stage.objects['north']['referral']}/withdraw/", {"reason": "R"})

    assert answer.status_code == 403
    assert "nothing was saved" in answer.content.decode()
    page = stage.browsers["supervisor"].get(f"/referrals/{stage.objects['north']['referral']}/")
    assert "Withdrawn" not in page.content.decode()


def test_a_method_that_a_page_does_not_have_is_refused(stage: Scene) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(stage.browsers["supervisor"], method)("/cases/").status_code == 405
