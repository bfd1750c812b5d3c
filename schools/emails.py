"""The messages of schools. They carry links, never what the record says."""

from datetime import datetime

from django.urls import reverse

from sipmanager.core import mail
from sipmanager.core.models import OutgoingEmail

from .models import Correction


def correction_decided(correction: Correction, *, at: datetime) -> OutgoingEmail:
    """Tell whoever suggested a correction that it has been decided on; the page says how and why."""
    school = correction.school
    return mail.queue(
        to=correction.suggested_by.email,
        kind="school.correction",
        template="schools/emails/correction_decided.txt",
        context={
            "person": correction.suggested_by,
            "school": school,
            "url": mail.link(reverse("schools:suggestion-list", args=[school.urn])),
        },
        at=at,
        about=f"correction:{correction.pk}",
        authority_id=school.local_authority_id,
    )
