"""Requests made from the OpenAPI document, as every role: no fault, no undeclared answer (security.md, check 7)."""

import os
from datetime import timedelta
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS
from urllib3 import HTTPResponse

from tests.architecture.test_api_matrix import DOCUMENT, ID_OF
from tests.architecture.test_role_url_matrix import unmarked
from tests.scene import Scene
from tests.security.measures import note_figure

WHOLE = os.environ.get("IOM_SECURITY") == "whole"
ROLES = (
    ("supervisor", "partner_share", "auditor")
    if not WHOLE
    else ("anonymous", "no_membership", "manager_own", "manager_other", "supervisor", "central_spoc", "support",
          "prison_officer", "partner_share", "partner_lapsed", "partner_youth", "analyst", "auditor", "administrator")
)  # fmt: skip
EXAMPLES = 30 if WHOLE else 2
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
ASKED = [CHECKS.get_one(name) for name in ("not_a_server_error", "status_code_conformance",
                                          "content_type_conformance", "response_schema_conformance")]  # fmt: skip
OPERATIONS = [one.ok() for one in SCHEMA.get_all_operations()]
asked = 0


def of_the_scene(scene: Scene, path: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Half of the numbers lead to records that are there, so that more than refusals is tried."""
    first = path.removeprefix("/api/v1/").split("/")[0]
    thing = scene.objects["north"]
    real = {
        "id": ID_OF.get(first, "case"),
        "nominal_ref": "nominal_ref",
        "unit_code": "unit_code",
        "model": "model",
    }
    return {
        name: thing[real[name]] if name in real and len(str(value)) % 2 == 0 else value
        for name, value in parameters.items()
    }


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_an_operation_answers_as_it_says_whatever_it_is_sent(scene: Scene, operation: Any) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=not WHOLE,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def asks(case: Any) -> None:
        global asked
        case.path_parameters = of_the_scene(scene, operation.path, dict(case.path_parameters or {}))
        for who in ROLES:
            asked += 1
            case.validate_response(send(scene.browsers[who], case), checks=ASKED)

    asks()


def send(client: Any, case: Any) -> requests.Response:
    """The case by the test browser, in the transaction of the scene; the answer as a plain response."""
    wanted = {"method", "url", "headers", "params", "json", "data", "cookies", "files"}
    made = {k: v for k, v in case.as_transport_kwargs(base_url="http://testserver").items() if k in wanted}
    asked_for = requests.Request(**made).prepare()
    body = asked_for.body or b""
    found = unmarked(
        client,
        asked_for.method or "GET",
        asked_for.path_url,
        data=body.encode() if isinstance(body, str) else body,
        content_type=asked_for.headers.get("Content-Type", "application/json"),
    )
    answer = requests.Response()
    answer.status_code = found.status_code
    answer.headers.update(found.headers.items())
    answer._content = found.getvalue() if found.streaming else found.content
    answer.request, answer.url = asked_for, asked_for.url or ""
    answer.encoding = "utf-8"
    answer.elapsed = timedelta(0)
    answer.raw = HTTPResponse(
        body=answer._content, headers=dict(found.headers.items()), status=found.status_code
    )
    return answer


def test_the_figures_are_kept() -> None:
    note_figure("openapi", {"requests": asked, "roles": len(ROLES)})
