"""What the audit does: record, seal, verify, dispose (SHR-3)."""

from iom.audit.services.disposal import dispose
from iom.audit.services.recording import By, look, record, request_id
from iom.audit.services.sealing import seal_due, seal_next
from iom.audit.services.verifying import Verdict, verify

__all__ = [
    "By",
    "Verdict",
    "dispose",
    "look",
    "record",
    "request_id",
    "seal_due",
    "seal_next",
    "verify",
]
