"""Agreements, the ledger, second signatures by the API: rules and records as on the pages (SHR-1, NEW-5)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from iom.access.actor import Actor
from iom.access.scope import as_owner
from iom.accounts.rules import Role
from iom.approvals.models import Approval
from iom.audit.models import Act
from iom.kernel.step_up import API_SENTENCE
from iom.sharing.models import IntelligenceItemGroupGrant
from iom.sharing.rules import What
from tests.sharing.factories import WORDS, asked, disclosed

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]


def sent(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def test_somebody_else_signs_by_the_api_and_the_asker_cannot(
    world: dict[str, Any], item: Any, sergeant: Actor, inspector: Actor, client_for: ClientFor
) -> None:
    approval = asked(What.ITEM, item, world["probation"], by=sergeant)
    one = f"approvals/{approval.pk}/"

    waiting = client_for(inspector).get("/api/v1/approvals/").json()["results"]
    shown = client_for(inspector).get(f"/api/v1/{one}").json()
    by_asker = sent(client_for(sergeant), f"{one}approve/", {})
    unsure = sent(client_for(inspector, confirmed=False), f"{one}approve/", {})
    done = sent(client_for(inspector), f"{one}approve/", {"reason": "Checked against the source"})
    again = sent(client_for(inspector), f"{one}approve/", {})

    assert [row["id"] for row in waiting] == [approval.pk]
    assert {"name": "Words that go out", "words": WORDS} in shown["asked_for"]
    assert shown["may_decide"] is True
    assert by_asker.status_code in (403, 409)
    assert (unsure.status_code, unsure.json()) == (403, {"detail": API_SENTENCE})
    assert (done.status_code, done.json()["approval"]["state"]) == (200, "approved")
    assert again.status_code == 409
    with as_owner():
        assert IntelligenceItemGroupGrant.objects.count() == 1
        assert Act.objects.filter(action="sharing.item.disclosed", kind="disclose").count() == 1


def test_a_refusal_by_the_api_says_why_and_gives_nothing(
    world: dict[str, Any], item: Any, sergeant: Actor, inspector: Actor, client_for: ClientFor
) -> None:
    approval = asked(What.ITEM, item, world["probation"], by=sergeant)

    short = sent(client_for(inspector), f"approvals/{approval.pk}/refuse/", {"reason": "No"})
    done = sent(
        client_for(inspector), f"approvals/{approval.pk}/refuse/", {"reason": "It would name the source"}
    )

    assert (short.status_code, list(short.json())) == (400, ["reason"])
    assert done.json()["approval"]["state"] == "refused"
    with as_owner():
        assert Approval.objects.get().decision_reason == "It would name the source"
        assert not IntelligenceItemGroupGrant.objects.exists()


def test_the_ledger_is_the_pages_and_never_repeats_what_was_given(
    world: dict[str, Any], item: Any, person: Any, sergeant: Actor, inspector: Actor, partner: Actor,
    client_for: ClientFor,
) -> None:  # fmt: skip
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    path = f"/api/v1/persons/{person.nominal_ref}/ledger/"

    of_person = client_for(sergeant).get(path, {"medium": "item"})
    of_agency = client_for(partner).get("/api/v1/agencies/probation/ledger/")
    central = client_for(Role.CENTRAL_SPOC).get("/api/v1/agencies/probation/ledger/", {"medium": "item"})

    [line] = of_person.json()["results"]
    assert (line["recipient"], line["signed_by"]) == (world["probation"].name, inspector.name)
    assert WORDS not in of_person.content.decode()
    assert [row["person"] for row in central.json()["results"]] == [person.nominal_ref]
    assert of_agency.json()["count"] >= 1
    assert client_for(partner).get(path).status_code == 403
    assert client_for(partner).get("/api/v1/agencies/drugs/ledger/").status_code == 404
    assert client_for(sergeant).get("/api/v1/agencies/probation/ledger/").status_code == 403
    with as_owner():
        acts = Act.objects.filter(action="look:API: sharing of a person")
        assert [act.subjects for act in acts] == [[person.pk]]


def test_an_agency_reads_its_own_agreements_alone(
    world: dict[str, Any], partner: Actor, sergeant: Actor, client_for: ClientFor
) -> None:
    own = client_for(partner).get("/api/v1/agreements/").json()["results"]
    every = client_for(sergeant).get("/api/v1/agreements/").json()["results"]
    drugs = next(row["id"] for row in every if row["agency"]["code"] == "drugs")

    assert {row["agency"]["code"] for row in own} == {"probation"}
    assert {row["state"] for row in every} >= {"in_force", "lapsed"}
    assert client_for(partner).get(f"/api/v1/agreements/{drugs}/").status_code == 404
    assert client_for(sergeant).get(f"/api/v1/agreements/{drugs}/").json()["data_classes"]
