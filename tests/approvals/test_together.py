"""Two deciders at the same moment: exactly one wins, and what was asked for is done once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from iom.access.actor import actor_for
from iom.access.scope import as_actor, as_owner
from iom.approvals import services
from iom.approvals.models import Approval
from iom.persons.models import Person
from tests.cohorts.test_together import acting, at_once
from tests.factories import AgencyFactory, MembershipFactory, PersonFactory, TeamFactory, UnitFactory

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def district(committed: None) -> dict[str, Any]:
    north = UnitFactory(code="north")
    team = TeamFactory(agency=AgencyFactory(code="police", kind="police"), unit=north)
    people = {}
    for name in ("asker", "one", "two"):
        user = MembershipFactory(role="inspector", team=team).user
        with as_owner():
            people[name] = actor_for(user, on=date.today())
    return {"north": north, "person": PersonFactory(home_unit=north, given_names="Sam"), **people}


def test_two_deciders_at_once_one_wins(district: dict[str, Any]) -> None:
    asker, person = district["asker"], district["person"]
    with as_actor(asker):
        approval = services.ask(
            "test.rename",
            by=asker,
            at=AT,
            payload={"name": "Alex"},
            reason="The name is wrong on record",
            person_id=person.pk,
            unit_id=district["north"].pk,
        )
    one, two, later = district["one"], district["two"], AT + timedelta(days=1)

    answers = at_once(
        acting(one, lambda: services.approve(approval.pk, by=one, at=later)),
        acting(two, lambda: services.refuse(approval.pk, by=two, at=later, reason="The name is right")),
    )

    assert sorted(answer == "done" for answer in answers) == [False, True]
    with as_owner():
        after = Approval.objects.get(pk=approval.pk)
        renamed = Person.objects.get(pk=person.pk).given_names == "Alex"
    assert (after.status == "approved") is renamed
    assert any(answer.startswith("This is decided already") for answer in answers)
