"""What the API says of itself: the schema as a file, and a page made from the same schema.

The usual browsers of a schema need scripts in the page, which the content security policy forbids.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView

from iom.accounts.rules import Power

schema = SpectacularAPIView.as_view()


@dataclass(frozen=True)
class Entry:
    """One operation as a line of the page."""

    method: str
    path: str
    name: str
    summary: str
    text: str
    needs: tuple[str, ...]


@lru_cache(maxsize=1)
def entries() -> dict[str, list[Entry]]:
    """Tag -> its operations, from the schema itself."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    found: dict[str, list[Entry]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].append(_entry(path, method, operation))
    return found


def _entry(path: str, method: str, operation: dict[str, Any]) -> Entry:
    asked = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    text = operation.get("description", "")
    summary = operation.get("summary", "")
    return Entry(
        method=method.upper(),
        path=path,
        name=operation["operationId"],
        summary=summary,
        text="" if text.rstrip(".") == summary else text,
        needs=tuple(asked) or ((body,) if body else ()),
    )


@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """Every address of the API in words."""
    request.actor.require(Power.USE_API)  # type: ignore[attr-defined]
    return render(request, "access/api.html", {"groups": entries()})
