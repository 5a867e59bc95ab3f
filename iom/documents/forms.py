"""What is asked about a document."""

from typing import Any

from django import forms
from django.conf import settings

from iom.agencies.models import Agency
from iom.documents.content.kinds import TAKEN
from iom.documents.rules import MARKING_LABELS, TYPE_LABELS, Marking, megabytes
from iom.kernel.compartments import COMPARTMENT_LABELS, COMPARTMENT_MEANING, Compartment
from iom.kernel.forms import GovukFilterForm, GovukForm
from iom.kernel.reasons import SHORTEST_REASON

TYPES = [(kind.value, label) for kind, label in TYPE_LABELS.items()]
MARKINGS = [(marking.value, label) for marking, label in MARKING_LABELS.items()]


class DocumentFilterForm(GovukFilterForm):
    kind = forms.ChoiceField(label="Type", choices=[("", "Any"), *TYPES])


class FileForm(GovukForm):
    """A file and nothing else; `too_large` when it was let go of on its way in."""

    file = forms.FileField(label="File")

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = f"{TAKEN}, at most {megabytes(settings.DOCUMENT_LIMIT_BYTES)}"
        if too_large:
            most = megabytes(settings.DOCUMENT_LIMIT_BYTES)
            self.fields["file"].error_messages["required"] = f"The file is larger than {most}"


class DocumentForm(FileForm):
    title = forms.CharField(
        label="Title", max_length=160, help_text="What you would look for, such as “Licence of 3 March 2026”"
    )
    type = forms.ChoiceField(label="Type", choices=[("", "Select a type"), *TYPES])
    compartment = forms.ChoiceField(
        label="What it is about", widget=forms.RadioSelect, help_text="This decides who can read it"
    )
    marking = forms.ChoiceField(
        label="Marking",
        choices=MARKINGS,
        widget=forms.RadioSelect,
        initial=Marking.OFFICIAL_SENSITIVE.value,
    )
    handling = forms.CharField(
        label="Handling instruction",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Such as “Not to be shown to the person”",
    )
    audience = forms.MultipleChoiceField(
        label="Other agencies that may read it",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Your own agency can. Nobody else can unless you select them.",
    )
    field_order = ("title", "type", "compartment", "marking", "handling", "audience", "file")

    def __init__(
        self, *args: Any, compartments: list[Compartment], agencies: list[Agency], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choice_hints = {
            "compartment": {c.value: COMPARTMENT_MEANING[c] for c in compartments},
            "marking": {Marking.OFFICIAL_SENSITIVE.value: "Every download asks for a reason"},
        }
        self.fields["compartment"].choices = [  # type: ignore[attr-defined]
            (c.value, COMPARTMENT_LABELS[c]) for c in compartments
        ]
        if agencies:
            self.fields["audience"].choices = [(a.pk, a.name) for a in agencies]  # type: ignore[attr-defined]
        else:
            del self.fields["audience"]


class AudienceForm(GovukForm):
    audience = forms.MultipleChoiceField(
        label="Other agencies that may read it", widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [(a.pk, a.name) for a in agencies]  # type: ignore[attr-defined]


class ReasonForm(GovukForm):
    """Why somebody withdraws a document, or takes a sensitive one out of the product."""

    reason = forms.CharField(
        label="Reason",
        min_length=SHORTEST_REASON,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
