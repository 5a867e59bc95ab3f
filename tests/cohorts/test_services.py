"""Each service: allowed, refused, and nothing half done."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cohorts import services
from cohorts.models import (
    Case,
    ChecklistItem,
    Deadline,
    Placement,
    Plan,
    Referral,
    ReferralStage,
    ResearchPack,
    SelectionDecision,
)
from cohorts.rules.deadlines import State
from cohorts.rules.reviews import ACCESS_LAPSES_AFTER
from cohorts.rules.statuses import REFERRAL_STEPS, ReferralStatus
from cohorts.rules.vocabulary import SELECTION_CONSIDERATIONS
from cohorts.selectors.my_day import my_day
from cohorts.services import board as boards
from cohorts.services import deregistration, deselection, history, referral, selection
from cohorts.services.board import PlacementChoice
from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.agencies.models import SharingAgreement
from iom.audit.models import Act
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.notifications.models import Notification
from iom.working_days.rules import local_date
from scoring.selectors.lists import PersonScore
from tests.cohorts.factories import PLACES, SELECTED_ON, CaseFactory, ReferralFactory, board, moment, way_out
from tests.factories import PersonFactory

NOW = moment(SELECTED_ON, 15)


def form(world: dict[str, Any], **changes: Any) -> services.ReferralForm:
    values = {
        "given_names": "Sam",
        "family_name": "Example",
        "unit_id": world["north"].pk,
        "ground": "harm",
        "reasons": "Threats to a neighbour.",
    }
    return services.ReferralForm(**{**values, **changes})


def acts() -> set[str]:
    with as_owner():
        return set(Act.objects.values_list("action", flat=True))


# Referral (REF-1, REF-2, COH-3)


def test_a_partner_refers_on_the_same_form_and_the_district_is_told(
    world: dict[str, Any], partner: Actor, sergeant: Actor
) -> None:
    with as_actor(partner):
        referral = services.submit_referral(form(world, route="mappa", ground="mappa"), by=partner, at=NOW)

    with as_owner():
        kept = Referral.objects.get(pk=referral.pk)
        assert (kept.status, kept.route, kept.referring_agency, kept.person) == (
            "submitted",
            "mappa",
            world["probation"],
            None,
        )
        assert kept.stages.get().to_status == "submitted"
        assert Notification.objects.filter(
            user=sergeant.user_id, key=f"referral:{kept.pk}:submitted"
        ).exists()
    assert "cohorts.referral.submitted" in acts()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_names", " "),
        ("family_name", ""),
        ("reasons", "  "),
        ("ground", "dislike"),
        ("route", "pigeon"),
        ("date_of_birth", SELECTED_ON + timedelta(1)),
        ("unit_id", 0),
    ],
)
def test_a_referral_with_something_missing_says_which_field(
    world: dict[str, Any], sergeant: Actor, field: str, value: Any
) -> None:
    with as_actor(sergeant), pytest.raises(Invalid) as caught:
        services.submit_referral(form(world, **{field: value}), by=sergeant, at=NOW)

    assert list(caught.value.fields) == [field]


def test_the_same_form_sent_twice_makes_one_referral(world: dict[str, Any], sergeant: Actor) -> None:
    key = uuid4()
    with as_actor(sergeant):
        services.submit_referral(form(world, request_key=key), by=sergeant, at=NOW)
        with pytest.raises(Refused, match="sent already"):
            services.submit_referral(form(world, request_key=key), by=sergeant, at=NOW)

        assert Referral.objects.count() == 1


def test_an_agency_without_an_agreement_cannot_refer(
    world: dict[str, Any], actor_of: Callable[..., Actor]
) -> None:
    housing = actor_of(Role.PARTNER_PRACTITIONER, agency="lapsed")
    with as_actor(housing), pytest.raises(Refused, match="no current information sharing agreement"):
        services.submit_referral(form(world), by=housing, at=moment(date.today()))


def test_an_agency_whose_agreement_leaves_cases_out_cannot_refer(
    world: dict[str, Any], actor_of: Callable[..., Actor]
) -> None:
    with as_owner():
        SharingAgreement.objects.filter(agency=world["drugs"]).update(data_classes=["core"])
    drugs = actor_of(Role.PARTNER_PRACTITIONER, agency="drugs")
    with as_actor(drugs), pytest.raises(Refused, match="that covers cases"):
        services.submit_referral(form(world), by=drugs, at=NOW)


def test_an_analyst_cannot_refer(world: dict[str, Any], actor_of: Callable[..., Actor]) -> None:
    analyst = actor_of(Role.ANALYST)
    with as_actor(analyst), pytest.raises(Forbidden):
        services.submit_referral(form(world), by=analyst, at=NOW)


def test_somebody_who_is_managed_already_cannot_be_referred(
    world: dict[str, Any], sergeant: Actor, case: Case
) -> None:
    with as_actor(sergeant), pytest.raises(Refused, match="managed already"):
        services.submit_referral(form(world, person_id=case.person_id), by=sergeant, at=NOW)


def test_research_matches_the_person_and_builds_the_pack(
    world: dict[str, Any], sergeant: Actor, person: Any
) -> None:
    referral = ReferralFactory(person=None, unit=world["north"])
    with as_actor(sergeant):
        services.start_research(referral.pk, by=sergeant, at=NOW)
        assert not ResearchPack.objects.exists()
        services.match_person(referral.pk, person.pk, by=sergeant, at=NOW)
        pack = ResearchPack.objects.get()

    assert pack.content["person"] == person.nominal_ref
    assert pack.content["as_of"] == "2026-06-01"
    assert pack.content["earlier_referrals"][0]["id"] == str(referral.pk)


def test_a_referral_is_not_listed_before_it_is_matched(world: dict[str, Any], sergeant: Actor) -> None:
    referral = ReferralFactory(person=None, unit=world["north"], status="being_researched")
    with as_actor(sergeant), pytest.raises(Refused, match="Match the referral"):
        services.list_for_board(referral.pk, by=sergeant, at=NOW, board_on=SELECTED_ON)


def test_a_board_cannot_have_sat_before_the_referral_is_listed(
    world: dict[str, Any], sergeant: Actor, person: Any
) -> None:
    referral = ReferralFactory(person=person, unit=world["north"], status="being_researched")
    with as_actor(sergeant), pytest.raises(Invalid):
        services.list_for_board(referral.pk, by=sergeant, at=NOW, board_on=SELECTED_ON - timedelta(1))


def test_a_person_of_another_district_cannot_be_matched(world: dict[str, Any], sergeant: Actor) -> None:
    elsewhere = PersonFactory(home_unit=world["south"])
    referral = ReferralFactory(person=None, unit=world["north"], status="being_researched")
    with as_actor(sergeant), pytest.raises(NotFound):
        services.match_person(referral.pk, elsewhere.pk, by=sergeant, at=NOW)


def _act_on(referral: Referral, step: str, by: Actor, agencies: tuple[int, ...]) -> Any:
    pk = referral.pk
    decision = board(agencies)
    return {
        "start_research": lambda: services.start_research(pk, by=by, at=NOW),
        "match_person": lambda: services.match_person(pk, referral.person_id or 0, by=by, at=NOW),
        "list_for_board": lambda: services.list_for_board(pk, by=by, at=NOW, board_on=SELECTED_ON),
        "select": lambda: services.record_selection(pk, decision, PLACES, by=by, at=NOW),
        "refuse": lambda: services.refuse(
            pk,
            decision,
            by=by,
            at=NOW,
            signpost="Advice",
            look_again_on=date(2026, 9, 1),
            note_to_referrer="No",
        ),
        "defer": lambda: services.defer(pk, decision, by=by, at=NOW),
        "withdraw": lambda: services.withdraw(pk, by=by, at=NOW, reason="Moved away"),
    }[step]()


@pytest.mark.parametrize("status", ReferralStatus)
@pytest.mark.parametrize("step", REFERRAL_STEPS)
def test_every_step_on_a_referral_is_allowed_exactly_from_its_statuses(
    world: dict[str, Any], sergeant: Actor, person: Any, agencies: tuple[int, ...], step: str, status: str
) -> None:
    decided = SELECTED_ON if status in ("selected", "not_selected") else None
    referral = ReferralFactory(person=person, unit=world["north"], status=status, decided_on=decided)

    with as_actor(sergeant):
        if status in REFERRAL_STEPS[step].sources:
            _act_on(referral, step, sergeant, agencies)
        else:
            with pytest.raises(Refused):
                _act_on(referral, step, sergeant, agencies)

    with as_owner():
        referral.refresh_from_db()
        allowed = status in REFERRAL_STEPS[step].sources
        assert referral.status == (REFERRAL_STEPS[step].target if allowed else status)
        moves = allowed and step != "match_person"
        assert ReferralStage.objects.filter(referral=referral).count() == (1 if moves else 0)


# Selection (REF-4, REF-5, COH-2, CMP-2)


def test_selection_opens_the_case_its_places_its_checklist_and_three_clocks(case: Case, listed: Any) -> None:
    with as_owner():
        case.person.refresh_from_db()
        listed.refresh_from_db()
        decision = SelectionDecision.objects.get(referral=listed)
        clocks = {d.kind: (d.started_on, d.due_on, d.owner_role) for d in case.deadlines.all()}
        lines = {item.code: item for item in case.checklist.all()}

        assert (case.status, case.selected_on) == ("active", date(2026, 6, 1))
        assert (listed.status, listed.decided_on) == ("selected", date(2026, 6, 1))
        assert case.person.is_managed
        assert case.person.managing_unit == case.unit
        assert {(p.scheme, p.cohort, p.category) for p in case.placements.all()} == {
            ("national", "fixed", "burglary"),
            ("three_cohort", "reoffending", "serious_acquisitive"),
        }
        assert all(words for _, words in decision.considerations)
        assert decision.agencies_present.count() == 2
        assert clocks == {
            "engagement": (date(2026, 6, 1), date(2026, 6, 10), "manager"),
            "plan": (date(2026, 6, 1), date(2026, 6, 10), "manager"),
            "endorsement": (date(2026, 6, 1), date(2026, 6, 10), "supervision"),
        }
        assert len(lines) == 10
        assert lines["cohort_set"].status == "done"
        assert lines["niche_flag"].due_on == date(2026, 6, 10)
        assert all(d.clause.startswith("WYP") and d.rule_version == "WYP-1" for d in case.deadlines.all())
        assert AgencyAccess.objects.count() == 0
    assert "cohorts.case.selected" in acts()


def test_selection_tells_the_referrer_and_the_supervision_but_names_nobody(
    case: Case, partner: Actor, inspector: Actor
) -> None:
    with as_owner():
        told = Notification.objects.get(user=partner.user_id)
        name = case.person.family_name
        assert told.subject == "Your referral: selected for management"
        assert not Notification.objects.filter(subject__icontains=name).exists()


@pytest.mark.parametrize("missing", SELECTION_CONSIDERATIONS)
def test_each_of_the_seven_considerations_is_needed(
    listed: Any, sergeant: Actor, agencies: tuple[int, ...], missing: str
) -> None:
    considered = {name: "Considered" for name in SELECTION_CONSIDERATIONS if name != missing}
    with as_actor(sergeant), pytest.raises(Invalid) as caught:
        services.record_selection(
            listed.pk, board(agencies, considerations=considered), PLACES, by=sergeant, at=NOW
        )

    assert list(caught.value.fields) == [missing]
    with as_owner():
        assert not Case.objects.exists()
        assert not SelectionDecision.objects.exists()


@pytest.mark.parametrize(
    ("changes", "places", "field"),
    [
        ({"rationale": " "}, PLACES, "rationale"),
        ({"chair": ""}, PLACES, "chair"),
        ({"decided_on": SELECTED_ON + timedelta(1)}, PLACES, "decided_on"),
        ({"decided_on": date(2026, 5, 19)}, PLACES, "decided_on"),
        ({}, PLACES[:1], "three_cohort"),
        ({}, (*PLACES, PLACES[0]), "national"),
        ({}, (PLACES[0], PlacementChoice("three_cohort", "harm", "volume")), "three_cohort"),
    ],
)
def test_a_decision_with_something_wrong_says_which_field(
    listed: Any, sergeant: Actor, agencies: tuple[int, ...], changes: Any, places: Any, field: str
) -> None:
    with as_actor(sergeant), pytest.raises(Invalid) as caught:
        services.record_selection(listed.pk, board(agencies, **changes), places, by=sergeant, at=NOW)

    assert list(caught.value.fields) == [field]


def test_a_board_of_the_police_alone_is_not_a_board(
    world: dict[str, Any], listed: Any, sergeant: Actor
) -> None:
    with as_actor(sergeant), pytest.raises(Invalid, match="jointly with partners"):
        services.record_selection(listed.pk, board((world["police"].pk,)), PLACES, by=sergeant, at=NOW)


def test_a_person_with_an_open_case_is_not_selected_again_and_nothing_is_half_done(
    listed: Any, sergeant: Actor, agencies: tuple[int, ...]
) -> None:
    CaseFactory(person=listed.person)
    with as_actor(sergeant), pytest.raises(Refused, match="another case is open"):
        services.record_selection(listed.pk, board(agencies), PLACES, by=sergeant, at=NOW)

    with as_owner():
        listed.refresh_from_db()
        assert listed.status == "listed"
        assert not SelectionDecision.objects.exists()
        assert not Deadline.objects.exists()
        assert not Act.objects.filter(action="cohorts.case.selected").exists()


def test_an_offender_manager_cannot_select(listed: Any, manager: Actor, agencies: tuple[int, ...]) -> None:
    with as_actor(manager), pytest.raises(Forbidden):
        services.record_selection(listed.pk, board(agencies), PLACES, by=manager, at=NOW)


def test_a_supervisor_of_another_district_finds_no_such_referral(
    listed: Any, actor_of: Callable[..., Actor], agencies: tuple[int, ...]
) -> None:
    other = actor_of(Role.SUPERVISOR, unit="south")
    with as_actor(other), pytest.raises(NotFound):
        services.record_selection(listed.pk, board(agencies), PLACES, by=other, at=NOW)


def test_a_person_not_selected_is_signposted_and_looked_at_again(
    listed: Any, sergeant: Actor, partner: Actor, agencies: tuple[int, ...]
) -> None:
    with as_actor(sergeant):
        services.refuse(
            listed.pk,
            board(agencies),
            by=sergeant,
            at=NOW,
            signpost="Debt advice",
            look_again_on=date(2026, 9, 1),
            note_to_referrer="Below what we can take on; debt advice offered.",
        )

    with as_actor(partner):
        seen = Referral.objects.get(pk=listed.pk)
        assert (seen.status, seen.signpost, seen.look_again_on) == (
            "not_selected",
            "Debt advice",
            date(2026, 9, 1),
        )
    with as_owner():
        assert not Case.objects.exists()
        assert Notification.objects.get(user=partner.user_id).body.startswith("Below")


# Manager and cohorts (COH-4, ORG-4)


def test_the_manager_takes_over_the_open_clocks_and_lines(
    case: Case, sergeant: Actor, manager: Actor
) -> None:
    with as_actor(sergeant):
        services.allocate_manager(case.pk, by=sergeant, at=NOW, manager_id=manager.user_id)

    with as_owner():
        owners = {d.kind: d.owner_id for d in case.deadlines.all()}
        assert owners == {"engagement": manager.user_id, "plan": manager.user_id, "endorsement": None}
        assert case.checklist.get(code="manager").status == "done"
        assert case.checklist.get(code="pathways").owner_id == manager.user_id
        assert Notification.objects.filter(
            user=manager.user_id, subject="A case was allocated to you"
        ).exists()


def test_a_change_of_manager_needs_a_reason_and_a_partner_needs_the_case_shared(
    world: dict[str, Any], case: Case, sergeant: Actor, manager: Actor, partner: Actor
) -> None:
    with as_actor(sergeant):
        services.allocate_manager(case.pk, by=sergeant, at=NOW, manager_id=manager.user_id)
        with pytest.raises(Invalid, match="reason"):
            services.allocate_manager(case.pk, by=sergeant, at=NOW, manager_id=sergeant.user_id)
        with pytest.raises(Invalid, match="police manager"):
            services.allocate_manager(
                case.pk, by=sergeant, at=NOW, manager_id=partner.user_id, reason="Leave"
            )
        both = {"manager_id": manager.user_id, "partner_manager_id": partner.user_id, "reason": "Joint"}
        with pytest.raises(Refused, match="Share the case"):
            services.allocate_manager(case.pk, by=sergeant, at=NOW, **both)
        services.share_with_agency(case.pk, world["probation"].pk, by=sergeant, at=NOW, reason="Joint work")
        services.allocate_manager(case.pk, by=sergeant, at=NOW, **both)
        with pytest.raises(Refused, match="already"):
            services.allocate_manager(case.pk, by=sergeant, at=NOW, **both)


def test_reassigning_is_all_or_nothing(
    world: dict[str, Any], case: Case, sergeant: Actor, manager: Actor
) -> None:
    elsewhere = CaseFactory(person=PersonFactory(home_unit=world["south"]))
    with as_actor(sergeant), pytest.raises(NotFound):
        services.reassign(
            [case.pk, elsewhere.pk], by=sergeant, at=NOW, manager_id=manager.user_id or 0, reason="Leaver"
        )

    with as_owner():
        case.refresh_from_db()
        assert case.manager_id is None


def test_moving_to_another_category_keeps_the_old_place_with_its_dates(case: Case, sergeant: Actor) -> None:
    later = moment(date(2026, 7, 1))
    with as_actor(sergeant):
        services.move_placement(
            case.pk,
            by=sergeant,
            at=later,
            scheme="three_cohort",
            cohort="harm",
            category="ocg",
            rationale="County lines",
        )
        with pytest.raises(Refused, match="already"):
            services.move_placement(
                case.pk,
                by=sergeant,
                at=later,
                scheme="three_cohort",
                cohort="harm",
                category="ocg",
                rationale="Again",
            )

        rows = Placement.objects.filter(case=case, scheme="three_cohort").order_by("starts_on")
        assert [(r.category, r.starts_on, r.ends_on) for r in rows] == [
            ("serious_acquisitive", date(2026, 6, 1), date(2026, 7, 1)),
            ("ocg", date(2026, 7, 1), None),
        ]


def test_two_moves_on_one_day_leave_one_place(case: Case, sergeant: Actor) -> None:
    with as_actor(sergeant):
        for category in ("ocg", "firearms"):
            services.move_placement(
                case.pk,
                by=sergeant,
                at=NOW,
                scheme="three_cohort",
                cohort="harm",
                category=category,
                rationale="Found",
            )

        current = Placement.objects.get(case=case, scheme="three_cohort", ends_on__isnull=True)
        assert current.category == "firearms"


# Engagements and clock (a) (PLN-3, CMP-2)


def engagement_state(case: Case, on: date) -> State:
    with as_owner():
        return Deadline.objects.get(case=case, kind="engagement").state(on)


def test_the_first_engagement_meets_the_clock_on_the_day_it_was_held(case: Case, manager: Actor) -> None:
    with as_actor(manager):
        held = services.EngagementForm("initial", moment(date(2026, 6, 10), 22), notes="At home; willing.")
        services.record_engagement(case.pk, held, by=manager, at=moment(date(2026, 6, 20)))

    assert engagement_state(case, date(2026, 6, 20)) == State.MET
    with as_owner():
        assert case.checklist.get(code="engagement").status == "done"


def test_an_engagement_after_midnight_in_london_is_a_day_late_whatever_utc_says(
    case: Case, manager: Actor
) -> None:
    with as_actor(manager):
        held = services.EngagementForm("initial", moment(date(2026, 6, 10), 23), notes="Very late.")
        services.record_engagement(case.pk, held, by=manager, at=moment(date(2026, 6, 11)))

    assert engagement_state(case, date(2026, 6, 20)) == State.LATE


def test_an_earlier_engagement_written_down_later_counts(case: Case, manager: Actor) -> None:
    with as_actor(manager):
        for day in (date(2026, 6, 15), date(2026, 6, 9), date(2026, 6, 12)):
            held = services.EngagementForm("home", moment(day), notes="Seen")
            services.record_engagement(case.pk, held, by=manager, at=moment(date(2026, 6, 16)))

    with as_owner():
        assert Deadline.objects.get(case=case, kind="engagement").met_on == date(2026, 6, 9)


def test_an_engagement_before_selection_does_not_meet_the_clock(case: Case, manager: Actor) -> None:
    with as_actor(manager):
        held = services.EngagementForm("home", moment(date(2026, 5, 30)), notes="Before he was selected")
        services.record_engagement(case.pk, held, by=manager, at=NOW)

    assert engagement_state(case, date(2026, 6, 20)) == State.OVERDUE


def test_a_missed_engagement_says_what_comes_next_and_meets_nothing(case: Case, manager: Actor) -> None:
    with as_actor(manager):
        planned = services.plan_engagement(
            case.pk, by=manager, at=NOW, kind="office", planned_at=moment(date(2026, 6, 5))
        )
        with pytest.raises(Invalid, match="not been due"):
            services.mark_missed(planned.pk, by=manager, at=NOW, next_step="Call")
        with pytest.raises(Invalid, match="what happens next"):
            services.mark_missed(planned.pk, by=manager, at=moment(date(2026, 6, 6)), next_step=" ")
        services.mark_missed(
            planned.pk, by=manager, at=moment(date(2026, 6, 6)), next_step="Home visit on Monday"
        )
        with pytest.raises(Refused, match="recorded already"):
            services.mark_missed(planned.pk, by=manager, at=moment(date(2026, 6, 7)), next_step="Again")

    assert engagement_state(case, date(2026, 6, 20)) == State.OVERDUE


def test_a_planned_engagement_is_recorded_once(case: Case, manager: Actor) -> None:
    with as_actor(manager):
        planned = services.plan_engagement(
            case.pk, by=manager, at=NOW, kind="office", planned_at=moment(date(2026, 6, 5))
        )
        held = services.EngagementForm("office", moment(date(2026, 6, 5)), notes="Came", attended="late")
        at = moment(date(2026, 6, 6))
        services.record_engagement(case.pk, held, by=manager, at=at, engagement_id=planned.pk)
        with pytest.raises(Refused, match="recorded already"):
            services.record_engagement(case.pk, held, by=manager, at=at, engagement_id=planned.pk)

        assert case.engagements.count() == 1


# Plan, pathways, clocks (b) and (c) (PLN-1, PLN-2, CMP-2)


def written_plan(case: Case, by: Actor, world: dict[str, Any]) -> Plan:
    plan = services.start_plan(case.pk, by=by, at=NOW)
    services.save_plan(
        plan.pk, {"risks": "Burglary", "triggers": "Debt", "objectives": "Work"}, by=by, at=NOW
    )
    services.add_action(
        case.pk,
        by=by,
        at=NOW,
        pathway="ete",
        description="Job coach",
        owner_agency_id=world["probation"].pk,
        due_on=date(2026, 6, 20),
    )
    return plan


def test_the_plan_is_completed_and_endorsed_and_both_clocks_are_met(
    world: dict[str, Any], case: Case, manager: Actor, sergeant: Actor
) -> None:
    with as_actor(manager):
        plan = written_plan(case, manager, world)
        services.complete_plan(plan.pk, by=manager, at=moment(date(2026, 6, 9)))
    with as_actor(sergeant):
        with pytest.raises(Refused, match="No pathways"):
            services.endorse_plan(plan.pk, by=sergeant, at=moment(date(2026, 6, 10)))
        services.set_pathway(
            case.pk, services.PathwayForm("ete", "high"), by=sergeant, at=moment(date(2026, 6, 10))
        )
        services.endorse_plan(plan.pk, by=sergeant, at=moment(date(2026, 6, 10)))

        met = {d.kind: d.met_on for d in case.deadlines.all()}
    assert met == {"engagement": None, "plan": date(2026, 6, 9), "endorsement": date(2026, 6, 10)}


def test_a_manager_cannot_endorse(world: dict[str, Any], case: Case, manager: Actor) -> None:
    with as_actor(manager):
        plan = written_plan(case, manager, world)
        services.complete_plan(plan.pk, by=manager, at=NOW)
        with pytest.raises(Forbidden):
            services.endorse_plan(plan.pk, by=manager, at=NOW)


def test_an_empty_plan_is_not_complete(world: dict[str, Any], case: Case, manager: Actor) -> None:
    with as_actor(manager):
        plan = services.start_plan(case.pk, by=manager, at=NOW)
        with pytest.raises(Invalid) as caught:
            services.complete_plan(plan.pk, by=manager, at=NOW)
        assert set(caught.value.fields) == {"risks", "triggers", "objectives"}
        services.save_plan(plan.pk, {"risks": "B", "triggers": "D", "objectives": "W"}, by=manager, at=NOW)
        with pytest.raises(Refused, match="at least one action"):
            services.complete_plan(plan.pk, by=manager, at=NOW)


def test_an_endorsed_plan_changes_only_by_a_new_version(
    world: dict[str, Any], case: Case, manager: Actor, sergeant: Actor
) -> None:
    with as_actor(sergeant):
        first = written_plan(case, sergeant, world)
        with pytest.raises(Refused, match="still being written"):
            services.start_plan(case.pk, by=sergeant, at=NOW)
        services.complete_plan(first.pk, by=sergeant, at=NOW)
        services.send_back(first.pk, by=sergeant, at=NOW, reason="Add the family")
        services.save_plan(first.pk, {"family": "Mother helps"}, by=sergeant, at=NOW)
        services.complete_plan(first.pk, by=sergeant, at=NOW)
        services.set_pathway(case.pk, services.PathwayForm("ete", "high"), by=sergeant, at=NOW)
        services.endorse_plan(first.pk, by=sergeant, at=NOW)
        with pytest.raises(Refused, match="the plan is endorsed"):
            services.save_plan(first.pk, {"risks": "None"}, by=sergeant, at=NOW)
        second = services.start_plan(case.pk, by=sergeant, at=NOW)
        services.complete_plan(second.pk, by=sergeant, at=NOW)
        services.endorse_plan(second.pk, by=sergeant, at=NOW)

        assert (second.version, second.family) == (2, "Mother helps")
        assert [p.status for p in case.plans.order_by("version")] == ["replaced", "endorsed"]


def test_a_pathway_keeps_what_was_recorded_before(case: Case, manager: Actor) -> None:
    with as_actor(manager):
        services.set_pathway(case.pk, services.PathwayForm("health", "high"), by=manager, at=NOW)
        services.set_pathway(case.pk, services.PathwayForm("health", "low"), by=manager, at=NOW)

        assert [(p.need, p.current) for p in case.pathways.order_by("id")] == [("high", False), ("low", True)]


def test_a_partner_reports_on_its_own_actions_only(
    world: dict[str, Any], shared_case: Case, manager: Actor, partner: Actor
) -> None:
    with as_actor(manager):
        common = {
            "by": manager,
            "at": NOW,
            "pathway": "ete",
            "description": "Do",
            "due_on": date(2026, 6, 20),
        }
        theirs = services.add_action(shared_case.pk, owner_agency_id=world["probation"].pk, **common)
        other = services.add_action(shared_case.pk, owner_agency_id=world["drugs"].pk, **common)
    with as_actor(partner):
        services.update_action(theirs.pk, by=partner, at=NOW, step="start", progress="Booked")
        with pytest.raises(Invalid, match="result"):
            services.update_action(theirs.pk, by=partner, at=NOW, step="finish")
        services.update_action(theirs.pk, by=partner, at=NOW, step="finish", result="Attends weekly")
        with pytest.raises(Refused, match="the action is done"):
            services.update_action(theirs.pk, by=partner, at=NOW, step="stop", result="No")
        with pytest.raises(Forbidden, match="another agency"):
            services.update_action(other.pk, by=partner, at=NOW, step="start")


def test_a_partner_who_manages_the_case_may_engage_and_plan_but_not_endorse(
    world: dict[str, Any], shared_case: Case, sergeant: Actor, partner: Actor
) -> None:
    held = services.EngagementForm("office", NOW, notes="Seen at probation")
    with as_actor(partner), pytest.raises(Forbidden):
        services.record_engagement(shared_case.pk, held, by=partner, at=NOW)
    with as_actor(sergeant):
        services.allocate_manager(
            shared_case.pk, by=sergeant, at=NOW, manager_id=None, partner_manager_id=partner.user_id
        )
    with as_actor(partner):
        services.record_engagement(shared_case.pk, held, by=partner, at=NOW)
        plan = written_plan(shared_case, partner, world)
        services.complete_plan(plan.pk, by=partner, at=NOW)
        with pytest.raises(Forbidden):
            services.endorse_plan(plan.pk, by=partner, at=NOW)

    assert engagement_state(shared_case, date(2026, 6, 20)) == State.MET


# Checklist (REF-5)


def test_a_flag_needs_its_confirmation_and_can_be_reopened(case: Case, sergeant: Actor) -> None:
    with as_actor(sergeant):
        item = ChecklistItem.objects.get(case=case, code="pnc_flag")
        with pytest.raises(Invalid, match="what confirms it"):
            services.tick_checklist(item.pk, by=sergeant, at=NOW)
        services.tick_checklist(item.pk, by=sergeant, at=NOW, evidence="Bureau ref 12")
        with pytest.raises(Refused, match="the action is done"):
            services.set_aside(item.pk, by=sergeant, at=NOW, reason="Not wanted")
        services.reopen_checklist(item.pk, by=sergeant, at=NOW, reason="Wrong person")
        services.set_aside(item.pk, by=sergeant, at=NOW, reason="Not on PNC")

        item.refresh_from_db()
        assert (item.status, item.evidence) == ("not_needed", "Not on PNC")


# Extensions (CMP-7)


def test_an_extension_keeps_the_old_date_and_says_why(case: Case, sergeant: Actor, manager: Actor) -> None:
    with as_owner():
        deadline = case.deadlines.get(kind="plan")
    with as_actor(sergeant):
        services.allocate_manager(case.pk, by=sergeant, at=NOW, manager_id=manager.user_id)
        services.extend_deadline(
            deadline.pk,
            by=sergeant,
            at=NOW,
            new_due_on=date(2026, 6, 17),
            reason="In hospital until the 12th",
        )
        deadline.refresh_from_db()
        move = deadline.moves.get()

    assert (deadline.first_due_on, deadline.due_on, deadline.extended) == (
        date(2026, 6, 10),
        date(2026, 6, 17),
        True,
    )
    assert (move.cause, move.from_on, move.reason) == (
        "extension",
        date(2026, 6, 10),
        "In hospital until the 12th",
    )
    with as_owner():
        assert Notification.objects.filter(user=manager.user_id, kind="deadline").exists()


def test_a_deadline_is_extended_by_supervision_with_a_reason_a_later_date_and_in_time(
    case: Case, sergeant: Actor, manager: Actor
) -> None:
    with as_owner():
        pk = case.deadlines.get(kind="plan").pk
    with as_actor(manager), pytest.raises(Forbidden):
        services.extend_deadline(pk, by=manager, at=NOW, new_due_on=date(2026, 6, 17), reason="Busy")
    with as_actor(sergeant):
        with pytest.raises(Invalid) as caught:
            services.extend_deadline(pk, by=sergeant, at=NOW, new_due_on=date(2026, 6, 10), reason=" ")
        assert set(caught.value.fields) == {"reason", "new_due_on"}
        with pytest.raises(Refused, match="was missed"):
            services.extend_deadline(
                pk, by=sergeant, at=moment(date(2026, 6, 11)), new_due_on=date(2026, 6, 30), reason="Late"
            )


# Sharing (SHR-1, SHR-2)


def test_sharing_opens_the_case_to_the_agency_until_it_ends(
    world: dict[str, Any], case: Case, sergeant: Actor, partner: Actor
) -> None:
    today = moment(date.today())
    with as_actor(partner):
        assert not Case.objects.exists()
    with as_actor(sergeant):
        services.share_with_agency(case.pk, world["probation"].pk, by=sergeant, at=today, reason="Joint work")
        with pytest.raises(Refused, match="already"):
            services.share_with_agency(case.pk, world["probation"].pk, by=sergeant, at=today, reason="Again")
    with as_actor(partner):
        assert Case.objects.get() == case
    with as_actor(sergeant):
        services.end_sharing(case.pk, world["probation"].pk, by=sergeant, at=today, reason="Licence ended")
    with as_actor(partner):
        assert not Case.objects.exists()


def test_nothing_is_shared_without_an_agreement_or_with_the_police(
    world: dict[str, Any], case: Case, sergeant: Actor
) -> None:
    with as_actor(sergeant):
        with pytest.raises(Refused, match="no current information sharing agreement"):
            services.share_with_agency(
                case.pk, world["lapsed"].pk, by=sergeant, at=moment(date.today()), reason="Flat"
            )
        with pytest.raises(Invalid):
            services.share_with_agency(case.pk, world["police"].pk, by=sergeant, at=NOW, reason="Flat")


def test_sharing_does_not_end_under_the_partner_who_manages_the_case(
    world: dict[str, Any], shared_case: Case, sergeant: Actor, partner: Actor
) -> None:
    with as_actor(sergeant):
        services.allocate_manager(
            shared_case.pk, by=sergeant, at=NOW, manager_id=None, partner_manager_id=partner.user_id
        )
        with pytest.raises(Refused, match="manages this case"):
            services.end_sharing(shared_case.pk, world["probation"].pk, by=sergeant, at=NOW, reason="No need")


# Deselection (REF-8, CMP-3)


def test_deselection_takes_two_people(case: Case, sergeant: Actor, inspector: Actor) -> None:
    with as_actor(sergeant):
        proposal = services.propose_deselection(case.pk, way_out(), by=sergeant, at=NOW)
        with pytest.raises(Refused, match="Somebody other than"):
            services.agree_deselection(proposal.pk, by=sergeant, at=NOW, decided_on=SELECTED_ON)
        with pytest.raises(Refused, match="waits for its decision"):
            services.propose_deselection(case.pk, way_out(), by=sergeant, at=NOW)
    with as_actor(inspector):
        services.agree_deselection(proposal.pk, by=inspector, at=NOW, decided_on=SELECTED_ON)

    with as_owner():
        case.refresh_from_db()
        clock = case.deadlines.get(kind="deregistration")
        stopped = case.deadlines.exclude(kind="deregistration")
        assert (case.status, case.deselected_on) == ("deselecting", SELECTED_ON)
        assert (clock.started_on, clock.due_on) == (SELECTED_ON, date(2026, 6, 10))
        assert {d.state(date(2026, 7, 1)) for d in stopped} == {State.STOPPED}
        assert case.checklist.filter(kind="deselection").count() == 7


@pytest.mark.parametrize("missing", ["reduction_in_offending", "prison_sentence"])
def test_all_eight_considerations_are_needed(case: Case, manager: Actor, missing: str) -> None:
    considered = {**way_out().considerations, missing: " "}
    with as_actor(manager), pytest.raises(Invalid) as caught:
        services.propose_deselection(case.pk, way_out(considerations=considered), by=manager, at=NOW)

    assert list(caught.value.fields) == [missing]


def test_monitoring_needs_a_reason_and_an_end(case: Case, manager: Actor) -> None:
    with as_actor(manager):
        for wrong in ({"monitored_reason": "Watch"}, {"monitored_until": date(2026, 12, 1)}):
            with pytest.raises(Invalid, match="both a reason and an end date"):
                services.propose_deselection(case.pk, way_out(**wrong), by=manager, at=NOW)


def test_a_proposal_turned_down_leaves_the_case_as_it_was(
    case: Case, manager: Actor, sergeant: Actor
) -> None:
    with as_actor(manager):
        proposal = services.propose_deselection(case.pk, way_out(), by=manager, at=NOW)
    with as_actor(sergeant):
        services.turn_down_deselection(proposal.pk, by=sergeant, at=NOW, reason="Arrested on Sunday")
        with pytest.raises(Refused, match="turned down"):
            services.agree_deselection(proposal.pk, by=sergeant, at=NOW, decided_on=SELECTED_ON)
    with as_actor(manager):
        services.propose_deselection(case.pk, way_out(), by=manager, at=NOW)
        case.refresh_from_db()
        assert case.status == "active"


def test_nobody_is_deregistered_while_the_checklist_is_open(
    case: Case, manager: Actor, sergeant: Actor
) -> None:
    with as_actor(manager):
        proposal = services.propose_deselection(case.pk, way_out(), by=manager, at=NOW)
    with as_actor(sergeant):
        with pytest.raises(Refused, match="the deselection is proposed"):
            services.deregister(proposal.pk, by=sergeant, at=NOW, rationale="Stable")
        services.agree_deselection(proposal.pk, by=sergeant, at=NOW, decided_on=SELECTED_ON)
        with pytest.raises(Refused, match="Expire the Niche flag"):
            services.deregister(proposal.pk, by=sergeant, at=NOW, rationale="Stable")

        case.refresh_from_db()
        assert case.status == "deselecting"
        assert case.checklist.get(kind="deselection", code="cohort_ended").status == "to_do"


def test_sharing_lapses_by_itself_when_the_case_closes(
    world: dict[str, Any], case: Case, manager: Actor, sergeant: Actor
) -> None:
    with as_actor(sergeant):
        services.share_with_agency(case.pk, world["probation"].pk, by=sergeant, at=NOW, reason="Joint plan")
    with as_actor(manager):
        proposal = services.propose_deselection(case.pk, way_out(), by=manager, at=NOW)
    with as_actor(sergeant):
        services.agree_deselection(proposal.pk, by=sergeant, at=NOW, decided_on=SELECTED_ON)
        for item in case.checklist.filter(kind="deselection", status="to_do"):
            services.tick_checklist(item.pk, by=sergeant, at=NOW, evidence="Done")
        services.deregister(proposal.pk, by=sergeant, at=NOW, rationale="Stable")

        access = AgencyAccess.objects.get(person=case.person_id, agency=world["probation"])

    assert access.ends_on == local_date(NOW) + ACCESS_LAPSES_AFTER


def test_a_person_can_be_selected_again_and_the_first_episode_stays_whole(
    world: dict[str, Any], case: Case, manager: Actor, sergeant: Actor, agencies: tuple[int, ...]
) -> None:
    with as_actor(manager):
        proposal = services.propose_deselection(case.pk, way_out(), by=manager, at=NOW)
    with as_actor(sergeant):
        services.agree_deselection(proposal.pk, by=sergeant, at=NOW, decided_on=SELECTED_ON)
        for item in case.checklist.filter(kind="deselection", status="to_do"):
            services.tick_checklist(item.pk, by=sergeant, at=NOW, evidence="Done")
        services.deregister(proposal.pk, by=sergeant, at=NOW, rationale="Stable")
        referral = services.submit_referral(form(world, person_id=case.person_id), by=sergeant, at=NOW)
        services.start_research(referral.pk, by=sergeant, at=NOW)
        services.list_for_board(referral.pk, by=sergeant, at=NOW, board_on=SELECTED_ON)
        again = services.record_selection(referral.pk, board(agencies), PLACES, by=sergeant, at=NOW)

        assert again.pk != case.pk
        assert Case.objects.get(pk=case.pk).status == "closed"
        assert Case.objects.filter(person=case.person_id).count() == 2


def test_partners_are_told_of_a_deselection_and_find_it_on_their_first_page(
    shared_case: Case, manager: Actor, sergeant: Actor, actor_of: Callable[..., Actor]
) -> None:
    boss = actor_of(Role.PARTNER_MANAGER)
    with as_actor(manager):
        proposal = services.propose_deselection(shared_case.pk, way_out(), by=manager, at=NOW)
    with as_actor(sergeant):
        services.agree_deselection(proposal.pk, by=sergeant, at=NOW, decided_on=SELECTED_ON)

    with as_actor(boss):
        assert my_day(boss, SELECTED_ON, NOW).counts["notices"] == 1
    with as_owner():
        assert Notification.objects.get(user=boss.user_id).body == "Please acknowledge the deselection."


@pytest.mark.parametrize(("band", "review_on"), [("HIGH", date(2026, 7, 13)), ("LOW", date(2026, 8, 24))])
def test_the_grade_sets_how_soon_a_case_is_reviewed(
    listed: Any,
    sergeant: Actor,
    agencies: tuple[int, ...],
    monkeypatch: pytest.MonkeyPatch,
    band: str,
    review_on: date,
) -> None:
    score = PersonScore("ROR", "1", 1200, band, band.title())
    monkeypatch.setattr("cohorts.services.review.scores_of", lambda actor, ids: {ids[0]: {"ROR": score}})
    with as_actor(sergeant):
        opened = services.record_selection(listed.pk, board(agencies), PLACES, by=sergeant, at=NOW)

    assert opened.review_on == review_on


def test_no_code_that_selects_or_deselects_can_read_a_score() -> None:
    for module in (selection, boards, deselection, deregistration, referral, history):
        names = {getattr(value, "__module__", "") or "" for value in vars(module).values()}
        assert not any(name.split(".")[0] == "scoring" for name in names), module.__name__
        assert "scoring" not in Path(str(module.__file__)).read_text().replace("and scoring", "")


def test_only_the_agency_itself_or_the_police_acknowledges(
    world: dict[str, Any],
    shared_case: Case,
    manager: Actor,
    sergeant: Actor,
    partner: Actor,
    actor_of: Callable[..., Actor],
) -> None:
    drugs = actor_of(Role.PARTNER_PRACTITIONER, agency="drugs")
    with as_actor(manager):
        proposal = services.propose_deselection(shared_case.pk, way_out(), by=manager, at=NOW)
    with as_actor(sergeant):
        services.agree_deselection(proposal.pk, by=sergeant, at=NOW, decided_on=SELECTED_ON)
        notice = shared_case.deselection_notices.get()
    with as_actor(drugs), pytest.raises(NotFound):
        services.acknowledge(notice.pk, by=drugs, at=NOW)
    with as_actor(partner):
        services.acknowledge(notice.pk, by=partner, at=NOW)
        with pytest.raises(Refused, match="already"):
            services.acknowledge(notice.pk, by=partner, at=NOW)
