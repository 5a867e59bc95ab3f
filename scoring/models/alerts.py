"""Emerging-threat alerts (SCO-5)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from iom.agencies.models import Unit
from iom.persons.models import Person
from scoring.models.scores import ScoreModel, ScoreRun


class ThreatAlert(models.Model):
    """A significant rise in one person's score, to be reviewed by a named supervisor; one open per person and model.

    `score`, `baseline`, `jump`, `fired` and `event_ids` tell of the latest firing; `firings` keeps every one.
    """

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    class Outcome(models.TextChoices):
        DISCUSS = "discuss", "Discuss at the next meeting"
        NOT_DISCUSS = "not_discuss", "No discussion needed"
        REFER = "refer", "Refer"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="threat_alerts")
    model_code = models.CharField(max_length=12)
    score_model = models.ForeignKey(ScoreModel, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    escalation = models.BooleanField(default=False, help_text="The person was already managed when it fired")
    status = models.CharField(max_length=6, choices=Status, default=Status.OPEN)
    opened_on = models.DateField()
    last_fired_on = models.DateField()
    score = models.IntegerField()
    baseline = models.IntegerField()
    jump = models.IntegerField()
    fired = ArrayField(models.CharField(max_length=16))
    event_ids = ArrayField(models.BigIntegerField())
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    rationale = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "scoring_threat_alert"
        ordering = ["-opened_on", "-jump", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "model_code"], condition=Q(status="open"), name="scoring_one_open_alert"
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True, closed_by__isnull=True, outcome="")
                | Q(status="closed", closed_at__isnull=False, closed_by__isnull=False)
                & ~Q(outcome="")
                & ~Q(rationale=""),
                name="scoring_closed_alert_is_explained",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "-opened_on"], name="scoring_alert_open", condition=Q(status="open")
            ),
            models.Index(fields=["person", "-opened_on"], name="scoring_alert_person"),
        ]

    def __str__(self) -> str:
        return f"{self.model_code} alert of {self.opened_on.isoformat()}"


class AlertFiring(models.Model):
    """One night on which an alert fired: the first opened it, later ones told of a further rise."""

    alert = models.ForeignKey(ThreatAlert, on_delete=models.CASCADE, related_name="firings")
    run = models.ForeignKey(ScoreRun, on_delete=models.PROTECT, related_name="+")
    fired_on = models.DateField()
    score = models.IntegerField()
    baseline = models.IntegerField()
    jump = models.IntegerField()
    fired = ArrayField(models.CharField(max_length=16))
    event_ids = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "scoring_alert_firing"
        ordering = ["fired_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "fired_on"], name="scoring_alert_fires_once_a_day")
        ]
