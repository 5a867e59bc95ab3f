"""When scores are late (SCO-4)."""

from datetime import date

USUAL = 1
"""Days that the newest night may lie back: last night's run is as at yesterday or today."""


def late_nights(newest: date, *, on: date) -> int:
    """How many nights are missing; 0 while last night was scored."""
    return max((on - newest).days - USUAL, 0)
