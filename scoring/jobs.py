"""Scoring as work of the background: every night everybody, after a feed whom it touched (SCO-4).

A missed night is made good as at that night. Comparisons and replays that were asked for go on range by range.
"""

from iom.jobs.models import Run
from iom.jobs.registry import JobKind, TickStep, register, register_step, register_warm_up
from scoring.kernel.loops import warm_up
from scoring.rules.nights import NIGHTLY
from scoring.services.after_feed import rescore_touched
from scoring.services.codes import map_anew
from scoring.services.comparisons import compare_next
from scoring.services.replays import replay_next
from scoring.services.runs import do_night_chunk, finish_night, plan_night
from scoring.services.top_of_list import alert_newly_at_top


def finish_scoring(job_run: Run) -> None:
    """Everybody has been scored: alert who is newly at the top of a list, then close the night."""
    alert_newly_at_top(job_run)
    finish_night(job_run)


register(JobKind(name=NIGHTLY, plan=plan_night, do=do_night_chunk, finish=finish_scoring, nightly=True))
register_step(TickStep("scoring.after_feed", rescore_touched))
register_step(TickStep("scoring.map_anew", map_anew))
register_step(TickStep("scoring.compare", compare_next))
register_step(TickStep("scoring.replay", replay_next))
register_warm_up(warm_up)
