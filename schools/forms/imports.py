"""Forms that load a register of schools: choose the file, then go ahead."""

from django import forms

from sipmanager.core.forms import BaseForm, GovDateField, GovFileField

LARGEST = 100 * 1024 * 1024


class UploadForm(BaseForm):
    submit = "Check the file"

    file = GovFileField(
        label="Extract",
        endings=("csv", "zip"),
        max_bytes=LARGEST,
        help_text="An extract of establishments from Get Information about Schools, as CSV or as a zip with one CSV.",
    )
    as_at = GovDateField(
        label="Date of the extract (optional)",
        required=False,
        help_text="Only if it is not in the name of the file. For example, 27 9 2009",
    )


class LinkUploadForm(BaseForm):
    submit = "Check the file"

    file = GovFileField(
        label="Links",
        endings=("csv",),
        max_bytes=LARGEST,
        help_text="The file of links between establishments from Get Information about Schools, as CSV.",
    )


class GoAheadForm(BaseForm):
    """Go ahead with the file that was looked at; where the guard holds it, after looking at what would close or move."""

    submit = ""

    confirm = forms.BooleanField(label="I have looked at these schools and they do close or move", required=False)

    def __init__(self, *args, must_confirm: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if must_confirm:
            self.fields["confirm"].required = True
            self.fields["confirm"].error_messages["required"] = "Confirm that these schools close or move"
        else:
            del self.fields["confirm"]
