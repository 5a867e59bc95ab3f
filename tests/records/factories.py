"""Records of each kind, current, about one person."""

from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone

from iom.records.models import (
    AgencyNote,
    AgencyNoteAudience,
    ExploitationRecord,
    IntelligenceItem,
    IntelligenceSource,
    OperationalTactic,
    VictimRecord,
    YouthRecord,
)
from tests.factories import IomFactory

DAY = date(2026, 6, 1)


class RecordFactory(IomFactory):
    class Meta:
        abstract = True

    recorded_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))


class ItemFactory(RecordFactory):
    """An item with what stays with the police."""

    class Meta:
        model = IntelligenceItem
        skip_postgeneration_save = True

    sanitised = "May carry a blade"

    @factory.post_generation
    def source_row(obj: Any, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        given = {
            "title": "Knife at the precinct",
            "content": "The source saw a blade in the waistband",
            "source_evaluation": 2,
            "information_evaluation": "B",
            "handling": "P",
        }
        SourceFactory(item=obj, person=obj.person, **(given | kwargs))


class SourceFactory(IomFactory):
    class Meta:
        model = IntelligenceSource


class VictimFactory(RecordFactory):
    class Meta:
        model = VictimRecord

    victim_name = "Vera Victim"
    relation = "Former partner"
    address = "4 Safe Street"


class NoteFactory(RecordFactory):
    class Meta:
        model = AgencyNote
        skip_postgeneration_save = True

    kind = "clinical"
    text = "On a methadone script"

    @factory.post_generation
    def addressed_to(obj: Any, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        for agency in extracted or ():
            AudienceFactory(note=obj, person=obj.person, owner=obj.agency, agency=agency)


class AudienceFactory(IomFactory):
    class Meta:
        model = AgencyNoteAudience

    added_at = factory.LazyFunction(timezone.now)


class YouthFactory(RecordFactory):
    class Meta:
        model = YouthRecord

    school = "Hillside Academy"
    starts_on = DAY


class ExploitationFactory(RecordFactory):
    class Meta:
        model = ExploitationRecord

    kind = "county_lines"
    indicators = "Found two counties away with a second phone"
    tactics = "Ask the safeguarding lead before any arrest"
    safeguarding_lead = "Ruth Lead, youth justice"


class TacticFactory(RecordFactory):
    class Meta:
        model = OperationalTactic

    kind = "disruption"
    text = "Plain clothes at the retail park"
    valid_from = DAY


def one_of_each(person: Any, owner: Any, **notes: Any) -> dict[str, Any]:
    """One current record of every kind about the person; the note is the owner's."""
    return {
        "exploitation": ExploitationFactory(person=person),
        "intelligence": ItemFactory(person=person),
        "notes": NoteFactory(person=person, agency=owner, **notes),
        "tactics": TacticFactory(person=person),
        "victims": VictimFactory(person=person),
        "young-person": YouthFactory(person=person),
    }
