"""What every page that asks for an act does: call one service, and say its answer at the form."""

from collections.abc import Callable
from typing import Any, Protocol

from django.http import HttpRequest

from iom.kernel.errors import Invalid, Refused


class SaysErrors(Protocol):
    """A form that can show the sentences of a service."""

    def add_error(self, field: str | None, error: Any) -> None: ...
    def add_invalid(self, fields: Any) -> None: ...


def carried_out(form: SaysErrors, act: Callable[[], object]) -> bool:
    """Whether the act was done; if a rule or the input forbade it, the form now says why and nothing was changed."""
    try:
        act()
    except Invalid as invalid:
        form.add_invalid(invalid.fields)
        return False
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return False
    return True


def form_name(request: HttpRequest) -> str:
    """What the audit calls the form that was looked at: by the name of its address, in words."""
    match = request.resolver_match
    return f"form: {(match.url_name or '').replace('_', ' ')}" if match else "form"
