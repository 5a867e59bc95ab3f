"""Say whether a PNC or CRO number is well formed, and its canonical form (PER-1)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.kernel import clock
from iom.persons.rules import check_cro, check_pnc


class Command(BaseCommand):
    help = "Print the canonical form of a PNC or CRO number; ends with 1 and the reason if it is not well formed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=["pnc", "cro"])
        parser.add_argument("value")

    def handle(self, *args: Any, kind: str, value: str, **options: Any) -> None:
        found = check_pnc(value, on=clock.today()) if kind == "pnc" else check_cro(value)
        if not found:
            raise CommandError(f"{kind.upper()} number {value!r} {found.problem}.", returncode=1)
        self.stdout.write(found.canonical)
