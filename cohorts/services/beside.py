"""What the scores said on the day of a decision, kept beside it so that overrides can be studied (SCO-2).

The code that decides cannot read a score: it tells of the decision, and this is done after it, in its transaction.
"""

from cohorts.models import DecisionScore, SelectionDecision
from iom.access.actor import Actor
from scoring.selectors.history import as_it_stood


def keep_scores(decision: SelectionDecision, person_id: int, *, by: Actor) -> None:
    """A row for each model in use, with the score as the last night up to the day of the decision left it."""
    DecisionScore.objects.bulk_create(
        DecisionScore(
            decision=decision,
            model_code=stood.model_code,
            model_version=stood.model_version,
            published=stood.published,
            band=stood.band,
            night_on=stood.night_on,
        )
        for stood in as_it_stood(by, person_id, on=decision.decided_on)
    )
