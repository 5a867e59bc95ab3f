"""One field on a page: its classes, its hint and error ids, its options, and where its error link goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundField

from iom.kernel.forms.dates import DateInput

if TYPE_CHECKING:
    from iom.kernel.forms.base import GovukForm


class GovukBoundField(BoundField):
    """A field on a page: its classes, its hint and error ids, and where its error link goes."""

    form: "GovukForm"

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}-hint" if self.help_text else ""

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}-error" if self.errors else ""

    @property
    def counted(self) -> bool:
        """A textarea with a limit shows how many characters are left."""
        return isinstance(self.field.widget, forms.Textarea) and bool(getattr(self.field, "max_length", None))

    @property
    def aria_describedby(self) -> str | None:
        ids = [self.hint_id, self.error_id, f"{self.auto_id}-info" if self.counted else ""]
        return " ".join(i for i in ids if i) or None

    @property
    def kind(self) -> str:
        """How the field template lays it out: fieldset, checkbox, password, file, counted or plain."""
        widget = self.field.widget
        if isinstance(widget, forms.CheckboxInput):
            return "checkbox"
        if isinstance(widget, forms.PasswordInput):
            return "password"
        if isinstance(widget, forms.FileInput):
            return "file"
        if widget.use_fieldset:
            return "fieldset"
        return "counted" if self.counted else "plain"

    @property
    def first_control_id(self) -> str:
        """The control that an error link jumps to."""
        return f"{self.auto_id}_{self._first_wrong_part}" if self.kind == "fieldset" else str(self.auto_id)

    @property
    def _first_wrong_part(self) -> int:
        return min(self._wrong_parts) if self._wrong_parts else 0

    @property
    def _wrong_parts(self) -> frozenset[int]:
        """For a date: which of day, month and year the first error is about (all, when it does not say)."""
        problems = self.form.errors.as_data().get(self.name, [])
        if not isinstance(self.field.widget, DateInput) or not problems:
            return frozenset()
        return frozenset((problems[0].params or {}).get("parts", (0, 1, 2)))

    @property
    def label_text(self) -> str:
        """The label, marked when the question may be left out."""
        optional = self.form.show_optional and not self.field.required and self.kind != "checkbox"
        return (
            f"{self.label} (optional)"
            if optional and "(optional)" not in str(self.label)
            else str(self.label)
        )

    @property
    def is_heading(self) -> bool:
        return self.form.heading_field == self.name

    @property
    def label_size(self) -> str:
        return "l" if self.is_heading else self.form.label_size

    @property
    def family(self) -> str:
        """The option family of the design system, or nothing for a field without options to tick."""
        if isinstance(self.field.widget, forms.CheckboxSelectMultiple):
            return "checkboxes"
        return "radios" if isinstance(self.field.widget, forms.RadioSelect) else ""

    def options(self) -> "list[Option]":
        """The choices of radios or checkboxes with their hints and the questions each one opens."""
        hints = self.form.choice_hints.get(self.name, {})
        reveals = self.form.reveals.get(self.name, {})
        made = []
        for widget in self.subwidgets:
            value = str(widget.data.get("value", ""))
            opened = [self.form[name] for name in reveals.get(value, ())]
            made.append(Option(widget.data, hints.get(value, ""), opened))
        return made

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return attrs
        if not widget.use_fieldset and self.aria_describedby:
            attrs["aria-describedby"] = self.aria_describedby
        base = widget_class(widget)
        if base:
            error = f"{base}--error" if self.errors else ""
            extra = MARKERS.get(self.kind, "")
            width = "" if "govuk-input--width" in widget.attrs.get("class", "") else default_width(self.field)
            own = widget.attrs.get("class", "")
            attrs["class"] = " ".join(filter(None, [base, extra, error, width, own]))
        if isinstance(widget, forms.NumberInput):
            mode = "decimal" if isinstance(self.field, forms.DecimalField | forms.FloatField) else "numeric"
            attrs |= {"inputmode": mode, "spellcheck": "false", "min": False, "max": False, "step": False}
        if self.counted:
            attrs["maxlength"] = False
        if isinstance(widget, DateInput):
            widget.wrong_parts = self._wrong_parts
        return attrs


MARKERS = {
    "counted": "govuk-js-character-count",
    "password": "govuk-password-input__input govuk-js-password-input-input",
}
"""Classes by which the design system's scripts find a control."""


@dataclass(frozen=True)
class Option:
    """One radio button or checkbox."""

    widget: Mapping[str, Any]
    hint: str
    opened: list[BoundField]


def widget_class(widget: forms.Widget) -> str:
    """The GOV.UK class of a control; radios, checkboxes and dates carry theirs in their templates."""
    if isinstance(widget, forms.Textarea):
        return "govuk-textarea"
    if isinstance(widget, forms.FileInput):
        return "govuk-file-upload"
    if isinstance(
        widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.CheckboxInput | forms.MultiWidget
    ):
        return ""
    if isinstance(widget, forms.Select):
        return "govuk-select"
    return "govuk-input" if isinstance(widget, forms.widgets.Input) else ""


def default_width(field: forms.Field) -> str:
    """Short answers get short boxes."""
    if isinstance(field, forms.IntegerField | forms.DecimalField | forms.FloatField):
        return "govuk-input--width-5"
    length = getattr(field, "max_length", None) if isinstance(field.widget, forms.TextInput) else None
    if not length:
        return ""
    return next((f"govuk-input--width-{w}" for w in (2, 3, 4, 5, 10, 20) if length <= w), "")
