"""Asking how a score model turned out: by whoever judges score models, and once a month by the product (SCO-7)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from iom.access.actor import SYSTEM, Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.jobs.rules import night_due
from iom.kernel.errors import Invalid, NotFound, Refused
from reports.worth.audit import EVALUATION_ASKED
from reports.worth.models import ScoreEvaluation
from reports.worth.rules.questions import USUAL_MONTHS, day_fault, months_after, sizes_fault, usual_day
from scoring.models import ScoreModel
from scoring.rules.vocabulary import CRIME
from scoring.services.models import config_of
from scoring.services.runs import code_version

UNFINISHED = (ScoreEvaluation.Status.WAITING, ScoreEvaluation.Status.RUNNING)


@transaction.atomic
def ask_to_evaluate(
    code: str, *, months: int = USUAL_MONTHS, as_of: date | None = None, by: Actor, on: date, at: datetime
) -> ScoreEvaluation:
    """Ask what the active version would have ranked on a past day; the background works it out.

    Without a day it is the latest whose months are over. Invalid when they are not; Refused when no version is in use
    or one is being looked back with already.
    """
    by.require(Power.SEE_WORTH)
    by.require(Power.DRAFT_SCORE_MODEL)
    row = _in_use(code)
    found = _waiting(row, months=months, as_of=as_of or usual_day(on, months), on=on, at=at, by=by)
    detail = {"model": str(row), "evaluation": found.pk, "as_of": found.as_of.isoformat(), "months": months}
    record(EVALUATION_ASKED, by=by, detail=detail)
    return found


def open_month(at: datetime) -> bool:
    """A step of the tick: from the first night of a month, its report for each model in use; one a month, made good."""
    on = night_due(at)
    month = on.replace(day=1)
    owed = ScoreModel.objects.filter(status=ScoreModel.Status.ACTIVE).exclude(evaluations__month=month)
    row = owed.exclude(evaluations__status__in=UNFINISHED).order_by("code").select_for_update().first()
    if row is None:
        return False
    as_of = usual_day(month, USUAL_MONTHS)
    _waiting(row, months=USUAL_MONTHS, as_of=as_of, on=month, at=at, by=SYSTEM, month=month)
    return True


def _in_use(code: str) -> ScoreModel:
    rows = ScoreModel.objects.filter(code=code.upper(), status=ScoreModel.Status.ACTIVE)
    row = rows.select_for_update().first()
    if row is None:
        raise NotFound
    return row


def _waiting(
    row: ScoreModel,
    *,
    months: int,
    as_of: date,
    on: date,
    at: datetime,
    by: Actor,
    month: date | None = None,
) -> ScoreEvaluation:
    sizes: Sequence[int] = settings.LIST_SIZES
    fault = day_fault(as_of, months, on=on) or sizes_fault(sizes) or _horizon_fault(row, as_of, months)
    if fault:
        raise Invalid({"as_of": [fault]})
    if row.evaluations.filter(status__in=UNFINISHED).exists():
        raise Refused(f"A look back with {row} is being worked out already.")
    return ScoreEvaluation.objects.create(
        score_model=row,
        config_hash=row.config_hash,
        code_version=code_version(),
        as_of=as_of,
        months=months,
        reported_on=on,
        month=month,
        list_sizes=list(sizes),
        asked_by_id=by.user_id,
        asked_at=at,
    )


def _horizon_fault(row: ScoreModel, as_of: date, months: int) -> str:
    """Offences are told apart by the steps of the price, which see no further back than the model does."""
    lookback = config_of(row).families[CRIME].lookback
    if (months_after(as_of, months) - as_of).days > lookback:
        return f"{row} looks back {lookback} days on crimes. Choose fewer months."
    return ""
