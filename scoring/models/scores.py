"""Score models, their runs, and the scores they leave."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from iom.jobs.models import Run
from iom.persons.models import Person


class ScoreModel(models.Model):
    """One version of one model (scoring.md 2.11); a trigger forbids any change once it is shadow or active."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SHADOW = "shadow", "Shadow"
        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"

    code = models.CharField(max_length=12)
    version = models.CharField(max_length=12)
    config = models.JSONField()
    config_hash = models.CharField(max_length=64)
    reasons = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="Why each category has its points; not part of the hash",
    )
    made_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    effective_from = models.DateField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty: shipped with the product",
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    approval_reason = models.TextField(blank=True)
    # The watermark of the first night of a version that followed another: what was known by then is no news under it.
    news_from = models.DateTimeField(null=True)

    class Meta:
        db_table = "scoring_score_model"
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="scoring_model_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(status="active"), name="scoring_one_active_version"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | Q(author__isnull=True) | ~Q(approver=F("author")),
                name="scoring_author_does_not_approve",
            ),
            models.CheckConstraint(
                condition=~Q(status="active")
                | Q(approver__isnull=False, approved_at__isnull=False, effective_from__isnull=False),
                name="scoring_active_is_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class ScoreRun(models.Model):
    """One night (or one recompute) of one model version: what it read, when, and what came out."""

    score_model = models.ForeignKey(ScoreModel, on_delete=models.PROTECT, related_name="runs")
    job_run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")
    config_hash = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    as_of = models.DateField()
    watermark = models.DateTimeField(help_text="Events recorded before this moment were known")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    replay = models.BooleanField(default=False, help_text="Worked out again for comparison; wrote no score")
    partial = models.BooleanField(
        default=False, db_default=False, help_text="Only of people about whom a feed brought something new"
    )
    exact_from = models.IntegerField(
        default=0, db_default=0, help_text="Published score from which what orders equal scores is kept exact"
    )
    persons = models.IntegerField(default=0, help_text="People with at least one priced event")
    changed = models.IntegerField(default=0, help_text="Published scores that changed")
    written = models.IntegerField(default=0, help_text="Rows of current scores written")
    alerts = models.IntegerField(default=0, help_text="Alerts opened or told again")
    digest = models.BigIntegerField(default=0, help_text="Fingerprint of every person's raw score")

    class Meta:
        db_table = "scoring_run"
        ordering = ["-as_of", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["job_run", "score_model"], name="scoring_run_once_per_job"),
        ]
        indexes = [models.Index(fields=["score_model", "-as_of"], name="scoring_run_latest")]

    def __str__(self) -> str:
        return f"{self.score_model} as at {self.as_of.isoformat()}"


class CurrentScore(models.Model):
    """The latest score of a person under one model version; who has none has never scored.

    Written only when the published score changed, and for people near the top of the list (`ScoreRun.exact_from`) also
    when what orders equal scores changed. The day belongs to the run, not to the row.
    """

    pk = models.CompositePrimaryKey("score_model_id", "person_id")
    score_model = models.ForeignKey(ScoreModel, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="scores", db_index=False)
    published = models.IntegerField()
    raw_hundredths = models.BigIntegerField()
    band = models.CharField(max_length=16, blank=True)
    latest_on = models.DateField(null=True)
    highest_base = models.IntegerField()
    crimes_90 = models.IntegerField()
    bucket = models.SmallIntegerField(help_text="Published score in steps of 50, for the index")

    class Meta:
        db_table = "scoring_current"
        indexes = [
            models.Index(
                fields=["score_model", "-bucket"], name="scoring_current_bucket", condition=Q(bucket__gt=0)
            ),
            models.Index(fields=["person"], name="scoring_current_person"),
        ]


class ScoreHistory(models.Model):
    """A night on which a person's published score changed; between two rows it stayed.

    Written only with the current score of the same person, whose foreign keys hold for both: checking three keys a row
    would lock, and write into the log, a sixth of all persons every night.
    """

    pk = models.CompositePrimaryKey("score_model_id", "person_id", "as_of")
    score_model = models.ForeignKey(
        ScoreModel, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="score_history", db_index=False, db_constraint=False
    )
    as_of = models.DateField()
    run = models.ForeignKey(
        ScoreRun, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    published = models.IntegerField()
    raw_hundredths = models.BigIntegerField()
    band = models.CharField(max_length=16, blank=True)

    class Meta:
        db_table = "scoring_history"
        indexes = [models.Index(fields=["person", "as_of"], name="scoring_history_person")]
