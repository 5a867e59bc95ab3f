"""Referral, selection, case, plan, appointments, deselection and meetings."""

from collections.abc import Iterable
from typing import Any

from cohorts.models import (
    Case,
    ChecklistItem,
    Deadline,
    DeadlineMove,
    Deselection,
    DeselectionNotice,
    Engagement,
    PathwayNeed,
    Placement,
    Plan,
    PlanAction,
    Referral,
    ResearchPack,
    SelectionDecision,
)
from iom.kernel.compartments import Compartment
from iom.retention.rules.statuses import Outcome
from iom.retention.sections.drafts import Draft, Section, Subject, withheld
from meetings.models import MeetingCase

CLINICAL = ("drug_service", "health")
_PLAN = Compartment.PLAN


def referrals(subject: Subject) -> Iterable[Draft]:
    for row in Referral.objects.filter(person=subject.person).select_related("referring_agency", "unit"):
        stages: list[Any] = [(s.get_to_status_display(), s.at) for s in row.stages.all()]
        yield Draft(
            f"Referral by {row.referring_agency.name}",
            (
                ("Ground", row.get_ground_display()),
                ("Reasons", row.reasons),
                ("District", row.unit.name),
                ("Board", row.board_on),
                ("Note to the referrer", row.note_to_referrer),
                ("Signposted to", row.signpost),
                *stages,
            ),
            row.submitted_on,
            _PLAN,
        )
    for pack in ResearchPack.objects.filter(referral__person=subject.person):
        yield withheld("Research for a board", "operation", on=pack.built_at.date(), lines=(
            ("", "What the other parts of this answer hold, as it stood when the board met."),))  # fmt: skip
    for decision in SelectionDecision.objects.filter(referral__person=subject.person).prefetch_related(
        "scores"
    ):
        yield withheld(
            "What a board weighed",
            "opinion",
            lines=(
                ("Outcome", decision.get_outcome_display()),
                *decision.considerations,
                ("Rationale", decision.rationale),
                *((f"Score {one.model_code}", one.published) for one in decision.scores.all()),
            ),
            on=decision.decided_on,
        )
        yield Draft(
            "Decision of a board", (("Outcome", decision.get_outcome_display()),), decision.decided_on, _PLAN
        )


def cases(subject: Subject) -> Iterable[Draft]:
    for row in Case.objects.filter(person=subject.person).select_related("unit"):
        stages: list[Any] = [(s.get_to_status_display(), s.at) for s in row.stages.all()]
        yield Draft(
            "Management under the scheme",
            (
                ("District", row.unit.name),
                ("Selected", row.selected_on),
                ("Deselected", row.deselected_on),
                ("Closed", row.closed_on),
                *stages,
            ),
            row.selected_on,
            _PLAN,
        )
    for place in Placement.objects.filter(case__person=subject.person).order_by("starts_on"):
        yield Draft(
            f"Cohort: {place.cohort_name}",
            (("Category", place.category_name), ("To", place.ends_on), ("Rationale", place.rationale)),
            place.starts_on,
            _PLAN,
        )
    for item in ChecklistItem.objects.filter(case__person=subject.person).order_by("pk"):
        yield Draft(
            f"Checklist: {item.words}"[:200],
            (("Status", item.get_status_display()), ("Done", item.done_on), ("Evidence", item.evidence)),
            item.due_on,
            _PLAN,
        )
    for row_ in Deadline.objects.filter(case__person=subject.person).order_by("due_on"):
        moves: list[Any] = [("Moved because", m.reason) for m in DeadlineMove.objects.filter(deadline=row_)]
        yield Draft(
            f"Duty: {row_.words}"[:200],
            (("Due", row_.due_on), ("Met", row_.met_on), ("Stopped", row_.stopped_on), *moves),
            row_.due_on,
            _PLAN,
        )


def plans(subject: Subject) -> Iterable[Draft]:
    for row in Plan.objects.filter(case__person=subject.person).order_by("pk"):
        yield Draft(f"Plan, version {row.version}", tuple(row.parts), row.started_at.date(), _PLAN)
    for action in PlanAction.objects.filter(case__person=subject.person).select_related("owner_agency"):
        yield Draft(
            f"Action of {action.owner_agency.name}",
            (
                ("Pathway", action.get_pathway_display()),
                ("Action", action.description),
                ("Progress", action.progress),
                ("Result", action.result),
            ),
            action.due_on,
            _PLAN,
        )
    for need in PathwayNeed.objects.filter(case__person=subject.person).select_related("provider"):
        clinical = need.provider is not None and need.provider.kind in CLINICAL and need.notes
        yield Draft(
            f"Pathway: {need.get_pathway_display()}",
            (
                ("Need", need.get_need_display()),
                ("Provider", need.provider.name if need.provider else ""),
                ("Referred", need.referred_on),
                ("Uptake", need.get_uptake_display() if need.uptake else ""),
                ("Outcome", need.get_outcome_display() if need.outcome else ""),
                ("Notes", need.notes),
            ),
            need.referred_on,
            _PLAN,
            Outcome.WITHHOLD if clinical else Outcome.DISCLOSE,
            "clinical" if clinical else "own_data",
        )


def engagements(subject: Subject) -> Iterable[Draft]:
    rows = Engagement.objects.filter(case__person=subject.person).select_related("with_agency").order_by("pk")
    for row in rows:
        moment = row.held_at or row.planned_at
        yield Draft(
            f"Appointment: {row.get_kind_display()}",
            (
                ("When", moment),
                ("Place", row.place),
                ("With", row.with_agency.name if row.with_agency else ""),
                ("Attended", row.get_attended_display()),
                ("Notes", row.notes),
                ("What came next", row.next_step),
            ),
            moment.date() if moment else None,
            _PLAN,
        )


def deselections(subject: Subject) -> Iterable[Draft]:
    for row in Deselection.objects.filter(case__person=subject.person):
        yield withheld(
            "What was weighed on deselection",
            "opinion",
            lines=(*row.considerations, ("Rationale", row.rationale), ("Note", row.decision_note)),
            on=row.proposed_at.date(),
        )
        yield Draft(
            "Deselection",
            (
                ("Status", row.get_status_display()),
                ("Decided", row.decided_on),
                ("What follows", row.exit_strategy),
                ("Monitored until", row.monitored_until),
                ("Deregistered", row.deregistered_on),
            ),
            row.decided_on,
            _PLAN,
        )
    for notice in DeselectionNotice.objects.filter(case__person=subject.person).select_related("agency"):
        yield Draft(
            f"{notice.agency.name} was told of the deselection",
            (("Acknowledged", notice.acknowledged_on),),
            notice.told_on,
            _PLAN,
        )


def meetings(subject: Subject) -> Iterable[Draft]:
    rows = MeetingCase.objects.filter(person=subject.person).select_related("meeting__unit").order_by("pk")
    for row in rows:
        yield Draft(
            f"Meeting: {row.meeting.get_kind_display()}",
            (
                ("District", row.meeting.unit.name),
                ("Section", row.get_section_display()),
                ("Decision", row.decision),
                ("Rationale", row.rationale),
            ),
            row.meeting.held_on,
            _PLAN,
        )


SECTIONS = (
    Section("referrals", "Referrals and selection", referrals,
            ("cohorts.Referral", "cohorts.ReferralStage", "cohorts.ResearchPack", "cohorts.SelectionDecision",
             "cohorts.DecisionAgency", "cohorts.DecisionScore")),
    Section("cases", "Management", cases,
            ("cohorts.Case", "cohorts.CaseStage", "cohorts.Placement", "cohorts.ChecklistItem", "cohorts.Deadline",
             "cohorts.DeadlineMove")),
    Section("plans", "Plans", plans, ("cohorts.Plan", "cohorts.PlanAction", "cohorts.PathwayNeed")),
    Section("engagements", "Appointments", engagements, ("cohorts.Engagement",)),
    Section("deselections", "Deselection", deselections, ("cohorts.Deselection", "cohorts.DeselectionNotice")),
    Section("meetings", "Meetings", meetings, ("meetings.MeetingCase",)),
)  # fmt: skip
