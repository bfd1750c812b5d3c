"""Reads about letters: which text an authority uses, and what stands in its fields (DEP-27)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from accounts.models import Authority
from accounts.selectors import policy_on
from partners.letter_text import SAMPLE, STANDARD, LetterKind, Recipient, Text, recipient_of
from partners.models import Deployment, LetterTemplate, NationalNotification, NotificationKind
from schools.models import School
from schools.selectors import head_on, lineage, working_calendar
from sipmanager.core.wording import day

NOT_SET, NOBODY, NO_DAY = "not set yet", "nobody", "no last day"


def text_in_use(authority: Authority | int, kind: LetterKind) -> tuple[Text, LetterTemplate | None]:
    """The text that a letter made now has: the authority's own, or the standard one and `None`."""
    rows = LetterTemplate.objects.filter(authority_id=getattr(authority, "pk", authority), kind=kind)
    latest = rows.order_by("-number").first()
    if latest is None or latest.is_standard:
        return STANDARD[kind], None
    return latest.text, latest


def texts_in_use(authority: Authority) -> dict[LetterKind, LetterTemplate | None]:
    """The authority's own text of each kind, `None` where the standard one is used; one query."""
    found: dict[LetterKind, LetterTemplate | None] = dict.fromkeys(LetterKind)
    for row in LetterTemplate.objects.filter(authority=authority).order_by("number"):
        found[LetterKind(row.kind)] = None if row.is_standard else row
    return found


def before(deployment: Deployment) -> Deployment | None:
    """Who was the school's SIP last before a deployment began, that of a school it follows included; `None` where nobody was."""
    family = lineage([deployment.school_id])[deployment.school_id]
    rows = Deployment.objects.standing().filter(school_id__in=family, starts_on__lte=deployment.starts_on)
    rows = rows.exclude(pk=deployment.pk).select_related("partner__user", "school", "authority")
    return rows.order_by("-starts_on", "-pk").first()


def addressee_of(deployment: Deployment, kind: LetterKind, on: date) -> tuple[str, str, list[str]]:
    """Name, email address ("" where none is known) and the lines of the address to which a letter goes."""
    if recipient_of(kind) is Recipient.SIP:
        partner = deployment.partner
        return partner.full_name, partner.email, [partner.full_name]
    head = head_on(deployment.school_id, on)
    name = head.full_name if head else "Headteacher"
    return name, head.email if head else "", [name, *school_lines(deployment.school)]


def school_lines(school: School) -> list[str]:
    """The school's name and postal address, line by line."""
    lines = [school.name, school.street, school.locality, school.town, school.county, school.postcode]
    return [line for line in lines if line]


def sender_of(authority: Authority) -> list[str]:
    """Name, address, telephone and email address of an authority, as they stand at the head of its letters."""
    lines = [authority.name, *authority.address.splitlines()]
    return [line.strip() for line in [*lines, authority.phone, authority.mailbox] if line.strip()]


def values_for(deployment: Deployment, *, name: str, on: date, answer_by: date | None = None) -> dict[str, str]:
    """What stands in the fields of a letter about a deployment."""
    earlier = before(deployment)
    is_other = earlier is not None and earlier.partner_id != deployment.partner_id
    return {
        **values_of(deployment.authority, name=name),
        "school": deployment.school.name,
        "SIP": deployment.partner.full_name,
        "first day": day(deployment.starts_on),
        "last day": day(deployment.ends_on) or NOT_SET,
        "days": f"{Decimal(deployment.days).normalize():f}",
        "reason": deployment.end_reason or "no reason is recorded",
        "previous SIP": earlier.partner.full_name if is_other else NOBODY,
        "previous last day": (day(earlier.ends_on) or NO_DAY) if is_other else NO_DAY,
        "answer by": day(answer_by) or day(answer_day(deployment, on)),
    }


def values_of(authority: Authority, *, name: str) -> dict[str, str]:
    """What stands in the fields of every letter of an authority."""
    return {
        "authority": authority.name, "authority email": authority.mailbox or "the SIP manager",
        "authority phone": authority.phone or "the number you have", "name": name,
    }  # fmt: skip


def answer_day(deployment: Deployment, on: date) -> date:
    """By when a school is asked to answer a letter of `on` (POL-72)."""
    policy = policy_on(authority=deployment.authority, on=on)
    return working_calendar(deployment.authority, on, policy).add(on, policy.leaving_feedback_days)


def sample_values(authority: Authority) -> dict[str, str]:
    """Invented values for a preview where no deployment is chosen."""
    return {**SAMPLE, **values_of(authority, name=SAMPLE["name"])}


def unsent_notifications(authority: Authority) -> QuerySet[NationalNotification]:
    """What the national contractor is still to be told by an authority, the oldest first; struck out rows never are (DEP-15)."""
    rows = NationalNotification.objects.filter(deployment__authority=authority, sent_on=None, is_elsewhere=False)
    rows = rows.exclude(Q(deployment__voided_on__isnull=False) & ~Q(kind=NotificationKind.CORRECTION))
    return rows.select_related("deployment__school", "deployment__partner", "deployment__authority").order_by(
        "effective_on", "pk"
    )


def days_waited(authority: Authority, rows: Iterable[NationalNotification], until: date) -> list[int]:
    """The working days of an authority from when each change took effect to a day, as on that day they are counted (COG-B).

    A change that is still to come has waited for nothing.
    """
    calendar = working_calendar(authority, until, policy_on(authority=authority, on=until))
    return [max(calendar.between(row.effective_on, until), 0) for row in rows]
