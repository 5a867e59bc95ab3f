"""The area under the curve and its interval, against counting every pair and against published figures (SCO-7)."""

from decimal import Decimal
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.worth.rules.area import Area, Pairs, area_of, difference_of, mean, pairs_of

RANKED = st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=40)


def area_by_hand(ranked: list[tuple[int, bool]]) -> Fraction | None:
    pairs = [(a, b) for a, first in ranked if first for b, second in ranked if not second]
    if not pairs:
        return None
    return Fraction(sum(2 if a > b else a == b for a, b in pairs), 2 * len(pairs))


def delong_error(ranked: list[tuple[int, bool]]) -> float:
    """The standard error as the paper of 1988 writes it, in floating point."""
    later = [a for a, offended in ranked if offended]
    others = [a for a, offended in ranked if not offended]

    def kernel(a: int, b: int) -> float:
        return 1.0 if a > b else 0.5 if a == b else 0.0

    tens = [sum(kernel(a, b) for b in others) / len(others) for a in later]
    ones = [sum(kernel(a, b) for a in later) / len(later) for b in others]
    theta = sum(tens) / len(tens)
    s10 = sum((v - theta) ** 2 for v in tens) / (len(tens) - 1)
    s01 = sum((v - theta) ** 2 for v in ones) / (len(ones) - 1)
    return sqrt(s10 / len(later) + s01 / len(others))


@given(RANKED)
def test_the_area_is_the_share_of_pairs_in_the_right_order_and_ties_count_half(
    ranked: list[tuple[int, bool]],
) -> None:
    pairs, expected = pairs_of(ranked), area_by_hand(ranked)

    if expected is None:
        assert area_of(pairs) is None
    else:
        assert mean(pairs) == expected
        assert abs(Fraction(area_of(pairs).value) - expected) <= Fraction(1, 2000)


@given(RANKED)
def test_turning_the_order_round_turns_the_area_round(ranked: list[tuple[int, bool]]) -> None:
    turned = [(-standing, offended) for standing, offended in ranked]

    if area_by_hand(ranked) is not None:
        assert mean(pairs_of(ranked)) + mean(pairs_of(turned)) == 1


@given(RANKED)
@settings(max_examples=300)
def test_the_interval_is_that_of_the_paper(ranked: list[tuple[int, bool]]) -> None:
    pairs = pairs_of(ranked)
    if min(pairs.later, pairs.not_later) < 2:
        return
    found, error = area_of(pairs), delong_error(ranked)

    if error < 1e-9:
        assert (found.low, found.high) == (None, None)
    else:
        theta = float(mean(pairs))
        assert float(found.low) == pytest.approx(max(theta - 1.959964 * error, 0), abs=0.00051)
        assert float(found.high) == pytest.approx(min(theta + 1.959964 * error, 1), abs=0.00051)


def test_the_published_example_of_hanley_and_mcneil_comes_out_as_published() -> None:
    """109 CT images of 1982, rated 1 to 5; area 0.8932, DeLong 0.8330 to 0.9534 (Stata's manual, `roctab`)."""
    normal, abnormal = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)
    ranked = [
        (rating, offended)
        for offended, counts in ((False, normal), (True, abnormal))
        for rating, count in enumerate(counts, start=1)
        for _ in range(count)
    ]

    assert area_of(pairs_of(ranked)) == Area(Decimal("0.893"), Decimal("0.833"), Decimal("0.953"))


def test_a_small_example_worked_by_hand() -> None:
    """Later 3, 2; not later 1, 2. Pairs won: 1, 1, 1, one half: 7/8.

    Of the later: 1 and 3/4, variance 1/32; of the others 1 and 3/4, the same. 1/32 / 2 + 1/32 / 2 = 1/32: error 0.1768.
    """
    found = area_of(pairs_of([(3, True), (2, True), (1, False), (2, False)]))

    assert found == Area(Decimal("0.875"), Decimal("0.529"), Decimal("1.000"))


def test_a_perfect_order_has_no_interval_rather_than_one_of_no_width() -> None:
    found = area_of(pairs_of([(3, True), (4, True), (1, False), (2, False)]))

    assert found == Area(Decimal("1.000"), None, None)


@pytest.mark.parametrize("pairs", [Pairs(0, 5, 0, 0, 0), Pairs(5, 0, 0, 0, 0)])
def test_where_nobody_or_everybody_offended_there_is_no_area(pairs: Pairs) -> None:
    assert area_of(pairs) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), min_size=4, max_size=30))
def test_a_difference_is_judged_as_that_of_two_orders_of_the_same_people(
    people: list[tuple[int, int, bool]],
) -> None:
    one = [(a, offended) for a, _, offended in people]
    other = [(b, offended) for _, b, offended in people]
    later = [(a, b) for a, b, offended in people if offended]
    others = [(a, b) for a, b, offended in people if not offended]

    def won(mine: int, theirs: int) -> int:
        return (mine > theirs) + (mine >= theirs)

    products = [
        sum(sum(won(a, c) for c, _ in others) * sum(won(b, d) for _, d in others) for a, b in later),
        sum(sum(won(c, a) for c, _ in later) * sum(won(d, b) for _, d in later) for a, b in others),
    ]
    found = difference_of(
        pairs_of(one), pairs_of(other), products_of_later=products[0], products_of_others=products[1]
    )

    if found is None:
        assert not later or not others
        return
    assert abs(Fraction(found.value) - (area_by_hand(one) - area_by_hand(other))) <= Fraction(1, 2000)
    same = difference_of(
        pairs_of(one),
        pairs_of(one),
        products_of_later=pairs_of(one).squares_of_later,
        products_of_others=pairs_of(one).squares_of_others,
    )
    assert same == Area(Decimal("0.000"), None, None)
