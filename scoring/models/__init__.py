"""What the score is made of and what it leaves behind (SCO-1..5)."""

from scoring.models.alerts import AlertFiring, ThreatAlert
from scoring.models.comparisons import ComparedScore, ScoreComparison, ScoreReplay
from scoring.models.events import Decay, Event, OffenceCode
from scoring.models.reviews import ThreatReview
from scoring.models.scores import CurrentScore, ScoreHistory, ScoreModel, ScoreRun
from scoring.models.threat_numbers import ThreatNumbers

__all__ = [
    "AlertFiring",
    "ComparedScore",
    "CurrentScore",
    "Decay",
    "Event",
    "OffenceCode",
    "ScoreComparison",
    "ScoreHistory",
    "ScoreModel",
    "ScoreReplay",
    "ScoreRun",
    "ThreatAlert",
    "ThreatNumbers",
    "ThreatReview",
]
