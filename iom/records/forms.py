"""What is asked when a record is added, corrected or ended."""

from collections.abc import Mapping
from typing import Any

from django import forms

from iom.kernel.forms import GovukForm, date_field
from iom.kernel.reasons import SHORTEST_REASON
from iom.records.rules import (
    CARE_STATUSES,
    EXPLOITATION_KINDS,
    HANDLING,
    INFORMATION_EVALUATION,
    NOTE_KINDS,
    NRM_STATUSES,
    SOURCE_EVALUATION,
    TACTIC_KINDS,
    Nrm,
)


def _choices(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(str(getattr(code, "value", code)), label) for code, label in words.items()]


def _words(label: str, *, hint: str = "", required: bool = True, rows: int = 4) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=required, max_length=4000, widget=area)


def _line(label: str, length: int, *, hint: str = "", required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=required, max_length=length)


class ReasonForm(GovukForm):
    """A step that needs nothing but its reason."""

    reason = forms.CharField(
        label="Reason",
        help_text=f"At least {SHORTEST_REASON} characters. It is kept in the audit.",
        min_length=SHORTEST_REASON,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class IntelligenceForm(GovukForm):
    title = _line("Title", 160)
    content = _words("Content", rows=8)
    occurred_on = date_field(
        "When it happened", required=False, past_only=True, subject="the date it happened"
    )
    source_evaluation = forms.TypedChoiceField(
        label="Source evaluation", choices=_choices(SOURCE_EVALUATION), widget=forms.RadioSelect, coerce=int
    )
    information_evaluation = forms.ChoiceField(
        label="Information evaluation", choices=_choices(INFORMATION_EVALUATION), widget=forms.RadioSelect
    )
    handling = forms.ChoiceField(label="Handling", choices=_choices(HANDLING), widget=forms.RadioSelect)
    handling_instructions = _words("Conditions on sharing", required=False, rows=3)
    provenance = _line("Number of the log it came from", 80, required=False)
    review_on = date_field("Review on", required=False, subject="the date of review")
    sanitised = _words(
        "What a partner may be told",
        hint="Leave out the source and everything that points to it. Nobody outside the police reads it before it is"
        " disclosed to their agency.",
        required=False,
    )

    reveals = {"handling": {"C": ["handling_instructions"]}}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("handling") == "C" and not given.get("handling_instructions"):
            self.add_error("handling_instructions", "Enter the conditions on sharing")
        return given


class SanitiseForm(GovukForm):
    sanitised = _words(
        "What a partner may be told",
        hint="Leave out the source and everything that points to it. It cannot be changed afterwards except by"
        " correcting the item.",
        rows=6,
    )


class NoteForm(GovukForm):
    kind = forms.ChoiceField(label="Kind", choices=_choices(NOTE_KINDS), widget=forms.RadioSelect)
    text = _words("Note", rows=8)
    agencies = forms.TypedMultipleChoiceField(
        label="Who else reads it",
        help_text="Nobody but your agency reads a note unless you name them here.",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, agencies: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if agencies:
            self.fields["agencies"].choices = agencies  # type: ignore[attr-defined]
        else:
            del self.fields["agencies"]


class AudienceForm(GovukForm):
    agencies = forms.TypedMultipleChoiceField(
        label="Who else reads it",
        help_text="An agency you leave out reads the note no more.",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, agencies: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agencies"].choices = agencies  # type: ignore[attr-defined]


class VictimForm(GovukForm):
    victim_name = _line("Name of the victim", 160)
    relation = _line("Relation to the person", 120)
    no_contact = _words("No-contact conditions", required=False, rows=3)
    safeguarding = _words("Safeguarding", required=False)
    wishes = _words("The victim’s wishes", required=False, rows=3)
    address = _line("Address", 240, required=False)
    contact = _line("How to reach the victim", 160, required=False)


class YouthForm(GovukForm):
    worker = _line("Youth justice worker", 160, hint="Name, and how to reach them", required=False)
    school = _line("School or education", 160, required=False)
    guardian = _line("Parent or guardian", 160, required=False)
    guardian_contact = _line("How to reach the parent or guardian", 160, required=False)
    care_status = forms.ChoiceField(label="Care", choices=_choices(CARE_STATUSES), widget=forms.RadioSelect)
    court_orders = _words("Court orders", required=False, rows=3)
    transition = _words("What the move to adult services needs", required=False)
    starts_on = date_field("From", subject="the date it starts")
    ends_on = date_field("Until", required=False, subject="the date it ends")

    def clean(self) -> dict[str, Any]:
        return _ordered(self, super().clean() or {}, "starts_on", "ends_on")


class ExploitationForm(GovukForm):
    kind = forms.ChoiceField(label="Kind", choices=_choices(EXPLOITATION_KINDS), widget=forms.RadioSelect)
    indicators = _words("Indicators", hint="What was seen or said that points to exploitation")
    tactics = _words(
        "What must change in how we deal with them",
        hint="For example: an appropriate adult from first contact; no arrest without asking the safeguarding lead.",
    )
    safeguarding_lead = _line("Safeguarding lead", 160, hint="Name, agency and number")
    nrm_status = forms.ChoiceField(
        label="National Referral Mechanism", choices=_choices(NRM_STATUSES), widget=forms.RadioSelect
    )
    nrm_referred_on = date_field(
        "Referred on", required=False, past_only=True, subject="the date of the referral"
    )
    nrm_reference = _line("Referral reference", 40, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("nrm_status") not in (None, Nrm.NOT_REFERRED.value) and not given.get("nrm_referred_on"):
            self.add_error("nrm_referred_on", "Enter the date of the referral")
        return given


class TacticForm(GovukForm):
    kind = forms.ChoiceField(label="Kind", choices=_choices(TACTIC_KINDS), widget=forms.RadioSelect)
    text = _words("Tactic")
    valid_from = date_field("From", subject="the date it starts")
    valid_to = date_field("Until", required=False, subject="the date it ends")

    def clean(self) -> dict[str, Any]:
        return _ordered(self, super().clean() or {}, "valid_from", "valid_to")


def _ordered(form: GovukForm, given: dict[str, Any], first: str, last: str) -> dict[str, Any]:
    """A span that ends before it starts is said at its end."""
    if given.get(first) and given.get(last) and given[last] < given[first]:
        form.add_error(last, "This must be on or after the date it starts")  # type: ignore[attr-defined]
    return given


FORMS: Mapping[str, type[GovukForm]] = {
    "exploitation": ExploitationForm,
    "intelligence": IntelligenceForm,
    "notes": NoteForm,
    "tactics": TacticForm,
    "victims": VictimForm,
    "young-person": YouthForm,
}
