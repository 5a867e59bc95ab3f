"""What is asked about a meeting."""

from typing import Any

from django import forms

from iom.agencies.models import Agency
from iom.kernel.forms import GovukFilterForm, GovukForm, date_field
from meetings.rules import KIND_LABELS, SECTION_LABELS, Presence

KINDS = [(kind.value, label) for kind, label in KIND_LABELS.items()]


class MeetingFilterForm(GovukFilterForm):
    kind = forms.ChoiceField(label="Kind", choices=[("", "Any"), *KINDS])
    unit = forms.ChoiceField(label="District")
    since = date_field("From")
    until = date_field("To")

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "Any"), *units]  # type: ignore[attr-defined]


class MeetingForm(GovukForm):
    kind = forms.ChoiceField(label="Kind of meeting", choices=KINDS)
    unit = forms.ChoiceField(label="District")
    held_on = date_field("Held on", subject="the date of the meeting")
    chair = forms.CharField(label="Chair", max_length=120)
    place = forms.CharField(label="Place", max_length=160)
    present = forms.MultipleChoiceField(
        label="Agencies present",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one agency that was present"},
    )
    apologies = forms.MultipleChoiceField(
        label="Apologies from", widget=forms.CheckboxSelectMultiple, required=False
    )
    disclosure_read = forms.BooleanField(
        label="The disclosure statement was read at the start",
        required=False,
        help_text="No case opens before it was read",
    )

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = list(Agency.objects.values_list("pk", "name"))
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["present"].choices = agencies  # type: ignore[attr-defined]
        self.fields["apologies"].choices = agencies  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if set(given.get("present", ())) & set(given.get("apologies", ())):
            self.add_error("apologies", "An agency was either present or sent apologies, not both")
        return given

    def attendance(self) -> dict[int, str]:
        """Presence by agency id."""
        given = self.cleaned_data
        present = {int(agency): Presence.PRESENT.value for agency in given["present"]}
        return present | {int(agency): Presence.APOLOGIES.value for agency in given["apologies"]}


class DecisionForm(GovukForm):
    person = forms.CharField(label="Person", max_length=20, help_text="Nominal reference, like NV0000123")
    section = forms.ChoiceField(
        label="Section of the agenda",
        choices=[(section.value, label) for section, label in SECTION_LABELS.items()],
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(label="Decision", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    rationale = forms.CharField(label="Rationale", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
