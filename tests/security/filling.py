"""A row in the tables that the scene itself leaves empty, so that a marker can stand in each (security.md, check 2)."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cohorts.models import Case, DeadlineMove, PathwayNeed
from iom.feeds.models import FeedReject
from iom.persons.models import Address, Alias, Assessment, Marker, Restriction, StatutoryStatus
from iom.sharing.models import Consent
from scoring.instruments.models import LocalCalculation
from scoring.models import ThreatAlert, ThreatReview
from tagging.models import Device, DeviceEvent
from tests.scene import Scene
from tests.security.facts import hold_everything


def fill(scene: Scene) -> None:
    """Called as the owner of the tables."""
    for thing, values in scene.objects.items():
        if thing != "absent":
            hold_everything(scene.world, values["person"])
            about_the_person(scene, values["person"])
    case = Case.objects.get(pk=scene.objects["north"]["case"])
    about_the_case(scene, case)


def about_the_person(scene: Scene, person_id: int) -> None:
    now, day = timezone.now(), timezone.localdate()
    probation = scene.world["probation"]
    Alias.objects.create(person_id=person_id, family_name="A", given_names="A", search_name="a a")
    Address.objects.create(person_id=person_id, line="A", town="A", postcode="N1 1AA", lived_from=day)
    Marker.objects.create(person_id=person_id, kind="warning", text="W", recorded_on=day)
    Assessment.objects.create(
        person_id=person_id, instrument="OGP", value="1", band="B", assessed_on=day, agency=probation
    )
    LocalCalculation.objects.create(
        person_id=person_id, instrument="OGRS3", version="V", inputs={"ho_code": "09230"}, band="LOW",
        result={"one_year_pct": "9", "two_year_pct": "17"}, calculated_on=day, calculated_at=now,
        calculated_by_id=scene.actors["supervisor"].user_id,
    )  # fmt: skip
    StatutoryStatus.objects.create(person_id=person_id, kind="other_order", conditions="C", starts_on=day)
    Restriction.objects.create(
        person_id=person_id,
        kind="high_profile",
        reason="R",
        set_at=now - timedelta(2),
        lifted_at=now - timedelta(1),
        lifted_reason="L",
    )
    Consent.objects.create(
        person_id=person_id, agency=probation, purpose="P", status="given", said_on=day, how="H", evidence="E",
        recorded_at=now,
    )  # fmt: skip


def about_the_case(scene: Scene, case: Any) -> None:
    now, day = timezone.now(), timezone.localdate()
    north = scene.objects["north"]
    user_id = scene.actors["supervisor"].user_id
    PathwayNeed.objects.create(case=case, pathway="ete", need="high", notes="N", set_at=now, current=False)
    DeadlineMove.objects.create(
        deadline_id=north["deadline_id"],
        cause="extension",
        from_on=day,
        to_on=day + timedelta(1),
        reason="R",
        at=now,
        from_calendar="C",
        to_calendar="D",
    )
    alert = ThreatAlert.objects.get(pk=north["alert_id"])
    ThreatReview.objects.create(
        alert=alert, person_id=alert.person_id, reviewed_on=day, reviewed_at=now, by_id=user_id,
        outcome=ThreatAlert.Outcome.values[0], rationale="R",
    )  # fmt: skip
    device = Device.objects.get(pk=north["device"])
    DeviceEvent.objects.create(
        device=device, to_state=device.state, unit_id=device.unit_id, on=day, recorded_at=now, reason="R"
    )
    FeedReject.objects.create(file_id=north["file_id"], line=1, column="C", reason="R")
