"""The page of messages."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from iom.access.scope import as_owner, as_service
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.notifications import services
from iom.notifications.models import Notification
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 10, 2, 49, tzinfo=UTC)
ClientFor = Callable[..., Client]


def tell(client: Client, key: str, **more: Any) -> int:
    user_id = client.actor.user_id  # type: ignore[attr-defined]
    with as_service():
        services.notify(
            user_id, key=key, kind="x", subject=f"Subject {key}", body=f"Body {key}", at=AT, **more
        )
        return Notification.objects.get(user_id=user_id, key=key).pk


def test_without_messages_the_page_says_so(client_for: ClientFor) -> None:
    page = client_for(Role.SUPERVISOR).get("/notifications/")

    assert page.status_code == 200
    assert "No messages" in page.content.decode()


def test_messages_are_shown_with_what_they_say_and_when(client_for: ClientFor) -> None:
    client = client_for(Role.SUPERVISOR)
    tell(client, "one", due_on=datetime(2026, 6, 30, tzinfo=UTC).date())

    text = client.get("/notifications/").content.decode()

    for words in ("Subject one", "Body one", "Unread", "3:49am", "Due 30 June 2026", "1 unread"):
        assert words in text


def test_every_page_says_how_many_are_unread(client_for: ClientFor) -> None:
    client = client_for(Role.PARTNER_PRACTITIONER)
    tell(client, "one")
    tell(client, "two")

    assert "(2 to look at)" in client.get("/notifications/").content.decode()


def test_nobody_sees_the_messages_of_others(client_for: ClientFor) -> None:
    pk = tell(client_for(Role.SUPERVISOR), "secret")
    other = client_for(Role.INSPECTOR)

    assert "secret" not in other.get("/notifications/").content.decode()
    assert other.post(f"/notifications/{pk}/read/").status_code == 404


def test_opening_a_message_marks_it_read_and_goes_where_it_points(client_for: ClientFor) -> None:
    client = client_for(Role.SUPERVISOR)
    pk = tell(client, "one", url="/deadlines/")

    answer = client.post(f"/notifications/{pk}/read/")

    assert (answer.status_code, answer["Location"]) == (302, "/deadlines/")
    with as_owner():
        assert Notification.objects.get(pk=pk).read_at is not None


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_a_message_never_leads_out_of_the_product(client_for: ClientFor, url: str) -> None:
    client = client_for(Role.SUPERVISOR)
    pk = tell(client, "one", url=url)

    assert client.post(f"/notifications/{pk}/read/")["Location"] == "/notifications/"


def test_all_can_be_marked_as_read(client_for: ClientFor) -> None:
    client = client_for(Role.SUPERVISOR)
    tell(client, "one")
    tell(client, "two")

    client.post("/notifications/read/")

    assert "You have read all your messages" in client.get("/notifications/").content.decode()
    assert "No messages" in client.get("/notifications/?show=unread").content.decode()


def test_looking_at_a_page_does_not_change_it(client_for: ClientFor) -> None:
    client = client_for(Role.SUPERVISOR)
    pk = tell(client, "one")

    assert client.get(f"/notifications/{pk}/read/").status_code == 405
    assert client.get("/notifications/read/").status_code == 405


def test_a_long_list_has_pages(client_for: ClientFor) -> None:
    client = client_for(Role.SUPERVISOR)
    for number in range(26):
        tell(client, f"m{number:02d}")

    assert client.get("/notifications/").content.decode().count("Subject m") >= 25
    assert "Subject m00" in client.get("/notifications/?page=2").content.decode()


def test_a_message_about_a_person_is_recorded_as_a_look_at_them(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    client = client_for(Role.SUPERVISOR)
    person = PersonFactory(home_unit=world["north"])
    tell(client, "one", person_id=person.pk)

    client.get("/notifications/")

    with as_owner():
        assert Act.objects.get(action="look:notifications").subjects == [person.pk]


def test_a_stranger_is_sent_to_sign_in(db: None) -> None:
    answer = Client().get("/notifications/")

    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]
