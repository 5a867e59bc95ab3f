"""Print the demo's sign-ins by role."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.accounts.rules import ROLES
from iom.demo.force import AGENCIES, UNITS, USERS


class Command(BaseCommand):
    help = (
        "Print a table of the demo's sign-ins: role, username, name, agency and unit, and the one password."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--one-each", action="store_true", help="one person of each role")

    def handle(self, *args: Any, one_each: bool = False, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("There are no demo sign-ins in production (IOM_ENV=production).")
        agencies = {agency.code: agency.name for agency in AGENCIES}
        lapsed = {agency.code for agency in AGENCIES if agency.lapsed}
        units = {unit.code: unit.name for unit in UNITS}
        order = list(ROLES)
        rows = [("Role", "Username", "Name", "Agency and unit")]
        shown = {user.role: user for user in reversed(USERS)}.values() if one_each else USERS
        for user in sorted(shown, key=lambda one: order.index(one.role)):
            where = (
                agencies[user.agency]
                if user.unit == "force"
                else f"{agencies[user.agency]}, {units[user.unit]}"
            )
            if user.agency in lapsed:
                where += " (agreement lapsed: refused)"
            rows.append((ROLES[user.role].label, user.username, user.name, where))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            self.stdout.write(
                "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            )
        self.stdout.write(f"Password of all: {settings.DEMO_PASSWORD}")
