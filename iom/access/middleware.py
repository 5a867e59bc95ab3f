"""One transaction per request, under the class role of whoever asks."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from iom.access import pace, scope
from iom.access.actor import Actor, actor_for
from iom.access.audit import DENIED, TOO_FAST
from iom.audit import services as audit
from iom.audit.audit import UNRECORDED
from iom.kernel import clock
from iom.kernel.reads import watched
from iom.signin.middleware import sent_to_sign_in
from iom.signin.rules import is_too_weak
from iom.signin.services import sessions

logger = logging.getLogger("iom.access")
Answer = Callable[[HttpRequest], HttpResponse]
OUTSIDE = ("/static/",)


class RequestTransactionMiddleware:
    """Opens the transaction with the rights of the sign-in alone; a server error undoes everything."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OUTSIDE):
            return self.get_response(request)
        identifier = uuid.uuid4()
        token = audit.request_id.set(identifier)
        try:
            with transaction.atomic():
                before = scope.current() if connection.savepoint_ids else None
                scope.begin("iom_session", identifier)
                response = self.get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                elif before and not connection.needs_rollback:
                    scope.put(*before)
            if getattr(request, "unsaid", None):
                _note_refused(request)
            return response
        finally:
            audit.request_id.reset(token)


class UnrecordedRead(Exception):
    """A page showed records and no act of the audit says whose."""


def whole(response: HttpResponse) -> HttpResponse:
    """A body that would be made while it is sent is made now, in the transaction and with the reader's rights."""
    if not getattr(response, "streaming", False) or isinstance(response, FileResponse):
        return response
    made = HttpResponse(b"".join(response), status=response.status_code, headers=dict(response.headers))
    made.cookies = response.cookies
    return made


def _what(request: HttpRequest, tables: list[str]) -> dict[str, Any]:
    return {"path": request.path[:500], "tables": tables}


def _note_refused(request: HttpRequest) -> None:
    """The refused page undid its transaction; that it was refused is written in one of its own."""
    actor, tables = request.actor, request.unsaid  # type: ignore[attr-defined]
    with transaction.atomic():
        before = scope.current() if connection.savepoint_ids else None
        scope.put_actor(actor)
        audit.record(UNRECORDED, by=actor, kind="denied", detail=_what(request, tables))
        if before:
            scope.put(*before)


class ActorMiddleware:
    """Gives `request.actor` and takes on its class role for the view; writes down what was denied."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        with watched() as reading:
            response = whole(self.get_response(request))
        actor = request.actor  # type: ignore[attr-defined]
        if actor is not None and not connection.needs_rollback:
            if response.status_code in (403, 404):
                audit.record(
                    DENIED,
                    by=actor,
                    kind="denied",
                    detail={"path": request.path[:500], "status": response.status_code},
                )
            if reading.is_unsaid and response.status_code < 300:
                self._unsaid(request, sorted(reading.tables))
        return response

    def _unsaid(self, request: HttpRequest, tables: list[str]) -> None:
        """A page that read records and did not say whose is refused, or at least written down (SHR-3)."""
        logger.error("%s read %s and recorded nobody.", request.path, ", ".join(tables))
        if settings.AUDIT_FAIL_CLOSED:
            request.unsaid = tables  # type: ignore[attr-defined]
            raise UnrecordedRead(
                f"{request.method} {request.path} read {', '.join(tables)}, and no act says whose records were shown."
                " Call iom.audit.services.look() with the people, or declare the view @reads_nobody (iom.kernel.reads)."
            )
        actor = request.actor  # type: ignore[attr-defined]
        audit.record(UNRECORDED, by=actor, kind="consult", detail=_what(request, tables))

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if getattr(view, "runs_as_session", False) or not request.user.is_authenticated:
            return None
        actor = actor_for(
            request.user,
            on=clock.today(),
            membership_id=request.session.get("membership_id"),
            held=getattr(request.user, "memberships_today", None),
        )
        if actor is None or actor.is_lapsed or self._changed(request, actor):
            sessions.end(request, "role", at=clock.now())
            if request.path.startswith("/api/"):
                return None
            return render(request, "access/no_membership.html", status=403)
        if self._too_weak(request, actor):
            owner = request.user.pk
            sessions.end(request, "factor", at=clock.now())
            return None if request.path.startswith("/api/") else sent_to_sign_in(request, "factor", owner)
        request.actor = actor  # type: ignore[attr-defined]
        scope.put_actor(actor)
        return self._too_fast(request, actor) or (
            self._ask_role(request, view) if actor.other_roles else None
        )

    def _too_fast(self, request: HttpRequest, actor: Actor) -> HttpResponse | None:
        """The refusal of somebody who asks faster than a person reads (ORG-3)."""
        now = clock.now()
        requests = pace.requests_of(request.user.pk, at=now)
        if not pace.is_too_fast(requests):
            return None
        if pace.is_first_too_many(requests):
            audit.record(
                TOO_FAST, by=actor, kind="denied", detail={"path": request.path[:500], "status": 429}
            )
        seconds = pace.seconds_left(now)
        answer: HttpResponse
        if request.path.startswith("/api/"):
            sentence = f"Too many requests in one minute. Go on in {seconds} seconds."
            answer = JsonResponse({"detail": sentence}, status=429)
        else:
            answer = render(request, "access/too_fast.html", {"seconds": seconds}, status=429)
        answer["Retry-After"] = str(seconds)
        return answer

    def _too_weak(self, request: HttpRequest, actor: Actor) -> bool:
        """Whether the role was taken on in a session that showed less than the role signs in with."""
        return is_too_weak(
            request.session.get("factor", ""),
            required=settings.MFA_REQUIRED,
            role=actor.role_code,
            key_roles=settings.SECURITY_KEY_ROLES,
        )

    def _changed(self, request: HttpRequest, actor: Actor) -> bool:
        """Whether the membership that this session acts in has ended; notes it on the first request."""
        acting = request.session.setdefault("acting", actor.membership_id)
        return bool(acting != actor.membership_id)

    def _ask_role(self, request: HttpRequest, view: Callable[..., Any]) -> HttpResponse | None:
        """Somebody with two roles is asked once per session which one they act in; until then the lesser holds."""
        chosen = "membership_id" in request.session or getattr(view, "before_role_choice", False)
        if chosen or request.method != "GET" or request.path.startswith("/api/"):
            return None
        return redirect(f"{reverse('access:choose_role')}?{urlencode({'next': request.get_full_path()})}")
