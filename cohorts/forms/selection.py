"""What a board considered and decided (REF-3, REF-4, REF-6). No decision is filled in beforehand."""

from typing import Any

from django import forms

from cohorts.rules.vocabulary import COHORTS, SCHEME_NAMES, SELECTION_CONSIDERATIONS, Scheme
from cohorts.services.board import BoardDecision, PlacementChoice
from iom.agencies.models import Agency
from iom.kernel.forms import GovukForm, date_field

LONG_TEXT = 4000
DECISIONS = [
    ("selected", "Select for management"),
    ("not_selected", "Do not select"),
    ("deferred", "Defer the decision"),
]


def place_choices(scheme: Scheme) -> list[tuple[str, Any]]:
    """Every cohort and category of a scheme, grouped by cohort; the value is "cohort:category"."""
    groups = [
        (
            cohort.name,
            [
                (f"{cohort.code}:{code}", f"{cohort.name}: {words}")
                for code, words in cohort.categories.items()
            ],
        )
        for cohort in COHORTS[scheme]
    ]
    return [("", "Choose a cohort and category"), *groups]


class BoardForm(GovukForm):
    """What may be left out depends on the decision, so the service says what is missing, not the labels."""

    show_optional = False
    decided_on = date_field("Date of the board", past_only=True, subject="the date of the board")
    chair = forms.CharField(label="Who chaired it?", max_length=120)
    agency_ids = forms.ModelMultipleChoiceField(
        label="Which agencies took part?",
        queryset=Agency.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the agencies that took part"},
    )
    partner_information = forms.CharField(
        label="What information from partners was considered?",
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    outcome = forms.ChoiceField(
        label="What did the board decide?", choices=DECISIONS, widget=forms.RadioSelect
    )
    national = forms.ChoiceField(
        label=f"Cohort and category: {SCHEME_NAMES[Scheme.NATIONAL]}", required=False
    )
    three_cohort = forms.ChoiceField(
        label=f"Cohort and category: {SCHEME_NAMES[Scheme.THREE_COHORT]}", required=False
    )
    signpost = forms.CharField(
        label="Which services is the person signposted to?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    look_again_on = date_field(
        "When will the board look again?", required=False, future_only=True, subject="the date to look again"
    )
    note_to_referrer = forms.CharField(
        label="Note to the referrer",
        help_text="The referring agency reads this",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    rationale = forms.CharField(
        label="Rationale for the decision", max_length=LONG_TEXT, widget=forms.Textarea(attrs={"rows": 5})
    )
    reveals = {
        "outcome": {"selected": ["national", "three_cohort"], "not_selected": ["signpost", "look_again_on"]},
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for scheme in Scheme:
            self.fields[scheme.value].choices = place_choices(scheme)  # type: ignore[attr-defined]
        for name, words in SELECTION_CONSIDERATIONS.items():
            answer = forms.CharField(
                label=words, max_length=LONG_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 3})
            )
            self.add_field(name, answer)
        order = [
            "decided_on",
            "chair",
            "agency_ids",
            "partner_information",
            *SELECTION_CONSIDERATIONS,
            "rationale",
        ]
        self.order_fields(
            [*order, "outcome", "national", "three_cohort", "signpost", "look_again_on", "note_to_referrer"]
        )

    def decision(self) -> BoardDecision:
        """What was typed, as the services take it; call after `is_valid()`."""
        typed = self.cleaned_data
        return BoardDecision(
            decided_on=typed["decided_on"],
            chair=typed["chair"],
            agency_ids=tuple(agency.pk for agency in typed["agency_ids"]),
            considerations={name: typed[name] for name in SELECTION_CONSIDERATIONS},
            rationale=typed["rationale"],
            partner_information=typed["partner_information"],
        )

    def placements(self) -> list[PlacementChoice]:
        """The place chosen in each scheme; a scheme left empty gives none, and the service says so."""
        chosen = []
        for scheme in Scheme:
            cohort, _, category = self.cleaned_data[scheme.value].partition(":")
            if category:
                chosen.append(PlacementChoice(scheme.value, cohort, category))
        return chosen
