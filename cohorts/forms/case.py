"""Forms of the case: managers, places, checklist, deadlines, sharing, engagements (REF-5, COH-4, CMP-7, PLN-3)."""

from datetime import datetime, time
from typing import Any

from django import forms

from cohorts.forms.selection import place_choices
from cohorts.rules.statuses import CaseStatus
from cohorts.rules.vocabulary import COHORTS, ENGAGEMENT_KINDS, SCHEME_NAMES, Scheme
from iom.agencies.models import Agency, Unit
from iom.agencies.rules import DATA_CLASS_LABELS, AgencyKind
from iom.kernel.clock import LONDON
from iom.kernel.forms import GovukFilterForm, GovukForm, date_field
from iom.sharing.rules import OUTCOME_LABELS, Outcome

TEXT = 2000


def text(
    label: str, *, rows: int = 3, required: bool = True, hint: str = "", longest: int = TEXT
) -> forms.CharField:
    """A question answered in sentences."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=longest,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def time_field(label: str, hint: str = "For example 14:30") -> forms.TimeField:
    """A time of day, as people write it."""
    return forms.TimeField(
        label=label,
        help_text=hint,
        input_formats=["%H:%M", "%H.%M", "%I:%M%p", "%I%p", "%H%M"],
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
        error_messages={"invalid": "Enter a time like 14:30"},
    )


def moment(day: Any, clock_time: time) -> datetime:
    """The moment that a London date and time of day mean."""
    return datetime.combine(day, clock_time, tzinfo=LONDON)


class CaseFilterForm(GovukFilterForm):
    name = forms.CharField(label="Name or reference", max_length=80)
    status = forms.MultipleChoiceField(
        label="Status",
        choices=[(s.value, s.value.replace("_", " ").capitalize()) for s in CaseStatus],
        widget=forms.CheckboxSelectMultiple,
    )
    unit = forms.ModelChoiceField(label="District", queryset=Unit.objects.none(), empty_label="Any")
    cohort = forms.ChoiceField(
        label="Cohort",
        choices=[
            ("", "Any"),
            *[
                (SCHEME_NAMES[scheme], [(f"{scheme.value}:{c.code}", c.name) for c in cohorts])
                for scheme, cohorts in COHORTS.items()
            ],
        ],
    )
    manager = forms.IntegerField(label="Manager's number", min_value=1, widget=forms.HiddenInput)
    mine = forms.BooleanField(label="Only cases I manage")
    overdue = forms.BooleanField(label="Only cases with something overdue")

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class ManagerForm(GovukForm):
    manager_id = forms.TypedChoiceField(label="Police manager", coerce=int, empty_value=None, required=False)
    partner_manager_id = forms.TypedChoiceField(
        label="Partner manager",
        help_text="The case must be shared with the agency first",
        coerce=int,
        empty_value=None,
        required=False,
    )
    reason = text("Reason", required=False, hint="Needed when the manager changes")

    def __init__(
        self, *args: Any, police: list[tuple[int, str]], partners: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["manager_id"].choices = [("", "Nobody yet"), *police]  # type: ignore[attr-defined]
        self.fields["partner_manager_id"].choices = [("", "Nobody"), *partners]  # type: ignore[attr-defined]


class PlacementForm(GovukForm):
    place = forms.ChoiceField(label="New cohort and category")
    rationale = text("Rationale")

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = place_choices(scheme)  # type: ignore[attr-defined]


class ChecklistForm(GovukForm):
    what = forms.ChoiceField(
        label="What happened?",
        choices=[("tick", "It is done"), ("not_needed", "It is not needed here")],
        widget=forms.RadioSelect,
    )
    evidence = text(
        "Evidence, or why it is not needed",
        hint="For example who confirmed the flag, and its reference",
        longest=1000,
    )


class ExtendForm(GovukForm):
    new_due_on = date_field("New due date", future_only=True, subject="the new due date")
    reason = text("Reason", hint="It shows in every report, with the date the policy gives")


PARTS = [(code.value, words) for code, words in DATA_CLASS_LABELS.items()]


class ShareForm(GovukForm):
    stands_for = {"agency_id": "agency"}
    agency = forms.ModelChoiceField(
        label="Agency", queryset=Agency.objects.none(), empty_label="Choose an agency"
    )
    purpose = text("What will the agency use it for?", longest=1000)
    reason = text("Why does it need the information?", hint="Lawful, necessary and proportionate: say why")
    parts = forms.MultipleChoiceField(
        label="Which parts?",
        help_text="Tick none to share all that the agreement covers",
        choices=PARTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ends_on = date_field(
        "Until",
        "Leave empty to share while the case is open",
        future_only=True,
        required=False,
        subject="the end date",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "agency" in self.fields:
            self.fields["agency"].queryset = Agency.objects.exclude(kind=AgencyKind.POLICE)  # type: ignore[attr-defined]

    def clean_parts(self) -> list[str] | None:
        """The parts that were ticked, or None for all of them."""
        return self.cleaned_data["parts"] or None


class ChangeShareForm(ShareForm):
    """Other parts, purpose or end of a share; the agency stays."""

    agency = None  # type: ignore[assignment]


class LookAgainForm(GovukForm):
    outcome = forms.ChoiceField(label="What becomes of this sharing?", widget=forms.RadioSelect)
    parts = forms.MultipleChoiceField(
        label="Which parts from now on?",
        help_text="Tick none to share all that the agreement covers",
        choices=PARTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ends_on = date_field(
        "Until",
        "Leave empty to share while the case is open",
        future_only=True,
        required=False,
        subject="the end date",
    )
    note = text("Why?", hint="What you looked at: the need, the agreement, the consent")
    reveals = {"outcome": {Outcome.CHANGED.value: ["parts", "ends_on"]}}

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [o for o in Outcome if may_share or o != Outcome.CHANGED]
        self.fields["outcome"].choices = [(o.value, OUTCOME_LABELS[o]) for o in offered]  # type: ignore[attr-defined]
        if not may_share:
            del self.fields["parts"], self.fields["ends_on"]
            self.reveals = {}

    def clean_parts(self) -> list[str] | None:
        """The parts that were ticked, or None for all of them."""
        return self.cleaned_data["parts"] or None


class PlanEngagementForm(GovukForm):
    stands_for = {"planned_at": "day", "held_at": "day", "with_agency_id": "with_agency"}
    kind = forms.ChoiceField(label="Kind", choices=list(ENGAGEMENT_KINDS.items()))
    day = date_field("Date", future_only=True, subject="the date")
    clock_time = time_field("Time")
    place = forms.CharField(label="Place", max_length=120, required=False)
    with_agency = forms.ModelChoiceField(
        label="Together with", queryset=Agency.objects.all(), required=False, empty_label="No other agency"
    )


class RecordEngagementForm(PlanEngagementForm):
    day = date_field("Date", past_only=True, subject="the date")
    attended = forms.ChoiceField(
        label="Did the person attend?",
        choices=[("yes", "Yes"), ("late", "Yes, late"), ("no", "No")],
        widget=forms.RadioSelect,
    )
    notes = text("What was found", required=False, rows=5)
    next_step = text("What is the next step?", required=False)
    reveals = {"attended": {"no": ["next_step"]}}

    def only_held(self) -> None:
        """Nobody can miss what was not planned: leave that answer out."""
        self.fields["attended"].choices = [("yes", "Yes"), ("late", "Yes, late")]  # type: ignore[attr-defined]
        del self.fields["next_step"]
        self.reveals = {}


class DeselectionReasonForm(GovukForm):
    rationale = text("Rationale for the record", rows=5, longest=4000)
