"""Forms of the plan, its actions and the pathways (PLN-1, PLN-2), and of the way out (REF-8)."""

from typing import Any

from django import forms

from cohorts.forms.case import text
from cohorts.models.plan import PLAN_PARTS
from cohorts.rules.vocabulary import DESELECTION_CONSIDERATIONS, NEED_LEVELS, OUTCOMES, PATHWAYS, UPTAKES
from cohorts.services.deselection import DeselectionForm
from iom.agencies.models import Agency
from iom.kernel.forms import GovukForm, date_field


class PlanForm(GovukForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in PLAN_PARTS.items():
            self.add_field(name, text(words, rows=4, required=False, longest=8000))


class ActionForm(GovukForm):
    pathway = forms.ChoiceField(label="Pathway", choices=list(PATHWAYS.items()))
    description = text("What will be done", longest=1000)
    owner_agency = forms.ModelChoiceField(
        label="Which agency owns it?", queryset=Agency.objects.all(), empty_label="Choose an agency"
    )
    stands_for = {"owner_agency_id": "owner_agency"}
    due_on = date_field("By when?", future_only=True, subject="the date it is due")


class ProgressForm(GovukForm):
    step = forms.ChoiceField(label="What happened?", widget=forms.RadioSelect)
    progress = text("Progress", required=False, longest=1000)
    result = text("Result", required=False, longest=1000)
    reveals = {"step": {"finish": ["result"], "stop": ["result"]}}

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = steps  # type: ignore[attr-defined]
        self.reveals = {"step": {name: ["result"] for name, _ in steps if name in {"finish", "stop"}}}


class PathwayNeedForm(GovukForm):
    pathway = forms.ChoiceField(label="Pathway", choices=list(PATHWAYS.items()))
    need = forms.ChoiceField(label="Need", choices=list(NEED_LEVELS.items()), widget=forms.RadioSelect)
    provider = forms.ModelChoiceField(
        label="Provider", queryset=Agency.objects.all(), required=False, empty_label="None yet"
    )
    referred_on = date_field(
        "Referred on", past_only=True, required=False, subject="the date of the referral"
    )
    uptake = forms.ChoiceField(label="Uptake", choices=list(UPTAKES.items()), required=False)
    outcome = forms.ChoiceField(label="Outcome", choices=list(OUTCOMES.items()), required=False)
    notes = text("Notes", required=False)


class ProposalForm(GovukForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in DESELECTION_CONSIDERATIONS.items():
            self.add_field(name, text(words, longest=4000))
        self.add_field("rationale", text("Rationale for deselection", rows=5, longest=4000))
        self.add_field("exit_strategy", text("Exit strategy agreed with partners", rows=4, longest=4000))
        self.add_field(
            "monitored_reason",
            text(
                "Reason for keeping the person monitored",
                required=False,
                hint="Leave empty unless there is one",
            ),
        )
        self.add_field(
            "monitored_until",
            date_field("Monitored until", required=False, future_only=True, subject="the end of monitoring"),
        )

    def proposal(self) -> DeselectionForm:
        """What was typed, as the service takes it; call after `is_valid()`."""
        typed = self.cleaned_data
        return DeselectionForm(
            considerations={name: typed[name] for name in DESELECTION_CONSIDERATIONS},
            rationale=typed["rationale"],
            exit_strategy=typed["exit_strategy"],
            monitored_reason=typed["monitored_reason"],
            monitored_until=typed["monitored_until"],
        )


class AgreeForm(GovukForm):
    decided_on = date_field("Date of the board", past_only=True, subject="the date of the board")
    note = text("Note", required=False)
