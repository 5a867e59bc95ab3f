"""What people and the workers do with documents (SHR-5)."""

from iom.documents.services.disposal import dispose_documents
from iom.documents.services.download import (
    Opened,
    needs_reason,
    open_document,
    require_open,
    require_reason,
)
from iom.documents.services.handling import check_again, set_audience, withdraw
from iom.documents.services.scanning import scan_one
from iom.documents.services.upkeep import check_shard, clear_away
from iom.documents.services.upload import Given, Sent, add_document, add_version

__all__ = [
    "Given",
    "Opened",
    "Sent",
    "add_document",
    "add_version",
    "check_again",
    "check_shard",
    "clear_away",
    "dispose_documents",
    "needs_reason",
    "open_document",
    "require_open",
    "require_reason",
    "scan_one",
    "set_audience",
    "withdraw",
]
