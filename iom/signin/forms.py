"""The forms of sign-in."""

from django import forms

from iom.kernel.forms import GovukForm


class ConfirmForm(GovukForm):
    """Names of its own, since the fields of the form that waits are kept beside it."""

    confirm_password = forms.CharField(
        label="Password",
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password"},
    )
