"""Choosing the role to act in."""

from collections.abc import Sequence
from typing import Any

from django import forms

from iom.agencies.models import Membership
from iom.kernel.forms import GovukForm


class ChooseRoleForm(GovukForm):
    heading_field = "membership"
    membership = forms.TypedChoiceField(
        label="Which role are you acting in?",
        coerce=int,
        widget=forms.RadioSelect,
        help_text="You see only what this role may see. You can change role at any time.",
        error_messages={"required": "Select the role you are acting in"},
    )

    def __init__(self, *args: Any, memberships: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].choices = [  # type: ignore[attr-defined]
            (row.pk, f"{row.get_role_display()}, {row.team.name}, {row.team.agency.name}")
            for row in memberships
        ]
