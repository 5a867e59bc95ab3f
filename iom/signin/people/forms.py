"""Forms of joiners, movers and leavers; each asks for the reason that the second administrator reads."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from iom.accounts.rules import ROLES, Role
from iom.agencies.models import Agency, Team
from iom.kernel.forms import GovukFilterForm, GovukForm, date_field
from iom.signin.people.rules import STANDING_LABELS, span_problem

ROLE_CHOICES = [("", "Select a role"), *((role.value, ROLES[role].label) for role in Role)]


def _reason() -> forms.CharField:
    return forms.CharField(
        label="Reason",
        help_text="The administrator who signs reads this",
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Enter the reason",
            "min_length": "Enter the reason in at least 10 characters",
        },
    )


class PeopleFilterForm(GovukFilterForm):
    q = forms.CharField(label="Name or username", max_length=64)
    role = forms.ChoiceField(label="Role", choices=[("", "Any"), *ROLE_CHOICES[1:]])
    state = forms.ChoiceField(
        label="State", choices=[("", "Any"), *((s.value, label) for s, label in STANDING_LABELS.items())]
    )


class PlaceForm(GovukForm):
    """A role in a team from a day on."""

    team = forms.TypedChoiceField(label="Team", coerce=int, error_messages={"required": "Select a team"})
    role = forms.ChoiceField(label="Role", choices=ROLE_CHOICES, error_messages={"required": "Select a role"})
    starts_on = date_field("First day")
    ends_on = date_field("Day from which it no longer holds", required=False)
    is_contact = forms.BooleanField(label="Point of contact of the agency", required=False)
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.select_related("agency").order_by("agency__name", "name")
        self.fields["team"].choices = [  # type: ignore[attr-defined]
            ("", "Select a team"),
            *((team.pk, f"{team.agency.name}: {team.name}") for team in teams),
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("starts_on") and given.get("ends_on"):
            problem = span_problem(given["starts_on"], given["ends_on"])
            if problem:
                self.add_error("ends_on", problem)
        return given


class JoinForm(PlaceForm):
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter the name"})
    username = forms.CharField(
        label="Username",
        help_text="Small letters, figures, full stops and hyphens",
        max_length=64,
        error_messages={"required": "Enter a username"},
    )
    email = forms.EmailField(label="E-mail", required=False)
    field_order = (
        "name",
        "username",
        "email",
        "team",
        "role",
        "starts_on",
        "ends_on",
        "is_contact",
        "reason",
    )

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).lower()
        if not re.fullmatch(r"[a-z0-9][a-z0-9.\-]*", name):
            raise ValidationError("Use only small letters, figures, full stops and hyphens")
        return name


class EndForm(GovukForm):
    ends_on = date_field("Day from which it no longer holds")
    reason = _reason()


class ReasonForm(GovukForm):
    reason = _reason()


class LinkForm(GovukForm):
    provider = forms.TypedChoiceField(
        label="Agency's single sign-on",
        coerce=int,
        error_messages={"required": "Select an agency's single sign-on"},
    )
    reason = _reason()

    def __init__(self, *args: Any, providers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].choices = [("", "Select one"), *providers]  # type: ignore[attr-defined]


class ProviderForm(GovukForm):
    agency = forms.TypedChoiceField(
        label="Agency", coerce=int, error_messages={"required": "Select an agency"}
    )
    issuer = forms.URLField(
        label="Issuer",
        help_text="The address that the agency's sign-in gives for itself, for example https://sign-in.agency.example",
        max_length=300,
        assume_scheme="https",
        error_messages={"required": "Enter the issuer's address"},
    )
    client_id = forms.CharField(
        label="Client", max_length=200, error_messages={"required": "Enter the name of the client"}
    )
    client_secret = forms.CharField(
        label="Client secret",
        help_text="Leave empty to keep the one that is there",
        required=False,
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.CharField(label="Scopes", initial="openid", max_length=200)
    checks_second_factor = forms.BooleanField(
        label="The agency checks a second factor itself, and has said so in writing", required=False
    )
    is_active = forms.BooleanField(label="In use", required=False, initial=True)
    starts_on = date_field("First day")
    ends_on = date_field("Day from which it no longer holds", required=False)
    reason = _reason()

    def __init__(self, *args: Any, plain_http: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plain_http = plain_http
        self.fields["agency"].choices = [  # type: ignore[attr-defined]
            ("", "Select an agency"),
            *Agency.objects.order_by("name").values_list("pk", "name"),
        ]

    def clean_issuer(self) -> str:
        issuer = str(self.cleaned_data["issuer"])
        if not issuer.startswith("https://") and not self.plain_http:
            raise ValidationError("The issuer's address must begin with https://")
        return issuer
