"""Forms for records that may be one person."""

from collections.abc import Sequence
from typing import Any

from django import forms

from iom.kernel.forms import GovukForm
from iom.kernel.reasons import SHORTEST_REASON
from iom.persons.models import Person


def _reason(help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label="Reason",
        help_text=help_text,
        min_length=SHORTEST_REASON,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class NamePairForm(GovukForm):
    first = forms.CharField(label="Reference of one record", max_length=20)
    second = forms.CharField(label="Reference of the other record", max_length=20)
    reason = _reason("Why you think that they are one person.")


class DecidePairForm(GovukForm):
    decision = forms.ChoiceField(
        label="Are these one person?",
        choices=[("same", "Yes: merge the records"), ("not_same", "No: two people")],
        widget=forms.RadioSelect,
    )
    keep = forms.ChoiceField(
        label="Which record is kept?",
        help_text="The other reference still finds the person, and what comes for it arrives here.",
        widget=forms.RadioSelect,
        required=False,
    )
    reason = _reason("What you compared, and with whom you checked.")
    reveals = {"decision": {"same": ["keep"]}}
    show_optional = False  # which record is kept must be said as soon as it is asked

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep = self.fields["keep"]
        assert isinstance(keep, forms.ChoiceField)
        keep.choices = [(p.nominal_ref, f"{p.nominal_ref}, {p.full_name}") for p in people]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("decision") == "same" and not typed.get("keep"):
            self.add_error("keep", "Choose which record is kept")
        return typed


class UnmergeForm(GovukForm):
    reason = _reason("Why the records are not of one person after all.")
