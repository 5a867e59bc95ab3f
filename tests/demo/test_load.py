"""The small demo, loaded through the import a real force uses (INT-1, SCO-4, COH-1)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Q
from django.test import override_settings

from cohorts.models import Case, Deadline, Referral, SelectionDecision
from cohorts.rules.statuses import CaseStatus, ReferralStatus
from iom.access.models import AgencyAccess
from iom.access.scope import as_owner
from iom.agencies.models import SharingAgreement
from iom.audit.models import Act
from iom.demo.force import DISTRICTS
from iom.feeds.models import FeedFile, Touched
from iom.kernel import clock
from iom.notifications.models import Notification
from iom.oversight.models import Finding
from iom.persons.models import Person
from iom.records.models import IntelligenceItem
from meetings.models import Attendance, Meeting, MeetingCase
from scoring.models import CurrentScore, ThreatAlert
from tagging.models import Device, Wearing
from tagging.rules import DeviceState
from tests.factories import PersonFactory


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The small demo, loaded once for the module and undone at its end; where its files are."""
    folder = tmp_path_factory.mktemp("demo")
    with override_settings(DATA_DIR=folder), django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", "--scale", "small", stdout=StringIO())
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: Path, settings: Any) -> Iterator[None]:
    """The loaded demo for one test: what the test does to it is undone."""
    settings.DATA_DIR = loaded
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_product_with_other_data_is_left_alone() -> None:
    PersonFactory()

    with pytest.raises(CommandError, match="holds data already"):
        call_command("load_demo", "--scale", "small")


def test_the_small_demo_holds_what_a_visitor_looks_for_and_loads_once(demo: None) -> None:
    out = StringIO()

    with as_owner():
        before = (Person.objects.count(), Case.objects.count(), FeedFile.objects.count())
    call_command("load_demo", "--scale", "small", stdout=out)

    assert "there already" in out.getvalue()
    with as_owner():
        assert (Person.objects.count(), Case.objects.count(), FeedFile.objects.count()) == before
        assert Person.objects.count() == 600
        assert set(FeedFile.objects.values_list("status", flat=True)) == {"loaded"}
        assert FeedFile.objects.filter(rejected__gt=0).exists()
        assert set(Case.objects.values_list("status", flat=True)) >= {CaseStatus.ACTIVE, CaseStatus.CLOSED}
        assert set(Referral.objects.values_list("status", flat=True)) == {s.value for s in ReferralStatus}
        open_cases = Case.objects.exclude(status=CaseStatus.CLOSED)
        assert Person.objects.filter(is_managed=True).count() == open_cases.count()
        for case in open_cases:
            places = case.placements.filter(ends_on__isnull=True).values_list("scheme", flat=True)
            assert set(places) == {"national", "three_cohort"}
        assert Deadline.objects.filter(~Q(met_on=None)).exists()
        assert Deadline.objects.running(date.today()).exists()
        assert CurrentScore.objects.filter(published__gte=350).exists()
        assert SharingAgreement.objects.filter(ends_on__lt=date.today()).count() == 1


def test_tags_meetings_and_messages_are_there_on_the_first_day(demo: None) -> None:
    today = clock.today()
    with as_owner():
        states = Counter(Device.objects.values_list("state", flat=True))
        assert sum(states.values()) == 14
        assert set(states) == {state.value for state in DeviceState}
        worn = Wearing.objects.filter(ends_on=None)
        assert worn.count() == states["fitted"] == 5
        assert not worn.exclude(person__is_managed=True).exists()
        assert set(Wearing.objects.exclude(ends_on=None).values_list("end_reason", flat=True)) == {
            "withdrew",
            "completed",
        }

        meetings = Meeting.objects.all()
        assert {m.kind for m in meetings} == {"selection_board", "operational_group", "operational_board"}
        assert all(today - timedelta(days=100) < m.held_on < today for m in meetings)
        groups = Counter(
            m.unit.code for m in meetings.filter(kind="operational_group").select_related("unit")
        )
        assert groups["ashdale"] >= 11
        assert len(groups) == 5
        assert set(Attendance.objects.values_list("presence", flat=True)) == {"present", "apologies"}
        assert not Attendance.objects.filter(agency__code="second-step").exists()
        assert {"managed", "nominations"} <= set(MeetingCase.objects.values_list("section", flat=True))

        assert Notification.objects.filter(kind="deadline").exists()
        assert not Touched.objects.exists()


def test_what_a_board_decided_is_on_the_agenda_of_its_meeting(demo: None) -> None:
    with as_owner():
        since, until = clock.today() - timedelta(days=90), clock.today()
        decided = SelectionDecision.objects.filter(decided_on__gt=since, decided_on__lt=until)
        assert decided.exists()
        for row in decided.select_related("referral"):
            case = MeetingCase.objects.select_related("meeting").get(
                person_id=row.referral.person_id,
                section="nominations",
                meeting__held_on=row.decided_on,
                meeting__unit_id=row.referral.unit_id,
            )
            assert case.rationale == row.rationale
            assert case.meeting.chair == row.chair


def test_every_tab_has_entries_with_different_review_histories(demo: None) -> None:
    with as_owner():
        entries = ThreatAlert.objects.filter(status="open").annotate(looks=Count("reviews"))
        looks: dict[str, set[int]] = {unit.code: set() for unit in DISTRICTS}
        for alert in entries.select_related("unit"):
            looks[alert.unit.code].add(alert.looks)
        assert all(len(counts) > 1 and 0 in counts for counts in looks.values())
        assert entries.filter(unit__code="ashdale", person__is_managed=False, escalation=False).count() >= 5


def test_nobody_in_the_demo_looked_at_a_record_beyond_their_reach(demo: None) -> None:
    with as_owner():
        looks = Act.objects.filter(action="look:profile")
        shared = set(AgencyAccess.objects.values_list("agency__name", "person_id"))
        seen = {(a.agency, a.subjects[0]) for a in looks.filter(role__startswith="partner_")}
        restricted = set(Person.objects.filter(is_restricted=True).values_list("pk", flat=True))

        assert seen
        assert seen <= shared
        assert not looks.filter(role="administrator").exists()
        assert restricted.isdisjoint({a.subjects[0] for a in looks})
        assert set(Finding.objects.values_list("kind", flat=True)) >= {"many", "hours", "denied"}
        assert not Act.objects.filter(at__gt=clock.now()).exists()


def test_every_intelligence_item_of_the_demo_says_in_full_what_it_is(demo: None) -> None:
    with as_owner():
        assert IntelligenceItem.objects.exists()
        assert not IntelligenceItem.objects.filter(source__isnull=True).exists()
