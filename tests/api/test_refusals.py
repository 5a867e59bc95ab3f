"""How the API says no: to strangers, to roles, to what is not yours, to nonsense."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from iom.access.scope import as_owner
from iom.accounts.rules import Power, Role, may
from iom.audit.models import Act
from tests.api.conftest import Api, Managed, address, operations
from tests.factories import UserFactory
from tests.world import browser_of

pytestmark = pytest.mark.django_db
ApiFor = Callable[..., Api]

P = Power
# Which power opens each read; the acts are asked for by the services and stand in tests/api/test_acts.py.
READS = {
    "persons_search": P.SEE_PEOPLE,
    "persons_retrieve": P.SEE_PEOPLE,
    "score_models_list": P.SEE_SCORES,
    "scores_list": P.SEE_SCORES,
    "person_scores_list": P.SEE_SCORES,
    "score_explain": P.SEE_SCORES,
    "score_history_list": P.SEE_SCORES,
    "local_calculations_list": P.SEE_SCORES,
    "emerging_tabs_list": P.SEE_SCORES,
    "emerging_entries_list": P.SEE_SCORES,
    "emerging_alerts_retrieve": P.SEE_SCORES,
    "referrals_list": P.SEE_PEOPLE,
    "referrals_retrieve": P.SEE_PEOPLE,
    "referrals_candidates_list": P.RESEARCH,
    "cases_list": P.SEE_PEOPLE,
    "cases_retrieve": P.SEE_PEOPLE,
    "cases_managers_list": P.ALLOCATE,
    "deadlines_list": P.SEE_PEOPLE,
    "documents_list": P.SEE_DOCUMENTS,
    "documents_retrieve": P.SEE_DOCUMENTS,
}
# Records of a compartment, and what is asked of an agency or a colleague and not of a managed person.
IN_THE_MATRIX = ("records_", "agreements_", "ledger_", "agency_ledger_", "approvals_", "openings_")
NORTH = {Role.OFFENDER_MANAGER, Role.SUPERVISOR, Role.INSPECTOR, Role.SUPPORT}
HUB = {Role.PRISON_OFFICER, Role.PRISON_SUPERVISOR}


def reads(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Every read but those that turn on more than the role: they stand in `tests/architecture/api_matrix.csv`."""
    found = [(o["operationId"], path) for path, method, o in operations(document) if method == "get"]
    return [(name, path) for name, path in found if not name.startswith(IN_THE_MATRIX)]


def test_every_read_stands_in_the_table(document: dict[str, Any]) -> None:
    assert sorted(name for name, _ in reads(document)) == sorted(READS)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_what_its_powers_and_its_reach_open(
    api_for: ApiFor, document: dict[str, Any], shared: Managed, role: Role
) -> None:
    """The hub sees no one of North's who is free; every other role may reach the shared person."""
    api = api_for(role)

    for name, path in reads(document):
        query = {"q": "Sharedname"} if name == "persons_search" else {}
        reached = api.get(address(path, shared), **query).status_code

        if not (may(role, P.USE_API) and may(role, READS[name])):
            assert reached == 403, name
        elif role in HUB and ("{id}" in path or "{nominal_ref}" in path or "{unit_code}" in path):
            assert reached == 404, name
        else:
            assert reached == 200, name


def test_a_stranger_gets_403_everywhere(document: dict[str, Any], shared: Managed) -> None:
    api = Api(Client())

    for path, method, operation in operations(document):
        response = getattr(api, method)(address(path, shared))

        assert response.status_code == 403, operation["operationId"]
        assert set(response.json()) == {"detail"}


def test_somebody_without_a_current_membership_gets_403_as_json(world: dict[str, Any]) -> None:
    client = browser_of(UserFactory())

    response = client.get("/api/v1/cases/")

    assert response.status_code == 403
    assert set(response.json()) == {"detail"}


def test_a_post_without_the_token_of_the_session_is_refused(sergeant: Api, shared: Managed) -> None:
    sergeant.client.handler.enforce_csrf_checks = True

    response = sergeant.post(
        f"deadlines/{shared.deadline.pk}/extend/", {"new_due_on": "2027-01-01", "reason": "x"}
    )

    assert response.status_code == 403
    assert "CSRF" in response.json()["detail"]


def test_absent_and_not_yours_have_one_answer(
    api_for: ApiFor, document: dict[str, Any], shared: Managed, hidden: Managed
) -> None:
    """A partner asks for a record of somebody not shared, and for one that is not there."""
    partner = api_for(Role.PARTNER_MANAGER)
    absent = {str(pk): "987654321" for pk in (hidden.case.pk, hidden.referral.pk, hidden.deadline.pk)}

    for path in (
        f"persons/{hidden.person.nominal_ref}/",
        f"cases/{hidden.case.pk}/",
        f"referrals/{hidden.referral.pk}/",
    ):
        not_yours = partner.get(path)
        missing = partner.get(path.replace(path.split("/")[1], absent.get(path.split("/")[1], "NV9999999")))

        assert not_yours.status_code == missing.status_code == 404
        assert not_yours.content == missing.content == b'{"detail":"Not found."}'


def test_no_act_reaches_what_is_not_yours(api_for: ApiFor, document: dict[str, Any], hidden: Managed) -> None:
    """A partner's act on somebody not shared says "not found" and nothing else, whatever else is wrong with it."""
    partner = api_for(Role.PARTNER_MANAGER)
    acts = [(p, o) for p, m, o in operations(document) if m == "post" and "{id}" in p]
    assert len(acts) > 25
    by_role_alone = {"emerging_alerts_review", "openings_review"}

    for path, operation in acts:
        response = partner.post(address(path, hidden), body_for(document, operation))

        if operation["operationId"] in by_role_alone:
            assert response.status_code == 403
        else:
            assert (response.status_code, response.json()) == (404, {"detail": "Not found."}), path


def body_for(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """A body that is well formed, made from the schema."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = content.get("schema", {})
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if operation["operationId"] == "cases_move_placement":
        return {"national": "fixed:burglary", "rationale": "Words"}
    known = {
        "agency": "probation", "owner_agency": "probation", "agencies": ["police", "probation"], "unit": "north",
        "nominal_ref": "NV0000001", "manager": 1,
    }  # fmt: skip
    wanted = [
        *schema.get("required", ()),
        *(["manager"] if "manager" in schema.get("properties", {}) else []),
    ]
    return {name: known.get(name, value(document, schema["properties"][name])) for name in wanted}


def value(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    for one in (schema, *schema.get("allOf", ())):
        if "$ref" in one:
            return next(
                code
                for code in document["components"]["schemas"][one["$ref"].rpartition("/")[2]]["enum"]
                if code
            )
    formats = {"date": "2026-06-01", "date-time": "2026-06-01T10:00:00Z"}
    return formats.get(schema.get("format", ""), {"integer": 1, "boolean": True}.get(schema["type"], "Words"))


def takes_json(operation: dict[str, Any]) -> bool:
    """Whether the act takes a body that is no file."""
    return "application/json" in operation.get("requestBody", {}).get("content", {})


@pytest.mark.parametrize("body", ["[]", '"x"', "null", "{", "[" * 20_000, '{"reason": NaN}', "\xff"])
def test_no_body_breaks_an_act(sergeant: Api, document: dict[str, Any], shared: Managed, body: str) -> None:
    for path, method, operation in operations(document):
        if method == "post" and takes_json(operation):
            response = sergeant.client.post(
                f"/api/v1/{address(path, shared)}", body.encode("latin-1"), content_type="application/json"
            )

            assert response.status_code == 400, (path, response.content)
            assert all(isinstance(said, list) for said in response.json().values())


NONSENSE: list[Any] = [
    "",
    None,
    [],
    {},
    2**70,
    -1,
    "\x00",
    "\ud800",
    "9999-12-31",
    "0001-01-01",
    "x" * 9000,
    ["\x00"],
]


@pytest.mark.parametrize("wrong", NONSENSE, ids=lambda wrong: json.dumps(wrong)[:12])
def test_no_value_of_a_field_breaks_an_act(
    sergeant: Api, document: dict[str, Any], shared: Managed, fresh: Any, wrong: Any
) -> None:
    for path, method, operation in operations(document):
        if method != "post" or not takes_json(operation):
            continue
        reference = operation["requestBody"]["content"]["application/json"]["schema"].get("$ref", "")
        fields = document["components"]["schemas"][reference.rpartition("/")[2]]["properties"]
        good = body_for(document, operation)
        for field in fields:
            response = sergeant.client.post(
                f"/api/v1/{address(path, shared)}",
                json.dumps({**good, field: wrong}),
                content_type="application/json",
            )

            assert response.status_code < 500, (path, field, response.content)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("cases/", {"page": "0"}),
        ("cases/", {"page": "two"}),
        ("cases/", {"page": "7"}),
        ("cases/", {"page": "9" * 30}),
        ("cases/", {"page_size": "201"}),
        ("cases/", {"page_size": "0"}),
        ("cases/", {"status": "gone"}),
        ("cases/", {"statuz": "closed"}),
        ("cases/", {"unit": "nowhere"}),
        ("cases/", {"sort": "rationale"}),
        ("cases/", {"manager": "9" * 30}),
        ("cases/", {"mine": "perhaps"}),
        ("deadlines/", {"due_from": "30 June"}),
        ("deadlines/", {"due_from": "0001-01-01"}),
        ("deadlines/", {"state": "late-ish"}),
        ("referrals/", {"ground": "none"}),
        ("persons/", {}),
        ("persons/", {"q": ""}),
        ("persons/", {"q": "x" * 200}),
        ("scores/ROR/", {"band": "HUGE"}),
        ("scores/ROR/", {"page": "2"}),
        ("persons/NV0000001/scores/ROR/", {"as_of": "2999-01-01"}),
        ("persons/NV0000001/scores/ROR/", {"as_of": "1900-01-01"}),
        ("persons/NV0000001/scores/ROR/", {"as_of": "2026-02-30"}),
    ],
)
def test_a_question_that_makes_no_sense_says_which_part(
    sergeant: Api, path: str, query: dict[str, str]
) -> None:
    response = sergeant.get(path, **query)

    assert response.status_code == 400
    assert set(response.json()) == (set(query) or {"q"})


@pytest.mark.parametrize("path", ["cases/?name=%00", "cases/?%00=1", "persons/%00%00%00/"])
def test_a_null_character_in_an_address_is_refused(sergeant: Api, path: str) -> None:
    response = sergeant.get(path)

    assert response.status_code == 400
    assert set(response.json()) == {"address"}


def test_an_address_that_is_not_there_answers_in_json(sergeant: Api) -> None:
    for path in ("nothing/", "cases/abc/", "cases/1", "cases/99999999999999999999999/", "persons/%21%21%21/"):
        response = sergeant.get(path)

        assert (response.status_code, response.json()) == (404, {"detail": "Not found."}), path


def test_a_body_that_is_no_json_or_too_large_is_not_read(sergeant: Api, shared: Managed) -> None:
    url = f"/api/v1/deadlines/{shared.deadline.pk}/extend/"

    assert sergeant.client.post(url, {"reason": "x"}).status_code == 415
    assert sergeant.client.post(url, b" " * (1024**2 + 1), content_type="application/json").status_code == 413
    assert sergeant.client.put(url, {}, content_type="application/json").status_code == 405


def test_what_was_denied_is_written_down(partner: Api, hidden: Managed) -> None:
    partner.get(f"cases/{hidden.case.pk}/")

    with as_owner():
        denied = Act.objects.get(kind="denied")
        assert denied.detail == {"path": f"/api/v1/cases/{hidden.case.pk}/", "status": 404}
