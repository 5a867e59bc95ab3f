"""Opening a record that is not one's own: from another district with a reason, and in an emergency (SHR-2)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from iom.access import grants
from iom.access.actor import Actor
from iom.access.grants import Elsewhere
from iom.access.models import PersonUserGrant
from iom.accounts.rules import Power, Role
from iom.agencies.models import Membership, in_force_on
from iom.agencies.rules import UnitKind
from iom.audit.services import record
from iom.kernel.errors import Invalid, NotFound, Refused
from iom.kernel.wording import datetime_uk
from iom.notifications.services import notify
from iom.persons.audit import OPENING_REVIEWED
from iom.persons.openings import access_opening
from iom.persons.permissions import is_visible
from iom.persons.rules import Typed, require_reason
from iom.working_days.rules import local_date

SUPERVISION = (Role.SUPERVISOR, Role.INSPECTOR, Role.PRISON_SUPERVISOR)


@dataclass(frozen=True)
class Opened:
    """A record that is open now: `until` is None where it was within reach all along."""

    nominal_ref: str
    until: datetime | None


def search_elsewhere(typed: Typed, *, by: Actor, born: date | None, reason: str) -> list[Elsewhere]:
    """Who in the whole force has exactly this reference or whole name; the audit keeps the search and its reason."""
    by.require(Power.SEARCH_ELSEWHERE)
    why = require_reason(reason)
    if not typed.codes and not typed.names:
        raise Invalid({"q": ["Enter a whole reference, or the family name and the first names in full"]})
    return grants.search_elsewhere(codes=typed.codes, names=typed.names, born=born, reason=why)


@transaction.atomic
def open_elsewhere(reference: str, *, by: Actor, reason: str) -> Opened:
    """Open another district's record for some hours. Absent, restricted, never there: one answer, `NotFound`."""
    by.require(Power.SEARCH_ELSEWHERE)
    why = require_reason(reason)
    code = reference.upper().replace(" ", "")
    if is_visible(by, code):
        return Opened(code, None)
    pk = grants.open_elsewhere(code, reason=why)
    if pk is None:
        raise NotFound
    return Opened(code, PersonUserGrant.objects.get(pk=pk).expires_at)


@transaction.atomic
def break_glass(reference: str, *, by: Actor, reason: str, at: datetime) -> Opened | None:
    """Open any record in an emergency, and tell supervision at once; None where there is no such reference.

    Whoever may break the glass may learn of any record that it is there; that they tried is written down and told
    to their own supervision all the same, so that nobody tries one reference after another unseen.
    """
    by.require(Power.BREAK_GLASS)
    why = require_reason(reason)
    code = reference.upper().replace(" ", "")
    if is_visible(by, code):
        return Opened(code, None)
    pk = grants.break_glass(code, reason=why)
    grant = PersonUserGrant.objects.get(pk=pk) if pk else None
    _tell(grant, by=by, at=at)
    return Opened(code, grant.expires_at) if grant else None


def _tell(grant: PersonUserGrant | None, *, by: Actor, at: datetime) -> None:
    """Supervision of the reader's own unit and of the unit that answers for the person, each once, e-mail included."""
    units = {*(() if by.force_wide else by.unit_ids), *([grant.unit_id] if grant and grant.unit_id else [])}
    rows = Membership.objects.filter(in_force_on(local_date(at)), user__is_active=True).exclude(
        user=by.user_id
    )
    told = rows.filter(role__in=[role.value for role in SUPERVISION], team__unit__in=units)
    if by.force_wide or not told.exists():
        central = Q(role=Role.CENTRAL_SPOC.value, team__unit__kind=UnitKind.FORCE)
        told = rows.filter(central | Q(pk__in=told.values("pk")))
    body = f"{by.name}, {by.role_label}, "
    if grant is None or grant.expires_at is None:
        body += "tried to open a record in an emergency by a reference that is nobody's."
    else:
        body += f"opened a record in an emergency until {datetime_uk(grant.expires_at)}. Review it."
    for user_id in sorted(set(told.values_list("user_id", flat=True))):
        notify(
            user_id,
            key=f"emergency:{grant.pk if grant else at.isoformat()}",
            kind="emergency",
            subject="A record was opened in an emergency",
            body=body,
            url="/people/openings/",
            urgent=True,
            at=at,
        )


@transaction.atomic
def review_opening(pk: int, *, by: Actor, at: datetime, note: str) -> PersonUserGrant:
    """Somebody who answers for the reader or for the person says whether the opening was right; never the reader."""
    grant = access_opening(by, pk, lock=True)
    if grant.user_id == by.user_id:
        raise Refused("Somebody else reviews what you opened yourself.")
    if grant.reviewed_at is not None:
        raise Refused("This opening is reviewed already.")
    said = require_reason(note, field="note")
    grant.reviewed_by_id, grant.reviewed_at, grant.review_note = by.user_id, at, said
    # Saved without guardian's own check, which reads the person: who answers for the reader may not see them.
    PersonUserGrant.objects.filter(pk=grant.pk).update(
        reviewed_by_id=by.user_id, reviewed_at=at, review_note=said
    )
    record(
        OPENING_REVIEWED,
        by=by,
        kind="review",
        subjects=[grant.content_object_id],
        reason=said,
        detail={"grant": grant.pk, "user": grant.user_id},
    )
    return grant
