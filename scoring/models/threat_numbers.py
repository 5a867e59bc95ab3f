"""The numbers of the emerging-threat rule that no score model holds (SCO-5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

LARGEST_TOP = 1_000


class ThreatNumbers(models.Model):
    """The two numbers from a moment on, for every model; the latest row is in force and none is ever changed.

    `again_after`: points above an open alert at which it tells of a further rise. `top_n`: whoever is newly among so
    many first of a list without grades is alerted as well; empty means that this is switched off.
    """

    again_after = models.PositiveIntegerField()
    top_n = models.PositiveIntegerField(null=True, blank=True)
    made_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()

    class Meta:
        db_table = "scoring_threat_numbers"
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(again_after__gte=1), name="scoring_threat_again_after"),
            models.CheckConstraint(
                condition=Q(top_n__isnull=True) | Q(top_n__gte=1, top_n__lte=LARGEST_TOP),
                name="scoring_threat_top_n",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="scoring_threat_numbers_have_reason"),
        ]
