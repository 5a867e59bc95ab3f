"""Systems of the fictional force that post their files: one that does, one whose key was ended (INT-1)."""

from datetime import date, datetime, timedelta

from iom.access.actor import actor_for
from iom.accounts.models import User
from iom.feeds.models import Sender
from iom.feeds.services import end_sender, make_sender
from iom.kernel.errors import Refused

KEEPER = "admin.stone"
SYSTEMS = (
    ("Crime recording system", ("persons", "crimes", "arrests", "incidents")),
    ("Custody suite drug tests", ("drug_tests",)),
)


def has_senders() -> bool:
    return Sender.objects.exists()


def make_senders(*, on: date, at: datetime) -> None:
    """Nobody keeps the keys, so nothing can be posted with them: a new one is made where one is tried."""
    keeper = actor_for(User.objects.get(username=KEEPER), on=on)
    if keeper is None:
        raise Refused(f"{KEEPER} keeps no feeds today.")
    made = [
        make_sender(
            by=keeper,
            at=at - timedelta(days=40),
            on=on,
            name=name,
            kinds=kinds,
            expires_on=on + timedelta(days=300),
            reason="Agreed with the force's data team.",
        )[0]
        for name, kinds in SYSTEMS
    ]
    end_sender(made[-1].pk, by=keeper, at=at - timedelta(days=5), reason="Another system took its place.")
