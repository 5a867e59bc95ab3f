"""What is done with files of force systems (INT-1)."""

from iom.feeds.services.importing import Outcome, forget_rejected, import_file, take_touched

__all__ = ["Outcome", "forget_rejected", "import_file", "take_touched"]
