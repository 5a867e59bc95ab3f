"""Search elsewhere, break-glass, openings by the API: reasons, step-up, supervision as on pages (SHR-2)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from iom.access.models import PersonUserGrant
from iom.access.scope import as_owner
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.kernel.step_up import API_SENTENCE
from iom.notifications.models import Notification
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
WHY = "He was seen at the address"


@pytest.fixture
def person(world: dict[str, Any]) -> Any:
    return PersonFactory(home_unit=world["south"], nominal_ref="NV5000009", family_name="Southmarker")


def sent(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def test_a_search_elsewhere_needs_a_reason_and_shows_enough_to_ask(
    person: Any, client_for: ClientFor
) -> None:
    client = client_for(Role.OFFENDER_MANAGER)

    short = sent(client, "elsewhere/", q="NV5000009", reason="short")
    [found] = sent(client, "elsewhere/", q="NV5000009", reason=WHY).json()["found"]

    assert (short.status_code, list(short.json())) == (400, ["reason"])
    assert (found["nominal_ref"], found["within_reach"]) == ("NV5000009", False)
    assert "date_of_birth" not in found
    with as_owner():
        assert Act.objects.filter(kind="search", reason=WHY, subjects=[person.pk]).exists()


def test_a_record_elsewhere_opens_for_a_time(person: Any, client_for: ClientFor) -> None:
    client = client_for(Role.OFFENDER_MANAGER)
    before = client.get("/api/v1/persons/NV5000009/").status_code

    opened = sent(client, "persons/NV5000009/open/", reason=WHY).json()

    assert before == 404
    assert opened["is_open"] is True
    assert opened["until"]
    assert client.get("/api/v1/persons/NV5000009/").status_code == 200
    assert sent(client, "persons/NV9999999/open/", reason=WHY).status_code == 404


def test_break_glass_asks_who_it_is_and_tells_supervision(person: Any, client_for: ClientFor) -> None:
    client_for(Role.INSPECTOR)
    sergeant = client_for(Role.SUPERVISOR)

    unsure = sent(
        client_for(Role.SUPERVISOR, confirmed=False), "emergency/", reference="NV5000009", reason=WHY
    )
    nobody = sent(sergeant, "emergency/", reference="NV9999999", reason=WHY)
    opened = sent(sergeant, "emergency/", reference="NV5000009", reason=WHY)

    assert (unsure.status_code, unsure.json()) == (403, {"detail": API_SENTENCE})
    assert (nobody.status_code, nobody.json()["is_open"]) == (200, False)
    assert opened.json()["is_open"] is True
    assert (
        sent(client_for(Role.OFFENDER_MANAGER), "emergency/", reference="NV5000009", reason=WHY).status_code
        == 403
    )
    with as_owner():
        assert PersonUserGrant.objects.filter(kind="break_glass").count() == 1
        assert Act.objects.filter(kind="break_glass").count() >= 2
        assert Notification.objects.filter(kind="emergency").exists()


def test_somebody_else_reviews_an_opening(person: Any, client_for: ClientFor) -> None:
    opener = client_for(Role.SUPERVISOR)
    sent(opener, "emergency/", reference="NV5000009", reason=WHY)
    south = client_for(Role.SUPERVISOR, unit="south")

    [waiting] = south.get("/api/v1/openings/").json()["results"]
    own = sent(opener, f"openings/{waiting['id']}/review/", note="It was all right")
    done = sent(south, f"openings/{waiting['id']}/review/", note="Rightly opened in the night")

    assert (waiting["person"], waiting["reason"], waiting["may_review"]) == ("NV5000009", WHY, True)
    assert own.status_code in (404, 409)
    assert done.json()["review_note"] == "Rightly opened in the night"
    assert south.get("/api/v1/openings/").json()["results"] == []
    assert len(south.get("/api/v1/openings/", {"show": "all"}).json()["results"]) == 1
    assert client_for(Role.OFFENDER_MANAGER).get("/api/v1/openings/").status_code == 403
