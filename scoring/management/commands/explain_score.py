"""`explain_score REF --model ROR`: one person's score, line by line."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.access.actor import SYSTEM
from iom.access.scope import as_service
from iom.feeds.selectors import Freshness
from iom.kernel import clock
from iom.kernel.errors import NotFound
from iom.persons.permissions import access_person
from scoring.rules.arithmetic import as_text
from scoring.selectors.explanation import Changed, Explanation, explanation
from scoring.services.cases import line_as_json


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Explain a person's score under one model, today or on a past day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ref", help="the force's reference of the person")
        parser.add_argument("--model", default="ROR")
        parser.add_argument("--as-of", help="the day, such as 2026-06-30; default today")
        parser.add_argument("--since", help="an earlier day: also tell what changed since its end")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, ref: str, model: str, **options: Any) -> None:
        on = _day(options["as_of"]) or clock.today()
        since = _day(options["since"])
        with as_service():
            try:
                person = access_person(SYSTEM, ref)
            except NotFound:
                raise CommandError(f"There is no person {ref}.") from None
            try:
                found = explanation(SYSTEM, person, model=model, as_of=on, since=since)
            except NotFound:
                raise CommandError(f"No score model {model} is in use.") from None
        self.stdout.write(json.dumps(as_json(found), indent=1) if options["json"] else as_words(found))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CommandError(f"{text!r} is not a date such as 2026-06-30.") from None


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
        "changed": _changed_as_json(found.changed) if found.changed else None,
        "freshness": [
            {"feed": feed.title, "newest_on": feed.newest_on.isoformat() if feed.newest_on else None}
            for feed in found.freshness
        ],
        "guide_only": found.guide_only,
    }


def _changed_as_json(changed: Changed) -> dict[str, Any]:
    return {
        "since": changed.since.isoformat(),
        "published": changed.published,
        "changes": [
            {
                "kind": one.kind,
                "event": one.event_id,
                "text": one.text,
                "reason": one.reason,
                "points": one.points,
            }
            for one in changed.difference.changes
        ],
        "faded_lines": changed.difference.faded_lines,
        "faded": changed.difference.faded,
        "total": changed.difference.total,
    }


def _changed_as_words(changed: Changed) -> list[str]:
    return [
        f"Since {changed.since:%d/%m/%Y} (then {changed.published}): {changed.difference.total}",
        *(f"  {one.text}: {one.reason}: {one.points}" for one in changed.difference.changes),
        f"  {changed.difference.faded_lines} lines worth less with time: {changed.difference.faded}",
    ]


def _newest(feed: Freshness) -> str:
    return f"to {feed.newest_on:%d/%m/%Y}" if feed.newest_on else "nothing loaded yet"


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
        *(_changed_as_words(found.changed) if found.changed else ()),
        *found.flags,
        *(f"{feed.title}: {_newest(feed)}" for feed in found.freshness),
        found.guide_only,
    ]
    return "\n".join(rows)
