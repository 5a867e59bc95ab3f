"""Every answer of the API that can say something of a person comes from the scoped serializer (SHR-2)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver
from rest_framework import serializers

from iom.access.api import SentFile
from iom.access.scoped import ScopedSerializer
from iom.accounts.api import StaffSerializer
from iom.agencies.api import AgencySerializer, UnitSerializer
from iom.kernel.compartments import Compartment
from tests.api.test_schema import doors

# They name the force and who works there, and nobody who is managed.
NAMES_NOBODY = {AgencySerializer, UnitSerializer, StaffSerializer, SentFile}


def _parts(serializer: type[Any]) -> Iterator[type[Any]]:
    """The serializer and all that stand in it."""
    yield serializer
    for field in getattr(serializer, "_declared_fields", {}).values():
        inner = getattr(field, "child", field)
        if isinstance(inner, serializers.BaseSerializer):
            yield from _parts(type(inner))


ANSWERS = sorted(
    {
        part
        for door in doors(get_resolver().url_patterns)
        for operation in door.operations.values()
        for part in _parts(operation.answer)
    },
    key=lambda part: (part.__module__, part.__name__),
)


def test_nothing_is_answered_past_the_scoped_serializer() -> None:
    outside = {part for part in ANSWERS if not issubclass(part, ScopedSerializer)}

    assert outside <= NAMES_NOBODY
    assert len(ANSWERS) > 50


@pytest.mark.parametrize(
    "answer", [part for part in ANSWERS if issubclass(part, ScopedSerializer)], ids=lambda part: part.__name__
)
def test_each_field_of_an_answer_says_which_compartment_it_needs(answer: type[ScopedSerializer]) -> None:
    for name, field in answer._declared_fields.items():
        assert answer.needs(name, field._kwargs.get("source")) <= set(Compartment)
        assert answer.needs(name, field._kwargs.get("source"))
