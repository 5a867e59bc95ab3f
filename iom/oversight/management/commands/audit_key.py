"""`audit_key`: makes the key that seals the audit, or a new one for which the old one vouches."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.access.actor import SYSTEM
from iom.access.scope import as_service
from iom.audit.audit import KEY_CHANGED
from iom.audit.keys import make_key, read_key
from iom.audit.services import record
from iom.audit.services.sealing import vouch_for
from iom.kernel import clock
from iom.kernel.errors import Refused


class Command(BaseCommand):
    help = "Make the key at AUDIT_KEY_FILE; with --new FILE make another one that the key in use vouches for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--new", type=Path, help="where to write the new key; then point AUDIT_KEY_FILE at it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        current = Path(settings.AUDIT_KEY_FILE)
        try:
            if options["new"] is None:
                self.stdout.write(f"Key {make_key(current).key_id} is at {current}.")
                return
            old = read_key(current)
            new = read_key(options["new"]) if options["new"].exists() else make_key(options["new"])
            with as_service():
                vouch_for(new, old=old, at=clock.now())
                record(KEY_CHANGED, by=SYSTEM, detail={"old": old.key_id, "new": new.key_id})
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(
            f"Key {new.key_id} is at {options['new']}, vouched for by {old.key_id}. Set AUDIT_KEY_FILE to it."
        )
