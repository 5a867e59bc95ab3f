"""What is held of the person alone: identity, addresses, custody, orders, markers, assessments."""

from collections.abc import Iterable

from iom.access.models import AgencyAccess
from iom.kernel.compartments import Compartment
from iom.persons.models import (
    Address,
    Alias,
    Assessment,
    CustodyPeriod,
    EqualityRecord,
    Marker,
    StatutoryStatus,
)
from iom.persons.rules import ETHNICITIES
from iom.retention.sections.drafts import Draft, Section, Subject, withheld


def identity(subject: Subject) -> Iterable[Draft]:
    person = subject.person
    yield Draft(
        "Identity",
        (
            ("Family name", person.family_name),
            ("Given names", person.given_names),
            ("Date of birth", person.date_of_birth),
            ("Sex", person.get_sex_display()),
            ("Nominal reference", person.nominal_ref),
            ("PNC number", person.pnc_id),
            ("CRO number", person.cro_no),
            ("Prison number", person.prison_no),
            ("Probation reference", person.crn),
            ("District", person.home_unit.name),
            ("Recorded since", person.created_at),
        ),
        compartment=Compartment.CORE,
    )
    for alias in Alias.objects.filter(person=person).order_by("pk"):
        yield Draft("Other name", (("Family name", alias.family_name), ("Given names", alias.given_names)))
    for place in Address.objects.filter(person=person).order_by("pk"):
        yield Draft(
            "Address",
            (
                ("Address", ", ".join(filter(None, [place.line, place.town, place.postcode]))),
                ("From", place.lived_from),
                ("To", place.lived_to),
            ),
            on=place.lived_from,
        )
    for row in EqualityRecord.objects.filter(person=person).exclude(ethnicity=""):
        words = ETHNICITIES.get(row.ethnicity, row.ethnicity)
        yield Draft(
            "Ethnicity, for equality monitoring",
            (("As you defined it", words),),
            compartment=Compartment.EQUALITY,
        )


def custody(subject: Subject) -> Iterable[Draft]:
    for row in (
        CustodyPeriod.objects.filter(person=subject.person).select_related("prison").order_by("held_from")
    ):
        yield Draft(
            "Custody",
            (
                ("Prison", row.prison.name),
                ("From", row.held_from),
                ("To", row.held_to),
                ("Sentence", row.sentence),
                ("Expected release", row.expected_release_on),
                ("Recall", row.is_recall),
                ("Licence conditions", row.licence_conditions),
            ),
            on=row.held_from,
        )


def statutory(subject: Subject) -> Iterable[Draft]:
    for row in StatutoryStatus.objects.filter(person=subject.person).order_by("starts_on"):
        yield Draft(
            row.get_kind_display(),
            (
                ("Category", row.mappa_category),
                ("Level", row.mappa_level),
                ("Conditions", row.conditions),
                ("From", row.starts_on),
                ("To", row.ends_on),
            ),
            on=row.starts_on,
        )


def markers(subject: Subject) -> Iterable[Draft]:
    for row in Marker.objects.filter(person=subject.person).order_by("recorded_on"):
        lines = (("Kind", row.get_kind_display()), ("Text", row.text), ("To", row.ends_on))
        if row.kind == "warning":
            yield withheld(
                "Warning", "opinion", lines=lines, on=row.recorded_on, compartment=Compartment.CORE
            )
        else:
            yield Draft("Vulnerability", lines, on=row.recorded_on)


def assessments(subject: Subject) -> Iterable[Draft]:
    rows = Assessment.objects.filter(person=subject.person).select_related("agency").order_by("assessed_on")
    for row in rows:
        yield withheld(
            f"Assessment by {row.agency.name}",
            "other_controller",
            lines=(("Instrument", row.instrument), ("Value", row.value), ("Band", row.band)),
            on=row.assessed_on,
            compartment=Compartment.CORE,
        )


def shared_with(subject: Subject) -> Iterable[Draft]:
    rows = AgencyAccess.objects.filter(person=subject.person).select_related("agency").order_by("starts_on")
    for row in rows:
        yield Draft(
            f"Information shared with {row.agency.name}",
            (
                ("Agency", row.agency.name),
                ("From", row.starts_on),
                ("To", row.ends_on),
                ("Reason", row.reason),
            ),
            on=row.starts_on,
            compartment=Compartment.PLAN,
        )


SECTIONS = (
    Section("identity", "Who you are", identity,
            ("persons.Person", "persons.Alias", "persons.Address", "persons.EqualityRecord")),
    Section("custody", "Custody", custody, ("persons.CustodyPeriod",)),
    Section("statutory", "Orders and registration", statutory, ("persons.StatutoryStatus",)),
    Section("markers", "Markers", markers, ("persons.Marker",)),
    Section("assessments", "Assessments by other organisations", assessments, ("persons.Assessment",)),
    Section("shared_with", "Who information is shared with", shared_with, ("access.AgencyAccess",)),
)  # fmt: skip
