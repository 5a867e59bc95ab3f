"""Disposing of a record that two people decided on: all of it in one transaction, as the service (SHR-4)."""

import json
import re
from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from cohorts.models import Case, Deadline
from iom.access.actor import SYSTEM
from iom.access.database import table_policies
from iom.audit.services import dispose as blank_audit
from iom.audit.services import record
from iom.audit.services.disposal import rows_about
from iom.feeds.services import forget_rejected
from iom.kernel.disposal import Way, rules
from iom.kernel.errors import Refused
from iom.notifications.services import notify
from iom.persons.models import Person
from iom.retention import audit
from iom.retention.graph import condition, leading_to_a_person
from iom.retention.guards import ERROR_CODE
from iom.retention.models import Disposal, DisposedReference, Review, Tally
from iom.retention.rules.references import digest
from iom.retention.rules.statuses import ReviewStatus
from iom.retention.services.files import remove_files
from iom.retention.services.grounds import why_not
from iom.working_days.rules import local_date


def dispose_next(at: datetime) -> bool:
    """Dispose of one record that is signed for; whether there is more to do."""
    review = (
        Review.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(status=ReviewStatus.APPROVED)
        .order_by("decided_at", "pk")
        .first()
    )
    if review is None:
        return False
    if against := why_not(review.person_id, on=local_date(at)):
        stop(review, " ".join(against), at=at)
    else:
        dispose(review.pk, at=at)
    return True


def stop(review: Review, sentence: str, *, at: datetime) -> None:
    """Something came between signature and disposal: the review is open again, and its two people are told."""
    review.status, review.approval_id, review.approved_by = ReviewStatus.OPEN, None, None
    review.save(update_fields=["status", "approval_id", "approved_by"])
    record(
        audit.DISPOSAL_STOPPED,
        by=SYSTEM,
        subjects=[review.person_id],
        reason=sentence,
        detail={"review": review.pk},
    )
    if review.decided_by_id:
        notify(
            review.decided_by_id,
            key=f"disposal-stopped:{review.pk}:{at.isoformat()}",
            kind="retention",
            subject="A disposal was stopped",
            body=sentence,
            url=f"/retention/reviews/{review.pk}/",
            person_id=review.person_id,
            at=at,
        )


@transaction.atomic
def dispose(review_id: int, *, at: datetime) -> Disposal:
    """Delete or blank every row that leads to the person, and keep that it was done, by whom, and how many of what.

    Refused, with nothing done, while a hold stands, a case or a request is open, or the person is in custody.
    """
    review = Review.objects.select_for_update(of=("self",)).select_related("person").get(pk=review_id)
    if against := why_not(review.person_id, on=local_date(at)):
        raise Refused(" ".join(against))
    person, decision = review.person, review.pk
    kept = {
        "review_no": decision,
        "approval_no": review.approval_id,
        "decided_by_id": review.decided_by_id,
        "approved_by_id": review.approved_by_id,
        "at": at,
        "unit_id": person.home_unit_id,
        "group": review.group,
        "schedule_version": review.schedule_version,
    }
    records = _records_of(person)
    unsubjected = {number: _rows_without_subject(number) for number in records}
    _count(person)
    files = sum(remove_files(number, decision=decision, at=at) for number in records)
    counts = _delete(person.pk, decision)
    if rejected := sum(forget_rejected(reference) for reference in records.values()):
        counts["feeds_feedrejectedrow"] = rejected
    blanked = sum(
        _blank_log(number, reference, unsubjected[number], decision) for number, reference in records.items()
    )
    disposal = Disposal.objects.create(**kept, counts=counts, audit_rows=blanked, files=files)
    for reference in records.values():
        DisposedReference.objects.update_or_create(
            digest=digest(reference, settings.RETENTION_KEY), defaults={"disposal": disposal}
        )
    record(
        audit.DISPOSED,
        by=SYSTEM,
        detail={"disposal": disposal.pk, "decision": decision, "rows": disposal.rows},
    )
    return disposal


def _records_of(person: Person) -> dict[int, str]:
    """The record and those that were merged into it, by number, with their references: all of them are one person."""
    merged = Person.objects.filter(merged_into=person).values_list("pk", "nominal_ref")
    return {person.pk: person.nominal_ref, **dict(merged)}


def _delete(person_id: int, decision: int) -> dict[str, int]:
    """The one statement that may delete a person; the function asks everything again before it does."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT authz.dispose_person(%s, %s)", [person_id, decision])
            said = cursor.fetchone()[0]
    except DatabaseError as error:
        cause: Any = error.__cause__
        if getattr(cause, "sqlstate", "") == ERROR_CODE:
            raise Refused(str(cause.diag.message_primary)) from error
        raise
    counts: dict[str, int] = json.loads(said) if isinstance(said, str) else said
    return counts


def _rows_without_subject(person_id: int) -> dict[str, list[str]]:
    """The rows whose changes the log keeps without saying whose they are: by table, their numbers."""
    graph, said = leading_to_a_person(), rules()
    nameless = {policy.table for policy in table_policies() if policy.is_audited and not policy.subject}
    found: dict[str, list[str]] = {}
    for model in graph:
        rule, table = said.get(model._meta.label), model._meta.db_table
        if rule is None or rule.way == Way.KEEP or (rule.way == Way.DELETE and table not in nameless):
            continue
        where = condition(model, graph, person=str(int(person_id)))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {model._meta.pk.column}::text FROM {table} WHERE {where}")
            if numbers := [row[0] for row in cursor.fetchall()]:
                found[table] = numbers
    return found


def _blank_log(person_id: int, reference: str, unsubjected: dict[str, list[str]], decision: int) -> int:
    """Blank what the log says of the person, with the rows it does not name them by; its seals stay as they were."""
    acts, changes = rows_about(person_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM audit_act WHERE disposal IS NULL"
            " AND (upper(detail::text) ~ %(ref)s OR upper(reason) ~ %(ref)s)",
            {"ref": rf"(^|[^A-Z0-9]){re.escape(reference.upper())}([^A-Z0-9]|$)"},
        )
        acts += [row[0] for row in cursor.fetchall()]
        for table, numbers in unsubjected.items():
            cursor.execute(
                "SELECT id FROM audit_change WHERE disposal IS NULL AND table_name = %s AND row_id = ANY(%s)",
                [table, numbers],
            )
            changes += [row[0] for row in cursor.fetchall()]
    return blank_audit(acts=sorted(set(acts)), changes=sorted(set(changes)), decision=decision, by=SYSTEM)


def _count(person: Person) -> None:
    """Keep the figures that reports are made of, by district and year, without the person."""
    figures: Counter[tuple[int, int, str]] = Counter()
    for case in Case.objects.filter(person=person):
        figures[case.unit_id, case.selected_on.year, "cases selected"] += 1
        if case.closed_on:
            figures[case.unit_id, case.closed_on.year, "cases closed"] += 1
    rows = Deadline.objects.filter(case__person=person).select_related("case")
    for row in rows:
        met = "met" if row.met_on and row.met_on <= row.due_on else "late" if row.met_on else "not met"
        figures[row.case.unit_id, row.due_on.year, f"{row.kind} {met}"] += 1
    for (unit_id, year, figure), number in sorted(figures.items()):
        row_, made = Tally.objects.get_or_create(
            unit_id=unit_id, year=year, figure=figure, defaults={"number": number}
        )
        if not made:
            Tally.objects.filter(pk=row_.pk).update(number=F("number") + number)
