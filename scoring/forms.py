"""Forms of the emerging-threat tab and of the prioritised list."""

from typing import Any

from django import forms

from iom.agencies.models import Unit
from iom.kernel.forms import GovukFilterForm, GovukForm
from scoring.models import ThreatAlert
from scoring.models.threat_numbers import LARGEST_TOP


class ReviewForm(GovukForm):
    """Nothing is chosen beforehand."""

    outcome = forms.ChoiceField(
        label="What did you decide?", choices=ThreatAlert.Outcome.choices, widget=forms.RadioSelect
    )
    rationale = forms.CharField(
        label="Rationale",
        help_text="Why is this person, or is this person not, to be discussed at a partnership meeting?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    take_off = forms.BooleanField(
        label="Take the person off the tab",
        help_text="Leave this empty to keep the person on the tab; the next review is then due as the tab says.",
        required=False,
    )


class ThreatNumbersForm(GovukForm):
    """The two numbers of the emerging-threat rule that no score model holds."""

    again_after = forms.IntegerField(
        label="While an entry is open, tell of a further rise of", help_text="In points", min_value=1
    )
    top_n = forms.IntegerField(
        label="Alert whoever is newly among so many first of a list without grades",
        help_text="Leave this empty to switch it off. People are compared with the list of 28 days before.",
        min_value=1,
        max_value=LARGEST_TOP,
        required=False,
    )
    reason = forms.CharField(
        label="Reason for the change", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ScoreFilterForm(GovukFilterForm):
    unit = forms.ModelChoiceField(label="District", queryset=Unit.objects.none(), empty_label="All I may see")
    band = forms.ChoiceField(label="Grade")
    managed = forms.ChoiceField(
        label="Managed", choices=[("", "Any"), ("yes", "Managed"), ("no", "Not managed")]
    )

    def __init__(self, *args: Any, units: Any, bands: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if bands:
            self.fields["band"].choices = [("", "Any"), *reversed(bands)]  # type: ignore[attr-defined]
        else:
            del self.fields["band"]
