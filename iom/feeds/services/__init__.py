"""What is done with files of force systems (INT-1)."""

from iom.feeds.services.importing import Outcome, forget_rejected, import_file, take_touched
from iom.feeds.services.loading import claim, load_all_waiting, load_waiting, unclaim
from iom.feeds.services.receiving import Incoming, Received, load_again, receive
from iom.feeds.services.rhythm import set_rhythm, tell_overdue
from iom.feeds.services.senders import end_sender, make_sender, sender_with

__all__ = [
    "Incoming",
    "Outcome",
    "Received",
    "claim",
    "end_sender",
    "forget_rejected",
    "import_file",
    "load_again",
    "load_all_waiting",
    "load_waiting",
    "make_sender",
    "receive",
    "sender_with",
    "set_rhythm",
    "take_touched",
    "tell_overdue",
    "unclaim",
]
