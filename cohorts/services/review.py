"""When a case is looked at again (REF-7). A grade sets how soon, and nothing else."""

from datetime import date, datetime

from django.db import transaction

from cohorts.audit import REVIEW_SET
from cohorts.models import Case
from cohorts.permissions import access_case
from cohorts.rules.reviews import next_review
from cohorts.services.history import require_case_step
from iom.access.actor import Actor
from iom.audit.services import record
from iom.kernel.errors import Invalid
from iom.working_days.rules import local_date
from scoring.selectors.lists import scores_of

GRADED_BY = "ROR"


def suggested_review(person_id: int, *, by: Actor, on: date, cohort: str) -> date:
    """The next review by cohort of the three-cohort model and ROR grade, counted from a day."""
    score = scores_of(by, [person_id]).get(person_id, {}).get(GRADED_BY)
    return next_review(on, cohort=cohort, grade=score.band if score else "")


@transaction.atomic
def set_review(case_id: int, *, by: Actor, at: datetime, review_on: date, reason: str) -> Case:
    """Set the date by which the case is looked at again, with the reason (REF-7)."""
    case = access_case(by, case_id, to="set_review", lock=True)
    require_case_step(case, "set_review")
    problems: dict[str, list[str]] = {}
    if not reason.strip():
        problems["reason"] = ["Enter what the review found, or why the date changes."]
    if review_on <= local_date(at):
        problems["review_on"] = ["The next review must be in the future."]
    if problems:
        raise Invalid(problems)
    before = case.review_on
    case.review_on = review_on
    case.save(update_fields=["review_on"])
    record(
        REVIEW_SET,
        by=by,
        subjects=[case.person_id],
        reason=reason.strip(),
        detail={"from": str(before), "to": str(review_on)},
    )
    return case
