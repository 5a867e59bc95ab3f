"""At each request: may this session go on? (ORG-3)"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from iom.kernel import clock
from iom.signin import kept
from iom.signin.forms import SignInForm
from iom.signin.rules import ENDED_SENTENCES
from iom.signin.services import sessions
from iom.signin.views.door import sign_in_page

Answer = Callable[[HttpRequest], HttpResponse]


class SessionRulesMiddleware:
    """Ends a session that is too old or was replaced, says why, and keeps a form that was sent with it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        is_api = request.path.startswith("/api/")
        if not getattr(view, "login_required", True) and not is_api:
            return None
        if request.user.is_authenticated:
            because = sessions.ended_because(request, at=clock.now())
            if because is None:
                request.session.keep_alive(at=clock.now())  # type: ignore[attr-defined]
                return None
            owner: int | None = request.user.pk
            sessions.end(request, because, at=clock.now())
        else:
            because, owner = "idle", sessions.owner_of_idle(request)
        if is_api or owner is None:
            return None
        return sent_to_sign_in(request, because, owner)


def sent_to_sign_in(request: HttpRequest, because: str, owner: int) -> HttpResponse:
    """The sign-in page, told why; a form that was just sent waits there, sealed for its owner."""
    if request.method == "POST" and not request.headers.get("HX-Request"):
        return sign_in_page(
            request,
            SignInForm(),
            after=kept.page_before(request),
            waiting=kept.keep(request, owner=owner, at=clock.now()),
            ended=ENDED_SENTENCES[because],
            had_files=bool(request.FILES),
            status=403,
        )
    asked = request.get_full_path() if request.method in ("GET", "HEAD") else kept.page_before(request)
    page = f"{reverse('signin:sign_in')}?{urlencode({'next': asked, 'ended': because})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": page})
    return redirect(page)
