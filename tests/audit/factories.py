"""Acts of the audit for tests."""

from datetime import UTC, datetime

import factory

from iom.audit.models import Act
from tests.factories import IomFactory


class ActFactory(IomFactory):
    class Meta:
        model = Act

    at = datetime(2026, 6, 30, 12, tzinfo=UTC)
    kind = "consult"
    action = "look:case"
    user_name = "Amy North"
    role = "supervisor"
    agency = "Northmoor Police"
    subjects = factory.LazyFunction(list)
    detail = factory.LazyFunction(dict)
