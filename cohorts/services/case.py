"""Running a case: who manages it and where it is placed (ORG-4, COH-4, REF-5)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from cohorts.audit import MANAGER_ALLOCATED, PLACEMENT_MOVED
from cohorts.models import Case, Placement
from cohorts.permissions import access_case
from cohorts.rules.vocabulary import is_place
from cohorts.selectors.staff import PARTNER_ROLES, manager_membership
from cohorts.services.checklist import done_by_act
from cohorts.services.deadlines import give_to_owner
from cohorts.services.history import require_case_step
from cohorts.services.messages import CASE, case_url, tell
from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.accounts.rules import Role
from iom.agencies.models import Membership, SharingAgreement, in_force_on
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.persons.services import follow_case_managers
from iom.sharing.services.reviews import open_review
from iom.working_days.rules import local_date


@transaction.atomic
def allocate_manager(
    case_id: int,
    *,
    by: Actor,
    at: datetime,
    manager_id: int | None,
    partner_manager_id: int | None = None,
    reason: str = "",
) -> Case:
    """Give a case its manager, the police's, a partner's or both; a change of manager needs a reason.

    The manager's open clocks and checklist lines go along. A partner's practitioner needs the case shared first.
    """
    case = access_case(by, case_id, to="allocate_manager", lock=True)
    require_case_step(case, "allocate_manager")
    on = local_date(at)
    before = (case.manager_id, case.partner_manager_id)
    problems: dict[str, list[str]] = {}
    if manager_id is None and partner_manager_id is None:
        problems["manager_id"] = ["Choose who manages the case."]
    if any(before) and before != (manager_id, partner_manager_id) and not reason.strip():
        problems["reason"] = ["Enter the reason for changing the manager."]
    if manager_id is not None and _partner(manager_id, on) is not False:
        problems["manager_id"] = ["Choose a police manager of a current team."]
    if partner_manager_id is not None and _partner(partner_manager_id, on) is not True:
        problems["partner_manager_id"] = ["Choose a practitioner of a current partner team."]
    if problems:
        raise Invalid(problems)
    if partner_manager_id is not None:
        _require_shared(case, partner_manager_id, on)
    if before == (manager_id, partner_manager_id):
        raise Refused("This case is allocated to them already.")
    case.manager_id, case.partner_manager_id = manager_id, partner_manager_id
    case.save(update_fields=["manager", "partner_manager"])
    give_to_owner(case)
    done_by_act(case, "allocate_manager", by=by, at=at, evidence="A manager was allocated.")
    _record_allocation(case, before, by=by, at=at, reason=reason.strip())
    follow_case_managers(case.person, by=by, before=before, after=(case.manager_id, case.partner_manager_id))
    if any(before):
        open_review(case.person_id, unit_id=case.unit_id, owner_id=manager_id, cause="manager", by=by, at=at)
    return case


def _partner(user_id: int, on: date) -> bool | None:
    """True for a partner's practitioner, False for the police's, None for nobody who can manage a case."""
    membership = manager_membership(user_id, on=on)
    return None if membership is None else Role(membership.role) in PARTNER_ROLES


def _require_shared(case: Case, user_id: int, on: date) -> None:
    membership: Membership | None = manager_membership(user_id, on=on)
    agency_id = membership.team.agency_id if membership else None
    shared = AgencyAccess.objects.filter(in_force_on(on), person=case.person_id, agency=agency_id)
    agreed = SharingAgreement.objects.filter(in_force_on(on), agency=agency_id)
    if not (shared.exists() and agreed.exists()):
        raise Refused("Share the case with the practitioner's agency before you allocate it to them.")


def _record_allocation(
    case: Case, before: tuple[int | None, int | None], *, by: Actor, at: datetime, reason: str
) -> None:
    record(
        MANAGER_ALLOCATED,
        by=by,
        subjects=[case.person_id],
        reason=reason,
        detail={
            "case": case.pk,
            "before": list(before),
            "after": [case.manager_id, case.partner_manager_id],
        },
    )
    tell(
        {case.manager_id, case.partner_manager_id} - set(before),
        key=f"case:{case.pk}:allocated:{at.isoformat()}",
        kind=CASE,
        subject="A case was allocated to you",
        body=reason or "Its deadlines are on your first page.",
        url=case_url(case),
        person_id=case.person_id,
        but=by.user_id,
    )


@transaction.atomic
def reassign(case_ids: Sequence[int], *, by: Actor, at: datetime, manager_id: int, reason: str) -> list[Case]:
    """Give several cases to another police manager with one reason: all of them or none (ORG-4)."""
    if not reason.strip():
        raise Invalid({"reason": ["Enter the reason for changing the manager."]})
    if not case_ids:
        raise Invalid({"case_ids": ["Choose at least one case."]})
    moved = []
    for pk in sorted(set(case_ids)):
        case = access_case(by, pk, to="allocate_manager", lock=True)
        if case.manager_id != manager_id:
            partner = case.partner_manager_id
            moved.append(
                allocate_manager(
                    pk, by=by, at=at, manager_id=manager_id, partner_manager_id=partner, reason=reason
                )
            )
    return moved


@transaction.atomic
def move_placement(
    case_id: int, *, by: Actor, at: datetime, scheme: str, cohort: str, category: str, rationale: str
) -> Placement:
    """Move a person to another cohort or category of a scheme from today on; the old place is kept (COH-4)."""
    case = access_case(by, case_id, to="move_placement", lock=True)
    require_case_step(case, "move_placement")
    problems: dict[str, list[str]] = {}
    if not rationale.strip():
        problems["rationale"] = ["Enter the rationale for the choice."]
    if not is_place(scheme, cohort, category):
        problems["category"] = ["Choose a category that belongs to the cohort."]
    if problems:
        raise Invalid(problems)
    on = local_date(at)
    current = case.placements.select_for_update().filter(scheme=scheme, ends_on__isnull=True).first()
    if current is not None:
        _end_placement(current, (cohort, category), on)
    placement = Placement.objects.create(
        case=case,
        scheme=scheme,
        cohort=cohort,
        category=category,
        starts_on=on,
        rationale=rationale.strip(),
        by_id=by.user_id,
        recorded_at=at,
    )
    record(
        PLACEMENT_MOVED,
        by=by,
        subjects=[case.person_id],
        reason=rationale.strip(),
        detail={
            "scheme": scheme,
            "from": [current.cohort, current.category] if current else [],
            "to": [cohort, category],
        },
    )
    return placement


def _end_placement(current: Placement, new: tuple[str, str], on: date) -> None:
    if (current.cohort, current.category) == new:
        raise Refused("The person is in this cohort and category already.")
    if current.starts_on > on:
        raise Refused("The present placement starts in the future.")
    current.ends_on = on
    current.save(update_fields=["ends_on"])
