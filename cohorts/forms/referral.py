"""The one referral form of every agency, and the steps of its research (REF-1, REF-2)."""

import uuid

from django import forms

from cohorts.rules.vocabulary import GROUND_NAMES, ROUTE_NAMES, Route
from iom.agencies.models import Unit
from iom.agencies.rules import UnitKind
from iom.kernel.forms import GovukFilterForm, GovukForm, date_field
from iom.persons.models import Person

LONG_TEXT = 4000


def district_choices() -> list[tuple[int, str]]:
    """The units a referral can go to, by name."""
    kinds = (UnitKind.DISTRICT, UnitKind.PRISON_HUB)
    return list(Unit.objects.filter(kind__in=kinds).order_by("kind", "name").values_list("id", "name"))


class NewReferralForm(GovukForm):
    given_names = forms.CharField(label="First names", max_length=120)
    family_name = forms.CharField(label="Family name", max_length=120)
    date_of_birth = date_field(
        "Date of birth",
        "Leave empty if you do not know it",
        past_only=True,
        required=False,
        subject="the date of birth",
    )
    identifiers = forms.CharField(
        label="Identifiers you know",
        help_text="For example a PNC number, a prison number, a CRN or an address that tells two people apart",
        max_length=200,
        required=False,
    )
    unit_id = forms.TypedChoiceField(label="Which district is this for?", coerce=int)
    ground = forms.ChoiceField(
        label="Ground for the referral", choices=list(GROUND_NAMES.items()), widget=forms.RadioSelect
    )
    route = forms.ChoiceField(
        label="How does it come?", choices=list(ROUTE_NAMES.items()), initial=Route.REFERRAL
    )
    reasons = forms.CharField(
        label="Reasons",
        help_text="What worries you, what has changed, what you are doing already. The board reads this.",
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_id"].choices = [("", "Choose a district"), *district_choices()]  # type: ignore[attr-defined]


class ReferralFilterForm(GovukFilterForm):
    status = forms.MultipleChoiceField(label="Status", widget=forms.CheckboxSelectMultiple)
    ground = forms.ChoiceField(label="Ground", choices=[("", "Any"), *GROUND_NAMES.items()])
    name = forms.CharField(label="Name", max_length=80)

    def __init__(self, *args: object, statuses: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = statuses  # type: ignore[attr-defined]


class MatchForm(GovukForm):
    """Which person on record the typed names mean."""

    person = forms.ModelChoiceField(
        label="Which person is this?",
        queryset=Person.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose the person, or search by another name or reference"},
    )

    def __init__(self, *args: object, people: list[Person], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        field.queryset = Person.objects.filter(pk__in=[p.pk for p in people]).select_related("home_unit")  # type: ignore[attr-defined]
        field.label_from_instance = self._words  # type: ignore[attr-defined]

    @staticmethod
    def _words(person: Person) -> str:
        born = (
            f"born {person.date_of_birth:%-d %B %Y}" if person.date_of_birth else "date of birth not recorded"
        )
        managed = ", managed already" if person.is_managed else ""
        return f"{person.full_name}, {born}, {person.nominal_ref}, {person.home_unit.name}{managed}"


class ListForBoardForm(GovukForm):
    board_on = date_field(
        "Which board?", "The date the board sits", future_only=True, subject="the date of the board"
    )


class ReasonForm(GovukForm):
    """A step that needs nothing but its reason."""

    reason = forms.CharField(label="Reason", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
