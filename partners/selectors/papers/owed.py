"""What is owed about checks and agreements: DL-33, DL-34, DL-62 and DL-74 (D-30), and what has no day set."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Q

from accounts.access import Viewer
from accounts.models import Authority
from accounts.permissions import Permission, Role
from accounts.presets import Policy
from accounts.selectors import authority_of, holders, policy_on
from partners.checks import CheckState
from partners.deadlines import LOOK_BACK, stage_before
from partners.deployment_rules import CHECK_WORDS
from partners.models import (
    Agreement,
    AgreementBreach,
    AgreementStatus,
    Check,
    CheckStatus,
    Deployment,
    Engagement,
    ExtraWork,
    ExtraWorkStatus,
)
from sipmanager.core.deadlines import Due, DueState, Person, state_on
from sipmanager.core.parts import Tag, Task
from sipmanager.core.wording import day

from ..deployment.owed import managers, partner_person, person_of
from .agreements import agreements_running_out, first_start, followed
from .checks import CheckItem, checklists, is_needed, serving_heads

P = Permission
TO_DO = Tag("To do", "grey")
OWING = (CheckState.VERIFIED, CheckState.EXPIRED, CheckState.RECEIVED)


def administrators(authority: Authority, told: tuple[Person, ...], on: date) -> tuple[Person, ...]:
    """The administrators of an authority; its managers where there is none."""
    return tuple(person_of(user) for user in holders(role=Role.ADMINISTRATOR, authority=authority, on=on)) or told


def owed_papers(*, partition: str, on: date) -> list[Due]:
    """The dues about checks and agreements of one authority; the national partition has none."""
    authority = authority_of(partition)
    if authority is None:
        return []
    policy, told = policy_on(authority=authority, on=on), managers(authority, on)
    return [
        *_expiring(authority, policy, told, on),
        *_renewals(authority, policy, told, on),
        *_notices(authority, told, on),
        *_reviews(authority, told, on),
    ]


# ------------------------------------------------------------------------------------------------------------- checks


def _expiring(authority: Authority, policy: Policy, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Checks of SIPs at work or about to be, from the first reminder before they run out until they are renewed (PRE-13)."""
    stays = Deployment.objects.standing().filter(Q(ends_on=None) | Q(ends_on__gte=on), authority=authority)
    rows = Engagement.objects.running(on).filter(authority=authority, partner__in=stays.values("partner_id"))
    engagements = list(rows.select_related("partner__user", "authority").order_by("pk"))
    heads = serving_heads({row.partner_id for row in engagements}, on)
    lists = checklists(engagements, on)
    office = administrators(authority, told, on)
    days = (policy.first_reminder_days, policy.last_reminder_days)
    for engagement in engagements:
        for item in lists[engagement.pk]:
            if not is_needed(item.kind, policy, is_head=engagement.partner_id in heads):
                continue
            if item.good_until and item.state in OWING and (stage := stage_before(due_on=item.good_until, on=on, days=days)):
                yield from _expiry(engagement, item, stage, told, office, on)


def _expiry(engagement: Engagement, item: CheckItem, stage: str, told, office, on: date) -> Iterator[Due]:
    words, partner = CHECK_WORDS[item.kind], engagement.partner
    ran = "ran out" if item.good_until < on else "runs out"
    why = f"It {ran} on {day(item.good_until)}."
    sip = partner_person(partner)
    if item.waiting is not None:
        owners = [(one, f"Verify the renewed {words} of {partner.full_name}") for one in told]
    else:
        owners = [(sip, f"Renew your {words}")]
        owners += [(one, f"See that {partner.full_name} renews the {words}") for one in office if one != sip]
    for owner, says in owners:
        yield Due(
            rule="DL-62",
            subject=f"check:{item.verified.pk}",
            says=says,
            why=why,
            url=check_path(engagement, item.kind),
            owner=owner,
            due_on=item.good_until,
            state=state_on(on, item.good_until, None),
            stage=stage,
            escalate_to=told,
            authority_id=engagement.authority_id,
        )


def check_path(engagement: Engagement, kind: str) -> str:
    return f"/partners/{engagement.partner.reference}/engagements/{engagement.pk}/checks/{kind}/"


# --------------------------------------------------------------------------------------------------------- agreements


def agreement_path(agreement: Agreement) -> str:
    return f"/partners/{agreement.engagement.partner.reference}/agreements/{agreement.pk}/"


def _renewals(authority: Authority, policy: Policy, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Agreements that run to their end and that none follows (AGR-2)."""
    days = (policy.first_reminder_days, policy.last_reminder_days)
    until = on + timedelta(days=max(days))
    rows = agreements_running_out(authority, since=on - LOOK_BACK, until=until).filter(engagement__ends_on=None)
    found = [row for row in rows if row.last_on == row.ends_on]
    done = followed(found)
    for row in found:
        if row.pk in done or not (stage := stage_before(due_on=row.ends_on, on=on, days=days)):
            continue
        sip = partner_person(row.engagement.partner)
        for owner in told:
            yield Due(
                rule="DL-33",
                subject=f"agreement:{row.pk}",
                says=f"Renew the agreement with {row.engagement.partner.full_name}, or settle who follows",
                why=f"It runs to {day(row.ends_on)}; agreed first from {day(first_start(row))}.",
                url=agreement_path(row),
                owner=owner,
                due_on=row.ends_on,
                state=state_on(on, row.ends_on, None),
                stage=stage,
                escalate_to=tuple(dict.fromkeys((*told, sip))),
                authority_id=authority.pk,
            )


def _notices(authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Notices given whose last day is still to come (AGR-3)."""
    rows = Agreement.objects.concluded().filter(engagement__authority=authority, notice_on__lte=on, last_on__gte=on)
    rows = rows.filter(status=AgreementStatus.IN_FORCE).select_related("engagement__partner")
    for row in rows.order_by("last_on", "pk"):
        for owner in told:
            yield Due(
                rule="DL-34",
                subject=f"agreement:{row.pk}",
                says=f"Settle who follows {row.engagement.partner.full_name}",
                why=f"Notice was given on {day(row.notice_on)}; the agreement ends on {day(row.last_on)}.",
                url=agreement_path(row),
                owner=owner,
                due_on=row.last_on,
                state=DueState.DUE if on == row.last_on else DueState.UPCOMING,
                stage="notice",
                authority_id=authority.pk,
            )


def _reviews(authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Breaches that are still to be reviewed (AGR-12)."""
    rows = AgreementBreach.objects.filter(agreement__engagement__authority=authority, reviewed_on=None)
    rows = rows.filter(recorded_at__date__lte=on).select_related("agreement__engagement__partner")
    higher = tuple(person_of(user) for user in holders(role=Role.SENIOR_ADVISER, authority=authority, on=on))
    for row in rows.order_by("review_due_on", "pk"):
        for owner in told:
            yield Due(
                rule="DL-74",
                subject=f"breach:{row.pk}",
                says=f"Review the agreement with {row.agreement.engagement.partner.full_name}",
                why=f"A breach of {row.clause} on {day(row.happened_on)} is on record.",
                url=agreement_path(row.agreement),
                owner=owner,
                due_on=row.review_due_on,
                state=state_on(on, row.review_due_on, None),
                stage="recorded",
                escalate_to=higher,
                authority_id=authority.pk,
            )


# --------------------------------------------------------------------------------------------------------- no day set


def papers_in_hand(viewer: Viewer) -> list[Task]:
    """What waits for this person about checks and agreements, without a day set by rule: to verify, to sign, to decide."""
    return [*_checks_in_hand(viewer), *_agreements_in_hand(viewer), *_extra_work_in_hand(viewer)]


def _checks_in_hand(viewer: Viewer) -> Iterable[Task]:
    rows = Check.objects.filter(status=CheckStatus.RECEIVED, voided_on=None, engagement__ends_on=None)
    rows = rows.visible_to(viewer, P.CHECK_VERIFY) if viewer.has(P.CHECK_VERIFY) else rows.none()
    for row in rows.exclude(handed_in_by=viewer.user).select_related("engagement__partner").order_by("recorded_at", "pk"):
        says = f"Verify the {CHECK_WORDS[row.kind]} of {row.engagement.partner.full_name}"
        yield Task(says, check_path(row.engagement, row.kind), f"Handed in on {day(row.recorded_at)}", tag=TO_DO)
    if viewer.partner_id is None:
        return
    engagements = Engagement.objects.filter(partner=viewer.partner_id, ends_on=None).select_related("partner", "authority")
    lists = checklists(list(engagements), viewer.on)
    for engagement in engagements:
        for item in lists[engagement.pk]:
            if item.returned is not None and item.waiting is None and item.state is not CheckState.VERIFIED:
                says = f"Hand in anew: {CHECK_WORDS[item.kind]} for {engagement.authority.name}"
                yield Task(says, check_path(engagement, item.kind), f"Returned: {item.returned.return_reason}", tag=TO_DO)


# Whose turn it is, and what to do, by the state of an agreement.
TURNS = (
    (AgreementStatus.DRAFT, P.AGREEMENT_EDIT, "Send the agreement with {} to be signed"),
    (AgreementStatus.SENT, P.AGREEMENT_ACCEPT, "Read and sign your agreement with {}"),
    (AgreementStatus.SIGNED, P.AGREEMENT_SIGN, "Sign the agreement with {} for the authority"),
)


def _agreements_in_hand(viewer: Viewer) -> Iterable[Task]:
    for status, right, says in TURNS:
        if not viewer.has(right):
            continue
        rows = Agreement.objects.filter(status=status).visible_to(viewer, right)
        for row in rows.select_related("engagement__partner", "engagement__authority").order_by("starts_on", "pk"):
            engagement = row.engagement
            whom = engagement.authority if right == P.AGREEMENT_ACCEPT else engagement.partner
            yield Task(says.format(whom), agreement_path(row), f"From {day(row.starts_on)}", tag=TO_DO)


def _extra_work_in_hand(viewer: Viewer) -> Iterable[Task]:
    if not viewer.has(P.AGREEMENT_SIGN):
        return
    mine = Agreement.objects.visible_to(viewer, P.AGREEMENT_SIGN)
    rows = ExtraWork.objects.filter(status=ExtraWorkStatus.ASKED, agreement__in=mine)
    for row in rows.select_related("school", "agreement__engagement__partner").order_by("starts_on", "pk"):
        says = f"Confirm or refuse extra work of {row.agreement.engagement.partner.full_name} at {row.school.name}"
        yield Task(says, agreement_path(row.agreement), f"It is to begin on {day(row.starts_on)}", tag=TO_DO)
