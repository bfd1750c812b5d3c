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


class CodeWithoutSpaces(forms.CharField):
    def to_python(self, value):
        return "".join((super().to_python(value) or "").split())


class _SignIn(account.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = EmailField(label="Email address", widget=EmailInput())
        self.fields["password"] = forms.CharField(label="Password", strip=False, widget=password_box("current-password"))


class SignInForm(GovForm, _SignIn):
    submit = "Sign in"


class _Reset(account.ResetPasswordForm):
    email = EmailField(label="Email address", widget=EmailInput())


class ResetForm(GovForm, _Reset):
    """Asks for a link. It looks nobody up: whether there is an account is found out by a task, out of the asker's sight."""

    submit = "Send the link"

    def clean_email(self):
        return self.cleaned_data["email"].casefold()


class NewPasswordField(SetPasswordField):
    """A new password, judged by the validators of the settings, with the person's own details in view."""

    def __init__(self, **kwargs):
        super().__init__(**{"label": "New password", "help_text": PASSWORD_HINT, **kwargs})
        self.widget = password_box("new-password")


class _New(account.ResetPasswordKeyForm):
    password1 = NewPasswordField()
    password2 = forms.CharField(label="New password again", strip=False, widget=password_box("new-password"))


class NewPasswordForm(GovForm, _New):
    submit = "Set the new password"


class _Change(account.ChangePasswordForm):
    oldpassword = forms.CharField(label="Current password", strip=False, widget=password_box("current-password"))
    password1 = NewPasswordField()
    password2 = forms.CharField(label="New password again", strip=False, widget=password_box("new-password"))


class ChangePasswordForm(GovForm, _Change):
    submit = "Change the password"


class _Again(account.ReauthenticateForm):
    password = forms.CharField(label="Password", strip=False, widget=password_box("current-password"))


class SignInAgainForm(GovForm, _Again):
    submit = "Continue"


class _Code(mfa.AuthenticateForm):
    code = CodeWithoutSpaces(
        label="Security code",
        help_text="The 6 digits that your authenticator app shows now, or one of your recovery codes.",
        widget=code_box(),
    )


class CodeForm(GovForm, _Code):
    submit = "Continue"


class _CodeAgain(mfa.ReauthenticateForm):
    code = CodeWithoutSpaces(
        label="Security code",
        help_text="The 6 digits that your authenticator app shows now, or one of your recovery codes.",
        widget=code_box(),
    )


class CodeAgainForm(GovForm, _CodeAgain):
    submit = "Continue"


class _Activate(totp.ActivateTOTPForm):
    code = CodeWithoutSpaces(
        label="Security code", help_text="The 6 digits that the app shows now.", widget=code_box()
    )  # fmt: skip


class ActivateForm(GovForm, _Activate):
    submit = "Continue"


class DeactivateForm(GovForm, totp.DeactivateTOTPForm):
    submit = "Turn the second factor off"


class GenerateCodesForm(GovForm, GenerateRecoveryCodesForm):
    submit = "Make new codes"
