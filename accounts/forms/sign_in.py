"""django-allauth's forms in the service's manner and words. What they check stays theirs."""

from allauth.account import forms as account
from allauth.account.fields import SetPasswordField
from allauth.mfa.base import forms as mfa
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp import forms as totp
from django import forms

from sipmanager.core.forms import EmailField, GovForm

PASSWORD_HINT = "Use 12 characters or more. Three random words are good; a password you use elsewhere is not."  # noqa: S105


class EmailInput(forms.EmailInput):
    """The box for the address people sign in with, known to password managers."""

    def __init__(self):
        super().__init__(attrs={"autocomplete": "username", "spellcheck": "false"})


def password_box(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"})


def code_box() -> forms.TextInput:
    """A one-time code: pasted, filled in by the browser or typed, with or without a space in the middle."""
    return forms.TextInput(
        attrs={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "spellcheck": "false",
            "class": "govuk-input--width-10",
        }
    )


def email_field() -> EmailField:
    return EmailField(label="Email address", widget=EmailInput(), error_messages={"required": "Enter your email address"})


def password_field(label: str, autocomplete: str, says: str) -> forms.CharField:
    return forms.CharField(
        label=label, strip=False, widget=password_box(autocomplete), error_messages={"required": says}
    )  # fmt: skip


class CodeWithoutSpaces(forms.CharField):
    """The code of an app, without the space in its middle."""

    def __init__(self, **kwargs):
        hint = "The 6 digits that your authenticator app shows now, or one of your recovery codes."
        kwargs = {"label": "Security code", "help_text": hint, "widget": code_box(), **kwargs}
        super().__init__(**kwargs, error_messages={"required": "Enter the security code"})

    def to_python(self, value):
        return "".join((super().to_python(value) or "").split())


class _SignIn(account.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = email_field()
        self.fields["password"] = password_field("Password", "current-password", "Enter your password")


class SignInForm(GovForm, _SignIn):
    submit = "Sign in"


class _Reset(account.ResetPasswordForm):
    email = email_field()


class ResetForm(GovForm, _Reset):
    """Asks for a link. It looks nobody up: whether there is an account is found out by a task, out of the asker's sight."""

    submit = "Send the link"

    def clean_email(self):
        return self.cleaned_data["email"].casefold()


class NewPasswordField(SetPasswordField):
    """A new password, judged by the validators of the settings, with the person's own details in view."""

    def __init__(self, **kwargs):
        words = {"required": "Enter a new password"}
        super().__init__(**{"label": "New password", "help_text": PASSWORD_HINT, "error_messages": words, **kwargs})
        self.widget = password_box("new-password")


class _New(account.ResetPasswordKeyForm):
    password1 = NewPasswordField()
    password2 = password_field("New password again", "new-password", "Enter the new password again")


class NewPasswordForm(GovForm, _New):
    submit = "Set the new password"


class _Change(account.ChangePasswordForm):
    oldpassword = password_field("Current password", "current-password", "Enter your current password")
    password1 = NewPasswordField()
    password2 = password_field("New password again", "new-password", "Enter the new password again")


class ChangePasswordForm(GovForm, _Change):
    submit = "Change the password"


class _Again(account.ReauthenticateForm):
    password = password_field("Password", "current-password", "Enter your password")


class SignInAgainForm(GovForm, _Again):
    submit = "Continue"


class _Code(mfa.AuthenticateForm):
    code = CodeWithoutSpaces()


class CodeForm(GovForm, _Code):
    submit = "Continue"


class _CodeAgain(mfa.ReauthenticateForm):
    code = CodeWithoutSpaces()


class CodeAgainForm(GovForm, _CodeAgain):
    submit = "Continue"


class _Activate(totp.ActivateTOTPForm):
    code = CodeWithoutSpaces(help_text="The 6 digits that the app shows now.")


class ActivateForm(GovForm, _Activate):
    submit = "Continue"


class DeactivateForm(GovForm, totp.DeactivateTOTPForm):
    submit = "Turn the second factor off"


class GenerateCodesForm(GovForm, GenerateRecoveryCodesForm):
    submit = "Make new codes"
