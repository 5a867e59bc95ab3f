"""Who gets what of each operation of the API (security.md): one reviewed table, `api_matrix.csv`.

A line is an operation of the OpenAPI document and an object of `tests/scene.py`; its columns are the visitors, its
cells the expected status. An act is sent what its description asks for, so that it is refused for whom it concerns and
not for its spelling.
"""

import csv
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from drf_spectacular.generators import SchemaGenerator

from cohorts.rules.vocabulary import SELECTION_CONSIDERATIONS
from tests.architecture.test_role_url_matrix import unmarked
from tests.scene import VISITORS, Scene
from tests.security.markers import Seeded, leaks, text_of
from tests.today import TODAY, at

pytestmark = pytest.mark.usefixtures("seeded")
TABLE = Path(__file__).with_name("api_matrix.csv")
# What stands for {id}, by the first part of the path.
ID_OF = {
    "referrals": "referral",
    "cases": "case",
    "deadlines": "deadline_id",
    "checklist": "item_id",
    "plans": "plan_id",
    "actions": "action_id",
    "engagements": "engagement_id",
    "emerging": "alert_id",
    "deselections": "deselection_id",
    "notices": "notice_id",
    "documents": "document",
    "openings": "opening",
    "agreements": "agreement",
    "approvals": "approval",
}
LATER = str(TODAY + timedelta(days=20))
# What no description tells: codes that exist, people there are, days that the rules allow.
KNOWN: dict[str, Any] = {
    "agency": "probation",
    "owner_agency": "probation",
    "agencies": ["police", "probation"],
    "unit": "north",
    "due_on": LATER,
    "review_on": LATER,
    "reference": "NV1000001",
}
SAMPLES: dict[str, dict[str, Any]] = {
    "actions_update": {"progress": "Booked for Tuesday"},
    "cases_allocate_manager": {"manager": "manager_own"},
    "cases_move_placement": {"three_cohort": "reoffending:serious_acquisitive"},
    "deadlines_extend": {"new_due_on": str(TODAY + timedelta(days=60))},
    "documents_download": {"reason": "Needed for the board"},
    "elsewhere_search": {"q": "NV1000001"},
    "engagements_plan": {"planned_at": at(-20).isoformat()},
    "referrals_select": dict.fromkeys(SELECTION_CONSIDERATIONS, "Considered"),
}

# Whoever searches another district by the whole reference is told whose it is: that is what the search is for.
SHOWN_ON_PURPOSE = {("elsewhere_search", "the name of Northmarker")}


def body_of(scene: Scene, operation: str, numbers: dict[str, Any]) -> dict[str, Any]:
    """What an act is sent: what its description asks for, put right where the rules ask for more."""
    described = OPERATIONS[operation][2].get("requestBody", {}).get("content", {})
    schema = described.get("application/json", {}).get("schema", {})
    sent = (sample(schema, numbers) or {}) | SAMPLES.get(operation, {})
    return {key: scene.actors[value].user_id if key == "manager" else value for key, value in sent.items()}


DOCUMENT = SchemaGenerator().get_schema(request=None, public=True)
# Operation id -> method, path below /api/v1/, description.
OPERATIONS = {
    found["operationId"]: (method.upper(), path.removeprefix("/api/v1/"), found)
    for path, methods in DOCUMENT["paths"].items()
    for method, found in methods.items()
}


def sample(schema: dict[str, Any], numbers: dict[str, Any], name: str = "") -> Any:
    """A value of the described kind; a record's number is one of the scene where there is one of that name."""
    if not schema:
        return {}
    if name in KNOWN:
        return KNOWN[name]
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for part in ("allOf", "oneOf", "anyOf"):
        if part in schema:
            return sample(schema[part][0], numbers, name)
    if "enum" in schema:
        return next(code for code in schema["enum"] if code)
    match schema.get("type"):
        case "object":
            wanted = schema.get("required", [])
            return {key: sample(schema["properties"][key], numbers, key) for key in wanted}
        case "array":
            return [sample(schema["items"], numbers, name)]
        case "integer":
            return (
                numbers["agency_id"] if "agency" in name and "agency_id" in numbers else numbers.get(name, 1)
            )
        case "boolean":
            return True
    form = schema.get("format")
    if form in ("date", "date-time"):
        return str(TODAY) if form == "date" else at(0, 0).isoformat()
    return numbers.get(name, "Marker said why")


def keys_of(path: str) -> dict[str, str]:
    """The arguments in a path -> the names that the scene gives them."""
    names = re.findall(r"\{(\w+)\}", path)
    return {name: ID_OF.get(path.split("/")[0], name) if name == "id" else name for name in names}


def fills(scene: Scene, thing: str, path: str) -> bool:
    """Whether the object has a record for the path; what names no record is asked once, of `north`."""
    keys = set(keys_of(path).values())
    return keys <= set(scene.objects[thing].values) and (thing == "north" or not keys <= {"model", "code"})


def path_of(scene: Scene, operation: str, thing: str) -> str:
    path = OPERATIONS[operation][1]
    for name, key in keys_of(path).items():
        path = path.replace(f"{{{name}}}", str(scene.objects[thing][key]))
    return f"/api/v1/{path}"


def answer(scene: Scene, who: str, operation: str, thing: str) -> Any:
    """What the operation answers, without leaving a trace."""
    method, _, described = OPERATIONS[operation]
    numbers = scene.objects[thing].values
    path = path_of(scene, operation, thing)
    if method == "GET":
        asked = {
            one["name"]: sample(one["schema"], numbers, one["name"])
            for one in described.get("parameters", [])
            if one["in"] == "query" and one.get("required")
        }
        return unmarked(scene.browsers[who], "GET", path, QUERY_STRING=urlencode(asked))
    body = json.dumps(body_of(scene, operation, numbers))
    return unmarked(scene.browsers[who], method, path, data=body, content_type="application/json")


def table() -> dict[tuple[str, str], dict[str, int]]:
    with TABLE.open(newline="") as lines:
        return {
            (row["operation"], row["object"]): {name: int(row[name]) for name in VISITORS}
            for row in csv.DictReader(lines)
        }


EXPECTED = table()


def test_every_operation_is_in_the_table_for_every_object_that_has_a_record(scene: Scene) -> None:
    wanted = {
        (name, thing)
        for name, (_, path, _) in OPERATIONS.items()
        for thing in scene.objects
        if thing != "absent" and fills(scene, thing, path)
    }

    assert wanted == set(EXPECTED)


@pytest.mark.parametrize("key", EXPECTED, ids=" ".join)
def test_each_caller_gets_the_answer_of_the_table_and_is_shown_no_more(
    scene: Scene, seeded: Seeded, key: tuple[str, str]
) -> None:
    """The status, and no marker that its caller may not see (security.md, checks 1 and 2).

    Who is told that nothing is there is told the same, word for word, where nothing is.
    """
    answers = {who: answer(scene, who, *key) for who in VISITORS}

    assert {who: found.status_code for who, found in answers.items()} == EXPECTED[key]
    assert [
        (who, leak)
        for who, found in answers.items()
        for leak in leaks(seeded, who, text_of(found))
        if (key[0], leak) not in SHOWN_ON_PURPOSE
    ] == []
    for who in ("manager_other", "partner_no_share", "partner_lapsed", "partner_ended"):
        if key[1] == "north" and "{" in OPERATIONS[key[0]][1] and answers[who].status_code == 404:
            absent = answer(scene, who, key[0], "absent")
            assert (who, absent.status_code, absent.content) == (who, 404, answers[who].content)
