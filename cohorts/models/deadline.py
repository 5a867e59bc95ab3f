"""The clocks of the policy as rows, and the messages that chase them (CMP-2, CMP-3, CMP-7)."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cohorts.models.case import Case
from cohorts.rules.deadlines import (
    DEADLINE_RULES,
    DeadlineDates,
    DeadlineKind,
    State,
    Verdict,
    state,
    verdict,
)
from iom.agencies.models import Unit


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """The Python rule of `cohorts.rules.deadlines` said in SQL; a parity test ties the two."""

    def running(self, on: date) -> Self:
        """Neither met nor stopped by the end of the day."""
        return self.exclude(met_on__lte=on).exclude(stopped_on__lte=on)

    def overdue(self, on: date) -> Self:
        """Past the date in force and not met, or stopped too late."""
        not_met = Q(met_on__isnull=True) | Q(met_on__gt=on)
        not_stopped_in_time = (
            Q(stopped_on__isnull=True) | Q(stopped_on__gt=on) | Q(stopped_on__gt=F("due_on"))
        )
        return self.filter(not_met, not_stopped_in_time, due_on__lt=on)


class Deadline(models.Model):
    """One duty with a date: what started it, when it is due, under which rule and calendar, and when it was met.

    `first_due_on` is the policy's date; `due_on` the one in force. The state is worked out for a day, never stored.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=16, choices=[(k.value, r.words) for k, r in DEADLINE_RULES.items()])
    clause = models.TextField()
    working_days = models.PositiveSmallIntegerField()
    started_by = models.CharField(max_length=16)
    started_on = models.DateField()
    first_due_on = models.DateField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    rule_version = models.CharField(max_length=20)
    calendar_version = models.CharField(max_length=80)
    owner_role = models.CharField(max_length=12)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    met_at = models.DateTimeField(null=True, blank=True)
    met_on = models.DateField(null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stopped_on = models.DateField(null=True, blank=True)
    stopped_reason = models.CharField(max_length=160, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(met_on__isnull=True), name="cohorts_deadline_unmet_due"
            ),
            models.Index(fields=["owner", "due_on"], name="cohorts_deadline_owner_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], name="cohorts_deadline_one_per_kind"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("first_due_on")), name="cohorts_deadline_extends_only"
            ),
            models.CheckConstraint(
                condition=Q(first_due_on__gte=F("started_on")), name="cohorts_deadline_due_after_start"
            ),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True, met_on__isnull=True)
                | Q(met_at__isnull=False, met_on__isnull=False),
                name="cohorts_deadline_met_whole",
            ),
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=True) | Q(met_on__isnull=True),
                name="cohorts_deadline_met_or_stopped",
            ),
        ]

    def __str__(self) -> str:
        return f"Deadline {self.pk}"

    @property
    def words(self) -> str:
        return DEADLINE_RULES[DeadlineKind(self.kind)].words

    @property
    def dates(self) -> DeadlineDates:
        return DeadlineDates(self.started_on, self.first_due_on, self.due_on, self.met_on, self.stopped_on)

    @property
    def extended(self) -> bool:
        return self.dates.extended

    def state(self, on: date) -> State:
        return state(self.dates, on)

    def verdict(self, on: date) -> Verdict:
        return verdict(self.dates, on)


class DeadlineMove(models.Model):
    """A due date that moved: by supervision with a reason, or by a holiday proclaimed later; both dates are kept."""

    CAUSES = [("extension", "Extended by supervision"), ("holiday", "A holiday was proclaimed")]

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="moves")
    cause = models.CharField(max_length=12, choices=CAUSES)
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    from_calendar = models.CharField(max_length=80, blank=True)
    to_calendar = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gt=F("from_on")), name="cohorts_deadlinemove_forward"),
            models.CheckConstraint(condition=~Q(reason=""), name="cohorts_deadlinemove_has_reason"),
        ]


class Reminder(models.Model):
    """A message owed for one deadline at one offset from one due date; the constraint makes it exactly one."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    offset = models.SmallIntegerField()
    send_on = models.DateField()
    round_on = models.DateField()

    class Meta:
        ordering = ["deadline_id", "due_on", "offset"]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "due_on", "offset"], name="cohorts_reminder_exactly_once"
            ),
        ]


class TabReminder(models.Model):
    """A message owed to a district for the reviews of its tab due on one day, at one offset; exactly one (CMP-1)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    offset = models.SmallIntegerField()
    send_on = models.DateField()
    round_on = models.DateField()

    class Meta:
        ordering = ["unit_id", "due_on", "offset"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "due_on", "offset"], name="cohorts_tabreminder_exactly_once"
            ),
        ]
