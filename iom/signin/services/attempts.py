"""Counting failures by name and by address, and the pause that follows (ORG-3)."""

import ipaddress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, models

from iom.accounts.sealing import digest
from iom.kernel.rights import rights_of
from iom.signin.models import SignInFailure
from iom.signin.rules import locked_until


def name_key(username: str) -> str:
    """A keyed hash: what was typed as a name may be a password by mistake."""
    return digest(username.strip().lower()[:200], purpose="sign-in name")


def address_key(address: str | None) -> str:
    """A keyed hash of where a visitor is: an IPv6 visitor has a whole /64, an IPv4 one may be written as IPv6."""
    if not address:
        return digest("unknown", purpose="sign-in address")
    place: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address)
    if isinstance(place, ipaddress.IPv6Address):
        place = place.ipv4_mapped or ipaddress.IPv6Address(int(place) >> 64 << 64)
    return digest(str(place), purpose="sign-in address")


def take_turns(username: str, address: str | None) -> None:
    """Let attempts with one name, and then from one address, wait for each other: none slips past the count."""
    with connection.cursor() as cursor:
        for key in (name_key(username), address_key(address)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def is_locked(username: str, address: str | None, *, at: datetime) -> bool:
    """Whether this name or this address must wait."""
    by_name = SignInFailure.objects.filter(name_key=name_key(username))
    by_address = SignInFailure.objects.filter(address_key=address_key(address))
    return _locked(by_name, settings.SIGN_IN_FAILURES_BY_NAME, at) or _locked(
        by_address, settings.SIGN_IN_FAILURES_BY_ADDRESS, at
    )


def _locked(failures: models.QuerySet[SignInFailure], limit: int, at: datetime) -> bool:
    cool_off = timedelta(minutes=settings.SIGN_IN_COOL_OFF_MINUTES)
    latest = list(failures.order_by("-at").values_list("at", flat=True)[:limit])
    until = locked_until(latest, limit=limit, cool_off=cool_off)
    return until is not None and until > at


def note_failure(username: str, address: str | None, *, at: datetime) -> None:
    SignInFailure.objects.create(name_key=name_key(username), address_key=address_key(address), at=at)


def forget(username: str) -> None:
    """A complete sign-in forgets the failures of its name; those of the address stand."""
    with rights_of("iom_session"):
        SignInFailure.objects.filter(name_key=name_key(username)).delete()
