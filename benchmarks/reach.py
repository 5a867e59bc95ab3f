"""How fast each kind of reader gets a page of the people they may see, at 200,000 persons (SHR-2).

Adds to the demo force what is missing to 200,000 persons, 60 agencies, 1,000 users and about 550,000 people shared with
agencies, then asks as the product does: one transaction, the class role, the reader's number, `visible_to`. Both layers
work: the row policies and the ORM's own limit. The processor's time in the database is taken beside
the clock's, since neighbours change it less, and the least of all rounds is what a quiet machine comes closest to.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from statistics import median
from time import perf_counter
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from benchmarks.population import as_superuser  # noqa: E402
from benchmarks.timing import cpu_of, interleaved, p95, table, wait_for_quiet  # noqa: E402
from iom.access.actor import Actor, actor_for  # noqa: E402
from iom.access.scope import as_actor, as_service  # noqa: E402
from iom.accounts.models import User  # noqa: E402
from iom.accounts.rules import Role  # noqa: E402
from iom.agencies.models import Membership  # noqa: E402
from iom.kernel import clock  # noqa: E402
from iom.kernel.pagination import page_of  # noqa: E402
from iom.persons.models import Person  # noqa: E402
from iom.persons.permissions import visible_to  # noqa: E402

PERSONS, AGENCIES, USERS = 200_000, 60, 1_000
LARGE, HANDFUL, LAPSED, SHARED = 19_800, 5, 10_000, 552_000
OPENED = 300
ROUNDS = 30
PAGE = 25
MAY_I = 50

FILL = f"""
SET session_replication_role = replica;
INSERT INTO agencies_unit (code, name, kind)
    SELECT 'reach-' || n, 'Reach ' || n, CASE n WHEN 9 THEN 'force' WHEN 8 THEN 'prison_hub' ELSE 'district' END
    FROM generate_series(0, 9) n;
INSERT INTO agencies_agency (code, name, kind)
    SELECT 'reach-' || n, 'Reach agency ' || n, CASE n WHEN 0 THEN 'police' ELSE 'housing' END
    FROM generate_series(0, {AGENCIES} - 1 - (SELECT count(*) FROM agencies_agency)) n;
INSERT INTO agencies_sharingagreement (agency_id, reference, title, purposes, starts_on, ends_on, data_classes)
    SELECT id, 'REACH-' || id, 'Reach', '', '2020-01-01', CASE code WHEN 'reach-3' THEN current_date END,
           '{{core,plan}}'
    FROM agencies_agency WHERE code LIKE 'reach-%' AND kind <> 'police';
INSERT INTO agencies_team (name, agency_id, unit_id, location, contact_email, contact_phone)
    SELECT 'Reach ' || u.code, a.id, u.id, '', '', '' FROM agencies_unit u, agencies_agency a
    WHERE u.code LIKE 'reach-%' AND a.code = 'reach-0'
    UNION ALL SELECT 'Reach', a.id, NULL, '', '', '' FROM agencies_agency a
    WHERE a.code LIKE 'reach-%' AND a.kind <> 'police';
INSERT INTO accounts_user (username, name, email, password, is_active, failed_sign_ins, created_at)
    SELECT 'reach.' || n, 'Reach ' || n, '', '!', true, 0, now()
    FROM generate_series(1, {USERS} - (SELECT count(*) FROM accounts_user)) n;
WITH numbered AS (
    SELECT t.id, row_number() OVER (ORDER BY t.id) - 1 AS place, count(*) OVER () AS teams, t.unit_id,
           u.kind, a.kind AS agency_kind
    FROM agencies_team t JOIN agencies_agency a ON a.id = t.agency_id LEFT JOIN agencies_unit u ON u.id = t.unit_id
    WHERE a.code LIKE 'reach-%'),
people AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM accounts_user WHERE username LIKE 'reach.%')
INSERT INTO agencies_membership (user_id, team_id, role, is_contact, starts_on)
    SELECT p.id, n.id, CASE WHEN n.agency_kind <> 'police' THEN 'partner_practitioner'
        WHEN n.kind = 'force' THEN (ARRAY['analyst', 'auditor', 'central_spoc'])[1 + (p.place / n.teams) %% 3]
        WHEN n.kind = 'prison_hub' THEN 'prison_officer'
        WHEN (p.place / n.teams) %% 4 = 0 THEN 'supervisor' ELSE 'offender_manager' END, false, '2020-01-01'
    FROM people p JOIN numbered n ON n.place = p.place %% n.teams;
INSERT INTO persons_person (nominal_ref, family_name, given_names, search_name, date_of_birth, sex, pnc_id, cro_no,
                            prison_no, crn, home_unit_id, managing_unit_id, is_managed, is_restricted, created_at)
    SELECT 'RE' || n, initcap(substr(md5(n::text), 1, 8)), initcap(substr(md5((-n)::text), 1, 6)),
           substr(md5(n::text), 1, 8) || ' ' || substr(md5((-n)::text), 1, 6),
           date '1960-01-01' + (n %% 16000)::integer, 'U', '', '', '', '', home.id,
           CASE WHEN n %% 50 = 0 THEN hub.id END, n %% 40 = 0, n %% 500 = 0, now()
    FROM generate_series(1, {PERSONS} - (SELECT count(*) FROM persons_person)) n
    JOIN agencies_unit home ON home.code = 'reach-' || n %% 8
    CROSS JOIN (SELECT id FROM agencies_unit WHERE code = 'reach-8') hub;
WITH counts AS (
    SELECT id, CASE code WHEN 'reach-1' THEN {LARGE} WHEN 'reach-2' THEN {HANDFUL} WHEN 'reach-3' THEN {LAPSED}
           ELSE ({SHARED} - (SELECT count(*) FROM access_agencyaccess) - {LARGE} - {HANDFUL} - {LAPSED})
                / (count(*) OVER () - 3) END AS wanted, row_number() OVER (ORDER BY id) AS place
    FROM agencies_agency WHERE code LIKE 'reach-%' AND kind <> 'police'),
numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS persons FROM persons_person)
INSERT INTO access_agencyaccess (person_id, agency_id, starts_on, reason)
    SELECT p.id, c.id, '2024-01-01', 'Reach'
    FROM counts c JOIN numbered p ON ((p.place * 7919 + c.place * 104729) %% p.persons) < c.wanted;
INSERT INTO access_personusergrant (content_object_id, user_id, permission_id, kind, reason, granted_at)
    SELECT p.id, u.id, authz.view_permission(), 'named', 'Reach', now()
    FROM persons_person p
    JOIN LATERAL (SELECT id FROM accounts_user WHERE username LIKE 'reach.%' ORDER BY id OFFSET p.id %% 900 LIMIT 2) u
        ON true
    WHERE p.is_restricted;
INSERT INTO access_personusergrant (content_object_id, user_id, permission_id, kind, reason, granted_at, expires_at)
    SELECT p.id, m.user_id, authz.view_permission(), CASE p.id %% 10 WHEN 0 THEN 'break_glass' ELSE 'search' END,
           'Reach', now(), now() + interval '3 hours'
    FROM (SELECT m.user_id FROM agencies_membership m JOIN agencies_team t ON t.id = m.team_id
          WHERE t.name = 'Reach reach-3' AND m.role = 'offender_manager' ORDER BY m.id LIMIT 1) m
    CROSS JOIN LATERAL (
        SELECT p.id FROM persons_person p JOIN agencies_unit u ON u.id = p.home_unit_id
        WHERE u.code = 'reach-4' ORDER BY md5(p.id::text) LIMIT {OPENED}) p;
RESET session_replication_role;
"""

# What was opened stays open for three hours only, and the rows may be older than that.
OPEN_AGAIN = """
SET LOCAL session_replication_role = replica;
UPDATE access_personusergrant SET granted_at = now(), expires_at = now() + interval '3 hours'
    WHERE reason = 'Reach' AND expires_at IS NOT NULL;
"""


@dataclass(frozen=True)
class Profile:
    """One kind of reader; `goal` is the most milliseconds a page with its count may take (p95)."""

    title: str
    role: Role
    place: str
    goal: int = 150


PROFILES = (
    Profile("offender manager, own district", Role.OFFENDER_MANAGER, "Reach reach-1"),
    Profile("the same, with 300 records of another opened", Role.OFFENDER_MANAGER, "Reach reach-3"),
    Profile("sergeant, own district", Role.SUPERVISOR, "Reach reach-2"),
    Profile("Prison Hub officer", Role.PRISON_OFFICER, "Reach reach-8"),
    Profile("analyst, whole force", Role.ANALYST, "Reach reach-9"),
    Profile("central SPOC, whole force", Role.CENTRAL_SPOC, "Reach reach-9"),
    Profile("auditor, whole force", Role.AUDITOR, "Reach reach-9"),
    Profile("agency with 19,800 people", Role.PARTNER_PRACTITIONER, "reach-1"),
    Profile("agency of the usual size", Role.PARTNER_PRACTITIONER, "reach-10"),
    Profile("agency with 5 people", Role.PARTNER_PRACTITIONER, "reach-2", goal=10),
    Profile("agency whose agreement lapsed", Role.PARTNER_PRACTITIONER, "reach-3", goal=10),
)


def fill() -> None:
    """Make the rows that are missing, in one transaction; a second time only what was opened is opened again."""
    with as_superuser() as bare:
        if not bare.execute("SELECT 1 FROM agencies_unit WHERE code = 'reach-0'").fetchone():
            with bare.transaction():
                for statement in FILL.replace("%%", "%").split(";\n"):
                    if statement.strip():
                        bare.execute(statement.encode())
            bare.execute("VACUUM (ANALYZE)")
        with bare.transaction():
            bare.execute(OPEN_AGAIN)


def reader(profile: Profile) -> Actor:
    """Somebody of this kind."""
    with as_service():
        rows = Membership.objects.filter(role=profile.role.value)
        rows = (
            rows.filter(team__agency__code=profile.place)
            if profile.role == Role.PARTNER_PRACTITIONER
            else rows.filter(team__name=profile.place)
        )
        membership = rows.order_by("id").first()
        assert membership is not None, profile
        actor = actor_for(User.objects.get(pk=membership.user_id), on=clock.today())
    assert actor is not None
    return actor


@dataclass(frozen=True)
class Asked:
    """One question: the milliseconds it took, those of the database's processor, whether the machine was quiet."""

    taken: float
    cpu: float
    is_quiet: bool


def _timed(actor: Actor, work: Callable[[], Any]) -> Asked:
    """The work in the reader's scope; what opening the scope takes is every request's."""
    with as_actor(actor):
        backend = connection.connection.info.backend_pid
        is_quiet = wait_for_quiet()
        cpu, began = cpu_of(backend), perf_counter()
        work()
        return Asked((perf_counter() - began) * 1000, cpu_of(backend) - cpu, is_quiet)


def page(actor: Actor) -> str:
    """25 rows in the order of names and their count, as every list of the product makes them: counted to its cap."""
    return page_of(visible_to(actor).order_by("family_name", "given_names", "pk"), 1, PAGE).count_text


def whole(actor: Actor) -> int:
    """The whole count, which only reports ask for."""
    return visible_to(actor).count()


def checked(actor: Actor) -> list[int]:
    """People to ask about: by turns one that the reader sees, if any, and one of the whole force."""
    with as_actor(actor):
        own = list(visible_to(actor).order_by("pk").values_list("pk", flat=True)[: 20 * MAY_I])
    with as_service():
        some = list(Person.objects.order_by("search_name").values_list("pk", flat=True)[: 20 * MAY_I])
    return [pk for pair in zip(cycle(own or some), some, strict=False) for pk in pair]


def ways_of(actor: Actor) -> dict[str, Callable[[], Any]]:
    """What is asked for one reader."""
    people = checked(actor)
    alone, many = cycle(people), cycle([people[n : n + MAY_I] for n in range(0, len(people), MAY_I)])
    return {
        "page": lambda: page(actor),
        "whole": lambda: whole(actor),
        "one": lambda: visible_to(actor, few=True).filter(pk=next(alone)).exists(),
        "fifty": lambda: set(visible_to(actor).filter(pk__in=next(many)).values_list("pk", flat=True)),
    }


def main() -> None:
    fill()
    with as_service(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM persons_person), (SELECT count(*) FROM agencies_agency),"
            " (SELECT count(*) FROM accounts_user), (SELECT count(*) FROM access_agencyaccess),"
            " (SELECT count(*) FROM persons_person WHERE is_restricted)"
        )
        sizes = cursor.fetchone()
    actors = {profile: reader(profile) for profile in PROFILES}
    ways: dict[str, Callable[[], Asked]] = {}
    for profile, actor in actors.items():
        for what, work in ways_of(actor).items():
            ways[f"{profile.title}|{what}"] = partial(_timed, actor, work)
    taken = interleaved(ROUNDS, ways)
    rows = []
    for profile, actor in actors.items():
        asked = {what: taken[f"{profile.title}|{what}"] for what in ("page", "whole", "one", "fifty")}
        clock_of = {what: [one.taken for one in found] for what, found in asked.items()}
        with as_actor(actor):
            count = whole(actor)
        rows.append(
            (
                profile.title,
                f"{count:,}",
                *_figures(asked["page"], clock_of["page"]),
                profile.goal,
                f"{median(clock_of['whole']):.0f}",
                *_figures(asked["one"], clock_of["one"]),
                *_figures(asked["fifty"], clock_of["fifty"]),
            )
        )
    every = [one for found in taken.values() for one in found]
    print(
        f"\n## Reach: {sizes[0]:,} persons, {sizes[1]} agencies, {sizes[2]:,} users, {sizes[3]:,} people shared,"
        f" {sizes[4]:,} records restricted; {ROUNDS} rounds; load {os.getloadavg()[0]:.1f}, a quiet moment found"
        f" {sum(one.is_quiet for one in every) / len(every):.0%} of the times\n"
    )
    head = (
        *("reader", "people", "page ms, least", "median", "p95", "db CPU", "goal", "whole count, median"),
        *("one check, least", "median", "p95", "db CPU", "50 checks, least", "median", "p95", "db CPU"),
    )
    print(table(head, rows))


def _figures(asked: list[Asked], taken: list[float]) -> tuple[str, str, str, str]:
    """The least, the median and p95 by the clock, and the median of the processor's time."""
    cpu = median(one.cpu for one in asked)
    return f"{min(taken):.1f}", f"{median(taken):.1f}", f"{p95(taken):.1f}", f"{cpu:.1f}"


if __name__ == "__main__":
    main()
