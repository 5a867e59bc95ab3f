"""A date in three boxes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from iom.kernel import clock
from iom.kernel.forms.naming import subject_of, with_article
from iom.kernel.wording import date_uk

DAY, MONTH, YEAR = 0, 1, 2
PART_NAMES = ("day", "month", "year")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FIRST_YEAR, LAST_YEAR = 1900, 2100


class DateInput(forms.MultiWidget):
    """Day, month and year in three boxes: `name_day`, `name_month`, `name_year`; ids end in _0, _1, _2."""

    template_name = "forms/widgets/date_input.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        parts: dict[str, forms.Widget | type[forms.Widget]] = {part: forms.TextInput() for part in PART_NAMES}
        super().__init__(parts, attrs)
        self.wrong_parts: frozenset[int] = frozenset()

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, str):
            value = parse_iso(value)
        if isinstance(value, datetime):
            value = value.date()
        return [value.day, value.month, value.year] if isinstance(value, date) else ["", "", ""]

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> Any:
        """Three boxes, or one ISO date under the plain name (links and filters use that)."""
        if name in data and not any(f"{name}_{part}" in data for part in PART_NAMES):
            whole = parse_iso(str(data.get(name) or ""))
            return self.decompress(whole) if whole else [data.get(name) or "", "", ""]
        return [str(v or "").strip() for v in super().value_from_datadict(data, files, name)]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for index, part in enumerate(context["widget"]["subwidgets"]):
            width = "govuk-input--width-4" if index == YEAR else "govuk-input--width-2"
            error = " govuk-input--error" if index in self.wrong_parts else ""
            part["attrs"] = {
                "id": part["attrs"].get("id", ""),
                "class": f"govuk-input govuk-date-input__input {width}{error}",
                "inputmode": "numeric",
            }
            part["label"] = PART_NAMES[index].capitalize()
        return context


class DateField(forms.Field):
    """A date in three boxes, with errors that say which part is missing or wrong."""

    widget = DateInput

    def __init__(
        self,
        *,
        subject: str = "",
        past_only: bool = False,
        future_only: bool = False,
        earliest: date | None = None,
        latest: date | None = None,
        **kwargs: Any,
    ) -> None:
        self.subject, self.past_only, self.future_only = subject, past_only, future_only
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)

    def _name(self) -> str:
        if self.subject:
            return self.subject
        label = subject_of("the date", self)
        return "the date" if label.endswith("?") else with_article(label)

    def _refuse(
        self, rest: str, parts: Sequence[int] = (DAY, MONTH, YEAR), code: str = "invalid"
    ) -> ValidationError:
        name = self._name()
        sentence = f"{name[:1].upper()}{name[1:]} {rest}".replace("%", "%%")
        return ValidationError(sentence, code=code, params={"parts": tuple(parts)})

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date) or value in self.empty_values:
            return value or None
        parts = [str(part or "").strip() for part in value]
        missing = [index for index, part in enumerate(parts) if not part]
        if len(missing) == len(PART_NAMES):
            return None
        if missing:
            raise self._refuse(
                "must include a " + " and ".join(PART_NAMES[i] for i in missing), missing, "incomplete"
            )
        return self._real_date(*parts)

    def _real_date(self, day: str, month: str, year: str) -> date:
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise self._refuse("must include a year with 4 numbers, like 2026", [YEAR])
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise self._refuse(f"must have a year between {FIRST_YEAR} and {LAST_YEAR}", [YEAR])
        month_number = read_month(month)
        if month_number is None:
            raise self._refuse("must have a month between 1 and 12", [MONTH])
        if not (day.isascii() and day.isdigit() and 1 <= int(day) <= 31):
            raise self._refuse("must have a day between 1 and 31", [DAY])
        try:
            return date(int(year), month_number, int(day))
        except ValueError:
            raise self._refuse("must be a real date", [DAY]) from None

    def validate(self, value: date | None) -> None:
        if value is None:
            if self.required:
                own = self.error_messages["required"]
                stock = forms.Field.default_error_messages["required"]
                raise ValidationError(own if own != stock else f"Enter {self._name()}", code="required")
            return
        today = clock.today()
        if self.past_only and value > today:
            raise self._refuse("must be today or in the past", code="future")
        if self.future_only and value < today:
            raise self._refuse("must be today or in the future", code="past")
        if self.earliest and value < self.earliest:
            raise self._refuse(f"must be on or after {date_uk(self.earliest)}", code="too_early")
        if self.latest and value > self.latest:
            raise self._refuse(f"must be on or before {date_uk(self.latest)}", code="too_late")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != self.to_python(DateInput().decompress(initial)))
        except ValidationError:
            return True


def date_field(
    label: str, hint: str = "", *, past_only: bool = False, future_only: bool = False, **kwargs: Any
) -> DateField:
    """A date question; `subject` names it in errors, as "the date of birth"; `earliest`, `latest` bound it."""
    return DateField(label=label, help_text=hint, past_only=past_only, future_only=future_only, **kwargs)


def parse_iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_month(text: str) -> int | None:
    """A month as a number or as its English name."""
    if text.isascii() and text.isdigit():
        return int(text) if 1 <= int(text) <= 12 else None
    short = text.lower()[:3]
    return MONTHS.index(short) + 1 if len(text) >= 3 and short in MONTHS else None
