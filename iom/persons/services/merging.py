"""Deciding whether two records are one person: merging them, and taking a merge back (PER-1)."""

from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction

from iom.access.actor import Actor
from iom.access.scope import as_service
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import Invalid, NotFound, Refused
from iom.persons.audit import DUPLICATE_NAMED, MERGED, NOT_SAME, UNMERGED
from iom.persons.guards import ERROR_CODE
from iom.persons.models import Duplicate, Merge, Person
from iom.persons.permissions import access_duplicate, access_merge, access_person, only_opened
from iom.persons.rules import require_reason


@transaction.atomic
def name_pair(first: str, second: str, *, by: Actor, at: datetime, reason: str) -> Duplicate:
    """Say that two records that one sees may be one person; the pair then waits for a decision."""
    by.require(Power.MERGE_PEOPLE)
    why = require_reason(reason)
    found = [_seen(by, "first", first), _seen(by, "second", second)]
    if found[0].pk == found[1].pk:
        raise Invalid({"second": ["Enter the reference of another record"]})
    left, right = sorted(found, key=lambda person: person.pk)
    pair = Duplicate.objects.filter(left=left, right=right).first()
    if pair is None:
        pair = Duplicate.objects.create(
            left=left, right=right, kind="by_hand", proposed_at=at, proposed_by_id=by.user_id
        )
    elif pair.status != "open":
        pair.status = "open"
        pair.save(update_fields=["status"])
    record(DUPLICATE_NAMED, by=by, subjects=[left.pk, right.pk], reason=why, detail={"pair": pair.pk})
    return pair


def _seen(by: Actor, field: str, reference: str) -> Person:
    try:
        person = access_person(by, reference.strip().upper())
    except NotFound:
        raise Invalid({field: ["There is no record with this reference that you may see"]}) from None
    _require_own(by, person)
    return person


def _require_own(by: Actor, *people: Person) -> None:
    """Refused of a record that was only opened to be read: whether it is somebody else is for its own district."""
    if any(only_opened(by, person) for person in people):
        raise Refused("One of these records was opened to you to be read. Ask its district to decide.")


@transaction.atomic
def decide_pair(
    pair_id: int, *, by: Actor, at: datetime, same: bool, reason: str, keep: str = ""
) -> Merge | None:
    """Decide about a pair. The same person: the other record is merged into the one that is kept, and given back."""
    by.require(Power.MERGE_PEOPLE)
    pair = access_duplicate(by, pair_id, lock=True)
    _require_own(by, pair.left, pair.right)
    why = require_reason(reason)
    if pair.status != "open":
        raise Refused("This pair has been decided.")
    pair.status, pair.decided_by_id, pair.decided_at = "same" if same else "not_same", by.user_id, at
    pair.reason = why
    pair.save(update_fields=["status", "decided_by", "decided_at", "reason"])
    both = [pair.left_id, pair.right_id]
    if not same:
        record(NOT_SAME, by=by, subjects=both, reason=why, detail={"pair": pair.pk})
        return None
    if keep not in (pair.left.nominal_ref, pair.right.nominal_ref):
        raise Invalid({"keep": ["Choose which record is kept"]})
    survivor, merged = (pair.left, pair.right) if keep == pair.left.nominal_ref else (pair.right, pair.left)
    merge = _merge(survivor, merged, by=by, at=at, reason=why)
    detail = {"pair": pair.pk, "merge": merge.pk, "kept": survivor.nominal_ref, "merged": merged.nominal_ref}
    record(MERGED, by=by, subjects=both, reason=why, detail=detail)
    return merge


def _merge(survivor: Person, merged: Person, *, by: Actor, at: datetime, reason: str) -> Merge:
    assert by.user_id is not None  # access to the pair is a person's
    with as_service():
        merge = Merge.objects.create(
            survivor=survivor,
            merged=merged,
            kept_no=survivor.pk,
            merged_ref=merged.nominal_ref,
            merged_name=merged.full_name,
            merged_born=merged.date_of_birth,
            merged_pnc=merged.pnc_id,
            merged_cro=merged.cro_no,
            merged_prison_no=merged.prison_no,
            merged_crn=merged.crn,
            done_by_id=by.user_id,
            done_at=at,
            reason=reason,
        )
        _by_the_database("merge_people", merge.pk)
    return merge


@transaction.atomic
def unmerge(merge_id: int, *, by: Actor, at: datetime, reason: str) -> Merge:
    """Take a merge back: every row that it moved goes back, as far as it still stands where the merge put it.

    What was written since stays with the record that was kept.
    """
    by.require(Power.MERGE_PEOPLE)
    merge = access_merge(by, merge_id)
    why = require_reason(reason)
    with as_service():
        _by_the_database("unmerge_people", merge.pk)
        Merge.objects.filter(pk=merge.pk).update(undone_by_id=by.user_id, undone_at=at, undone_reason=why)
        Duplicate.objects.filter(
            left_id=min(merge.kept_no, merge.merged_id), right_id=max(merge.kept_no, merge.merged_id)
        ).update(status="not_same", decided_by_id=by.user_id, decided_at=at, reason=why)
    both = [merge.kept_no, merge.merged_id]
    record(UNMERGED, by=by, subjects=both, reason=why, detail={"merge": merge.pk, "again": merge.merged_ref})
    return merge


def _by_the_database(function: str, merge_id: int) -> None:
    """The one statement that may do it; the function asks everything again, and its refusal is said in its words."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT authz.{function}(%s)", [merge_id])
    except DatabaseError as error:
        cause: Any = error.__cause__
        if getattr(cause, "sqlstate", "") == ERROR_CODE:
            raise Refused(str(cause.diag.message_primary)) from error
        raise
