"""How a hidden passage is shown."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from iom.retention.rules.redaction import REMOVED

register = template.Library()


@register.filter
def blacked_out(text: str) -> SafeString:
    """The text with a black box for what was removed: the words themselves are not there any more."""
    box = f'<span class="iom-removed">{REMOVED}</span>'
    safe = escape(text).replace("\n", "<br>").replace(REMOVED, box)
    return mark_safe(safe)  # noqa: S308  escaped above


@register.filter
def marked_up(text: str) -> SafeString:
    """The text with what is to be hidden set off, for whoever decides."""
    safe = escape(text).replace("\n", "<br>")
    safe = safe.replace("[[", '<mark class="iom-hide">[[').replace("]]", "]]</mark>")
    return mark_safe(safe)  # noqa: S308  escaped above
