"""The mails that bring a letter about a deployment (DEP-27). Each carries the link to the letter and nothing confidential."""

from datetime import datetime

from sipmanager.core import mail
from sipmanager.core.models import OutgoingEmail

from ..letter_text import LetterKind
from ..models import Familiarisation, Handover, LeavingFeedback, Letter
from .deployments import _link

TEMPLATES = {
    LetterKind.PROPOSAL_SCHOOL: "letter",
    LetterKind.CONFIRMATION_SCHOOL: "deployment_confirmed",
    LetterKind.CONFIRMATION_SIP: "deployment_confirmed_sip",
    LetterKind.END_SCHOOL: "deployment_ended",
    LetterKind.END_SIP: "deployment_ended_sip",
    LetterKind.FEEDBACK_SCHOOL: "leaving_feedback",
}


def letter_made(*, letter: Letter, to: str, name: str, at: datetime, path: str = "") -> OutgoingEmail:
    """Tell whoever a letter is to where it is. `path` is where an answer is given, where one is asked for."""
    template = TEMPLATES[LetterKind(letter.kind)]
    return mail.queue(
        to=to, kind=template, template=f"partners/emails/{template}.txt", at=at, about=f"deployment:{letter.deployment_id}",
        authority_id=letter.authority_id,
        context={"deployment": letter.deployment, "name": name, "path": f"/deployments/letters/{letter.pk}/", "answer": path},
    )  # fmt: skip


def handover_asked(*, handover: Handover, at: datetime) -> None:
    """Ask the outgoing SIP to hand the school over (HND-1, DL-24)."""
    partner, path = handover.outgoing.partner, f"/deployments/handovers/{handover.pk}/"
    _link("handover_asked", to=partner.email, name=partner.full_name, path=path, at=at, authority_id=handover.authority_id)


def familiarisation_begins(*, familiarisation: Familiarisation, at: datetime) -> None:
    """Tell the SIP that there is time to get to know a school's new head (DEP-20)."""
    partner, path = familiarisation.deployment.partner, f"/deployments/getting-started/{familiarisation.pk}/"
    _link(
        "familiarisation_begins", to=partner.email, name=partner.full_name, path=path, at=at,
        authority_id=familiarisation.authority_id,
    )  # fmt: skip


def feedback_released(*, feedback: LeavingFeedback, at: datetime) -> None:
    """Tell the SIP who left that the school's word is shared with them (DEP-17)."""
    partner, path = feedback.handover.outgoing.partner, f"/deployments/leaving-feedback/{feedback.pk}/"
    _link("feedback_released", to=partner.email, name=partner.full_name, path=path, at=at, authority_id=feedback.authority_id)
