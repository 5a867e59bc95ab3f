"""Both readings of the review rule over many stays and a period, fast enough for three years of a force (CMP-1).

It says the same as `iom.working_days.review_windows.judge`, which a property test ties it to. A window belongs to
the period in which its last day falls, as a deadline belongs to the period of its due date.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from iom.working_days.review_windows import STANDARD, Reading, ReviewRule, Stay, Verdict
from iom.working_days.rules import Calendar


@dataclass(frozen=True, slots=True)
class WindowCount:
    """The complete windows of one stay that end in a period, and how many of them held too few reviews."""

    windows: int
    failed: int

    @property
    def verdict(self) -> Verdict:
        if not self.windows:
            return Verdict.NOT_JUDGED
        return Verdict.FAILED if self.failed else Verdict.KEPT


NO_WINDOWS = WindowCount(0, 0)


class WindowCounter:
    """Counts windows for one reading, calendar and period; a window's number is that of the day it starts on.

    Each day of review lies in a range of window numbers, so the windows that were met often enough come out of
    arithmetic on one integer per stay, a bit for each window.
    """

    def __init__(
        self,
        reading: Reading,
        calendar: Calendar,
        *,
        from_on: date,
        to_on: date,
        on: date,
        rule: ReviewRule = STANDARD,
    ) -> None:
        self._from, self._rule = from_on, rule
        self._until = min(to_on, on - timedelta(days=1))
        longest_window = timedelta(days=2 * rule.days + 30)
        first = from_on - longest_window
        days = (first + timedelta(days=i) for i in range((self._until - first).days + 1))
        self._days = [d for d in days if reading is Reading.CALENDAR or calendar.is_working_day(d)]

    def count(self, stay: Stay, reviewed_on: Iterable[date]) -> WindowCount:
        """The windows that lie wholly within the stay and end in the period."""
        until = self._until if stay.last_on is None else min(stay.last_on, self._until)
        first = max(
            bisect_left(self._days, stay.first_on), bisect_left(self._days, self._from) - self._rule.days + 1
        )
        past_last = bisect_right(self._days, until) - self._rule.days + 1
        if past_last <= first:
            return NO_WINDOWS
        return WindowCount(past_last - first, self._too_few(reviewed_on, first, past_last))

    def _too_few(self, reviewed_on: Iterable[date], first: int, past_last: int) -> int:
        """How many of these windows hold fewer days of review than the rule asks for."""
        held = [0] * self._rule.occasions  # held[n]: windows with more than n of the days seen so far
        for day in set(reviewed_on):
            low = max(bisect_left(self._days, day) - self._rule.days + 1, first)
            high = min(bisect_right(self._days, day), past_last)
            if high > low:
                around = ((1 << (high - low)) - 1) << (low - first)
                for n in range(len(held) - 1, 0, -1):
                    held[n] |= held[n - 1] & around
                held[0] |= around
        return past_last - first - held[-1].bit_count()
