"""Grades and list order (SCO-2, scoring.md 2.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scoring.rules.config import ModelConfig

GUIDE_ONLY = (
    "This score is a guide. It must not be the sole reason for selecting or not selecting anyone. "
    "Consider partner information and your own knowledge, and record why."
)
BELOW, LISTED = "BELOW", "LISTED"
STANDING_NAMES = {BELOW: "Below the entry floor", LISTED: "At or above the entry floor"}
BAND_NAMES = {"NOT_BROUGHT_ON": "Not brought on", "LOW": "Low", "MEDIUM": "Medium", "HIGH": "High"}
# Below this age a person is not ranked: youth transition cases are looked at by hand (scoring.md 2.13).
RANKED_FROM_AGE = 18


def band_index(config: ModelConfig, published: int) -> int | None:
    """Place of the band from the bottom, 0 first; None in a model without bands."""
    if not config.banded:
        return None
    return sum(1 for _, lower in config.bands if published >= lower) - 1


def band(config: ModelConfig, published: int) -> str | None:
    """The grade of a published score; None in a model without bands."""
    index = band_index(config, published)
    return None if index is None else config.bands[index][0]


def standing(config: ModelConfig, published: int) -> str:
    """The grade; in a model without grades whether the score reaches the entry floor. For counts and comparisons."""
    reached = LISTED if published >= config.emerging.entry_floor else BELOW
    return band(config, published) or reached


def standings(config: ModelConfig) -> list[str]:
    """All that `standing` can say, lowest first."""
    return [name for name, _ in config.bands] or [BELOW, LISTED]


def listed_from(config: ModelConfig) -> int:
    """The published score from which a person stands on the prioritised list by the score alone."""
    return config.bands[1][1] if config.banded and len(config.bands) > 1 else 1


def exact_at_least(config: ModelConfig) -> int:
    """From this published score up, at the least, what orders equal scores may be kept exact every night."""
    return listed_from(config) if config.banded else config.emerging.entry_floor


@dataclass(frozen=True)
class Standing:
    """What the order of the prioritised list looks at; never name, age or place."""

    person_id: int
    published: int
    raw_hundredths: int
    latest_on: date | None
    highest_base: int
    crimes_90: int


def list_order(standing: Standing) -> tuple[int, int, int, int, int, int]:
    """Sort key: greatest first, ties as scoring.md 2.7 says."""
    return (
        -standing.published,
        -standing.raw_hundredths,
        -(standing.latest_on.toordinal() if standing.latest_on else 0),
        -standing.highest_base,
        -standing.crimes_90,
        standing.person_id,
    )


def competition_ranks(published: Sequence[int]) -> list[int]:
    """Ranks of scores already in list order: equal scores share one (1, 2, 2, 2, 5)."""
    ranks: list[int] = []
    for place, points in enumerate(published, start=1):
        ranks.append(ranks[-1] if ranks and published[place - 2] == points else place)
    return ranks


def born_on_or_before(on: date) -> date:
    """The latest date of birth of somebody who is ranked on this day."""
    try:
        return on.replace(year=on.year - RANKED_FROM_AGE)
    except ValueError:  # 29 February: the birthday of 18 falls on 1 March, so born by the 28th
        return on.replace(year=on.year - RANKED_FROM_AGE, day=28)
