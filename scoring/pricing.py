"""The one way to price events (SCO-1): nightly run, explanation and `price_events` all build their SQL here.

`scoring/sql/price.sql` holds the steps of scoring.md 2.4; this module fills in the model and the question
(which day, what was known, which people, which relation) and reads the answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from iom.kernel.clock import LONDON
from scoring.rules.arithmetic import HUNDREDTHS, POINTS_SQL, half_up_sql
from scoring.rules.config import ModelConfig, Uplift
from scoring.rules.lines import Counts, Price, assemble
from scoring.rules.vocabulary import (
    CRIME,
    INTELLIGENCE,
    STAGE_OF_STATUS,
    STATUS_WHEN_UNKNOWN,
    category_column,
)
from scoring.told import VIEW, relation_at

# The class that may read that view and the decay table alone: everybody is priced with its rights (scoring.md 2.13).
SCORING_ROLE = "iom_scoring"
SQL_FOLDER = Path(__file__).parent / "sql"
ALWAYS = datetime(1, 1, 2, tzinfo=LONDON)
Row = dict[str, Any]


class DecayTableTooShort(RuntimeError):
    """The decay table does not cover this model: pricing would silently drop events, so it stops instead."""


def end_of_day(on: date) -> datetime:
    """The first moment after this London day: what was recorded before it was known that day."""
    return datetime.combine(on + timedelta(days=1), time.min, tzinfo=LONDON)


@dataclass(frozen=True)
class Question:
    """As at which day, by what was known when. `known_before` looks back: later knowledge does not count, save bulk."""

    as_of: date
    watermark: datetime
    baseline_on: date
    known_before: datetime | None = None
    news_from: datetime = ALWAYS
    # Set when a later day is asked for with nothing new: what happens after this day does not count.
    happened_by: date | None = None

    def looking_back(self) -> "Question":
        """The same question as at the baseline day, by what was known then (scoring.md 2.8)."""
        return replace(self, as_of=self.baseline_on, known_before=end_of_day(self.baseline_on))


def question(
    config: ModelConfig, as_of: date, *, watermark: datetime | None = None, news_from: datetime = ALWAYS
) -> Question:
    """The question of one night: known is what was recorded before the day ended, or before an earlier watermark."""
    return Question(
        as_of=as_of,
        watermark=min(watermark or end_of_day(as_of), end_of_day(as_of)),
        baseline_on=as_of - timedelta(days=config.emerging.window),
        news_from=news_from,
    )


@dataclass(frozen=True)
class People:
    """Which persons: a condition on `e.person_id` and its parameters, and between which ids they lie."""

    condition: str
    parameters: Mapping[str, Any]
    lowest: int
    highest: int
    are_few: bool = False


def people_between(first_id: int, last_id: int) -> People:
    return People(
        "e.person_id BETWEEN %(first_id)s::bigint AND %(last_id)s::bigint",
        {"first_id": first_id, "last_id": last_id},
        first_id,
        last_id,
    )


def people_in(ids: Iterable[int]) -> People:
    chosen = list(ids)
    return People(
        "e.person_id = ANY (%(ids)s::bigint[])",
        {"ids": chosen},
        min(chosen, default=0),
        max(chosen, default=0),
        are_few=True,
    )


@cache
def sql_text(name: str) -> str:
    return (SQL_FOLDER / name).read_text(encoding="utf-8")


def statement(config: ModelConfig, ask: Question, people: People, *, tail: str, source: str = VIEW) -> str:
    """The whole SQL text: the steps of the price and one of the tails."""
    return (sql_text("price.sql") + sql_text(tail)).format(
        source=relation_at(ask.watermark, ask_first=not people.are_few) if source == VIEW else source,
        people=people.condition,
        category=category_column(config.code),
        known_then="(e.recorded_at < %(known_before)s::timestamptz OR e.bulk_load)"
        if ask.known_before
        else "true",
        points=POINTS_SQL,
        published=half_up_sql("raw_hundredths", HUNDREDTHS),
        families=_families_sql(config),
        frequency_points=_steps_sql("occurrences", config.frequency),
        victims=VICTIMS_SQL if config.victims else "0",
        victims_points=_steps_sql("victims", config.victims),
    )


# The model comes in as parameters, whose sizes the planner cannot know: left alone it loops over every event for every
# weight.
PLAN_SQL = "SET LOCAL enable_nestloop = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '64MB'"

VICTIMS_SQL = (
    "count(DISTINCT victim_key) FILTER"
    " (WHERE victim_key <> '' AND days <= %(victims_window)s AND factor_hundredths > 0)"
)


def _families_sql(config: ModelConfig) -> str:
    """The sum of the family subtotals, each within its cap."""
    parts = []
    for place, rule in enumerate(config.families.values()):
        points = f"coalesce(sum(points_hundredths) FILTER (WHERE contributes AND place = {place:d}), 0)"
        parts.append(points if rule.cap is None else f"least({points}, {rule.cap * HUNDREDTHS:d})")
    return f"({' + '.join(parts)})::bigint"


def _steps_sql(count: str, uplift: Uplift | None) -> str:
    if uplift is None:
        return "0"
    whens = " ".join(
        f"WHEN {count} >= {at_least:d} THEN {points:d}" for at_least, points in reversed(uplift.steps)
    )
    return f"CASE {whens} ELSE 0 END"


def parameters(config: ModelConfig, ask: Question, people: People) -> dict[str, Any]:
    """The model and the question as parameters of the SQL."""
    families = list(config.families.items())
    weights = [(f, c, base) for f, categories in config.weights.items() for c, base in categories.items()]
    factors = _factors(config)
    return {
        "families": [name for name, _ in families],
        "places": list(range(len(families))),
        "half_lives": [rule.half_life for _, rule in families],
        "lookbacks": [rule.lookback for _, rule in families],
        "weight_families": [row[0] for row in weights],
        "weight_categories": [row[1] for row in weights],
        "bases": [row[2] for row in weights],
        "factor_families": [row[0] for row in factors],
        "factor_keys": [row[1] for row in factors],
        "stages": [row[2] for row in factors],
        "factors": [row[3] for row in factors],
        "longest_lookback": config.longest_lookback,
        "status_when_unknown": STATUS_WHEN_UNKNOWN,
        "frequency_window": config.frequency.window if config.frequency else 0,
        "frequency_factor": config.frequency.min_factor_hundredths if config.frequency else 0,
        "victims_window": config.victims.window if config.victims else 0,
        "as_of": ask.as_of,
        "happened_by": min(ask.as_of, ask.happened_by or ask.as_of),
        "watermark": ask.watermark,
        "known_before": ask.known_before,
        "baseline_on": ask.baseline_on,
        "baseline_known": end_of_day(ask.baseline_on),
        "news_from": ask.news_from,
        **people.parameters,
    }


def _factors(config: ModelConfig) -> list[tuple[str, str, int, int]]:
    rows = []
    for family in config.families:
        if family == CRIME:
            rows += [
                (family, key, STAGE_OF_STATUS[key], config.status_hundredths[key]) for key in config.status
            ]
        elif family == INTELLIGENCE:
            rows += [(family, key, 0, config.intel_hundredths[key]) for key in config.intel]
        else:
            rows.append((family, "", 0, HUNDREDTHS))
    return rows


def ask_rows(
    config: ModelConfig, ask: Question, people: People, *, tail: str, source: str = VIEW
) -> list[Row]:
    """Run one tail and return its rows as dictionaries."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement(config, ask, people, tail=tail, source=source), parameters(config, ask, people)
        )
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def scores(config: ModelConfig, ask: Question, people: People, *, source: str = VIEW) -> list[Row]:
    """One row per person with at least one priced event (`score.sql`)."""
    return ask_rows(config, ask, people, tail="score.sql", source=source)


def prices(
    config: ModelConfig, ask: Question, people: People, *, source: str = VIEW
) -> dict[int, tuple[Price, Row]]:
    """Person id -> the price with every line, and the row of `score.sql` it was checked against."""
    lines: dict[int, list[Row]] = {}
    for row in ask_rows(config, ask, people, tail="line.sql", source=source):
        lines.setdefault(row["person_id"], []).append(row)
    found = {}
    for row in scores(config, ask, people, source=source):
        counts = Counts(occurrences=row["occurrences"], victims=row["victims"])
        price = assemble(config, lines.get(row["person_id"], []), counts)
        if (price.raw_hundredths, price.published) != (row["raw_hundredths"], row["published"]):
            raise AssertionError(f"The lines of person {row['person_id']} do not add up to the score.")
        found[row["person_id"]] = (price, row)
    return found


def nothing(config: ModelConfig) -> Price:
    """The price of somebody without a single scoring event."""
    return assemble(config, [], Counts(occurrences=0, victims=0))


def require_decay(config: ModelConfig) -> None:
    """Stop when the decay table does not reach the model's horizon (an age beyond it would drop out unseen)."""
    horizons = config.horizons()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT half_life, count(*), max(days) FROM scoring_decay WHERE half_life = ANY (%s) GROUP BY half_life",
            [list(horizons)],
        )
        held = {half_life: (rows, last) for half_life, rows, last in cursor.fetchall()}
    for half_life, horizon in horizons.items():
        rows, last = held.get(half_life, (0, -1))
        if last < horizon or rows != last + 1:
            raise DecayTableTooShort(
                f"The decay table for a half-life of {half_life} days does not reach {horizon} days; "
                f"run load_score_models for {config.code} {config.version}."
            )


def band_counts(config: ModelConfig, published: Sequence[int]) -> dict[str, int]:
    """How many of these scores fall in each band; {} for a model without bands."""
    names = [name for name, _ in config.bands]
    lowers = [lower for _, lower in config.bands]
    counts = dict.fromkeys(names, 0)
    for points in published:
        counts[names[sum(1 for lower in lowers if points >= lower) - 1]] += 1
    return counts if config.banded else {}
