"""Make a believable, fictional population: as extract files in the feed formats, or straight in this database."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.access.scope import as_owner
from iom.demo.mass import generate_into_database
from iom.demo.owner import owner_login
from iom.demo.population import generate
from iom.kernel import clock
from iom.kernel.errors import Refused


class Command(BaseCommand):
    help = (
        "Make a fictional population; seeded. With --out a CSV for each kind of feed, without it rows straight in this"
        " database, ten years of them, beside the demo force: a million people in a few minutes."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--persons", type=int, default=20_000)
        parser.add_argument("--events", type=int, default=400_000)
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument(
            "--out", type=Path, help="folder for the files; without it the database is filled"
        )
        parser.add_argument(
            "--as-of", type=date.fromisoformat, default=None, help="the day after the last event; today"
        )
        parser.add_argument(
            "--with-faults", action="store_true", help="add a few rows that an import must reject"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["persons"] < 1 or options["events"] < 0:
            raise CommandError("--persons must be at least 1 and --events at least 0.")
        if options["out"] is None:
            self._fill(options)
            return
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

    def _fill(self, options: dict[str, Any]) -> None:
        if settings.PRODUCTION:
            raise CommandError("Nothing fictional is made in production (IOM_ENV=production).")
        try:
            with owner_login(), as_owner():
                generate_into_database(
                    persons=options["persons"],
                    events=options["events"],
                    seed=options["seed"],
                    as_of=options["as_of"] or clock.today(),
                    at=clock.now(),
                )
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(f"{options['persons']:,} persons, {options['events']:,} events.")
