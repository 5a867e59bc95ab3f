"""Load a file from a force system (INT-1)."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from iom.access.actor import SYSTEM
from iom.access.scope import as_service
from iom.feeds import registry, selectors
from iom.feeds.rules import ALREADY_LOADED, REJECTS_LISTED, FileStatus
from iom.feeds.services import Outcome, import_file
from iom.kernel import clock

_SENTENCES = {
    FileStatus.LOADED: "Loaded.",
    ALREADY_LOADED: "This file was loaded before: nothing changed.",
}


class Command(BaseCommand):
    help = "Load one file of a kind; ends with 1 if it is broken or parked, and then nothing of it is loaded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[kind.name for kind in registry.kinds()])
        parser.add_argument("file", type=Path)
        parser.add_argument("--rejects", type=Path, help="write the rejected rows to this CSV file")
        parser.add_argument("--json", action="store_true", help="answer as JSON")
        parser.add_argument(
            "--accept-rejects", action="store_true", help="load the good rows of a parked file"
        )
        parser.add_argument(
            "--bulk-load", action="store_true", help="back-record conversion: raises no emerging threat"
        )

    def handle(self, *args: Any, kind: str, file: Path, **options: Any) -> None:
        with as_service():
            outcome = import_file(
                kind,
                file,
                by=SYSTEM,
                at=clock.now(),
                on=clock.today(),
                accept_rejects=options["accept_rejects"],
                bulk_load=options["bulk_load"],
            )
            found = selectors.rejects(outcome.file_id) if outcome.file_id else []
            if options["rejects"] is not None:
                self._write_rejects(outcome, options["rejects"])
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(outcome, found), ensure_ascii=False))
        else:
            self._tell(outcome, found)
        if not outcome.is_good:
            raise SystemExit(1)

    def _write_rejects(self, outcome: Outcome, path: Path) -> None:
        """Always a file with a header, so that a script finds one; empty of rows when nothing was rejected."""
        with path.open("w", encoding="utf-8", newline="") as out:
            out.writelines(selectors.rejects_csv(outcome.file_id or 0, outcome.kind))

    def _tell(self, outcome: Outcome, found: list[dict[str, object]]) -> None:
        self.stdout.write(f"{outcome.name}: {_SENTENCES.get(outcome.status) or outcome.problem}")
        if outcome.status != FileStatus.BROKEN:
            self.stdout.write(
                f"read {outcome.read}, inserted {outcome.inserted}, updated {outcome.updated}, "
                f"unchanged {outcome.unchanged}, rejected {outcome.rejected}"
            )
        for reject in found[:20]:
            self.stdout.write(f"line {reject['line']}, {reject['column']}: {reject['reason']}")
        if len(found) > 20:
            self.stdout.write("... more: write them all with --rejects FILE")


def _as_json(outcome: Outcome, found: list[dict[str, object]]) -> dict[str, object]:
    return {
        "file": outcome.name,
        "kind": outcome.kind,
        "status": str(outcome.status),
        "problem": outcome.problem,
        "read": outcome.read,
        "inserted": outcome.inserted,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "rejected": outcome.rejected,
        "rejects": found,
        "rejects_cut_at": REJECTS_LISTED if len(found) == REJECTS_LISTED else None,
    }
