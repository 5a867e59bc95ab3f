"""`{% load iom %}`: how values and states are said, and the pieces that pages are built from."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.http import QueryDict
from django.template import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from iom.kernel.lists import PLACE_IN_LIST, changed_query, chosen_filters, page_links
from iom.kernel.states import COLOURS, State, state_of
from iom.kernel.wording import date_uk, datetime_uk, points, time_uk

register = template.Library()

# How values are said

register.filter("date_uk", date_uk)
register.filter("time_uk", time_uk)
register.filter("datetime_uk", datetime_uk)
register.filter("points", points)


@register.filter
def alert_variant(tags: str) -> str:
    """The look of a flash message for its level."""
    levels = {"success": "success", "warning": "warning", "error": "error"}
    return next((levels[tag] for tag in str(tags).split() if tag in levels), "information")


# States


def tag_html(state: State) -> SafeString:
    colour = f" govuk-tag--{state.colour}" if state.colour in COLOURS - {""} else ""
    return format_html('<strong class="govuk-tag{}">{}</strong>', colour, state.words)


@register.simple_tag
def tag_for(kind: str, value: Any) -> SafeString:
    """A state as a coloured tag with its word: {% tag_for "deadline" row.state %}."""
    return tag_html(state_of(kind, value))


@register.simple_tag
def words_for(kind: str, value: Any) -> str:
    """A state in words only, for sentences and the PDF."""
    return state_of(kind, value).words


@register.simple_tag
def notification_badge(count: Any, words: str = "to look at") -> SafeString:
    """A number beside a menu item; nothing for none."""
    number = int(count or 0)
    if number <= 0:
        return mark_safe("")
    shown, said = ("99+", "99 or more") if number > 99 else (str(number), str(number))
    return format_html(
        ' <span class="moj-notification-badge"><span aria-hidden="true">{}</span>'
        '<span class="govuk-visually-hidden">({} {})</span></span>',
        shown,
        said,
        words,
    )


# Links that keep the rest of the address


def query_of(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET if request is not None else QueryDict()


@register.simple_tag(takes_context=True)
def querystring_with(context: Context, **changes: Any) -> str:
    """The present address with changes: href="{% querystring_with page=2 %}"."""
    return changed_query(query_of(context), **changes)


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context, key: str, label: str, numeric: bool = False, first: str = "ascending", default: str = ""
) -> SafeString:
    """A column head that sorts on the server by ?sort=key or ?sort=-key."""
    sort = str(context.get("sort") or query_of(context).get("sort") or default)
    order = {key: "ascending", f"-{key}": "descending"}.get(sort, "none")
    wanted = first if order == "none" else ("descending" if order == "ascending" else "ascending")
    nowhere = dict.fromkeys(PLACE_IN_LIST)
    href = changed_query(query_of(context), sort=key if wanted == "ascending" else f"-{key}", **nowhere)
    return format_html(
        '<th scope="col" class="govuk-table__header{}" aria-sort="{}">'
        '<a class="govuk-link govuk-link--no-visited-state iom-sort iom-sort--{}" href="{}">{}</a></th>',
        " govuk-table__header--numeric" if numeric else "",
        order,
        order,
        href,
        label,
    )


# Pages of a list


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Any, label: str = "Pages", name: str = "page") -> dict[str, Any]:
    """Links to the other pages of `page_of(...)`, of a Django page, or of a list paged by key.

    A page with two lists gives each a query parameter (`name`) of its own.
    """
    return {"label": label, "pages": page_links(query_of(context), getattr(page, "page", page), name)}


# Pieces of pages


@register.inclusion_tag("forms/error_summary.html", takes_context=True)
def error_summary(context: Context, *given: Any) -> dict[str, Any]:
    """ "There is a problem": of the forms named, else of `error_forms` or `form` in the context."""
    forms = list(given) or list(context.get("error_forms") or []) or [context.get("form")]
    return {"error_forms": [f for f in forms if hasattr(f, "error_links") and f.error_links()]}


@register.simple_tag
def summary_row(key: str, value: Any = "", url: str = "", action: str = "Change") -> SafeString:
    """One row of a summary list; an empty value says "Not recorded"."""
    shown = date_uk(value) if isinstance(value, date) and not isinstance(value, datetime) else value
    shown = datetime_uk(value) if isinstance(value, datetime) else shown
    empty = shown is None or shown == ""
    link = (
        format_html(
            '<dd class="govuk-summary-list__actions"><a class="govuk-link" href="{}">{}'
            '<span class="govuk-visually-hidden"> {}</span></a></dd>',
            url,
            action,
            key.lower(),
        )
        if url
        else ""
    )
    return format_html(
        '<div class="govuk-summary-list__row{}"><dt class="govuk-summary-list__key">{}</dt>'
        '<dd class="govuk-summary-list__value">{}</dd>{}</div>',
        "" if url else " govuk-summary-list__row--no-actions",
        key,
        mark_safe('<span class="iom-quiet">Not recorded</span>') if empty else shown,
        link,
    )


@register.inclusion_tag("components/empty_state.html")
def empty_state(heading: str, text: str = "", url: str = "", label: str = "") -> dict[str, str]:
    """What a list says when it has nothing, and what to do next."""
    return {"heading": heading, "text": text, "url": url, "label": label}


@register.inclusion_tag("components/tile.html")
def tile(label: str, value: Any, url: str = "", hint: str = "", tone: str = "") -> dict[str, Any]:
    """A number that matters, with what it counts; tone: "", "warning", "good"."""
    shown = f"{value:,}" if isinstance(value, int) else value
    return {"label": label, "value": shown, "url": url, "hint": hint, "tone": tone}


@register.simple_block_tag(end_name="end_data_table")
def data_table(
    content: str, caption: str, name: str = "", caption_hidden: bool = False, small: bool = False
) -> SafeString:
    """A table that scrolls by itself on a narrow screen: put thead and tbody inside."""
    name = name or slugify(caption)
    return format_html(
        '<div class="iom-scroll" role="region" tabindex="0" aria-labelledby="{0}-caption">'
        '<table class="govuk-table{1}" id="{0}">'
        '<caption class="govuk-table__caption {2}" id="{0}-caption">{3}</caption>{4}</table></div>',
        name,
        " govuk-table--small-text-until-tablet iom-table--small" if small else "",
        "govuk-visually-hidden" if caption_hidden else "govuk-table__caption--m",
        caption,
        mark_safe(content),  # noqa: S308  rendered by the template engine, which has already escaped it
    )


@register.inclusion_tag("components/chart_with_table.html")
def chart_with_table(
    title: str, chart: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], name: str = ""
) -> dict[str, Any]:
    """A chart and its figures in two tabs; the first column of the table heads its row."""
    return {"title": title, "chart": chart, "heads": heads, "rows": rows, "id": name or slugify(title)}


# Filters


@register.simple_block_tag(takes_context=True, end_name="end_filtered_list")
def filtered_list(
    context: Context, content: str, form: Any, name: str = "list", clear_url: str = ""
) -> SafeString:
    """A list with its filters beside it; htmx swaps the whole of it, without htmx the page reloads."""
    request = context.get("request")
    path = getattr(request, "path", "")
    parts = {
        "id": name,
        "content": mark_safe(content),  # noqa: S308  rendered by the template engine, which has already escaped it
        "form": form,
        "chosen": chosen_filters(query_of(context), form),
        "clear_url": clear_url or path,
        "path": path,
        "kept": [("sort", value) for value in query_of(context).getlist("sort") if "sort" not in form.fields],
    }
    return SafeString(get_template("components/filtered_list.html").render(parts))
