"""Two clicks at the same moment: one success, one refusal; two rounds at once: one message."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from cohorts import models, services
from iom.access.actor import Actor, actor_for
from iom.access.scope import as_actor, as_owner, as_service
from iom.kernel.errors import Refused
from iom.notifications.models import Notification
from tests.cohorts.factories import (
    PLACES,
    SELECTED_ON,
    CaseFactory,
    DeadlineFactory,
    ListedReferralFactory,
    board,
    moment,
    way_out,
)
from tests.factories import AgencyFactory, MembershipFactory, PersonFactory, TeamFactory, UnitFactory

NOW = moment(SELECTED_ON, 15)


@pytest.fixture
def district(committed: None) -> dict[str, Any]:
    """A sergeant and an inspector of North, really committed."""
    north = UnitFactory(code="north", name="North")
    police = AgencyFactory(code="police", kind="police")
    probation = AgencyFactory(code="probation", agreement=True)
    team = TeamFactory(agency=police, unit=north)
    people = {}
    for role in ("supervisor", "inspector"):
        user = MembershipFactory(role=role, team=team).user
        with as_owner():
            people[role] = actor_for(user, on=date.today())
    return {"north": north, "police": police, "probation": probation, **people}


def at_once(*works: Callable[[], Any]) -> list[str]:
    """Start every work at the same moment, each on its own connection: "done" or the sentence of the refusal."""
    start, answers = threading.Barrier(len(works)), []

    def run(work: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            work()
            answers.append("done")
        except Refused as refusal:
            answers.append(refusal.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(answers)


def acting(actor: Actor, work: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> None:
        with as_actor(actor):
            work()

    return run


def test_a_referral_selected_twice_at_once_is_selected_once(district: dict[str, Any]) -> None:
    person = PersonFactory(home_unit=district["north"])
    referral = ListedReferralFactory(
        person=person, unit=district["north"], referring_agency=district["probation"]
    )
    decision = board((district["probation"].pk,))

    def select(by: Actor) -> Callable[[], Any]:
        return acting(by, lambda: services.record_selection(referral.pk, decision, PLACES, by=by, at=NOW))

    answers = at_once(select(district["supervisor"]), select(district["inspector"]))

    assert answers == ["You cannot select the person: the referral is selected.", "done"]
    with as_owner():
        assert models.Case.objects.count() == 1
        assert models.Deadline.objects.count() == 3


def test_two_referrals_of_one_person_selected_at_once_open_one_case(district: dict[str, Any]) -> None:
    person = PersonFactory(home_unit=district["north"])
    by, decision = district["supervisor"], board((district["probation"].pk,))
    pks = [
        ListedReferralFactory(
            person=person, unit=district["north"], referring_agency=district["probation"]
        ).pk
        for _ in range(2)
    ]

    def select(pk: int) -> Callable[[], Any]:
        return acting(by, lambda: services.record_selection(pk, decision, PLACES, by=by, at=NOW))

    answers = at_once(*[select(pk) for pk in pks])

    assert answers == ["This person is managed already: another case is open.", "done"]
    with as_owner():
        assert models.SelectionDecision.objects.count() == 1


def test_two_moves_at_once_to_the_same_place_are_one_move(district: dict[str, Any]) -> None:
    person = PersonFactory(home_unit=district["north"])
    referral = ListedReferralFactory(
        person=person, unit=district["north"], referring_agency=district["probation"]
    )
    by = district["supervisor"]
    with as_actor(by):
        case = services.record_selection(
            referral.pk, board((district["probation"].pk,)), PLACES, by=by, at=NOW
        )

    def move(who: Actor) -> Callable[[], Any]:
        place = {"scheme": "three_cohort", "cohort": "harm", "category": "ocg", "rationale": "Found"}
        return acting(who, lambda: services.move_placement(case.pk, by=who, at=NOW, **place))

    answers = at_once(move(by), move(district["inspector"]))

    assert answers == ["The person is in this cohort and category already.", "done"]


def test_a_deselection_agreed_and_turned_down_at_once_is_one_of_them(district: dict[str, Any]) -> None:
    case = CaseFactory(person=PersonFactory(home_unit=district["north"]))
    proposer = MembershipFactory(
        role="offender_manager", team=TeamFactory(agency=district["police"], unit=district["north"])
    ).user
    with as_owner():
        manager = actor_for(proposer, on=date.today())
    assert manager is not None
    with as_actor(manager):
        proposal = services.propose_deselection(case.pk, way_out(), by=manager, at=NOW)
    one, two = district["supervisor"], district["inspector"]

    answers = at_once(
        acting(one, lambda: services.agree_deselection(proposal.pk, by=one, at=NOW, decided_on=SELECTED_ON)),
        acting(two, lambda: services.turn_down_deselection(proposal.pk, by=two, at=NOW, reason="Not yet")),
    )

    assert answers[1] == "done"
    assert answers[0].startswith("You cannot")


def test_two_rounds_of_reminders_at_once_send_one_message(district: dict[str, Any]) -> None:
    by = district["supervisor"]
    case = CaseFactory(person=PersonFactory(home_unit=district["north"]))
    DeadlineFactory(case=case, owner_id=by.user_id)
    sent: list[int] = []

    def round_of() -> None:
        with as_service():
            sent.append(len(services.chase(on=date(2026, 6, 10), at=NOW)))

    at_once(round_of, round_of)

    assert sorted(sent) == [0, 1]
    with as_owner():
        assert Notification.objects.filter(user=by.user_id).count() == 1
