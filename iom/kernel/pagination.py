"""Pages of long lists: bounded counts and small steps."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import QuerySet

COUNT_CAP = 1_000


def capped_count(rows: "QuerySet[Any]", cap: int = COUNT_CAP) -> int:
    """How many rows, at most `cap` + 1; in no order, so that it stops there instead of sorting all of them first."""
    return rows.order_by()[: cap + 1].count()


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts at most `COUNT_CAP` + 1 rows, so that a page of a million rows costs no full count."""

    @property
    def capped(self) -> bool:
        return self.count > COUNT_CAP

    @property
    def count(self) -> int:
        if not hasattr(self, "_count"):
            rows = self.object_list
            self._count = capped_count(rows) if isinstance(rows, QuerySet) else len(rows)
        return self._count

    @property
    def count_text(self) -> str:
        return f"more than {COUNT_CAP:,}" if self.capped else f"{self.count:,}"


@dataclass(frozen=True)
class PageOf:
    """One page: `rows`, the paginator's page for the links, and the count in words."""

    rows: list[Any]
    page: Any
    count_text: str


def page_of(rows: "QuerySet[Any] | list[Any]", number: str | int | None, size: int = 25) -> PageOf:
    """Cut one page; a page number that makes no sense gives the nearest real page."""
    paginator = CappedPaginator(rows, size, allow_empty_first_page=True)
    try:
        page = paginator.page(number or 1)
    except PageNotAnInteger:
        page = paginator.page(1)
    except EmptyPage:
        page = paginator.page(paginator.num_pages)
    return PageOf(rows=list(page.object_list), page=page, count_text=paginator.count_text)


@dataclass(frozen=True)
class Slice:
    """One page as a program reads it: its rows, how many rows there are (counted to the cap), whether more follow."""

    rows: list[Any]
    count: int
    count_is_capped: bool
    more: bool


def slice_of(rows: "QuerySet[Any] | list[Any]", page: int, size: int) -> Slice:
    """Cut one page, however deep: whether more follow is seen from the row after it, not from the count."""
    start = (page - 1) * size
    found = list(rows[start : start + size + 1])
    counted = capped_count(rows) if isinstance(rows, QuerySet) else len(rows)
    return Slice(
        rows=found[:size],
        count=min(counted, COUNT_CAP),
        count_is_capped=counted > COUNT_CAP,
        more=len(found) > size,
    )
