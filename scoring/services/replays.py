"""Working an old run out again, from what was known at its watermark (SCO-3, scoring.md 2.11)."""

from datetime import datetime

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import NotFound, Refused
from scoring import audit, pricing
from scoring.models import ScoreReplay
from scoring.permissions import access_run
from scoring.services.models import config_of
from scoring.services.ranges import fingerprint, priced, take_one
from scoring.services.runs import Range


@transaction.atomic
def ask_to_replay(run_id: int, *, by: Actor, at: datetime) -> ScoreReplay:
    """Ask for a stored run of everybody to be worked out again; its page then says whether it is the same."""
    by.require(Power.SEE_SCORES)
    if by.user_id is None:
        raise NotFound
    run = access_run(by, run_id)
    if run.partial:
        raise Refused("This run was of the people about whom a feed brought something new, not of everybody.")
    if run.finished_at is None:
        raise Refused("This run is not finished.")
    if run.config_hash != run.score_model.config_hash:
        raise Refused("This run was of a draft that was changed since.")
    if run.replays.filter(status__in=[ScoreReplay.Status.WAITING, ScoreReplay.Status.RUNNING]).exists():
        raise Refused("This run is being worked out again already.")
    replay = ScoreReplay.objects.create(run=run, asked_by_id=by.user_id, asked_at=at)
    record(audit.RUN_REPLAYED, by=by, detail={"run": run.pk, "model": str(run.score_model)})
    return replay


def replay_next(at: datetime) -> bool:
    """A step of the tick: one range of the oldest replay."""
    waiting = ScoreReplay.objects.select_related("run__score_model")
    return take_one(waiting, begin=_begin, do=_do, end=_end, at=at)


def _begin(replay: ScoreReplay, at: datetime) -> None:
    pricing.require_decay(config_of(replay.run.score_model))


def _do(replay: ScoreReplay, persons: Range) -> None:
    config = config_of(replay.run.score_model)
    ask = pricing.question(config, replay.run.as_of, watermark=replay.run.watermark)
    rows = priced(config, ask, pricing.people_between(persons.first_id, persons.last_id))
    replay.persons += len(rows)
    replay.digest ^= fingerprint(rows)


def _end(replay: ScoreReplay, at: datetime) -> None:
    replay.is_same = (replay.persons, replay.digest) == (replay.run.persons, replay.run.digest)
