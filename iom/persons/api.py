"""Persons by search and by reference (PER-1..5); nobody is listed without a search."""

from typing import Any

from rest_framework import serializers

from iom.access.actor import Actor
from iom.access.api import Answer, Rows, Seen, endpoint, lists, reads
from iom.accounts.rules import Power
from iom.agencies.api import AgencySerializer, UnitSerializer
from iom.kernel import clock
from iom.kernel.api import Code, Paging
from iom.persons.permissions import access_person
from iom.persons.selectors import lines, person_file, search
from iom.persons.whereabouts import Whereabouts

TAG = "Persons"


class PersonRefSerializer(serializers.Serializer):
    """A person as other records name them."""

    nominal_ref = serializers.CharField()
    name = serializers.CharField(source="full_name")
    date_of_birth = serializers.DateField(allow_null=True)


class PlaceSerializer(serializers.Serializer):
    """Where a person is, worked out from custody."""

    code = Code("Whereabouts", Whereabouts, source="whereabouts")
    words = serializers.CharField()


class PersonSerializer(serializers.Serializer):
    nominal_ref = serializers.CharField()
    family_name = serializers.CharField()
    given_names = serializers.CharField()
    date_of_birth = serializers.DateField(allow_null=True)
    sex = Code("Sex", ("F", "M", "U"))
    pnc_id = serializers.CharField()
    cro_no = serializers.CharField()
    prison_no = serializers.CharField()
    crn = serializers.CharField()
    home_unit = UnitSerializer()
    managing_unit = UnitSerializer(allow_null=True)
    is_managed = serializers.BooleanField()


class PersonLineSerializer(serializers.Serializer):
    """A person as one line of a search."""

    person = PersonSerializer()
    age = serializers.IntegerField(allow_null=True)
    place = PlaceSerializer()


class AliasSerializer(serializers.Serializer):
    family_name = serializers.CharField()
    given_names = serializers.CharField()


class AddressSerializer(serializers.Serializer):
    line = serializers.CharField()
    town = serializers.CharField()
    postcode = serializers.CharField()
    lived_from = serializers.DateField(allow_null=True)
    lived_to = serializers.DateField(allow_null=True)


class CustodySerializer(serializers.Serializer):
    prison = serializers.CharField(source="prison.name")
    held_from = serializers.DateField()
    held_to = serializers.DateField(allow_null=True)
    sentence = serializers.CharField()
    expected_release_on = serializers.DateField(allow_null=True)
    is_recall = serializers.BooleanField()
    licence_conditions = serializers.CharField()


class StatutorySerializer(serializers.Serializer):
    kind = Code("StatutoryKind", ("mappa", "rso", "shpo", "other_order"))
    words = serializers.CharField(source="get_kind_display")
    mappa_category = serializers.IntegerField(allow_null=True)
    mappa_level = serializers.IntegerField(allow_null=True)
    conditions = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class MarkerSerializer(serializers.Serializer):
    text = serializers.CharField()
    recorded_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class AssessmentSerializer(serializers.Serializer):
    """A partner's assessment; never mixed into our own score."""

    instrument = serializers.CharField()
    value = serializers.CharField()
    band = serializers.CharField()
    assessed_on = serializers.DateField()
    agency = AgencySerializer()


class PersonFileSerializer(Answer):
    """What is held of one person beside their cases and scores."""

    person = PersonSerializer()
    age = serializers.IntegerField(allow_null=True)
    is_child = serializers.BooleanField()
    place = PlaceSerializer()
    aliases = AliasSerializer(many=True)
    addresses = AddressSerializer(many=True)
    custody = CustodySerializer(many=True)
    statutory = StatutorySerializer(many=True)
    warnings = MarkerSerializer(many=True)
    vulnerabilities = MarkerSerializer(many=True)
    assessments = AssessmentSerializer(many=True)


class PersonSearch(Paging):
    q = serializers.CharField(
        max_length=120,
        help_text="Reference, PNC, CRO, prison number or CRN in full, or how a name or alias begins.",
    )


@lists("persons_search", PersonLineSerializer, power=Power.SEE_PEOPLE, query=PersonSearch)
def persons(actor: Actor, asked: dict[str, Any]) -> Rows:
    """Search among the people you may see."""
    today = clock.today()
    return Rows(
        search(actor, asked["q"], on=today),
        lambda person: person.pk,
        "people",
        lambda found: lines(found, on=today),
        kind="search",
        reason=f"searched: {asked['q'][:80]}",
    )


@reads("persons_retrieve", PersonFileSerializer, power=Power.SEE_PEOPLE)
def person(actor: Actor, asked: dict[str, Any], nominal_ref: str) -> Seen:
    """One person's file."""
    found = access_person(actor, nominal_ref)
    return Seen(person_file(found, on=clock.today()), [found.pk], "profile")


person_list = endpoint(persons, tag=TAG)
person_detail = endpoint(person, tag=TAG)
