"""`explain_score REF --model ROR`: one person's score, line by line."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.access.actor import SYSTEM
from iom.access.scope import as_service
from iom.kernel import clock
from iom.kernel.errors import NotFound
from iom.persons.permissions import access_person
from scoring.rules.arithmetic import as_text
from scoring.selectors.explanation import Explanation, explanation
from scoring.services.cases import line_as_json


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Explain a person's score under one model, today or on a past day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ref", help="the force's reference of the person")
        parser.add_argument("--model", default="ROR")
        parser.add_argument("--as-of", help="the day, such as 2026-06-30; default today")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, ref: str, model: str, **options: Any) -> None:
        try:
            on = date.fromisoformat(options["as_of"]) if options["as_of"] else clock.today()
        except ValueError:
            raise CommandError(f"{options['as_of']!r} is not a date such as 2026-06-30.") from None
        with as_service():
            try:
                person = access_person(SYSTEM, ref)
            except NotFound:
                raise CommandError(f"There is no person {ref}.") from None
            try:
                found = explanation(SYSTEM, person, model=model, as_of=on)
            except NotFound:
                raise CommandError(f"No score model {model} is in use.") from None
        self.stdout.write(json.dumps(as_json(found), indent=1) if options["json"] else as_words(found))


def as_json(found: Explanation) -> dict[str, Any]:
    """The explanation as plain values."""
    names = {line.event_id: line.event_id for line in found.lines if line.event_id is not None}
    return {
        "person": found.nominal_ref,
        "model": found.model_code,
        "version": found.model_version,
        "config_hash": found.config_hash,
        "as_of": found.as_of.isoformat(),
        "known_until": found.known_until.isoformat(),
        "raw": found.raw,
        "published": found.published,
        "band": found.band,
        "change_in_28_days": found.change_in_28_days,
        "lines": [line_as_json(line, names) for line in found.all_lines],
        "not_scored": [
            {
                "event": item.event_id,
                "family": item.family,
                "category": item.category,
                "date": item.occurred_on.isoformat(),
                "reason": item.reason,
            }
            for item in found.not_scored
        ],
        "expiring": [
            {"event": item.event_id, "last_day": item.last_day.isoformat(), "points": item.points}
            for item in found.expiring
        ],
        "in_90_days": found.in_90_days,
        "flags": list(found.flags),
        "guide_only": found.guide_only,
    }


def as_words(found: Explanation) -> str:
    """The explanation as text."""
    band = f", {found.band_name}" if found.band else ""
    rows = [
        f"{found.nominal_ref}: {found.model_code} {found.model_version} as at {found.as_of:%d/%m/%Y}: "
        f"{found.published}{band} (raw {as_text(found.raw_hundredths)}), {found.change_in_28_days:+d} in 28 days",
        *(f"  {line.text}" for line in found.all_lines),
        *(
            f"  not scored: {item.label} {item.occurred_on:%d/%m/%Y}: {item.reason}"
            for item in found.not_scored
        ),
        *(
            f"  expires after {item.last_day:%d/%m/%Y}: {item.label}, {item.points}"
            for item in found.expiring
        ),
        f"With nothing new the score is {found.in_90_days} in 90 days.",
        *found.flags,
        found.guide_only,
    ]
    return "\n".join(rows)
