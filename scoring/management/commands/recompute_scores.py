"""`recompute_scores`: works out every score, as the night does."""

import json
import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.access.scope import as_service
from iom.kernel import clock
from iom.kernel.errors import NotFound, Refused
from scoring.rules.vocabulary import in_words
from scoring.selectors.runs import run_summary
from scoring.services import runs


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Recompute all scores as at a day (default today); a day before the latest is only replayed, not stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", help="the day, such as 2026-06-30; default today")
        parser.add_argument("--model", help="only this model, such as ROR; default all in use")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")
        parser.add_argument(
            "--verify-run", type=int, help="work an old run out again and compare, store nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verify_run"]:
            self._verify(options["verify_run"])
            return
        started = time.monotonic()
        done = runs.recompute(_day(options["as_of"]), at=clock.now(), code=options["model"])
        if not done:
            which = f"score model {options['model']}" if options["model"] else "score model"
            raise CommandError(f"No {which} is in use on that day. Load one with load_score_models.")
        seconds = round(time.monotonic() - started, 3)
        with as_service():
            summaries = [run_summary(run) for run in done]
        if options["json"]:
            self.stdout.write(json.dumps({"seconds": seconds, "runs": summaries}, indent=1))
            return
        for summary in summaries:
            self.stdout.write(_sentence(summary))
        self.stdout.write(f"{seconds} seconds.")

    def _verify(self, run_id: int) -> None:
        try:
            same = runs.same_again(run_id)
        except NotFound:
            raise CommandError(f"There is no run {run_id}.") from None
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        if not same:
            raise CommandError(f"Run {run_id} does not come out the same: its events were changed since.")
        self.stdout.write(f"Run {run_id} comes out identical for every person.")


def _day(text: str | None) -> date:
    if text is None:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is not a date such as 2026-06-30.") from None


def _sentence(summary: dict[str, Any]) -> str:
    bands = ", ".join(f"{in_words(name).lower()} {count}" for name, count in summary["bands"].items())
    stored = (
        "replayed only, a later day is stored" if summary["replay"] else f"{summary['written']} rows written"
    )
    return (
        f"{summary['model']} {summary['version']} as at {summary['as_of']}: {summary['persons']} people priced, "
        f"{summary['changed']} scores changed, {stored}, {summary['alerts']} alerts"
        + (f" ({bands})" if bands else "")
        + "."
    )
