"""The emerging-threat tab and its reviews (SCO-5, CMP-1)."""

from typing import Any

from rest_framework import serializers

from iom.access.actor import Actor
from iom.access.api import Rows, Seen, acts, endpoint, lists, reads
from iom.access.scoped import ScopedSerializer
from iom.accounts.api import StaffSerializer
from iom.accounts.rules import Power
from iom.agencies.api import UnitSerializer
from iom.kernel import clock
from iom.kernel.api import Code, Input, Words
from iom.kernel.compartments import Compartment
from iom.persons.api import PersonRefSerializer
from scoring.models import Event, ThreatAlert, ThreatReview
from scoring.rules.emerging import RULE_NAMES
from scoring.selectors.alerts import alert_row, open_alert_counts
from scoring.selectors.tab import tab, tabs_of, unit_of
from scoring.services.reviews import review_alert

TAG = "Emerging threat"
OUTCOMES = tuple(ThreatAlert.Outcome.values)


class AlertEventSerializer(ScopedSerializer):
    event_id = serializers.IntegerField()
    family = serializers.CharField()
    occurred_on = serializers.DateField()
    recorded_on = serializers.DateField()
    summary = serializers.CharField()

    class Meta:
        model = Event
        compartments = dict.fromkeys(("event_id", "recorded_on"), Compartment.OPERATIONS)


class AlertSerializer(ScopedSerializer):
    """Why a person is on the tab: which rules fired, by how much, on which events."""

    id = serializers.IntegerField()
    person = PersonRefSerializer()
    model_code = serializers.CharField()
    model_version = serializers.CharField()
    status = Code("AlertStatus", ThreatAlert.Status.values)
    opened_on = serializers.DateField()
    last_fired_on = serializers.DateField()
    score = serializers.IntegerField()
    baseline = serializers.IntegerField()
    jump = serializers.IntegerField()
    rules = serializers.ListField(child=Code("AlertRule", RULE_NAMES))
    escalation = serializers.BooleanField()
    events = AlertEventSerializer(many=True)
    outcome = Code("ReviewOutcomeSoFar", ("", *OUTCOMES))
    rationale = serializers.CharField()

    class Meta:
        model = ThreatAlert
        compartments = dict.fromkeys(("model_version", "rules", "events"), Compartment.OPERATIONS)


class ReviewSerializer(ScopedSerializer):
    reviewed_on = serializers.DateField()
    reviewed_at = serializers.DateTimeField()
    by = StaffSerializer()
    outcome = Code("ReviewOutcome", OUTCOMES)
    rationale = serializers.CharField()
    took_off = serializers.BooleanField()

    class Meta:
        model = ThreatReview


class TabEntrySerializer(ScopedSerializer):
    """One entry of a district's tab, with its review clock."""

    alert = AlertSerializer()
    reviews = ReviewSerializer(many=True)
    next_due_on = serializers.DateField()
    overdue = serializers.SerializerMethodField()

    class Meta:
        compartments = dict.fromkeys(("alert", "reviews", "next_due_on", "overdue"), Compartment.OPERATIONS)

    def get_overdue(self, entry: Any) -> bool:
        return bool(entry.overdue(self.today()))


class TabSerializer(ScopedSerializer):
    """A tab the reader may open, with how many stand on it."""

    unit = UnitSerializer()
    alerts = serializers.IntegerField()

    class Meta:
        compartments = dict.fromkeys(("unit", "alerts"), Compartment.OPERATIONS)


class ReviewInput(Input):
    outcome = Code("ReviewOutcome", OUTCOMES)
    rationale = Words()
    take_off = serializers.BooleanField(default=False)


@lists("emerging_tabs_list", TabSerializer, power=Power.SEE_SCORES)
def tabs(actor: Actor, asked: dict[str, Any]) -> Rows:
    """The tabs you may open."""
    counts = open_alert_counts(actor)
    rows = [{"unit": unit, "alerts": counts.get(unit.pk, 0)} for unit in tabs_of(actor)]
    return Rows(rows, lambda _: None, "emerging-threat tabs")


@lists("emerging_entries_list", TabEntrySerializer, power=Power.SEE_SCORES)
def entries(actor: Actor, asked: dict[str, Any], unit_code: str) -> Rows:
    """Who is on a district's tab, why, and by when each must be reviewed; the soonest review first."""
    shown = tab(actor, unit_of(tabs_of(actor), unit_code), on=clock.today())
    return Rows(shown.entries, lambda entry: entry.alert.person.pk, "emerging-threat tab")


@reads("emerging_alerts_retrieve", AlertSerializer, power=Power.SEE_SCORES)
def alert(actor: Actor, asked: dict[str, Any], pk: int) -> Seen:
    """One entry."""
    row = alert_row(actor, pk)
    return Seen(row, [row.person.pk], "emerging-threat entry")


@acts("emerging_alerts_review", ReviewSerializer, takes=ReviewInput, status=201)
def review(actor: Actor, typed: dict[str, Any], pk: int) -> ThreatReview:
    """Review one entry with outcome and rationale; it may leave the tab with it."""
    return review_alert(pk, by=actor, at=clock.now(), **typed)


tab_list = endpoint(tabs, tag=TAG)
entry_list = endpoint(entries, tag=TAG)
alert_detail = endpoint(alert, tag=TAG)
alert_review = endpoint(review, tag=TAG)
