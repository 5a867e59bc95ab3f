"""The forms of sign-in."""

from typing import Any

from django import forms

from iom.kernel.forms import GovukForm

_OLD = {"autocomplete": "current-password"}
_NEW = {"autocomplete": "new-password"}
_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "govuk-input--width-10"}


class SignInForm(GovukForm):
    username = forms.CharField(
        label="Username",
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
        error_messages={"required": "Enter your username"},
    )
    password = forms.CharField(
        label="Password",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs=_OLD),
        error_messages={"required": "Enter your password"},
    )


class CodeForm(GovukForm):
    """The code that an authenticator app shows."""

    code = forms.CharField(
        label="Code from your authenticator app",
        help_text="Six figures",
        max_length=12,
        widget=forms.TextInput(attrs=_CODE),
        error_messages={"required": "Enter the code that your authenticator app shows"},
    )


class RecoveryForm(GovukForm):
    recovery_code = forms.CharField(
        label="Recovery code",
        help_text="One of those that you kept, for example 7k3m-p2qa-x9vd-h4wz. Each works once.",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter one of your recovery codes"},
    )


class KeyForm(GovukForm):
    """What a security key answered; a script fills it in."""

    answer = forms.CharField(
        widget=forms.HiddenInput,
        max_length=20_000,
        error_messages={"required": "Use your security key before you go on"},
    )


class NewKeyForm(KeyForm):
    name = forms.CharField(
        label="What do you call this security key?",
        help_text="So that you know it again, for example blue key on my lanyard",
        max_length=60,
        error_messages={"required": "Enter a name for the security key"},
    )
    field_order = ("name", "answer")


class ConfirmForm(GovukForm):
    """Names of its own, since the fields of the form that waits are kept beside it. Either answer is enough."""

    confirm_password = forms.CharField(
        label="Password",
        max_length=200,
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs=_OLD),
    )
    confirm_code = forms.CharField(
        label="Or the code from your authenticator app",
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs=_CODE),
    )
    confirm_answer = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)
    show_optional = False

    def __init__(self, *args: Any, has_password: bool, has_app: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_password:
            del self.fields["confirm_password"]
        if not has_app:
            del self.fields["confirm_code"]

    @property
    def fields_shown(self) -> bool:
        """Whether there is anything to type."""
        return len(self.fields) > 1


class NewPasswordForm(GovukForm):
    new_password = forms.CharField(
        label="New password",
        help_text="At least 12 characters. Three words that do not belong together are easy to remember.",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs=_NEW),
        error_messages={"required": "Enter a new password"},
    )
    again = forms.CharField(
        label="The new password again",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs=_NEW),
        error_messages={"required": "Enter the new password a second time"},
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("new_password") and given.get("again") and given["new_password"] != given["again"]:
            self.add_error("again", "The two passwords are not the same")
        return given


class ChangePasswordForm(NewPasswordForm):
    """A new password of somebody who has one: whoever sits at an open session does not know it."""

    current_password = forms.CharField(
        label="Password of now",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs=_OLD),
        error_messages={"required": "Enter the password that you have now"},
    )
    field_order = ("current_password", "new_password", "again")


class SetUpForm(GovukForm):
    """Which second factor to set up."""

    heading_field = "factor"
    factor = forms.ChoiceField(
        label="How do you want to show that it is you?",
        choices=[
            ("app", "With an app on your phone that shows a code"),
            ("key", "With a security key, or with this device's fingerprint or face"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select an app or a security key"},
    )
