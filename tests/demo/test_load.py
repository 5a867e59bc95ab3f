"""The small demo, loaded through the import a real force uses (INT-1, SCO-4, COH-1)."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q

from cohorts.models import Case, Deadline, Referral
from cohorts.rules.statuses import CaseStatus, ReferralStatus
from iom.access.scope import as_owner
from iom.agencies.models import SharingAgreement
from iom.feeds.models import FeedFile
from iom.persons.models import Person
from scoring.models import CurrentScore, ThreatAlert
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_the_small_demo_holds_what_a_visitor_looks_for_and_loads_once(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    out = StringIO()

    call_command("load_demo", "--scale", "small", stdout=out)
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
        districts = ThreatAlert.objects.filter(status="open").values_list("unit__code", flat=True)
        assert len(set(districts)) == 5
        assert SharingAgreement.objects.filter(ends_on__lt=date.today()).count() == 1


def test_a_product_with_other_data_is_left_alone() -> None:
    PersonFactory()

    with pytest.raises(CommandError, match="holds data already"):
        call_command("load_demo", "--scale", "small")
