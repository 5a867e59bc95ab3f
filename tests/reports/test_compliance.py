"""The compliance report on a hand-made world and on random ones (CMP-8, RPT-1)."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from cohorts.rules.deadlines import DeadlineDates, DeadlineKind
from iom.access.actor import SYSTEM, Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.kernel.errors import NotFound
from reports.compliance import ComplianceReport, build, cases_behind, facts, question
from reports.compliance.cases import JUDGED_MEASURE
from reports.rules import DUE, EXTENDED, OUTCOMES, REQUIREMENTS, Counts, Outcome, counted, outcome, total
from tests.reports.factories import FROM, ON, PERIOD, TO, change, deadline, random_world

pytestmark = pytest.mark.django_db
World = dict[str, Any]


def built(actor: Actor, unit: str | None = None, **period: date) -> ComplianceReport:
    with as_actor(actor):
        return build(actor, unit_code=unit, **{**PERIOD, **period})


def numbers(counts: Counts) -> dict[str, int]:
    return {what.value: counts.of(what) for what in OUTCOMES if counts.of(what)}


class TestAHandMadeMonth:
    def test_every_deadline_of_the_period_is_counted_once(self, june: World, auditor: Actor) -> None:
        report = built(auditor)

        assert numbers(report.all) == {"met": 2, "met_extended": 1, "late": 1, "missed": 3, "ended": 1}
        assert report.all.due == 8
        assert report.all.extended == 2

    def test_each_requirement_in_each_district_has_its_count(
        self, june: World, auditor: Actor, world: World
    ) -> None:
        report = built(auditor)

        found = {
            (row.district.code, row.requirement.kind.value): numbers(row.counts)
            for row in report.by_district_and_requirement
            if row.district and row.requirement and row.counts.due
        }
        assert found == {
            ("north", "engagement"): {"met": 1, "met_extended": 1},
            ("north", "plan"): {"late": 1, "missed": 2},
            ("north", "endorsement"): {"ended": 1},
            ("south", "deregistration"): {"met": 1, "missed": 1},
        }

    def test_the_ends_of_the_period_belong_to_it_and_the_days_outside_do_not(
        self, june: World, auditor: Actor
    ) -> None:
        with as_actor(auditor):
            listed = {c.deadline_id for c in cases_behind(question(auditor, unit_code=None, **PERIOD), DUE)}

        assert june["missed"].pk in listed  # due on 1 June
        assert june["south_missed"].pk in listed  # due on 30 June
        assert june["before"].pk not in listed  # extended to 31 May
        assert june["after"].pk not in listed  # due on 1 July

    def test_a_deadline_belongs_to_the_period_of_the_date_in_force(self, june: World, auditor: Actor) -> None:
        change(june["before"], due_on=date(2026, 6, 1))

        assert built(auditor).all.due == 9

    def test_an_extension_shows_beside_how_it_was_judged(self, june: World, auditor: Actor) -> None:
        plan = built(auditor, "north").counts(kind=DeadlineKind.PLAN)

        assert (plan.missed, plan.extended_of(Outcome.MISSED), plan.extended) == (2, 1, 1)

    def test_managers_and_their_team_are_told_apart(self, june: World, auditor: Actor) -> None:
        rows = built(auditor).by_desk

        assert [(r.desk.team, r.desk.manager, r.counts.due) for r in rows if r.desk] == [
            ("North IOM team", "PC Ash", 3),
            ("North IOM team", "PC Birch", 3),
            ("No team", "Not allocated", 2),
        ]

    def test_a_partners_manager_stands_for_a_case_without_a_police_one(
        self, world: World, managers: list[Any], auditor: Actor
    ) -> None:
        row = deadline(world["north"])
        with as_owner():
            type(row.case).objects.filter(pk=row.case_id).update(partner_manager=managers[0])

        assert [r.name for r in built(auditor).by_desk] == ["PC Ash"]

    def test_as_at_an_earlier_day_the_report_knows_only_what_had_happened(
        self, june: World, auditor: Actor
    ) -> None:
        counts = built(auditor, on=date(2026, 6, 10)).all

        assert numbers(counts) == {"met": 2, "missed": 1, "open": 4, "ended": 1}

    def test_a_district_without_cases_is_in_the_table_with_no_cases(
        self, june: World, auditor: Actor
    ) -> None:
        hub = next(r for r in built(auditor).by_district if r.name == "Prison Hub")

        assert hub.counts == Counts()
        assert hub.counts.rate.words == "No cases"

    def test_a_force_without_any_deadline_has_an_empty_report(self, world: World, auditor: Actor) -> None:
        report = built(auditor)

        assert report.all == Counts()
        assert [r.counts.due for r in report.by_requirement] == [0, 0, 0, 0]


class TestWhoSeesWhat:
    def test_a_district_supervisor_gets_their_own_district(self, june: World, sergeant: Actor) -> None:
        report = built(sergeant)

        assert report.district_code == "north"
        assert [d.code for d in report.districts] == ["north"]
        assert report.all.due == 6

    @pytest.mark.parametrize("unit", ["south", "force", "nowhere"])
    def test_another_district_the_force_and_an_absent_one_are_the_same_answer(
        self, june: World, sergeant: Actor, unit: str
    ) -> None:
        with pytest.raises(NotFound):
            built(sergeant, unit)

    def test_the_auditor_and_the_supervisor_see_the_same_district_alike(
        self, june: World, sergeant: Actor, auditor: Actor
    ) -> None:
        theirs, ours = built(sergeant, "north"), built(auditor, "north")

        assert theirs.cells == ours.cells
        assert theirs.seal == ours.seal

    def test_the_system_sees_what_the_auditor_sees(self, june: World, auditor: Actor) -> None:
        with as_service():
            report = build(SYSTEM, unit_code=None, **PERIOD)

        assert report.seal == built(auditor).seal

    def test_a_case_in_a_district_whose_person_is_out_of_reach_is_not_counted(
        self, world: World, sergeant: Actor
    ) -> None:
        row = deadline(world["north"])
        with as_owner():
            person = row.case.person
            type(person).objects.filter(pk=person.pk).update(
                home_unit=world["south"], managing_unit=world["south"]
            )

        assert built(sergeant).all.due == 0


def every_figure(report: ComplianceReport) -> list[tuple[int, dict[str, Any]]]:
    """Each number of each table with the question that leads to its cases."""
    found: list[tuple[int, dict[str, Any]]] = []
    tables = (report.by_requirement, report.by_district, report.by_district_and_requirement, report.by_desk)
    for row in [r for table in tables for r in table]:
        where = dict(row.query)
        narrowed: dict[str, Any] = {"at": where.get("at", ""), "kind": where.get("requirement", "")}
        narrowed["manager"] = int(where["manager"]) if "manager" in where else None
        found += [(row.counts.of(what), {"measure": what.value, **narrowed}) for what in OUTCOMES]
        found.append((row.counts.due, {"measure": DUE, **narrowed}))
        found.append((row.counts.extended, {"measure": EXTENDED, **narrowed}))
        found.append((row.counts.judged, {"measure": JUDGED_MEASURE, **narrowed}))
    return found


def test_every_figure_is_the_length_of_the_list_behind_it(june: World, auditor: Actor) -> None:
    with as_actor(auditor):
        asked = question(auditor, unit_code=None, **PERIOD)
        for number, query in every_figure(build(auditor, unit_code=None, **PERIOD)):
            assert len(cases_behind(asked, **query)) == number, query


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_random_world_is_counted_as_the_rule_counts_it(
    seed: int, world: World, managers: list[Any], auditor: Actor
) -> None:
    known = random_world(seed, [world["north"], world["south"], world["hub"]], managers)
    inside = [k for k in known if FROM <= k.dates.due_on <= TO]

    report = built(auditor)

    assert report.all == total(counted(outcome(k.dates, ON), extended=k.dates.extended) for k in inside)
    for row in report.by_district_and_requirement:
        assert row.district
        assert row.requirement
        here = [k for k in inside if (k.unit, k.kind) == (row.district.code, row.requirement.kind.value)]
        assert row.counts == total(counted(outcome(k.dates, ON), extended=k.dates.extended) for k in here)
    for row in report.by_desk:
        assert row.district
        assert row.desk
        here = [k for k in inside if (k.unit, k.manager_id) == (row.district.code, row.desk.manager_id)]
        assert row.counts == total(counted(outcome(k.dates, ON), extended=k.dates.extended) for k in here)


@pytest.mark.parametrize("seed", [4, 5])
def test_districts_requirements_and_managers_each_add_up_to_the_force(
    seed: int, world: World, managers: list[Any], auditor: Actor
) -> None:
    random_world(seed, [world["north"], world["south"], world["hub"]], managers, size=25)

    report = built(auditor)

    assert report.all.due > 10
    for table in (
        report.by_district,
        report.by_requirement,
        report.by_district_and_requirement,
        report.by_desk,
    ):
        assert total(row.counts for row in table) == report.all
    for district in report.districts:
        alone = built(auditor, district.code)
        assert alone.all == report.counts(district=district)


def test_the_outcome_in_sql_is_the_outcome_of_the_rule(world: World) -> None:
    due = date(2026, 6, 10)
    days = [None, *(due + timedelta(days=n) for n in (-1, 0, 1, 4, 5, 6))]
    made = {}
    for extended_to, met, stopped in product([None, due + timedelta(days=5)], days, days):
        if met is None or stopped is None:
            row = deadline(world["north"], due=due, extended_to=extended_to, met=met, stopped=stopped)
            made[row.pk] = DeadlineDates(row.started_on, due, row.due_on, met, stopped)

    for n in range(-3, 9):
        on = due + timedelta(days=n)
        with as_service():
            asked = question(SYSTEM, unit_code=None, from_on=due, to_on=due + timedelta(days=5), on=on)
            found = dict(facts.deadlines(asked).values_list("id", "outcome"))
        assert found == {pk: outcome(dates, on).value for pk, dates in made.items()}


class TestTheSeal:
    def test_the_same_figures_have_the_same_seal_whoever_looks_and_whenever(
        self, june: World, auditor: Actor, actor_of: Callable[..., Actor]
    ) -> None:
        first = built(auditor)
        later = built(actor_of(Role.CENTRAL_SPOC), on=ON + timedelta(days=1))

        assert first.seal == later.seal
        assert len(first.seal) == 64

    def test_a_figure_that_changes_changes_the_seal(self, june: World, auditor: Actor) -> None:
        before = built(auditor).seal
        change(june["missed"], met_on=date(2026, 7, 2), met_at=june["met"].met_at)

        assert built(auditor).seal != before

    def test_an_extension_changes_the_seal_even_where_the_outcome_stays(
        self, june: World, auditor: Actor
    ) -> None:
        before = built(auditor)
        change(june["missed"], due_on=date(2026, 6, 2))
        after = built(auditor)

        assert before.all.by_outcome == after.all.by_outcome
        assert before.seal != after.seal

    def test_what_is_no_figure_does_not_change_the_seal(self, june: World, auditor: Actor) -> None:
        before = built(auditor).seal
        change(june["late"], met_on=date(2026, 6, 12))  # later still, and late all the same

        assert built(auditor).seal == before

    def test_another_period_or_district_has_another_seal(self, june: World, auditor: Actor) -> None:
        seals = {
            built(auditor).seal,
            built(auditor, "north").seal,
            built(auditor, "south").seal,
            built(auditor, to_on=TO + timedelta(days=1)).seal,
        }

        assert len(seals) == 4


def test_the_report_takes_a_fixed_number_of_queries_however_large_the_force(
    world: World, managers: list[Any], auditor: Actor, django_assert_max_num_queries: Any
) -> None:
    random_world(6, [world["north"], world["south"]], managers, size=15)
    with as_actor(auditor):
        build(auditor, unit_code=None, **PERIOD)
        with django_assert_max_num_queries(6):
            build(auditor, unit_code=None, **PERIOD)


def test_every_requirement_of_the_report_is_a_clock_of_the_policy() -> None:
    assert {r.kind for r in REQUIREMENTS} == set(DeadlineKind)
