"""Every dated link at yesterday, today and tomorrow, in both layers; and what day it is (security.md, check 4)."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from iom.access.database import AUTHZ_SQL
from iom.access.scope import as_owner
from iom.kernel import clock
from tests.security.boundaries import Case, cases, undone, wrong
from tests.security.facts import Force, rows, turn_to
from tests.security.measures import note_figure

CASES = list(cases())
# Moments on either side of midnight in London: in winter, in summer, and on the nights when the clocks change.
MOMENTS = {
    datetime(2026, 1, 14, 23, 59, 59, tzinfo=UTC): date(2026, 1, 14),
    datetime(2026, 1, 15, 0, 0, tzinfo=UTC): date(2026, 1, 15),
    datetime(2026, 7, 14, 22, 59, 59, tzinfo=UTC): date(2026, 7, 14),
    datetime(2026, 7, 14, 23, 0, tzinfo=UTC): date(2026, 7, 15),
    datetime(2026, 7, 15, 0, 0, tzinfo=UTC): date(2026, 7, 15),
    # 29 March 2026: 01:00 UTC becomes 02:00; the day began at midnight UTC and ends at 23:00 UTC.
    datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC): date(2026, 3, 28),
    datetime(2026, 3, 29, 0, 0, tzinfo=UTC): date(2026, 3, 29),
    datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC): date(2026, 3, 29),
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC): date(2026, 3, 29),
    datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC): date(2026, 3, 29),
    datetime(2026, 3, 29, 23, 0, tzinfo=UTC): date(2026, 3, 30),
    # 25 October 2026: the day began at 23:00 UTC and ends at midnight UTC.
    datetime(2026, 10, 24, 22, 59, 59, tzinfo=UTC): date(2026, 10, 24),
    datetime(2026, 10, 24, 23, 0, tzinfo=UTC): date(2026, 10, 25),
    datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC): date(2026, 10, 25),
    datetime(2026, 10, 25, 1, 0, tzinfo=UTC): date(2026, 10, 25),
    datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC): date(2026, 10, 25),
    datetime(2026, 10, 26, 0, 0, tzinfo=UTC): date(2026, 10, 26),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_link_holds_from_its_first_day_until_the_day_before_its_last(force: Force, case: Case) -> None:
    assert wrong(force, case) == []


@pytest.mark.parametrize("day", sorted(set(MOMENTS.values())), ids=str)
def test_the_days_around_a_change_of_clocks_are_days_like_any_other(force: Force, day: date) -> None:
    with undone():
        turn_to(day)
        then = Force(force.world, force.people, force.users, day)
        with as_owner():
            rows("UPDATE agencies_sharingagreement SET ends_on = NULL")
        found = [one for case in CASES if case.link == "sharing with an agency" for one in wrong(then, case)]

    assert found == []


def database_today() -> str:
    """What the database asks for the day of access, as `authz.sql` says it."""
    text = AUTHZ_SQL.read_text()
    body = re.search(r"FUNCTION authz\.today\(\).*?AS \$\$ (SELECT .*?) \$\$", text, re.S)
    assert body is not None
    return body[1]


@pytest.mark.django_db
@pytest.mark.parametrize("at", MOMENTS, ids=str)
def test_today_is_the_day_in_london_for_the_database_and_for_the_pages(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', 'iom_police', true)")
        cursor.execute(database_today().replace("now()", f"timestamptz '{at.isoformat()}'"))
        of_database = cursor.fetchone()[0]

    assert (of_database, clock.today()) == (MOMENTS[at], MOMENTS[at])


def test_every_link_was_tried_on_both_sides_of_its_edges() -> None:
    tried = {(case.link, case.edge) for case in CASES}

    assert all({c.at for c in CASES if (c.link, c.edge) == one} == {-1, 0, 1} for one in tried)
    assert len(CASES) >= 30
    note_figure("boundaries", {"cases": len(CASES), "moments": len(MOMENTS)})
