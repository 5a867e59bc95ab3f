"""Calculating a published instrument for one person and keeping it with its inputs (SCO-6)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction

from iom.access.actor import Actor
from iom.audit.services import record
from iom.kernel.errors import Forbidden, Invalid
from iom.persons.models import Person
from iom.persons.permissions import access_person
from iom.working_days.rules import local_date
from scoring.instruments import audit, shipped
from scoring.instruments.models import LocalCalculation
from scoring.instruments.permissions import require_calculating, require_use
from scoring.instruments.rules.ogrs3 import Ogrs3Inputs, ogrs3
from scoring.instruments.rules.predictors import PredictorInputs, predictions
from scoring.instruments.rules.problems import NotCalculable
from scoring.instruments.rules.vocabulary import VERSIONS, Instrument
from scoring.instruments.rules.wording import kept_inputs, kept_ogrs3, kept_prediction

T = TypeVar("T")


@transaction.atomic
def calculate_ogrs3(nominal_ref: str, *, by: Actor, at: datetime, given: Ogrs3Inputs) -> LocalCalculation:
    """Calculate OGRS3 for a person and keep it; Invalid says at each field why there is no result."""
    person = _person(nominal_ref, by)
    found = _said_at_fields(lambda: ogrs3(given, shipped.ogrs3_weights()))
    kept = _keep(person, Instrument.OGRS3, kept_inputs(given), kept_ogrs3(found), found.band, by=by, at=at)
    _record(person, [kept], by)
    return kept


@transaction.atomic
def calculate_predictors(
    nominal_ref: str, *, by: Actor, at: datetime, given: PredictorInputs
) -> list[LocalCalculation]:
    """Calculate the three predictors for a person and keep them; Invalid says at each field why there is no result."""
    person = _person(nominal_ref, by)
    found = _said_at_fields(lambda: predictions(given, shipped.predictor_tables()))
    inputs = kept_inputs(given)
    kept = [
        _keep(person, one, inputs, kept_prediction(result), result.band, by=by, at=at)
        for one, result in found.items()
    ]
    _record(person, kept, by)
    return kept


def _person(nominal_ref: str, by: Actor) -> Person:
    require_calculating(by)
    require_use()
    return access_person(by, nominal_ref)


def _author(by: Actor) -> int:
    if by.user_id is None:
        raise Forbidden("A named person makes a local calculation, never the system.")
    return by.user_id


def _said_at_fields(calculate: Callable[[], T]) -> T:
    try:
        return calculate()
    except NotCalculable as wrong:
        fields: dict[str, list[str]] = {}
        for problem in wrong.problems:
            fields.setdefault(problem.field, []).append(problem.sentence)
        raise Invalid(fields) from wrong


def _keep(
    person: Person,
    instrument: Instrument,
    inputs: dict[str, Any],
    result: dict[str, str],
    band: str,
    *,
    by: Actor,
    at: datetime,
) -> LocalCalculation:
    day: date = local_date(at)
    return LocalCalculation.objects.create(
        person=person,
        instrument=instrument,
        version=VERSIONS[instrument],
        inputs=inputs,
        result=result,
        band=band,
        calculated_on=day,
        calculated_at=at,
        calculated_by_id=_author(by),
    )


def _record(person: Person, kept: list[LocalCalculation], by: Actor) -> None:
    record(
        audit.CALCULATED,
        by=by,
        subjects=[person.pk],
        detail={"instruments": [row.instrument for row in kept], "calculations": [row.pk for row in kept]},
    )
