"""Who may do what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from iom.accounts.selectors import role_groups


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Who may do what, from the very table that decides it (ORG-3)."""
    mine = request.actor.role_code  # type: ignore[attr-defined]
    return render(request, "accounts/role_list.html", {"groups": role_groups(), "mine": mine})
