"""Forms of agreements, disclosures, consent and the ledger (SHR-1, NEW-5)."""

from typing import Any

from django import forms

from iom.agencies.models import Agency, SharingAgreement
from iom.agencies.rules import ALWAYS_COVERED, DATA_CLASS_LABELS, AgencyKind
from iom.agencies.services import Terms
from iom.kernel.forms import GovukFilterForm, GovukForm, date_field
from iom.kernel.reasons import SHORTEST_REASON
from iom.sharing.rules import BY_HAND, CONSENT_LABELS, MEDIUM_LABELS, Medium

PARTNERS = Agency.objects.exclude(kind=AgencyKind.POLICE)


def text(label: str, hint: str = "", *, rows: int = 3, required: bool = True) -> forms.CharField:
    """A question answered in sentences."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=2000,
        min_length=SHORTEST_REASON if required else None,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def partner_field(label: str = "Agency") -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label=label, queryset=PARTNERS, empty_label="Choose an agency")


class AgreementForm(GovukForm):
    """Everything that an agreement says; without its reference, which an amendment is given by itself."""

    reference = forms.CharField(label="Reference", max_length=30)
    title = forms.CharField(label="Title", max_length=160)
    parties = forms.CharField(
        label="Parties", help_text="Everybody who signed it", max_length=400, required=False
    )
    purposes = text("Purposes", "For what information may be shared")
    legal_basis = text("Legal basis", "For example: Crime and Disorder Act 1998, section 115")
    data_classes = forms.MultipleChoiceField(
        label="What the agreement covers",
        help_text="What is not ticked is not shown to the agency, whatever was shared",
        choices=[(code.value, words) for code, words in DATA_CLASS_LABELS.items()],
        initial=[ALWAYS_COVERED.value],
        widget=forms.CheckboxSelectMultiple,
    )
    document_reference = forms.CharField(
        label="Where the signed agreement is kept", help_text="For example a file reference", max_length=160
    )
    starts_on = date_field("Starts on", future_only=False, subject="the first day")
    review_on = date_field("Review on", subject="the day of the review")
    ends_on = date_field(
        "Ends on", "The first day on which it no longer holds; leave empty for no end", required=False
    )
    reason = text("Why is it amended?", "The earlier agreement is kept as it was")

    def __init__(self, *args: Any, amends: SharingAgreement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason" if amends is None else "reference"]

    def terms(self) -> Terms:
        """What was typed, as the service takes it."""
        given = self.cleaned_data
        names = ("title", "purposes", "legal_basis", "parties", "document_reference", "data_classes")
        dates = {name: given[name] for name in ("starts_on", "ends_on", "review_on")}
        return Terms(**{name: given[name] for name in names}, **dates)


class EndAgreementForm(GovukForm):
    ends_on = date_field("Ends on", "The first day on which it no longer holds", subject="the day it ends")
    reason = text("Why does it end?")


class DisclosureForm(GovukForm):
    stands_for = {"agency_id": "agency"}
    agency = partner_field("To which agency?")
    purpose = text("Purpose", "What the agency will use it for")
    necessity = text("Why is it needed?", "Why the purpose cannot be met without it")
    expires_on = date_field("Until", "The first day on which it is no longer shown", future_only=True)
    reason = text("Reason for asking", "The person who signs reads this")


class RevokeForm(GovukForm):
    reason = text("Why does the disclosure end?")


class WriteDownForm(GovukForm):
    stands_for = {"agency_id": "agency"}
    agency = partner_field()
    recipient = forms.CharField(label="Who received it?", max_length=100)
    medium = forms.ChoiceField(
        label="How?", choices=[(m.value, MEDIUM_LABELS[m]) for m in BY_HAND], widget=forms.RadioSelect
    )
    what = forms.CharField(
        label="What was given?", help_text="Name it; do not repeat what it says", max_length=200
    )
    purpose = text("Purpose")
    necessity = text("Why was it needed?")


class ConsentForm(GovukForm):
    stands_for = {"agency_id": "agency"}
    agency = partner_field("About sharing with which agency?")
    purpose = text("For what was the person asked?")
    status = forms.ChoiceField(
        label="What did the person say?",
        choices=[(s.value, words) for s, words in CONSENT_LABELS.items()],
        widget=forms.RadioSelect,
    )
    said_on = date_field("When?", past_only=True, subject="the date")
    how = forms.CharField(
        label="How?", help_text="For example in writing, or said to an officer", max_length=160
    )
    evidence = forms.CharField(label="Where is this on record?", max_length=200)


class ExportForm(GovukForm):
    reason = text("Why do you need this file?", "The reason is recorded with your name")


class LedgerFilterForm(GovukFilterForm):
    medium = forms.ChoiceField(
        label="How", choices=[("", "Any"), *((m.value, words) for m, words in MEDIUM_LABELS.items())]
    )
    agency = forms.ModelChoiceField(
        label="Agency", queryset=PARTNERS, to_field_name="code", empty_label="Any"
    )
    since = date_field("From")
    until = date_field("To")

    def values(self) -> dict[str, Any]:
        """The filters that make sense; a wrong one is shown at its field and does not limit."""
        if self.is_bound:
            self.is_valid()
        given = getattr(self, "cleaned_data", {})
        agency = given.get("agency")
        return {
            "medium": given.get("medium") or "",
            "agency": agency.code if agency else "",
            "since": given.get("since"),
            "until": given.get("until"),
        }


class PersonLedgerFilterForm(LedgerFilterForm):
    looks = forms.BooleanField(label="Also what partners looked at")

    def wants_looks(self) -> bool:
        """Whether looks are listed: they are most of a ledger, and hidden until somebody asks for them."""
        given = getattr(self, "cleaned_data", {})
        return bool(given.get("looks")) or given.get("medium") == Medium.VIEW
