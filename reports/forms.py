"""What a reader may ask of the compliance report."""

from datetime import date
from typing import Any

from django import forms

from iom.kernel.forms import GovukFilterForm, date_field
from reports.compliance import FORCE, District
from reports.compliance.figures import FORCE_NAME
from reports.rules import PERIOD_NAMES, Period, period_dates, period_fault


class ComplianceFilterForm(GovukFilterForm):
    """District and period; nothing chosen means the last three months of all that the reader may see."""

    district = forms.ChoiceField(label="District")
    period = forms.ChoiceField(label="Period", choices=[(p.value, name) for p, name in PERIOD_NAMES.items()])
    from_on = date_field("First day", "Only for dates you choose", subject="the first day")
    to_on = date_field("Last day", "Only for dates you choose", subject="the last day")

    def __init__(self, data: Any, *, districts: tuple[District, ...], force_wide: bool, on: date) -> None:
        super().__init__(data or {})
        self.on, self.districts = on, districts
        choices = [(FORCE, FORCE_NAME)] if force_wide else []
        field = self.fields["district"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*choices, *((d.code, d.name) for d in districts)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("period") == Period.OWN.value:
            for name, words in (("from_on", "first"), ("to_on", "last")):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, f"Enter the {words} day of the period")
            if cleaned.get("from_on") and cleaned.get("to_on"):
                fault = period_fault(cleaned["from_on"], cleaned["to_on"])
                if fault:
                    self.add_error("to_on", fault)
        return cleaned

    def dates(self) -> tuple[date, date]:
        """First and last day of the period asked for, once the form is valid."""
        chosen = Period(self.cleaned_data.get("period") or Period.RECENT)
        if chosen is Period.OWN:
            return self.cleaned_data["from_on"], self.cleaned_data["to_on"]
        return period_dates(chosen, self.on)
