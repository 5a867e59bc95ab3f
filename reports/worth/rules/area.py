"""How well a ranking put those who offended later before those who did not: the area under the ROC curve (SCO-7).

The area is the share of all pairs of somebody who offended later and somebody who did not in which the first stood
higher; a pair that stood level counts half. Its interval is that of DeLong, DeLong and Clarke-Pearson (1988), which
needs no more than how many of the other side each person stood above. The database counts those, in whole numbers
(twice the pairs, so that halves stay whole); here they become a figure, exactly and without floating point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

# The 97.5 % point of the normal distribution, for an interval that covers 95 %.
Z = Fraction(Decimal("1.959963984540054"))
PLACES = Decimal("0.001")
_EXACT_ENOUGH = Context(prec=40)


@dataclass(frozen=True, slots=True)
class Pairs:
    """What is counted of one ranking: twice the pairs won, and the squares of what each person adds to them."""

    later: int
    not_later: int
    won_twice: int
    squares_of_later: int
    squares_of_others: int


@dataclass(frozen=True, slots=True)
class Area:
    """A figure with its interval, to three places; no interval where the counts allow none."""

    value: Decimal
    low: Decimal | None
    high: Decimal | None


def area_of(pairs: Pairs) -> Area | None:
    """The area; None where nobody, or everybody, offended later."""
    if not pairs.later or not pairs.not_later:
        return None
    value = mean(pairs)
    variance = _covariance(pairs, pairs, pairs.squares_of_later, pairs.squares_of_others)
    return _with_interval(value, variance, lowest=Fraction(0))


def difference_of(
    one: Pairs, other: Pairs, *, products_of_later: int, products_of_others: int
) -> Area | None:
    """By how much the area of one ranking of the same people exceeds another's, with the paired interval of DeLong."""
    if not one.later or not one.not_later:
        return None
    shared = _covariance(one, other, products_of_later, products_of_others)
    own = _covariance(one, one, one.squares_of_later, one.squares_of_others)
    others = _covariance(other, other, other.squares_of_later, other.squares_of_others)
    variance = None if shared is None or own is None or others is None else own + others - 2 * shared
    return _with_interval(mean(one) - mean(other), variance, lowest=Fraction(-1))


def mean(pairs: Pairs) -> Fraction:
    """The share of pairs won, exactly."""
    return Fraction(pairs.won_twice, 2 * pairs.later * pairs.not_later)


def _covariance(one: Pairs, other: Pairs, of_later: int, of_others: int) -> Fraction | None:
    """DeLong's covariance of two areas; None with fewer than two people on a side."""
    later, others = one.later, one.not_later
    if later < 2 or others < 2:
        return None
    product = mean(one) * mean(other)
    between_later = (Fraction(of_later, 4 * others * others) - later * product) / (later - 1)
    between_others = (Fraction(of_others, 4 * later * later) - others * product) / (others - 1)
    return between_later / later + between_others / others


def _with_interval(value: Fraction, variance: Fraction | None, *, lowest: Fraction) -> Area:
    """Rounded half up, the interval kept within what an area can be; without a variance, or with nought, none."""
    if variance is None or variance <= 0:
        return Area(rounded(value), None, None)
    half = Z * _root(variance)
    low, high = max(value - half, lowest), min(value + half, Fraction(1))
    return Area(rounded(value), rounded(low), rounded(high))


def _root(value: Fraction) -> Fraction:
    exact = _EXACT_ENOUGH.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(_EXACT_ENOUGH.sqrt(exact))


def rounded(value: Fraction) -> Decimal:
    """To three places, halves away from nought."""
    exact = _EXACT_ENOUGH.divide(Decimal(value.numerator), Decimal(value.denominator))
    return exact.quantize(PLACES, rounding=ROUND_HALF_UP)


def pairs_of(ranked: Sequence[tuple[int, bool]]) -> Pairs:
    """The same counts from a short list of (standing, offended later), as the database makes them of a population."""
    later = [standing for standing, offended in ranked if offended]
    others = [standing for standing, offended in ranked if not offended]
    won = [sum(_twice_won(mine, theirs) for theirs in others) for mine in later]
    lost = [sum(_twice_won(theirs, mine) for theirs in later) for mine in others]
    return Pairs(len(later), len(others), sum(won), sum(n * n for n in won), sum(n * n for n in lost))


def _twice_won(mine: int, theirs: int) -> int:
    return (mine > theirs) + (mine >= theirs)
