"""A person's events with the file, line and moment that each came from (INT-1, PER-6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from iom.access.actor import Actor
from iom.accounts.rules import DbClass
from iom.feeds.selectors import Origin, Origins, origins
from iom.kernel.wording import datetime_uk
from scoring.models import Event


@dataclass(frozen=True)
class ToldEvent:
    """An event and where its row came from; no origin for readers outside the police, and for what no file gave."""

    event: Event
    origin: Origin | None

    id: int
    family: str
    category: str
    occurred_on: date
    role: str
    status: str | None
    summary: str
    recorded_at: datetime
    revised_at: datetime | None

    @property
    def provenance(self) -> str:
        """File, line and moment, and since when the row says what it says; '' when no file gave it."""
        if self.origin is None:
            return ""
        corrected = f"; corrected {datetime_uk(self.revised_at)}" if self.revised_at else ""
        return f"{self.origin.said}{corrected}"


def with_origins(actor: Actor, events: Iterable[Event]) -> Iterator[ToldEvent]:
    """Events that the actor may see, each with its origin; one query for all."""
    rows = list(events)
    is_police = actor.db_class in (DbClass.POLICE, DbClass.SERVICE)
    return told(rows, origins((row.feed_file_id, row.feed_line) for row in rows) if is_police else {})


def told(events: Iterable[Event], came_from: Origins) -> Iterator[ToldEvent]:
    """Events with their origins, which have been read."""
    for row in events:
        yield ToldEvent(
            event=row,
            origin=came_from.get((row.feed_file_id, row.feed_line)),
            id=row.pk,
            family=row.family,
            category=row.category,
            occurred_on=row.occurred_on,
            role=row.role,
            status=row.status,
            summary=row.summary,
            recorded_at=row.recorded_at,
            revised_at=row.revised_at,
        )
