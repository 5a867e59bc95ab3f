"""What may be asked of the past."""

from typing import Any

from django import forms

from iom.kernel.forms import GovukForm, date_field
from reports.worth.rules.questions import HALF_YEAR, USUAL_MONTHS


class EvaluationForm(GovukForm):
    model = forms.ChoiceField(label="Score model")
    months = forms.TypedChoiceField(
        label="Offending in the months after the day",
        coerce=int,
        choices=[(USUAL_MONTHS, "12 months"), (HALF_YEAR, "6 months")],
    )
    as_of = date_field(
        "Day to look back to",
        "Leave this empty for the latest day whose months are over",
        required=False,
        past_only=True,
        subject="the day",
    )

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
