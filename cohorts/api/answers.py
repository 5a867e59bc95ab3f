"""What several doors of referrals and cases show and take."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from cohorts.models import Case, Deadline, DeadlineMove, Placement
from cohorts.rules.deadlines import DeadlineKind, State, Verdict
from cohorts.rules.statuses import CaseStatus
from cohorts.rules.vocabulary import COHORTS, Scheme
from iom.access.scoped import ScopedSerializer
from iom.accounts.api import StaffSerializer
from iom.kernel.api import Code, Input, Words
from iom.kernel.compartments import Compartment
from iom.persons.api import PersonRefSerializer


class Reason(Input):
    """A step that needs nothing but its reason."""

    reason = Words(2000)


class CaseRefSerializer(ScopedSerializer):
    """A case as other records name it."""

    id = serializers.IntegerField()
    status = Code("CaseStatus", CaseStatus)
    selected_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)

    class Meta:
        model = Case


def places(scheme: Scheme) -> Code:
    """The places of a scheme, written cohort:category."""
    codes = [f"{cohort.code}:{category}" for cohort in COHORTS[scheme] for category in cohort.categories]
    return Code(f"{scheme.value.title().replace('_', '')}Place", codes)


def considered(typed: dict[str, Any], names: Iterable[str]) -> dict[str, str]:
    """What was typed for each consideration."""
    return {name: typed[name] for name in names}


class PlacementSerializer(ScopedSerializer):
    """The one cohort and category of a case in one scheme over a span of days."""

    scheme = Code("Scheme", Scheme)
    cohort = serializers.CharField()
    cohort_name = serializers.CharField()
    category = serializers.CharField()
    category_name = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    rationale = serializers.CharField()

    class Meta:
        model = Placement
        compartments = dict.fromkeys(("cohort_name", "category_name"), Compartment.PLAN)


class DeadlineMoveSerializer(ScopedSerializer):
    """A due date that moved, and why."""

    cause = Code("MoveCause", ("extension", "holiday"))
    from_on = serializers.DateField()
    to_on = serializers.DateField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()

    class Meta:
        model = DeadlineMove


class DeadlineSerializer(ScopedSerializer):
    """One duty with a date, and what is said of it today."""

    id = serializers.IntegerField(source="deadline.pk")
    case = serializers.IntegerField(source="deadline.case_id")
    person = PersonRefSerializer(source="deadline.case.person")
    kind = Code("DeadlineKind", DeadlineKind, source="deadline.kind")
    words = serializers.CharField(source="deadline.words")
    clause = serializers.CharField(source="deadline.clause")
    working_days = serializers.IntegerField(source="deadline.working_days")
    started_on = serializers.DateField(source="deadline.started_on")
    first_due_on = serializers.DateField(source="deadline.first_due_on")
    due_on = serializers.DateField(source="deadline.due_on")
    provisional = serializers.BooleanField(source="deadline.provisional")
    met_on = serializers.DateField(source="deadline.met_on", allow_null=True)
    stopped_on = serializers.DateField(source="deadline.stopped_on", allow_null=True)
    owner = StaffSerializer(source="deadline.owner", allow_null=True)
    state = Code("DeadlineState", State)
    verdict = Code("DeadlineVerdict", Verdict)
    days_late = serializers.IntegerField()
    may_extend = serializers.BooleanField()

    class Meta:
        model = Deadline
        compartments = dict.fromkeys(
            (
                "id",
                "case",
                "person",
                "kind",
                "words",
                "clause",
                "working_days",
                "started_on",
                "first_due_on",
                "due_on",
                "provisional",
                "met_on",
                "stopped_on",
                "owner",
                "state",
                "verdict",
                "days_late",
                "may_extend",
            ),
            Compartment.PLAN,
        )
