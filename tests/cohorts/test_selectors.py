"""What lists, the case page, the timeline and my day show, and to whom."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts import services
from cohorts.models import Case, Referral
from cohorts.selectors.cases import CaseFilter, caseload, cases, open_case_of
from cohorts.selectors.deadlines import DeadlineFilter, deadlines, deadlines_of_case
from cohorts.selectors.my_day import my_day
from cohorts.selectors.overview import case_overview
from cohorts.selectors.referrals import ReferralFilter, candidates, look_again, referral_view, referrals
from cohorts.selectors.timeline import Entry, Source, register_source, timeline
from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.kernel.errors import NotFound
from tests.cohorts.factories import (
    SELECTED_ON,
    CaseFactory,
    DeadlineFactory,
    PlacementFactory,
    ReferralFactory,
    moment,
    way_out,
)
from tests.factories import AgencyAccessFactory, CustodyPeriodFactory, PersonFactory

NOW = moment(SELECTED_ON, 15)
LATER = date(2026, 6, 11)


def test_the_case_list_shows_cohort_next_date_and_what_is_overdue(
    world: dict[str, Any], case: Case, sergeant: Actor
) -> None:
    with as_actor(sergeant):
        row = cases(sergeant, LATER).get()

    assert (row.cohort, row.category) == ("reoffending", "serious_acquisitive")
    assert (row.next_due_on, row.overdue_count, row.held) == (date(2026, 6, 10), 3, False)


def test_the_case_list_narrows_by_what_is_asked(
    world: dict[str, Any], sergeant: Actor, manager: Actor
) -> None:
    quiet = CaseFactory(
        person=PersonFactory(home_unit=world["north"], family_name="Quiet"), manager_id=manager.user_id
    )
    late = CaseFactory(
        person=PersonFactory(home_unit=world["north"], family_name="Late"), review_on=SELECTED_ON
    )
    DeadlineFactory(case=late)
    PlacementFactory(case=late, cohort="harm", category="ocg")
    with as_owner():
        CustodyPeriodFactory(person=quiet.person, held_from=date(2026, 5, 1))

    def found(**chosen: Any) -> list[int]:
        return [c.pk for c in cases(sergeant, LATER, CaseFilter(**chosen))]

    with as_actor(sergeant):
        assert found() == [late.pk, quiet.pk]
        assert found(sort="-name") == [quiet.pk, late.pk]
        assert found(overdue=True) == [late.pk]
        assert found(review_overdue=True) == [late.pk]
        assert found(cohort="harm") == [late.pk]
        assert found(cohort="harm", category="cse") == []
        assert found(in_custody=True) == [quiet.pk]
        assert found(in_custody=False) == [late.pk]
        assert found(unallocated=True) == [late.pk]
        assert found(manager_id=manager.user_id) == [quiet.pk]
        assert found(words="qui") == [quiet.pk]
        assert found(words="sam late") == [late.pk]
        assert found(statuses=("closed",)) == []
    with as_actor(manager):
        assert [c.pk for c in cases(manager, LATER, CaseFilter(mine=True))] == [quiet.pk]


def test_a_sort_that_does_not_exist_gives_the_usual_order(case: Case, sergeant: Actor) -> None:
    with as_actor(sergeant):
        assert cases(sergeant, LATER, CaseFilter(sort="password")).count() == 1
        assert referrals(sergeant, ReferralFilter(sort="-nothing")).count() == 1


def test_the_case_list_takes_one_query_however_long_it_is(world: dict[str, Any], sergeant: Actor) -> None:
    for _ in range(6):
        DeadlineFactory(case=CaseFactory(person=PersonFactory(home_unit=world["north"])))
    with as_actor(sergeant), CaptureQueriesContext(connection) as queries:
        rows = list(cases(sergeant, LATER))
        assert [row.person.full_name and row.unit.name for row in rows]

    assert len([q for q in queries if "cohorts_case" in q["sql"]]) == 1


@pytest.mark.parametrize("role", [Role.PARTNER_PRACTITIONER, Role.PARTNER_MANAGER])
def test_a_partner_sees_the_cases_shared_with_its_agency_and_counts_no_others(
    world: dict[str, Any], shared_case: Case, actor_of: Callable[..., Actor], role: Role
) -> None:
    CaseFactory(person=PersonFactory(home_unit=world["north"]))
    ours, theirs = actor_of(role), actor_of(role, agency="drugs")
    with as_actor(ours):
        assert [c.pk for c in cases(ours, LATER)] == [shared_case.pk]
        assert deadlines(ours, LATER).count() == 3
        assert Case.objects.count() == 1
    with as_actor(theirs):
        assert cases(theirs, LATER).count() == 0
        assert deadlines(theirs, LATER).count() == 0
        assert Case.objects.count() == 0
        with pytest.raises(NotFound):
            case_overview(theirs, shared_case.pk, LATER)


def test_an_agency_whose_agreement_lapsed_sees_nothing(
    world: dict[str, Any], case: Case, person: Any, actor_of: Callable[..., Actor]
) -> None:
    AgencyAccessFactory(person=person, agency=world["lapsed"])
    ReferralFactory(person=person, unit=world["north"], referring_agency=world["lapsed"])
    housing = actor_of(Role.PARTNER_PRACTITIONER, agency="lapsed")
    with as_actor(housing):
        assert not Case.objects.exists()
        assert not Referral.objects.exists()
        assert referrals(housing).count() == 0
        assert not any(my_day(housing, LATER, NOW).counts.values())


def test_a_partner_follows_its_own_referral_but_not_what_the_board_weighed(
    world: dict[str, Any], case: Case, listed: Any, partner: Actor, sergeant: Actor
) -> None:
    ReferralFactory(unit=world["north"], person=None, referring_agency=world["drugs"])
    with as_actor(partner):
        assert [r.pk for r in referrals(partner)] == [listed.pk]
        seen = referral_view(partner, listed.pk)
        assert (seen.referral.status, seen.decision, seen.pack, seen.steps) == ("selected", None, None, ())
        assert seen.case is None
    with as_actor(sergeant):
        board_view = referral_view(sergeant, listed.pk)
        assert board_view.decision is not None
        assert board_view.case == case
        assert referrals(sergeant).count() == 2


def test_the_buttons_of_a_referral_follow_role_and_status(
    world: dict[str, Any], listed: Any, sergeant: Actor, partner: Actor
) -> None:
    with as_actor(sergeant):
        assert set(referral_view(sergeant, listed.pk).steps) == {"select", "refuse", "defer", "withdraw"}
    with as_actor(partner):
        assert referral_view(partner, listed.pk).steps == ("withdraw",)


def test_candidates_come_by_identifier_and_by_name_within_reach(
    world: dict[str, Any], sergeant: Actor
) -> None:
    by_number = PersonFactory(home_unit=world["north"], crn="X123456", family_name="Other")
    by_name = PersonFactory(home_unit=world["north"], family_name="Example", given_names="Samuel")
    PersonFactory(home_unit=world["south"], family_name="Example", given_names="Sam")
    PersonFactory(home_unit=world["north"], family_name="Nobody")
    referral = ReferralFactory(person=None, unit=world["north"], identifiers="crn x123456")
    with as_actor(sergeant):
        assert [p.pk for p in candidates(sergeant, referral)] == [by_number.pk, by_name.pk]


def test_people_not_selected_come_back_on_their_date(
    world: dict[str, Any], person: Any, sergeant: Actor
) -> None:
    referral = ReferralFactory(
        person=person, unit=world["north"], status="not_selected", decided_on=SELECTED_ON, look_again_on=LATER
    )
    with as_actor(sergeant):
        assert [r.pk for r in look_again(sergeant, on=LATER)] == [referral.pk]
        assert not look_again(sergeant, on=LATER - timedelta(1)).exists()


def test_the_case_page_tells_what_may_be_done_now(
    case: Case, sergeant: Actor, manager: Actor, inspector: Actor, actor_of: Callable[..., Actor]
) -> None:
    auditor = actor_of(Role.AUDITOR)
    with as_actor(auditor):
        assert case_overview(auditor, case.pk, LATER).steps == frozenset()
    with as_actor(manager):
        steps = case_overview(manager, case.pk, LATER).steps
        assert {"work_on_plan", "engage", "propose_deselection"} <= steps
        assert not {"allocate_manager", "extend_deadline", "share"} & steps
        proposal = services.propose_deselection(case.pk, way_out(), by=manager, at=NOW)
        assert "propose_deselection" not in case_overview(manager, case.pk, LATER).steps
    with as_actor(sergeant):
        page = case_overview(sergeant, case.pk, LATER)
        assert {"deselection.agree", "deselection.turn_down", "allocate_manager"} <= page.steps
        assert page.deselection == proposal
        assert [line.state_name for line in page.deadlines] == ["Overdue"] * 3
        assert [line.may_extend for line in page.deadlines] == [False] * 3
        assert len(page.pathways) == 7
        assert len(page.placements) == 2
        assert (page.review_overdue, page.long_stay) == (False, False)
        assert case_overview(sergeant, case.pk, date(2028, 6, 1)).long_stay


def test_the_plan_steps_follow_its_status(case: Case, manager: Actor, sergeant: Actor) -> None:
    with as_actor(manager):
        services.start_plan(case.pk, by=manager, at=NOW)
        steps = case_overview(manager, case.pk, LATER).steps
        assert {"plan.edit", "plan.complete"} <= steps
        assert "plan.endorse" not in steps


def test_the_clocks_of_a_case_in_time_may_be_extended_by_supervision_only(
    case: Case, sergeant: Actor, manager: Actor
) -> None:
    with as_actor(sergeant):
        assert all(line.may_extend for line in deadlines_of_case(sergeant, case, SELECTED_ON))
    with as_actor(manager):
        assert not any(line.may_extend for line in deadlines_of_case(manager, case, SELECTED_ON))


def test_the_timeline_holds_what_each_reader_may_see_latest_first(
    case: Case, shared_case: Case, manager: Actor, sergeant: Actor, partner: Actor, world: dict[str, Any]
) -> None:
    with as_actor(manager):
        held = services.EngagementForm("initial", moment(date(2026, 6, 3)), notes="Wants a job.")
        services.record_engagement(case.pk, held, by=manager, at=moment(date(2026, 6, 3)))
    with as_actor(sergeant):
        entries = timeline(sergeant, case.person_id)
        assert [e.kind for e in entries] == ["engagement", "cohort", "cohort", "case", "referral"]
        assert [e.kind for e in timeline(sergeant, case.person_id, ["engagement"])] == ["engagement"]
        assert entries[1].text == "Prolific, and ready to work with us."
    with as_actor(partner):
        seen = timeline(partner, case.person_id)
        assert {e.kind for e in seen} == {"engagement", "cohort", "case", "referral"}
        assert not any("Prolific" in e.text for e in seen)


def test_another_app_can_add_to_the_timeline(
    case: Case, sergeant: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cohorts.selectors.timeline._sources", {})
    monkeypatch.setattr("cohorts.selectors.timeline.KINDS", {})
    entry = Entry(datetime(2026, 6, 2, tzinfo=UTC), "tag", "Tag fitted")
    cases = Source(lambda actor, person_id: Case.objects.filter(person=person_id), lambda *told: [entry])
    register_source("tag", "Tags", cases)
    with as_actor(sergeant):
        assert timeline(sergeant, case.person_id) == [entry]


# My day


def test_the_manager_finds_own_clocks_and_cases(case: Case, manager: Actor, sergeant: Actor) -> None:
    with as_actor(manager):
        assert my_day(manager, LATER, NOW).overdue == []
    with as_actor(sergeant):
        services.allocate_manager(case.pk, by=sergeant, at=NOW, manager_id=manager.user_id)
    with as_actor(manager):
        today = my_day(manager, date(2026, 6, 5), moment(date(2026, 6, 5)))
        assert [line.deadline.kind for line in today.due_soon] == ["engagement", "plan", "endorsement"]
        assert [c.pk for c in today.new_cases] == [case.pk]
        assert today.unallocated == []
        assert {item.code for item in today.checklist} >= {"engagement", "plan"}
        assert my_day(manager, date(2026, 6, 10), NOW).counts["due_today"] == 3
        assert my_day(manager, LATER, NOW).counts["overdue"] == 3


def test_supervision_finds_what_waits_for_it(
    world: dict[str, Any], case: Case, manager: Actor, sergeant: Actor, actor_of: Callable[..., Actor]
) -> None:
    ReferralFactory(person=None, unit=world["north"])
    with as_actor(manager):
        services.propose_deselection(case.pk, way_out(), by=manager, at=NOW)
    with as_actor(sergeant):
        today = my_day(sergeant, SELECTED_ON, NOW)
        assert [c.pk for c in today.unallocated] == [case.pk]
        assert today.counts["referrals"] == 1
        assert today.counts["deselections_to_decide"] == 1
    elsewhere = actor_of(Role.SUPERVISOR, unit="south")
    with as_actor(elsewhere):
        assert not any(my_day(elsewhere, SELECTED_ON, NOW).counts.values())


@pytest.mark.parametrize("role", [r for r in Role if r != Role.ADMINISTRATOR])
def test_every_role_gets_a_first_page(shared_case: Case, actor_of: Callable[..., Actor], role: Role) -> None:
    actor = actor_of(role)
    with as_actor(actor):
        assert set(my_day(actor, LATER, NOW).counts) >= {"overdue", "due_today", "new_cases", "referrals"}
        timeline(actor, shared_case.person_id)
        if actor.role not in (Role.PRISON_OFFICER, Role.PRISON_SUPERVISOR):
            assert case_overview(actor, shared_case.pk, LATER).case == shared_case


def test_an_administrator_of_sign_ins_finds_no_case(
    shared_case: Case, actor_of: Callable[..., Actor]
) -> None:
    admin = actor_of(Role.ADMINISTRATOR)
    with as_actor(admin):
        assert list(cases(admin, LATER)) == []
        assert list(deadlines(admin, LATER, DeadlineFilter())) == []
        assert list(referrals(admin)) == []


def test_the_caseload_counts_cases_and_what_is_late_by_manager(
    world: dict[str, Any], case: Case, sergeant: Actor, manager: Actor
) -> None:
    with as_actor(sergeant):
        services.allocate_manager(case.pk, by=sergeant, at=NOW, manager_id=manager.user_id)
        CaseFactory(person=PersonFactory(home_unit=world["north"]))
        rows = {row["manager"]: (row["cases"], row["overdue"]) for row in caseload(sergeant, LATER)}

        assert rows == {manager.name: (1, 3), "": (1, 0)}
        found = open_case_of(sergeant, case.person_id)
        assert found is not None
        assert found.pk == case.pk
