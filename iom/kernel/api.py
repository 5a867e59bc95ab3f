"""How the errors of `iom.kernel.errors` are said by the API."""

from typing import Any

from django.http import Http404
from rest_framework.response import Response
from rest_framework.views import exception_handler

from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused


def answer_for(error: Exception, context: dict[str, Any]) -> Response | None:
    """One body for each kind of no; absent and not-yours are the same."""
    if isinstance(error, Refused):
        return Response({"detail": error.sentence}, status=409)
    if isinstance(error, Forbidden):
        return Response({"detail": error.sentence}, status=403)
    if isinstance(error, Invalid):
        return Response(error.fields, status=400)
    if isinstance(error, NotFound | Http404):
        return Response({"detail": "Not found."}, status=404)
    return exception_handler(error, context)
