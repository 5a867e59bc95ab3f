"""What scoring adds to the frame of every page: how old the scores are, and how many alerts wait."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.kernel import clock
from iom.kernel.together import Asked, Number
from scoring.rules.bands import GUIDE_ONLY
from scoring.rules.nights import late_nights, late_sentence
from scoring.selectors.alerts import open_on_tabs
from scoring.selectors.lists import latest_run, scores_from

POLICY = "ROR"
"""The model whose age stands for all: every night scores them all."""


def asks_age(request: HttpRequest) -> dict[str, Asked]:
    """The run that the scores are from: for who sees scores."""
    actor = request.actor  # type: ignore[attr-defined]
    return {"run": latest_run(POLICY)} if actor.may(Power.SEE_SCORES) else {}


def score_age(request: HttpRequest, asked: Mapping[str, Any]) -> dict[str, Any]:
    """From when the scores are, that they only guide, and a warning when a night is missing."""
    if "run" not in asked:
        return {}
    known = scores_from(POLICY, asked["run"])
    if known is None:
        return {"guide_only": GUIDE_ONLY, "scores_as_of": None, "scores_late": 0}
    late = late_nights(known.as_of, on=clock.today())
    return {
        "guide_only": GUIDE_ONLY,
        "scores_as_of": known.finished_at,
        "scores_late": late,
        "scores_late_text": late_sentence(known.as_of, late),
    }


def open_alerts(request: HttpRequest) -> Number:
    """Entries on the reader's tabs."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return Number(open_on_tabs(actor))
