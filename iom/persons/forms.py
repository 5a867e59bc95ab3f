"""Searching for a person."""

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
