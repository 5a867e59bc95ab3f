"""`load_score_models`: puts the shipped score models in place."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.access.actor import SYSTEM, actor_for
from iom.access.scope import as_service
from iom.accounts.models import User
from iom.accounts.rules import Power
from iom.kernel import clock
from scoring.services.models import load_shipped_models


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Load the shipped score models as drafts; with --approve-as the released ones come into use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--approve-as", help="username of the person who approves the released models")

    def handle(self, *args: Any, **options: Any) -> None:
        with as_service():
            by = SYSTEM
            if options["approve_as"]:
                user = User.objects.filter(username=options["approve_as"]).first()
                actor = actor_for(user, on=clock.today()) if user else None
                if actor is None or not actor.may(Power.APPROVE_SCORE_MODEL):
                    raise CommandError(f"{options['approve_as']!r} is nobody who may approve score models.")
                by = actor
            for row in load_shipped_models(by=by, on=clock.today(), at=clock.now()):
                self.stdout.write(f"{row}: {row.get_status_display().lower()}, {row.config_hash}")
