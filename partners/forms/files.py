"""Files of SIPs and deployments: upload one, look at it, go ahead."""

from django import forms

from accounts.access import Viewer
from accounts.permissions import P
from sipmanager.core.forms import BaseForm, GovFileField

from .fields import AuthorityChoice, reword

LARGEST_FILE = 5 * 1024 * 1024


class UploadForm(AuthorityChoice, BaseForm):
    """A file to look at before it is loaded."""

    submit = "Look at what it would do"

    def __init__(self, *args, viewer: Viewer, is_authority_needed: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("authority", viewer, P.PARTNER_IMPORT, is_needed=is_authority_needed)
        self.fields["file"] = GovFileField(
            label="File", endings=("csv", "txt"), max_bytes=LARGEST_FILE, help_text="CSV, at most 5MB."
        )
        reword(self)


class DeploymentUploadForm(UploadForm):
    """A file of deployments, as what is to be or as what happened."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["is_historic"] = forms.ChoiceField(
            label="What the file holds", choices=[("no", "Deployments to make now"), ("yes", "Deployments that happened")],
            widget=forms.RadioSelect, initial="no",
        )  # fmt: skip
        reword(self)

    hints = {
        "is_historic": {
            "no": "The rules apply to each. Where checks are missing, the deployment is agreed and waits for them.",
            "yes": "They are recorded as they were, with any rule they broke. No letter or notification goes out.",
        }
    }
