"""Meetings in the browser (MTG-1..4, SHR-2, SHR-3)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from iom.access.scope import as_owner
from iom.accounts.rules import Power, Role, may
from iom.audit.models import Act
from meetings.models import Meeting
from tests.factories import AgencyAccessFactory, PersonFactory
from tests.meetings.factories import AttendanceFactory, MeetingCaseFactory, MeetingFactory

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_its_powers_open(
    client_for: ClientFor, world: dict[str, Any], role: Role
) -> None:
    client = client_for(role)

    assert client.get("/meetings/").status_code == (200 if may(role, Power.SEE_MEETINGS) else 403)
    assert client.get("/meetings/add/").status_code == (200 if may(role, Power.RUN_MEETINGS) else 403)


def test_a_partner_sees_of_a_meeting_only_its_own_people(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    meeting = AttendanceFactory(meeting__unit=world["north"], agency=world["probation"]).meeting
    shared = PersonFactory(home_unit=world["north"], family_name="Sharedname")
    hidden = PersonFactory(home_unit=world["north"], family_name="Hiddenname")
    AgencyAccessFactory(person=shared, agency=world["probation"])
    MeetingCaseFactory(meeting=meeting, person=shared)
    MeetingCaseFactory(meeting=meeting, person=hidden, decision="Secret decision")
    partner, other = (
        client_for(Role.PARTNER_PRACTITIONER),
        client_for(Role.PARTNER_PRACTITIONER, agency="drugs"),
    )

    page = partner.get(f"/meetings/{meeting.pk}/")

    assert b"Sharedname" in page.content
    assert b"Hiddenname" not in page.content
    assert b"Secret decision" not in page.content
    assert [line.cases for line in partner.get("/meetings/").context["lines"]] == [1]
    with as_owner():
        assert Act.objects.get(action="look:meeting").subjects == [shared.pk]
    assert other.get(f"/meetings/{meeting.pk}/").status_code == 404
    assert other.get("/meetings/").context["lines"] == []
    assert other.get(f"/meetings/{meeting.pk + 1000}/").status_code == 404


def test_a_supervisor_records_a_meeting_and_its_decision(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    client, person = client_for(Role.SUPERVISOR), PersonFactory(home_unit=world["north"])
    today = timezone.localdate().isoformat()
    given = {
        "kind": "selection_board",
        "unit": world["north"].pk,
        "held_on": today,
        "chair": "Insp. Lee",
        "place": "Mill Street",
        "present": [world["probation"].pk, world["police"].pk],
        "apologies": [world["drugs"].pk],
    }

    both = client.post("/meetings/add/", given | {"apologies": [world["probation"].pk]})
    assert "apologies" in both.context["form"].errors
    made = client.post("/meetings/add/", given, follow=True)
    assert made.redirect_chain
    with as_owner():
        meeting = Meeting.objects.get()
    again = client.post("/meetings/add/", given)
    assert "already recorded" in again.content.decode()

    decision = {
        "person": person.nominal_ref.lower(),
        "section": "nominations",
        "decision": "Selected for the fixed cohort",
        "rationale": "High risk",
    }
    early = client.post(f"/meetings/{meeting.pk}/decide/", decision)
    assert "disclosure" in early.content.decode()
    client.post(f"/meetings/{meeting.pk}/disclosure/")
    page = client.post(f"/meetings/{meeting.pk}/decide/", decision, follow=True)
    assert b"Selected for the fixed cohort" in page.content

    own = client.get(f"/meetings/people/{person.nominal_ref}/")
    assert b"Selected for the fixed cohort" in own.content
    assert [s["label"] for s in own.context["sections"] if s["current"]] == ["Meetings"]
    line = client.get("/meetings/").context["lines"][0]
    assert (line.present, line.apologies, line.cases) == (2, 1, 1)


def test_a_person_one_may_not_see_has_no_page_of_meetings(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    person = MeetingCaseFactory(person__home_unit=world["south"]).person
    client = client_for(Role.SUPERVISOR)

    assert client.get(f"/meetings/people/{person.nominal_ref}/").status_code == 404
    assert client.get("/meetings/people/NV9999999/").status_code == 404


def test_meetings_are_filtered_by_kind_district_and_days(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    found = MeetingFactory(unit=world["north"], held_on="2026-06-30")
    MeetingFactory(unit=world["north"], held_on="2026-06-29")
    MeetingFactory(unit=world["north"], held_on="2026-07-01")
    MeetingFactory(unit=world["north"], held_on="2026-06-30", kind="referral_panel")
    MeetingFactory(unit=world["south"], held_on="2026-06-30")

    page = client_for(Role.CENTRAL_SPOC).get(
        "/meetings/?kind=selection_board&unit=north&since=2026-06-30&until=2026-06-30"
    )

    assert [line.meeting.pk for line in page.context["lines"]] == [found.pk]


def test_the_list_takes_the_same_queries_however_many_meetings(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    client = client_for(Role.SUPERVISOR)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/meetings/").status_code == 200
        return len(captured)

    MeetingCaseFactory(meeting__unit=world["north"], person__home_unit=world["north"])
    few = queries()
    for day in range(1, 20):
        meeting = MeetingFactory(unit=world["north"], held_on=f"2026-05-{day:02d}")
        MeetingCaseFactory(meeting=meeting, person__home_unit=world["north"])
    assert queries() == few
