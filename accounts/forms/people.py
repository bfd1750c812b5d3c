"""Forms about people: invited, named, given roles."""

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.models import Authority, Diocese, Region, User
from accounts.permissions import AUTHORITY_ROLES, DIOCESE_ROLES, REGION_ROLES, ROLE_NAMES, Role
from sipmanager.core.forms import BaseForm, EmailField, GovDateField, KeyedForm, NameField

from .sign_in import PASSWORD_HINT, password_box


def own_name_field() -> NameField:
    return NameField(
        autocomplete="name",
        help_text="As it should stand in notes and messages.",
        error_messages={"required": "Enter your full name"},
    )


class AcceptForm(BaseForm):
    """What a newcomer gives: their name and a password."""

    submit = "Set up your account"

    full_name = own_name_field()
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text=PASSWORD_HINT,
        widget=password_box("new-password"),
        error_messages={"required": "Enter a password"},
    )

    def __init__(self, *args, email: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self):
        given = super().clean()
        if given.get("password"):
            person = User(email=self.email, full_name=given.get("full_name", ""))
            try:
                validate_password(given["password"], user=person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given


class RolePlaceFields(forms.Form):
    """A role and the place it belongs to. `roles`, `authorities` and `dioceses` are what the viewer may give and where."""

    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)
    authority = forms.ModelChoiceField(
        Authority.objects.none(), label="Authority", required=False, to_field_name="code", empty_label="Choose an authority"
    )
    region = forms.ModelChoiceField(Region.objects.none(), label="Region", required=False, empty_label="Choose a region")
    diocese = forms.ModelChoiceField(Diocese.objects.none(), label="Diocese", required=False, empty_label="Choose a diocese")

    def __init__(self, *args, roles: list[Role], authorities, dioceses, **kwargs):
        super().__init__(*args, **kwargs)
        self.dioceses = dioceses
        self.fields["role"].choices = [(role.value, ROLE_NAMES[role]) for role in roles]
        self.fields["authority"].queryset = authorities.order_by("name", "code")
        self.only_authority = authorities.first() if authorities.count() == 1 else None
        self._leave_out(roles)

    def _leave_out(self, roles):
        """Questions that have one answer, or none, are not asked."""
        if not set(roles) & REGION_ROLES:
            del self.fields["region"]
        else:
            self.fields["region"].queryset = Region.objects.order_by("name")
        if not set(roles) & DIOCESE_ROLES:
            del self.fields["diocese"]
        else:
            self.fields["diocese"].queryset = self.dioceses.order_by("name")
        if self.only_authority is not None:
            del self.fields["authority"]

    def clean(self):
        """Each role with the place of its kind; what was chosen for another kind is left out."""
        given = super().clean()
        if not given.get("role"):
            return given
        role = Role(given["role"])
        needs = {"authority": AUTHORITY_ROLES, "region": REGION_ROLES, "diocese": DIOCESE_ROLES}
        for name, roles in needs.items():
            chosen = self.only_authority if name == "authority" and self.only_authority else given.get(name)
            given[name] = chosen if role in roles else None
            if role in roles and chosen is None and name in self.fields and name not in self.errors:
                self.add_error(name, f"Select the {name} where this role is")
        given["role"] = role
        return given


class InviteForm(RolePlaceFields, KeyedForm):
    """An address and a role."""

    submit = "Send the invitation"
    field_order = ("email", "role", "authority", "region", "diocese")

    email = EmailField(label="Email address", help_text="The invitation goes there, and it is what the person signs in with.")


class GiveRoleForm(RolePlaceFields, KeyedForm):
    """A role with its dates, for somebody who has an account."""

    submit = "Give the role"
    field_order = ("role", "authority", "region", "diocese", "starts_on", "ends_on")

    starts_on = GovDateField(label="First day")
    ends_on = GovDateField(label="Last day (optional)", required=False, help_text="Leave empty for a role without an end.")

    def clean(self):
        given = super().clean()
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "Last day must be the same as or after the first day")
        return given


class EndRoleForm(BaseForm):
    """When a role ends."""

    submit = "End the role"

    when = forms.ChoiceField(label="When does the role end?", widget=forms.RadioSelect)
    ends_on = GovDateField(label="Last day", required=False)

    def __init__(self, *args, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["when"].choices = [("now", "At once"), ("later", "On a later day")]
        self.fields["ends_on"].limit(earliest=on, earliest_says="today or in the future")

    def clean(self):
        given = super().clean()
        if given.get("when") == "later" and not given.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", "Enter the last day")
        return given


class OwnAddressForm(BaseForm):
    """Another e-mail address for oneself; the password shows that nobody else sits at the open page."""

    submit = "Send the link"

    email = EmailField(
        label="New email address",
        error_messages={"required": "Enter the new email address"},
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=password_box("current-password"),
        error_messages={"required": "Enter your password"},
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError("Enter the password of your account")
        return password


class OwnDetailsForm(BaseForm):
    """A person's own name."""

    submit = "Save"

    full_name = own_name_field()
