"""Reading who holds what on a record: who is named, what was opened and by whom, and until when (SHR-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.expressions import RawSQL

from iom.access.actor import Actor
from iom.access.models import PersonUserGrant
from iom.access.rules import OPENINGS, GrantKind
from iom.accounts.rules import DbClass, Power
from iom.audit.subjects import Subject
from iom.kernel.errors import Forbidden, NotFound
from iom.persons.models import Person, Restriction
from iom.persons.subjects import names
from iom.working_days.rules import local_date


@dataclass(frozen=True)
class OpeningLine:
    """One opening as a line of the review: `subject` is None where the reader may not see the person."""

    grant: PersonUserGrant
    subject: Subject | None
    is_over: bool
    may_review: bool


def openings_visible_to(actor: Actor) -> QuerySet[PersonUserGrant]:
    """What the reader's own team opened and what was opened of the reader's district; an auditor reads all."""
    actor.require(Power.SEE_AUDIT)
    rows = PersonUserGrant.objects.filter(kind__in=[kind.value for kind in OPENINGS])
    rows = rows.select_related("user", "unit", "reviewed_by").order_by("-granted_at", "-pk")
    if actor.db_class == DbClass.AUDITOR:
        return rows
    team = RawSQL("SELECT user_id FROM authz.my_team", [], output_field=BigIntegerField())
    return rows.filter(Q(user__in=team) | Q(unit__in=list(actor.unit_ids)))


def access_opening(actor: Actor, pk: int, *, lock: bool = False) -> PersonUserGrant:
    """One opening the reader may review, or NotFound; an auditor reads of it in the list and reviews nothing."""
    rows = openings_visible_to(actor)
    if actor.db_class != DbClass.POLICE:
        raise Forbidden
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def opening_lines(actor: Actor, rows: list[PersonUserGrant], *, at: datetime) -> list[OpeningLine]:
    """Lines of one page, with the people among them whom the reader may see."""
    seen: Mapping[int, Subject] = names(actor, {row.content_object_id for row in rows})
    return [
        OpeningLine(
            grant=row,
            subject=seen.get(row.content_object_id),
            is_over=row.ended_at is not None or (row.expires_at is not None and row.expires_at <= at),
            may_review=row.reviewed_at is None
            and row.user_id != actor.user_id
            and actor.db_class == DbClass.POLICE,
        )
        for row in rows
    ]


def opening_of(actor: Actor, person: Person, *, at: datetime) -> PersonUserGrant | None:
    """By which opening the reader sees this person now; None where they see them anyway (then nothing is asked)."""
    of_unit = {person.home_unit_id, person.managing_unit_id} & set(actor.unit_ids)
    if actor.db_class != DbClass.POLICE or (not person.is_restricted and (actor.force_wide or of_unit)):
        return None
    rows = PersonUserGrant.objects.filter(user=actor.user_id, content_object=person, ended_at__isnull=True)
    in_force = (
        Q(expires_at__isnull=True) | Q(expires_at__gt=at),
        Q(expires_on__isnull=True) | Q(expires_on__gt=local_date(at)),
    )
    found = list(rows.filter(*in_force).order_by("-expires_at"))
    if any(row.kind == GrantKind.NAMED for row in found):
        return None
    return found[0] if found else None


def named_on(person: Person, *, on: date) -> QuerySet[PersonUserGrant]:
    """Who is named on the record now, the first named first."""
    rows = PersonUserGrant.objects.filter(content_object=person, kind=GrantKind.NAMED, ended_at__isnull=True)
    rows = rows.filter(Q(expires_on__isnull=True) | Q(expires_on__gt=on))
    return rows.select_related("user", "granted_by").order_by("granted_at", "pk")


def restrictions_of(person: Person) -> list[Restriction]:
    """Every restriction of the record, the latest first."""
    return list(person.restrictions.select_related("set_by", "lifted_by"))
