"""What precedes a case: the referral, its research, the decision (REF-1 to REF-6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cohorts.rules.statuses import STATUS_NAMES, ReferralStatus
from cohorts.rules.vocabulary import GROUND_NAMES, ROUTE_NAMES, SELECTION_CONSIDERATIONS, Ground, Route
from iom.agencies.models import Agency, Unit
from iom.persons.models import Person

REFERRAL_STATUSES = [(s.value, STATUS_NAMES[s]) for s in ReferralStatus]
UNMATCHED = (ReferralStatus.SUBMITTED, ReferralStatus.BEING_RESEARCHED, ReferralStatus.WITHDRAWN)


class Referral(models.Model):
    """Somebody put forward for management, by any agency, on one form (REF-1).

    `person` stays empty until research has matched the names as typed to a person on record.
    """

    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="referrals"
    )
    given_names = models.CharField(max_length=120)
    family_name = models.CharField(max_length=120)
    date_of_birth = models.DateField(null=True, blank=True)
    identifiers = models.CharField(max_length=200, blank=True)
    referring_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    referred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=20, choices=[(g.value, GROUND_NAMES[g]) for g in Ground])
    route = models.CharField(max_length=20, choices=[(r.value, ROUTE_NAMES[r]) for r in Route])
    reasons = models.TextField()
    alert_id = models.BigIntegerField(null=True, blank=True)
    request_key = models.UUIDField(null=True, blank=True, unique=True)
    status = models.CharField(max_length=20, choices=REFERRAL_STATUSES, default=ReferralStatus.SUBMITTED)
    submitted_at = models.DateTimeField()
    submitted_on = models.DateField()
    board_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    note_to_referrer = models.TextField(blank=True)
    signpost = models.TextField(blank=True)
    look_again_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-submitted_at", "-id"]
        indexes = [
            models.Index(fields=["unit", "status", "-submitted_on"], name="cohorts_referral_unit_status"),
            models.Index(fields=["referring_agency", "-submitted_on"], name="cohorts_referral_agency"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reasons=""), name="cohorts_referral_has_reasons"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(status__in=UNMATCHED),
                name="cohorts_referral_board_needs_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=False) | ~Q(status__in=("selected", "not_selected")),
                name="cohorts_referral_decided_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"Referral {self.pk}"


class ReferralStage(models.Model):
    """One step in a referral's history (REF-2)."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="stages")
    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20, choices=REFERRAL_STATUSES)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]


class ResearchPack(models.Model):
    """What the system knew when research was done: a snapshot that later changes do not touch (REF-2)."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="packs")
    content = models.JSONField()
    built_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-built_at", "-id"]


class SelectionDecision(models.Model):
    """What a board decided on a referral and what it considered: all seven considerations (REF-4)."""

    OUTCOMES = [("selected", "Selected"), ("not_selected", "Not selected"), ("deferred", "Deferred")]

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=16, choices=OUTCOMES)
    decided_on = models.DateField()
    recorded_at = models.DateTimeField()
    chair = models.CharField(max_length=120)
    agencies_present = models.ManyToManyField(Agency, related_name="+", through="DecisionAgency")
    partner_information = models.TextField(blank=True)
    offending = models.TextField(blank=True)
    recency_frequency_gravity = models.TextField(blank=True)
    police_intelligence = models.TextField(blank=True)
    partner_intelligence = models.TextField(blank=True)
    pathways_and_triggers = models.TextField(blank=True)
    ability_to_intervene = models.TextField(blank=True)
    partner_involvement = models.TextField(blank=True)
    rationale = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(rationale=""), name="cohorts_decision_has_rationale"),
            models.CheckConstraint(
                condition=Q(outcome="deferred") | Q(*[~Q(**{name: ""}) for name in SELECTION_CONSIDERATIONS]),
                name="cohorts_decision_considers_all_seven",
            ),
            models.UniqueConstraint(
                fields=["referral"],
                condition=~Q(outcome="deferred"),
                name="cohorts_decision_one_final_per_referral",
            ),
        ]

    @property
    def considerations(self) -> list[tuple[str, str]]:
        """The seven considerations: heading and what was recorded, in the policy's order."""
        return [(words, getattr(self, name)) for name, words in SELECTION_CONSIDERATIONS.items()]


class DecisionAgency(models.Model):
    """An agency that took part in a decision."""

    decision = models.ForeignKey(SelectionDecision, on_delete=models.PROTECT, related_name="participants")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "agency"], name="cohorts_decisionagency_once"),
        ]


class DecisionScore(models.Model):
    """What a score model said on the day of a decision, kept beside it so that overrides can be studied (SCO-2).

    Nothing reads it to decide. 0 points stand for somebody without a score; no night for a day before the first one.
    """

    decision = models.ForeignKey(SelectionDecision, on_delete=models.PROTECT, related_name="scores")
    model_code = models.CharField(max_length=12)
    model_version = models.CharField(max_length=12)
    published = models.IntegerField()
    band = models.CharField(max_length=16, blank=True)
    night_on = models.DateField(null=True)

    class Meta:
        ordering = ["model_code"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "model_code"], name="cohorts_decisionscore_once"),
        ]
