"""What was received, how fresh each feed is, and the rejected rows to be mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet

from iom.access.actor import Actor
from iom.accounts.rules import DbClass, Power
from iom.feeds import registry
from iom.feeds.models import FeedFile, FeedReject, FeedRejectedRow
from iom.feeds.rules import MENDING_COLUMNS, REJECTS_LISTED, FileStatus
from iom.feeds.staging import csv_line
from iom.kernel.errors import NotFound


@dataclass(frozen=True)
class Freshness:
    """How fresh a feed is: when a file of it was last loaded, and the newest thing that a file told."""

    kind: str
    title: str
    loaded_at: datetime | None
    newest_on: date | None


def freshness() -> list[Freshness]:
    """One line for each kind of feed, persons first; None where nothing was loaded yet."""
    found = {
        row["kind"]: row
        for row in FeedFile.objects.filter(status=FileStatus.LOADED)
        .values("kind")
        .annotate(loaded=Max("loaded_at"), newest=Max("newest_on"))
    }
    nothing = {"loaded": None, "newest": None}
    lines = []
    for kind in registry.kinds():
        row = found.get(kind.name, nothing)
        lines.append(Freshness(kind.name, kind.title, row["loaded"], row["newest"]))
    return lines


def files(actor: Actor) -> QuerySet[FeedFile]:
    """Files received, newest first, for those who look after feeds."""
    actor.require(Power.SEE_FEEDS)
    return FeedFile.objects.select_related("loaded_by")


def may_see_rows(actor: Actor) -> bool:
    """Whether the rejected rows themselves may be read: people of every district, so whole-force police only."""
    of_police = actor.db_class == DbClass.POLICE and actor.force_wide
    return actor.may(Power.SEE_FEEDS) and (of_police or actor.db_class == DbClass.SERVICE)


def one_file(actor: Actor, file_id: int, *, with_rows: bool = False) -> FeedFile:
    """A file by its number; NotFound where there is none, or where its rows are not for this actor."""
    found = files(actor).filter(pk=file_id).first()
    if found is None or (with_rows and not may_see_rows(actor)):
        raise NotFound
    return found


def reject_rows(actor: Actor, file_id: int) -> QuerySet[FeedReject]:
    """What is wrong with the rows of a file, by line."""
    actor.require(Power.SEE_FEEDS)
    return FeedReject.objects.filter(file=file_id).order_by("line", "id")


def rejects(file_id: int, *, limit: int = REJECTS_LISTED) -> list[dict[str, Any]]:
    """The first rejects of a file, one for each failing column."""
    rows = FeedReject.objects.filter(file=file_id).order_by("line", "id")[:limit]
    return [{"line": row.line, "column": row.column, "reason": row.reason} for row in rows]


def rejects_csv(file_id: int, kind_name: str) -> Iterator[str]:
    """The rejected rows in the shape of the file plus two columns, so that they can be mended and sent again."""
    kind = registry.find(kind_name)
    yield csv_line([*kind.column_names, *MENDING_COLUMNS])
    width = len(kind.columns)
    reasons = _reasons(file_id)
    for line, raw in (
        FeedRejectedRow.objects.filter(file=file_id).order_by("line").values_list("line", "raw").iterator()
    ):
        values = [*raw, *([None] * (width - len(raw)))]
        yield csv_line([*values, line, f"line {line}: {reasons.get(line, '')}"])


def _reasons(file_id: int) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for row in (
        FeedReject.objects.filter(file=file_id).order_by("line", "id").values_list("line", "column", "reason")
    ):
        found.setdefault(row[0], []).append(f"{row[1]}: {row[2]}")
    return {line: "; ".join(said) for line, said in found.items()}
