"""The score in plain Python, written from the specification with Decimal and dictionaries.

It shares nothing with the product but the model's JSON document: the tests hold the SQL against it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, getcontext
from typing import Any

getcontext().prec = 40
CENT = Decimal("0.01")
STATUS_ORDER = [
    "suspect", "arrested", "charged", "convicted", "out_of_court_disposal", "nfa",
    "nfa_victim_not_supporting", "acquitted", "eliminated", "no_crime",
]  # fmt: skip


@dataclass(frozen=True)
class E:
    """One event as the view shows it."""

    id: int
    family: str
    category: str
    on: date
    recorded: date | None = None
    role: str = "suspect"
    status: str | None = None
    status_on: date | None = None
    occurrence: str = ""
    grading: str | None = None
    victim: str = ""
    bulk: bool = False


def _priced(
    model: dict[str, Any], events: list[E], as_of: date, known_on: date | None
) -> list[dict[str, Any]]:
    rows = []
    for e in events:
        rule = model["families"].get(e.family)
        recorded = e.recorded or e.on
        if rule is None or e.role not in ("suspect", "offender") or (recorded > as_of and known_on is None):
            continue
        if known_on is not None and recorded > known_on and not e.bulk:
            continue
        days = (as_of - e.on).days
        if not 0 <= days <= rule["lookback"]:
            continue
        weights = model["weights"][e.family]
        category = e.category if e.category in weights else "other"
        if category not in weights:
            continue
        factor = Decimal(1)
        if e.family == "crime":
            factor = Decimal(model["status"][e.status or "suspect"])
        if e.family == "intelligence":
            if e.grading not in model["intel"]:
                continue
            factor = Decimal(model["intel"][e.grading])
        decay = (Decimal(2) ** (Decimal(-days) / rule["half_life"])).quantize(
            Decimal("0.000001"), ROUND_HALF_UP
        )
        base = Decimal(weights[category])
        rows.append(
            {
                "e": e, "category": category, "days": days, "factor": factor, "base": base, "decay": decay,
                "points": (base * factor * decay).quantize(CENT, ROUND_HALF_UP),
            }
        )  # fmt: skip
    return rows


def _counted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per offence."""
    offences: dict[Any, dict[str, Any]] = {}
    others = []
    for row in sorted(rows, key=lambda r: r["e"].id):
        e = row["e"]
        if e.family != "crime":
            others.append(row)
            continue
        row["occurrence"] = e.occurrence or ("alone", e.id)
        key = (row["occurrence"], row["category"])
        rank = (e.status_on or e.on, STATUS_ORDER.index(e.status or "suspect"), e.on)
        if key not in offences or rank > offences[key]["rank"]:
            offences[key] = {**row, "rank": rank}
    return list(offences.values()) + others


def price(
    model: dict[str, Any], events: list[E], as_of: date, known_on: date | None = None
) -> dict[str, Any]:
    """raw (Decimal), published, band, contributing event ids with points, uplift points."""
    counted = _counted(_priced(model, events, as_of, known_on))
    best: dict[Any, dict[str, Any]] = {}
    for row in counted:
        key = row.get("occurrence") or ("event", row["e"].id)
        if key not in best or (row["points"], row["base"], -row["e"].id) > (
            best[key]["points"], best[key]["base"], -best[key]["e"].id
        ):  # fmt: skip
            best[key] = row
    raw = Decimal(0)
    for family, rule in model["families"].items():
        subtotal = sum((r["points"] for r in best.values() if r["e"].family == family), Decimal(0))
        raw += subtotal if rule["cap"] is None else min(subtotal, Decimal(rule["cap"]))
    uplifts = _uplifts(model, counted)
    raw += sum(uplifts)
    published = int((raw + Decimal("0.5")).to_integral_value(ROUND_FLOOR))
    band = [name for name, lower in model["bands"] if published >= lower][-1] if model["banded"] else None
    return {
        "raw": raw, "published": published, "band": band, "uplifts": uplifts,
        "lines": {r["e"].id: r["points"] for r in best.values()},
        "counted": {r["e"].id: r["points"] for r in counted},
    }  # fmt: skip


def _uplifts(model: dict[str, Any], counted: list[dict[str, Any]]) -> list[int]:
    uplifts = []
    frequency, victims = model["frequency"], model["victims"]
    if frequency:
        crimes = {
            r["occurrence"]
            for r in counted
            if r["e"].family == "crime" and r["days"] <= frequency["window"]
            and r["factor"] >= Decimal(frequency["min_factor"])
        }  # fmt: skip
        uplifts.append(max([p for n, p in frequency["steps"] if len(crimes) >= n], default=0))
    if victims:
        keys = {
            r["e"].victim
            for r in counted
            if r["e"].victim and r["days"] <= victims["window"] and r["factor"] > 0
        }
        uplifts.append(max([p for n, p in victims["steps"] if len(keys) >= n], default=0))
    return uplifts


def alert(model: dict[str, Any], events: list[E], as_of: date) -> dict[str, Any]:
    """Score, baseline, jump and the rules fired, in order."""
    rule = model["emerging"]
    then = as_of - timedelta(days=rule["window"])
    events_known = [e for e in events if (e.recorded or e.on) <= as_of]
    now, before = price(model, events, as_of), price(model, events_known, then, known_on=then)
    s1, s0 = now["published"], before["published"]
    jump = s1 - s0
    by_id = {e.id: e for e in events}
    news = [
        i
        for i, points in now["counted"].items()
        if points > 0 and not by_id[i].bulk and max(by_id[i].on, by_id[i].recorded or by_id[i].on) > then
    ]
    fired = []
    if news and s1 >= rule["entry_floor"]:
        if jump >= rule["abs_jump"]:
            fired.append("ABSOLUTE")
        if s0 >= rule["rel_floor"] and jump >= rule["rel_min_abs"] and s1 >= Decimal(rule["rel_ratio"]) * s0:
            fired.append("RELATIVE")
        names = [name for name, _ in model["bands"]]
        if (
            model["banded"] and rule["band_min_abs"] is not None and jump >= rule["band_min_abs"]
            and names.index(now["band"]) > names.index(before["band"])
        ):  # fmt: skip
            fired.append("BAND_CROSSING")
    return {"score": s1, "baseline": s0, "jump": jump, "fired": fired, "news": sorted(news)}
