"""guardian's own checker honours expired grants; ours does not, one by one and for many at once (SHR-2)."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from guardian.core import ObjectPermissionChecker

from iom.access.actor import Actor
from iom.access.checker import CurrentPermissionChecker
from iom.access.scope import as_owner
from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.agencies.models import Membership
from iom.kernel.clock import LONDON
from iom.sharing.models import IntelligenceItemGroupGrant
from iom.sharing.rules import What
from tests.sharing.factories import ItemFactory, disclosed

pytestmark = pytest.mark.django_db
PERM = "records.view_intelligenceitem"


@pytest.fixture
def grant(world: dict[str, Any], item: Any, sergeant: Actor, inspector: Actor) -> IntelligenceItemGroupGrant:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    with as_owner():
        return IntelligenceItemGroupGrant.objects.select_related("group", "content_object").get()


def noon(days: int = 0) -> datetime:
    return datetime.combine(timezone.localdate() + timedelta(days=days), time(12), LONDON)


def answers(grant: Any, who: Any, at: datetime) -> tuple[bool, bool]:
    """One by one, then prefetched."""
    one, many = CurrentPermissionChecker(who, at=at), CurrentPermissionChecker(who, at=at)
    with as_owner():
        many.prefetch_perms([grant.content_object])
        return one.has_perm(PERM, grant.content_object), many.has_perm(PERM, grant.content_object)


def test_the_stock_checker_still_says_yes_after_the_last_day(grant: IntelligenceItemGroupGrant) -> None:
    """The trap itself: if this fails, guardian has learned of expiry and our checker may go."""
    with as_owner():
        IntelligenceItemGroupGrant.objects.update(expires_on=timezone.localdate())
        assert ObjectPermissionChecker(grant.group).has_perm(PERM, grant.content_object)


@pytest.mark.parametrize(("days", "holds"), [(0, True), (29, True), (30, False), (31, False)])
def test_ours_says_no_from_the_last_day_on(grant: IntelligenceItemGroupGrant, days: int, holds: bool) -> None:
    assert answers(grant, grant.group, noon(days)) == (holds, holds)


def test_the_day_is_londons(grant: IntelligenceItemGroupGrant) -> None:
    ends = datetime.combine(grant.expires_on, time(), LONDON)

    assert answers(grant, grant.group, ends - timedelta(seconds=1)) == (True, True)
    assert answers(grant, grant.group, ends) == (False, False)


def test_ours_says_no_once_revoked(grant: IntelligenceItemGroupGrant, inspector: Actor) -> None:
    with as_owner():
        IntelligenceItemGroupGrant.objects.update(
            revoked_at=timezone.now(), revoked_by=inspector.user_id, revoke_reason="Wrong agency"
        )

    assert answers(grant, grant.group, noon()) == (False, False)


def test_a_person_holds_what_their_agency_was_given_while_they_work_there(
    grant: IntelligenceItemGroupGrant, partner: Actor, actor_of: Any
) -> None:
    stranger = actor_of(Role.PARTNER_MANAGER, agency="drugs")
    with as_owner():
        mine, other = User.objects.get(pk=partner.user_id), User.objects.get(pk=stranger.user_id)

    assert answers(grant, mine, noon()) == (True, True)
    assert answers(grant, other, noon()) == (False, False)
    with as_owner():
        Membership.objects.filter(user=mine).update(ends_on=timezone.localdate())
    assert answers(grant, mine, noon()) == (False, False)


def test_fifty_objects_are_asked_for_in_one_query(grant: IntelligenceItemGroupGrant, person: Any) -> None:
    items = [ItemFactory(person=person) for _ in range(49)] + [grant.content_object]
    checker = CurrentPermissionChecker(grant.group, at=noon())

    with as_owner(), CaptureQueriesContext(connection) as asked:
        checker.prefetch_perms(items)
        found = [checker.has_perm(PERM, item) for item in items]

    assert found == [False] * 49 + [True]
    assert len([q for q in asked if "sharing_intelligenceitemgroupgrant" in q["sql"]]) == 1
