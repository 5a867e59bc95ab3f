"""Pairs of records that may be one person, what was decided about them, and merges that can be taken back (PER-1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from iom.persons.models.person import Person
from iom.persons.rules import DUPLICATE_KINDS, DUPLICATE_STATUSES


class Duplicate(models.Model):
    """A pair of records that may be one person: proposed by a rule, the matching or a colleague; a person decides."""

    left = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=DUPLICATE_KINDS)
    percent = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="Of the matching: how likely"
    )
    status = models.CharField(max_length=8, choices=DUPLICATE_STATUSES, default="open", db_default="open")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "persons_duplicate"
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="persons_duplicate_once"),
            models.CheckConstraint(name="persons_duplicate_in_order", condition=Q(left__lt=F("right"))),
            models.CheckConstraint(
                name="persons_duplicate_decided_by_somebody",
                condition=Q(status="open")
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["right"], name="persons_duplicate_right"),
            models.Index(fields=["id"], condition=Q(status="open"), name="persons_duplicate_open"),
        ]

    @property
    def alike(self) -> str:
        """How sure the matching is, in words for a page; '' for a pair that it did not propose."""
        return f"{self.percent:.0f} %" if self.percent else ""


class Merge(models.Model):
    """Two records found to be one person: what hung on `merged` hangs on `survivor` until the merge is taken back.

    `merged` stays as a row that nobody sees; what it was known by is kept here, so that it still finds the person.
    """

    survivor = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="merges")
    merged = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kept_no = models.BigIntegerField(
        help_text="The survivor when it was done; a later merge may move `survivor` on"
    )
    merged_ref = models.CharField(max_length=20)
    merged_name = models.CharField(max_length=201)
    merged_born = models.DateField(null=True, blank=True)
    merged_pnc = models.CharField(max_length=13, blank=True)
    merged_cro = models.CharField(max_length=13, blank=True)
    merged_prison_no = models.CharField(max_length=7, blank=True)
    merged_crn = models.CharField(max_length=7, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField()
    reason = models.TextField()
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "persons_merge"
        ordering = ["-done_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="persons_merge_one_standing"
            ),
            models.CheckConstraint(name="persons_merge_of_two", condition=~Q(survivor=F("merged"))),
        ]
        indexes = [models.Index(fields=["merged_ref"], name="persons_merge_ref")]


class MergedRow(models.Model):
    """One value that a merge changed in one row, so that taking it back puts exactly that back.

    Without a column the row itself was added by the merge.
    """

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="rows")
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    column_name = models.CharField(max_length=63, blank=True)
    before = models.TextField(null=True)
    after = models.TextField(null=True)

    class Meta:
        db_table = "persons_merged_row"
        ordering = ["id"]
