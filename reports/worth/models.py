"""What came of a score: one look back for one version of a model, and the people it is counted from while it runs."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from iom.agencies.models import Unit
from iom.persons.models import Person
from scoring.models import ScoreModel
from scoring.models.comparisons import PopulationWork


class ScoreEvaluation(PopulationWork):
    """How a version would have ranked everybody on a past day, and who offended afterwards (SCO-7, scoring.md 2.15).

    `figures` holds counts of groups large enough to name nobody, and never a person. Once finished, a row stays as it
    is: a trigger refuses any change.
    """

    asked_by = models.ForeignKey(  # type: ignore[assignment]
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty: made by the product itself",
    )
    score_model = models.ForeignKey(ScoreModel, on_delete=models.PROTECT, related_name="evaluations")
    config_hash = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    as_of = models.DateField(help_text="The day looked back to")
    months = models.PositiveSmallIntegerField(help_text="How long after that day offending is looked for")
    reported_on = models.DateField(help_text="The day of the report")
    month = models.DateField(
        null=True, help_text="First day of the month it is the report of; empty: asked for"
    )
    list_sizes = models.JSONField(help_text="Lengths of a district's list")
    figures = models.JSONField(default=dict)
    digest = models.CharField(
        max_length=64, blank=True, help_text="sha256 of what was asked and of the figures"
    )

    class Meta:
        db_table = "worth_evaluation"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="done") | (Q(finished_at__isnull=False) & ~Q(digest="")),
                name="worth_evaluation_done_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(as_of__lt=F("reported_on")), name="worth_evaluation_looks_back"
            ),
            models.UniqueConstraint(fields=["score_model", "month"], name="worth_evaluation_once_a_month"),
            models.UniqueConstraint(
                fields=["score_model"],
                condition=Q(status__in=["waiting", "running"]),
                name="worth_evaluation_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score_model} as at {self.as_of.isoformat()}, {self.months} months after"


class EvaluatedPerson(models.Model):
    """Where one adult stood and what followed, while an evaluation runs; removed when its figures are counted.

    Ranks rise with the score, so that whoever counts by group needs no score of anybody.
    """

    evaluation = models.ForeignKey(ScoreEvaluation, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    was_ranked = models.BooleanField(help_text="Something was known that day that could score")
    is_listed = models.BooleanField(help_text="Their score alone put them on the list that day")
    score = models.IntegerField(default=0)
    raw_hundredths = models.BigIntegerField(default=0)
    latest_on = models.DateField(null=True)
    highest_base = models.IntegerField(default=0)
    crimes_90 = models.IntegerField(default=0)
    offences = models.IntegerField(default=0)
    offence_on = models.DateField(null=True)
    last = models.IntegerField(default=0)
    last_raw_hundredths = models.BigIntegerField(default=0)
    score_rank = models.IntegerField(default=0)
    offences_rank = models.IntegerField(default=0)
    last_rank = models.IntegerField(default=0)
    score_place = models.IntegerField(null=True, help_text="Place on the district's list")
    offences_place = models.IntegerField(null=True)
    last_place = models.IntegerField(null=True)
    any_on = models.DateField(null=True, help_text="First offence after the day")
    proven_on = models.DateField(null=True)
    standing_now = models.CharField(max_length=16, blank=True, help_text="Empty: not scored today")
    is_alerted = models.BooleanField(default=False)
    is_selected = models.BooleanField(default=False)
    points = models.JSONField(default=dict, help_text="Hundredths by family, before caps")

    class Meta:
        db_table = "worth_person"
        constraints = [models.UniqueConstraint(fields=["evaluation", "person"], name="worth_person_once")]
        indexes = [models.Index(fields=["person"], name="worth_person_person")]
