"""Everything that changes who sees whom, in any order, from a populated force (security.md, check 3).

After every step the oracle, the row policies and each `visible_to` must say the same of every member and every row.
"""

from collections.abc import Collection, Iterator
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.security.facts import (
    GRANTED,
    LAYERS,
    VIEW_PERSON,
    Force,
    days,
    differences,
    disclose,
    run,
    turn_to,
)

NAMES = st.sampled_from(["own", "shared", "hub", "south", "restricted", "child"])
PARTNERS = st.sampled_from(["probation", "drugs", "housing", "youth", "lapsed"])
USERS = st.sampled_from(
    [
        "offender_manager",
        "other",
        "supervisor",
        "support",
        "analyst",
        "auditor",
        "probation",
        "drugs",
        "youth",
    ]
)
UNITS = st.sampled_from(["north", "south", "hub"])
SPANS = st.sampled_from([(-2, None), (-1, 0), (0, None), (0, 1), (1, None), (-3, 2)])
CLASSES = st.sampled_from(
    [["core"], ["core", "plan"], ["core", "note"], ["core", "note", "youth", "exploitation", "disclosed"]]
)
ROLES = st.sampled_from(["offender_manager", "supervisor", "support", "prison_officer", "auditor"])


class Reach(RuleBasedStateMachine):
    """One history of a force; what it did to the database is undone at its end."""

    force: Force
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.day = self.force.day
        turn_to(self.day)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @invariant()
    def the_oracle_the_database_and_the_orm_agree(self) -> None:
        type(self).steps += 1
        assert list(differences(self.day)) == []

    def span(self, span: tuple[int, int | None]) -> tuple[Any, Any]:
        starts, ends = span
        return self.day + days(starts), None if ends is None else self.day + days(ends)

    def person(self, name: str) -> int:
        return int(self.force.people[name].pk)

    def agency(self, name: str) -> int:
        return int(self.force.world[name].pk)

    @rule(user=USERS, unit=UNITS, role=ROLES, span=SPANS)
    def somebody_joins(self, user: str, unit: str, role: str, span: tuple[int, int | None]) -> None:
        run(
            "WITH team AS (INSERT INTO agencies_team (name, agency_id, unit_id, location, contact_email, contact_phone)"
            " VALUES (gen_random_uuid()::text, %s, %s, '', '', '') RETURNING id)"
            " INSERT INTO agencies_membership (user_id, team_id, role, is_contact, starts_on, ends_on)"
            " SELECT %s, id, %s, false, %s, %s FROM team",
            self.agency("police"), self.force.world[unit].pk, self.force.users[user], role, *self.span(span),
        )  # fmt: skip

    @rule(user=USERS, at=st.sampled_from([-1, 0, 1]))
    def somebody_leaves(self, user: str, at: int) -> None:
        run(
            "UPDATE agencies_membership SET ends_on = greatest(%s, starts_on) WHERE user_id = %s",
            self.day + days(at), self.force.users[user],
        )  # fmt: skip

    @rule(agency=PARTNERS, classes=CLASSES, span=SPANS)
    def an_agreement_is_made(self, agency: str, classes: list[str], span: tuple[int, int | None]) -> None:
        run(
            "INSERT INTO agencies_sharingagreement SELECT (jsonb_populate_record(a, jsonb_build_object("
            " 'id', (SELECT max(id) + 1000 FROM agencies_sharingagreement), 'agency_id', %s::bigint,"
            " 'reference', 'R' || (SELECT max(id) FROM agencies_sharingagreement), 'data_classes', %s::text[],"
            " 'series_id', null, 'starts_on', %s::date, 'ends_on', %s::date))).*"
            " FROM agencies_sharingagreement a LIMIT 1",
            self.agency(agency), classes, *self.span(span),
        )  # fmt: skip

    @rule(agency=PARTNERS, at=st.sampled_from([-1, 0, 1]))
    def an_agreement_ends(self, agency: str, at: int) -> None:
        run(
            "UPDATE agencies_sharingagreement SET ends_on = greatest(%s, starts_on) WHERE agency_id = %s",
            self.day + days(at), self.agency(agency),
        )  # fmt: skip

    @rule(name=NAMES, agency=PARTNERS, span=SPANS)
    def a_person_is_shared(self, name: str, agency: str, span: tuple[int, int | None]) -> None:
        who, starts, ends = (self.person(name), self.agency(agency)), *self.span(span)
        run("DELETE FROM access_agencyaccess WHERE person_id = %s AND agency_id = %s", *who)
        run(
            "INSERT INTO access_agencyaccess (person_id, agency_id, starts_on, ends_on, reason)"
            " VALUES (%s, %s, %s, %s, 'Joint case')",
            *who, starts, ends,
        )  # fmt: skip

    @rule(name=NAMES, agency=PARTNERS, classes=st.one_of(st.none(), CLASSES))
    def a_part_is_left_out(self, name: str, agency: str, classes: list[str] | None) -> None:
        """Of one person an agency is shown less than its agreement covers; None is all of it again."""
        run(
            "UPDATE access_agencyaccess SET data_classes = %s WHERE person_id = %s AND agency_id = %s",
            classes, self.person(name), self.agency(agency),
        )  # fmt: skip

    @rule(name=NAMES, agency=PARTNERS, at=st.sampled_from([-1, 0, 1]))
    def sharing_ends(self, name: str, agency: str, at: int) -> None:
        run(
            "UPDATE access_agencyaccess SET ends_on = greatest(%s, starts_on) WHERE person_id = %s AND agency_id = %s",
            self.day + days(at), self.person(name), self.agency(agency),
        )  # fmt: skip

    @rule(name=NAMES, unit=st.one_of(st.none(), UNITS))
    def a_person_is_handed_over(self, name: str, unit: str | None) -> None:
        new = self.force.world[unit].pk if unit else None
        run("UPDATE persons_person SET managing_unit_id = %s WHERE id = %s", new, self.person(name))

    @rule(name=NAMES, user=USERS)
    def a_case_changes_its_manager(self, name: str, user: str) -> None:
        run(
            "UPDATE cohorts_case SET manager_id = %s WHERE person_id = %s",
            self.force.users[user], self.person(name),
        )  # fmt: skip

    @rule(name=NAMES, user=USERS, until=st.sampled_from([None, 0, 1, 3]))
    def somebody_is_named(self, name: str, user: str, until: int | None) -> None:
        self.grant(name, user, "named", None if until is None else self.day + days(until), None)

    @rule(name=NAMES, user=USERS, hours=st.sampled_from([-1, 1, 3, 30]))
    def somebody_breaks_the_glass(self, name: str, user: str, hours: int) -> None:
        self.grant(name, user, "break_glass", None, hours)

    def grant(self, name: str, user: str, kind: str, last_day: Any, hours: int | None) -> None:
        who = (self.force.users[user], self.person(name))
        run(
            "UPDATE access_personusergrant SET ended_at = now()"
            " WHERE user_id = %s AND content_object_id = %s AND ended_at IS NULL",
            *who,
        )
        run(
            "INSERT INTO access_personusergrant"
            " (permission_id, user_id, content_object_id, kind, expires_on, expires_at, reason)"
            f" VALUES (({VIEW_PERSON}), %s, %s, %s, %s, now() + %s * interval '1 hour', 'Covers')",
            *who, kind, last_day, hours,
        )  # fmt: skip

    @rule(name=NAMES, user=USERS)
    def a_naming_is_ended(self, name: str, user: str) -> None:
        run(
            "UPDATE access_personusergrant SET ended_at = now() WHERE user_id = %s AND content_object_id = %s",
            self.force.users[user], self.person(name),
        )  # fmt: skip

    @rule(name=NAMES, restricted=st.booleans())
    def a_record_is_restricted_or_opened(self, name: str, restricted: bool) -> None:
        run("UPDATE persons_person SET is_restricted = %s WHERE id = %s", restricted, self.person(name))

    @rule(name=NAMES, owner=PARTNERS, named=PARTNERS)
    def a_note_is_addressed(self, name: str, owner: str, named: str) -> None:
        if owner == named:
            return
        run(
            "WITH note AS (INSERT INTO records_agencynote (person_id, recorded_at, end_reason, agency_id, kind, text)"
            " VALUES (%s, now(), '', %s, 'general', 'Said') RETURNING id, person_id, agency_id)"
            " INSERT INTO records_agencynoteaudience (note_id, person_id, owner_id, agency_id, added_at)"
            " SELECT id, person_id, agency_id, %s, now() FROM note",
            self.person(name), self.agency(owner), self.agency(named),
        )  # fmt: skip

    @rule(name=NAMES, agency=PARTNERS, kind=st.sampled_from(list(GRANTED)), until=st.sampled_from([0, 1, 30]))
    def something_is_disclosed(self, name: str, agency: str, kind: str, until: int) -> None:
        disclose(kind, self.force, self.person(name), self.agency(agency), self.day + days(until))

    @rule(agency=PARTNERS, kind=st.sampled_from(list(GRANTED)))
    def a_disclosure_is_withdrawn(self, agency: str, kind: str) -> None:
        run(
            f"UPDATE {GRANTED[kind]} SET revoked_at = now(), revoke_reason = 'Wrong',"
            " revoked_by_id = granted_by_id WHERE group_id IN"
            " (SELECT group_id FROM agencies_agencygroup WHERE agency_id = %s)",
            self.agency(agency),
        )

    @rule(named=PARTNERS)
    def an_address_is_withdrawn(self, named: str) -> None:
        run(
            "UPDATE records_agencynoteaudience SET withdrawn_at = now() WHERE agency_id = %s",
            self.agency(named),
        )

    @rule(name=NAMES)
    def what_is_held_is_ended(self, name: str) -> None:
        run(
            "UPDATE records_intelligenceitem SET ended_at = now(), end_reason = 'Wrong' WHERE person_id = %s",
            self.person(name),
        )

    @rule()
    def an_hour_passes(self) -> None:
        run("UPDATE access_personusergrant SET expires_at = expires_at - interval '1 hour'")

    @precondition(lambda self: self.day < self.force.day + days(20))
    @rule()
    def a_day_passes(self) -> None:
        self.day += days(1)
        run("UPDATE access_personusergrant SET expires_at = expires_at - interval '1 day'")
        turn_to(self.day)


def history(force: Force, layers: Collection[str] = tuple(LAYERS)) -> Iterator[str]:
    """One history in which each link is begun and ended once: short, always the same; the differences as it goes."""
    machine = type("Fixed", (Reach,), {"force": force})()
    try:
        for step in (
            lambda: None,
            lambda: machine.a_person_is_shared("own", "drugs", (0, 1)),
            lambda: machine.something_is_disclosed("own", "drugs", "intelligenceitem", 30),
            lambda: machine.a_part_is_left_out("own", "drugs", ["core", "note"]),
            lambda: machine.something_is_disclosed("shared", "drugs", "intelligenceitem", 1),
            lambda: machine.something_is_disclosed("child", "youth", "intelligenceitem", 30),
            lambda: machine.a_disclosure_is_withdrawn("youth", "intelligenceitem"),
            lambda: machine.something_is_disclosed("child", "youth", "document", 1),
            lambda: machine.a_person_is_shared("south", "housing", (0, None)),
            lambda: machine.something_is_disclosed("south", "housing", "intelligenceitem", 30),
            lambda: machine.what_is_held_is_ended("south"),
            lambda: machine.an_address_is_withdrawn("housing"),
            lambda: machine.something_is_disclosed("shared", "probation", "intelligenceitem", 30),
            lambda: machine.an_agreement_ends("probation", 0),
            lambda: machine.an_agreement_is_made("probation", ["core", "plan", "disclosed"], (0, None)),
            lambda: machine.an_agreement_is_made("lapsed", ["core", "note"], (0, None)),
            lambda: machine.somebody_is_named("hub", "other", 1),
            lambda: machine.somebody_breaks_the_glass("south", "support", 3),
            lambda: machine.a_person_is_handed_over("own", "hub"),
            lambda: machine.somebody_is_named("south", "supervisor", None),
            lambda: machine.a_naming_is_ended("south", "supervisor"),
            lambda: machine.somebody_joins("analyst", "south", "offender_manager", (-1, 1)),
            machine.a_day_passes,
            lambda: machine.a_record_is_restricted_or_opened("shared", True),
            lambda: machine.sharing_ends("child", "youth", 0),
            lambda: machine.somebody_leaves("support", 0),
        ):
            step()
            yield from differences(machine.day, layers)
    finally:
        machine.teardown()
