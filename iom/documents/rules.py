"""What a document is, how it is marked, what may become of it, and how its name is made safe (SHR-5)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from iom.kernel.compartments import Compartment


class DocumentType(StrEnum):
    RISK_ASSESSMENT = "risk_assessment"
    COURT_ORDER = "court_order"
    LICENCE = "licence"
    CONSENT_FORM = "consent_form"
    PHOTOGRAPH = "photograph"
    INTELLIGENCE_REPORT = "intelligence_report"
    CORRESPONDENCE = "correspondence"
    AGREEMENT = "agreement"
    OTHER = "other"


TYPE_LABELS = {
    DocumentType.RISK_ASSESSMENT: "Risk assessment",
    DocumentType.COURT_ORDER: "Court order",
    DocumentType.LICENCE: "Licence",
    DocumentType.CONSENT_FORM: "Consent form",
    DocumentType.PHOTOGRAPH: "Photograph",
    DocumentType.INTELLIGENCE_REPORT: "Intelligence report",
    DocumentType.CORRESPONDENCE: "Correspondence",
    DocumentType.AGREEMENT: "Agreement",
    DocumentType.OTHER: "Other",
}


class Marking(StrEnum):
    OFFICIAL_SENSITIVE = "official_sensitive"
    OFFICIAL = "official"


MARKING_LABELS = {Marking.OFFICIAL_SENSITIVE: "OFFICIAL-SENSITIVE", Marking.OFFICIAL: "OFFICIAL"}

# The compartments a document can lie in; what each means stands in iom/kernel/compartments.py.
COMPARTMENTS = (
    Compartment.CORE,
    Compartment.PLAN,
    Compartment.OPERATIONS,
    Compartment.INTELLIGENCE,
    Compartment.VICTIM,
    Compartment.NOTE,
    Compartment.YOUTH,
)
ALWAYS_SENSITIVE = (Compartment.INTELLIGENCE, Compartment.VICTIM, Compartment.YOUTH)
# Who reads a compartment stands in iom/access/readers.py. An agency named on a document reads it if its kind reads the
# compartment at all; these it reads only when the single document is disclosed to it, and victims' documents never.
NEVER_BY_AUDIENCE = (Compartment.INTELLIGENCE, Compartment.VICTIM)
NEVER_DISCLOSED = (Compartment.VICTIM,)


class ScanState(StrEnum):
    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


SCAN_LABELS = {
    ScanState.WAITING: "Being checked",
    ScanState.CLEAN: "Checked",
    ScanState.INFECTED: "Refused",
    ScanState.FAILED: "Check did not work",
}
SCANS_AT_MOST = 5
SCAN_PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


def next_scan_after(attempts: int) -> timedelta | None:
    """How long to wait after a check that did not work; None when it is given up until somebody asks again."""
    return SCAN_PAUSES[attempts - 1] if attempts < SCANS_AT_MOST else None


class AboutKind(StrEnum):
    """What on the person's record a document belongs to, besides the person."""

    CASE = "case"
    MEETING = "meeting"


@dataclass(frozen=True)
class Facts:
    """What decides whether a document can be opened, without who asks."""

    scan_state: ScanState
    withdrawn: bool
    disposed: bool
    file_there: bool


def why_closed(facts: Facts) -> str:
    """The sentence that says why nobody can download a document now; empty when it can be."""
    if facts.disposed:
        return "This document was disposed of. Only the fact that it was held is kept."
    if facts.scan_state == ScanState.INFECTED:
        return "The virus scanner refused this document, and the file was removed."
    if facts.withdrawn:
        return "This document was withdrawn."
    if facts.scan_state == ScanState.WAITING:
        return "This document is still being checked for viruses. Try again in a minute."
    if facts.scan_state == ScanState.FAILED:
        return "The virus check of this document did not work, so it stays closed until one does."
    if not facts.file_there:
        return "The file of this document is missing from the store. The administrators have been told."
    return ""


LONGEST_NAME = 120
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
_INNER_EXTENSION = re.compile(r"\.(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{1,5}$")
_KEPT = re.compile(r"[^\w .,()'&+-]", re.UNICODE)


def safe_name(sent: str, extension: str) -> str:
    """A file name fit for showing and saving: no path, no control or direction characters, the true extension.

    What was sent is somebody else's text; it is never used to find the file.
    """
    text = unicodedata.normalize("NFC", sent.encode("utf-8", "ignore").decode()).replace("\\", "/")
    stem = text.rsplit("/", 1)[-1]
    stem = "".join(c for c in stem if unicodedata.category(c)[0] not in "CZ" or c == " ")
    while (shorter := _INNER_EXTENSION.sub("", stem.rstrip(". "))) != stem:
        stem = shorter
    stem = re.sub(r"\s+", " ", _KEPT.sub("_", stem)).strip(" .-_")
    if not stem or _RESERVED.match(stem):
        stem = "document"
    return f"{_shortened(stem, LONGEST_NAME - len(extension) - 1)}.{extension}"


def _shortened(stem: str, length: int) -> str:
    return stem[:length].rstrip(" .-_") or "document"


def megabytes(size: int) -> str:
    """A size in words: 25 MB, 1.5 MB, 300 KB."""
    if size < 1024**2:
        return f"{max(1, round(size / 1024)):,} KB"
    return f"{size / 1024**2:,.1f}".removesuffix(".0") + " MB"
