"""What the sign-in pages read."""

from dataclasses import dataclass
from datetime import date

from iom.accounts.models import User
from iom.agencies.models import in_force_on
from iom.kernel.rights import rights_of
from iom.signin.models import OidcProvider, Visit


@dataclass(frozen=True)
class ProviderButton:
    """An agency whose people may sign in with their own account."""

    pk: int
    name: str


def active_user(user_id: int) -> User | None:
    """The person with what proves them, while the sign-in is open."""
    with rights_of("iom_session"):
        return User.objects.select_related("credential").filter(pk=user_id, is_active=True).first()


def name_to_note(typed: str) -> str:
    """The username of a refused sign-in if somebody has it; anything else may be a password typed by mistake."""
    name = typed.strip().lower()
    with rights_of("iom_session"):
        return name if User.objects.filter(username=name).exists() else "A name that nobody has"


def providers_on(day: date) -> list[ProviderButton]:
    """The agencies whose single sign-on is in use today."""
    rows = OidcProvider.objects.filter(in_force_on(day), is_active=True).order_by("agency__name")
    with rights_of("iom_session"):
        return [ProviderButton(pk, name) for pk, name in rows.values_list("pk", "agency__name")]


def visits_of(user_id: int, *, limit: int = 20) -> list[Visit]:
    """The person's latest sign-ins."""
    with rights_of("iom_session"):
        return list(Visit.objects.filter(user_id=user_id).order_by("-at")[:limit])
