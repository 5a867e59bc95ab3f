"""What the compiled loops are given and fill: rows of whole numbers under the names of the specification (SCO-4)."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.packed import LAYOUT

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
# Rows of one of the shapes below.
Rows = NDArray[Any]
CRIMES_DAYS = 90
# An event's age stays below this, so that it has its place in the rank.
LONGEST_DAYS = 2**15
# As PostgreSQL sends the day '-infinity': before every other.
NO_DAY = -(2**31)


def _shape(long: str = "", short: str = "", flags: str = "") -> np.dtype[Any]:
    """Fields of 8 bytes, of 4, and flags; as small as may be, since the loops run at the speed of the memory."""
    columns = [(name, "i8") for name in long.split()] + [(name, "i4") for name in short.split()]
    return np.dtype([*columns, *((name, "?") for name in flags.split())], align=True)


# An event as PostgreSQL sends it, and in this machine's order of bytes.
ROW = np.dtype([(name, f">i{width}") for name, width in LAYOUT])
SENT = ROW.newbyteorder("=")

# A kind of event, over all models that are priced together: how far back any looks, -1 where none counts it.
KIND = _shape(short="reach stage", flags="is_crime")

# One cell of a model's table: `reach` is the lookback in days, -1 where the model does not count the cell; `rate` is
# base times factor; `decay[first_day + days]` is what is left of a point.
WEIGHT = _shape(short="reach base factor rate category family first_day", flags="is_crime")

# Events lie person by person, those of one occurrence side by side. `person` is a place in the list of people,
# `number` the event's own, `kind` a place in the dictionary of words (`words.py`); `group` numbers the occurrences, -1
# where none is named; `rank` is the greatest for the latest outcome, ties the most advanced, then the later day;
# `recorded` is a moment number, `victim` 0 where there is none.
EVENT = _shape("number rank recorded victim", "person kind group days", "bulk")

# What comes out of one person's events, besides the points by family.
FOUND = _shape("contributions latest highest_base crimes_90 occurrences victims")


class Asked(NamedTuple):
    """A question in numbers: `older` days before the day of the events; -1 days for an uplift the model has not."""

    as_of: int
    older: int
    window: int
    known_before: int
    known_after: int
    news_from: int
    frequent_days: int
    frequent_factor: int
    victim_days: int
