"""What a reviewer fills in, and what findings can be filtered by."""

from django import forms

from iom.kernel.forms import GovukFilterForm, GovukForm
from iom.oversight.rules import KINDS, OUTCOMES, REVIEW_OUTCOMES


class FindingFilterForm(GovukFilterForm):
    status = forms.ChoiceField(
        label="State", choices=[("", "All"), ("open", "To review"), ("reviewed", "Reviewed")]
    )
    kind = forms.ChoiceField(
        label="What", choices=[("", "All"), *((code, kind.label) for code, kind in KINDS.items())]
    )


class FindingForm(GovukForm):
    outcome = forms.ChoiceField(
        label="What came of it", choices=list(OUTCOMES.items()), widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="What you found", max_length=2000, min_length=10, widget=forms.Textarea(attrs={"rows": 4})
    )


class ReviewForm(GovukForm):
    outcome = forms.ChoiceField(
        label="Outcome", choices=list(REVIEW_OUTCOMES.items()), widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="What you looked at, and found",
        max_length=2000,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
