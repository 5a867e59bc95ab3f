"""What the audit can be filtered by."""

from django import forms

from iom.audit.rules import KIND_LABELS
from iom.audit.selectors import Filters
from iom.kernel.forms import GovukFilterForm, GovukForm, date_field


class AuditFilterForm(GovukFilterForm):
    person = forms.CharField(label="Person", max_length=20, help_text="Nominal reference, like NV0000123")
    user = forms.CharField(label="Done by", max_length=80, help_text="Part of a name")
    kind = forms.MultipleChoiceField(
        label="What was done", choices=list(KIND_LABELS.items()), widget=forms.CheckboxSelectMultiple
    )
    agency = forms.CharField(label="Agency", max_length=120, help_text="Part of its name")
    reason = forms.CharField(label="Reason", max_length=120, help_text="Part of what was given as reason")
    since = date_field("From")
    until = date_field("To")

    def filters(self) -> Filters:
        """The filters that make sense; a wrong one is shown at its field and does not limit."""
        given = self.cleaned_data if self.is_bound and self.is_valid() else getattr(self, "cleaned_data", {})
        return Filters(
            person=given.get("person", "").strip(),
            user=given.get("user", "").strip(),
            kinds=tuple(given.get("kind", ())),
            agency=given.get("agency", "").strip(),
            reason=given.get("reason", "").strip(),
            since=given.get("since"),
            until=given.get("until"),
        )


class ExportForm(GovukForm):
    reason = forms.CharField(
        label="Why do you need this file?",
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the export.",
    )
