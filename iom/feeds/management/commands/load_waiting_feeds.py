"""Load the files that wait, where no worker runs (INT-1)."""

from typing import Any

from django.core.management.base import BaseCommand

from iom.access.scope import as_service
from iom.feeds import services
from iom.feeds.services.folder import take_next
from iom.kernel import clock


class Command(BaseCommand):
    help = "Take the files of the folder and load everything that waits, in this process."

    def handle(self, *args: Any, **options: Any) -> None:
        more = True
        while more:
            with as_service():
                more = take_next(clock.now())
        for outcome in services.load_all_waiting(at=clock.now(), on=clock.today()):
            self.stdout.write(f"{outcome.name}: {outcome.status} {outcome.problem}".rstrip())
