"""Build a report into a file (RPT-1)."""

import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.access.actor import SYSTEM
from iom.access.scope import as_service
from iom.kernel import clock
from iom.kernel.errors import NotFound
from reports.compliance import FORCE, districts_of, question
from reports.rules import period_fault
from reports.services import Format, export_compliance

REPORTS = ("compliance",)
MOST_LISTED = 2_000  # nobody waits for it: about seventy pages at most


class Command(BaseCommand):
    help = "Build a report for a district or the whole force and write it to a file; ends with 1 and the reason if not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("report", help="which report: compliance")
        parser.add_argument("--district", required=True, metavar="D", help='code of a district, or "force"')
        parser.add_argument(
            "--from", required=True, dest="from_on", metavar="A", help="first day, like 2026-04-01"
        )
        parser.add_argument(
            "--to", required=True, dest="to_on", metavar="B", help="last day, like 2026-06-30"
        )
        parser.add_argument("--format", required=True, dest="chosen", metavar="F", help="pdf, csv or json")
        parser.add_argument("--output", required=True, type=Path, metavar="FILE", help="the file to write")
        parser.add_argument(
            "--made-by", default="System", metavar="NAME", help="the name printed on the report"
        )

    def handle(
        self, *args: Any, report: str, district: str, chosen: str, output: Path, **options: Any
    ) -> None:
        if report not in REPORTS:
            raise CommandError(f"There is no report “{report}”. Choose one of: {', '.join(REPORTS)}.")
        if chosen not in set(Format):
            raise CommandError(f"There is no format “{chosen}”. Choose one of: {', '.join(Format)}.")
        made_by = options["made_by"].strip()
        if not made_by:
            raise CommandError("Enter the name to print on the report, or leave --made-by out.")
        from_on, to_on = _day(options["from_on"], "--from"), _day(options["to_on"], "--to")
        fault = period_fault(from_on, to_on)
        if fault:
            raise CommandError(fault)
        check_writable(output)
        with as_service():
            try:
                asked = question(SYSTEM, unit_code=district, from_on=from_on, to_on=to_on, on=clock.today())
            except NotFound:
                codes = ", ".join([FORCE, *sorted(d.code for d in districts_of(SYSTEM))])
                raise CommandError(f"There is no district “{district}”. Choose one of: {codes}.") from None
            made = export_compliance(
                asked, Format(chosen), by=SYSTEM, at=clock.now(), made_by=made_by, most_listed=MOST_LISTED
            )
            write_whole(output, made.content)
        self.stdout.write(f"Wrote {output}: {made.report.all.due} deadlines due, seal {made.report.seal}")


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option} must be a real date like 2026-06-30, not “{text}”.") from None


def check_writable(path: Path) -> None:
    """Say what is wrong with the output before the work is done."""
    if path.is_dir():
        raise CommandError(f"{path} is a folder. Give the name of a file.")
    if not path.parent.is_dir():
        raise CommandError(f"There is no folder {path.parent}.")


def write_whole(path: Path, content: bytes) -> None:
    """The whole file or no file: an older one stays until the new one is complete."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise CommandError(f"{path} could not be written: {error.strerror}.") from None
