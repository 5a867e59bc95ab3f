"""Sending a file through the browser."""

from django import forms

from iom.feeds import registry
from iom.feeds.rules import LARGEST_UPLOAD_BYTES
from iom.kernel.forms import GovukForm


class UploadForm(GovukForm):
    kind = forms.ChoiceField(label="Kind of file", widget=forms.RadioSelect)
    file = forms.FileField(
        label="CSV file", help_text="UTF-8, at most 50 MB. Larger files are loaded on the server."
    )
    accept_rejects = forms.BooleanField(
        label="Load the good rows even if more than 5 % are rejected", required=False
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(one.name, one.title) for one in registry.kinds()]

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD_BYTES:
            raise forms.ValidationError(
                "The file is larger than 50 MB. Ask for it to be loaded on the server."
            )
        return file
