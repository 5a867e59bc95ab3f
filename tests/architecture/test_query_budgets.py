"""How many queries each page may take, and that no page takes more for more rows (performance.md)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cohorts.models import Case
from iom.access.scope import as_owner
from iom.accounts.rules import Role
from scoring.models import ThreatReview
from tests.audit.factories import ActFactory
from tests.cohorts.factories import CaseFactory, DeadlineFactory, ListedReferralFactory, PlacementFactory
from tests.factories import CustodyPeriodFactory, PersonFactory
from tests.scoring.factories import EventFactory, model_in_use
from tests.today import TODAY, alert, at, scored
from tests.world import member, signed_in, small_force

# What every page costs: the rights of the sign-in, the session, who it is and what they may act as, the rights of the
# role, and one for the frame: open alerts, unread messages, the age of the scores. Once a minute the session is saved
# besides. A test's page stands in a transaction that goes on: a save point, what was in force before, and both again.
FRAME, OF_THE_TEST = 5, 4
EVERY_PAGE = FRAME + OF_THE_TEST
# Beyond that; a page that shows people writes one look.
OWN_QUERIES = {
    "/accounts/roles/": 0,
    "/people/?q=Budget": 5,
    "/people/NV2000001/": 4,
    "/people/NV2000001/timeline/": 4,
    "/people/NV2000001/score/ROR/": 15,
    "/people/NV2000001/score/ROR/?since=2026-01-01": 20,
    "/referrals/": 3,
    "/cases/": 5,
    "/cases/?overdue=on&sort=due": 5,
    "/deadlines/": 3,
    "/scores/": 5,
    "/scores/ROR/day/": 10,
    "/emerging/north/": 7,
    "/emerging/rule/": 3,
    "/reports/tab/north/": 3,
    "/reports/decisions/": 4,
    "/audit/": 3,
    "/tags/": 4,
    "/meetings/": 2,
    "/agencies/": 5,
    "/notifications/": 2,
    "/reports/compliance/": 6,
    "/cases/{case}/": 19,
    "/cases/{case}/plan/": 16,
    "/": 2,
}
# What people open all day takes twelve in all (performance.md).
AT_MOST = 12
OPENED_ALL_DAY = (
    *("/", "/people/?q=Budget", "/people/NV2000001/", "/people/NV2000001/timeline/", "/cases/", "/scores/"),
    *("/cases/?overdue=on&sort=due", "/deadlines/", "/emerging/north/", "/reports/compliance/"),
)


def fill(world: dict[str, Any], by: Any, model: Any, first: int, last: int) -> list[int]:
    """People of North with everything that a list shows; the ids of their cases."""
    made = []
    for n in range(first, last):
        person = PersonFactory(
            home_unit=world["north"], family_name=f"Budget{n}", nominal_ref=f"NV2{n:06d}", is_managed=True
        )
        CustodyPeriodFactory(person=person)
        scored(person, model)
        entry = alert(person, model, world["north"])
        case = CaseFactory(
            person=person, selected_on=TODAY - timedelta(3), review_on=TODAY, manager_id=by.user_id
        )
        with as_owner():
            ThreatReview.objects.create(
                alert=entry,
                person=person,
                reviewed_on=TODAY,
                reviewed_at=at(0, 1),
                by_id=by.user_id,
                outcome="discuss",
                rationale="Talk",
            )
        PlacementFactory(case=case)
        DeadlineFactory(case=case, owner_id=by.user_id, due_on=TODAY - timedelta(1))
        DeadlineFactory(case=case, kind="plan", due_on=TODAY)
        ListedReferralFactory(person=person, unit=world["north"], referring_agency=world["probation"])
        ActFactory(subjects=[person.pk], user_id=by.user_id)
        made.append(case.pk)
    return made


def queries(browser: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        found = browser.get(url)
    assert found.status_code == 200
    return len(captured)


@pytest.mark.django_db
def test_every_page_keeps_its_budget_with_five_rows_and_with_thirty() -> None:
    world, model = small_force(), model_in_use()
    supervisor = member(world, Role.SUPERVISOR)
    browser = signed_in(supervisor)
    case = fill(world, supervisor, model, 0, 5)[1]
    urls = {page: page.format(case=case) for page in OWN_QUERIES}
    browser.get("/accounts/roles/")

    few = {page: queries(browser, url) for page, url in urls.items()}
    fill(world, supervisor, model, 5, 30)
    with as_owner():
        person = Case.objects.get(pk=case).person
    EventFactory.create_batch(30, person=person, occurred_on=TODAY - timedelta(40))
    many = {page: queries(browser, url) for page, url in urls.items()}

    over = {page: few[page] - EVERY_PAGE for page in few if few[page] > EVERY_PAGE + OWN_QUERIES[page]}
    grown = {page: (few[page], many[page]) for page in many if many[page] > few[page]}
    assert over == {}
    assert grown == {}
    assert {page: many[page] for page in OPENED_ALL_DAY if many[page] > AT_MOST + OF_THE_TEST} == {}
