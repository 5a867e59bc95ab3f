"""`working_days`: what the calendar says, from the command line (CMP-6)."""

import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from iom.access.scope import as_service
from iom.kernel import clock
from iom.kernel.errors import Refused
from iom.working_days import rules, selectors, services
from iom.working_days.published import published_holidays
from iom.working_days.rules import BeyondTheCalendar


class Command(BaseCommand):
    help = "Work out due dates, check how far the list of bank holidays reaches, or bring in a newer list."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        add = acts.add_parser(
            "add", help="Print the date N working days after DATE (before it when N is negative)."
        )
        add.add_argument("date", metavar="DATE", help="such as 2026-06-01")
        add.add_argument("n", metavar="N", help="a whole number, such as 7 or -3")
        acts.add_parser("check", help="Warn when the confirmed list ends within a year.")
        acts.add_parser("refresh", help="Bring in the list of the installed holidays package.")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        try:
            with as_service():
                getattr(self, f"_{act}")(options)
        except (BeyondTheCalendar, Refused, ValueError) as problem:
            self.stderr.write(str(problem))
            sys.exit(1)

    def _add(self, options: dict[str, Any]) -> None:
        day, n = _date(options["date"]), _number(options["n"])
        calendar = selectors.calendar()
        if n > 0:
            due = rules.due_after(calendar, day, n)
        else:
            on = rules.add(calendar, day, n)
            due = rules.Due(on, calendar.is_provisional(day, on))
        self.stdout.write(f"{due.on.isoformat()} (provisional)" if due.provisional else due.on.isoformat())

    def _check(self, options: dict[str, Any]) -> None:
        warning = selectors.horizon_warning(clock.today())
        self.stdout.write(warning or f"Confirmed until {selectors.calendar().confirmed_until.isoformat()}.")

    def _refresh(self, options: dict[str, Any]) -> None:
        changes = services.load_published(published_holidays(), at=clock.now())
        self.stdout.write(f"{changes} {'day' if changes == 1 else 'days'} added or confirmed.")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(
            f"“{text}” is not a date. Write it as year-month-day, such as 2026-06-01."
        ) from error


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is not a whole number of working days.") from error
