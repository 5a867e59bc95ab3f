"""`audit_seal`: seals what is finished now, without waiting for the tick, and prints the anchor."""

from typing import Any

from django.core.management.base import BaseCommand

from iom.access.scope import as_service
from iom.audit.anchors import anchor_of
from iom.audit.services.sealing import seal_next, stamp_older
from iom.kernel import clock


class Command(BaseCommand):
    help = "Seal every row of finished transactions and print the anchor."

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            with as_service():
                if not stamp_older():
                    break
        with as_service():
            made = seal_next(at=clock.now())
        self.stdout.write(anchor_of(made).text if made else "Nothing new to seal.")
