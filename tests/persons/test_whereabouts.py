"""Where a person is, from custody periods (PER-3, PRI-1)."""

from datetime import date

import pytest

from iom.persons.whereabouts import Stay, Whereabouts, place_on

DAY = date(2026, 6, 30)


def stay(
    held_from: date, held_to: date | None = None, *, in_area: bool = True, prison: str = "HMP Elm"
) -> Stay:
    return Stay(held_from, held_to, prison, in_area)


@pytest.mark.parametrize(
    ("held_from", "held_to", "held"),
    [
        (date(2026, 6, 30), None, True),
        (date(2026, 7, 1), None, False),
        (date(2026, 6, 1), date(2026, 7, 1), True),
        (date(2026, 6, 1), date(2026, 6, 30), False),
        (date(2026, 6, 1), date(2026, 6, 29), False),
    ],
    ids=["from that day", "from the next", "until the next", "released that day", "released before"],
)
def test_the_first_day_counts_as_custody_and_the_day_of_release_as_community(
    held_from: date, held_to: date | None, held: bool
) -> None:
    place = place_on([stay(held_from, held_to)], DAY)

    assert (place.whereabouts == Whereabouts.CUSTODY) is held
    assert (place.stay is not None) is held


def test_nobody_with_no_stay_is_anywhere_but_in_the_community() -> None:
    assert place_on([], DAY).words == "In the community"


def test_a_prison_outside_the_area_is_said_to_be() -> None:
    place = place_on([stay(date(2026, 6, 1), in_area=False)], DAY)

    assert place.whereabouts == Whereabouts.CUSTODY_OUT_OF_AREA
    assert place.words == "In custody out of area: HMP Elm"


def test_after_a_transfer_the_later_stay_says_where() -> None:
    stays = [stay(date(2026, 6, 1)), stay(date(2026, 6, 20), prison="HMP Oak"), stay(date(2026, 6, 10))]

    assert place_on(stays, DAY).words == "In custody: HMP Oak"
