"""What every answer carries, and how a rule's refusal becomes a page."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused

Answer = Callable[[HttpRequest], HttpResponse]
NULL_SENTENCE = "The address holds a character that no text can hold. Check the address or search again."


def _holds_null(request: HttpRequest) -> bool:
    """Whether the address holds a null character, which the database can neither keep nor look for."""
    asked = (value for name, values in request.GET.lists() for value in (name, *values))
    return "\x00" in request.path or any("\x00" in value for value in asked)


class TransportMiddleware:
    """Refuses the API without HTTPS, where pages are sent on to it: no program goes on sending in the clear unseen."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and request.path.startswith("/api/"):
            return JsonResponse({"detail": "Use https."}, status=403)
        return self.get_response(request)


class ErrorPagesMiddleware:
    """Turns the errors of `iom.kernel.errors` that a page let through into pages in plain English."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _holds_null(request) and request.path.startswith("/api/"):
            return JsonResponse({"address": [NULL_SENTENCE]}, status=400)
        if _holds_null(request):
            return render(request, "refused.html", {"sentence": NULL_SENTENCE}, status=400)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            return render(request, "refused.html", {"sentence": error.sentence}, status=409)
        if isinstance(error, Forbidden):
            return render(request, "403.html", {"sentence": error.sentence}, status=403)
        if isinstance(error, Invalid):
            return render(request, "refused.html", {"sentence": str(error)}, status=400)
        if isinstance(error, NotFound | Http404):
            return render(request, "404.html", status=404)
        return None


class PrivatePagesMiddleware:
    """Personal data is never kept by a browser or a proxy."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response
