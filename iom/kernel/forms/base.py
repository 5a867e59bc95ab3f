"""The base classes of all forms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from iom.kernel.forms.bound import GovukBoundField
from iom.kernel.forms.messages import set_plain_messages
from iom.kernel.forms.renderer import GovukRenderer


@dataclass(frozen=True)
class ErrorLink:
    """One line of the error summary."""

    text: str
    href: str


class GovukFormMixin:
    """What makes a Django form a GOV.UK form; use `GovukForm` or `GovukModelForm`."""

    default_renderer: Any = GovukRenderer
    bound_field_class: Any = GovukBoundField
    use_required_attribute = False

    show_optional = True
    """Mark questions that may be left out with "(optional)". Filters switch it off."""
    label_size = "s"
    heading_field = ""
    """The field whose label is the page's h1, on a page that asks one thing."""
    reveals: Mapping[str, Mapping[str, Sequence[str]]] = {}
    """Radios or checkboxes that open more questions: {"outcome": {"declined": ["reason"]}}."""
    stands_for: Mapping[str, str] = {}
    """Where the service names a value otherwise than the form: {"planned_at": "day"}."""
    choice_hints: Mapping[str, Mapping[str, str]] = {}
    """Hints beside single choices: {"outcome": {"watch": "Looked at again at the next review"}}."""

    fields: dict[str, forms.Field]
    errors: Any
    auto_id: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            set_plain_messages(name, field)

    def add_field(self, name: str, field: forms.Field) -> None:
        """Add a question that the class does not declare, with the same plain messages."""
        self.fields[name] = field
        set_plain_messages(name, field)

    def top_fields(self) -> Iterator[BoundField]:
        """The visible fields that no choice opens."""
        opened = {name for choices in self.reveals.values() for names in choices.values() for name in names}
        for field in self.visible_fields():  # type: ignore[attr-defined]
            if field.name not in opened:
                yield field

    def error_links(self) -> list[ErrorLink]:
        """The error summary in page order: errors of the whole form first, each with a place to go."""
        links = []
        order = ["__all__", *self.fields]
        for name in sorted(self.errors, key=lambda n: order.index(n) if n in order else len(order)):
            href = f"#{self._target(name)}"
            links += [ErrorLink(str(text), href) for text in self.errors[name]]
        return links

    def _target(self, name: str) -> str:
        if name in self.fields:
            return self[name].first_control_id  # type: ignore[index,no-any-return]
        first = next(iter(self.top_fields()), None)
        return first.first_control_id if isinstance(first, GovukBoundField) else "main-content"

    def add_invalid(self, fields: Mapping[str, Sequence[str]]) -> None:
        """Show the sentences of `iom.kernel.errors.Invalid` at their fields."""
        for given, sentences in fields.items():
            name = self.stands_for.get(given, given)
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)  # type: ignore[attr-defined]


class GovukForm(GovukFormMixin, forms.Form):
    """The base of every form that is not tied to a model."""


class GovukModelForm(GovukFormMixin, forms.ModelForm):  # type: ignore[type-arg]
    """The base of the few forms that edit one row of reference data."""


class GovukFilterForm(GovukForm):
    """The form inside a filter panel: nothing is required, so nothing is marked optional."""

    show_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
