"""A sign-in link: opened once, within its time, by whoever it was given to (ORG-3)."""

from datetime import datetime

from iom.accounts.models import User
from iom.accounts.sealing import digests
from iom.kernel.errors import NotFound, Refused
from iom.kernel.rights import rights_of
from iom.signin.models import AuthenticatorApp, Invitation, RecoveryCode, SecurityKey
from iom.signin.services import passwords, sessions

GONE = "This link has been used."


def invitation_of(token: str, *, at: datetime) -> Invitation:
    """The invitation of a link that still holds, or NotFound: unknown, used and late look alike."""
    with rights_of("iom_session"):
        found = (
            Invitation.objects.select_related("user", "provider")
            .filter(
                digest__in=digests(token, purpose="invitation"),
                used_at__isnull=True,
                expires_at__gt=at,
                user__is_active=True,
            )
            .first()
        )
    if found is None:
        raise NotFound
    return found


def use_up(invitation: Invitation, *, at: datetime) -> None:
    """Refused for the second of two who use it at once."""
    with rights_of("iom_session"):
        if not Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True).update(used_at=at):
            raise Refused(GONE)


def take_up(invitation: Invitation, *, password: str, at: datetime) -> User:
    """Choose a password with the link; a link that renews removes what proved the person before."""
    user = invitation.user
    passwords.change(user, to=password, at=at)
    use_up(invitation, at=at)
    with rights_of("iom_session"):
        if invitation.purpose == "renew":
            for model in (AuthenticatorApp, SecurityKey, RecoveryCode):
                model.objects.filter(user=user).delete()
        sessions.end_everywhere(user.pk, "password", at=at)
    return user


def invitation_to_link(pk: int, *, provider_id: int, at: datetime) -> Invitation:
    """The invitation that sent the browser to the agency, while it still holds; Refused otherwise."""
    with rights_of("iom_session"):
        found = (
            Invitation.objects.select_related("user")
            .filter(pk=pk, purpose="link", provider_id=provider_id)
            .filter(used_at__isnull=True, expires_at__gt=at, user__is_active=True)
            .first()
        )
    if found is None:
        raise Refused(GONE)
    return found
