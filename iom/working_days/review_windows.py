"""Was the emerging-threat tab reviewed often enough (CMP-1)? Both readings of the policy, side by side.

The policy's text says "no fewer than two occasions during a seven-day period" (reading A, calendar days); its
table says "twice in a 7 working day period" (reading W). Whoever meets A meets W.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from iom.working_days.rules import Calendar, add

ONE_DAY = timedelta(days=1)


class Reading(StrEnum):
    CALENDAR = "calendar"
    WORKING = "working"


class Verdict(StrEnum):
    KEPT = "kept"
    FAILED = "failed"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """At least `occasions` distinct days in every window of `days` (working) days; a deployment may set both."""

    days: int = 7
    occasions: int = 2

    def __post_init__(self) -> None:
        if not 1 <= self.occasions <= self.days:
            raise ValueError("A window needs at least one occasion, and no more occasions than it has days.")


@dataclass(frozen=True, slots=True)
class Stay:
    """The days somebody was on the tab, both ends counted; `last_on` is None while they still are."""

    first_on: date
    last_on: date | None = None

    def judged_until(self, on: date) -> date:
        """The last day that can be judged on a day: today is not over, so it is not among them."""
        yesterday = on - ONE_DAY
        return yesterday if self.last_on is None else min(self.last_on, yesterday)


@dataclass(frozen=True, slots=True)
class Window:
    """One window with the number of occasions found in it."""

    first_on: date
    last_on: date
    found: int


@dataclass(frozen=True, slots=True)
class Judgement:
    reading: Reading
    windows: int
    failed: tuple[Window, ...]

    @property
    def verdict(self) -> Verdict:
        if not self.windows:
            return Verdict.NOT_JUDGED
        return Verdict.FAILED if self.failed else Verdict.KEPT


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting over a district's tab: whom it covered, and who stood on the tab when it ended."""

    on: date
    covered: frozenset[int]
    on_tab_at_end: frozenset[int]

    @property
    def is_occasion(self) -> bool:
        return bool(self.on_tab_at_end) and self.on_tab_at_end <= self.covered


STANDARD = ReviewRule()


def judge(
    reading: Reading,
    stay: Stay,
    reviewed_on: Iterable[date],
    *,
    on: date,
    calendar: Calendar,
    rule: ReviewRule = STANDARD,
) -> Judgement:
    """Every complete window wholly within the stay holds enough occasions; a shorter stay is not judged.

    Two reviews on one date are one occasion; reviews at weekends count in both readings.
    """
    until = stay.judged_until(on)
    occasions = frozenset(reviewed_on)
    windows = [
        Window(first, last, _found(occasions, first, last))
        for first, last in _windows(reading, stay.first_on, calendar, rule, until=until)
    ]
    return Judgement(reading, len(windows), tuple(w for w in windows if w.found < rule.occasions))


def next_review_due(
    reading: Reading,
    stay: Stay,
    reviewed_on: Iterable[date],
    *,
    calendar: Calendar,
    rule: ReviewRule = STANDARD,
) -> date:
    """The last day on which the next review still keeps the rule; reminders chase this date.

    Calendar reading, twice in seven days: with two or more occasions the last but one and seven days; with one,
    the last day of the first window; with none, the day before that.
    """
    occasions = sorted({d for d in reviewed_on if d >= stay.first_on})
    k = rule.occasions
    settled = occasions[-k] + ONE_DAY if len(occasions) >= k else stay.first_on
    upcoming = _windows(reading, settled, calendar, rule)
    return min(
        last - timedelta(days=max(0, k - 1 - _found(occasions, first, last)))
        for (first, last), _ in zip(upcoming, range(rule.days), strict=False)
    )


def session_occasions(sessions: Iterable[Session]) -> frozenset[date]:
    """The dates on which a sitting covered everybody who was on the tab at its end."""
    return frozenset(s.on for s in sessions if s.is_occasion)


def tab_stays(stays: Iterable[Stay]) -> list[Stay]:
    """The unbroken periods in which a district's tab was not empty, from the stays of the people on it."""
    periods: list[Stay] = []
    for stay in sorted(stays, key=lambda s: s.first_on):
        last = periods[-1] if periods else None
        if last is None or (last.last_on is not None and stay.first_on > last.last_on + ONE_DAY):
            periods.append(stay)
        elif last.last_on is not None and (stay.last_on is None or stay.last_on > last.last_on):
            periods[-1] = Stay(last.first_on, stay.last_on)
    return periods


def _found(occasions: Collection[date], first: date, last: date) -> int:
    return sum(first <= d <= last for d in occasions)


def _windows(
    reading: Reading, start: date, calendar: Calendar, rule: ReviewRule, *, until: date = date.max
) -> Iterator[tuple[date, date]]:
    """First and last day of each window that starts on or after a day and has ended by another."""
    while True:
        if reading is Reading.CALENDAR:
            first, last = start, start + timedelta(days=rule.days - 1)
        else:
            first = start if calendar.is_working_day(start) else add(calendar, start, 1)
            last = add(calendar, first, rule.days - 1)
        if last > until:
            return
        yield first, last
        start = first + ONE_DAY
