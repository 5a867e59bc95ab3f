"""Write a believable, fictional population as extract files in the feed formats."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.demo.population import generate
from iom.kernel import clock


class Command(BaseCommand):
    help = "Write extract files, a CSV for each kind of feed, of a fictional population; seeded."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--persons", type=int, default=20_000)
        parser.add_argument("--events", type=int, default=400_000)
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument(
            "--as-of", type=date.fromisoformat, default=None, help="the day after the last event; today"
        )
        parser.add_argument(
            "--with-faults", action="store_true", help="add a few rows that an import must reject"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["persons"] < 1 or options["events"] < 0:
            raise CommandError("--persons must be at least 1 and --events at least 0.")
        counts = generate(
            options["out"],
            persons=options["persons"],
            events=options["events"],
            seed=options["seed"],
            as_of=options["as_of"] or clock.today(),
            with_faults=options["with_faults"],
        )
        for kind, rows in counts.items():
            self.stdout.write(f"{kind}.csv: {rows:,} rows")
