"""The letters about a deployment (DEP-27). Each carries a link and no text of any note."""

from datetime import datetime

from django.utils import timezone

from schools.selectors import head_on
from sipmanager.core import mail

from .models import Deployment


def proposal_to_school(*, deployment: Deployment, at: datetime) -> None:
    """Ask the head what the school thinks of the SIP proposed (DEP-5)."""
    _to_head("deployment_proposed", deployment, at)


def confirmation(*, deployment: Deployment, at: datetime) -> None:
    """Tell the head and the SIP that the deployment stands (DL-26)."""
    _to_head("deployment_confirmed", deployment, at)
    _to_partner("deployment_confirmed_sip", deployment, at)


def end(*, deployment: Deployment, at: datetime) -> None:
    """Tell the head and the SIP of the last day."""
    _to_head("deployment_ended", deployment, at)
    _to_partner("deployment_ended_sip", deployment, at)


def withdrawal(*, deployment: Deployment, at: datetime) -> None:
    """Tell the head, who was asked, that the proposal is withdrawn."""
    _to_head("deployment_withdrawn", deployment, at)


def voided(*, deployment: Deployment, at: datetime) -> None:
    """Tell the head and the SIP, who had a confirmation, that it was entered in error (D-18)."""
    _to_head("deployment_voided", deployment, at)
    _to_partner("deployment_voided", deployment, at, name=deployment.partner.full_name)


def _to_head(template: str, deployment: Deployment, at: datetime) -> None:
    head = head_on(deployment.school_id, timezone.localtime(at).date())
    if head is None or not head.email:
        return
    _queue(template, deployment, at, to=head.email, name=head.full_name)


def _to_partner(template: str, deployment: Deployment, at: datetime, name: str = "") -> None:
    _queue(template, deployment, at, to=deployment.partner.email, name=name or deployment.partner.full_name)


def _queue(template: str, deployment: Deployment, at: datetime, *, to: str, name: str) -> None:
    mail.queue(
        to=to,
        kind=template,
        template=f"partners/emails/{template}.txt",
        context={"deployment": deployment, "name": name, "path": f"/deployments/{deployment.pk}/"},
        at=at,
        about=f"deployment:{deployment.pk}",
        authority_id=deployment.authority_id,
    )
