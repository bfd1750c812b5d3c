"""What a school was asked about a proposed SIP and has answered, and what is owed about it (DEP-4 to DEP-7, DL-27, DL-83)."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from accounts.models import Authority
from accounts.selectors import authority_of
from partners.consulting import WAITS_FOR_VIEWS, Asked, Party, Question
from partners.deadlines import OBJECTED, SCHOOLS_SAY, stage_since_asked
from partners.models import Consultation, Deployment, DeploymentCriteria, DeploymentStatus, Objection
from schools.models import PostKind
from schools.selectors import holders_on
from sipmanager.core.deadlines import Due, Person, state_on

from .cases import policy_of
from .owed import managers, person_of

POST_OF = {Party.HEAD: PostKind.HEAD, Party.GOVERNORS: PostKind.CHAIR}
SAYS = {
    Question.VIEWS: "Say what the school thinks of {sip} as its SIP",
    Question.OBJECTION: "Say whether the governing body objects to {sip} as the school's SIP",
    Question.CHOICE: "Say whether the school chooses {sip} as its SIP",
}


def schools_say_of(deployment: Deployment) -> list[Asked]:
    """What the school was asked about a deployment, as the rules of agreeing look at it."""
    waits = policy_of(deployment).schools_say in WAITS_FOR_VIEWS
    rows = deployment.consultations.order_by("pk")
    return [Asked(row.party, row.question, row.until, row.answer, is_waited_for=waits) for row in rows]


def criteria_of(authority: Authority | int) -> DeploymentCriteria | None:
    """The criteria that an authority has published last (DEP-2)."""
    rows = DeploymentCriteria.objects.filter(authority=authority).select_related("authority")
    return rows.order_by("-published_at", "-pk").first()


def owed_of_consulting(*, partition: str, on: date) -> list[Due]:
    """What schools owe on proposed SIPs, and managers on objections."""
    authority = authority_of(partition)
    if authority is None:
        return []
    told = managers(authority, on)
    return [*_answers(authority, told, on), *_objections(authority, told, on)]


def _answers(authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Questions without an answer, while the proposal waits for it. Where nobody is in post, the managers owe it."""
    rows = Consultation.objects.filter(
        deployment__authority=authority, answered_at=None, deployment__voided_on=None,
        deployment__status__in=[DeploymentStatus.PROPOSED, DeploymentStatus.CONSULTED, DeploymentStatus.REJECTED],
    ).select_related("deployment__school", "deployment__partner")  # fmt: skip
    rows = list(rows.order_by("until", "pk"))
    ids = [row.deployment.school_id for row in rows]
    posts = {party: holders_on(ids, kind, on) for party, kind in POST_OF.items()} if rows else {}
    for row in rows:
        if row.question == Question.OBJECTION and row.until < on:
            continue  # the window has closed: nothing is owed any more (DL-27)
        deployment = row.deployment
        post = posts[Party(row.party)].get(deployment.school_id)
        owners = (_person(post),) if post and post.email else told
        for owner in owners:
            yield Due(
                rule=SCHOOLS_SAY.rule, subject=f"consultation:{row.pk}",
                says=f"{SAYS[Question(row.question)].format(sip=deployment.partner.full_name)} ({deployment.school.name})",
                why="The school has its say before the SIP is settled.",
                url=f"/deployments/asked/{row.pk}/" if post and post.email else f"/deployments/{deployment.pk}/",
                owner=owner, due_on=row.until, state=state_on(on, row.until, None),
                stage=stage_since_asked(asked_on=_day(row.asked_at), due_on=row.until, on=on), waiting=told,
                authority_id=authority.pk,
            )  # fmt: skip


def _person(post) -> Person:
    return person_of(post.user) if post.user else Person(post.email, post.full_name)


def _objections(authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Admitted objections on which the authority has not decided (DEP-6)."""
    rows = Objection.objects.filter(
        deployment__authority=authority, is_admitted=True, decided_at=None, deployment__status=DeploymentStatus.OBJECTED
    ).select_related("deployment__school", "deployment__partner")
    for row in rows.order_by("due_on", "pk"):
        deployment = row.deployment
        for owner in told:
            yield Due(
                rule=OBJECTED.rule, subject=f"objection:{row.pk}",
                says=f"Decide on the objection to {deployment.partner.full_name} at {deployment.school.name}",
                why="The proposal stands still until the authority has decided.",
                url=f"/deployments/{deployment.pk}/", owner=owner, due_on=row.due_on, state=state_on(on, row.due_on, None),
                stage=stage_since_asked(asked_on=_day(row.made_at), due_on=row.due_on, on=on), authority_id=authority.pk,
            )  # fmt: skip


def _day(at) -> date:
    return timezone.localtime(at).date()
