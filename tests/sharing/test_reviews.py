"""When a case changes owner, each sharing is looked at again: confirmed, changed or ended (SHR-1)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cohorts import services as cohorts
from cohorts.models import Case
from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.notifications.models import Notification
from iom.sharing.models import Consent, SharingReview
from iom.sharing.selectors.shares import latest_consents, open_review_of, open_reviews
from iom.sharing.services.consents import record_consent
from tests.cohorts.factories import CaseFactory
from tests.factories import AgencyAccessFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
NOTE = "Still needed for the licence"


@pytest.fixture
def managers(actor_of: ActorOf) -> tuple[Actor, Actor]:
    return actor_of(Role.OFFENDER_MANAGER), actor_of(Role.OFFENDER_MANAGER)


@pytest.fixture
def case(person: Any, world: dict[str, Any], managers: tuple[Actor, Actor]) -> Case:
    AgencyAccessFactory(person=person, agency=world["drugs"])
    return CaseFactory(person=person, unit=world["north"], manager_id=managers[0].user_id)


def handed_over(case: Case, sergeant: Actor, to: Actor) -> SharingReview:
    with as_actor(sergeant):
        cohorts.allocate_manager(
            case.pk, by=sergeant, at=timezone.now(), manager_id=to.user_id, reason="A new team"
        )
    with as_owner():
        return SharingReview.objects.get(done_at__isnull=True)


def lines_of(review: SharingReview) -> dict[str, int]:
    with as_owner():
        return {line.access.agency.code: line.pk for line in review.lines.select_related("access__agency")}


def decide(case: Case, review: SharingReview, code: str, by: Actor, outcome: str, **more: Any) -> None:
    with as_actor(by):
        cohorts.look_again(
            case.pk,
            review.pk,
            lines_of(review)[code],
            outcome=outcome,
            by=by,
            at=timezone.now(),
            **{"note": NOTE, **more},
        )


def test_the_new_manager_is_asked_within_five_working_days(
    case: Case, sergeant: Actor, managers: tuple[Actor, Actor]
) -> None:
    review = handed_over(case, sergeant, managers[1])

    assert (review.owner_id, review.cause) == (managers[1].user_id, "manager")
    assert timedelta(days=5) <= review.due_on - timezone.localdate() <= timedelta(days=11)
    assert set(lines_of(review)) == {"probation", "drugs"}
    with as_owner():
        told = Notification.objects.get(kind="sharing")
    assert (told.user_id, told.due_on) == (managers[1].user_id, review.due_on)


def test_a_first_page_with_sharing_to_look_at_does_not_say_that_nothing_waits(
    case: Case, sergeant: Actor, managers: tuple[Actor, Actor], client_for: Callable[..., Client]
) -> None:
    new = client_for(managers[1])
    before = new.get("/").content.decode()
    handed_over(case, sergeant, managers[1])
    after = new.get("/").content.decode()

    assert "Nothing is waiting for you today" in before
    assert "Sharing to look at again (1)" in after
    assert "Nothing is waiting for you today" not in after


def test_a_first_manager_and_an_unshared_case_need_no_second_look(
    person: Any, world: dict[str, Any], sergeant: Actor, managers: tuple[Actor, Actor]
) -> None:
    first = CaseFactory(person=person, unit=world["north"])
    with as_actor(sergeant):
        cohorts.allocate_manager(first.pk, by=sergeant, at=timezone.now(), manager_id=managers[0].user_id)
    with as_owner():
        AgencyAccess.objects.update(ends_on=timezone.localdate())
    with as_actor(sergeant):
        cohorts.allocate_manager(
            first.pk, by=sergeant, at=timezone.now(), manager_id=managers[1].user_id, reason="A new team"
        )

    with as_owner():
        assert SharingReview.objects.count() == 0


def test_it_is_done_when_every_sharing_was_looked_at(
    case: Case, sergeant: Actor, managers: tuple[Actor, Actor]
) -> None:
    review, owner = handed_over(case, sergeant, managers[1]), managers[1]
    decide(case, review, "probation", owner, "confirmed")
    with as_actor(owner):
        waiting = open_review_of(owner, case.person_id, on=timezone.localdate())
    decide(case, review, "drugs", owner, "ended")

    assert waiting is not None
    with as_owner():
        assert SharingReview.objects.get().done_at is not None
        assert AgencyAccess.objects.get(agency__code="drugs").ends_on == timezone.localdate()
        assert AgencyAccess.objects.get(agency__code="probation").ends_on is None
    with pytest.raises(Refused):
        decide(case, review, "drugs", owner, "confirmed")


def test_a_manager_may_end_but_not_share_otherwise_and_a_sergeant_may(
    case: Case, sergeant: Actor, managers: tuple[Actor, Actor]
) -> None:
    review, owner = handed_over(case, sergeant, managers[1]), managers[1]

    with pytest.raises(Forbidden):
        decide(case, review, "probation", owner, "changed", parts=["core"])
    decide(case, review, "probation", sergeant, "changed", parts=["core"])

    with as_owner():
        rows = AgencyAccess.objects.filter(agency__code="probation").order_by("pk")
        assert [(row.data_classes, row.ends_on) for row in rows] == [
            (None, timezone.localdate()),
            (["core"], None),
        ]


@pytest.mark.parametrize(("outcome", "note"), [("confirmed", "short"), ("maybe", NOTE)])
def test_a_line_needs_an_outcome_and_its_reason(
    case: Case, sergeant: Actor, managers: tuple[Actor, Actor], outcome: str, note: str
) -> None:
    review = handed_over(case, sergeant, managers[1])

    with pytest.raises(Invalid):
        decide(case, review, "probation", managers[1], outcome, note=note)


def test_another_hand_over_begins_it_anew_for_the_newest_owner(
    case: Case, sergeant: Actor, managers: tuple[Actor, Actor]
) -> None:
    review = handed_over(case, sergeant, managers[1])
    decide(case, review, "probation", managers[1], "confirmed")

    again = handed_over(case, sergeant, managers[0])

    assert (again.pk, again.owner_id) == (review.pk, managers[0].user_id)
    with as_owner():
        assert set(again.lines.values_list("outcome", flat=True)) == {""}


def test_supervision_sees_what_is_overdue_and_a_partner_nothing(
    case: Case, sergeant: Actor, partner: Actor, managers: tuple[Actor, Actor], actor_of: ActorOf
) -> None:
    review = handed_over(case, sergeant, managers[1])
    with as_owner():
        SharingReview.objects.update(due_on=timezone.localdate() - timedelta(days=1))

    with as_actor(sergeant):
        view = open_review_of(sergeant, case.person_id, on=timezone.localdate())
        assert view is not None
        assert view.overdue
        assert [one.pk for one in open_reviews(sergeant)] == [review.pk]
    elsewhere = actor_of(Role.SUPERVISOR, unit="south")
    for reader in (partner, elsewhere):
        with as_actor(reader):
            assert list(open_reviews(reader)) == []
    with as_actor(elsewhere):
        assert SharingReview.objects.count() == 0


def test_what_a_person_said_last_holds_and_the_rest_stays(
    person: Any, world: dict[str, Any], managers: tuple[Actor, Actor], partner: Actor, actor_of: ActorOf
) -> None:
    manager, today = managers[0], timezone.localdate()

    def say(status: str, days_ago: int, by: Actor = manager, **changes: Any) -> Consent:
        values = {
            "agency_id": world["probation"].pk,
            "purpose": "Support on release",
            "status": status,
            "said_on": today - timedelta(days=days_ago),
            "how": "In writing",
            "evidence": "Form 12",
        }
        with as_actor(by):
            return record_consent(person.nominal_ref, by=by, at=timezone.now(), **{**values, **changes})

    say("given", 10)
    say("withdrawn", 1)
    for changes in ({"how": " "}, {"evidence": ""}, {"purpose": "x"}, {"agency_id": 0}):
        with pytest.raises(Invalid):
            say("given", 0, **changes)
    with pytest.raises(Invalid):
        say("maybe", 0)
    with pytest.raises(Invalid):
        say("given", -1)
    with pytest.raises(Forbidden):
        say("given", 0, by=actor_of(Role.ANALYST))
    with pytest.raises((Forbidden, NotFound)):
        say("given", 0, by=partner)

    with as_actor(manager):
        assert latest_consents(manager, person.pk)[world["probation"].pk].status == "withdrawn"
        assert Consent.objects.count() == 2
    with as_actor(actor_of(Role.PARTNER_MANAGER, agency="drugs")):
        assert Consent.objects.count() == 0


def test_looking_again_may_share_more_so_it_is_asked_who_it_is(
    case: Case, sergeant: Actor, managers: tuple[Actor, Actor], client_for: Callable[..., Client]
) -> None:
    review = handed_over(case, sergeant, managers[1])
    line = lines_of(review)["drugs"]

    answer = client_for(sergeant, confirmed=False).post(
        f"/cases/{case.pk}/share/again/{line}/", {"outcome": "changed", "note": NOTE}
    )

    assert (answer.status_code, "/signin/confirm/" in answer["Location"]) == (307, True)
    with as_owner():
        assert AgencyAccess.objects.filter(person=case.person, agency__code="drugs").count() == 1


def test_a_change_while_looking_again_starts_from_what_the_agency_sees_and_until_when(
    case: Case, sergeant: Actor, managers: tuple[Actor, Actor], client_for: Callable[..., Client]
) -> None:
    last_day = timezone.localdate() + timedelta(days=40)
    with as_owner():
        AgencyAccess.objects.filter(agency__code="drugs").update(
            data_classes=["core", "note"], ends_on=last_day
        )
    review = handed_over(case, sergeant, managers[1])

    form = client_for(sergeant).get(f"/cases/{case.pk}/share/again/{lines_of(review)['drugs']}/")

    page = form.content.decode()
    assert re.findall(r'name="parts"[^>]*value="(\w+)"[^>]*checked', page) == ["core", "note"]
    assert re.findall(r'name="ends_on_\w+"[^>]*value="(\d+)"', page) == [
        str(last_day.day),
        str(last_day.month),
        str(last_day.year),
    ]
