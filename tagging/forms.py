"""What is asked about a tag."""

from typing import Any

from django import forms

from iom.agencies.models import Unit
from iom.agencies.rules import UnitKind
from iom.kernel.forms import GovukFilterForm, GovukForm, date_field
from tagging.rules import (
    AFTER_REMOVAL,
    END_REASON_LABELS,
    KIND_LABELS,
    PURPOSE_LABELS,
    STATE_LABELS,
    TRANSITIONS,
    DeviceState,
    Fitting,
)


def units() -> list[tuple[str, str]]:
    """The districts and hubs that own tags, by code."""
    return list(Unit.objects.exclude(kind=UnitKind.FORCE).values_list("code", "name"))


class InventoryFilterForm(GovukFilterForm):
    unit = forms.ChoiceField(label="District")
    state = forms.ChoiceField(
        label="State", choices=[("", "Any"), *((s.value, n) for s, n in STATE_LABELS.items())]
    )
    kind = forms.ChoiceField(
        label="Kind", choices=[("", "Any"), *((k.value, n) for k, n in KIND_LABELS.items())]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "Any"), *units()]  # type: ignore[attr-defined]


class AddDeviceForm(GovukForm):
    serial = forms.CharField(label="Serial number", max_length=40)
    kind = forms.ChoiceField(label="Kind", choices=[(k.value, n) for k, n in KIND_LABELS.items()])
    unit = forms.ChoiceField(label="District that owns it")
    cost = forms.DecimalField(label="Cost in pounds", min_value=0, max_digits=8, decimal_places=2)
    acquired_on = date_field("Acquired on", past_only=True, subject="the date it was acquired")

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class ChangeStateForm(GovukForm):
    to = forms.ChoiceField(label="New state", widget=forms.RadioSelect)
    reason = forms.CharField(label="Reason", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [to for to in TRANSITIONS[DeviceState(state)] if to != DeviceState.FITTED]
        self.fields["to"].choices = [(to.value, STATE_LABELS[to]) for to in possible]  # type: ignore[attr-defined]


class FitForm(GovukForm):
    person = forms.CharField(
        label="Who wears it", max_length=20, help_text="Nominal reference, like NV0000123"
    )
    starts_on = date_field("Fitted on", past_only=True, subject="the date of fitting")
    consent_on = date_field(
        "Consent signed on",
        "By the wearer, on the consent form",
        past_only=True,
        subject="the date the consent was signed",
    )
    purposes = forms.MultipleChoiceField(
        label="Purposes",
        error_messages={"required": "Select at least one purpose"},
        choices=[(p.value, n) for p, n in PURPOSE_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    review_on = date_field("Review on", subject="the date of the review")
    guardian_name = forms.CharField(
        label="Parent or guardian", max_length=120, required=False, help_text="If the wearer is under 18"
    )
    guardian_consent_on = date_field(
        "Parent or guardian consented on",
        required=False,
        past_only=True,
        subject="the date of the parent or guardian's consent",
    )
    guardian_present = forms.BooleanField(
        label="The parent or guardian was present at the fitting", required=False
    )

    def fitting(self) -> Fitting:
        given = self.cleaned_data
        return Fitting(
            starts_on=given["starts_on"],
            review_on=given["review_on"],
            consent_on=given["consent_on"],
            purposes=tuple(given["purposes"]),
            guardian_name=given["guardian_name"],
            guardian_consent_on=given["guardian_consent_on"],
            guardian_present=given["guardian_present"],
        )


class RemoveForm(GovukForm):
    ends_on = date_field("Removed on", past_only=True, subject="the date of removal")
    reason = forms.ChoiceField(
        label="Why", choices=[(r.value, n) for r, n in END_REASON_LABELS.items()], widget=forms.RadioSelect
    )
    to_state = forms.ChoiceField(
        label="What state is the tag in?",
        choices=[(s.value, STATE_LABELS[s]) for s in AFTER_REMOVAL],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Note", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
