"""Records dated from today, for pages that ask the clock."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from cohorts.models import Case
from cohorts.services import record_selection
from iom.access.scope import as_actor, as_owner
from scoring.models import CurrentScore, ThreatAlert
from scoring.rules.emerging import RELATIVE
from tests.cohorts.factories import PLACES, ListedReferralFactory, board
from tests.scoring.factories import EventFactory

TODAY = timezone.localdate()


def at(days_ago: int, hour: int = 12) -> datetime:
    return datetime.combine(TODAY - timedelta(days_ago), time(hour), UTC)


def scored(person: Any, model: Any) -> None:
    EventFactory(person=person, occurred_on=TODAY - timedelta(20))
    with as_owner():
        CurrentScore.objects.create(
            score_model=model,
            person=person,
            published=617,
            raw_hundredths=61_700,
            band="MEDIUM",
            latest_on=TODAY - timedelta(20),
            highest_base=100,
            crimes_90=1,
            bucket=12,
        )


def alert(person: Any, model: Any, unit: Any) -> ThreatAlert:
    with as_owner():
        return ThreatAlert.objects.create(
            person=person,
            model_code="ROR",
            score_model=model,
            unit=unit,
            opened_on=TODAY - timedelta(2),
            last_fired_on=TODAY - timedelta(2),
            score=617,
            baseline=200,
            jump=417,
            fired=[RELATIVE],
            event_ids=[],
        )


def selected(world: dict[str, Any], person: Any, by: Any, unit: str, days_ago: int = 7) -> Case:
    """A case that the services opened on a board's decision some days ago."""
    listed = ListedReferralFactory(
        person=person,
        unit=world[unit],
        referring_agency=world["police"],
        board_on=TODAY - timedelta(days_ago),
        submitted_on=TODAY - timedelta(days_ago + 5),
    )
    decision = board((world["police"].pk, world["probation"].pk), TODAY - timedelta(days_ago))
    with as_actor(by):
        return record_selection(listed.pk, decision, PLACES, by=by, at=at(days_ago, 15))
