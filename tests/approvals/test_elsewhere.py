"""Acts with a flow of their own that take two people as well: deselection, adopting score weights (security.md)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from cohorts import services as cohorts
from cohorts.models import Deselection
from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.kernel.errors import Refused
from scoring.models import ScoreModel
from scoring.services.drafts import draft_model
from scoring.shipped import models as shipped
from scoring.shipped import reasons
from tests.cohorts.factories import CaseFactory, way_out
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]


@pytest.fixture
def proposal(world: dict[str, Any], actor_of: ActorOf) -> tuple[Deselection, Actor]:
    case = CaseFactory(person=PersonFactory(home_unit=world["north"]), unit=world["north"])
    proposer = actor_of(Role.INSPECTOR)
    with as_actor(proposer):
        return cohorts.propose_deselection(case.pk, way_out(), by=proposer, at=timezone.now()), proposer


def test_who_proposed_a_deselection_neither_agrees_nor_turns_it_down(
    proposal: tuple[Deselection, Actor],
) -> None:
    found, proposer = proposal

    with as_actor(proposer):
        with pytest.raises(Refused, match="Somebody other"):
            cohorts.agree_deselection(
                found.pk, by=proposer, at=timezone.now(), decided_on=timezone.localdate()
            )
        with pytest.raises(Refused, match="Somebody other"):
            cohorts.turn_down_deselection(found.pk, by=proposer, at=timezone.now(), reason="Not yet")


def test_the_database_refuses_a_deselection_decided_by_its_proposer(
    proposal: tuple[Deselection, Actor],
) -> None:
    found, proposer = proposal

    with pytest.raises(IntegrityError, match="takes_two_people"), as_actor(proposer):
        Deselection.objects.filter(pk=found.pk).update(decided_by=proposer.user_id)


@pytest.fixture
def draft(actor_of: ActorOf) -> tuple[ScoreModel, Actor]:
    author = actor_of(Role.CENTRAL_SPOC)
    document = {k: v for k, v in shipped()["ROR"].document.items() if k != "config_hash"}
    with as_actor(author):
        return draft_model(
            {**document, "version": "9.9.9"}, reasons=reasons("ROR", "1.0.0"), by=author
        ), author


def test_the_database_refuses_weights_adopted_by_their_author(draft: tuple[ScoreModel, Actor]) -> None:
    model, author = draft

    with pytest.raises(IntegrityError, match="author_does_not_approve"), as_owner():
        ScoreModel.objects.filter(pk=model.pk).update(approver=author.user_id)
