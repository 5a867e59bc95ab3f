"""A small force whose figures can be counted on one's fingers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from iom.access.actor import Actor
from iom.accounts.rules import Role
from tests.factories import MembershipFactory, TeamFactory, UserFactory
from tests.reports.factories import deadline


@pytest.fixture
def auditor(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.AUDITOR)


@pytest.fixture
def sergeant(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.SUPERVISOR)


@pytest.fixture
def managers(world: dict[str, Any]) -> list[Any]:
    """PC Ash and PC Birch of the North team."""
    team = TeamFactory(name="North IOM team", agency=world["police"], unit=world["north"])
    found = [UserFactory(name=name) for name in ("PC Ash", "PC Birch")]
    for user in found:
        MembershipFactory(user=user, team=team, role="offender_manager")
    return found


@pytest.fixture
def june(world: dict[str, Any], managers: list[Any]) -> dict[str, Any]:
    """As at 3 July 2026. North: met, met by an extended date, late, missed, open, ended; South: one met, one missed.

    One deadline lies a day before the period, one a day after it, and one on each of its ends.
    """
    north, south = world["north"], world["south"]
    ash, birch = managers
    return {
        "met": deadline(north, met=date(2026, 6, 10), manager=ash),
        "met_extended": deadline(north, extended_to=date(2026, 6, 17), met=date(2026, 6, 15), manager=ash),
        "late": deadline(north, kind="plan", met=date(2026, 6, 11), manager=ash),
        "missed": deadline(north, kind="plan", due=date(2026, 6, 1), manager=birch),
        "missed_extended": deadline(north, kind="plan", extended_to=date(2026, 6, 30), manager=birch),
        "ended": deadline(north, kind="endorsement", stopped=date(2026, 6, 5), manager=birch),
        "before": deadline(north, due=date(2026, 5, 29), extended_to=date(2026, 5, 31), manager=ash),
        "after": deadline(north, due=date(2026, 7, 1), manager=ash),
        "south_met": deadline(south, kind="deregistration", due=date(2026, 6, 30), met=date(2026, 6, 1)),
        "south_missed": deadline(south, kind="deregistration", due=date(2026, 6, 30)),
    }
