"""What a run did, for commands and the page of the night's work (SCO-4)."""

from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from iom.access.actor import Actor
from scoring.models import CurrentScore, ScoreReplay, ScoreRun
from scoring.permissions import runs_visible_to


def run_summary(run: ScoreRun) -> dict[str, Any]:
    """The figures of a finished run as plain values; `bands` counts the scores that are stored now."""
    bands = (
        CurrentScore.objects.filter(score_model=run.score_model, published__gt=0)
        .exclude(band="")
        .values("band")
        .annotate(people=Count("person_id"))
        .order_by("band")
    )
    return {
        "run": run.pk,
        "model": run.score_model.code,
        "version": run.score_model.version,
        "config_hash": run.config_hash,
        "as_of": run.as_of.isoformat(),
        "watermark": run.watermark.isoformat(),
        "persons": run.persons,
        "changed": run.changed,
        "written": run.written,
        "alerts": run.alerts,
        "replay": run.replay,
        "digest": f"{run.digest & 0xFFFFFFFFFFFFFFFF:016x}",
        "bands": {row["band"]: row["people"] for row in bands},
    }


def run_rows(actor: Actor, *, code: str = "") -> QuerySet[ScoreRun]:
    """Every run of everybody, the newest first, with its replays; recomputes after feeds are left out."""
    rows = runs_visible_to(actor).filter(partial=False)
    if code:
        rows = rows.filter(score_model__code=code)
    replays = Prefetch("replays", ScoreReplay.objects.select_related("asked_by"))
    return rows.select_related("score_model").prefetch_related(replays).order_by("-started_at", "-id")
