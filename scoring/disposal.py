"""What becomes of a person's rows on disposal: events, scores and their history go; runs keep their totals."""

from iom.kernel.disposal import delete

delete(
    "scoring.Event",
    "scoring.CurrentScore",
    "scoring.ComparedScore",
    "scoring.ScoreHistory",
    "scoring.ThreatAlert",
    "scoring.AlertFiring",
    "scoring.ThreatReview",
)
