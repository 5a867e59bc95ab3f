"""Pages of the prioritised list by key: as quick on the last page as on the first, and steady overnight (SCO-2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

from iom.kernel.pagination import COUNT_CAP
from iom.kernel.together import Number, read_together
from scoring.models import CurrentScore
from scoring.selectors.lists import LIST_ORDER

# A bucket holds the scores of one step, so it comes first in the same order; the index knows it.
BUCKET = 50
INDEXED_ORDER = (F("bucket").desc(), *LIST_ORDER)
# The keys of `LIST_ORDER`, greatest first but for the last.
_KEYS = ("published", "raw_hundredths", "latest_on", "highest_base", "crimes_90", "person_id")


@dataclass(frozen=True)
class ListPage:
    """One page: its rows, the keys that lead to the pages beside it ('' for none), and how many are on the list."""

    rows: list[CurrentScore]
    previous_key: str
    next_key: str
    count: int

    @property
    def count_text(self) -> str:
        return f"more than {COUNT_CAP:,}" if self.count > COUNT_CAP else f"{self.count:,}"


def key_of(row: CurrentScore) -> str:
    """Where a row stands, as an address can say it: '617.61700.20260601.100.1.42'."""
    day = f"{row.latest_on:%Y%m%d}" if row.latest_on else ""
    return ".".join(
        str(part)
        for part in (
            row.published, row.raw_hundredths, day, row.highest_base, row.crimes_90, row.person_id
        )
    )  # fmt: skip


def is_key(text: str) -> bool:
    """Whether a text says a place of a list."""
    return _parts(text) is not None


def page_by_key(
    listed: QuerySet[CurrentScore], *, after: str = "", before: str = "", size: int = 50, floor: int = 1
) -> ListPage:
    """Cut one page of `prioritised` behind or before a key; a key that makes no sense gives the first page.

    `floor` is the score from which people stand on the list by their score alone.
    """
    behind, ahead = _parts(after), _parts(before)
    upper, lower = _spans(listed, floor)
    if behind is None and ahead is not None:
        spans = [span.filter(_ahead_of(ahead)).order_by(*_backwards()) for span in (lower, upper)]
        found, count = _read(spans, [lower, upper], size + 1)
        rows, more_before, more_after = found[:size][::-1], len(found) > size, True
    else:
        spans = [span.filter(_behind(behind)) if behind else span for span in (upper, lower)]
        found, count = _read([span.order_by(*INDEXED_ORDER) for span in spans], [upper, lower], size + 1)
        rows, more_before, more_after = found[:size], behind is not None, len(found) > size
    return ListPage(
        rows=rows,
        previous_key=key_of(rows[0]) if rows and more_before else "",
        next_key=key_of(rows[-1]) if rows and more_after else "",
        count=count,
    )


def _spans(
    listed: QuerySet[CurrentScore], floor: int
) -> tuple[QuerySet[CurrentScore], QuerySet[CurrentScore]]:
    """The list in two: who stands on it by score, found by the index of buckets, and who stands below it.

    All of the first come before all of the second.
    """
    least = max(floor, BUCKET)
    return (
        listed.filter(published__gte=least, bucket__gte=least // BUCKET),
        listed.filter(published__lt=least),
    )


def _read(
    spans: Sequence[QuerySet[CurrentScore]], whole: Sequence[QuerySet[CurrentScore]], wanted: int
) -> tuple[list[CurrentScore], int]:
    """The first rows of the spans one after the other, and how many there are, counted to the cap."""
    found: list[CurrentScore] = []
    count = 0
    for rows, span in zip(spans, whole, strict=True):
        page = rows[: wanted - len(found)] if len(found) < wanted else None
        number = Number(span.order_by()[: COUNT_CAP + 1 - count]) if count <= COUNT_CAP else None
        read_together(page, number)
        found += page if page is not None else []
        count += number.value if number is not None else 0
    return found, count


def _backwards() -> list[OrderBy]:
    turned = [order.copy() for order in INDEXED_ORDER]
    for order in turned:
        order.reverse_ordering()
    return turned


def _parts(key: str) -> dict[str, int | date | None] | None:
    """The values of a key by their column, or None."""
    texts = key.split(".")
    if len(texts) != len(_KEYS):
        return None
    values: dict[str, int | date | None] = {}
    for name, text in zip(_KEYS, texts, strict=True):
        try:
            if name == "latest_on":
                values[name] = date.fromisoformat(text) if text else None
            elif len(text) < 18:
                values[name] = int(text)
            else:
                return None
        except ValueError:
            return None
    return values


def _behind(values: dict[str, int | date | None]) -> Q:
    """Rows that come later in the list than these values."""
    return _beyond(values, later=True)


def _ahead_of(values: dict[str, int | date | None]) -> Q:
    return _beyond(values, later=False)


def _beyond(values: dict[str, int | date | None], *, later: bool) -> Q:
    """Equal in the first keys and beyond in the next, for each key; a missing day comes after every day."""
    found, equal = Q(), Q()
    for name, value in values.items():
        lower = later if name != "person_id" else not later
        if name == "latest_on":
            found |= equal & _beyond_day(value, later=later)
            equal &= Q(latest_on=value) if value else Q(latest_on__isnull=True)
        else:
            found |= equal & Q(**{f"{name}__{'lt' if lower else 'gt'}": value})
            equal &= Q(**{name: value})
    # Said once more for the index and the planner.
    return found & Q(**{f"published__{'lte' if later else 'gte'}": values["published"]})


def _beyond_day(value: int | date | None, *, later: bool) -> Q:
    if later:
        return Q(latest_on__lt=value) | Q(latest_on__isnull=True) if value else Q(person_id__in=[])
    return Q(latest_on__gt=value) if value else Q(latest_on__isnull=False)
