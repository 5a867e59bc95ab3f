"""`tick`: one round of the background work in this process, for a machine without workers or to catch up by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from iom.jobs.tasks import tick_here
from iom.kernel import clock


class Command(BaseCommand):
    help = "Do every missed night, send what is owed, and end. Safe beside running workers."

    def handle(self, *args: Any, **options: Any) -> None:
        done = tick_here(clock.now())
        self.stdout.write(f"{done} {'part' if done == 1 else 'parts'} of runs done.")
