"""The page of a person's messages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.pagination import page_of
from iom.kernel.reads import reads_nobody
from iom.notifications import selectors, services


@require_safe
@reads_nobody("messages that name nobody; those that are about people are recorded as looks")
def notification_list(request: HttpRequest) -> HttpResponse:
    """A person's messages, unread first; those that are about people are recorded as looks at them."""
    unread_only = request.GET.get("show") == "unread"
    page = page_of(selectors.messages_of(request.actor, unread_only=unread_only), request.GET.get("page"))  # type: ignore[attr-defined]
    people = [row.person_id for row in page.rows if row.person_id is not None]
    if people:
        look(request, subjects=people, what="notifications")
    return render(
        request,
        "notifications/notification_list.html",
        {"page": page, "unread_only": unread_only, "unread": selectors.unread_count(request.actor.user_id)},  # type: ignore[attr-defined]
    )


@require_POST
def read_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one message as read and go where it points."""
    notification = services.mark_read(pk, by=request.actor, at=clock.now())  # type: ignore[attr-defined]
    inside = url_has_allowed_host_and_scheme(notification.url, allowed_hosts=None)
    return redirect(notification.url if notification.url and inside else "notifications:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every message as read."""
    services.mark_all_read(by=request.actor, at=clock.now())  # type: ignore[attr-defined]
    return redirect("notifications:list")
