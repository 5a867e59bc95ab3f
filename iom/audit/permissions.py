"""Who may read the audit: an auditor all of it, a supervisor what their own team did, others what they did (SHR-3)."""

from typing import Any, Protocol

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.expressions import RawSQL

from iom.audit.models import Act, Change
from iom.kernel.errors import NotFound

SEE_AUDIT = "see_audit"
SEE_SEALS = "see_seals"


class Reader(Protocol):
    """The signed-in person, as far as the audit asks."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def db_class(self) -> Any: ...
    def may(self, power: Any) -> bool: ...
    def require(self, power: Any) -> None: ...


def reads_everything(reader: Reader) -> bool:
    return str(reader.db_class) == "auditor"


def visible_to(reader: Reader) -> QuerySet[Act]:
    """Every act the reader may read; the row policy of the table says the same."""
    acts = Act.objects.all()
    if not reader.may(SEE_AUDIT):
        return acts.none()
    if reads_everything(reader):
        return acts
    team = RawSQL("SELECT user_id FROM authz.my_team", [], output_field=BigIntegerField())
    return acts.filter(Q(user_id=reader.user_id) | Q(user_id__in=team))


def access_act(reader: Reader, pk: int) -> Act:
    """One act, or NotFound."""
    act = visible_to(reader).filter(pk=pk).first()
    if act is None:
        raise NotFound
    return act


def changes_visible_to(reader: Reader) -> QuerySet[Change]:
    """What changed in rows, before and after: for auditors alone."""
    return Change.objects.all() if reads_everything(reader) else Change.objects.none()
