"""Whom a caller finds, counts and reads; the same as on the pages, and written down (SHR-2, SHR-3)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from iom.access.scope import as_owner
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.kernel.pagination import COUNT_CAP, slice_of
from tests.api.conftest import SECRET, Api, Managed, address, managed, operations
from tests.factories import AgencyAccessFactory

pytestmark = pytest.mark.django_db
ApiFor = Callable[..., Api]

FORBIDDEN = ("score", "intelligence", "rationale", "pack", "decision", "deselection", "considerations")


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def test_a_partner_finds_counts_and_reads_only_who_is_shared(
    partner: Api, shared: Managed, hidden: Managed
) -> None:
    lists = {
        path: partner.get(path, **query).json()
        for path, query in {
            "cases/": {},
            "deadlines/": {},
            "referrals/": {},
            "persons/": {"q": "Sharedname"},
        }.items()
    }

    assert {path: answer["count"] for path, answer in lists.items()} == dict.fromkeys(lists, 1)
    assert all("Hiddenname" not in str(answer) for answer in lists.values())
    assert partner.get("persons/", q="Hiddenname").json()["count"] == 0
    assert partner.get("persons/", q=hidden.person.nominal_ref).json()["results"] == []
    assert partner.get("cases/", name="Hiddenname").json()["count"] == 0
    assert partner.get("deadlines/", case=hidden.case.pk).json()["count"] == 0
    assert partner.get(f"cases/{shared.case.pk}/").status_code == 200
    assert partner.get(f"persons/{shared.person.nominal_ref}/").status_code == 200


def test_an_agency_with_nothing_shared_sees_nothing(api_for: ApiFor, shared: Managed) -> None:
    api = api_for(Role.PARTNER_PRACTITIONER, agency="drugs")

    for path, query in LISTS.items():
        answer = api.get(path, **query).json()
        assert (answer["count"], answer["results"]) == (0, []), path
    assert api.get(f"cases/{shared.case.pk}/").status_code == 404
    assert api.get(f"referrals/{shared.referral.pk}/").status_code == 404
    assert api.get(f"persons/{shared.person.nominal_ref}/").status_code == 404


def test_an_agency_whose_agreement_has_ended_gets_no_answer_at_all(
    api_for: ApiFor, world: dict[str, Any], shared: Managed
) -> None:
    AgencyAccessFactory(person=shared.person, agency=world["lapsed"])
    with as_owner():
        shared.referral.referring_agency = world["lapsed"]
        shared.referral.save()
    api = api_for(Role.PARTNER_PRACTITIONER, agency="lapsed")

    one = (f"cases/{shared.case.pk}/", f"referrals/{shared.referral.pk}/")
    assert {api.get(path).status_code for path in (*LISTS, *one)} == {403}


LISTS = {"cases/": {}, "deadlines/": {}, "referrals/": {}, "persons/": {"q": "Sharedname"}}


def test_what_a_partner_may_not_see_is_absent_name_and_all(
    partner: Api, document: dict[str, Any], shared: Managed
) -> None:
    read = 0
    for path, method, _ in operations(document):
        if method == "get":
            query = {"q": "Sharedname"} if path == "persons/" else {}
            response = partner.get(address(path, shared), **query)
            if response.status_code == 200:
                read += 1
                names = set(keys(response.json()))
                assert [n for n in names for word in FORBIDDEN if word in n] == [], path
                assert SECRET not in response.content.decode(), path
    assert read >= 6


def test_the_police_read_scores_pack_and_decision_and_an_auditor_no_pack(
    sergeant: Api, api_for: ApiFor, shared: Managed
) -> None:
    referral = sergeant.get(f"referrals/{shared.referral.pk}/").json()
    audited = api_for(Role.AUDITOR).get(f"referrals/{shared.referral.pk}/").json()
    case = sergeant.get("cases/").json()["results"][0]

    assert referral["pack"]["person"] == SECRET
    assert referral["decision"]["considerations"]["police_intelligence"] == SECRET
    assert referral["referral"]["person"]["nominal_ref"] == shared.person.nominal_ref
    assert "pack" not in audited
    assert audited["decision"]["rationale"] == SECRET
    assert [score["published"] for score in case["scores"]] == [612]
    assert "scores" not in api_for(Role.AUDITOR).get("cases/").json()["results"][0]


@pytest.mark.parametrize(
    "role", [Role.SUPERVISOR, Role.PARTNER_PRACTITIONER, Role.CENTRAL_SPOC, Role.PRISON_OFFICER]
)
def test_pages_and_api_agree_on_totals(
    client_for: Callable[..., Client],
    world: dict[str, Any],
    model: Any,
    shared: Managed,
    hidden: Managed,
    role: Role,
) -> None:
    managed(world, model, unit="south")
    client = client_for(role)

    for path in ("cases/", "deadlines/", "referrals/"):
        page = client.get(f"/{path}").context["page"].page.paginator.count
        assert client.get(f"/api/v1/{path}").json()["count"] == page, path
    found = client.get("/people/", {"q": "family"}).context["found"].page.paginator.count
    assert client.get("/api/v1/persons/", {"q": "family"}).json()["count"] == found


def test_the_prioritised_list_agrees_with_its_page(sergeant: Api, shared: Managed, hidden: Managed) -> None:
    page = sergeant.client.get("/scores/ROR/").context["page"].count

    answer = sergeant.get("scores/ROR/").json()

    assert answer["count"] == page == 2
    assert [row["rank"] for row in answer["results"]] == [1, 1]
    assert sergeant.get("scores/ROR/", band="HIGH").json()["count"] == 0
    assert sergeant.get("scores/ROR/", unit="south").json()["count"] == 0


# What is read of an agency or a colleague; tests/sharing/test_api.py and tests/persons/test_api_reach.py read them.
OF_NO_CASE = ("agreements_", "agency_ledger_", "approvals_", "openings_")


def test_every_read_of_a_person_is_written_down_once(
    sergeant: Api, document: dict[str, Any], shared: Managed
) -> None:
    nobody = {"score_models_list", "emerging_tabs_list"}

    for path, method, operation in operations(document):
        if method == "get" and not operation["operationId"].startswith(OF_NO_CASE):
            query = {"q": "Sharedname"} if path == "persons/" else {}
            with as_owner():
                last = Act.objects.latest("id").pk if Act.objects.exists() else 0
            answered = sergeant.get(address(path, shared), **query).status_code
            if path == "persons/{nominal_ref}/young-person/":
                assert answered == 403  # not for a supervisor without a young person's case
                continue
            assert answered == 200, path

            with as_owner():
                act = Act.objects.get(id__gt=last)
                name = operation["operationId"]
                assert act.subjects == ([] if name in nobody else [shared.person.pk]), name
                assert act.action.startswith("look:API: ")


@pytest.mark.parametrize(
    ("path", "query", "budget"),
    [
        ("cases/", {}, 20),
        ("deadlines/", {}, 20),
        ("referrals/", {}, 20),
        ("persons/", {"q": "family"}, 22),
        ("scores/ROR/", {}, 24),
        ("emerging/north/", {}, 26),
    ],
)
def test_a_list_asks_the_database_as_often_for_ten_as_for_two(
    sergeant: Api, world: dict[str, Any], model: Any, path: str, query: dict[str, str], budget: int
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(sergeant.get(path, **query).json()["results"]) == made
        return len(queries)

    made = 2
    for _ in range(2):
        managed(world, model)
    first = asked()
    made = 10
    for _ in range(8):
        managed(world, model)

    assert asked() == first <= budget


def test_a_case_is_read_in_a_fixed_number_of_questions(sergeant: Api, shared: Managed) -> None:
    with CaptureQueriesContext(connection) as queries:
        sergeant.get(f"cases/{shared.case.pk}/")

    assert len(queries) <= 45


def test_pages_follow_one_another_without_gap_or_overlap(
    sergeant: Api, world: dict[str, Any], model: Any
) -> None:
    made = {managed(world, model).case.pk for _ in range(4)}

    url, seen = "/api/v1/cases/?page_size=2", []
    while url:
        answer = sergeant.client.get(url).json()
        assert answer["count"] == 4
        seen += [row["id"] for row in answer["results"]]
        url = answer["next"]

    assert sorted(seen) == sorted(made)


def test_a_list_is_read_to_its_end_though_its_count_stops() -> None:
    rows = list(range(COUNT_CAP + 203))

    before, last = slice_of(rows, 6, 200), slice_of(rows, 7, 200)

    assert (before.count, before.count_is_capped, before.more) == (COUNT_CAP, True, True)
    assert (last.rows, last.more) == (rows[1200:], False)
