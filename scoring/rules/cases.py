"""Worked cases in JSON: read, checked sentence by sentence, and turned into events (SCO-1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from iom.working_days.rules import LONDON
from scoring.rules.vocabulary import FAMILIES, INTEL_GRADES, INTELLIGENCE, OTHER, ROLES, STATUS_STAGES

PRICE, ALERT, BOTH = "price", "alert", "both"
ALERT_KEYS = {"score", "baseline", "jump", "fired"}
PRICE_KEYS = {"raw", "published", "band", "lines"}
# 3x5x2: source 1-3, assessment A-E, then a handling code that does not matter to the price.
GRADING = re.compile(r"^([1-3][A-E])[PC1-5]?$")


class BadCase(ValueError):
    """A case cannot be read; the text is one sentence that says where and why."""


@dataclass(frozen=True)
class CaseEvent:
    """One event of a case, in the columns of the view; `event_id` keeps the order of the case's own ids."""

    event_id: int
    name: str
    family: str
    category: str
    occurred_on: date
    recorded_at: datetime
    role: str
    status: str | None
    status_on: date | None
    occurrence_ref: str
    intel_grade: str
    victim_key: str
    bulk_load: bool


@dataclass(frozen=True)
class Case:
    """One case: which model, as at which day, what is asked, and the events."""

    place: int
    title: str
    model: str
    version: str | None
    as_of: date
    wants: str
    events: tuple[CaseEvent, ...]


def read_cases(document: Any) -> list[Case]:
    """Every case of a file, in its order; BadCase for the first thing that cannot be read."""
    if not isinstance(document, list):
        raise BadCase("The file must hold a JSON list of cases.")
    return [_case(place, case) for place, case in enumerate(document, start=1)]


def _case(place: int, case: Any) -> Case:
    where = f"Case {place}"
    if not isinstance(case, Mapping):
        raise BadCase(f"{where} is not a JSON object.")
    title = str(case.get("title", ""))
    where += f' ("{title}")' if title else ""
    events = case.get("events")
    if not isinstance(events, list):
        raise BadCase(f"{where}: events must be a list.")
    model, version = case.get("model"), case.get("version")
    if not isinstance(model, str) or not model:
        raise BadCase(f"{where}: model is missing.")
    if version is not None and not isinstance(version, str):
        raise BadCase(f"{where}: version must be a text such as 1.0.0.")
    names = [_name(f"{where}, event {number}", event) for number, event in enumerate(events, start=1)]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise BadCase(f"{where}: the event id {sorted(twice)[0]!r} stands twice.")
    numbers = {name: number for number, name in enumerate(sorted(names, key=_natural), start=1)}
    return Case(
        place=place,
        title=title,
        model=model,
        version=version,
        as_of=_day(where, "as_of", case.get("as_of")),
        wants=_wants(case, title),
        events=tuple(
            _event(f"{where}, event {name}", event, name, numbers[name])
            for name, event in zip(names, events, strict=True)
        ),
    )


def _wants(case: Mapping[str, Any], title: str) -> str:
    keys = set(case)
    if keys & ALERT_KEYS or title.lower().startswith("emerging"):
        return ALERT
    return PRICE if keys & PRICE_KEYS or title else BOTH


def _name(where: str, event: Any) -> str:
    if not isinstance(event, Mapping):
        raise BadCase(f"{where} is not a JSON object.")
    name = event.get("id")
    if not isinstance(name, str | int) or isinstance(name, bool) or name == "":
        raise BadCase(f"{where} has no id.")
    return str(name)


def _natural(name: str) -> list[tuple[int, int, str]]:
    """e9 before e10: the numbers in an id count as numbers."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def _event(where: str, event: Mapping[str, Any], name: str, number: int) -> CaseEvent:
    family = _one_of(where, "type", event.get("type"), FAMILIES)
    recorded, happened = event.get("recorded"), event.get("date")
    occurred_on = _day(where, "date", happened if happened is not None else recorded)
    status = event.get("status")
    bulk_load = event.get("bulk_load", False)
    if not isinstance(bulk_load, bool):
        raise BadCase(f"{where}: bulk_load must be true or false.")
    status_on = event.get("status_on")
    return CaseEvent(
        event_id=number,
        name=name,
        family=family,
        category=_text(where, "category", event.get("category")) or OTHER,
        occurred_on=occurred_on,
        recorded_at=_moment(where, recorded) if recorded is not None else _start_of(occurred_on),
        role=_one_of(where, "role", event.get("role") or "suspect", ROLES),
        status=None if status is None else _one_of(where, "status", status, STATUS_STAGES),
        status_on=None if status_on is None else _day(where, "status_on", status_on),
        occurrence_ref=_text(where, "occurrence", event.get("occurrence")),
        intel_grade=_grade(where, event.get("grading")) if family == INTELLIGENCE else "",
        victim_key=_text(where, "victim", event.get("victim")),
        bulk_load=bulk_load,
    )


def _one_of(where: str, key: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadCase(f"{where}: {key} {value!r} is not one of {', '.join(allowed)}.")
    return str(value)


def _text(where: str, key: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise BadCase(f"{where}: {key} must be a text.")
    return str(value)


def _grade(where: str, value: Any) -> str:
    match = GRADING.match(value.strip().upper()) if isinstance(value, str) else None
    if not match or match[1] not in INTEL_GRADES:
        raise BadCase(
            f"{where}: grading {value!r} is not a source 1 to 3 and an assessment A to E, such as 2B."
        )
    return match[1]


def _day(where: str, key: str, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadCase(f"{where}: {key} {value!r} is not a date such as 2026-06-30.") from None


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)


def _moment(where: str, value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadCase(f"{where}: recorded {value!r} is not a date such as 2026-06-30.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
