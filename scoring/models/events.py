"""Events and the reference tables they are priced with.

How a feed fills `scoring_event` (feeds stand below scoring and write the table by SQL):
- One row per person, offence and stage. A later outcome is a *new* row with the same `occurrence_ref` and category,
  a later `status_on` and its own `recorded_at`; nothing is overwritten, so that any past night can be told again.
- `category` is the category of the Risk of Reoffending vocabulary, `other` with `unmapped` when a code has none.
- `da_category` is the category in the domestic abuse model, '' when the event is not domestic abuse. Other models
  read `category` (`scoring.rules.vocabulary.category_column`).
- `occurrence_ref` '' means that the crime stands alone.
- `packed` is the database's own: the same columns once more in the form that the nightly price reads.
- `bulk_load` marks back records: known to every night from the day they happened, and never news.
"""

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from iom.persons.models import Person
from scoring.packed import packed_sql
from scoring.rules.vocabulary import FAMILIES, INTEL_GRADES, ROLES, SCORING_ROLES, STATUS_STAGES


class EventFields(models.Model):
    """What a row of a feed says of one person's part in one thing, and where it came from."""

    family = models.CharField(max_length=12)
    category = models.CharField(max_length=40, db_collation="C")
    da_category = models.CharField(max_length=40, blank=True, default="", db_default="", db_collation="C")
    occurred_on = models.DateField(help_text="For a range the last day; when unknown the recorded day")
    occurred_on_unknown = models.BooleanField(default=False, db_default=False)
    recorded_at = models.DateTimeField(
        db_default=Now(), help_text="When the link to the person was first known"
    )
    role = models.CharField(max_length=9, default="suspect", db_default="suspect")
    status = models.CharField(max_length=25, null=True, blank=True)
    status_on = models.DateField(null=True, blank=True)
    occurrence_ref = models.CharField(max_length=40, blank=True, default="", db_default="", db_collation="C")
    offence_ref = models.CharField(max_length=40, blank=True, default="", db_default="")
    intel_grade = models.CharField(max_length=2, blank=True, default="", db_default="", db_collation="C")
    victim_key = models.CharField(max_length=40, blank=True, default="", db_default="", db_collation="C")
    bulk_load = models.BooleanField(default=False, db_default=False)
    unmapped = models.BooleanField(default=False, db_default=False)
    source = models.CharField(max_length=20)
    source_ref = models.CharField(max_length=80)
    row_hash = models.BinaryField(null=True, editable=False)
    summary = models.CharField(max_length=160, blank=True, default="", db_default="")
    ho_code = models.CharField(max_length=5, blank=True, default="", db_default="", db_collation="C")
    feed_file_id = models.BigIntegerField(null=True, editable=False)
    feed_line = models.BigIntegerField(null=True, editable=False)
    revised_at = models.DateTimeField(
        null=True, editable=False, help_text="Since when the row has said this; empty for its first version"
    )

    class Meta:
        abstract = True


class Event(EventFields):
    """One thing that happened, linked to one person: what the score is computed from and a line of the timeline."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="events")
    packed = models.GeneratedField(
        expression=RawSQL(packed_sql(), []),  # noqa: S611
        output_field=models.BinaryField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_ref"], name="scoring_event_source_once"),
            models.CheckConstraint(condition=Q(family__in=FAMILIES), name="scoring_event_family"),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="scoring_event_role"),
            models.CheckConstraint(
                condition=Q(status__isnull=True) | Q(status__in=STATUS_STAGES), name="scoring_event_status"
            ),
            models.CheckConstraint(
                condition=Q(intel_grade="") | Q(family="intelligence", intel_grade__in=INTEL_GRADES),
                name="scoring_event_grade",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-occurred_on"], name="scoring_event_timeline"),
            # A range of persons is priced from the index alone, and what is too old is passed over within it.
            models.Index(
                fields=["person", "occurred_on"],
                include=["packed"],
                condition=Q(role__in=SCORING_ROLES),
                name="scoring_event_price",
            ),
        ]

    def __str__(self) -> str:
        return self.summary or f"{self.family} {self.category}"


class EventVersion(EventFields):
    """An event as it was before a correction or a withdrawal, and until when it counted (INT-1)."""

    event_id = models.BigIntegerField(help_text="The number that the event has or had")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="event_versions")
    superseded_at = models.DateTimeField()
    superseded_by_file_id = models.BigIntegerField(null=True)
    superseded_by_line = models.BigIntegerField(null=True)
    is_withdrawn = models.BooleanField()

    class Meta:
        db_table = "scoring_event_version"
        ordering = ["superseded_at", "id"]
        indexes = [
            models.Index(fields=["superseded_at"], name="scoring_version_until"),
            models.Index(fields=["person", "superseded_at"], name="scoring_version_person"),
            models.Index(fields=["event_id"], name="scoring_version_event"),
        ]


class Decay(models.Model):
    """What is left of a point after some days, in millionths: shipped as numbers, never worked out in a query."""

    pk = models.CompositePrimaryKey("half_life", "days")
    half_life = models.IntegerField()
    days = models.IntegerField()
    factor_millionths = models.IntegerField()

    class Meta:
        db_table = "scoring_decay"
