"""Events and score models for tests, with named states."""

from datetime import UTC, date, datetime, time
from typing import Any

import factory

from iom.access.scope import as_owner
from iom.persons.models import Person
from scoring import shipped
from scoring.models import ComparedScore, Event, ScoreComparison, ScoreModel, ScoreRun
from scoring.rules.config import config_hash
from scoring.rules.places import FIRST_PLACES
from tests.factories import IomFactory, PersonFactory, UserFactory

TODAY = date(2026, 6, 30)
AT_NIGHT = datetime(2026, 6, 30, 21, 0, tzinfo=UTC)


class EventFactory(IomFactory):
    """A residential burglary, convicted, recorded on the day it happened."""

    class Meta:
        model = Event

    person = factory.SubFactory(PersonFactory)
    family = "crime"
    category = "burglary_residential"
    occurred_on = TODAY
    recorded_at = factory.LazyAttribute(lambda o: datetime.combine(o.occurred_on, time(9), tzinfo=UTC))
    status = "convicted"
    source = "test"
    source_ref = factory.Sequence(lambda n: f"E{n}")
    summary = factory.LazyAttribute(lambda o: f"{o.category.replace('_', ' ').capitalize()}, {o.source_ref}")


class IntelligenceFactory(EventFactory):
    family = "intelligence"
    category = "acquisitive"
    status = None
    intel_grade = "1A"
    summary = "Intelligence log"


def riser(**fields: Any) -> Person:
    """Somebody who was at 212 four weeks ago and has a new burglary today: 360, RELATIVE and BAND_CROSSING."""
    person = PersonFactory(**fields)
    EventFactory.create_batch(2, person=person, occurred_on=date(2026, 5, 1))
    EventFactory(person=person)
    return person


def model_in_use(
    code: str = "ROR",
    *,
    status: str = "active",
    from_on: date | None = date(2020, 1, 1),
    reasons: dict[str, Any] | None = None,
    **fields: Any,
) -> ScoreModel:
    """A shipped model, approved and active since long ago; without `from_on` nobody has approved it."""
    config = shipped.models()[code]
    document = {key: value for key, value in config.document.items() if key != "config_hash"}
    document.update(fields)
    with as_owner():
        return ScoreModel.objects.create(
            code=code,
            version=document["version"],
            config=document,
            config_hash=config_hash(document),
            reasons=reasons or {},
            status=status,
            effective_from=from_on,
            approver=UserFactory() if from_on else None,
            approved_at=AT_NIGHT if from_on else None,
            approval_reason="Reviewed." if from_on else "",
        )


def finished_comparison(score_model: ScoreModel, against: ScoreModel, person: Any) -> ScoreComparison:
    """A comparison of two versions that ended, with this one person in it."""
    moved = {"old_published": 300, "new_published": 400, "old_band": "NOT_BROUGHT_ON", "new_band": "LOW"}
    with as_owner():
        run = ScoreRun.objects.create(
            score_model=score_model,
            config_hash=score_model.config_hash,
            code_version="test",
            as_of=TODAY,
            watermark=AT_NIGHT,
            started_at=AT_NIGHT,
            finished_at=AT_NIGHT,
            replay=True,
        )
        comparison = ScoreComparison.objects.create(
            score_model=score_model,
            against=against,
            config_hash=score_model.config_hash,
            new_run=run,
            as_of=TODAY,
            asked_by_id=score_model.author_id,
            asked_at=AT_NIGHT,
            status="done",
            finished_at=AT_NIGHT,
            moves=[["NOT_BROUGHT_ON", "LOW", 1]],
            alerts={"old": 0, "new": 1, "gained": 1, "lost": 0},
            overlaps={str(first): [1, 1, 1] for first in FIRST_PLACES},
        )
        ComparedScore.objects.create(comparison=comparison, person=person, new_fires=True, **moved)
        return comparison


def finished_night(as_of: date) -> ScoreRun:
    """A whole night of ROR that has been scored."""
    at = datetime.combine(as_of, time(23), tzinfo=UTC)
    model = model_in_use()
    with as_owner():
        return ScoreRun.objects.create(
            score_model=model,
            config_hash=model.config_hash,
            code_version="test",
            as_of=as_of,
            watermark=at,
            started_at=at,
            finished_at=at,
        )
