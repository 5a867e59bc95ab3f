"""Asking again who it is before an act that matters: exports, disclosures, break-glass, user administration (SHR-3).

A session is confirmed when its person has just given a password or second factor (`iom.signin` does that and calls
`confirm`). A view under `@step_up` runs only within `STEP_UP_SECONDS` of that moment; otherwise the browser is sent
to the confirmation page and comes back with everything that was filled in.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode

from iom.kernel import clock

View = Callable[..., HttpResponse]
KEY = "confirmed_at"
REASONS = {
    "export": "before you take information out of the product",
    "disclosure": "before you disclose information",
    "break_glass": "before you open a record that is not yours",
    "user_admin": "before you change who may sign in",
    "score_model": "before you change how people are scored",
    "security": "before you change how you sign in",
}
API_SENTENCE = "Confirm that it is you on the sign-in pages of the product, then ask again."


def step_up(reason: str) -> Callable[[View], View]:
    """The view runs only for somebody who has just confirmed that it is they; `reason` is one of `REASONS`."""
    if reason not in REASONS:
        raise ValueError(f"{reason} is no reason to confirm.")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return asked_again(request, reason) or view(request, *args, **kwargs)

        guarded.steps_up = reason  # type: ignore[attr-defined]
        return guarded

    return decorate


def asked_again(request: HttpRequest, reason: str) -> HttpResponse | None:
    """The answer that sends an unconfirmed session to the confirmation page; None when it may go on."""
    if not settings.STEP_UP_REQUIRED or is_fresh(request, at=clock.now()):
        return None
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": API_SENTENCE}, status=403)
    asked = request.get_full_path()
    page = f"{reverse('signin:confirm')}?{urlencode({'next': asked, 'for': reason})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": page})
    # 307 makes the browser send the form on as it was filled in, so that the confirmation page can keep it.
    status = 307 if request.method == "POST" else 302
    return HttpResponse(status=status, headers={"Location": page})


def is_fresh(request: HttpRequest, *, at: datetime) -> bool:
    """Whether the session was confirmed less than `STEP_UP_SECONDS` ago."""
    stamp = request.session.get(KEY)
    return isinstance(stamp, int | float) and 0 <= at.timestamp() - stamp < settings.STEP_UP_SECONDS


def confirm(session: Any, *, at: datetime) -> None:
    """Note in the session that its person has just shown who they are."""
    session[KEY] = at.timestamp()
