"""Forms of retention and subject access."""

from datetime import date
from typing import Any

from django import forms

from iom.kernel.forms import GovukFilterForm, GovukForm, date_field
from iom.retention.models import AccessItem, Correction, Returned
from iom.retention.rules.grounds import GROUNDS
from iom.retention.rules.statuses import (
    ANSWERS,
    CRITERIA,
    OUTCOME_LABELS,
    REQUEST_LABELS,
    REVIEW_LABELS,
    Outcome,
    RequestStatus,
)

_ROWS = {"rows": 4}


def _text(label: str, hint: str = "", **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=2000, widget=forms.Textarea(attrs=_ROWS), **kwargs
    )


class QueueFilterForm(GovukFilterForm):
    group = forms.ChoiceField(
        label="Group", choices=[("", "All"), *((str(n), f"Group {n}") for n in range(1, 5))]
    )
    unit = forms.ChoiceField(label="District")
    status = forms.ChoiceField(
        label="State", choices=[("", "To do"), *((s.value, label) for s, label in REVIEW_LABELS.items())]
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "All"), *units]  # type: ignore[attr-defined]


class _CriteriaForm(GovukForm):
    """The questions of the national retention assessment criteria."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in reversed(CRITERIA):
            field = forms.ChoiceField(
                label=one.words, help_text=one.hint, choices=list(ANSWERS.items()), widget=forms.RadioSelect
            )
            self.add_field(one.code, field)
        self.order_fields([one.code for one in CRITERIA])

    def answers(self) -> dict[str, str]:
        return {one.code: self.cleaned_data[one.code] for one in CRITERIA}


class KeepForm(_CriteriaForm):
    reason = _text(
        "Why is it necessary to keep the record?", "The policing purpose, and why nothing less will do"
    )
    next_on = date_field("Next review on", future_only=True, subject="the date of the next review")

    def __init__(self, *args: Any, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"next_on": latest}, **kwargs)


class DisposeForm(_CriteriaForm):
    reason = _text("Why is it no longer necessary to keep the record?", "The second person signs this reason")


class HoldForm(GovukForm):
    person = forms.CharField(label="Person", max_length=20, help_text="Nominal reference, like NV0000123")
    authority = forms.CharField(label="Who or what asks for the hold?", max_length=200)
    reason = _text("Reason", "Why nothing may be destroyed")
    review_on = date_field("Look at the hold again on", future_only=True, subject="the date of the next look")


class LiftForm(GovukForm):
    reason = _text("Why is the hold no longer needed?")


class ReturnedForm(GovukForm):
    outcome = forms.ChoiceField(
        label="What becomes of the new record?",
        choices=[choice for choice in Returned.OUTCOMES if choice[0]],
        widget=forms.RadioSelect,
    )
    reason = _text("Reason")


class RequestFilterForm(GovukFilterForm):
    status = forms.ChoiceField(
        label="State", choices=[("", "Open"), *((s.value, label) for s, label in REQUEST_LABELS.items())]
    )
    mine = forms.BooleanField(label="Only those I handle", required=False)


class RequestForm(GovukForm):
    person = forms.CharField(label="Person", max_length=20, help_text="Nominal reference, like NV0000123")
    received_on = date_field("Received on", past_only=True, subject="the date it was received")
    asked_for = _text("What do they ask for?", "Leave empty for everything", required=False)
    ask_identity = forms.BooleanField(
        label="Proof of identity was asked for", required=False, help_text="The time waits until it is given"
    )


class IdentityForm(GovukForm):
    how = _text("How did the person prove who they are?", "Do not copy the document's number")
    proved_on = date_field("When?", past_only=True, subject="the date of the proof")


class ReasonForm(GovukForm):
    reason = _text("Reason")


class EndForm(GovukForm):
    outcome = forms.ChoiceField(
        label="How did the request end?",
        choices=[
            (RequestStatus.WITHDRAWN.value, "The person withdrew it"),
            (RequestStatus.REFUSED.value, "Refused: manifestly unfounded or excessive"),
        ],
        widget=forms.RadioSelect,
    )
    reason = _text("Reason", "A refusal is told to the person with its reason")


class GiveForm(GovukForm):
    how = forms.CharField(
        label="How was it given?",
        help_text="Such as: handed over at Mill Street, or sent by recorded post to the address on record",
        max_length=200,
    )


class ItemForm(GovukForm):
    """What the person is given of one item."""

    reveals = {"outcome": {"redact": ["marked"]}}
    choice_hints = {"outcome": {"withhold": "No word of it is given; the reason is recorded"}}

    outcome = forms.ChoiceField(
        label="What is the person given?",
        choices=[(o.value, label) for o, label in OUTCOME_LABELS.items()],
        widget=forms.RadioSelect,
    )
    marked = forms.CharField(
        label="Put [[ before and ]] after each passage to hide",
        help_text="What stands between the brackets is replaced by [removed]. Do not change the words.",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    ground = forms.ChoiceField(
        label="Why is it hidden or withheld?",
        required=False,
        choices=[
            ("", "Nothing is"),
            *((g.code, f"{g.words} ({g.clause})") for g in GROUNDS.values() if g.code != "own_data"),
        ],
    )
    reason = _text("Reason", "Needed where you depart from what is proposed", required=False)

    def __init__(self, *args: Any, item: AccessItem, **kwargs: Any) -> None:
        initial = {
            "outcome": item.outcome or item.proposed,
            "marked": item.marked or item.proposed_marked or item.text,
            "ground": "" if item.ground == "own_data" else item.ground,
            "reason": item.reason,
        }
        super().__init__(*args, initial=initial, **kwargs)
        if item.locked:
            self.fields["outcome"].choices = [  # type: ignore[attr-defined]
                (Outcome.WITHHOLD.value, OUTCOME_LABELS[Outcome.WITHHOLD])
            ]
            del self.fields["marked"]
            self.reveals = {}


class CorrectionForm(GovukForm):
    person = forms.CharField(label="Person", max_length=20, help_text="Nominal reference, like NV0000123")
    received_on = date_field("Received on", past_only=True, subject="the date it was received")
    what = _text("What does the person say is wrong?")


class CorrectionOutcomeForm(GovukForm):
    outcome = forms.ChoiceField(
        label="What was done?",
        choices=[choice for choice in Correction.OUTCOMES if choice[0]],
        widget=forms.RadioSelect,
    )
    reason = _text("Reason", "A refusal is told to the person with its reason and their right to complain")
