"""What was received, how fresh each feed is, and the rejected rows to be mended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet

from iom.access.actor import Actor
from iom.accounts.rules import DbClass, Power
from iom.feeds import registry
from iom.feeds.models import FeedFile, FeedReject, FeedRejectedRow, Progress, Rhythm, Sender
from iom.feeds.rules import (
    GRACE,
    MENDING_COLUMNS,
    REJECTS_LISTED,
    STAGE_LABELS,
    STAGE_PERCENT,
    WITHDRAWN,
    FileStatus,
    Stage,
    every_in_words,
)
from iom.feeds.staging import csv_line
from iom.kernel.errors import NotFound
from iom.kernel.together import Asked, read_together
from iom.kernel.wording import datetime_uk


@dataclass(frozen=True)
class Freshness:
    """How fresh a feed is: when a file of it was last loaded, the newest thing that a file told, and what is expected.

    `due_at` is when the next file is due; None where none is expected, or none ever came.
    """

    kind: str
    title: str
    loaded_at: datetime | None
    newest_on: date | None
    every_hours: int | None
    due_at: datetime | None
    is_overdue: bool
    last: FeedFile | None

    @property
    def every(self) -> str:
        """What stands after "every"."""
        return every_in_words(self.every_hours) if self.every_hours else ""

    @property
    def state(self) -> str:
        """For the tag: overdue, in time, never loaded, or without a rhythm."""
        if self.loaded_at is None:
            return "never"
        return "overdue" if self.is_overdue else "fresh" if self.every_hours else "no_rhythm"

    @property
    def said(self) -> str:
        """The rhythm and what came of it, in a sentence."""
        if self.every_hours is None:
            return "No rhythm is expected."
        last = f"the last was loaded on {datetime_uk(self.loaded_at)}" if self.loaded_at else "none came yet"
        return f"A file is expected every {every_in_words(self.every_hours)}; {last}."


@dataclass(frozen=True)
class FreshRows:
    """What tells how fresh feeds are: of each kind what was loaded, the last file, and how often one comes."""

    loaded: QuerySet[FeedFile, Any]
    last: QuerySet[FeedFile]
    every: QuerySet[Rhythm, tuple[str, int | None]]

    @property
    def asked(self) -> tuple[Asked, ...]:
        return self.loaded, self.last, self.every


def fresh_rows() -> FreshRows:
    files = FeedFile.objects.filter(status=FileStatus.LOADED).order_by().values("kind")
    rhythms = Rhythm.objects.order_by("kind", "-set_at", "-pk").distinct("kind")
    return FreshRows(
        loaded=files.annotate(loaded=Max("loaded_at"), newest=Max("newest_on")),
        last=FeedFile.objects.order_by("kind", "-received_at", "-pk").distinct("kind"),
        every=rhythms.values_list("kind", "every_hours"),
    )


def freshness(*, at: datetime, rows: FreshRows | None = None) -> list[Freshness]:
    """One line for each kind of feed, persons first; None where nothing was loaded yet."""
    rows = rows or fresh_rows()
    read_together(*rows.asked)
    found = {row["kind"]: row for row in rows.loaded}
    last = {row.kind: row for row in rows.last}
    set_to = dict(rows.every)
    nothing = {"loaded": None, "newest": None}
    lines = []
    for kind in registry.kinds():
        row: dict[str, Any] = found.get(kind.name, nothing)
        every = set_to.get(kind.name, kind.every_hours)
        due = row["loaded"] + timedelta(hours=every) if row["loaded"] and every else None
        lines.append(
            Freshness(
                kind=kind.name,
                title=kind.title,
                loaded_at=row["loaded"],
                newest_on=row["newest"],
                every_hours=every,
                due_at=due,
                is_overdue=due is not None and at > due + GRACE,
                last=last.get(kind.name),
            )
        )
    return lines


@dataclass(frozen=True)
class Shown:
    """How far the load of a file has come, for its page."""

    stage: str
    rows: int
    reached: int
    since: datetime


def progress_of(file: FeedFile) -> Shown | None:
    """The stage that a worker last told of, None while the file waits."""
    row = Progress.objects.filter(pk=file.pk).first()
    if row is None or file.status != FileStatus.WAITING:
        return None
    stage = Stage(row.stage)
    return Shown(STAGE_LABELS[stage], row.rows, STAGE_PERCENT[stage], row.started_at)


@dataclass(frozen=True)
class Origin:
    """Where a row came from: the file, its line, and when it was loaded."""

    file_id: int
    name: str
    line: int | None
    loaded_at: datetime | None

    @property
    def said(self) -> str:
        when = f", loaded {datetime_uk(self.loaded_at)}" if self.loaded_at else ""
        return f"{self.name}, line {self.line}{when}" if self.line else f"{self.name}{when}"


Origins = dict[tuple[int | None, int | None], Origin]


def origins(rows: Iterable[tuple[int | None, int | None]]) -> Origins:
    """The origin of each pair of a file's number and a line; a row that no file gave has none.

    For readers of the police, whose rows these are; who may read the row is asked before.
    """
    pairs = {pair for pair in rows if pair[0] is not None}
    files = FeedFile.objects.in_bulk([number for number, _ in pairs])
    return {
        (number, line): Origin(files[number].pk, files[number].name, line, files[number].loaded_at)
        for number, line in pairs
        if number is not None and number in files
    }


def senders(actor: Actor) -> QuerySet[Sender]:
    """The systems that hold or held a key, newest first, for those who keep them."""
    actor.require(Power.LOAD_FEEDS)
    actor.require(Power.KEEP_USERS)
    return Sender.objects.select_related("made_by", "ended_by")


def one_sender(actor: Actor, sender_id: int) -> Sender:
    found = senders(actor).filter(pk=sender_id).first()
    if found is None:
        raise NotFound
    return found


def sent_by(sender: Sender, file_id: int) -> FeedFile:
    """A file that this system sent; NotFound for any other."""
    found = FeedFile.objects.filter(pk=file_id, sender=sender).first()
    if found is None:
        raise NotFound
    return found


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
    withdraws = FeedFile.objects.filter(pk=file_id, withdraws=True).exists()
    columns = [*kind.column_names, *((WITHDRAWN,) if withdraws else ())]
    yield csv_line([*columns, *MENDING_COLUMNS])
    width = len(columns)
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
