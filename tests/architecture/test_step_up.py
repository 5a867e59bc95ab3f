"""Who takes information out, gives it away, breaks the glass or changes sign-ins is asked again who it is (SHR-3).

One reviewed table: an address whose name says that it does such a thing is in it, or stands below with the reason why
it asks nothing. The table is tried on a session that nobody has confirmed.
"""

import json
import re
from typing import Any

import pytest
from django.test import Client

from iom.access.scope import as_owner
from iom.accounts.models import User
from iom.kernel.step_up import API_SENTENCE
from tests.architecture.addresses import addresses
from tests.architecture.test_api_matrix import OPERATIONS, body_of, path_of
from tests.architecture.test_role_url_matrix import EXPECTED, unmarked, url_of
from tests.scene import Scene
from tests.world import browser_of

DOORS = {
    "export": """
        audit:act_export audit:anchor documents:download documents:download_sensitive feeds:rejects
        records:exploitation_csv records:intelligence_csv records:notes_csv records:tactics_csv records:victims_csv
        records:young_person_csv reports:compliance_download reports:decisions_csv reports:ledger_pdf
        reports:record_pack reports:record_pack_keep retention:bundle_json retention:bundle_pdf scoring:comparison_csv
        scoring:model_csv sharing:agency_export sharing:ledger_export worth:download
    """,
    "disclosure": """
        approvals:approve approvals:refuse cohorts:change_share cohorts:review_line cohorts:share documents:audience
        meetings:meeting_disclose persons:lift persons:name_user records:notes_audience retention:ask retention:dispose
        retention:give sharing:agreement_add sharing:agreement_amend sharing:disclose
    """,
    "break_glass": "persons:emergency",
    "score_model": "scoring:model_ask scoring:model_shadow",
    "user_admin": """
        feeds:end_sender feeds:new_sender
        signin:invite signin:person_act signin:person_add signin:person_draw signin:person_end signin:person_link
        signin:person_move signin:provider signin:provider_add
    """,
}
API_DOORS = {
    "approvals_approve": "disclosure",
    "approvals_refuse": "disclosure",
    "cases_share": "disclosure",
    "documents_download": "export",
    "emergency_open": "break_glass",
}
# What only sounds like one of them.
ASKS_NOTHING = {
    "approvals:withdraw": "takes one's own request back",
    "audit:export_form": "asks for the reason; the file asks",
    "cohorts:stop_sharing": "gives nothing away",
    "cohorts:shares": "shows what is shared",
    "meetings:meeting_disclosure": "records that a statement was read aloud",
    "persons:people": "a search among one's own people",
    "persons:end_naming": "gives nothing away",
    "retention:bundle": "shows the answer before it is taken out",
    "scoring:model_csv": "the numbers of a model, which name nobody",
    "sharing:agency": "a page",
    "sharing:agreement_detail": "a page",
    "sharing:agreement_end": "gives nothing away",
    "sharing:consent": "records what the person said",
    "sharing:person": "a page",
    "sharing:received": "a page",
    "sharing:received_decision": "a page",
    "sharing:received_item": "a page",
    "sharing:revoke": "gives nothing away",
    "sharing:write_down": "records what was given outside the product",
    "signin:people": "a page",
    "signin:person": "a page",
    "signin:providers": "a page",
}
SOUNDS_LIKE = re.compile(
    r"export|download|anchor|disclos|shar|emergency|pack|bundle|approvals:(approve|refuse)|give|_csv|_pdf|_json|audience"
    r"|rejects|name_user|persons:lift|signin:(people|person|provider)(_|s|$)(?!start|back)|signin:invite$"
)
REASON_OF = {name: reason for reason, names in DOORS.items() for name in names.split()}
ROLES = (
    *("supervisor", "inspector", "central_spoc", "administrator", "auditor"),
    *("partner_housing", "partner_share", "analyst"),
)


def test_every_address_that_sounds_like_a_way_out_asks_or_says_why_not() -> None:
    names = {one.name for one in addresses()}
    found = {name for name in names if SOUNDS_LIKE.search(name)}

    assert found - set(REASON_OF) - set(ASKS_NOTHING) == set()
    assert set(REASON_OF) <= names


def test_every_view_that_asks_is_in_the_table() -> None:
    asking = {one.name: _asks(one.view) for one in addresses()}
    decided_inside = {"approvals:approve", "approvals:refuse"}

    told = {name: reason for name, reason in asking.items() if reason and reason != "security"}
    assert told == {name: reason for name, reason in REASON_OF.items() if name not in decided_inside}


@pytest.fixture
def unsure(stage: Scene) -> dict[str, Client]:
    """The same people in sessions that they have not confirmed."""
    with as_owner():
        users = {who: User.objects.get(pk=stage.actors[who].user_id) for who in ROLES}
    return {who: browser_of(user, confirmed=False) for who, user in users.items()}


@pytest.mark.parametrize("name", sorted(REASON_OF))
def test_each_of_them_asks_whoever_may_come_in_and_has_not_confirmed(
    stage: Scene, unsure: dict[str, Client], name: str
) -> None:
    method = "GET" if (name, "GET", "north") in EXPECTED else "POST"
    thing, may = _who_may(name, method)

    answers = {who: unmarked(unsure[who], method, url_of(stage, name, thing)) for who in may}

    assert may
    sent_on = 302 if method == "GET" else 307
    assert {who: found.status_code for who, found in answers.items()} == dict.fromkeys(may, sent_on)
    assert {_asked_for(found) for found in answers.values()} <= {REASON_OF[name]}


@pytest.mark.parametrize("operation", sorted(API_DOORS))
def test_each_act_of_the_api_refuses_whoever_has_not_confirmed(
    stage: Scene, unsure: dict[str, Client], operation: str
) -> None:
    method, path = OPERATIONS[operation][0], path_of(stage, operation, "north")
    body = body_of(stage, operation, stage.objects["north"].values)

    found = unmarked(
        unsure["inspector"], method, path, data=json.dumps(body), content_type="application/json"
    )

    assert (found.status_code, found.json()) == (403, {"detail": API_SENTENCE})


def _who_may(name: str, method: str) -> tuple[str, list[str]]:
    """An object and the people who are let in there; else those to whom it says that something is missing."""
    for status in (200, 302, 404):
        for thing in ("north", "child"):
            line = EXPECTED.get((name, method, thing), {})
            if may := [who for who in ROLES if line.get(who) == status]:
                return thing, may
    return "north", []


def _asks(view: Any) -> str:
    while view is not None:
        if hasattr(view, "steps_up"):
            return str(view.steps_up)
        view = getattr(view, "__wrapped__", None)
    return ""


def _asked_for(found: Any) -> str:
    """The reason for which an answer leads to the confirmation page; empty where it leads elsewhere."""
    where = re.search(r"^/signin/confirm/\?.*\bfor=(\w+)", found["Location"])
    return where[1] if where else ""
