"""A meeting's decisions given to an agency that was not there: two persons, for a time, and nothing else (SHR-2)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.agencies.models import SharingAgreement
from iom.approvals import services as approvals
from iom.approvals.models import Approval
from iom.audit.models import Act
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.sharing.models import Disclosure
from iom.sharing.rules import What
from iom.sharing.selectors.disclosures import received, words_of
from iom.sharing.services import disclosure
from meetings.disclosure import Asked, ask_for_meeting
from meetings.models import Meeting, MeetingCase, MeetingCaseGroupGrant
from tests.factories import AgencyAccessFactory, PersonFactory
from tests.meetings.factories import AttendanceFactory, MeetingCaseFactory, MeetingFactory
from tests.sharing.factories import terms

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
TODAY = timezone.localdate()


@pytest.fixture
def sergeant(actor_of: ActorOf) -> Actor:
    return actor_of(Role.SUPERVISOR)


@pytest.fixture
def inspector(actor_of: ActorOf) -> Actor:
    return actor_of(Role.INSPECTOR)


@pytest.fixture
def partner(actor_of: ActorOf) -> Actor:
    return actor_of(Role.PARTNER_MANAGER)


@pytest.fixture
def meeting(world: dict[str, Any]) -> Meeting:
    """A board that the police alone came to; it decided about two people shared with probation and one who is not."""
    meeting = MeetingFactory(unit=world["north"], chair="Chairmarker", place="Placemarker")
    AttendanceFactory(meeting=meeting, agency=world["police"])
    for name, shared in (("Firstmarker", True), ("Secondmarker", True), ("Othermarker", False)):
        person = PersonFactory(home_unit=world["north"], family_name=name)
        MeetingCaseFactory(
            meeting=meeting, person=person, decision=f"Decided on {name}", rationale="Rationalemarker"
        )
        if shared:
            AgencyAccessFactory(person=person, agency=world["probation"])
    return meeting


def ask(meeting: Meeting, agency: Any, by: Actor, **changes: Any) -> Asked:
    with as_actor(by):
        return ask_for_meeting(
            meeting.pk,
            terms(agency, **changes),
            reason="Probation missed the board",
            by=by,
            at=timezone.now(),
        )


def sign_all(by: Actor) -> None:
    with as_owner():
        waiting = list(Approval.objects.filter(status="waiting").values_list("pk", flat=True))
    for pk in waiting:
        with as_actor(by):
            approvals.approve(pk, by=by, at=timezone.now())


def held(partner: Actor) -> list[str]:
    """What the agency reads of meetings, in the signed words."""
    with as_actor(partner):
        rows = [row for row in received(partner, on=timezone.localdate()) if row.what == What.MEETING]
        return sorted(words_of(partner, row.record, What.MEETING).rsplit("\n", 1)[1] for row in rows)


def test_each_decision_on_a_person_shared_is_given_once_somebody_else_signed(
    world: dict[str, Any],
    meeting: Meeting,
    sergeant: Actor,
    inspector: Actor,
    partner: Actor,
    actor_of: ActorOf,
) -> None:
    asked = ask(meeting, world["probation"], sergeant)
    before = held(partner)
    sign_all(inspector)

    assert (len(asked.approvals), asked.left_out) == (2, 1)
    assert before == []
    assert held(partner) == ["Decision: Decided on Firstmarker", "Decision: Decided on Secondmarker"]
    assert held(actor_of(Role.PARTNER_MANAGER, agency="drugs")) == []
    with as_owner():
        lines = Disclosure.objects.filter(medium="meeting")
        assert {line.recipient for line in lines} == {world["probation"].name}
        assert (
            lines.count() == Act.objects.filter(action="sharing.item.disclosed", kind="disclose").count() == 2
        )
        assert Act.objects.filter(action="meetings.meeting.disclosure_asked").count() == 2


def test_the_meeting_itself_stays_closed(
    world: dict[str, Any], meeting: Meeting, sergeant: Actor, inspector: Actor, partner: Actor,
    client_for: Callable[..., Client],
) -> None:  # fmt: skip
    ask(meeting, world["probation"], sergeant)
    sign_all(inspector)
    client = client_for(partner)

    with as_actor(partner):
        assert not Meeting.objects.exists()
        assert not MeetingCase.objects.exists()
        rows = received(partner, on=TODAY)
    pages = [client.get("/sharing/received/")]
    pages += [client.get(f"/sharing/received/decisions/{row.pk}/") for row in rows]
    text = "".join(page.content.decode() for page in pages)

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "Decided on Firstmarker" in text
    for marker in ("Chairmarker", "Placemarker", "Rationalemarker", "Othermarker"):
        assert marker not in text
    assert client.get(f"/meetings/{meeting.pk}/").status_code == 404
    assert client.get(f"/meetings/{meeting.pk}/disclose/").status_code == 403


def test_it_ends_with_its_day_its_share_its_agreement_and_when_it_is_revoked(
    world: dict[str, Any], meeting: Meeting, sergeant: Actor, inspector: Actor, partner: Actor
) -> None:
    ask(meeting, world["probation"], sergeant)
    sign_all(inspector)
    with as_owner():
        first, second = MeetingCaseGroupGrant.objects.order_by("person__family_name")

    with as_actor(sergeant):
        disclosure.revoke(
            What.MEETING, first.pk, reason="The wrong agency was chosen", by=sergeant, at=timezone.now()
        )
    assert held(partner) == ["Decision: Decided on Secondmarker"]
    with as_actor(partner):
        assert not MeetingCaseGroupGrant.objects.filter(pk=first.pk).exists()

    for change, back in (
        ({"expires_on": TODAY}, {"expires_on": second.expires_on}),
        ({"agreement_id": _lapsed(world).pk}, {"agreement_id": second.agreement_id}),
    ):
        _set(second, **change)
        assert held(partner) == []
        with as_actor(partner):
            assert not MeetingCaseGroupGrant.objects.exists()
        _set(second, **back)
        assert held(partner) != []
    with as_owner():
        second.person.agency_access.update(ends_on=TODAY)
    assert held(partner) == []


def test_a_decision_reworded_after_it_was_asked_for_is_not_given(
    world: dict[str, Any], meeting: Meeting, sergeant: Actor, inspector: Actor, partner: Actor
) -> None:
    [*waiting] = ask(meeting, world["probation"], sergeant).approvals
    with as_owner():
        MeetingCase.objects.update(decision="Something else")

    with pytest.raises(Refused, match="words changed"), as_actor(inspector):
        approvals.approve(waiting[0].pk, by=inspector, at=timezone.now())
    assert held(partner) == []


def test_who_may_not_disclose_or_does_not_see_the_meeting_cannot_ask(
    world: dict[str, Any], meeting: Meeting, actor_of: ActorOf
) -> None:
    for role, where, refused in (
        (Role.SUPPORT, {}, Forbidden),
        (Role.ANALYST, {}, Forbidden),
        (Role.AUDITOR, {}, Forbidden),
        (Role.PARTNER_MANAGER, {}, Forbidden),
        (Role.SUPERVISOR, {"unit": "south"}, NotFound),
    ):
        with pytest.raises(refused):
            ask(meeting, world["probation"], actor_of(role, **where))
    with as_owner():
        assert not Approval.objects.exists()


def test_nothing_is_asked_for_without_ground_reason_or_a_day(
    world: dict[str, Any], meeting: Meeting, sergeant: Actor
) -> None:
    with pytest.raises(Refused, match="nobody who is shared"):
        ask(meeting, world["drugs"], sergeant)
    with pytest.raises(Invalid):
        ask(meeting, world["probation"], sergeant, purpose="short")
    with pytest.raises(Invalid):
        ask(meeting, world["probation"], sergeant, expires_on=TODAY)
    ask(meeting, world["probation"], sergeant)
    with pytest.raises(Refused, match="asked for or disclosed already"):
        ask(meeting, world["probation"], sergeant)


def test_the_page_asks_who_it_is_and_for_a_reason_and_says_what_was_left_out(
    world: dict[str, Any], meeting: Meeting, sergeant: Actor, client_for: Callable[..., Client]
) -> None:
    client, url = client_for(sergeant), f"/meetings/{meeting.pk}/disclose/"
    day = TODAY + timedelta(days=20)
    typed = {
        "agency": world["probation"].pk,
        "purpose": "Planning the next visits",
        "necessity": "Probation was not at the board",
        "expires_on": day.isoformat(),
        "reason": "Asked for by the practitioner",
    }

    unsure = client_for(sergeant, confirmed=False).get(url)
    empty = client_for(sergeant).post(url, typed | {"reason": ""})
    done = client_for(sergeant).post(url, typed, follow=True)

    assert unsure.status_code == 302
    assert empty.context["form"].errors["reason"]
    assert "Asked for 2 decisions. Another person signs each. 1 left out" in done.content.decode()
    assert "Disclose its decisions to one agency" in client.get(f"/meetings/{meeting.pk}/").content.decode()


def _set(grant: MeetingCaseGroupGrant, **changes: Any) -> None:
    with as_owner():
        MeetingCaseGroupGrant.objects.filter(pk=grant.pk).update(**changes)


def _lapsed(world: dict[str, Any]) -> SharingAgreement:
    with as_owner():
        return SharingAgreement.objects.create(
            agency=world["drugs"],
            reference="OLD-1",
            title="Old",
            starts_on=date(2020, 1, 1),
            ends_on=date(2021, 1, 1),
            data_classes=["core", "disclosed"],
        )
