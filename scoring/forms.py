"""Forms of the emerging-threat tab, of the prioritised list and of the score models."""

from collections.abc import Iterable
from typing import Any

from django import forms

from iom.agencies.models import Unit
from iom.kernel.forms import GovukFilterForm, GovukForm
from iom.kernel.reasons import SHORTEST_REASON
from scoring.models import ThreatAlert
from scoring.models.threat_numbers import LARGEST_TOP
from scoring.rules.files import LARGEST_FILE_BYTES
from scoring.rules.places import FIRST_PLACES, USUALLY
from scoring.rules.tables import TABLES, Rows, Table
from scoring.selectors.comparisons import SHOW
from scoring.selectors.versions import SHOWN, in_cell


class ReviewForm(GovukForm):
    """Nothing is chosen beforehand."""

    outcome = forms.ChoiceField(
        label="What did you decide?", choices=ThreatAlert.Outcome.choices, widget=forms.RadioSelect
    )
    rationale = forms.CharField(
        label="Rationale",
        help_text="Why is this person, or is this person not, to be discussed at a partnership meeting?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    take_off = forms.BooleanField(
        label="Take the person off the tab",
        help_text="Leave this empty to keep the person on the tab; the next review is then due as the tab says.",
        required=False,
    )


class ThreatNumbersForm(GovukForm):
    """The two numbers of the emerging-threat rule that no score model holds."""

    again_after = forms.IntegerField(
        label="While an entry is open, tell of a further rise of", help_text="In points", min_value=1
    )
    top_n = forms.IntegerField(
        label="Alert whoever is newly among so many first of a list without grades",
        help_text="Leave this empty to switch it off. People are compared with the list of 28 days before.",
        min_value=1,
        max_value=LARGEST_TOP,
        required=False,
    )
    reason = forms.CharField(
        label="Reason for the change", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ScoreFilterForm(GovukFilterForm):
    unit = forms.TypedChoiceField(label="District", coerce=int, empty_value=None)
    band = forms.ChoiceField(label="Grade")
    managed = forms.ChoiceField(
        label="Managed", choices=[("", "Any"), ("yes", "Managed"), ("no", "Not managed")]
    )

    def __init__(
        self, *args: Any, units: Iterable[Unit], bands: tuple[tuple[str, str], ...], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "All I may see"), *((unit.pk, unit.name) for unit in units)]  # type: ignore[attr-defined]
        if bands:
            self.fields["band"].choices = [("", "Any"), *reversed(bands)]  # type: ignore[attr-defined]
        else:
            del self.fields["band"]


class VersionForm(GovukForm):
    """Which number a new draft gets."""

    step = forms.ChoiceField(label="How large is the change?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, versions: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "patch": "A correction",
            "minor": "Points or settings change",
            "major": "What counts at all changes",
        }
        self.fields["step"].choices = [  # type: ignore[attr-defined]
            (step, f"{words[step]}: {number}") for step, number in versions.items()
        ]


class StepForm(GovukForm):
    """Why a version takes a step of its life."""

    reason = forms.CharField(
        label="Reason",
        help_text="Kept with the version, for whoever reads it later",
        min_length=SHORTEST_REASON,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class TableFileForm(GovukForm):
    """A table of a draft as a file."""

    table = forms.ChoiceField(
        label="Which table is it?",
        choices=[(table.name, table.title) for table in TABLES.values()],
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label="CSV file", help_text="UTF-8, with the heads of the file that you can download, at most 1 MB"
    )
    seen = forms.CharField(widget=forms.HiddenInput)
    stands_for = {"rows": "file"}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE_BYTES:
            raise forms.ValidationError("The file is larger than 1 MB.")
        return file


class TableForm(GovukForm):
    """A table of a draft as boxes: a line for each row, and a few empty ones where rows may be added."""

    seen = forms.CharField(widget=forms.HiddenInput)
    show_optional = False
    NEW_LINES = 3
    MOST_LINES = 500

    def __init__(self, *args: Any, table: Table, rows: Rows, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        sent = self.data.get("lines", "") if self.is_bound else ""
        wanted = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else 0
        count = len(rows) + (0 if table.fixed else self.NEW_LINES)
        self.count = min(max(count, wanted), self.MOST_LINES)
        for number in range(self.count):
            row = rows[number] if number < len(rows) else dict.fromkeys(table.columns, "")
            for column in table.columns:
                self.add_field(self._name(number, column), _cell(table, column, row[column], number))

    def _name(self, number: int, column: str) -> str:
        return f"{column}-{number}"

    def lines(self) -> list[list[tuple[Any, str]]]:
        """The boxes, line by line; a fixed table's keys are hidden boxes beside their words."""
        return [
            [(box, in_cell(column, str(box.value() or ""))) for column, box in self._boxes(number)]
            for number in range(self.count)
        ]

    def _boxes(self, number: int) -> list[tuple[str, Any]]:
        return [(column, self[self._name(number, column)]) for column in self.table.columns]

    def rows(self) -> Rows:
        """What was typed; a line whose first box is empty is taken out."""
        found = [
            {column: self.cleaned_data[self._name(number, column)] for column in self.table.columns}
            for number in range(self.count)
        ]
        return [row for row in found if row[self.table.columns[0]].strip()]


def _cell(table: Table, column: str, value: str, number: int) -> forms.CharField:
    label = f"{SHOWN[column]}, line {number + 1}"
    if table.fixed and column in table.key:
        return forms.CharField(label=label, initial=value, widget=forms.HiddenInput, max_length=60)
    wide = {"rationale": 40, "source": 20, "category": 20, "family": 10, "setting": 20}.get(column, 5)
    size = "" if wide == 40 else f"govuk-input--width-{wide}"
    return forms.CharField(
        label=label,
        initial=value,
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"class": size, "spellcheck": "false"}),
    )


class ComparisonForm(GovukFilterForm):
    """Which people and how many first places a comparison shows."""

    first = forms.TypedChoiceField(
        label="First places", choices=[(n, f"First {n}") for n in FIRST_PLACES], coerce=int
    )
    show = forms.ChoiceField(label="People", choices=list(SHOW.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"first": USUALLY}, **kwargs)
