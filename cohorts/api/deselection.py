"""The way out: proposed by one, decided by another, completed, acknowledged (REF-8, CMP-3)."""

from typing import Any

from cohorts.api.answers import CaseRefSerializer, Reason, considered
from cohorts.api.overview import DeselectionSerializer, NoticeSerializer
from cohorts.models import Case, Deselection, DeselectionNotice
from cohorts.rules.vocabulary import DESELECTION_CONSIDERATIONS
from cohorts.services.deregistration import acknowledge, deregister
from cohorts.services.deselection import (
    DeselectionForm,
    agree_deselection,
    propose_deselection,
    turn_down_deselection,
)
from iom.access.actor import Actor
from iom.access.api import acts, endpoint
from iom.kernel import clock
from iom.kernel.api import Day, Input, Words

TAG = "Deselection"


class Proposal(Input):
    """All eight considerations; where one does not apply, say so."""

    reduction_in_offending = Words()
    intelligence = Words()
    engagement = Words()
    pathways_addressed = Words()
    triggers_reduced = Words()
    ongoing_support = Words()
    area_transfer = Words()
    prison_sentence = Words()
    rationale = Words()
    exit_strategy = Words()
    monitored_reason = Words(2000, required=False)
    monitored_until = Day(required=False, allow_null=True)


class Agreement(Input):
    decided_on = Day()
    note = Words(2000, required=False)


class Rationale(Input):
    rationale = Words()


@acts("cases_propose_deselection", DeselectionSerializer, takes=Proposal, status=201)
def propose(actor: Actor, typed: dict[str, Any], pk: int) -> Deselection:
    """Put a person forward for deselection; somebody else decides."""
    form = DeselectionForm(
        considerations=considered(typed, DESELECTION_CONSIDERATIONS),
        rationale=typed["rationale"],
        exit_strategy=typed["exit_strategy"],
        monitored_reason=typed["monitored_reason"],
        monitored_until=typed.get("monitored_until"),
    )
    return propose_deselection(pk, form, by=actor, at=clock.now())


@acts("deselections_agree", DeselectionSerializer, takes=Agreement)
def agree(actor: Actor, typed: dict[str, Any], pk: int) -> Deselection:
    """Agree somebody else's proposal: the clock for deregistration starts and partners are told."""
    return agree_deselection(pk, by=actor, at=clock.now(), **typed)


@acts("deselections_turn_down", DeselectionSerializer, takes=Reason)
def turn_down(actor: Actor, typed: dict[str, Any], pk: int) -> Deselection:
    """Turn somebody else's proposal down, with the reason."""
    return turn_down_deselection(pk, by=actor, at=clock.now(), **typed)


@acts("deselections_deregister", CaseRefSerializer, takes=Rationale)
def complete(actor: Actor, typed: dict[str, Any], pk: int) -> Case:
    """Complete the deregistration, with the rationale."""
    return deregister(pk, by=actor, at=clock.now(), **typed)


@acts("notices_acknowledge", NoticeSerializer)
def know(actor: Actor, typed: dict[str, Any], pk: int) -> DeselectionNotice:
    """Say that your agency knows of a deselection."""
    return acknowledge(pk, by=actor, at=clock.now())


propose_view = endpoint(propose, tag=TAG)
STEPS = {
    "agree": endpoint(agree, tag=TAG),
    "turn_down": endpoint(turn_down, tag=TAG),
    "deregister": endpoint(complete, tag=TAG),
}
notice_acknowledge = endpoint(know, tag=TAG)
