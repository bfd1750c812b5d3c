"""What is owed about SIPs' own records: confirmations, decisions, private declarations (DL-47, DL-67, DL-69, DL-75 to DL-77)."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils import timezone

from accounts.models import Authority, Membership
from accounts.permissions import Role
from accounts.selectors import authority_of, holders
from partners.deadlines import DECLARED, DETAILS, FACT_ASKED, FLAGGED, INTERESTS, SKILLS, stage_since_asked
from partners.facts import FACTS
from partners.models import (
    CLOSED_STATES,
    Confirmation,
    ConfirmationKind,
    DeploymentFlag,
    Engagement,
    FactChange,
    SelfDeclaration,
)
from sipmanager.core.deadlines import Due, Person, state_on
from sipmanager.core.jobs import NATIONAL
from sipmanager.core.wording import in_sentence

from ..deployment.owed import managers, partner_person, person_of

# By kind: the deadline, what is to be done, why, and the page where it is done.
ASKED = {
    ConfirmationKind.DETAILS: (
        DETAILS, "Confirm your details for this term", "Invitations and your accreditation go by them.", "confirm",
    ),
    ConfirmationKind.INTERESTS: (
        INTERESTS, "Confirm your register of interests", "It runs out each 1 September, also with nothing to declare.",
        "interests/confirm",
    ),
    ConfirmationKind.SKILLS: (SKILLS, "Make your skills audit", "It feeds your training plan.", "skills-audit"),
}  # fmt: skip


def owed_of_record(*, partition: str, on: date) -> list[Due]:
    """The dues of an authority about its SIPs' records; nationally the private declarations to be answered."""
    if partition == NATIONAL:
        return list(_declarations(on))
    authority = authority_of(partition)
    if authority is None:
        return []
    told = managers(authority, on)
    offices = tuple(person_of(user) for user in holders(role=Role.ADMINISTRATOR, authority=authority, on=on)) or told
    return [
        *_confirmations(authority, told, offices, on),
        *_flags(authority, told, on),
        *_facts(authority, told, offices, on),
    ]


def _confirmations(authority: Authority, told: tuple[Person, ...], offices: tuple[Person, ...], on: date) -> Iterator[Due]:
    """What SIPs were asked and have not done; of several periods of one kind the latest."""
    engaged = Engagement.objects.running(on).filter(authority=authority).values("partner_id")
    rows = Confirmation.objects.filter(authority=authority, met_on=None, asked_on__lte=on, partner__in=engaged)
    latest = {(row.partner_id, row.kind): row for row in rows.select_related("partner__user").order_by("for_on", "pk")}
    for row in sorted(latest.values(), key=lambda row: (row.due_on, row.pk)):
        deadline, says, why, page = ASKED[ConfirmationKind(row.kind)]
        higher = offices if row.kind == ConfirmationKind.DETAILS else told
        yield Due(
            rule=deadline.rule, subject=row.partner.audit_subject, says=f"{says} ({authority.name})", why=why,
            url=f"/partners/{row.partner.reference}/{page}/", owner=partner_person(row.partner), due_on=row.due_on,
            state=state_on(on, row.due_on, None), stage=stage_since_asked(asked_on=row.asked_on, due_on=row.due_on, on=on),
            escalate_to=higher, authority_id=authority.pk,
        )  # fmt: skip


def _flags(authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Flagged deployments on which nobody has decided, while they last (PRE-11, PRE-13)."""
    live = Q(deployment__ends_on=None) | Q(deployment__ends_on__gte=on)
    rows = DeploymentFlag.objects.filter(
        live, deployment__authority=authority, decided_at=None, cleared_at=None, deployment__voided_on=None
    )
    rows = rows.exclude(deployment__status__in=CLOSED_STATES).select_related("deployment__school", "deployment__partner")
    for row in rows.order_by("due_on", "pk"):
        deployment = row.deployment
        for owner in told:
            yield Due(
                rule=FLAGGED.rule, subject=f"deploymentflag:{row.pk}",
                says=f"Decide whether {deployment.partner.full_name} stays at {deployment.school.name}",
                why=_why(row), url=f"/deployments/flags/{row.pk}/",
                owner=owner, due_on=row.due_on, state=state_on(on, row.due_on, None),
                stage=stage_since_asked(asked_on=_day(row.raised_at), due_on=row.due_on, on=on), authority_id=authority.pk,
            )  # fmt: skip


def _why(flag: DeploymentFlag) -> str:
    """In words that may go out by mail: of what is private the page alone tells."""
    if flag.interest_id is not None:
        return "An interest was declared that touches the deployment."
    return f"A rule that was kept when it was made is no longer kept ({flag.rule})."


def _facts(authority: Authority, told: tuple[Person, ...], offices: tuple[Person, ...], on: date) -> Iterator[Due]:
    """What SIPs ask to have changed (ROL-21). The SIP waits for it."""
    engaged = Engagement.objects.running(on).filter(authority=authority).values("partner_id")
    rows = FactChange.objects.filter(partner__in=engaged, decided_at=None).select_related("partner__user")
    for row in rows.order_by("due_on", "pk"):
        sip = partner_person(row.partner)
        for owner in dict.fromkeys((*offices, *told)):
            if owner == sip:
                continue
            yield Due(
                rule=FACT_ASKED.rule, subject=f"factchange:{row.pk}",
                says=f"Decide on a change that {row.partner.full_name} asks for: {in_sentence(FACTS[row.field].label)}",
                why="Rules use the fact, so it changes once it is confirmed.", url=f"/partners/changes/{row.pk}/",
                owner=owner, due_on=row.due_on, state=state_on(on, row.due_on, None),
                stage=stage_since_asked(asked_on=_day(row.asked_at), due_on=row.due_on, on=on), waiting=(sip,),
                authority_id=authority.pk,
            )  # fmt: skip


def _declarations(on: date) -> Iterator[Due]:
    """Private declarations without an answer. The words say neither who nor what: they go out by mail (REG-19)."""
    rows = Membership.objects.running(on).filter(
        role__in=[Role.PROGRAMME.value, Role.NATIONAL_DIRECTOR.value], user__is_active=True
    )
    staff = dict.fromkeys(person_of(row.user) for row in rows.select_related("user").order_by("user__full_name", "user_id"))
    for row in SelfDeclaration.objects.filter(closed_at=None).select_related("partner__user").order_by("made_at", "pk"):
        due_on = _day(row.made_at)
        for owner in staff:
            if owner != partner_person(row.partner):
                yield Due(
                    rule=DECLARED.rule, subject=row.audit_subject, says="Answer a private declaration",
                    why="It could touch public confidence.", url=f"/partners/declarations/{row.pk}/", owner=owner,
                    due_on=due_on, state=state_on(on, due_on, None),
                    stage="0d" if on >= due_on else "",
                )  # fmt: skip


def _day(at) -> date:
    return timezone.localtime(at).date()
