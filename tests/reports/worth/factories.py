"""A finished look back without a look back: for pages and powers."""

from datetime import timedelta
from typing import Any

from iom.access.scope import as_owner
from reports.worth.models import ScoreEvaluation
from scoring.models import ScoreModel
from tests.today import TODAY, at


def finished_evaluation(score_model: ScoreModel, **figures: Any) -> ScoreEvaluation:
    """A report of nobody, as a force without a past has it, unless figures are given."""
    with as_owner():
        return ScoreEvaluation.objects.create(
            score_model=score_model,
            config_hash=score_model.config_hash,
            code_version="test",
            as_of=TODAY - timedelta(days=366),
            months=12,
            reported_on=TODAY,
            list_sizes=[25, 50],
            asked_at=at(0),
            status="done",
            finished_at=at(0),
            figures={
                "last": {"run": None, "as_of": (TODAY - timedelta(days=396)).isoformat()},
                "not_known": 0,
                "late": 0,
                "late_bulk": 0,
                "then": {},
                "areas": {},
                "ahead": {},
                "today": {},
                "units": {},
                **figures,
            },
            digest="0" * 64,
        )
