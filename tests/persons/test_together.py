"""Two openings at the same moment count as two: the limit of a day cannot be passed by asking twice at once (SHR-2)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from iom.access.actor import actor_for
from iom.access.models import PersonUserGrant
from iom.access.scope import as_owner
from iom.persons import services
from tests.cohorts.test_together import acting, at_once
from tests.factories import AgencyFactory, MembershipFactory, PersonFactory, TeamFactory, UnitFactory

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WHY = "A witness names him in Northmoor."


@pytest.fixture
def force(committed: None) -> dict[str, Any]:
    north, south = UnitFactory(code="north"), UnitFactory(code="south")
    team = TeamFactory(agency=AgencyFactory(code="police", kind="police"), unit=north)
    user = MembershipFactory(role="supervisor", team=team).user
    for n in (1, 2):
        PersonFactory(home_unit=south, nominal_ref=f"NV200000{n}")
    with as_owner():
        sergeant = actor_for(user, on=date.today())
    return {"sergeant": sergeant}


@pytest.mark.parametrize("way", ["search", "break_glass"])
def test_of_two_openings_at_once_the_limit_of_the_day_lets_one_through(
    force: dict[str, Any], settings: Any, way: str
) -> None:
    settings.SEARCH_ELSEWHERE_DAILY = settings.BREAK_GLASS_DAILY = 1
    by = force["sergeant"]

    def opens(reference: str) -> Any:
        if way == "search":
            return acting(by, lambda: services.open_elsewhere(reference, by=by, reason=WHY))
        return acting(by, lambda: services.break_glass(reference, by=by, reason=WHY, at=NOW))

    answers = at_once(opens("NV2000001"), opens("NV2000002"))

    with as_owner():
        assert PersonUserGrant.objects.filter(kind=way).count() == 1
    assert sorted(answer == "done" for answer in answers) == [False, True]
    assert any("as many records" in answer for answer in answers)
