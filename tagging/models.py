"""Devices, their history, and who wears which when (TAG-1, TAG-2)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q

from iom.agencies.models import DateSpan, Unit
from iom.persons.models import Person
from tagging.rules import END_REASON_LABELS, KIND_LABELS, PURPOSE_LABELS, STATE_LABELS, DeviceState, Purpose

STATES = [(state.value, label) for state, label in STATE_LABELS.items()]


class Device(models.Model):
    """One tag of the force's stock, owned by a district."""

    serial = models.CharField(max_length=40, unique=True)
    kind = models.CharField(
        max_length=16, choices=[(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=STATES, default=DeviceState.AVAILABLE)
    state_since = models.DateField()
    cost = models.DecimalField(max_digits=8, decimal_places=2, help_text="Pounds")
    acquired_on = models.DateField()

    class Meta:
        ordering = ["serial"]
        indexes = [models.Index(fields=["unit", "state"], name="tagging_device_unit_state")]
        constraints = [
            models.CheckConstraint(condition=Q(cost__gte=0), name="tagging_device_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in DeviceState]), name="tagging_device_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.serial


class DeviceEvent(models.Model):
    """One change of a device's state; it names no person, so it may be read by whoever reads the stock."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="history")
    from_state = models.CharField(max_length=10, choices=STATES, blank=True)
    to_state = models.CharField(max_length=10, choices=STATES)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["-recorded_at", "-id"]
        indexes = [models.Index(fields=["device", "-recorded_at"], name="tagging_event_device")]


class Wearing(models.Model):
    """A person wears a device, of their own will, over [starts_on, ends_on)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="wearings")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="wearings")
    purposes = ArrayField(
        models.CharField(max_length=24, choices=[(p.value, PURPOSE_LABELS[p]) for p in Purpose])
    )
    consent_on = models.DateField()
    starts_on = models.DateField()
    review_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(
        max_length=12, choices=[(r.value, label) for r, label in END_REASON_LABELS.items()], blank=True
    )
    end_note = models.TextField(blank=True)
    guardian_name = models.CharField(max_length=120, blank=True)
    guardian_consent_on = models.DateField(null=True, blank=True)
    guardian_present = models.BooleanField(default=False)
    fitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_on", "-id"]
        indexes = [
            models.Index(fields=["person", "-starts_on"], name="tagging_wearing_person"),
            models.Index(
                fields=["review_on"], name="tagging_wearing_review", condition=Q(ends_on__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(consent_on__lte=F("starts_on")), name="tagging_wearing_consent_first"
            ),
            models.CheckConstraint(
                condition=Q(review_on__gt=F("starts_on")), name="tagging_wearing_review_after_start"
            ),
            models.CheckConstraint(condition=Q(purposes__len__gt=0), name="tagging_wearing_has_purpose"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True, end_reason="")
                | (Q(ends_on__isnull=False, ends_on__gte=F("starts_on")) & ~Q(end_reason="")),
                name="tagging_wearing_end_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(guardian_consent_on__isnull=True) | Q(guardian_consent_on__lte=F("starts_on")),
                name="tagging_wearing_guardian_consent_first",
            ),
            ExclusionConstraint(
                name="tagging_wearing_one_person_per_device",
                expressions=[
                    ("device", RangeOperators.EQUAL),
                    (DateSpan("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="tagging_wearing_one_device_per_person",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (DateSpan("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    @property
    def purpose_labels(self) -> list[str]:
        return [PURPOSE_LABELS[Purpose(purpose)] for purpose in self.purposes]
