"""What scoring adds to the frame of every page: how old the scores are, and how many alerts wait."""

from typing import Any

from django.http import HttpRequest

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.kernel import clock
from scoring.rules.bands import GUIDE_ONLY
from scoring.rules.nights import late_nights, late_sentence
from scoring.selectors.alerts import open_alert_counts
from scoring.selectors.lists import scores_from


def score_age(request: HttpRequest) -> dict[str, Any]:
    """From when the scores are, that they only guide, and a warning when a night is missing: who sees scores."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(Power.SEE_SCORES):
        return {}
    known = scores_from("ROR")
    if known is None:
        return {"guide_only": GUIDE_ONLY, "scores_as_of": None, "scores_late": 0}
    late = late_nights(known.as_of, on=clock.today())
    return {
        "guide_only": GUIDE_ONLY,
        "scores_as_of": known.finished_at,
        "scores_late": late,
        "scores_late_text": late_sentence(known.as_of, late),
    }


def open_alerts(request: HttpRequest) -> int:
    """Entries on the reader's tabs."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return sum(open_alert_counts(actor).values())
