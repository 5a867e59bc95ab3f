"""How an agency stands with its agreements (SHR-1)."""

from datetime import date, timedelta

import pytest

from iom.agencies.rules import SOON_DAYS, AgreementState, agreement_state, span_state

TODAY = date(2026, 6, 30)
EARLIER = date(2024, 1, 1)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (day(1), None, "not_started"),
        (TODAY, None, "in_force"),
        (EARLIER, TODAY, "lapsed"),
        (EARLIER, day(1), "ends_soon"),
        (EARLIER, day(SOON_DAYS), "ends_soon"),
        (EARLIER, day(SOON_DAYS + 1), "in_force"),
    ],
)
def test_one_agreement_holds_from_its_first_day_up_to_its_end(
    starts_on: date, ends_on: date | None, expected: str
) -> None:
    assert span_state(starts_on, ends_on, on=TODAY) == expected
    assert agreement_state([(starts_on, ends_on)], on=TODAY, kind="housing") == expected


def test_an_agency_without_any_agreement_has_none_and_the_police_need_none() -> None:
    assert agreement_state([], on=TODAY, kind="housing") == AgreementState.NONE
    assert agreement_state([], on=TODAY, kind="police") == AgreementState.NOT_NEEDED


def test_the_best_of_several_counts() -> None:
    lapsed, future, current = (EARLIER, day(-5)), (day(5), None), (EARLIER, None)

    assert agreement_state([lapsed, future], on=TODAY, kind="housing") == AgreementState.NOT_STARTED
    assert agreement_state([lapsed, future, current], on=TODAY, kind="housing") == AgreementState.IN_FORCE


def test_an_agreement_renewed_without_a_gap_does_not_end_soon() -> None:
    ending = (EARLIER, day(10))

    assert agreement_state([ending, (day(10), None)], on=TODAY, kind="housing") == AgreementState.IN_FORCE
    assert agreement_state([ending, (day(10), day(400))], on=TODAY, kind="housing") == AgreementState.IN_FORCE
    assert agreement_state([ending, (day(11), None)], on=TODAY, kind="housing") == AgreementState.ENDS_SOON
    assert agreement_state([ending, (day(10), day(20))], on=TODAY, kind="housing") == AgreementState.ENDS_SOON
