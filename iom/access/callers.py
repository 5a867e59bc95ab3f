"""Who may call the API at all; each address asks for its own power besides."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from iom.accounts.rules import Power


class IsActor(BasePermission):
    """Signed in, with a current membership whose role may use the API and has the address's power."""

    def has_permission(self, request: Request, view: object) -> bool:
        actor = getattr(request._request, "actor", None)
        if actor is None or not actor.may(Power.USE_API):
            return False
        needed = getattr(view, "power", None)
        return needed is None or actor.may(needed)
