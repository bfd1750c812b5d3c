"""How an authority is reached."""

from django import forms

from sipmanager.core.forms import BaseForm, EmailField


class ContactForm(BaseForm):
    """The telephone, mailbox and address of an authority's SIP team."""

    submit = "Save"

    phone = forms.CharField(
        label="Telephone", max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"}),
        help_text="Stands in the header of every page for the people of this authority.",
    )  # fmt: skip
    mailbox = EmailField(
        label="Email address of the team",
        required=False,
        help_text="Stands on the contact page, for anybody who has lost their way.",
    )
    address = forms.CharField(
        label="Postal address",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Stands at the head of letters, as you write it.",
    )
