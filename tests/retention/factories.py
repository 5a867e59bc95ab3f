"""Reviews, holds and requests for tests."""

from datetime import UTC, date, datetime
from typing import Any

import factory

from iom.retention.models import AccessItem, AccessRequest, Disposal, LegalHold, Review
from tests.factories import IomFactory, PersonFactory, UnitFactory, UserFactory


class ReviewFactory(IomFactory):
    class Meta:
        model = Review

    person = factory.SubFactory(PersonFactory)
    group = 3
    due_on = date(2026, 1, 1)
    clear_until = date(2026, 1, 1)
    schedule_version = "MOPI-1"
    opened_on = date(2026, 1, 1)


class LegalHoldFactory(IomFactory):
    class Meta:
        model = LegalHold

    person = factory.SubFactory(PersonFactory)
    reason = "A public inquiry asked that nothing be destroyed."
    authority = "Inquiry into custody deaths"
    set_by = factory.SubFactory(UserFactory)
    set_at = datetime(2026, 1, 1, tzinfo=UTC)
    review_on = date(2027, 1, 1)


class AccessRequestFactory(IomFactory):
    class Meta:
        model = AccessRequest

    person = factory.SubFactory(PersonFactory)
    received_on = date(2026, 11, 1)
    first_due_on = date(2026, 12, 1)
    due_on = date(2026, 12, 1)
    terms_version = "DPA-1"
    entered_by = factory.SubFactory(UserFactory)
    entered_at = datetime(2026, 11, 1, tzinfo=UTC)


def proved(**changes: Any) -> AccessRequest:
    """A request whose maker proved who they are."""
    values: dict[str, Any] = {
        "identity_proved_on": date(2026, 11, 2),
        "identity_how": "Passport and a letter with the address on record",
        "identity_by": UserFactory(),
    }
    return AccessRequestFactory(**{**values, **changes})  # type: ignore[no-any-return]


class AccessItemFactory(IomFactory):
    class Meta:
        model = AccessItem

    request = factory.LazyFunction(lambda: proved(status="deciding"))
    section = "core"
    seq = factory.Sequence(lambda n: n)
    title = "Identity"
    text = "Family name: Example"
    compartment = "core"
    proposed = "disclose"
    ground = "own_data"


class DisposalFactory(IomFactory):
    class Meta:
        model = Disposal

    review_no = factory.Sequence(lambda n: 900_000 + n)
    decided_by = factory.SubFactory(UserFactory)
    approved_by = factory.SubFactory(UserFactory)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    unit = factory.SubFactory(UnitFactory)
    group = 3
    schedule_version = "MOPI-1"
    counts = factory.LazyFunction(lambda: {"persons_person": 1})
