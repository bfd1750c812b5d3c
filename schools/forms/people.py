"""Forms about those who lead and govern a school."""

from datetime import date

from django import forms

from sipmanager.core.forms import BaseForm, EmailField, GovDateField, KeyedForm, NameField

from ..models import PostKind

SHORT = {"class": "govuk-input--width-20"}


class DetailFields(forms.Form):
    full_name = NameField()
    email = EmailField(label="Email address (optional)", required=False, help_text="Needed to invite them to an account.")
    greeting = forms.CharField(
        label="First name for greeting (optional)", required=False, max_length=60, widget=forms.TextInput(attrs=SHORT)
    )  # fmt: skip
    phone = forms.CharField(
        label="Direct line (optional)", required=False, max_length=30, widget=forms.TextInput(attrs=SHORT)
    )  # fmt: skip
    mobile = forms.CharField(label="Mobile (optional)", required=False, max_length=30, widget=forms.TextInput(attrs=SHORT))
    job_title = forms.CharField(label="Job title (optional)", required=False, max_length=100)
    is_acting = forms.BooleanField(label="Acting in the post", required=False)
    is_absent = forms.BooleanField(label="Absent at present", required=False)


class AddPostForm(DetailFields, KeyedForm):
    submit = "Add to the school"

    kind = forms.ChoiceField(label="Post", choices=PostKind.choices, widget=forms.RadioSelect)
    starts_on = GovDateField(
        label="In post since (optional)",
        required=False,
        help_text="Leave it blank if it is not known. Needed where somebody is in the post now: they leave it the day before.",
    )

    field_order = (
        "kind", "full_name", "greeting", "email", "phone", "mobile", "job_title", "is_acting", "is_absent", "starts_on",
    )  # fmt: skip


class ChangePostForm(DetailFields, BaseForm):
    submit = "Save the details"


class EndPostForm(BaseForm):
    submit = "End the post"

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"] = GovDateField(label="Last day in post", earliest=None)


class InvitePostForm(KeyedForm):
    submit = "Send the invitation"
