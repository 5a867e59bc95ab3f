"""One transaction per request, under the class role of whoever asks."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from iom.access import scope
from iom.access.actor import actor_for
from iom.access.audit import DENIED
from iom.audit import services as audit
from iom.kernel import clock

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
                scope.put("iom_session")
                audit.tell_database(identifier)
                response = self.get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                elif before and not connection.needs_rollback:
                    scope.put(*before)
            return response
        finally:
            audit.request_id.reset(token)


class ActorMiddleware:
    """Gives `request.actor` and takes on its class role for the view; writes down what was denied."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        response = self.get_response(request)
        actor = request.actor  # type: ignore[attr-defined]
        if actor is not None and not connection.needs_rollback:
            if response.status_code in (403, 404):
                audit.record(
                    DENIED,
                    by=actor,
                    kind="denied",
                    detail={"path": request.path[:500], "status": response.status_code},
                )
            scope.put("iom_session")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if getattr(view, "runs_as_session", False) or not request.user.is_authenticated:
            return None
        actor = actor_for(request.user, on=clock.today(), membership_id=request.session.get("membership_id"))
        if actor is None and request.path.startswith("/api/"):
            return None
        if actor is None:
            return render(request, "access/no_membership.html", status=403)
        request.actor = actor  # type: ignore[attr-defined]
        scope.put_actor(actor)
        return self._ask_role(request, view) if actor.other_roles else None

    def _ask_role(self, request: HttpRequest, view: Callable[..., Any]) -> HttpResponse | None:
        """Somebody with two roles is asked once per session which one they act in; until then the lesser holds."""
        chosen = "membership_id" in request.session or getattr(view, "before_role_choice", False)
        if chosen or request.method != "GET" or request.path.startswith("/api/"):
            return None
        return redirect(f"{reverse('access:choose_role')}?{urlencode({'next': request.get_full_path()})}")
