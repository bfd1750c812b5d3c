"""What a school says of a proposed SIP: views, a shared choice, the governing body's one objection and what becomes of it.

Whoever speaks for the school answers on line; an answer given by letter or telephone is entered by the authority.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from partners import emails
from partners.consulting import ANSWERS, WANTS_WORDS, Answer, Question, inadmissible
from partners.models import Consultation, Deployment, DeploymentCriteria, DeploymentStatus, Objection, ObjectionOutcome
from partners.selectors import policy_of
from schools.actions import add_record, change_record, strike_out
from schools.kinds import BY_KEY
from schools.models import FactSource, FaithRequest
from schools.selectors import working_calendar
from sipmanager.core import audit
from sipmanager.core.wording import has_substance
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, is_permitted, of_the_schools_record, refuse, refuse_own_work, require
from .deploying import may_move, play_move, together

P = Permission
ANSWERABLE = (
    DeploymentStatus.PROPOSED, DeploymentStatus.CONSULTED, DeploymentStatus.OBJECTED, DeploymentStatus.REJECTED,
)  # fmt: skip
SETTLED = "This is settled already: look at what has become of the proposal."
STANDS = "The deployment is confirmed. Speak to the authority, which may end it."


def _speaks(consultation: Consultation, permission: P, by: User | None, at: datetime) -> bool:
    """Whether `by` speaks for the school; else whether they may enter what it said. Raises `PermissionDenied`."""
    refuse_own_work(by=by, partner=consultation.deployment.partner)
    if by is not None and is_permitted(by=by, permission=permission, record=consultation, at=at):
        return True
    require(by=by, permission=P.DEPLOYMENT_PROPOSE, record=consultation.deployment, at=at)
    return False


def answer_consultation(
    *, consultation: Consultation, answer: str, by: User | None, at: datetime, says: str = ""
) -> None:  # fmt: skip
    """Record what head or governing body answers. It may be changed until the proposal is agreed (DEP-4, DEP-5, DEP-7).

    Once everybody who was asked has answered, the deployment is consulted. Raises `OutOfDate` where it has moved on.
    """
    speaks = _speaks(consultation, P.DEPLOYMENT_ANSWER, by, at)
    if answer not in ANSWERS[consultation.question]:
        refuse("Select one of the answers.")
    if answer in WANTS_WORDS and not has_substance(says):
        refuse("Enter what the authority should know, in a few words.")
    deployment = consultation.deployment
    with transaction.atomic():
        deployment.refresh_from_db()
        if deployment.status not in ANSWERABLE or deployment.is_void or consultation.answer == Answer.OBJECTS:
            raise OutOfDate([SETTLED])
        _answer(consultation, answer, says, by, at, speaks)
        if deployment.status == DeploymentStatus.PROPOSED and not deployment.consultations.filter(answered_at=None).exists():
            play_move(deployment, "consult", by=by, at=at, values={"consulted_on": day_of(at)}, about_on=day_of(at))
        emails.school_answered(consultation=consultation, at=at)


def _answer(consultation: Consultation, answer: str, says: str, by: User | None, at: datetime, speaks: bool) -> None:
    seen = consultation.answered_at
    values = {
        "answer": answer, "says": says.strip()[:2000], "answered_at": at, "answered_by": by, "is_entered_for": not speaks,
    }  # fmt: skip
    if not Consultation.objects.filter(pk=consultation.pk, answered_at=seen).update(**values):
        raise OutOfDate(["Somebody else has answered at the same moment. Look at it before you go on."])
    for column, value in values.items():
        setattr(consultation, column, value)
    audit.record(
        what="deployment.answer", subject=consultation.deployment, by=by, at=at, party=consultation.party, answer=answer,
        has_comment=bool(values["says"]),
    )  # fmt: skip
    with of_the_schools_record():
        _keep_faith_request(consultation, by, at)


def _keep_faith_request(consultation: Consultation, by: User | None, at: datetime) -> None:
    """A wish for a SIP in sympathy with the school's faith stands on the school's record while it is the answer (DEP-7).

    One that is on record already is not made twice. An answer that is changed takes back what it had put there.
    """
    on, school, request = day_of(at), consultation.deployment.school, consultation.faith_request
    note, who = consultation.says[:500], {"by": by, "at": at}
    if consultation.answer == Answer.FAITH and request is not None:
        if request.note != note and not request.is_void:
            change_record(record=request, note=note, **who)
        return
    if consultation.answer == Answer.FAITH:
        if FaithRequest.objects.standing().filter(school=school).exclude(ends_on__lt=on).exists():
            return
        source = FactSource.OFFICER if consultation.is_entered_for else FactSource.SCHOOL
        kind = BY_KEY["faith-requests"]
        consultation.faith_request = add_record(kind=kind, school=school, source=source, starts_on=on, note=note, **who)
    elif request is None:
        return
    else:
        if not request.is_void:
            strike_out(record=request, reason="The school changed its answer", **who)
        consultation.faith_request = None
    consultation.save(update_fields=["faith_request"])


def object_to_deployment(
    *, consultation: Consultation, ground: str, says: str, by: User | None, at: datetime
) -> Objection:  # fmt: skip
    """Record the governing body's objection, and return it: admitted, or with every reason why it is not (DEP-6, ENU-12).

    An admitted one stops the proposal until the authority has decided; one that is not admissible changes nothing and is
    passed on to the managers as what the governing body thinks. Raises `OutOfDate` where somebody was faster.
    """
    speaks = _speaks(consultation, P.DEPLOYMENT_OBJECT, by, at)
    if consultation.question != Question.OBJECTION:
        refuse("Under the authority's policy the governing body is not asked whether it objects.")
    if not has_substance(says):
        refuse("Enter why the governing body objects.")
    deployment = consultation.deployment
    with together(deployment):
        deployment.refresh_from_db()
        if deployment.status in {DeploymentStatus.WITHDRAWN, DeploymentStatus.UPHELD} or deployment.is_void:
            raise OutOfDate([SETTLED])
        on = day_of(at)
        reasons = inadmissible(
            ground=ground, is_used=_has_objected(deployment), starts_on=deployment.starts_on, until=consultation.until, on=on
        )
        if not reasons and deployment.confirmed_on is not None:
            refuse(STANDS)
        due_on = None if reasons else _decide_by(deployment, at)
        objection = Objection.objects.create(
            deployment=deployment, ground=ground, says=says.strip()[:2000], made_at=at, made_by=by, is_entered_for=not speaks,
            refused=[str(reason) for reason in reasons], is_admitted=not reasons, due_on=due_on,
        )  # fmt: skip
        if reasons:
            audit.record(what="deployment.objection_refused", subject=deployment, by=by, at=at, because=objection.refused)
        else:
            _answer(consultation, Answer.OBJECTS, says, by, at, speaks)
            play_move(deployment, "object", by=by, at=at, comment=says, about_on=on)
        emails.objection_made(objection=objection, at=at)
    return objection


def _has_objected(deployment: Deployment) -> bool:
    """Whether this governing body has objected to this SIP before, also about an earlier proposal."""
    earlier = Objection.objects.filter(is_admitted=True, deployment__school=deployment.school_id)
    return earlier.filter(deployment__partner=deployment.partner_id).exists()


def _decide_by(deployment: Deployment, at: datetime):
    on, policy = day_of(at), policy_of(deployment)
    return working_calendar(deployment.authority, on, policy).add(on, policy.days_to_decide)


def decide_objection(*, deployment: Deployment, is_upheld: bool, reason: str, by: User | None, at: datetime) -> None:
    """Uphold the objection, and the deployment goes no further; or reject it, and it can be agreed (DEP-6)."""
    may_move(deployment, P.DEPLOYMENT_CONFIRM, by, at)
    outcome = ObjectionOutcome.UPHELD if is_upheld else ObjectionOutcome.REJECTED
    reason = reason.strip()[:600]
    with transaction.atomic():
        decided = {"outcome": outcome, "decided_at": at, "decided_by": by, "reason": reason}
        deployment.objections.filter(is_admitted=True, decided_at=None).update(**decided)
        values = {"end_reason": reason[:300]} if is_upheld else {}
        play_move(deployment, "uphold" if is_upheld else "reject", by=by, at=at, comment=reason, values=values)


def publish_criteria(*, authority, text: str, by: User | None, at: datetime) -> DeploymentCriteria:
    """Publish how the authority chooses and deploys its SIPs; its schools read it, and what was there before stays (DEP-2)."""
    if by is not None and not is_permitted(by=by, permission=P.DEPLOYMENT_CONFIRM, record=authority, at=at):
        raise PermissionDenied("Criteria are published by the authority's SIP manager")
    if not has_substance(text):
        refuse("Enter the criteria.")
    with transaction.atomic():
        criteria = DeploymentCriteria.objects.create(
            authority=authority, text=text.strip()[:8000], published_at=at, published_by=by
        )
        audit.record(what="authority.criteria", subject=authority, by=by, at=at)
    return criteria
