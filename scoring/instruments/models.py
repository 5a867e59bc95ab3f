"""Local calculations of published instruments, with the inputs they were made from (SCO-6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from iom.persons.models import Person
from scoring.instruments.rules.vocabulary import BAND_WORDS, NAMES

# As plain text: a migration keeps them.
INSTRUMENTS = [(str(code), str(code)) for code in NAMES]
BANDS = [(str(code), words) for code, words in BAND_WORDS.items()]


class LocalCalculation(models.Model):
    """One instrument calculated here for one person: never the probation assessment, never part of a score.

    A mistake is put right by another calculation: no row is ever changed.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="local_calculations")
    instrument = models.CharField(max_length=5, choices=INSTRUMENTS)
    version = models.CharField(max_length=40)
    inputs = models.JSONField()
    result = models.JSONField(help_text="Percentages as text, by what they are of")
    band = models.CharField(max_length=9, choices=BANDS)
    calculated_on = models.DateField()
    calculated_at = models.DateTimeField()
    calculated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "instruments_calculation"
        ordering = ["-calculated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(instrument__in=[code for code, _ in INSTRUMENTS]),
                name="instruments_known_instrument",
            ),
            models.CheckConstraint(
                condition=Q(band__in=[code for code, _ in BANDS]), name="instruments_known_band"
            ),
        ]
        indexes = [models.Index(fields=["person", "-calculated_at"], name="instruments_of_person")]

    def __str__(self) -> str:
        return f"{self.instrument} {self.calculated_on.isoformat()}"
