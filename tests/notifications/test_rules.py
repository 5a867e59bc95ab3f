"""What goes out at once, what waits, and how sending is repeated."""

from datetime import UTC, date, datetime, timedelta

import pytest

from iom.notifications import rules

TODAY = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("urgent", "due_on", "at_once"),
    [
        (True, None, True),
        (False, None, False),
        (False, date(2026, 6, 9), True),
        (False, TODAY, True),
        (False, date(2026, 6, 11), False),
        (True, date(2026, 6, 11), True),
    ],
)
def test_urgent_due_and_late_messages_go_at_once(urgent: bool, due_on: date | None, at_once: bool) -> None:
    assert rules.goes_at_once(urgent=urgent, due_on=due_on, on=TODAY) is at_once


def test_the_digest_goes_from_seven_in_the_morning_in_london() -> None:
    assert rules.digest_day(datetime(2026, 6, 10, 5, 59, tzinfo=UTC)) is None
    assert rules.digest_day(datetime(2026, 6, 10, 6, 0, tzinfo=UTC)) == TODAY
    assert rules.digest_day(datetime(2026, 12, 10, 6, 59, tzinfo=UTC)) is None


def test_pauses_double_up_to_an_hour() -> None:
    minutes = [rules.pause_after(attempts) / timedelta(minutes=1) for attempts in (1, 2, 3, 6, 7, 30)]

    assert minutes == [1, 2, 4, 32, 60, 60]


def test_the_same_key_makes_the_same_message_id_and_another_key_another() -> None:
    first = rules.message_id("digest:1:2026-06-10", "force.example")

    assert first == rules.message_id("digest:1:2026-06-10", "force.example")
    assert first != rules.message_id("digest:2:2026-06-10", "force.example")
    assert first.startswith("<")
    assert first.endswith("@force.example>")


def test_a_digest_says_how_many_and_for_which_day() -> None:
    assert rules.digest_subject(1, TODAY) == "IOM: 1 message on 10 June 2026"
    assert rules.digest_subject(3, TODAY) == "IOM: 3 messages on 10 June 2026"
