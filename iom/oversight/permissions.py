"""Who sees unusual access and reviews: the ORM's half of the row policies (SHR-3)."""

from django.db.models import QuerySet

from iom.access.actor import Actor
from iom.accounts.rules import DbClass, Power, Role
from iom.kernel.errors import NotFound
from iom.kernel.policies import ids_from
from iom.oversight.models import AuditReview, Finding


def visible_to(actor: Actor) -> QuerySet[Finding]:
    """What was found about others: everything for auditors, those below them for supervisors."""
    rows = Finding.objects.exclude(user_id=actor.user_id or 0)
    if not actor.may(Power.REVIEW_AUDIT):
        return rows.none()
    if actor.db_class == DbClass.AUDITOR:
        return rows
    return rows.filter(user_id__in=ids_from("my_charges"))


def access_finding(actor: Actor, pk: int) -> Finding:
    found = visible_to(actor).select_related("user", "reviewed_by").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def reviews_visible_to(actor: Actor) -> QuerySet[AuditReview]:
    """Reviews of auditors: auditors see all, their own too; the central point of contact those of others."""
    if actor.role == Role.AUDITOR:
        return AuditReview.objects.all()
    if actor.role == Role.CENTRAL_SPOC:
        return AuditReview.objects.exclude(reviewed_id=actor.user_id or 0)
    return AuditReview.objects.none()


def access_review(actor: Actor, pk: int) -> AuditReview:
    found = reviews_visible_to(actor).select_related("reviewed", "reviewer").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
