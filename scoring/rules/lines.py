"""The explanation of a score, line by line, in the words of the specification (SCO-3, scoring.md 2.12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from scoring.rules.arithmetic import HUNDREDTHS, as_text, decay_as_text, published_points
from scoring.rules.bands import band
from scoring.rules.config import ModelConfig
from scoring.rules.vocabulary import CRIME, INTELLIGENCE, in_words


@dataclass(frozen=True)
class Line:
    """One line of a score: an event's points, a cap (points below zero) or an uplift. Points in hundredths."""

    kind: str  # event, cap, frequency, victims
    family: str
    points_hundredths: int
    text: str
    event_id: int | None = None
    category: str = ""
    occurred_on: date | None = None
    base: int = 0
    factor: str = ""
    days: int = 0
    decay_millionths: int = 0
    exact: bool = True

    @property
    def points(self) -> str:
        """As shown: whole points for uplifts, two decimals for everything else."""
        return as_text(self.points_hundredths) if self.exact else str(self.points_hundredths // HUNDREDTHS)


@dataclass(frozen=True)
class Price:
    """A score with the lines that add up to it. `raw` has two decimals, or none when only whole points meet."""

    raw_hundredths: int
    raw: str
    published: int
    band: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Counts:
    """What the uplifts count, before the principal-offence rule."""

    occurrences: int
    victims: int


def factor_text(config: ModelConfig, family: str, key: str) -> str:
    """The factor as the model writes it."""
    if family == CRIME:
        return config.status[key]
    return config.intel[key] if family == INTELLIGENCE else "1"


def event_line(config: ModelConfig, row: Mapping[str, Any]) -> Line:
    """The line of one contributing event, from a row of the pricing SQL."""
    family, base, days = row["family"], row["base"], row["days"]
    factor = factor_text(config, family, row["factor_key"])
    decay = decay_as_text(row["decay_millionths"])
    half_life = config.families[family].half_life
    text = (
        f"{in_words(row['category'])} {row['occurred_on']:%d/%m/%Y}: {base} x {factor} x {decay} "
        f"({days} days, half-life {half_life}) = {as_text(row['points_hundredths'])}"
    )
    return Line(
        kind="event",
        family=family,
        points_hundredths=row["points_hundredths"],
        text=text,
        event_id=row["event_id"],
        category=row["category"],
        occurred_on=row["occurred_on"],
        base=base,
        factor=factor,
        days=days,
        decay_millionths=row["decay_millionths"],
    )


def assemble(config: ModelConfig, rows: Sequence[Mapping[str, Any]], counts: Counts) -> Price:
    """Lines family by family in the model's order, each with its cap, then the uplifts; they add up to raw."""
    lines: list[Line] = []
    whole = True
    for family, rule in config.families.items():
        own = sorted((row for row in rows if row["family"] == family), key=lambda row: row["event_id"])
        lines += [event_line(config, row) for row in own]
        over = sum(row["points_hundredths"] for row in own) - (rule.cap or 0) * HUNDREDTHS
        capped = rule.cap is not None and over > 0
        if capped:
            text = f"{in_words(family)} capped at {rule.cap}: {as_text(-over)}"
            lines.append(Line(kind="cap", family=family, points_hundredths=-over, text=text))
        whole = whole and (capped or not own)
    lines += uplift_lines(config, counts)
    raw = sum(line.points_hundredths for line in lines)
    published = published_points(raw)
    return Price(
        raw_hundredths=raw,
        raw=str(raw // HUNDREDTHS) if whole else as_text(raw),
        published=published,
        band=band(config, published),
        lines=tuple(lines),
    )


def uplift_lines(config: ModelConfig, counts: Counts) -> list[Line]:
    """The points for many separate crimes and for many victims, if a step is reached."""
    lines = []
    for kind, uplift, count, what in (
        ("frequency", config.frequency, counts.occurrences, "separate crimes"),
        ("victims", config.victims, counts.victims, "different victims"),
    ):
        points = uplift.points(count) if uplift else 0
        if uplift and points:
            text = f"{count} {what} in {uplift.window} days: +{points}"
            lines.append(
                Line(kind=kind, family=kind, points_hundredths=points * HUNDREDTHS, text=text, exact=False)
            )
    return lines
