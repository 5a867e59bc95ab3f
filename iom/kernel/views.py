"""Pages that belong to no app: what to show when a form's token is stale."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent after its session ended: nothing was saved, and what was typed is kept by the browser."""
    sentence = (
        "This form was opened before your sign-in changed, so nothing was saved. Sign in, open the form again, "
        "and choose to restore what you had typed."
    )
    return render(request, "refused.html", {"sentence": sentence}, status=403)
