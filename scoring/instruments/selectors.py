"""Reading local calculations for the person's pages and the API (SCO-6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from iom.access.actor import Actor
from scoring.instruments.models import LocalCalculation
from scoring.instruments.permissions import sees_calculations, visible_to
from scoring.instruments.rules.vocabulary import BAND_WORDS, NAMES
from scoring.instruments.rules.wording import inputs_said, result_said


@dataclass(frozen=True)
class Calculation:
    """A local calculation as it is shown: what, by whom, when, from what, and how old it is."""

    id: int
    instrument: str
    name: str
    version: str
    result: dict[str, str]
    said: str
    band: str
    band_words: str
    inputs: dict[str, object]
    inputs_said: list[tuple[str, str]]
    calculated_on: date
    calculated_at: datetime
    by: str
    days_old: int


def calculation_rows(actor: Actor, person_id: int) -> QuerySet[LocalCalculation]:
    """A person's local calculations, the newest first; none where they are off or not for this reader."""
    if not sees_calculations(actor):
        return LocalCalculation.objects.none()
    return visible_to(actor).filter(person=person_id).select_related("calculated_by")


def calculations_of(actor: Actor, person_id: int, *, on: date) -> list[Calculation]:
    """The same as pages show them."""
    return [_shown(row, on) for row in calculation_rows(actor, person_id)]


def latest_in(rows: Iterable[LocalCalculation], *, on: date) -> list[Calculation]:
    """The newest calculation of each instrument, for showing beside the partners' assessments."""
    newest: dict[str, Calculation] = {}
    for row in rows:
        newest.setdefault(row.instrument, _shown(row, on))
    return list(newest.values())


def _shown(row: LocalCalculation, on: date) -> Calculation:
    return Calculation(
        id=row.pk,
        instrument=row.instrument,
        name=NAMES[row.instrument],
        version=row.version,
        result=row.result,
        said=result_said(row.result),
        band=row.band,
        band_words=BAND_WORDS[row.band],
        inputs=row.inputs,
        inputs_said=inputs_said(row.inputs),
        calculated_on=row.calculated_on,
        calculated_at=row.calculated_at,
        by=row.calculated_by.name,
        days_old=(on - row.calculated_on).days,
    )
