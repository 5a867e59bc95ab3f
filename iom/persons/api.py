"""Persons by search and by reference (PER-1..5); nobody is listed without a search."""

from typing import Any

from rest_framework import serializers

from iom.access.actor import Actor
from iom.access.api import Rows, Seen, endpoint, lists, reads
from iom.access.scoped import ScopedSerializer
from iom.accounts.rules import Power
from iom.agencies.api import AgencySerializer, UnitSerializer
from iom.kernel import clock
from iom.kernel.api import Code, Paging
from iom.kernel.compartments import Compartment
from iom.persons.models import Address, Alias, Assessment, CustodyPeriod, Marker, Person, StatutoryStatus
from iom.persons.permissions import access_person, sees_address
from iom.persons.selectors import lines, person_file, search
from iom.persons.whereabouts import Whereabouts

TAG = "Persons"
IDENTIFIERS = ("pnc_id", "cro_no")


class PersonRefSerializer(ScopedSerializer):
    """A person as other records name them."""

    nominal_ref = serializers.CharField()
    name = serializers.CharField(source="full_name")
    date_of_birth = serializers.DateField(allow_null=True)

    class Meta:
        model = Person
        compartments = {"name": Compartment.CORE}


class PlaceSerializer(ScopedSerializer):
    """Where a person is, worked out from custody."""

    code = Code("Whereabouts", Whereabouts, source="whereabouts")
    words = serializers.CharField()

    class Meta:
        compartments = dict.fromkeys(("code", "words"), Compartment.CORE)


class PersonSerializer(ScopedSerializer):
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

    class Meta:
        model = Person


class AboutPersonSerializer(ScopedSerializer):
    """What holds a person and says whether this reader is shown their police identifiers."""

    def to_representation(self, row: Any) -> Any:
        """The numbers are absent where they are not shared of this very person, whatever is shared of others."""
        shown = super().to_representation(row)
        if not row.identifiers:
            for name in IDENTIFIERS:
                shown["person"].pop(name, None)
        return shown


class PersonLineSerializer(AboutPersonSerializer):
    """A person as one line of a search."""

    person = PersonSerializer()
    age = serializers.IntegerField(allow_null=True)
    place = PlaceSerializer()

    class Meta:
        compartments = dict.fromkeys(("person", "age", "place"), Compartment.CORE)


class AliasSerializer(ScopedSerializer):
    family_name = serializers.CharField()
    given_names = serializers.CharField()

    class Meta:
        model = Alias


class AddressSerializer(ScopedSerializer):
    line = serializers.CharField()
    town = serializers.CharField()
    postcode = serializers.CharField()
    lived_from = serializers.DateField(allow_null=True)
    lived_to = serializers.DateField(allow_null=True)

    class Meta:
        model = Address


class CustodySerializer(ScopedSerializer):
    prison = serializers.CharField(source="prison.name")
    held_from = serializers.DateField()
    held_to = serializers.DateField(allow_null=True)
    sentence = serializers.CharField()
    expected_release_on = serializers.DateField(allow_null=True)
    is_recall = serializers.BooleanField()
    licence_conditions = serializers.CharField()

    class Meta:
        model = CustodyPeriod


class StatutorySerializer(ScopedSerializer):
    kind = Code("StatutoryKind", ("mappa", "rso", "shpo", "other_order"))
    words = serializers.CharField(source="get_kind_display")
    mappa_category = serializers.IntegerField(allow_null=True)
    mappa_level = serializers.IntegerField(allow_null=True)
    conditions = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)

    class Meta:
        model = StatutoryStatus


class MarkerSerializer(ScopedSerializer):
    text = serializers.CharField()
    recorded_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)

    class Meta:
        model = Marker


class AssessmentSerializer(ScopedSerializer):
    """A partner's assessment; never mixed into our own score."""

    instrument = serializers.CharField()
    value = serializers.CharField()
    band = serializers.CharField()
    assessed_on = serializers.DateField()
    agency = AgencySerializer()

    class Meta:
        model = Assessment


class PersonFileSerializer(AboutPersonSerializer):
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

    class Meta:
        compartments = dict.fromkeys(
            (
                *("person", "age", "is_child", "place", "aliases", "addresses", "custody", "statutory"),
                *("warnings", "vulnerabilities", "assessments"),
            ),
            Compartment.CORE,
        )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        fields["addresses"].required = "actor" in self.context
        return fields

    def to_representation(self, file: Any) -> Any:
        """A child's address is absent for who is not told it, whether or not one is held."""
        shown = super().to_representation(file)
        if not sees_address(self.context["actor"], is_child=file.is_child):
            shown.pop("addresses", None)
        return shown


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
        lambda found: lines(actor, found, on=today),
        kind="search",
        reason=f"searched: {asked['q'][:80]}",
    )


@reads("persons_retrieve", PersonFileSerializer, power=Power.SEE_PEOPLE)
def person(actor: Actor, asked: dict[str, Any], nominal_ref: str) -> Seen:
    """One person's file."""
    found = access_person(actor, nominal_ref)
    return Seen(person_file(found, on=clock.today(), reader=actor), [found.pk], "profile")


person_list = endpoint(persons, tag=TAG)
person_detail = endpoint(person, tag=TAG)
