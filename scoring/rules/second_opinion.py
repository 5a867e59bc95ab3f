"""Statistical second opinions on a rise (scoring.md 2.8): shown beside an alert, never what raises one.

Counts and weekly points in, a judgement out. These are the only figures of scoring that are not exact: they stand
beside the score and never go into it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WINDOW_DAYS = 28
YEAR_DAYS = 365
LEAST_CRIMES = 3
RAREST = 0.001
LEAST_Z = 3.0
SHARE = 0.3  # EWMA: what the newest week weighs
WEEKS_JUDGED = 4
SLACK, DECISION = 0.5, 4.0  # CUSUM, in standard deviations


@dataclass(frozen=True)
class SecondOpinion:
    """What four methods say of one person on one day; None where a method has no year of history to go by."""

    crimes: int
    expected: float
    poisson: bool
    wheeler_z: float
    ewma: bool | None
    cusum: bool | None

    @property
    def wheeler(self) -> bool:
        return self.wheeler_z >= LEAST_Z

    @property
    def methods(self) -> tuple[tuple[str, bool | None], ...]:
        """Method and whether the rise stands out by it."""
        return (
            ("Poisson", self.poisson), ("Wheeler", self.wheeler), ("EWMA", self.ewma), ("CUSUM", self.cusum)
        )  # fmt: skip

    @property
    def standing_out(self) -> int:
        return sum(said is True for _, said in self.methods)


def second_opinion(*, crimes: int, crimes_before: int, weeks: Sequence[float]) -> SecondOpinion:
    """Judge the crimes of the last 28 days by those of the 365 before, and weekly points, oldest first, by the year."""
    mean = expected_crimes(crimes_before)
    return SecondOpinion(
        crimes=crimes,
        expected=mean,
        poisson=poisson_stands_out(crimes, mean),
        wheeler_z=wheeler_z(crimes, mean),
        ewma=ewma_stands_out(weeks),
        cusum=cusum_stands_out(weeks),
    )


def expected_crimes(crimes_before: int) -> float:
    """Crimes expected in 28 days by those of the 365 days before; half a crime is added so that none is never none."""
    return WINDOW_DAYS * (crimes_before + 0.5) / YEAR_DAYS


def poisson_tail(count: int, mean: float) -> float:
    """P(X >= count) of a Poisson variable, added up from the tail so that small values stay exact."""
    if count <= 0:
        return 1.0
    term = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    terms = []
    n = count
    while term > 0 and (n <= mean or term > 1e-18):
        terms.append(term)
        n += 1
        term *= mean / n
    return math.fsum(terms)


def poisson_stands_out(count: int, mean: float) -> bool:
    """At least three crimes, and so many are rarer than one in a thousand."""
    return count >= LEAST_CRIMES and poisson_tail(count, mean) < RAREST


def wheeler_z(count: int, mean: float) -> float:
    """2 (sqrt x - sqrt m): about a standard normal value for counts."""
    return 2 * (math.sqrt(count) - math.sqrt(mean))


def ewma_stands_out(weeks: Sequence[float]) -> bool | None:
    """The smoothed weekly points end above mean + 3 sd sqrt(0.3 / 1.7) of the year before the last four weeks."""
    baseline = _baseline(weeks)
    if baseline is None:
        return None
    mean, sd = baseline
    smooth = mean
    for points in weeks:
        smooth = SHARE * points + (1 - SHARE) * smooth
    return smooth > mean + 3 * sd * math.sqrt(SHARE / (2 - SHARE))


def cusum_stands_out(weeks: Sequence[float]) -> bool | None:
    """What goes beyond mean + half a standard deviation, added up over the last four weeks, reaches four of them."""
    baseline = _baseline(weeks)
    if baseline is None:
        return None
    mean, sd = baseline
    total = 0.0
    for points in weeks[-WEEKS_JUDGED:]:
        total = max(0.0, total + points - mean - SLACK * sd)
    return total >= DECISION * sd


def _baseline(weeks: Sequence[float]) -> tuple[float, float] | None:
    """Mean and standard deviation of the weeks before the last four; None where nothing ever varied in them."""
    before = weeks[:-WEEKS_JUDGED]
    if len(before) < 2:
        return None
    mean = math.fsum(before) / len(before)
    sd = math.sqrt(math.fsum((points - mean) ** 2 for points in before) / (len(before) - 1))
    return (mean, sd) if sd > 0 else None
