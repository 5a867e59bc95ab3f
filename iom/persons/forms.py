"""Searching for a person, here and elsewhere, and deciding who sees a record."""

from typing import Any

from django import forms

from iom.kernel.forms import GovukForm, date_field
from iom.persons.rules import RESTRICTION_KINDS


def _reason(label: str, hint: str = "At least 10 characters; it stays in the audit") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


class SearchForm(GovukForm):
    q = forms.CharField(
        label="Name, reference, PNC, CRO, prison number or CRN",
        help_text="For a name, type how the family name or the first name begins. Aliases are searched too.",
        max_length=120,
        required=False,
    )
    show_optional = False

    def __init__(self, *args: Any, identifiers: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not identifiers:
            self.fields["q"].label = "Name, reference, prison number or CRN"


class ElsewhereForm(GovukForm):
    q = forms.CharField(
        label="Whole name, reference or PNC",
        help_text="The name must be whole: family name and all first names. Nothing is found by a part of it.",
        max_length=120,
    )
    born = date_field("Date of birth", required=False, past_only=True, subject="the date of birth")
    reason = _reason("Why do you search outside your district?")


class OpenElsewhereForm(GovukForm):
    reason = _reason("Why do you need this record?")


class EmergencyForm(GovukForm):
    reference = forms.CharField(
        label="Reference of the record", help_text="The whole nominal reference", max_length=20
    )
    reason = _reason(
        "What is the emergency?", "At least 10 characters. Supervision is told at once and reviews it."
    )


class RestrictForm(GovukForm):
    kind = forms.ChoiceField(
        label="Why is the record restricted?", choices=RESTRICTION_KINDS, widget=forms.RadioSelect
    )
    reason = _reason("Reason")


class ReasonForm(GovukForm):
    reason = _reason("Reason")


class NameForm(GovukForm):
    username = forms.CharField(label="Sign-in name", help_text="For example j.smith", max_length=150)
    reason = _reason("Why do they need this record?")
    until = date_field(
        "Until",
        "The first day on which they see it no more. Leave empty for no end",
        required=False,
        future_only=True,
        subject="the last day",
    )


class ReviewForm(GovukForm):
    note = _reason("What did you find?", "Was it right to open the record? At least 10 characters")
