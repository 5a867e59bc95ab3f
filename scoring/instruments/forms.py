"""What the instruments ask, with the sex and the date of birth that are held already filled in."""

from typing import Any

from django import forms

from iom.kernel.forms import GovukForm, date_field
from iom.persons.models import Person
from scoring.instruments.rules.ogrs3 import Ogrs3Inputs
from scoring.instruments.rules.predictors import PredictorInputs
from scoring.instruments.rules.problems import MOST_SANCTIONS
from scoring.instruments.rules.vocabulary import Sex

SEXES = [(Sex.FEMALE.value, "Female"), (Sex.MALE.value, "Male")]
CODE_HINT = "The five digits of the court code of the current offence, such as 09230"


class InstrumentForm(GovukForm):
    sex = forms.ChoiceField(
        label="Sex",
        help_text="Only these two are in the published formula",
        choices=SEXES,
        widget=forms.RadioSelect,
    )
    born_on = date_field("Date of birth", past_only=True, subject="the date of birth")
    ho_code = forms.CharField(label="Home Office offence code", help_text=CODE_HINT, max_length=5)
    sanctions = forms.IntegerField(
        label="Number of sanctions",
        help_text="All convictions, cautions and youth warnings, with the current one",
        min_value=1,
        max_value=MOST_SANCTIONS,
    )


class Ogrs3Form(InstrumentForm):
    first_age = forms.IntegerField(
        label="Age at the first sanction", help_text="In completed years", min_value=0, max_value=120
    )
    convicted_on = date_field(
        "Date of the current conviction", past_only=True, subject="the date of the current conviction"
    )
    followed_from = date_field(
        "Start of the follow-up",
        "The day of release, or of the start of a sentence in the community",
        subject="the start of the follow-up",
    )

    def given(self) -> Ogrs3Inputs:
        """What was typed, as the rule takes it."""
        typed = self.cleaned_data
        return Ogrs3Inputs(**typed | {"sex": Sex(typed["sex"])})


class PredictorsForm(InstrumentForm):
    violent_sanctions = forms.IntegerField(
        label="Number of violent sanctions",
        help_text="Of all sanctions, those for violence",
        min_value=0,
        max_value=MOST_SANCTIONS,
    )
    first_sanction_on = date_field(
        "Date of the first sanction", past_only=True, subject="the date of the first sanction"
    )
    last_sanction_on = date_field("Date of the last sanction", subject="the date of the last sanction")
    community_on = date_field(
        "In the community from",
        "The day of release, or of the start of a sentence in the community; a day to come if still in custody",
        subject="the date in the community",
    )
    assessed_on = date_field(
        "Date of the assessment",
        "Offence-free months are counted up to here",
        subject="the date of the assessment",
    )

    def given(self) -> PredictorInputs:
        """What was typed, as the rule takes it."""
        typed = self.cleaned_data
        return PredictorInputs(**typed | {"sex": Sex(typed["sex"])})


def held(person: Person) -> dict[str, Any]:
    """What the record says already; a sex that is not known is left to choose."""
    return {"born_on": person.date_of_birth, "sex": person.sex}
