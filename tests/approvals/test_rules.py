"""Until when a request is waited for, and what it is by then."""

from datetime import UTC, datetime, timedelta

import pytest

from iom.approvals.rules import STATUS_LABELS, Status, lapses_at, short_of_reason, state, why_not

ASKED = datetime(2026, 6, 1, 12, tzinfo=UTC)
LAPSES = lapses_at(ASKED)


def test_a_request_is_waited_for_fourteen_days() -> None:
    assert timedelta(days=14) == LAPSES - ASKED
    assert lapses_at(ASKED, 3) == ASKED + timedelta(days=3)


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-1, Status.WAITING), (0, Status.LAPSED), (1, Status.LAPSED)]
)
def test_a_request_lapses_at_its_moment_and_not_before(seconds: int, expected: Status) -> None:
    assert state("waiting", LAPSES, at=LAPSES + timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize("status", [s for s in Status if s != Status.WAITING])
def test_what_is_decided_stays_decided_however_late(status: Status) -> None:
    assert state(status, LAPSES, at=LAPSES + timedelta(days=1)) == status
    assert why_not(status, LAPSES, at=ASKED)


def test_every_status_has_its_words() -> None:
    assert set(STATUS_LABELS) == set(Status)


@pytest.mark.parametrize(("reason", "short"), [("", True), ("  too few ", True), ("ten letter", False)])
def test_a_reason_of_fewer_than_ten_characters_is_none(reason: str, short: bool) -> None:
    assert short_of_reason(reason) is short
