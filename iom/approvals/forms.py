"""Forms of a decision."""

from django import forms

from iom.kernel.forms import GovukForm
from iom.kernel.reasons import SHORTEST_REASON

_ROWS = {"rows": 4}


class ApproveForm(GovukForm):
    reason = forms.CharField(
        label="Note",
        help_text="What you checked before you signed",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=_ROWS),
    )


class RefuseForm(GovukForm):
    reason = forms.CharField(
        label="Why do you refuse?",
        help_text="The person who asked reads this",
        min_length=SHORTEST_REASON,
        max_length=2000,
        widget=forms.Textarea(attrs=_ROWS),
    )


class WithdrawForm(GovukForm):
    reason = forms.CharField(
        label="Why is it no longer needed?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=_ROWS),
    )
