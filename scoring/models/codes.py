"""The mapping of offence codes to scoring categories: what is in force, and every list that changed it (INT-1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from scoring.rules.vocabulary import in_words


class Mapping(models.Model):
    """What a code is called and which categories it falls into."""

    category = models.CharField(max_length=160, help_text="The code's own category")
    sub_category = models.TextField()
    ror_category = models.CharField(max_length=40)
    da_category = models.CharField(max_length=40, help_text="The category if the offence is domestic abuse")
    neighbourhood_crime = models.BooleanField()

    class Meta:
        abstract = True

    @property
    def ror_words(self) -> str:
        return in_words(self.ror_category)

    @property
    def da_words(self) -> str:
        return in_words(self.da_category)


class OffenceCode(Mapping):
    """Which scoring category a Home Office code falls into: a draft until a list with it was approved."""

    ho_code = models.CharField(max_length=5, primary_key=True)
    draft = models.BooleanField(default=True)

    class Meta:
        db_table = "scoring_offence_code"

    def __str__(self) -> str:
        return f"{self.ho_code} {self.sub_category}"


class OffenceList(models.Model):
    """A proposed change of the mapping, by file or on the page, and what another person decided about it."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "To decide"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"

    status = models.CharField(max_length=8, choices=Status, default=Status.PROPOSED)
    feed_file_id = models.BigIntegerField(null=True, unique=True)
    reason = models.TextField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    events_up_to = models.BigIntegerField(
        default=0, help_text="Up to which event what is held has been mapped anew"
    )
    applied_at = models.DateTimeField(null=True, help_text="When all that is held was mapped anew")
    events_changed = models.BigIntegerField(default=0)

    class Meta:
        db_table = "scoring_offence_list"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="scoring_offence_list_two_people",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="scoring_offence_list_decided_with_note",
                condition=Q(status="proposed", decided_at__isnull=True)
                | (
                    ~Q(status="proposed")
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(note="")
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(status="approved", applied_at__isnull=True),
                name="scoring_offence_list_owed",
            )
        ]


class OffenceListRow(Mapping):
    """One code of a list, as it shall be and as it was when it was proposed."""

    list = models.ForeignKey(OffenceList, on_delete=models.CASCADE, related_name="rows")
    ho_code = models.CharField(max_length=5)
    was_ror = models.CharField(max_length=40, blank=True)
    was_da = models.CharField(max_length=40, blank=True)
    row_hash = models.BinaryField(null=True, editable=False)
    feed_file_id = models.BigIntegerField(null=True, editable=False)
    feed_line = models.BigIntegerField(null=True, editable=False)

    class Meta:
        db_table = "scoring_offence_list_row"
        ordering = ["ho_code"]
        constraints = [
            models.UniqueConstraint(fields=["list", "ho_code"], name="scoring_offence_list_row_once")
        ]

    @property
    def was_ror_words(self) -> str:
        return in_words(self.was_ror)

    @property
    def was_da_words(self) -> str:
        return in_words(self.was_da)
