"""The mails about what a school is asked, a deployment that goes no further, a SIP's own record: links, nothing confidential."""

from datetime import datetime

from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Role
from accounts.selectors import holders
from schools.selectors import chair_on, head_on
from sipmanager.core import mail

from ..consulting import Party
from ..letter_text import LetterKind
from ..models import Consultation, Deployment, DeploymentFlag, Engagement, FactChange, Objection, SelfDeclaration


def school_asked(*, consultation: Consultation, at: datetime) -> None:
    """Ask head or chair about the SIP proposed: a link to the page where they answer (DEP-5)."""
    _to_party("deployment_proposed", consultation, at)


def school_answered(*, consultation: Consultation, at: datetime) -> None:
    """Tell the managers that head or chair has answered; what they say stands behind the link."""
    _to_managers("deployment_answered", consultation.deployment, at, but=consultation.answered_by_id)


def objection_made(*, objection: Objection, at: datetime) -> None:
    """Tell the managers that the governing body has objected, also where that is not admissible (DEP-6)."""
    _to_managers("deployment_objected", objection.deployment, at, but=objection.made_by_id)


def objection_decided(*, deployment: Deployment, at: datetime) -> None:
    """Tell head and chair that the authority has decided on the objection."""
    for consultation in deployment.consultations.order_by("pk"):
        _to_party("deployment_decided", consultation, at)


def renewal(*, deployment: Deployment, at: datetime) -> None:
    """Tell the head and the SIP that it goes on, and until when."""
    _to_head("deployment_renewed", deployment, at)
    _to_partner("deployment_renewed", deployment, at)


def withdrawal(*, deployment: Deployment, at: datetime) -> None:
    """Tell those who were asked that the proposal is withdrawn; the head where nobody was asked on line."""
    asked = list(deployment.consultations.order_by("pk"))
    for consultation in asked:
        _to_party("deployment_withdrawn", consultation, at)
    if not asked:
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


def _to_party(template: str, consultation: Consultation, at: datetime) -> None:
    deployment, on = consultation.deployment, timezone.localtime(at).date()
    post = (head_on if consultation.party == Party.HEAD else chair_on)(deployment.school_id, on)
    if post is not None and post.email:
        path, letter = f"/deployments/asked/{consultation.pk}/", None
        if consultation.party == Party.HEAD:
            letter = deployment.letters.filter(kind=LetterKind.PROPOSAL_SCHOOL).order_by("-pk").first()
        letter_path = f"/deployments/letters/{letter.pk}/" if letter else ""
        _queue(template, deployment, at, to=post.email, name=post.full_name, path=path, letter_path=letter_path)


def _to_managers(template: str, deployment: Deployment, at: datetime, *, but: int | None) -> None:
    for user in holders(role=Role.MANAGER, authority=deployment.authority, on=timezone.localtime(at).date()):
        if user.pk != but:
            _queue(template, deployment, at, to=user.email, name=user.full_name)


def _to_partner(template: str, deployment: Deployment, at: datetime, name: str = "") -> None:
    _queue(template, deployment, at, to=deployment.partner.email, name=name or deployment.partner.full_name)


def _queue(
    template: str, deployment: Deployment, at: datetime, *, to: str, name: str, path: str = "", letter_path: str = ""
) -> None:  # fmt: skip
    mail.queue(
        to=to,
        kind=template,
        template=f"partners/emails/{template}.txt",
        context={
            "deployment": deployment,
            "name": name,
            "path": path or f"/deployments/{deployment.pk}/",
            "letter_path": letter_path,
        },
        at=at,
        about=f"deployment:{deployment.pk}",
        authority_id=deployment.authority_id,
    )


# -------------------------------------------------------------------------------------------- a SIP's own record


def interest_touches(*, flag: DeploymentFlag, at: datetime) -> None:
    """Tell the managers that an interest declared late touches a deployment; what it is stands behind the link (PRE-11)."""
    deployment = flag.deployment
    for user in holders(role=Role.MANAGER, authority=deployment.authority, on=timezone.localtime(at).date()):
        _link(
            "interest_touches", to=user.email, name=user.full_name, path=f"/deployments/flags/{flag.pk}/", at=at,
            authority_id=deployment.authority_id,
        )  # fmt: skip


def fact_decided(*, change: FactChange, at: datetime) -> None:
    """Tell the SIP that what they asked for is decided."""
    partner = change.partner
    _link("fact_decided", to=partner.email, name=partner.full_name, path=f"/partners/{partner.reference}/asked/", at=at)


def declaration_made(*, declaration: SelfDeclaration, at: datetime) -> None:
    """Tell national staff and the managers of the SIP's authorities at once. The mail says neither who nor what (REG-19)."""
    on = timezone.localtime(at).date()
    national = Membership.objects.running(on).filter(
        role__in=[Role.NATIONAL_DIRECTOR.value, Role.PROGRAMME.value], user__is_active=True
    )
    people = {row.user for row in national.select_related("user")}
    for engagement in Engagement.objects.running(on).filter(partner=declaration.partner).select_related("authority"):
        people |= set(holders(role=Role.MANAGER, authority=engagement.authority, on=on))
    for user in sorted(people, key=lambda user: (user.full_name, user.pk)):
        if user.pk != declaration.partner.user_id:
            path = f"/partners/declarations/{declaration.pk}/"
            _link("declaration_made", to=user.email, name=user.full_name, path=path, at=at, urgent=True)


def declaration_answered(*, declaration: SelfDeclaration, at: datetime) -> None:
    """Tell the SIP that an answer waits; the mail holds none of it."""
    partner, path = declaration.partner, f"/partners/declarations/{declaration.pk}/"
    _link("declaration_answered", to=partner.email, name=partner.full_name, path=path, at=at)


def _link(
    template: str, *, to: str, name: str, path: str, at: datetime, authority_id: int | None = None, urgent: bool = False
) -> None:
    """A mail that holds a name, a link and nothing else."""
    mail.queue(
        to=to, kind=template, template=f"partners/emails/{template}.txt", context={"name": name, "path": path}, at=at,
        authority_id=authority_id, urgent=urgent,
    )  # fmt: skip
