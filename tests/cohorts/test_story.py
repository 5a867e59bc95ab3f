"""One person's way from referral to deregistration, by the people who take each step."""

from datetime import date, timedelta
from typing import Any

from cohorts import services
from cohorts.models import Case, Referral
from cohorts.rules.deadlines import Verdict
from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from tests.cohorts.factories import PLACES, board, moment, way_out
from tests.factories import PersonFactory

MONDAY = date(2026, 6, 1)


def test_a_person_goes_from_referral_to_deregistration(
    world: dict[str, Any], sergeant: Actor, inspector: Actor, manager: Actor, partner: Actor
) -> None:
    person = PersonFactory(home_unit=world["north"])
    with as_actor(partner):
        form = services.ReferralForm(
            "Sam", "Example", world["north"].pk, "reoffending", "Three burglaries in May."
        )
        referral = services.submit_referral(form, by=partner, at=moment(MONDAY - timedelta(7)))
    with as_actor(sergeant):
        services.start_research(
            referral.pk, by=sergeant, at=moment(MONDAY - timedelta(6)), person_id=person.pk
        )
        services.list_for_board(referral.pk, by=sergeant, at=moment(MONDAY - timedelta(5)), board_on=MONDAY)
        case = services.record_selection(
            referral.pk, board((world["probation"].pk,)), PLACES, by=sergeant, at=moment(MONDAY)
        )
        services.share_with_agency(
            case.pk, world["probation"].pk, by=sergeant, at=moment(MONDAY), reason="Joint work"
        )
        services.allocate_manager(
            case.pk,
            by=sergeant,
            at=moment(MONDAY),
            manager_id=manager.user_id,
            partner_manager_id=partner.user_id,
        )
    with as_actor(manager):
        held = services.EngagementForm("initial", moment(date(2026, 6, 3)), notes="Wants a job.")
        services.record_engagement(case.pk, held, by=manager, at=moment(date(2026, 6, 3), 16))
        plan = services.start_plan(case.pk, by=manager, at=moment(date(2026, 6, 4)))
        parts = {"risks": "Burglary", "triggers": "Debt", "objectives": "Work by August"}
        services.save_plan(plan.pk, parts, by=manager, at=moment(date(2026, 6, 4)))
        services.add_action(
            case.pk,
            by=manager,
            at=moment(date(2026, 6, 4)),
            pathway="ete",
            description="Book a job coach",
            owner_agency_id=world["probation"].pk,
            owner_id=partner.user_id,
            due_on=date(2026, 6, 20),
        )
        services.set_pathway(
            case.pk, services.PathwayForm("ete", "high"), by=manager, at=moment(date(2026, 6, 4))
        )
        services.complete_plan(plan.pk, by=manager, at=moment(date(2026, 6, 5)))
    with as_actor(sergeant):
        services.endorse_plan(plan.pk, by=sergeant, at=moment(date(2026, 6, 11)))
    with as_actor(partner):
        action = case.actions.get()
        services.update_action(
            action.pk, by=partner, at=moment(date(2026, 6, 12)), step="finish", result="Coach found"
        )
    leave = date(2027, 6, 1)
    with as_actor(manager):
        proposal = services.propose_deselection(case.pk, way_out(), by=manager, at=moment(leave))
    with as_actor(inspector):
        services.agree_deselection(proposal.pk, by=inspector, at=moment(leave, 12), decided_on=leave)
        for item in case.checklist.filter(kind="deselection", status="to_do"):
            services.tick_checklist(
                item.pk, by=inspector, at=moment(leave, 13), evidence="Confirmed by the bureau"
            )
        services.deregister(proposal.pk, by=inspector, at=moment(leave, 14), rationale="Stable, in work.")
    with as_actor(partner):
        services.acknowledge(proposal.notices.get().pk, by=partner, at=moment(leave, 15))

    with as_owner():
        case = Case.objects.get(pk=case.pk)
        verdicts = {d.kind: d.verdict(leave) for d in case.deadlines.all()}
        assert case.status == "closed"
        assert verdicts == {
            "engagement": Verdict.MET,
            "plan": Verdict.MET,
            "endorsement": Verdict.LATE,
            "deregistration": Verdict.MET,
        }
        assert not case.placements.filter(ends_on__isnull=True).exists()
        assert Referral.objects.get(pk=referral.pk).status == "selected"
        assert not case.person.__class__.objects.get(pk=case.person_id).is_managed
