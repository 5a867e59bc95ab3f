"""Tags for tests."""

from datetime import UTC, date, datetime
from decimal import Decimal

import factory

from tagging.models import Device, Wearing
from tests.factories import IomFactory, PersonFactory, UnitFactory


class DeviceFactory(IomFactory):
    class Meta:
        model = Device

    serial = factory.Sequence(lambda n: f"GPS-{n:05d}")
    kind = "gps"
    unit = factory.SubFactory(UnitFactory)
    state = "available"
    state_since = date(2026, 1, 5)
    cost = Decimal("1000.00")
    acquired_on = date(2026, 1, 5)


class WearingFactory(IomFactory):
    class Meta:
        model = Wearing

    person = factory.SubFactory(PersonFactory)
    device = factory.SubFactory(DeviceFactory, state="fitted")
    purposes = ["reduce_reoffending"]
    consent_on = date(2026, 6, 1)
    starts_on = date(2026, 6, 1)
    review_on = date(2026, 7, 1)
    recorded_at = datetime(2026, 6, 1, 12, tzinfo=UTC)
