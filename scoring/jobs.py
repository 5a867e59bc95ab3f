"""The nightly recompute as a job: a run for every night, missed ones made good as at that night (SCO-4)."""

from iom.jobs.registry import JobKind, register
from scoring.services.runs import do_night_chunk, finish_night, plan_night

NIGHTLY = "scoring.nightly"

register(JobKind(name=NIGHTLY, plan=plan_night, do=do_night_chunk, finish=finish_night, nightly=True))
