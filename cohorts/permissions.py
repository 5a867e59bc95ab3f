"""Who reaches which referral and case, and who may take which step; decided nowhere else (ORG-3, SHR-2)."""

from typing import TypeVar

from django.db.models import BigIntegerField, Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from cohorts.models import (
    Case,
    ChecklistItem,
    Deadline,
    Deselection,
    DeselectionNotice,
    Engagement,
    Plan,
    PlanAction,
    Referral,
)
from cohorts.rules.powers import OPEN_TO_PARTNER_MANAGER, STEP_POWERS
from iom.access import readers
from iom.access.actor import Actor
from iom.accounts.rules import DbClass
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Forbidden, NotFound
from iom.persons.permissions import not_hidden, only_opened, reach

M = TypeVar("M", bound=Model)


def _agencies_with_agreement() -> RawSQL:
    return RawSQL(
        "SELECT agency_id FROM agencies_sharingagreement"
        " WHERE starts_on <= authz.today() AND (ends_on IS NULL OR ends_on > authz.today())"
        " AND 'plan' = ANY (data_classes)",
        [],
        output_field=BigIntegerField(),
    )


def _reach(actor: Actor, path: str) -> Q | None:
    """Reach, and for partners that the plan is among what is shared of the person."""
    within, plan = reach(actor, path), readers.limit(actor, Compartment.PLAN, path)
    return within if plan is None else plan if within is None else within & plan


def visible_to(actor: Actor) -> QuerySet[Case]:
    """Every case the actor may see; lists, counts and exports start here."""
    limit = _reach(actor, "person")
    return Case.objects.all() if limit is None else Case.objects.filter(limit)


def deadlines_visible_to(actor: Actor) -> QuerySet[Deadline]:
    """Every deadline of the cases the actor may see."""
    limit = _reach(actor, "case__person")
    return Deadline.objects.all() if limit is None else Deadline.objects.filter(limit)


def referrals_visible_to(actor: Actor) -> QuerySet[Referral]:
    """The police see their district's referrals, a partner those that its agency made (REF-1)."""
    if actor.db_class == DbClass.PARTNER:
        return Referral.objects.filter(
            not_hidden("person"),
            referring_agency=actor.agency_id,
            referring_agency__in=_agencies_with_agreement(),
        )
    limit = reach(actor, "person")
    if limit is None:
        return Referral.objects.all()
    if actor.db_class in (DbClass.POLICE, DbClass.AUDITOR):
        own = Q(unit__in=list(actor.unit_ids)) & not_hidden("person")
        return Referral.objects.filter(own | limit)
    return Referral.objects.none()


def children_visible_to(actor: Actor, model: type[M]) -> QuerySet[M]:
    """Rows of a model that hangs on a case by its field `case`."""
    limit = _reach(actor, "case__person")
    rows: QuerySet[M] = model._default_manager.all()
    return rows if limit is None else rows.filter(limit)


def reads_only(actor: Actor, case: Case) -> bool:
    """Whether the actor opened the record for a while: they read the case and take no step of it."""
    return case.manager_id != actor.user_id and only_opened(actor, case.person)


def may(actor: Actor, step: str, case: Case | None = None) -> bool:
    """Whether the actor's role, or being the case's partner manager, allows the step."""
    if case is not None and reads_only(actor, case):
        return False
    if actor.may(STEP_POWERS[step]):
        return True
    own = case is not None and actor.user_id is not None and case.partner_manager_id == actor.user_id
    return own and step in OPEN_TO_PARTNER_MANAGER


def require(actor: Actor, step: str, case: Case | None = None) -> None:
    """Forbidden unless the actor may take the step."""
    if not may(actor, step, case):
        raise Forbidden


def _one(rows: QuerySet[M], pk: int, lock: bool) -> M:
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def access_case(actor: Actor, pk: int, *, to: str | None = None, lock: bool = False) -> Case:
    """The case, or NotFound; Forbidden when it is visible but the step `to` is not for this role.

    Whoever may not take the step is told so before the row is locked: who only reads has no right to lock.
    """
    rows = visible_to(actor)
    case = _one(rows.select_related("person__home_unit", "unit", "manager", "partner_manager"), pk, False)
    if to is not None:
        require(actor, to, case)
    return _one(rows, pk, True) if lock else case


def access_referral(actor: Actor, pk: int, *, to: str | None = None, lock: bool = False) -> Referral:
    """The referral, or NotFound; Forbidden when it is visible but the step `to` is not for this role."""
    rows = referrals_visible_to(actor)
    referral = _one(rows.select_related("person", "unit", "referring_agency", "referred_by"), pk, False)
    if to is not None and not may_handle(actor, to, referral):
        raise Forbidden
    return _one(rows, pk, True) if lock else referral


def may_handle(actor: Actor, step: str, referral: Referral) -> bool:
    """Whether the actor may take the step of a referral: not of another district's, whose person they only opened."""
    if referral.person is not None and referral.unit_id not in actor.unit_ids:
        return may(actor, step) and not only_opened(actor, referral.person)
    return may(actor, step)


def _of_case(actor: Actor, model: type[M], pk: int, to: str) -> tuple[M, Case]:
    """A row that hangs on a case and its case, the case locked first: everybody locks in that order."""
    rows = children_visible_to(actor, model)
    case_id = rows.filter(pk=pk).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound
    case = access_case(actor, case_id, to=to, lock=True)
    return _one(model._default_manager.all(), pk, True), case


def access_deadline(actor: Actor, pk: int, *, to: str) -> tuple[Deadline, Case]:
    """The deadline and its case, both locked."""
    return _of_case(actor, Deadline, pk, to)


def access_checklist_item(actor: Actor, pk: int, *, to: str) -> tuple[ChecklistItem, Case]:
    """The line and its case, both locked."""
    return _of_case(actor, ChecklistItem, pk, to)


def access_plan(actor: Actor, pk: int, *, to: str) -> tuple[Plan, Case]:
    """The plan and its case, both locked."""
    return _of_case(actor, Plan, pk, to)


def access_action(actor: Actor, pk: int) -> tuple[PlanAction, Case]:
    """The action and its case, both locked; a partner changes only its own agency's actions."""
    action, case = _of_case(actor, PlanAction, pk, "update_action")
    if not reports_on(actor, action):
        raise Forbidden("This action belongs to another agency.")
    return action, case


def reports_on(actor: Actor, action: PlanAction) -> bool:
    """Whether the action is the actor's to report on: a partner's only where its agency owns it."""
    return not actor.is_partner or action.owner_agency_id == actor.agency_id


def access_engagement(actor: Actor, pk: int) -> tuple[Engagement, Case]:
    """The engagement and its case, both locked."""
    return _of_case(actor, Engagement, pk, "engage")


def access_deselection(actor: Actor, pk: int, *, to: str) -> tuple[Deselection, Case]:
    """The deselection and its case, both locked; for a partner there is none: it is told by a notice (SHR-2)."""
    if actor.is_partner:
        raise NotFound
    return _of_case(actor, Deselection, pk, to)


def access_notice(actor: Actor, pk: int) -> tuple[DeselectionNotice, Case]:
    """The notice of a deselection and its case, both locked."""
    return _of_case(actor, DeselectionNotice, pk, "acknowledge_deselection")
