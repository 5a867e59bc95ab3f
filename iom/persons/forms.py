"""Searching for a person."""

from typing import Any

from django import forms

from iom.kernel.forms import GovukForm


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
