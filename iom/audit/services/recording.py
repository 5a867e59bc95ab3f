"""The one writer of the audit (SHR-3)."""

import uuid
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, Protocol

from iom.audit.actions import Action
from iom.audit.models import Act
from iom.kernel import clock, reads

request_id: ContextVar[uuid.UUID | None] = ContextVar("request_id", default=None)


class By(Protocol):
    """Whoever acts: a signed-in person in a role, or the system itself."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def role_code(self) -> str: ...
    @property
    def agency_name(self) -> str: ...


def record(
    action: Action,
    *,
    by: By,
    subjects: Iterable[int] | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
    kind: str = "alter",
) -> Act:
    """Write an act in the running transaction; if that is undone, so is the record of it."""
    if subjects is not None:
        reads.say()
    return Act.objects.create(
        at=clock.now(),
        kind=kind,
        action=action.code,
        user_id=by.user_id,
        user_name=by.name,
        role=by.role_code,
        agency=by.agency_name,
        subjects=sorted(set(subjects or ())),
        reason=reason,
        detail=detail or {},
        request_id=request_id.get(),
    )


def look(request: Any, *, subjects: Iterable[int], kind: str = "consult", what: str, reason: str = "") -> Act:
    """Record that the signed-in person saw, searched or exported these people's data on this page."""
    reads.say()
    return Act.objects.create(
        at=clock.now(),
        kind=kind,
        action=f"look:{what}",
        user_id=request.actor.user_id,
        user_name=request.actor.name,
        role=request.actor.role_code,
        agency=request.actor.agency_name,
        subjects=sorted(set(subjects)),
        reason=reason,
        detail={"path": request.path},
        request_id=request_id.get(),
    )
