"""What is worked out of the whole population for a choice: comparisons of two versions, and replays of a run."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from iom.persons.models import Person
from scoring.models.scores import ScoreModel, ScoreRun


class PopulationWork(models.Model):
    """Work over all persons, range by range: a tick takes the next one, in one transaction each."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Finished"
        FAILED = "failed", "Failed"

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    ranges = models.IntegerField(default=0, help_text="Into how many ranges of persons it is cut")
    ranges_done = models.IntegerField(default=0)
    next_id = models.BigIntegerField(null=True, help_text="Number of the first person not yet done")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class ScoreComparison(PopulationWork):
    """One version of a score model beside the active one, as at one day, over everybody (scoring.md 2.11, 2.15).

    `moves`, `alerts`, `overlaps` and `fairness` are figures of the whole force and name nobody; who moved is in
    `ComparedScore`.
    """

    score_model = models.ForeignKey(ScoreModel, on_delete=models.PROTECT, related_name="comparisons")
    against = models.ForeignKey(
        ScoreModel,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty: no version was active",
    )
    config_hash = models.CharField(max_length=64)
    new_run = models.ForeignKey(ScoreRun, null=True, on_delete=models.PROTECT, related_name="+")
    old_run = models.ForeignKey(ScoreRun, null=True, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    moves = models.JSONField(default=list)
    alerts = models.JSONField(default=dict)
    overlaps = models.JSONField(
        default=dict, help_text="First N places: held before, held after, held in both"
    )
    fairness = models.JSONField(default=dict)

    class Meta:
        db_table = "scoring_comparison"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="done") | Q(finished_at__isnull=False),
                name="scoring_comparison_done_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(against__isnull=True) | ~Q(against=F("score_model")),
                name="scoring_comparison_of_two_versions",
            ),
            models.UniqueConstraint(
                fields=["score_model"],
                condition=Q(status__in=["waiting", "running"]),
                name="scoring_comparison_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score_model} beside {self.against or 'nothing'}"


class ComparedScore(models.Model):
    """One adult's score under both versions; kept for the newest comparison of a version."""

    comparison = models.ForeignKey(ScoreComparison, on_delete=models.CASCADE, related_name="rows")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    old_published = models.IntegerField(default=0)
    new_published = models.IntegerField(default=0)
    old_raw = models.BigIntegerField(default=0)
    new_raw = models.BigIntegerField(default=0)
    old_band = models.CharField(max_length=16, blank=True)
    new_band = models.CharField(max_length=16, blank=True)
    old_latest_on = models.DateField(null=True)
    new_latest_on = models.DateField(null=True)
    old_base = models.IntegerField(default=0)
    new_base = models.IntegerField(default=0)
    old_crimes = models.IntegerField(default=0)
    new_crimes = models.IntegerField(default=0)
    old_fires = models.BooleanField(default=False)
    new_fires = models.BooleanField(default=False)
    old_place = models.IntegerField(null=True, help_text="Place on the list, the first ones only")
    new_place = models.IntegerField(null=True)

    class Meta:
        db_table = "scoring_compared"
        constraints = [
            models.UniqueConstraint(fields=["comparison", "person"], name="scoring_compared_person_once")
        ]
        indexes = [models.Index(fields=["person"], name="scoring_compared_person")]


class ScoreReplay(PopulationWork):
    """An old run worked out again from what was known at its watermark, and whether it came out the same."""

    run = models.ForeignKey(ScoreRun, on_delete=models.PROTECT, related_name="replays")
    persons = models.IntegerField(default=0)
    digest = models.BigIntegerField(default=0)
    is_same = models.BooleanField(null=True)

    class Meta:
        db_table = "scoring_replay"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="done") | Q(finished_at__isnull=False, is_same__isnull=False),
                name="scoring_replay_done_says_whether",
            ),
            models.UniqueConstraint(
                fields=["run"],
                condition=Q(status__in=["waiting", "running"]),
                name="scoring_replay_one_at_a_time",
            ),
        ]
