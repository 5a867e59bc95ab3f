"""A person's events as programs read them, each with the file and line that gave it (INT-1, PER-6)."""

from typing import Any

from rest_framework import serializers

from iom.access.actor import Actor
from iom.access.api import Rows, endpoint, lists
from iom.access.scoped import ScopedSerializer
from iom.accounts.rules import Power
from iom.kernel.compartments import Compartment
from iom.persons.permissions import access_person
from scoring.selectors.events import with_origins
from scoring.selectors.lists import timeline


class OriginSerializer(ScopedSerializer):
    """The file that gave a row, the line, and when it was loaded."""

    file = serializers.IntegerField(source="file_id")
    name = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)
    loaded_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        compartments = dict.fromkeys(("file", "name", "line", "loaded_at"), Compartment.OPERATIONS)


class EventSerializer(ScopedSerializer):
    """One event; `revised_at` is since when its row says this, when the source corrected it."""

    id = serializers.IntegerField()
    family = serializers.CharField()
    category = serializers.CharField()
    occurred_on = serializers.DateField()
    role = serializers.CharField()
    status = serializers.CharField(allow_null=True)
    summary = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    revised_at = serializers.DateTimeField(allow_null=True)
    origin = OriginSerializer(allow_null=True)

    class Meta:
        compartments = dict.fromkeys(
            (
                *("id", "family", "category", "occurred_on", "role", "status", "summary", "recorded_at"),
                *("revised_at", "origin"),
            ),
            Compartment.OPERATIONS,
        )


@lists("person_events_list", EventSerializer, power=Power.SEE_SCORES)
def person_events(actor: Actor, asked: dict[str, Any], nominal_ref: str) -> Rows:
    """One person's events, latest first, each with the file, line and moment that it came from."""
    person = access_person(actor, nominal_ref)
    rows = timeline(actor, person.pk)
    return Rows(rows, lambda _: None, "events", lambda page: list(with_origins(actor, page)), about=person.pk)


person_event_list = endpoint(person_events, tag="Scores")
