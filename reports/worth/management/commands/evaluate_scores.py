"""How a score model would have ranked everybody on a past day, and who offended afterwards (SCO-7)."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from iom.access.actor import SYSTEM
from iom.access.scope import as_service
from iom.kernel import clock
from iom.kernel.errors import Invalid, NotFound, Refused
from reports.worth.exports import as_plain
from reports.worth.rules.questions import LONGEST_MONTHS, USUAL_MONTHS
from reports.worth.selectors.report import report_of
from reports.worth.services.asking import ask_to_evaluate
from reports.worth.services.working import evaluate_now


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--model", default="ror", metavar="CODE", help="ror, da, cse, firearms or ocg")
        parser.add_argument("--as-of", metavar="D", help="the day, like 2025-06-30; else the latest possible")
        parser.add_argument(
            "--months",
            type=int,
            default=USUAL_MONTHS,
            metavar="N",
            help=f"how long offending is looked for after it, 1 to {LONGEST_MONTHS}",
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the figures as JSON")

    def handle(self, *args: Any, model: str, months: int, as_json: bool, **options: Any) -> None:
        day = _day(options["as_of"])
        try:
            with as_service():
                asked = ask_to_evaluate(
                    model, months=months, as_of=day, by=SYSTEM, on=clock.today(), at=clock.now()
                )
            found = evaluate_now(asked.pk, at=clock.now())
        except NotFound:
            raise CommandError(f"No version of “{model}” is in use.") from None
        except Invalid as invalid:
            raise CommandError(str(invalid)) from None
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        if as_json:
            self.stdout.write(json.dumps(as_plain(found), indent=2, ensure_ascii=False))
            return
        report = report_of(found)
        self.stdout.write(report.title)
        self.stdout.write("\n".join(f"{name}: {value}" for name, value in report.facts))
        self.stdout.write("\n".join(report.in_words))
        for table in report.tables:
            self.stdout.write(
                f"\n{table.title}\n" + "\n".join(" | ".join(row) for row in [table.heads, *table.rows])
            )


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--as-of must be a real date like 2025-06-30, not “{text}”.") from None
