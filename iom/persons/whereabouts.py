"""Where a person is, worked out from custody periods and never typed (PER-3, PRI-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Whereabouts(StrEnum):
    COMMUNITY = "community"
    CUSTODY = "custody"
    CUSTODY_OUT_OF_AREA = "custody_out_of_area"


WHEREABOUTS_NAMES = {
    Whereabouts.COMMUNITY: "In the community",
    Whereabouts.CUSTODY: "In custody",
    Whereabouts.CUSTODY_OUT_OF_AREA: "In custody out of area",
}


@dataclass(frozen=True)
class Stay:
    """One custody period: [held_from, held_to), the prison, and when release is expected."""

    held_from: date
    held_to: date | None
    prison: str
    in_area: bool
    expected_release_on: date | None = None


@dataclass(frozen=True)
class Place:
    """Where a person is on a day, and the stay that says so."""

    whereabouts: Whereabouts
    stay: Stay | None = None

    @property
    def words(self) -> str:
        words = WHEREABOUTS_NAMES[self.whereabouts]
        return f"{words}: {self.stay.prison}" if self.stay else words


def place_on(stays: Iterable[Stay], day: date) -> Place:
    """Where the stays put a person at the end of a day: the day of release already counts as community."""
    held = [s for s in stays if s.held_from <= day and (s.held_to is None or s.held_to > day)]
    if not held:
        return Place(Whereabouts.COMMUNITY)
    stay = max(held, key=lambda s: s.held_from)
    return Place(Whereabouts.CUSTODY if stay.in_area else Whereabouts.CUSTODY_OUT_OF_AREA, stay)
