"""`audit_verify`: checks every row of the audit against its seal, and the seals against a printed anchor."""

import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.access.actor import SYSTEM
from iom.access.scope import as_service
from iom.audit.anchors import last_anchor, read_anchor
from iom.audit.audit import VERIFIED
from iom.audit.keys import read_key
from iom.audit.services import record, verify
from iom.audit.services.verifying import Told, keep
from iom.kernel import clock
from iom.kernel.errors import Invalid, Refused

SAY_EVERY_SECONDS = 5


class Command(BaseCommand):
    help = "Verify the audit's seals. Exits 0 when everything holds and 1 with sentences when it does not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", type=Path, help="a file with the anchor from a report or a download")

    def handle(self, *args: Any, **options: Any) -> None:
        anchor = None
        if options["anchor"]:
            try:
                anchor = read_anchor(options["anchor"].read_text())
            except (OSError, Invalid) as problem:
                raise CommandError(str(problem)) from None
        with as_service():
            verdict = verify(anchor=anchor, key_id=_key_id(), told_of=self._progress())
            keep(verdict, at=clock.now())
            record(
                VERIFIED, by=SYSTEM, kind="review", detail={"passed": verdict.passed, "seals": verdict.seals}
            )
            last = last_anchor()
        for sentence in verdict.problems:
            self.stdout.write(sentence)
        self.stdout.write(
            f"{verdict.rows:,} rows under {verdict.seals:,} seals checked in {verdict.seconds:.1f} s;"
            f" {verdict.unsealed:,} not yet sealed, {verdict.disposed:,} disposed of."
        )
        if last:
            self.stdout.write(last.text)
        if not verdict.passed:
            sys.exit(1)

    def _progress(self) -> Told:
        """Says every few seconds how far it is, beside the result."""
        last = time.monotonic()

        def say(checked: int, sealed: int) -> None:
            nonlocal last
            if time.monotonic() - last >= SAY_EVERY_SECONDS:
                last = time.monotonic()
                self.stderr.write(f"{checked:,} rows checked of {sealed:,} under seals")

        return say


def _key_id() -> str:
    """The id of the key that ought to be in use, where this machine has its file."""
    try:
        return read_key(Path(settings.AUDIT_KEY_FILE)).key_id
    except Refused:
        return ""
