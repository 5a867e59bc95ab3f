"""Review, hold and disposal of records, and requests of people about themselves (SHR-4)."""

from iom.retention.models.access import AccessItem, AccessRequest, Bundle, Correction
from iom.retention.models.disposal import Disposal, DisposedReference, Returned, Tally
from iom.retention.models.review import LegalHold, Review

__all__ = [
    "AccessItem",
    "AccessRequest",
    "Bundle",
    "Correction",
    "Disposal",
    "DisposedReference",
    "LegalHold",
    "Returned",
    "Review",
    "Tally",
]
