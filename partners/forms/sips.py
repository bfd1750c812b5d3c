"""What people type about SIPs. A form checks; the view hands `cleaned_data` to an action."""

from datetime import date

from django import forms
from django.db.models import Q

from accounts.access import Viewer
from accounts.models import Authority, Membership, Region, User
from accounts.permissions import P, Role
from partners.imports.values import Unreadable
from partners.imports.values import reference as readable_reference
from partners.models import Engagement, Kind, Support, SupportKind
from schools.facts import SECTOR_NAMES
from sipmanager.core.forms import BaseForm, EmailField, GovDateField, KeyedForm, NameField, RowsField

from .fields import AuthorityChoice, SchoolField, days_field, past, reword

SECTORS = [(sector.value, name) for sector, name in SECTOR_NAMES.items()]
NO_PLACE = "Select a region, or that the SIP will work here"
HEADSHIPS = [("", "None"), ("serving", "Serving now"), ("former", "Held before")]


class NewPartnerForm(AuthorityChoice, KeyedForm):
    """A SIP who is not on the register yet."""

    submit = "Add the SIP"
    full_name = NameField()
    email = EmailField(label="Email address")
    reference = forms.CharField(
        label="Reference (optional)",
        required=False,
        max_length=20,
        help_text="Leave it blank and one is made, such as P000123.",
    )
    kind = forms.ChoiceField(label="Kind of SIP", choices=Kind.choices, widget=forms.RadioSelect)
    company = forms.CharField(label="Company (optional)", required=False, max_length=150)
    own_school = SchoolField(
        label="URN of the SIP's own school (optional)", required=False, help_text="Nobody is the SIP of their own school."
    )
    primary_headship = forms.ChoiceField(label="Primary headship", choices=HEADSHIPS, required=False)
    secondary_headship = forms.ChoiceField(label="Secondary headship", choices=HEADSHIPS, required=False)
    special_headship = forms.ChoiceField(label="Special headship", choices=HEADSHIPS, required=False)
    days_available = days_field("Days available a year (optional)")
    regions = RowsField(label="Regions where the SIP will work", queryset=Region.objects.order_by("name"), required=False)
    is_willing_here = forms.BooleanField(
        label="The SIP will work for the authority above, whatever its region", required=False
    )

    def __init__(self, *args, viewer: Viewer, **kwargs):
        super().__init__(*args, **kwargs)
        is_national = any(reach == "E" for _, reach in viewer.granted(P.PARTNER_IMPORT))
        self.offer("authority", viewer, P.PARTNER_IMPORT, is_needed=not is_national)
        self.order_fields(["form_key", "authority"])
        reword(self)

    def clean_reference(self):
        try:
            return readable_reference(self.cleaned_data["reference"].strip())
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("regions") and not cleaned.get("is_willing_here"):
            self.add_error("regions", NO_PLACE)
        return cleaned


class DetailsForm(BaseForm):
    """What a SIP's authority keeps of them."""

    submit = "Save the details"
    full_name = NameField()
    email = EmailField(label="Email address")
    phone = forms.CharField(label="Phone (optional)", required=False, max_length=30)
    company = forms.CharField(label="Company (optional)", required=False, max_length=150)
    own_school = SchoolField(label="URN of the SIP's own school (optional)", required=False)
    headship_years = forms.IntegerField(label="Years of headship (optional)", required=False, min_value=0, max_value=70)
    has_outside_experience = forms.BooleanField(
        label="Substantial recent experience outside the authority and its schools", required=False
    )
    outside_experience = forms.CharField(
        label="What that experience is (optional)", required=False, max_length=2000, widget=forms.Textarea
    )
    is_htpm_trained = forms.BooleanField(label="Trained for heads' performance management", required=False)
    days_available = days_field("Days available a year (optional)")
    pen_portrait = forms.CharField(
        label="Pen portrait for schools (optional)", required=False, max_length=4000, widget=forms.Textarea
    )
    national_portrait = forms.CharField(
        label="Pen portrait for the national programme (optional)", required=False, max_length=4000, widget=forms.Textarea
    )
    application_form_on = GovDateField(label="Application form received on (optional)", required=False)


class OwnDetailsForm(BaseForm):
    """What a SIP keeps of themself (ROL-21, REG-18)."""

    submit = "Save your details"
    phone = forms.CharField(label="Phone (optional)", required=False, max_length=30)
    pen_portrait = forms.CharField(
        label="Pen portrait for schools (optional)", required=False, max_length=4000, widget=forms.Textarea,
        help_text="Schools and authorities read it. Say what you have led and where your strengths lie.",
    )  # fmt: skip
    national_portrait = forms.CharField(
        label="Pen portrait for the national programme (optional)", required=False, max_length=4000, widget=forms.Textarea
    )


class KindForm(BaseForm):
    """A new kind, from a day on (REG-2)."""

    submit = "Record the kind"
    kind = forms.ChoiceField(label="Kind of SIP", choices=Kind.choices, widget=forms.RadioSelect)
    company = forms.CharField(
        label="Company (optional)", required=False, max_length=150, help_text="Where a company supplies the SIP."
    )
    starts_on = GovDateField(label="From", help_text="The first day on which it holds. For example, 13 9 2009")


class HeadshipForm(KeyedForm):
    """A headship held, now or before (REG-3)."""

    submit = "Add the headship"
    sector = forms.ChoiceField(label="Sector", choices=SECTORS, widget=forms.RadioSelect)
    school = SchoolField(label="URN of the school (optional)", required=False)
    starts_on = GovDateField(label="First day (optional)", required=False)
    ends_on = GovDateField(label="Last day (optional)", required=False)
    is_former = forms.BooleanField(label="It has ended, and nobody knows on which day", required=False)


class AuthorityField(forms.ModelChoiceField):
    """One authority, with its code: some have the name of the one that they followed."""

    def label_from_instance(self, authority) -> str:
        return f"{authority.name} ({authority.code})"


class WillingnessForm(KeyedForm):
    """A region or an authority where the SIP will work (REG-6)."""

    submit = "Add the place"
    region = forms.ModelChoiceField(
        label="Region", queryset=Region.objects.order_by("name"), required=False, empty_label="Choose a region"
    )
    authority = AuthorityField(
        label="Or an authority", queryset=Authority.objects.order_by("name", "pk"), required=False,
        empty_label="Choose an authority",
    )  # fmt: skip
    starts_on = GovDateField(label="From (optional)", required=False, help_text="Leave it blank if it has always been so.")

    def clean(self):
        cleaned = super().clean()
        if not self.errors and bool(cleaned.get("region")) == bool(cleaned.get("authority")):
            self.add_error("region", "Select either a region or an authority")
        return cleaned


class EndForm(BaseForm):
    """The last day of a dated fact."""

    submit = ""
    on = GovDateField(label="Last day")


class AccreditationForm(KeyedForm):
    """A national pass for one sector (ACC-4)."""

    submit = "Record the accreditation"
    sector = forms.ChoiceField(label="Sector", choices=SECTORS, widget=forms.RadioSelect)
    reference = forms.CharField(label="Reference (optional)", required=False, max_length=40)

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["accredited_on"] = past("Date of accreditation", on)
        reword(self)


class ContractForm(BaseForm):
    """A contract for one school that is confirmed (PRE-6)."""

    submit = "Confirm the contract"
    school = SchoolField()

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["confirmed_on"] = past("Date confirmed", on)
        reword(self)


class SupportForm(BaseForm):
    """Who looks after a SIP, from a day on (REG-12)."""

    submit = "Save who looks after the SIP"
    kind = forms.ChoiceField(label="As", choices=SupportKind.choices, widget=forms.RadioSelect)
    user = forms.ModelChoiceField(label="Who", queryset=User.objects.none(), empty_label="Choose a person")
    starts_on = GovDateField(label="From")

    def __init__(self, *args, engagement: Engagement, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.filter(people_who_support(engagement.authority_id, on), is_active=True)
        self.fields["user"].queryset = people.exclude(pk=engagement.partner.user_id).order_by("full_name", "pk")


SUPPORTING_ROLES = (Role.MANAGER, Role.SENIOR_ADVISER, Role.OFFICER, Role.ADMINISTRATOR, Role.TRUST_CHAIR)


def people_who_support(authority_id: int, on: date) -> Q:
    """Who may look after SIPs at an authority: its officers, the SIPs whom it engages, and whoever does so already."""
    roles = [role.value for role in SUPPORTING_ROLES]
    officers = Membership.objects.running(on).filter(authority_id=authority_id, role__in=roles)
    mentors = Engagement.objects.running(on).filter(authority_id=authority_id, partner__user__isnull=False)
    already = Support.objects.running(on).filter(engagement__authority_id=authority_id)
    found = Q(pk__in=officers.values("user_id")) | Q(pk__in=mentors.values("partner__user_id"))
    return found | Q(pk__in=already.values("user_id"))


class EndEngagementForm(BaseForm):
    """The last day of a SIP with an authority (D-7)."""

    submit = "End the engagement"
    on = GovDateField(
        label="Last day",
        help_text="End what the SIP does for you first: deployments and an agreement that run beyond this day stand in the way.",
    )


class InviteForm(KeyedForm):
    """Nothing is asked: the address is the SIP's own."""

    submit = "Send the invitation"


class EngageForm(AuthorityChoice, KeyedForm):
    """An authority engages a SIP of the register (D-7)."""

    submit = "Engage the SIP"
    starts_on = GovDateField(label="From")
    contracted_days = days_field("Contracted days a year (optional)")

    def __init__(self, *args, viewer: Viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("authority", viewer, P.CHECK_EDIT)
        self.order_fields(["form_key", "authority"])
        reword(self)
