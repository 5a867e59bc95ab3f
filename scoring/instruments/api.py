"""A person's local calculations for programs (SCO-6); they are made on the pages alone."""

from typing import Any

from rest_framework import serializers

from iom.access.actor import Actor
from iom.access.api import Rows, endpoint, lists
from iom.access.scoped import ScopedSerializer
from iom.accounts.rules import Power
from iom.kernel import clock
from iom.kernel.api import Code
from iom.kernel.compartments import Compartment
from iom.persons.permissions import access_person
from scoring.instruments.models import LocalCalculation
from scoring.instruments.permissions import require_use
from scoring.instruments.rules.vocabulary import BAND_WORDS, NAMES
from scoring.instruments.selectors import calculations_of


class LocalCalculationSerializer(ScopedSerializer):
    """A local calculation, not the probation assessment; never part of a score."""

    id = serializers.IntegerField()
    instrument = Code("LocalInstrument", tuple(NAMES))
    name = serializers.CharField()
    version = serializers.CharField()
    result = serializers.DictField(child=serializers.CharField())
    band = Code("LocalInstrumentBand", tuple(BAND_WORDS))
    inputs = serializers.DictField()
    calculated_on = serializers.DateField()
    calculated_at = serializers.DateTimeField()
    by = serializers.CharField()

    class Meta:
        model = LocalCalculation
        compartments = dict.fromkeys(("name", "by"), Compartment.OPERATIONS)


@lists("local_calculations_list", LocalCalculationSerializer, power=Power.SEE_SCORES)
def calculations(actor: Actor, asked: dict[str, Any], nominal_ref: str) -> Rows:
    """One person's local calculations of published instruments, the newest first; where they are off, no such page."""
    require_use()
    person = access_person(actor, nominal_ref)
    found = calculations_of(actor, person.pk, on=clock.today())
    return Rows(found, lambda _: None, "local calculations", about=person.pk)


calculation_list = endpoint(calculations, tag="Scores")
