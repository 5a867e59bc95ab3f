"""The mapping of offence codes as pages show it: what is in force, what is proposed, and its history (INT-1)."""

from django.db.models import Count, Q, QuerySet

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.kernel.errors import NotFound
from scoring.models import OffenceCode, OffenceList


def codes(
    actor: Actor, *, q: str = "", category: str = "", draft: bool | None = None
) -> QuerySet[OffenceCode]:
    """Codes whose number begins with the words, or whose own words hold them."""
    actor.require(Power.SEE_SCORES)
    found = OffenceCode.objects.all()
    if q.strip():
        found = found.filter(
            Q(ho_code__startswith=q.strip())
            | Q(sub_category__icontains=q.strip())
            | Q(category__icontains=q.strip())
        )
    if category:
        found = found.filter(Q(ror_category=category) | Q(da_category=category))
    if draft is not None:
        found = found.filter(draft=draft)
    return found.order_by("ho_code")


def one_code(actor: Actor, ho_code: str) -> OffenceCode:
    found = codes(actor).filter(pk=ho_code).first()
    if found is None:
        raise NotFound
    return found


def lists(actor: Actor) -> QuerySet[OffenceList]:
    """Every list that was proposed, newest first, with how many codes it is about."""
    actor.require(Power.SEE_SCORES)
    return OffenceList.objects.select_related("proposed_by", "decided_by").annotate(codes=Count("rows"))


def one_list(actor: Actor, list_id: int) -> OffenceList:
    found = lists(actor).filter(pk=list_id).first()
    if found is None:
        raise NotFound
    return found
