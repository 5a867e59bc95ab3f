"""Restricting a record to the people named on it, and lifting that (SHR-2)."""

from django.db import transaction

from iom.access import grants
from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import Invalid
from iom.persons.audit import LIFTED, RESTRICTED
from iom.persons.keepers import keepers_of
from iom.persons.models import Person
from iom.persons.permissions import access_person
from iom.persons.rules import RESTRICTION_KINDS, require_reason


@transaction.atomic
def restrict_record(nominal_ref: str, *, by: Actor, kind: str, reason: str) -> Person:
    """From now on only named people see the record: whoever restricts it and who manages the case are named at once."""
    person = access_person(by, nominal_ref)
    by.require(Power.RESTRICT_RECORD)
    why = require_reason(reason)
    if kind not in dict(RESTRICTION_KINDS):
        raise Invalid({"kind": ["Choose why the record is restricted."]})
    keepers = keepers_of(person.pk)
    grants.restrict(person.pk, kind=kind, reason=why, keepers=keepers)
    record(RESTRICTED, by=by, subjects=[person.pk], reason=why, detail={"kind": kind, "named": keepers})
    return person


@transaction.atomic
def lift_restriction(nominal_ref: str, *, by: Actor, reason: str) -> Person:
    """The record is seen again by everybody whose reach it falls in; what came of the restriction ends with it."""
    person = access_person(by, nominal_ref)
    by.require(Power.RESTRICT_RECORD)
    why = require_reason(reason)
    grants.lift(person.pk, reason=why)
    record(LIFTED, by=by, subjects=[person.pk], reason=why)
    return person
