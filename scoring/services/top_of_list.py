"""An option for models without grades: whoever is newly among the first N of the list is alerted (SCO-5)."""

from datetime import date

from django.db.models import Exists, F, OuterRef

from iom.jobs.models import Run
from scoring import pricing
from scoring.models import CurrentScore, ScoreHistory, ScoreModel, ScoreRun
from scoring.rules.bands import born_on_or_before
from scoring.rules.config import ModelConfig
from scoring.rules.emerging import NEW_AT_TOP, newly_at_top
from scoring.selectors.lists import LIST_ORDER
from scoring.selectors.threat_rule import numbers_in_force
from scoring.services.alerts import Firing, raise_alerts
from scoring.services.models import config_of


def alert_newly_at_top(job_run: Run) -> None:
    """After a night, before its runs are closed: for every model without grades, when the option is on."""
    top_n = numbers_in_force().top_n
    if top_n is None:
        return
    for run in ScoreRun.objects.filter(job_run=job_run, replay=False).select_related("score_model"):
        raised = raise_newly_at_top(run, top_n)
        ScoreRun.objects.filter(pk=run.pk).update(alerts=F("alerts") + raised)


def raise_newly_at_top(run: ScoreRun, top_n: int) -> int:
    """Alerts of one night for one model; the same night again adds nothing.

    Compared is the list that the same version left at the end of the window. Where there was none, nobody is new: a
    new version raises no alert. Nor do back records, which are known to the earlier day as well.
    """
    config = config_of(run.score_model)
    ask = pricing.question(
        config, run.as_of, watermark=run.watermark, news_from=run.score_model.news_from or pricing.ALWAYS
    )
    active = run.score_model.status == ScoreModel.Status.ACTIVE
    if config.banded or not active or not _had_list(run.score_model, ask.baseline_on):
        return 0
    people = pricing.people_in(_first(run, config, top_n))
    before = {
        row["person_id"]: row["published"] for row in pricing.scores(config, ask.looking_back(), people)
    }
    last_place = _published_at_place(run.score_model, ask.baseline_on, top_n)
    firings = [
        Firing(row["person_id"], row["published"], baseline, (NEW_AT_TOP,), tuple(sorted(row["news"])))
        for row in pricing.scores(config, ask, people)
        if newly_at_top(
            config,
            score=row["published"],
            baseline=(baseline := before.get(row["person_id"], 0)),
            last_place=last_place,
            has_new_event=bool(row["news"]),
        )
    ]
    return raise_alerts({run: firings}).get(run.pk, 0)


def _had_list(score_model: ScoreModel, on: date) -> bool:
    return ScoreRun.objects.filter(
        score_model=score_model, as_of__lte=on, finished_at__isnull=False, replay=False, partial=False
    ).exists()


def _first(run: ScoreRun, config: ModelConfig, top_n: int) -> list[int]:
    listed = CurrentScore.objects.filter(
        score_model=run.score_model, published__gte=max(config.emerging.entry_floor, 1)
    ).exclude(person__date_of_birth__gt=born_on_or_before(run.as_of))
    return list(listed.order_by(*LIST_ORDER).values_list("person_id", flat=True)[:top_n])


def _published_at_place(score_model: ScoreModel, on: date, place: int) -> int:
    """The score that stood in this place of the list at the end of a day; 0 where the list was shorter."""
    rows = ScoreHistory.objects.filter(score_model=score_model, as_of__lte=on, published__gt=0).exclude(
        person__date_of_birth__gt=born_on_or_before(on)
    )
    later = ScoreHistory.objects.filter(
        score_model=score_model, person=OuterRef("person"), as_of__gt=OuterRef("as_of"), as_of__lte=on
    )
    found = rows.filter(~Exists(later)).order_by("-published").values_list("published", flat=True)
    return next(iter(found[place - 1 : place]), 0)
