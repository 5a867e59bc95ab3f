"""A version of a score model on its way into use, for tests of its life and its pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.approvals import services as approvals
from iom.approvals.models import Approval
from scoring.models import ScoreComparison, ScoreModel, ScoreReplay
from scoring.rules.tables import rows_of
from scoring.selectors.versions import content_of
from scoring.services import adoption, runs
from scoring.services.comparisons import ask_to_compare, compare_next
from scoring.services.drafts import change_draft, edition, start_draft
from scoring.services.replays import replay_next
from tests.scoring.factories import AT_NIGHT, TODAY

WHY = "The force's working group agreed."


def drafted(source: ScoreModel, *, by: Actor, **points: int) -> ScoreModel:
    """A draft made from a version, crimes of the given categories weighed anew."""
    with as_actor(by):
        row = start_draft(source.pk, step="minor", by=by)
        if points:
            rows = rows_of("weights", content_of(row))
            for line in rows:
                if line["family"] == "crime" and line["category"] in points:
                    line["base_points"] = str(points[line["category"]])
            row = change_draft(row.pk, table="weights", rows=rows, seen=edition(row), by=by)
        return row


def shadowed(row: ScoreModel, *, by: Actor) -> ScoreModel:
    with as_actor(by):
        return adoption.shadow_model(row.pk, by=by, reason=WHY)


def compared(row: ScoreModel, *, by: Actor, at: datetime = AT_NIGHT) -> ScoreComparison:
    """A comparison that the background has finished."""
    with as_actor(by):
        asked = ask_to_compare(row.pk, by=by, on=TODAY, at=at)
    work_off(compare_next, at)
    with as_owner():
        return ScoreComparison.objects.select_related("score_model", "against", "new_run", "old_run").get(
            pk=asked.pk
        )


def work_off(step: Callable[[datetime], bool], at: datetime = AT_NIGHT) -> None:
    """The tick, until nothing of this kind is left."""
    for _ in range(50):
        with as_service():
            more = step(at)
        if not more:
            return


def replayed(replay: ScoreReplay) -> ScoreReplay:
    work_off(replay_next)
    with as_owner():
        replay.refresh_from_db()
    return replay


def asked_for(row: ScoreModel, *, by: Actor, at: datetime = AT_NIGHT) -> Approval:
    """A request for the second signature, after a night beside the active version."""
    with as_owner():
        scored = adoption.was_scored(row)
    if not scored:
        runs.recompute(TODAY, at=AT_NIGHT)
    with as_actor(by):
        return adoption.ask_to_activate(row.pk, by=by, at=at, reason=WHY)


def signed(approval: Approval, *, by: Actor, at: datetime = AT_NIGHT, reason: str = WHY) -> Any:
    with as_actor(by):
        return approvals.approve(approval.pk, by=by, at=at, reason=reason)
