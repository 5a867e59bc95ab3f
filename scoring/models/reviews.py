"""What supervision said of each entry of the emerging-threat tab, day by day (CMP-1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from scoring.models.alerts import ThreatAlert


class ThreatReview(models.Model):
    """One qualifying review of an entry: an outcome with its rationale; the tab's rule counts their distinct dates."""

    alert = models.ForeignKey(ThreatAlert, on_delete=models.CASCADE, related_name="reviews")
    person = models.ForeignKey("persons.Person", on_delete=models.CASCADE, related_name="+")
    reviewed_on = models.DateField(help_text="The local date in London")
    reviewed_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=ThreatAlert.Outcome)
    rationale = models.TextField()
    took_off = models.BooleanField(default=False, help_text="The entry left the tab with this review")

    class Meta:
        db_table = "scoring_threat_review"
        ordering = ["reviewed_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(rationale=""), name="scoring_review_has_rationale")
        ]
        indexes = [models.Index(fields=["alert", "reviewed_on"], name="scoring_review_alert_on")]
