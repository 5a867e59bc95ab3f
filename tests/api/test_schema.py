"""The schema says what is there, and nothing else is there (issue: API)."""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from openapi_spec_validator import validate

from cohorts.rules.statuses import CHECKLIST_STEPS, DESELECTION_STEPS, PLAN_STEPS, REFERRAL_STEPS
from iom.access.api import Door
from iom.accounts.rules import Role
from tests.api.conftest import Api, operations


def test_the_schema_is_valid_and_is_made_without_a_warning() -> None:
    out = StringIO()

    call_command("spectacular", "--fail-on-warn", "--validate", stdout=out)

    assert out.getvalue().startswith("openapi: 3")


def test_another_validator_agrees(document: dict[str, Any]) -> None:
    validate(document)


def test_every_documented_method_leads_to_a_door_that_has_it(document: dict[str, Any]) -> None:
    values = {
        "nominal_ref": "NV0000001",
        "model": "ROR",
        "unit_code": "north",
        "code": "probation",
        "id": "1",
    }

    for path, method, operation in operations(document):
        filled = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], path)
        door = resolve(f"/api/v1/{filled}").func.cls

        assert door.operations[method].name == operation["operationId"]


def doors(patterns: list[URLPattern | URLResolver]) -> list[type[Door]]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += doors(pattern.url_patterns)
        elif issubclass(getattr(pattern.callback, "cls", type), Door):
            found.append(pattern.callback.cls)
    return found


def test_every_door_is_documented(document: dict[str, Any]) -> None:
    built = {one.name for door in doors(get_resolver().url_patterns) for one in door.operations.values()}

    documented = [operation["operationId"] for _, _, operation in operations(document)]

    assert sorted(documented) == sorted(built)


@pytest.mark.parametrize(
    ("noun", "table", "elsewhere"),
    [
        ("referrals", REFERRAL_STEPS, set()),
        ("checklist", CHECKLIST_STEPS, set()),
        ("deselections", DESELECTION_STEPS, set()),
        ("plans", PLAN_STEPS, {"replace"}),
    ],
)
def test_every_step_people_take_has_an_address_of_its_name(
    document: dict[str, Any], noun: str, table: dict[str, Any], elsewhere: set[str]
) -> None:
    paths = {path for path, _, _ in operations(document)}

    missing = [
        step
        for step in table
        if f"{noun}/{{id}}/{step.replace('_', '-')}/" not in paths and step not in elsewhere
    ]

    assert missing == []


def test_every_operation_says_how_it_refuses(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        needed = {"400", "403", "404"} | ({"409", "415"} if method == "post" else set())

        assert needed <= set(operation["responses"]), (method, path)
        assert operation["summary"], (method, path)


def test_lists_of_codes_have_names_and_are_never_written_out(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        for field, kind in schema.get("properties", {}).items():
            assert "enum" not in kind, (name, field)


@pytest.mark.django_db
def test_the_page_lists_every_operation_under_the_strict_policy(
    client_for: Callable[..., Client], document: dict[str, Any]
) -> None:
    response = client_for(Role.PARTNER_PRACTITIONER).get("/api/v1/")
    page = response.content.decode()

    assert response.status_code == 200
    for path, method, _ in operations(document):
        assert f"<code>{method.upper()} /api/v1/{path}</code>" in page
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*(src|nonce)=)", page)
    assert " style=" not in page


@pytest.mark.django_db
def test_the_schema_is_served_to_callers_alone(partner: Api) -> None:
    assert partner.get("schema/").status_code == 200
    assert partner.get("schema/", format="json").json()["openapi"].startswith("3")
    assert Client().get("/api/v1/schema/").status_code == 403


@pytest.mark.django_db
def test_an_administrator_has_no_use_for_the_api(api_for: Callable[..., Api]) -> None:
    administrator = api_for(Role.ADMINISTRATOR)

    assert administrator.get("").status_code == administrator.get("schema/").status_code == 403
