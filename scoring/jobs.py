"""The recompute as work of the background: every night everybody, after a feed whom it touched (SCO-4).

A missed night is made good as at that night.
"""

from iom.jobs.registry import JobKind, TickStep, register, register_step
from scoring.rules.nights import NIGHTLY
from scoring.services.after_feed import rescore_touched
from scoring.services.codes import map_anew
from scoring.services.runs import do_night_chunk, finish_night, plan_night

register(JobKind(name=NIGHTLY, plan=plan_night, do=do_night_chunk, finish=finish_night, nightly=True))
register_step(TickStep("scoring.map_anew", map_anew))
register_step(TickStep("scoring.after_feed", rescore_touched))
