"""The letters about checks and agreements (sections 8 and 11). Each carries a link; what is confidential stands behind it."""

from datetime import datetime

from django.utils import timezone

from accounts.permissions import Role
from accounts.selectors import holders
from sipmanager.core import mail
from sipmanager.core.wording import day

from ..agreement_rules import counted_days
from ..models import Agreement, AgreementBreach, AgreementStatus, BreachStatus, Check, Engagement, ExtraWork, ExtraWorkStatus

# What a move of an agreement is told in: to whom (`partner` or `manager`), under which subject, in which words.
TOLD: dict[str, tuple[str, str, str]] = {
    "send": (
        "partner", "Your agreement with {authority} is ready to sign",
        "{authority} has sent you an agreement to read and sign.",
    ),
    "sign": ("manager", "{partner} has signed the agreement", "{partner} has signed. The authority signs next."),
    "decline": ("manager", "{partner} has declined the agreement", "{partner} does not agree to it and says why."),
    "countersign": ("partner", "Your agreement with {authority} is signed", "Both sides have signed. It holds {period}."),
    "take_back": (
        "partner", "Your agreement with {authority} is being changed",
        "{authority} has taken the agreement back to change it. You will be asked to sign the new text.",
    ),
    "withdraw": ("partner", "The agreement with {authority} is withdrawn", "{authority} has withdrawn it. It goes no further."),
    "end": ("partner", "Your agreement with {authority} ends", "It ends on {last_on}."),
    "terminate": ("partner", "Your agreement with {authority} ends", "After the review of a breach it ends on {last_on}."),
}  # fmt: skip


def agreement_moved(*, agreement: Agreement, name: str, at: datetime) -> None:
    """Tell the other side of a move; a SIP is not told of what they have never seen."""
    whom, subject, says = TOLD[name]
    if whom == "partner" and agreement.version == 0:
        return
    words = _words(agreement)
    _tell(
        whom, agreement.engagement, at, subject=subject.format(**words), says=says.format(**words), path=agreement_path(agreement),
        kind=f"agreement_{name}", about=f"agreement:{agreement.pk}",
    )  # fmt: skip


def notice_given(*, agreement: Agreement, at: datetime) -> None:
    """Tell the managers of a SIP's notice, and the SIP that it has come (AGR-3)."""
    words = _words(agreement)
    says = f"The notice is of {day(agreement.notice_on)}. The agreement ends on {words['last_on']}."
    more = {"path": agreement_path(agreement), "kind": "agreement_notice", "about": f"agreement:{agreement.pk}"}
    _tell("manager", agreement.engagement, at, subject="{partner} has given notice".format(**words), says=says, **more)
    _tell(
        "partner", agreement.engagement, at, subject="Your notice has come to {authority}".format(**words), says=says, **more
    )


def extra_work_asked(*, work: ExtraWork, at: datetime) -> None:
    """Ask the managers for their written word on work outside the schedule (AGR-7)."""
    agreement = work.agreement
    name = agreement.engagement.partner.full_name
    is_noted = work.status == ExtraWorkStatus.NOTED
    says = f"{name} tells of work outside the schedule." if is_noted else f"{name} may begin only once you have confirmed it."
    _tell(
        "manager", agreement.engagement, at, subject=f"Extra work at {work.school.name}", says=says,
        path=agreement_path(agreement), kind="extra_work_asked", about=f"agreement:{agreement.pk}",
    )  # fmt: skip


def extra_work_decided(*, work: ExtraWork, at: datetime) -> None:
    """The authority's written confirmation, or its refusal (AGR-7)."""
    engagement, school = work.agreement.engagement, work.school.name
    is_confirmed = work.status == ExtraWorkStatus.CONFIRMED
    days = counted_days(work.days)
    says = (
        f"{engagement.authority.name} confirms {days} of extra work at {school} from {day(work.starts_on)}."
        if is_confirmed
        else f"{engagement.authority.name} does not confirm the extra work at {school}. The reason is on the agreement's page."
    )
    _tell(
        "partner", engagement, at, subject=f"Extra work at {school} {'confirmed' if is_confirmed else 'refused'}", says=says,
        path=agreement_path(work.agreement), kind="extra_work_decided", about=f"agreement:{work.agreement_id}",
    )  # fmt: skip


OUTCOMES = {
    BreachStatus.CONTINUED: "The agreement continues.",
    BreachStatus.CONDITIONS: "The agreement continues under the conditions on its page.",
    BreachStatus.TERMINATED: "The agreement ends.",
}


def breach_reviewed(*, breach: AgreementBreach, at: datetime) -> None:
    """Tell the SIP what came of the review of a breach (AGR-12)."""
    agreement = breach.agreement
    _tell(
        "partner", agreement.engagement, at, subject="Your agreement has been reviewed", says=OUTCOMES[BreachStatus(breach.status)],
        path=agreement_path(agreement), kind="breach_reviewed", about=f"agreement:{agreement.pk}",
    )  # fmt: skip


def breach_recorded(*, breach: AgreementBreach, at: datetime) -> None:
    """Tell the SIP that a breach is on record and when it is to be reviewed by (AGR-12)."""
    agreement = breach.agreement
    _tell(
        "partner", agreement.engagement, at, subject="Your agreement is to be reviewed",
        says=f"Something is on record that the agreement is reviewed for. The meeting is to be by {day(breach.review_due_on)}.",
        path=agreement_path(agreement), kind="breach_recorded", about=f"agreement:{agreement.pk}",
    )  # fmt: skip


def check_returned(*, check: Check, at: datetime) -> None:
    """Tell the SIP that evidence does not do; why stands behind the link."""
    engagement = check.engagement
    _tell(
        "partner", engagement, at, subject="Evidence that you handed in does not do",
        says=f"{engagement.authority.name} has returned it and says why.",
        path=f"/partners/{engagement.partner.reference}/checks/", kind="check_returned", about=f"check:{check.pk}",
    )  # fmt: skip


def agreement_path(agreement: Agreement) -> str:
    return f"/partners/{agreement.engagement.partner.reference}/agreements/{agreement.pk}/"


def _words(agreement: Agreement) -> dict[str, str]:
    engagement, concluded = agreement.engagement, agreement.status == AgreementStatus.IN_FORCE
    return {
        "authority": engagement.authority.name,
        "partner": engagement.partner.full_name,
        "period": f"from {day(agreement.starts_on)} to {day(agreement.ends_on)}" if concluded else "",
        "last_on": day(agreement.last_on),
    }


def _tell(
    whom: str, engagement: Engagement, at: datetime, *, subject: str, says: str, path: str, kind: str, about: str
) -> None:
    if whom == "partner":
        people = [(engagement.partner.email, engagement.partner.full_name)]
    else:
        on = timezone.localtime(at).date()
        people = [(one.email, one.full_name) for one in holders(role=Role.MANAGER, authority=engagement.authority_id, on=on)]
    for to, name in people:
        mail.queue(
            to=to, kind=kind, template="partners/emails/paper.txt", at=at, about=about, authority_id=engagement.authority_id,
            context={"subject": subject, "name": name, "says": says, "path": path},
        )  # fmt: skip
