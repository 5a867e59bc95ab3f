"""The address of a list: which page, which order, which filters, and the links that change one of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.forms import Field
from django.forms.boundfield import BoundField
from django.http import QueryDict

from iom.kernel.wording import date_uk

PLACE_IN_LIST = ("page", "after", "before")
"""Query parameters that say where in a list one is; a new sort or filter starts again at the top."""


def changed_query(query: QueryDict, **changes: Any) -> str:
    """The address's query with some parameters changed; None or "" takes one away."""
    query = query.copy()
    for name, value in changes.items():
        values = value if isinstance(value, list | tuple) else [value]
        query.setlist(name, [str(v) for v in values if v not in {None, ""}])
    return "?" + query.urlencode()


@dataclass(frozen=True)
class PageLink:
    """One number in the pagination; no number stands for the gap."""

    number: int | None
    href: str = ""
    current: bool = False


@dataclass(frozen=True)
class PageLinks:
    """The links from one page of a list to the others."""

    previous: str = ""
    next: str = ""
    links: tuple[PageLink, ...] = ()


def page_links(query: QueryDict, page: Any, name: str = "page") -> PageLinks:
    """Links of a numbered page, or of anything with `previous_key` and `next_key`; `name` is its query parameter."""
    if not isinstance(page, Page):
        before, after = getattr(page, "previous_key", None), getattr(page, "next_key", None)
        return PageLinks(
            previous=changed_query(query, after=None, before=before) if before else "",
            next=changed_query(query, before=None, after=after) if after else "",
        )
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    numbers = [n if isinstance(n, int) else None for n in shown]
    links = tuple(
        PageLink(n, changed_query(query, **{name: n}), n == page.number) if n else PageLink(None)
        for n in numbers
    )
    return PageLinks(
        previous=changed_query(query, **{name: page.previous_page_number()}) if page.has_previous() else "",
        next=changed_query(query, **{name: page.next_page_number()}) if page.has_next() else "",
        links=links if len(links) > 1 else (),
    )


@dataclass(frozen=True)
class Chosen:
    """One value that a filter is set to, and the address without it."""

    text: str
    remove: str


@dataclass(frozen=True)
class ChosenFilter:
    """A filter that is in use."""

    label: str
    values: list[Chosen]


def chosen_filters(query: QueryDict, form: Any) -> list[ChosenFilter]:
    """What the list is filtered by now, each with a link that takes it away."""
    if not getattr(form, "is_bound", False):
        return []
    made = []
    for bound in form.visible_fields():
        values = chosen_values(query, bound)
        if values and bound.name not in form.errors:
            made.append(ChosenFilter(str(bound.label), values))
    return made


def chosen_values(query: QueryDict, bound: BoundField) -> list[Chosen]:
    nowhere = dict.fromkeys(PLACE_IN_LIST)
    value = form_value(bound)
    if isinstance(value, list):
        value = [one for one in value if one not in (None, "")]
    if value in (None, "", [], False):
        return []
    if isinstance(value, date):
        names = [bound.html_name, *(f"{bound.html_name}_{part}" for part in ("day", "month", "year"))]
        return [Chosen(date_uk(value), changed_query(query, **dict.fromkeys(names), **nowhere))]
    if isinstance(value, list):
        kept = {one: [v for v in value if v != one] for one in value}
        return [
            Chosen(choice_words(bound.field, one), changed_query(query, **{bound.html_name: rest}, **nowhere))
            for one, rest in kept.items()
        ]
    words = "Yes" if value is True else choice_words(bound.field, value)
    return [Chosen(words, changed_query(query, **{bound.html_name: None}, **nowhere))]


def form_value(bound: BoundField) -> Any:
    cleaned = getattr(bound.form, "cleaned_data", {}).get(bound.name)
    return cleaned if isinstance(cleaned, date | bool) else bound.data


def choice_words(field: Field, value: Any) -> str:
    for key, words in getattr(field, "choices", ()):
        if isinstance(words, list | tuple):
            found = next((w for k, w in words if str(k) == str(value)), None)
            if found is not None:
                return str(found)
        elif str(key) == str(value):
            return str(words)
    return str(value)
