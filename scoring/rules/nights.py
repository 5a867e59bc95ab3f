"""When scores are late (SCO-4)."""

from datetime import date

NIGHTLY = "scoring.nightly"
"""The job that scores everybody, every night."""

USUAL = 1
"""Days that the newest night may lie back: last night's run is as at yesterday or today."""


def late_nights(newest: date, *, on: date) -> int:
    """How many nights are missing; 0 while last night was scored."""
    return max((on - newest).days - USUAL, 0)


def late_sentence(newest: date, late: int) -> str:
    """What a page says when nights are missing: from when the scores are, and what happens now."""
    nights = "one night is" if late == 1 else f"{late} nights are"
    return (
        f"The scores shown are as at {newest:%-d %B %Y}: {nights} missing because the background worker did not run."
        " Everything else works, and the missing nights are caught up when the worker is back."
    )
