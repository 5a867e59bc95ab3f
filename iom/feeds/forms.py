"""Sending a file through the browser, trying one again, and what administrators keep about feeds."""

from typing import Any

from django import forms

from iom.feeds import registry
from iom.feeds.rules import LARGEST_UPLOAD_BYTES, LONGEST_RHYTHM_HOURS, SHORTEST_REASON
from iom.kernel.forms import GovukForm, date_field


def _reason(help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label="Reason",
        help_text=help_text,
        min_length=SHORTEST_REASON,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UploadForm(GovukForm):
    kind = forms.ChoiceField(label="Kind of file", widget=forms.RadioSelect)
    file = forms.FileField(
        label="CSV file",
        help_text="UTF-8, at most 50 MB. Larger files go into the folder or are posted by a system.",
    )
    accept_rejects = forms.BooleanField(
        label="Load the good rows even if more than 5 % are rejected", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(one.name, one.title) for one in registry.kinds()]

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD_BYTES:
            raise forms.ValidationError(
                "The file is larger than 50 MB. Put it into the folder, or let a system post it."
            )
        return file


class AgainForm(GovukForm):
    reason = _reason("Why may the file be loaded as it is? Your name is kept with it.")


class RhythmForm(GovukForm):
    every_hours = forms.IntegerField(
        label="Hours between two files",
        help_text="24 for a file a day, 168 for one a week. Leave empty if no file is expected.",
        min_value=1,
        max_value=LONGEST_RHYTHM_HOURS,
        required=False,
    )
    reason = _reason()


class SenderForm(GovukForm):
    name = forms.CharField(label="Name of the system", max_length=80)
    kinds = forms.MultipleChoiceField(label="Feeds that it sends", widget=forms.CheckboxSelectMultiple)
    expires_on = date_field(
        "Last day of the key", "At most two years from today.", future_only=True, subject="the last day"
    )
    reason = _reason("What is the system, and who answers for it?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["kinds"]
        assert isinstance(kinds, forms.MultipleChoiceField)
        kinds.choices = [(one.name, one.title) for one in registry.kinds()]


class EndSenderForm(GovukForm):
    reason = _reason()
