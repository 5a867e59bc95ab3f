"""What sign-in need not keep."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from iom.signin.models import SignInFailure

KEPT_HOURS = 24


def throw_away(*, at: datetime) -> None:
    """Sessions a day after they ran out, and failures a day old: neither counts any more."""
    before = at - timedelta(hours=KEPT_HOURS)
    Session.objects.filter(expire_date__lt=before).delete()
    SignInFailure.objects.filter(at__lt=before).delete()
