"""The versions of the score models: what each says and why, who brought it into use, how two differ (SCO-1, SCO-4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.approvals.models import Approval
from scoring.models import ScoreComparison, ScoreModel, ScoreRun
from scoring.permissions import access_model, models_visible_to, runs_visible_to
from scoring.rules.lifecycle import numbers_of, refusal
from scoring.rules.tables import TABLES, Content, rows_of
from scoring.rules.vocabulary import in_words, model_name
from scoring.services.adoption import (
    COMPARE_FIRST,
    KIND,
    NOT_SCORED_YET,
    asked_already,
    newest_comparison,
    was_scored,
)

LATEST = 20
SHOWN = {
    "family": "Family", "category": "Category", "base_points": "Points", "rationale": "Rationale", "source": "Source",
    "half_life_days": "Half-life (days)", "lookback_days": "Lookback (days)", "cap": "Cap", "status": "Outcome",
    "factor": "Factor", "band": "Grade", "lower_bound_inclusive": "From", "kind": "Of what",
    "window_days": "Window (days)", "min_count": "At least", "points": "Points", "grade": "Grading",
    "setting": "Setting", "value": "Value",
}  # fmt: skip
SETTING_NAMES = {
    "window": "Days looked back over",
    "entry_floor": "Entry floor: least score that is told of",
    "abs_jump": "Large rise: points",
    "rel_floor": "Rise for this person: least score before",
    "rel_min_abs": "Rise for this person: least points",
    "rel_ratio": "Rise for this person: times the score before",
    "band_min_abs": "Crossing into a higher grade: least points (empty: not used)",
    "frequency_min_factor": "Least factor for a crime to count as one of many",
}
_CODES = ("family", "category", "status", "kind")


@dataclass(frozen=True)
class ShownTable:
    """One table as a page shows it."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: list[list[str]]


@dataclass(frozen=True)
class ModelLine:
    """All versions of one model, the latest first."""

    code: str
    name: str
    versions: list[ScoreModel]


@dataclass(frozen=True)
class VersionView:
    """One version in full, and what the reader may do with it."""

    row: ScoreModel
    name: str
    tables: list[ShownTable]
    runs: list[ScoreRun]
    comparisons: list[ScoreComparison]
    signatures: list[Approval]
    others: list[ScoreModel]
    may_draft: bool
    may_edit: bool
    may_compare: bool
    may_shadow: bool
    may_ask: bool
    may_withdraw: bool
    waits_for: str


@dataclass(frozen=True)
class Difference:
    """One line that two versions do not say alike; a side that lacks it is empty."""

    key: str
    old: list[str]
    new: list[str]


def model_lines(actor: Actor) -> list[ModelLine]:
    """Every model with its versions: ROR first, as the policy's own."""
    found: dict[str, list[ScoreModel]] = {}
    for row in models_visible_to(actor).select_related("author", "approver"):
        found.setdefault(row.code, []).append(row)
    order = sorted(found, key=lambda code: (code != "ROR", model_name(code)))
    return [ModelLine(code, model_name(code), _latest_first(found[code])) for code in order]


def _latest_first(rows: Sequence[ScoreModel]) -> list[ScoreModel]:
    return sorted(rows, key=lambda row: numbers_of(row.version), reverse=True)


def version_view(actor: Actor, row: ScoreModel, *, at: datetime) -> VersionView:
    """The version's tables with their reasons, its runs, comparisons and signatures."""
    drafts = actor.may(Power.DRAFT_SCORE_MODEL)
    mine = drafts and row.author_id is not None and row.author_id == actor.user_id
    others = models_visible_to(actor).filter(code=row.code).exclude(pk=row.pk)
    comparisons = list(row.comparisons.select_related("against", "asked_by")[:LATEST])
    waits_for = _waits_for(row, at=at)
    return VersionView(
        row=row,
        name=model_name(row.code),
        tables=shown_tables(row),
        runs=list(runs_visible_to(actor).filter(score_model=row)[:LATEST]),
        comparisons=comparisons,
        signatures=signatures_of(row),
        others=_latest_first(list(others)),
        may_draft=drafts,
        may_edit=mine and not refusal("edit", row.status),
        may_compare=drafts
        and not refusal("withdraw", row.status)
        and not any(one.status in ("waiting", "running") for one in comparisons),
        may_shadow=mine and not refusal("shadow", row.status),
        may_ask=drafts and not refusal("activate", row.status) and not waits_for,
        may_withdraw=mine and not refusal("withdraw", row.status),
        waits_for=waits_for,
    )


def _waits_for(row: ScoreModel, *, at: datetime) -> str:
    """What keeps a shadow version from being asked for, in a sentence."""
    if refusal("activate", row.status):
        return ""
    if asked_already(row, at=at):
        return "It waits for a second signature."
    if not was_scored(row):
        return NOT_SCORED_YET
    return "" if newest_comparison(row) else COMPARE_FIRST


def content_of(row: ScoreModel) -> Content:
    """The document and its reasons, as tables are made of them."""
    return Content(row.config, row.reasons)


def shown_tables(row: ScoreModel) -> list[ShownTable]:
    """Every table of the version in words."""
    return [_shown(name, rows_of(name, content_of(row))) for name in TABLES]


def _shown(name: str, rows: list[dict[str, str]]) -> ShownTable:
    table = TABLES[name]
    return ShownTable(
        name=name,
        title=table.title,
        heads=tuple(SHOWN[column] for column in table.columns),
        rows=[[in_cell(column, row[column]) for column in table.columns] for row in rows],
    )


def in_cell(column: str, text: str) -> str:
    """A value of a table in words."""
    if column == "setting":
        return SETTING_NAMES.get(text, in_words(text))
    return in_words(text).capitalize() if column in _CODES else text


def signatures_of(row: ScoreModel) -> list[Approval]:
    """Every request to bring this version into use, and what became of it."""
    found: QuerySet[Approval] = Approval.objects.filter(kind=KIND.code, payload__model=row.pk)
    return list(found.select_related("asked_by", "decided_by").order_by("-asked_at"))


def differences(old: ScoreModel, new: ScoreModel) -> list[tuple[ShownTable, list[Difference]]]:
    """Table by table the lines that two versions do not say alike."""
    found = []
    for name, table in TABLES.items():
        sides = [
            {tuple(row[column] for column in table.key): row for row in rows_of(name, content_of(version))}
            for version in (old, new)
        ]
        keys = list(dict.fromkeys([*sides[0], *sides[1]]))
        rest = [column for column in table.columns if column not in table.key]
        lines = [
            Difference(
                ", ".join(in_cell(column, part) for column, part in zip(table.key, key, strict=True)),
                *[[in_cell(c, side[key][c]) for c in rest] if key in side else [] for side in sides],
            )
            for key in keys
            if sides[0].get(key) != sides[1].get(key)
        ]
        if lines:
            heads = tuple(SHOWN[column] for column in rest)
            found.append((ShownTable(name, table.title, heads, []), lines))
    return found


def describe(approval: Approval, reader: Any) -> list[tuple[str, str]]:
    """What bringing a version into use comes to, for whoever is to sign."""
    row = access_model(reader, approval.payload["model"])
    against = approval.payload["against"]
    before = access_model(reader, against) if against else None
    lines = [
        ("Model", f"{model_name(row.code)} ({row.code})"),
        ("Version", row.version),
        ("Takes the place of", before.version if before else "No version was in use"),
        ("Fingerprint", row.config_hash),
        ("Version in full", reverse("scoring:model", args=[row.code, row.version])),
        ("Comparison", reverse("scoring:comparison", args=[approval.payload["comparison"]])),
    ]
    if before:
        changes = reverse("scoring:model_changes", args=[row.code, before.version, row.version])
        lines.append(("What changes", changes))
    return lines
