"""Error messages that say what to do, made from the field's label."""

from collections.abc import Mapping
from typing import Any

from django import forms

from iom.kernel.forms.dates import DateField
from iom.kernel.forms.naming import subject_of, with_article


def set_plain_messages(name: str, field: forms.Field) -> None:
    """Replace Django's stock messages by sentences that say what to do; messages set on the field stay."""
    subject = subject_of(name, field)
    start = subject[:1].upper() + subject[1:]
    question = subject.endswith("?")
    chooses = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    verb = "Select" if chooses else "Choose" if isinstance(field, forms.FileField) else "Enter"
    required = f"{verb} an answer to “{field.label}”" if question else f"{verb} {with_article(subject)}"
    if isinstance(field, forms.BooleanField):
        required = f"Tick “{field.label or subject}” to go on"
    start = "The answer" if question else start
    limited = start.replace("%", "%%")
    plain = {
        "required": required,
        "max_length": f"{limited} must be %(limit_value)d characters or fewer",
        "min_length": f"{limited} must be %(limit_value)d characters or more",
        "max_value": f"{limited} must be %(limit_value)s or less",
        "min_value": f"{limited} must be %(limit_value)s or more",
        "invalid_choice": "Select one of the answers shown",
        "invalid": f"{start} must be {kind_of_answer(field)}",
        "empty": "The selected file is empty",
    }
    stock = stock_messages(field)
    skipped = codes_left_alone(field, stock)
    for code, sentence in plain.items():
        if code not in skipped and field.error_messages.get(code) == stock.get(code):
            field.error_messages[code] = sentence


def stock_messages(field: forms.Field) -> dict[str, Any]:
    """The messages that Django would give this kind of field."""
    stock: dict[str, Any] = {}
    for parent in reversed(type(field).__mro__):
        stock |= getattr(parent, "default_error_messages", {})
    return stock


def codes_left_alone(field: forms.Field, stock: Mapping[str, Any]) -> set[str]:
    """ "invalid" on a text field belongs to that field's own validators; a date names its own errors."""
    skipped: set[str] = set()
    if isinstance(field, DateField):
        skipped |= {"invalid", "required"}
    if "invalid" not in stock and not isinstance(field, forms.EmailField):
        skipped.add("invalid")
    if isinstance(field, forms.FileField):
        skipped |= {"max_length", "invalid"}
    return skipped


def kind_of_answer(field: forms.Field) -> str:
    if isinstance(field, forms.DecimalField | forms.FloatField):
        return "a number, like 12.5"
    if isinstance(field, forms.IntegerField):
        return "a whole number, like 12"
    if isinstance(field, forms.EmailField):
        return "an email address, like name@example.com"
    if isinstance(field, forms.DateField):
        return "a date, like 30/6/2026"
    if isinstance(field, forms.TimeField):
        return "a time, like 9:30 or 14:15"
    return "in the form asked for"
