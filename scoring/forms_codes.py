"""Forms of the mapping of offence codes."""

from django import forms

from iom.kernel.forms import GovukFilterForm, GovukForm
from scoring.code_feed import DA_CATEGORIES, ROR_CATEGORIES
from scoring.rules.vocabulary import in_words


def _choices(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, in_words(code).capitalize()) for code in codes]


class CodeFilterForm(GovukFilterForm):
    q = forms.CharField(label="Code or words", max_length=100)
    category = forms.ChoiceField(
        label="Category", choices=[("", "Any"), *_choices(tuple(sorted({*ROR_CATEGORIES, *DA_CATEGORIES})))]
    )
    draft = forms.ChoiceField(
        label="Checked by the force", choices=[("", "Any"), ("no", "Checked"), ("yes", "Still a draft")]
    )


class CodeForm(GovukForm):
    ror_category = forms.ChoiceField(
        label="Category of the Risk of Reoffending model", choices=_choices(ROR_CATEGORIES)
    )
    da_category = forms.ChoiceField(label="Category if it is domestic abuse", choices=_choices(DA_CATEGORIES))
    neighbourhood_crime = forms.BooleanField(label="Neighbourhood crime", required=False)
    reason = forms.CharField(
        label="Reason", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecideForm(GovukForm):
    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[("approve", "Approve: the list is in force at once"), ("decline", "Decline")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Note",
        help_text="Who checked the list, and against what.",
        min_length=10,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
