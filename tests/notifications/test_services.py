"""Messages: in the product exactly once, by e-mail at least once under one key (CMP-7)."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import ProgrammingError
from hypothesis import given, settings
from hypothesis import strategies as st

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.kernel.errors import NotFound
from iom.notifications import rules, selectors, services
from iom.notifications.models import Notification, Outbox
from tests.factories import AgencyAccessFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)
MORNING = datetime(2026, 6, 10, 6, 30, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 6, 10), date(2026, 6, 11)
ActorOf = Callable[..., Actor]


@pytest.fixture(autouse=True)
def kept_in_memory(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def anna(db: None) -> User:
    return UserFactory(name="Anna Supervisor", email="anna@northmoor.example")


def tell(user: User, key: str, *, at: datetime = NIGHT, **more: Any) -> bool:
    with as_service():
        return services.notify(
            user.pk, key=key, kind="deadline", subject=f"Plan due, {key}", body="Body of it", at=at, **more
        )


def send_what_is_owed(at: datetime) -> list[str]:
    """All e-mails of a tick; the keys that went out in it."""
    before = len(mail.outbox)
    with as_service():
        while services.compose_one(at):
            pass
        while services.send_one(at):
            pass
    return [str(message.extra_headers["X-IOM-Key"]) for message in mail.outbox[before:]]


class TestInTheProduct:
    def test_the_same_key_is_told_once(self, anna: User) -> None:
        assert tell(anna, "deadline:1:due")
        assert not tell(anna, "deadline:1:due")

        with as_service():
            assert selectors.unread_count(anna.pk) == 1

    def test_another_person_gets_their_own(self, anna: User) -> None:
        bert = UserFactory()

        assert tell(anna, "deadline:1:due")
        assert tell(bert, "deadline:1:due")

    def test_reading_keeps_the_first_moment(self, actor_of: ActorOf) -> None:
        reader = actor_of(Role.SUPERVISOR)
        with as_service():
            services.notify(reader.user_id, key="k", kind="x", subject="Subject", body="", at=NIGHT)
        with as_actor(reader):
            pk = Notification.objects.get().pk

            services.mark_read(pk, by=reader, at=NIGHT)
            again = services.mark_read(pk, by=reader, at=MORNING)

            assert again.read_at == NIGHT
            assert selectors.unread_count(reader.user_id) == 0

    def test_marking_all_read_leaves_what_came_later(self, actor_of: ActorOf) -> None:
        reader = actor_of(Role.OFFENDER_MANAGER)
        with as_service():
            for key, at in [("a", NIGHT), ("b", NIGHT), ("c", MORNING)]:
                services.notify(reader.user_id, key=key, kind="x", subject=key, body="", at=at)
        with as_actor(reader):
            assert services.mark_all_read(by=reader, at=NIGHT) == 2
            assert [row.key for row in selectors.messages_of(reader, unread_only=True)] == ["c"]
            assert next(row.key for row in selectors.messages_of(reader)) == "c"


class TestWhoReadsWhat:
    def test_nobody_reads_counts_or_marks_the_messages_of_others(self, actor_of: ActorOf) -> None:
        owner, other = actor_of(Role.SUPERVISOR), actor_of(Role.INSPECTOR)
        with as_service():
            services.notify(owner.user_id, key="k", kind="x", subject="Subject", body="", at=NIGHT)
            pk = Notification.objects.get().pk

        with as_actor(other):
            assert list(selectors.messages_of(other)) == []
            assert selectors.unread_count(owner.user_id) == 0
            with pytest.raises(NotFound):
                services.mark_read(pk, by=other, at=NIGHT)
            assert Notification.objects.filter(pk=pk).update(read_at=NIGHT) == 0

    @pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.PARTNER_PRACTITIONER, Role.ADMINISTRATOR])
    def test_one_may_tell_somebody_else_without_seeing_their_messages(
        self, actor_of: ActorOf, role: Role
    ) -> None:
        teller, told = actor_of(role), actor_of(Role.OFFENDER_MANAGER)
        with as_actor(teller):
            assert services.notify(told.user_id, key="k", kind="x", subject="Subject", body="", at=NIGHT)
            assert not services.notify(told.user_id, key="k", kind="x", subject="Subject", body="", at=NIGHT)
            assert not Notification.objects.exists()

        with as_actor(told):
            assert selectors.unread_count(told.user_id) == 1

    def test_a_message_about_a_person_is_hidden_from_who_may_no_longer_see_them(
        self, actor_of: ActorOf, world: dict[str, Any]
    ) -> None:
        partner = actor_of(Role.PARTNER_PRACTITIONER)
        person = PersonFactory(home_unit=world["north"])
        with as_service():
            services.notify(
                partner.user_id,
                key="k",
                kind="x",
                subject="Action for you",
                body="Sam",
                person_id=person.pk,
                at=NIGHT,
            )
        with as_actor(partner):
            assert selectors.unread_count(partner.user_id) == 0

        AgencyAccessFactory(person=person, agency=world["probation"])

        with as_actor(partner):
            assert selectors.unread_count(partner.user_id) == 1

    def test_the_waiting_e_mails_are_for_the_service_and_the_administrator(
        self, actor_of: ActorOf, anna: User
    ) -> None:
        tell(anna, "k", urgent=True)
        with as_service():
            services.compose_one(NIGHT)
        with as_actor(actor_of(Role.ADMINISTRATOR)):
            assert Outbox.objects.count() == 1
        supervisor = actor_of(Role.SUPERVISOR)
        with pytest.raises(ProgrammingError, match="permission denied"), as_actor(supervisor):
            Outbox.objects.count()


class TestDigest:
    def test_a_person_gets_one_e_mail_a_day_with_everything_in_it(self, anna: User) -> None:
        tell(anna, "one")
        tell(anna, "two", due_on=TOMORROW)

        assert send_what_is_owed(NIGHT) == []
        assert send_what_is_owed(MORNING) == [f"digest:{anna.pk}:2026-06-10"]

        (message,) = mail.outbox
        assert message.to == ["anna@northmoor.example"]
        assert message.subject == "IOM: 2 messages on 10 June 2026"
        assert "Plan due, one" in message.body
        assert "Plan due, two" in message.body
        assert "/notifications/" in message.body

    def test_no_second_digest_on_the_same_day_and_the_rest_comes_the_next(self, anna: User) -> None:
        tell(anna, "one")
        send_what_is_owed(MORNING)
        tell(anna, "two", at=MORNING)

        assert send_what_is_owed(MORNING + timedelta(hours=3)) == []
        assert send_what_is_owed(MORNING + timedelta(days=1)) == [f"digest:{anna.pk}:2026-06-11"]
        assert "one" not in mail.outbox[-1].body

    def test_urgent_and_due_today_do_not_wait_and_go_together(self, anna: User) -> None:
        tell(anna, "waits")
        tell(anna, "urgent", urgent=True)
        tell(anna, "due", due_on=TODAY)

        assert len(send_what_is_owed(NIGHT)) == 1

        assert "urgent" in mail.outbox[0].body
        assert "due" in mail.outbox[0].body
        assert "waits" not in mail.outbox[0].body
        assert send_what_is_owed(MORNING) == [f"digest:{anna.pk}:2026-06-10"]
        assert "urgent" not in mail.outbox[1].body

    def test_an_e_mail_carries_the_subject_and_never_the_body(self, anna: User) -> None:
        tell(anna, "one")

        send_what_is_owed(MORNING)

        assert "Body of it" not in mail.outbox[0].body

    def test_what_was_read_already_is_not_mailed(self, anna: User) -> None:
        tell(anna, "one")
        with as_service():
            Notification.objects.update(read_at=NIGHT)

        assert send_what_is_owed(MORNING) == []

    def test_nobody_who_left_or_has_no_address_is_mailed(self, anna: User) -> None:
        tell(UserFactory(email=""), "one")
        tell(UserFactory(is_active=False), "one")
        tell(anna, "one")

        assert send_what_is_owed(MORNING) == [f"digest:{anna.pk}:2026-06-10"]

    def test_everybody_gets_their_own(self, anna: User) -> None:
        bert = UserFactory()
        tell(anna, "one")
        tell(bert, "one")

        assert sorted(send_what_is_owed(MORNING)) == sorted(f"digest:{u.pk}:2026-06-10" for u in (anna, bert))

    @settings(max_examples=25, deadline=None)
    @given(urgent=st.booleans(), days=st.none() | st.integers(-2, 2))
    def test_the_database_and_the_rule_agree_on_what_goes_at_once(
        self, urgent: bool, days: int | None
    ) -> None:
        due_on = None if days is None else TODAY + timedelta(days=days)
        with as_owner():
            user = UserFactory()
            tell(user, "k", urgent=urgent, due_on=due_on)

            at_once = Notification.objects.filter(services._at_once(TODAY), user=user).exists()

            assert at_once is rules.goes_at_once(urgent=urgent, due_on=due_on, on=TODAY)


class TestSending:
    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
        """A mail server that is down until told otherwise."""
        with monkeypatch.context() as patch:

            def down(self: Any, messages: Any) -> int:
                raise ConnectionRefusedError("anna@northmoor.example refused")

            patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", down)
            yield patch.undo

    def test_an_e_mail_carries_its_key_and_a_message_id_made_of_it(self, anna: User) -> None:
        tell(anna, "one")
        send_what_is_owed(MORNING)

        headers = mail.outbox[0].message()
        key = f"digest:{anna.pk}:2026-06-10"
        assert headers["X-IOM-Key"] == key
        assert headers["Message-ID"] == rules.message_id(key, "northmoor.example")

    def test_a_mail_server_that_is_down_puts_it_off_and_it_goes_later_under_the_same_key(
        self, anna: User, broken: Callable[[], None]
    ) -> None:
        tell(anna, "one")
        assert send_what_is_owed(MORNING) == []
        with as_service():
            waiting = Outbox.objects.get()
            assert (waiting.state, waiting.attempts, waiting.last_error) == (
                "pending",
                1,
                "ConnectionRefusedError",
            )
            assert waiting.try_at == MORNING + timedelta(minutes=1)
            assert selectors.oldest_unsent_at() == MORNING
        broken()

        assert send_what_is_owed(MORNING + timedelta(seconds=59)) == []
        assert send_what_is_owed(MORNING + timedelta(minutes=1)) == [f"digest:{anna.pk}:2026-06-10"]

    def test_after_eight_attempts_it_is_given_up_and_shown(
        self, anna: User, broken: Callable[[], None]
    ) -> None:
        tell(anna, "one")

        for hours in range(12):
            send_what_is_owed(MORNING + timedelta(hours=hours))

        with as_service():
            (lost,) = selectors.given_up()
            assert (lost.attempts, lost.state) == (8, "failed")
            assert selectors.oldest_unsent_at() is None

    def test_an_e_mail_that_was_sent_is_not_sent_again(self, anna: User) -> None:
        tell(anna, "one")
        send_what_is_owed(MORNING)

        assert send_what_is_owed(MORNING) == []
        assert send_what_is_owed(MORNING + timedelta(hours=5)) == []

    def test_a_crash_after_sending_sends_the_same_message_again(self, anna: User) -> None:
        tell(anna, "one")
        with as_service():
            services.compose_one(MORNING)

        class Crash(Exception):
            pass

        def send_and_crash() -> None:
            with as_service():
                services.send_one(MORNING)
                raise Crash

        with pytest.raises(Crash):
            send_and_crash()
        send_what_is_owed(MORNING)

        first, second = mail.outbox
        assert first.extra_headers == second.extra_headers
