"""Server time of pages through the real WSGI application, against an empty signed-in page of the same stack (NFR).

Everything a request does counts: session, role, row policies, the page, the record of who looked at whom, the commit.
Each round asks every page once, each time about other people or with another filter. Then the same rows as change
lists of Django admin, and twenty readers at once through the web server.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import Any
from wsgiref.util import setup_testing_defaults

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from benchmarks import crowd  # noqa: E402
from benchmarks.crowd import Reader  # noqa: E402
from benchmarks.larger import SIZES, asked_size, grow  # noqa: E402
from benchmarks.population import SEED, as_superuser  # noqa: E402
from benchmarks.timing import cpu_of, interleaved, p95, table  # noqa: E402
from iom.access import scope  # noqa: E402
from iom.accounts.models import Credential, User  # noqa: E402
from iom.accounts.rules import Power, Role, may  # noqa: E402
from iom.demo.force import AGENCIES, USERS, DemoUser  # noqa: E402
from iom.kernel import clock  # noqa: E402
from iom.signin.services.sessions import put_marks  # noqa: E402
from iom.signin.stored import SessionStore  # noqa: E402
from iom.wsgi import application  # noqa: E402

REQUESTS = 100
BESIDE = 10
TOKEN = "benchmark"  # noqa: S105
ASKED_ABOUT = 40
EMPTY = "an empty signed-in page: the limit"
CENTRE, SERGEANT, PARTNER = (
    next(user for user in USERS if user.role == role)
    for role in (Role.CENTRAL_SPOC, Role.SUPERVISOR, Role.PARTNER_MANAGER)
)
LAPSED = {agency.code for agency in AGENCIES if agency.lapsed}
BACKEND = "iom.access.backends.OwnBackend"


@dataclass(frozen=True)
class Asked:
    """One request: the time the server took, the CPU of web process and database, the statements and their time."""

    milliseconds: float
    cpu: float
    database_cpu: float
    queries: int
    in_database: float


def session_of(username: str) -> str:
    """A signed-in browser's cookie."""
    with transaction.atomic():
        scope.put("iom_session")
        user = User.objects.get(username=username)
        session = SessionStore()
        put_marks(session, token=TOKEN, factor="app", at=clock.now())
        Credential.objects.filter(user=user).update(live_session=TOKEN)
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
    return f"sessionid={session.session_key}"


def ask(cookie: str, address: str, *, count: bool) -> Asked:
    """One GET as gunicorn would make it, body and all; counting statements costs a little, so not while timing."""
    path, _, query = address.partition("?")
    environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_COOKIE": cookie}
    setup_testing_defaults(environ)
    environ["HTTP_HOST"] = "localhost"
    statuses: list[str] = []
    statements: list[float] = []

    def clocked(execute: Callable[..., Any], *args: Any) -> Any:
        began = perf_counter()
        try:
            return execute(*args)
        finally:
            statements.append((perf_counter() - began) * 1000)

    def start(status: str, headers: object, error: object = None, /) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda unused: None

    def work() -> None:
        answer = application(environ, start)
        try:
            b"".join(answer)
        finally:
            answer.close()

    database = connection.connection.info.backend_pid if connection.connection else 0
    began, cpu, database_cpu = perf_counter(), process_time(), cpu_of(database)
    if count:
        with connection.execute_wrapper(clocked):
            work()
    else:
        work()
    taken, cpu = (perf_counter() - began) * 1000, (process_time() - cpu) * 1000
    database_cpu = cpu_of(database) - database_cpu
    assert statuses[0].startswith("200"), f"{address}: {statuses[0]}"
    return Asked(taken, cpu, database_cpu, len(statements), sum(statements))


def column(sql: str, *values: object) -> list[str]:
    with as_superuser() as bare:
        return [str(row[0]) for row in bare.execute(sql.encode(), values).fetchall()]


def people_of(unit: str) -> list[str]:
    """References of people of a district: everybody with a case, and a few others."""
    return column(
        "SELECT p.nominal_ref FROM persons_person p LEFT JOIN cohorts_case c ON c.person_id = p.id"
        " WHERE p.home_unit_id = (SELECT id FROM agencies_unit WHERE code = %s) AND NOT p.is_restricted"
        " AND (c.id IS NOT NULL OR p.id %% 50 = 0) ORDER BY md5(p.nominal_ref) LIMIT %s",
        unit,
        ASKED_ABOUT,
    )


def known_to(agency: str) -> list[str]:
    """References of people who are shared with an agency."""
    return column(
        "SELECT p.nominal_ref FROM persons_person p JOIN access_agencyaccess a ON a.person_id = p.id"
        " JOIN agencies_agency g ON g.id = a.agency_id WHERE g.code = %s AND a.ends_on IS NULL"
        " AND NOT p.is_restricted ORDER BY md5(p.nominal_ref) LIMIT %s",
        agency,
        ASKED_ABOUT,
    )


def searches() -> list[str]:
    names = column(
        "SELECT family_name FROM persons_person GROUP BY 1 ORDER BY md5(family_name) LIMIT %s", ASKED_ABOUT
    )
    return [f"/people/?q={name.replace(' ', '+')}" for name in names]


def addresses() -> dict[str, tuple[str, Iterator[str]]]:
    """What is asked: title -> who asks, and the addresses in turn."""
    lists = ["/cases/", "/cases/?page=2", "/cases/?sort=due", "/cases/?overdue=on", "/cases/?status=active"]
    profiles = [f"/people/{ref}/" for ref in people_of(SERGEANT.unit)]
    centre, sergeant, partner = (session_of(user.username) for user in (CENTRE, SERGEANT, PARTNER))
    asked = {
        EMPTY: (sergeant, ["/empty/"]),
        "case list, whole force": (centre, lists),
        "case list, a district": (sergeant, lists),
        "case list, a partner": (partner, ["/cases/", "/cases/?sort=due"]),
        "emerging-threat tab": (sergeant, [f"/emerging/{SERGEANT.unit}/"]),
        "prioritised list": (sergeant, ["/scores/ROR/", "/scores/DA/"]),
        "profile": (sergeant, profiles),
        "profile, a partner": (partner, [f"/people/{ref}/" for ref in known_to(PARTNER.agency)]),
        "timeline": (sergeant, [f"{profile}timeline/" for profile in profiles]),
        "compliance dashboard, whole force": (centre, ["/reports/compliance/"]),
        "compliance dashboard, a district": (sergeant, ["/reports/compliance/"]),
        "search": (sergeant, searches()),
        "search, a partner": (partner, searches()),
        "my day": (sergeant, ["/"]),
    }
    return {title: (cookie, cycle(chosen)) for title, (cookie, chosen) in asked.items()}


def alone(pages: dict[str, tuple[str, Iterator[str]]]) -> None:
    """One reader at a time, page after page."""

    def asker(title: str, *, count: bool) -> Callable[[], Asked]:
        cookie, turn = pages[title]
        return lambda: ask(cookie, next(turn), count=count)

    timed = interleaved(REQUESTS, {title: asker(title, count=False) for title in pages})
    counted = interleaved(8, {title: asker(title, count=True) for title in pages})
    limits = [one.milliseconds for one in timed[EMPTY]]
    rows = []
    for title in pages:
        taken = [one.milliseconds for one in timed[title]]
        rows.append(
            (
                title,
                f"{median(taken):.0f}",
                f"{p95(taken):.0f}",
                f"{median(taken) / median(limits):.1f}",
                f"{p95(taken) / p95(limits):.1f}",
                f"{median(one.cpu for one in timed[title]):.0f}",
                f"{median(one.database_cpu for one in timed[title]):.0f}",
                max(one.queries for one in counted[title]),
                f"{median(one.in_database for one in counted[title]):.0f}",
            )
        )
    print(f"\n## Pages, {REQUESTS} requests each, one reader at a time, under row-level security\n")
    head = (
        *("page", "median ms", "p95 ms", "median x limit", "p95 x limit"),
        *("web CPU ms", "database CPU ms", "queries (goal 12)", "database ms"),
    )
    print(table(head, rows), flush=True)


def beside_admin() -> None:
    """The same rows, filters and order as a change list of Django admin, in turn, for one reader."""
    cookie = session_of(CENTRE.username)
    unit = column("SELECT id FROM agencies_unit WHERE code = %s", SERGEANT.unit)[0]
    pairs = {
        "cases, open, by name": ("/cases/?status=active", "/admin/cohorts/case/?status__exact=active"),
        "people by score, whole force": ("/scores/ROR/", "/admin/persons/person/"),
        "people by score, a district": (
            f"/scores/ROR/?unit={unit}",
            f"/admin/persons/person/?home_unit__id__exact={unit}",
        ),
    }
    ways = {
        f"{title}|{place}": (lambda address=address: ask(cookie, address, count=False))
        for title, both in pairs.items()
        for place, address in enumerate(both)
    }
    taken = interleaved(BESIDE, ways)
    rows = []
    for title in pairs:
        ours, admins = (median(one.milliseconds for one in taken[f"{title}|{place}"]) for place in (0, 1))
        rows.append((title, f"{ours:.0f}", f"{admins:.0f}", f"{admins / ours:.1f}", "at least 10"))
    print(f"\n## Beside Django admin's change list, {BESIDE} times each\n")
    print(table(("list", "ours, ms", "admin's, ms", "times faster", "goal"), rows), flush=True)


def round_of(user: DemoUser, number: int) -> list[tuple[str, str]]:
    """What one reader opens, in a turn of their own, as far as their role goes."""
    chance = Random(number)  # noqa: S311
    is_partner = user.agency != CENTRE.agency
    known = known_to(user.agency) if is_partner else people_of(user.unit) or people_of(SERGEANT.unit)
    profiles = [f"/people/{ref}/" for ref in chance.sample(known, min(6, len(known)))]
    pages = [("my day", "/"), ("case list", "/cases/"), ("case list", "/cases/?sort=due")]
    pages += [("search", address) for address in chance.sample(searches(), 3)]
    pages += [("profile", profile) for profile in profiles]
    pages += [("timeline", f"{profile}timeline/") for profile in profiles[:3]]
    if may(user.role, Power.SEE_SCORES):
        pages.append(("prioritised list", "/scores/ROR/"))
    if may(user.role, Power.SEE_SCORES) and user.unit != CENTRE.unit:
        pages.append(("emerging-threat tab", f"/emerging/{user.unit}/"))
    if may(user.role, Power.SEE_COMPLIANCE):
        pages.append(("compliance dashboard", "/reports/compliance/"))
    chance.shuffle(pages)
    return pages


def readers() -> list[Reader]:
    """People of every role and district that reads of people."""
    some = [
        user
        for user in USERS
        if may(user.role, Power.SEE_PEOPLE) and user.unit != "prison-hub" and user.agency not in LAPSED
    ]
    Random(SEED).shuffle(some)  # noqa: S311
    return [
        Reader(session_of(user.username), round_of(user, number))
        for number, user in enumerate(some[: crowd.READERS])
    ]


def main() -> None:
    grow(SIZES[asked_size("demo")])
    pages = addresses()
    alone(pages)
    beside_admin()
    sergeant = session_of(SERGEANT.username)
    throughput = {EMPTY: (sergeant, "/empty/"), "case list, a district": (sergeant, "/cases/")}
    crowd.measure(readers(), throughput)


if __name__ == "__main__":
    main()
