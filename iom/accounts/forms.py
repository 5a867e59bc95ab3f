"""The sign-in form."""

from django import forms

from iom.kernel.forms import GovukForm


class SignInForm(GovukForm):
    username = forms.CharField(
        label="Username", max_length=64, error_messages={"required": "Enter your username"}
    )
    password = forms.CharField(
        label="Password",
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password"},
    )
