"""What a scanner says, and which one is asked."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from iom.documents.rules import ScanState


@dataclass(frozen=True)
class Verdict:
    """Clean, infected or failed; which engine said so, as shown to people; a word more for those who keep the store."""

    state: ScanState
    engine: str
    note: str = ""


class Scanner(Protocol):
    def scan(self, path: Path) -> Verdict:
        """Look at one file. Whatever goes wrong is a failed verdict: nothing but a clear yes opens a document."""
        ...


def scanner() -> Scanner:
    """The scanner of this deployment."""
    made: Scanner = import_string(settings.DOCUMENT_SCANNER)()
    return made
