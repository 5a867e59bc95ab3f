"""`verify_scores`: holds the nightly kernel against the readable SQL, person for person."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.kernel import clock
from scoring.services.verify import Verified, verify_night


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Price a night twice, by the kernel and by the readable SQL, and compare everybody; nothing is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", help="the day, such as 2026-06-30; default today")
        parser.add_argument("--model", help="only this model, such as ROR; default all in use")
        parser.add_argument(
            "--sample", type=int, help="only so many chunks of people, spread evenly; default all"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            as_of = date.fromisoformat(options["as_of"]) if options["as_of"] else clock.today()
        except ValueError:
            raise CommandError(f"{options['as_of']!r} is not a date such as 2026-06-30.") from None
        if options["sample"] is not None and options["sample"] < 1:
            raise CommandError("--sample must be at least 1.")
        found = verify_night(as_of, at=clock.now(), code=options["model"], sample=options["sample"])
        if not found:
            raise CommandError("No such score model is in use on that day.")
        for one in found:
            self.stdout.write(_sentence(one))
        if not all(one.is_same for one in found):
            raise CommandError("The kernel and the SQL do not agree.")


def _sentence(one: Verified) -> str:
    digest = f"{one.kernel_digest & 0xFFFFFFFFFFFFFFFF:016x}"
    if one.is_same:
        return f"{one.model}: {one.persons} people, fingerprint {digest}, identical."
    other = f"{one.sql_digest & 0xFFFFFFFFFFFFFFFF:016x}"
    people = ", ".join(str(person) for person in one.differing)
    return f"{one.model}: {one.persons} people, fingerprint {digest} against {other}; persons who differ: {people}."
