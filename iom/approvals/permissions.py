"""Who sees which request for a second signature, and who may decide it; the row policy says the same."""

from typing import Any, Protocol

from django.db.models import Q, QuerySet

from iom.approvals.models import Approval
from iom.approvals.registry import ApprovalKind, hook, kind_named, kinds
from iom.approvals.rules import SOMEBODY_ELSE
from iom.kernel.errors import Forbidden, NotFound, Refused

AUDITOR = "auditor"
SEES_NONE = ("partner", "session")


class Reader(Protocol):
    """The signed-in person, as far as this app asks."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def role_code(self) -> str: ...
    @property
    def agency_name(self) -> str: ...
    @property
    def db_class(self) -> Any: ...
    @property
    def unit_ids(self) -> tuple[int, ...]: ...
    @property
    def force_wide(self) -> bool: ...
    def may(self, power: Any) -> bool: ...
    def require(self, power: Any) -> None: ...


def may_decide(reader: Reader, kind: ApprovalKind) -> bool:
    """Whether the reader's role decides this kind at all."""
    return str(reader.db_class) == kind.db_class and reader.may(kind.power)


def kinds_decided_by(reader: Reader) -> list[ApprovalKind]:
    return [kind for kind in kinds() if may_decide(reader, kind)]


def has_a_use_for(reader: Reader) -> bool:
    """Whether the reader's role asks for or decides anything, or audits."""
    asks = any(kind.asks and reader.may(kind.asks) for kind in kinds())
    audits = str(reader.db_class) == AUDITOR and bool(kinds())
    return asks or audits or bool(kinds_decided_by(reader))


def visible_to(reader: Reader) -> QuerySet[Approval]:
    """What the reader asked for, and what they may decide within their reach; an auditor within theirs."""
    rows = Approval.objects.all()
    db_class = str(reader.db_class)
    if db_class in SEES_NONE:
        return rows.none()
    if db_class == "service":
        return rows
    own = Q(asked_by=reader.user_id)
    if db_class == AUDITOR:
        seen = Q()
    else:
        decides = Q(kind__in=[kind.code for kind in kinds_decided_by(reader)])
        if db_class == "police" and not reader.force_wide:
            decides &= Q(unit_id__isnull=True) | Q(unit_id__in=list(reader.unit_ids))
        seen = own | decides
    return rows.filter(seen & _about_people_of(reader, db_class))


def _about_people_of(reader: Reader, db_class: str) -> Q:
    """About nobody, or about somebody whom the reader may see; an administrator sees nobody."""
    people = hook("people")
    nobody = Q(person_id__isnull=True)
    if db_class == "admin" or people is None:
        return nobody
    return nobody | Q(person_id__in=people(reader).values("pk"))


def access_approval(reader: Reader, pk: int, *, lock: bool = False) -> Approval:
    """The request, or NotFound: absent and not yours are one answer."""
    rows = visible_to(reader)
    found = rows.select_related("asked_by", "decided_by").filter(pk=pk).first()
    if found is None:
        raise NotFound
    if lock:
        return Approval.objects.select_for_update().get(pk=found.pk)
    return found


def require_decider(reader: Reader, approval: Approval) -> None:
    """Forbidden for a role that does not decide this kind, Refused for whoever asked."""
    if not may_decide(reader, kind_named(approval.kind)):
        raise Forbidden
    if reader.user_id is None or reader.user_id == approval.asked_by_id:
        raise Refused(SOMEBODY_ELSE)
