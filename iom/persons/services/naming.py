"""Naming people on one record: for cover, a joint visit, or because it is restricted (SHR-2)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from iom.access import grants
from iom.access.actor import Actor
from iom.access.models import PersonUserGrant
from iom.access.rules import GrantBasis, GrantKind
from iom.accounts.models import User
from iom.audit.services import record
from iom.kernel.errors import Invalid, NotFound
from iom.persons.audit import NAMED, NAMING_ENDED
from iom.persons.models import Person
from iom.persons.permissions import access_person
from iom.persons.rules import require_reason

AS_CASE_MANAGER = "Manages the person's case."


@transaction.atomic
def name_user(
    nominal_ref: str, *, by: Actor, on: date, username: str, reason: str, until: date | None = None
) -> PersonUserGrant:
    """Let one user see one record until a day. Only the side that answers for the person names, and never itself."""
    person = access_person(by, nominal_ref)
    why = require_reason(reason)
    user = User.objects.filter(username=username.strip().lower(), is_active=True).first()
    problems: dict[str, list[str]] = {}
    if user is None:
        problems["username"] = ["Enter the sign-in name of somebody who works here"]
    elif user.pk == by.user_id:
        problems["username"] = ["You cannot name yourself"]
    if until is not None and until <= on:
        problems["until"] = ["The last day must be in the future"]
    if problems or user is None:
        raise Invalid(problems)
    pk = grants.name_user(person.pk, user.pk, reason=why, until=until)
    detail = {"user": user.pk, "until": str(until or ""), "grant": pk}
    record(NAMED, by=by, subjects=[person.pk], reason=why, detail=detail)
    return PersonUserGrant.objects.get(pk=pk)


@transaction.atomic
def end_naming(nominal_ref: str, grant_id: int, *, by: Actor, reason: str) -> Person:
    """A named user sees the record no more, from their next request on."""
    person = access_person(by, nominal_ref)
    why = require_reason(reason)
    rows = PersonUserGrant.objects.filter(kind=GrantKind.NAMED, ended_at__isnull=True, content_object=person)
    grant = rows.filter(pk=grant_id).first()
    if grant is None:
        raise NotFound
    grants.end_naming(person.pk, grant.user_id)
    record(NAMING_ENDED, by=by, subjects=[person.pk], reason=why, detail={"user": grant.user_id})
    return person


def follow_case_managers(
    person: Person, *, by: Actor, before: Iterable[int | None], after: Iterable[int | None]
) -> None:
    """Keep a restricted record with those who manage its case: who joins is named, who leaves is named no more."""
    if not person.is_restricted:
        return
    left = {user for user in before if user} - {user for user in after if user}
    joined = {user for user in after if user} - {user for user in before if user}
    for user_id in sorted(joined - _named_on(person)):
        grants.name_user(person.pk, user_id, reason=AS_CASE_MANAGER, basis=GrantBasis.CASE_MANAGER)
        record(NAMED, by=by, subjects=[person.pk], reason=AS_CASE_MANAGER, detail={"user": user_id})
    for user_id in sorted(left):
        if grants.end_naming(person.pk, user_id, basis=GrantBasis.CASE_MANAGER):
            record(
                NAMING_ENDED,
                by=by,
                subjects=[person.pk],
                reason="Manages the case no more.",
                detail={"user": user_id},
            )


def _named_on(person: Person) -> set[int]:
    """Who is named on the record for another reason and need not be named again."""
    rows = PersonUserGrant.objects.filter(
        content_object=person, kind=GrantKind.NAMED, ended_at__isnull=True, expires_on__isnull=True
    )
    return set(rows.values_list("user_id", flat=True))
