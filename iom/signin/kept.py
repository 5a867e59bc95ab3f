"""A form that was sent after its session had ended waits, sealed, until the same person has signed in again."""

import json
from datetime import datetime
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from iom.accounts.sealing import NotSealedHere, seal, unseal

LARGEST = 200_000
LONGEST_SECONDS = 3600
PURPOSE = "form that waits for a sign-in"
NEVER = frozenset(
    {
        *("csrfmiddlewaretoken", "password", "current_password", "new_password", "again", "client_secret"),
        *("confirm_password", "confirm_code", "confirm_answer", "recovery_code"),
    }
)


def own_page(asked: str | None, request: HttpRequest) -> str:
    """Where to go on to: a page of this product, or the first one."""
    own = asked and url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if asked and own else "/"


def page_before(request: HttpRequest) -> str:
    """The page whose form was sent, as the browser says; the first page otherwise."""
    parts = urlsplit(own_page(request.headers.get("Referer"), request))
    return parts.path + (f"?{parts.query}" if parts.query else "") or "/"


def fields_of(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, name by name, except passwords, codes and tokens."""
    return [
        (name, str(value)) for name, values in request.POST.lists() if name not in NEVER for value in values
    ]


def keep(request: HttpRequest, *, owner: int, at: datetime) -> str:
    """The sent form as a sealed text for its owner; empty where there is nothing, or too much, to keep."""
    fields = fields_of(request)
    body = json.dumps({"owner": owner, "at": at.timestamp(), "to": request.get_full_path(), "fields": fields})
    return seal(body, purpose=PURPOSE) if fields and len(body) <= LARGEST else ""


def take_out(sealed: str, *, owner: int, at: datetime) -> tuple[str, list[tuple[str, str]]] | None:
    """Where the form goes and its fields; None for another person, after an hour, or for a text not ours."""
    try:
        found = json.loads(unseal(sealed, purpose=PURPOSE)) if sealed else None
    except NotSealedHere:
        return None
    if not found or found["owner"] != owner or at.timestamp() - found["at"] > LONGEST_SECONDS:
        return None
    return found["to"], [(name, value) for name, value in found["fields"]]
