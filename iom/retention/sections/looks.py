"""Who looked at the record, by role and month, and what the person asked before."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from iom.accounts.rules import ROLES, Role
from iom.audit.rules import KIND_LABELS
from iom.kernel.compartments import Compartment
from iom.retention.models import AccessRequest, Correction, LegalHold, Review
from iom.retention.rules.statuses import Outcome
from iom.retention.sections.drafts import Draft, Section, Subject, withheld

_LOOKS = """
SELECT to_char(at AT TIME ZONE 'Europe/London', 'YYYY-MM') AS month, kind, role, agency, count(*)
FROM audit_act WHERE subjects @> ARRAY[%s::bigint] AND kind IN ('consult', 'search', 'export', 'disclose')
GROUP BY 1, 2, 3, 4 ORDER BY 1, 4, 3, 2
"""


_ROLES = {role.value for role in Role}


def looks(subject: Subject) -> Iterable[Draft]:
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, [subject.person.pk])
        rows = cursor.fetchall()
    lines = []
    for month, kind, role, agency, number in rows:
        who = ROLES[Role(role)].label if role in _ROLES else "The system itself"
        times = "once" if number == 1 else f"{number} times"
        when = f"{date.fromisoformat(f'{month}-01'):%B %Y}"
        lines.append(
            (when, f"{who}, {agency or 'the product'}: {KIND_LABELS.get(kind, kind).lower()} {times}")
        )
    if lines:
        yield Draft("Who looked at the record, by month", lines, compartment=Compartment.AUDIT)


def retention(subject: Subject) -> Iterable[Draft]:
    for row in Review.objects.filter(person=subject.person, status="retained").order_by("decided_on"):
        yield Draft(
            "Review of whether the record is kept",
            (("Group", row.group), ("Reason", row.reason), ("Next review", row.next_on)),
            row.decided_on,
            Compartment.OPERATIONS,
        )
    for hold in LegalHold.objects.filter(person=subject.person).order_by("set_at"):
        yield withheld("Hold", "operation", lines=(("Reason", hold.reason), ("Authority", hold.authority)),
                       on=hold.set_at.date())  # fmt: skip


def asked_before(subject: Subject) -> Iterable[Draft]:
    for row in AccessRequest.objects.filter(person=subject.person, ended_on__isnull=False).order_by(
        "received_on"
    ):
        yield Draft(
            "Your request to see what is held",
            (("Received", row.received_on), ("Asked for", row.asked_for), ("Ended", row.ended_on)),
            row.received_on,
            Compartment.OPERATIONS,
            Outcome.DISCLOSE,
        )
    for one in Correction.objects.filter(person=subject.person).order_by("received_on"):
        yield Draft(
            "Your request to put something right",
            (("What", one.what), ("Outcome", one.get_outcome_display()), ("Why", one.outcome_reason)),
            one.received_on,
            Compartment.OPERATIONS,
        )


SECTIONS = (
    Section("looks", "Who looked at the record", looks, ()),
    Section("retention", "How long it is kept", retention, ("retention.Review", "retention.LegalHold")),
    Section("asked_before", "What you asked before", asked_before,
            ("retention.AccessRequest", "retention.Correction")),
)  # fmt: skip
