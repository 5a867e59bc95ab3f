"""Load the fictional demo force into an empty product; `DEMO_SCALE=small` makes a small one."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.demo.load import SCALES, load
from iom.demo.owner import owner_login
from iom.kernel import clock
from iom.kernel.errors import Refused


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Load the demo force, its people and cases; does nothing when it is there, refuses where other data is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=sorted(SCALES), default=os.environ.get("DEMO_SCALE", "full"))
        parser.add_argument("--seed", type=int, default=2026)

    def handle(self, *args: Any, scale: str, seed: int, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo is never loaded in production (IOM_ENV=production).")
        try:
            with owner_login():
                loaded = load(
                    SCALES[scale],
                    seed=seed,
                    on=clock.today(),
                    at=clock.now(),
                    data_dir=settings.DATA_DIR,
                    password=settings.DEMO_PASSWORD,
                    say=self.stdout.write,
                )
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(
            "The demo force is loaded." if loaded else "The demo force is there already: nothing changed."
        )
