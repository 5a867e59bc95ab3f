"""Which version of a score model was in force when (scoring.md 2.11): what two versions say is never joined."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F

from iom.kernel.errors import NotFound
from scoring.models import ScoreModel

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Tenure:
    """A version and the days it was in force, both ends counted; `until_on` is None for the one in use."""

    version: ScoreModel
    from_on: date
    until_on: date | None

    def holds(self, on: date) -> bool:
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


def active_model(code: str) -> ScoreModel:
    """The version in use; NotFound when there is none."""
    row = ScoreModel.objects.filter(code=code, status=ScoreModel.Status.ACTIVE).first()
    if row is None:
        raise NotFound
    return row


def tenures(code: str) -> list[Tenure]:
    """The versions that were in use, oldest first; one that came into force the day it went is left out."""
    used = ScoreModel.objects.filter(
        code=code,
        status__in=[ScoreModel.Status.ACTIVE, ScoreModel.Status.RETIRED],
        effective_from__isnull=False,
    ).order_by("effective_from", F("approved_at").asc(nulls_first=True), "id")
    rows = [(row, row.effective_from) for row in used if row.effective_from]
    found = []
    for place, (row, from_on) in enumerate(rows):
        later = rows[place + 1][1] if place + 1 < len(rows) else None
        if later != from_on:
            found.append(Tenure(row, from_on, later - ONE_DAY if later else None))
    return found


def version_on(code: str, on: date) -> ScoreModel:
    """The version in force on a day, the version in use before any was; NotFound when none is in use."""
    in_use = active_model(code)
    return next((one.version for one in tenures(code) if one.holds(on)), in_use)
