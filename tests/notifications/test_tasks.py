"""The steps that the tick takes, on real connections with rows that are really committed."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from iom.access.scope import as_owner, as_service
from iom.accounts.models import User
from iom.jobs import tasks
from iom.notifications import services
from iom.notifications.models import Outbox
from tests.factories import UserFactory

MORNING = datetime(2026, 6, 10, 6, 30, tzinfo=UTC)


@pytest.fixture
def anna(committed: None) -> User:
    return UserFactory(email="anna@northmoor.example")


@pytest.fixture(autouse=True)
def kept_in_memory(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_two_senders_at_once_send_an_e_mail_once(anna: User) -> None:
    with as_owner():
        Outbox.objects.create(
            key="k", user=anna, to_email=anna.email, subject="S", body="B", created_at=MORNING, try_at=MORNING
        )
    sent: list[bool] = []
    start = threading.Barrier(2)

    def send() -> None:
        try:
            start.wait(10)
            with as_service():
                sent.append(services.send_one(MORNING))
                start.wait(10)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(sent) == [False, True]
    assert len(mail.outbox) == 1


def test_the_tick_composes_and_sends_what_is_owed(anna: User) -> None:
    with as_service():
        services.notify(anna.pk, key="k", kind="x", subject="Plan due", body="", at=MORNING)

    tasks.take_steps(MORNING)
    tasks.take_steps(MORNING)

    assert [message.to for message in mail.outbox] == [["anna@northmoor.example"]]
    with as_service():
        assert Outbox.objects.get().state == "sent"


def test_telling_twice_at_once_tells_once(anna: User) -> None:
    told: list[bool] = []
    start = threading.Barrier(2)

    def tell() -> None:
        try:
            start.wait(10)
            with as_service():
                told.append(services.notify(anna.pk, key="k", kind="x", subject="S", body="", at=MORNING))
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(told) == [False, True]
