"""Discussions of a concern with a SIP, and cases to remove an accreditation (ACC-16 to ACC-26)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.permissions import Permission, Role
from accounts.selectors import holders, policy_on
from partners import emails
from partners.models import Accreditation, ConductItem, Criterion, Discussion, Engagement, RemovalCase
from partners.removal import BODIES, why_not_opened
from partners.selectors import live_deployments, national_people, removal_facts
from partners.workflow import ACCREDITATION_WORKFLOW
from schools.selectors import working_calendar
from sipmanager.core import audit, documents, moves
from sipmanager.core.models import StoredDocument
from sipmanager.core.wording import day, has_substance, moment
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..permitting import day_of, refuse, refuse_own_work, require

P = Permission

DAYS_TO_ANSWER = 10  # working days, where nobody says otherwise (ACC-23)
MOST_DAYS = 60
PLAIN = "text/plain; charset=utf-8"
ANSWERED = "This record is answered already."


def freeze(text: str, *, at: datetime) -> StoredDocument:
    """A text as it was sent, kept under its digest; stored outside the transaction that records it (D-38)."""
    return documents.store(content=text.strip().encode(), content_type=PLAIN, at=at)


# --------------------------------------------------------------------------------------------------------- discussions


def record_discussion(
    *, engagement: Engagement, criterion: str, held_on: date, text: str, by: User | None, at: datetime,
    is_about_removal: bool = False, answer_days: int = DAYS_TO_ANSWER,
) -> Discussion:  # fmt: skip
    """Record a discussion of a concern with a SIP and send the SIP a copy at once (ACC-21, ACC-22).

    The text is frozen. The SIP may answer within `answer_days` working days of the copy (ACC-23).
    """
    partner = engagement.partner
    require(by=by, permission=P.REMOVAL_DISCUSS, record=engagement, at=at)
    refuse_own_work(by=by, partner=partner)
    if held_on > day_of(at):
        refuse("The day of the discussion must be today or in the past.")
    if not has_substance(text):
        refuse("Enter what was said.")
    if not 1 <= answer_days <= MOST_DAYS:
        refuse(f"The time to answer must be between 1 and {MOST_DAYS} working days.")
    calendar = working_calendar(engagement.authority, day_of(at), policy_on(authority=engagement.authority, on=day_of(at)))
    document = freeze(text, at=at)
    with transaction.atomic():
        found = Discussion.objects.create(
            partner=partner, authority=engagement.authority, criterion=Criterion(criterion), held_on=held_on,
            is_about_removal=is_about_removal, document=document, recorded_at=at, recorded_by=by, copied_at=at,
            answer_due_on=calendar.add(day_of(at), answer_days),
        )  # fmt: skip
        audit.record(
            what="discussion.record",
            subject=found,
            by=by,
            at=at,
            about_on=held_on,
            criterion=criterion,
            digest=document.digest,
        )
        emails.discussion_copied(discussion=found, at=at)
    return found


def receive_discussion(*, discussion: Discussion, by: User, at: datetime) -> None:
    """Record that the SIP has received their copy. A second click has no effect."""
    require(by=by, permission=P.REMOVAL_ANSWER, record=discussion, at=at)
    with transaction.atomic():
        if Discussion.objects.filter(pk=discussion.pk, received_at=None).update(received_at=at):
            discussion.received_at = at
            audit.record(what="discussion.receive", subject=discussion, by=by, at=at)


def answer_discussion(*, discussion: Discussion, text: str, by: User, at: datetime) -> None:
    """Keep the SIP's answer beside the record; a late one is kept too, with its day (ACC-21, ACC-23)."""
    require(by=by, permission=P.REMOVAL_ANSWER, record=discussion, at=at)
    if not has_substance(text):
        refuse("Enter your answer.")
    if discussion.answered_on is not None:
        raise OutOfDate([ANSWERED])
    values: dict[str, Any] = {"answer_document": freeze(text, at=at), "answered_at": at, "answered_on": day_of(at)}
    with transaction.atomic():
        Discussion.objects.filter(pk=discussion.pk, received_at=None).update(received_at=at)
        if not Discussion.objects.filter(pk=discussion.pk, answered_on=None).update(**values):
            raise OutOfDate([ANSWERED])
        discussion.refresh_from_db()
        audit.record(
            what="discussion.answer", subject=discussion, by=by, at=at, about_on=discussion.held_on,
            digest=values["answer_document"].digest,
        )  # fmt: skip
        if discussion.recorded_by is not None:
            emails.discussion_answered(discussion=discussion, to=discussion.recorded_by, at=at)


# --------------------------------------------------------------------------------------------------------------- cases


def open_case(
    *, engagement: Engagement, criterion: str, circumstances: str, by: User | None, at: datetime,
    items: Sequence[str] = (), support_given: str = "", mitigation: str = "", is_withholding_alleged: bool = False,
) -> RemovalCase:  # fmt: skip
    """Open a case to remove a SIP's accreditation (ACC-16 to ACC-22). The SIP and the national director are told by moves.

    Raises `MoveRefused` with everything that is missing: for competence an earlier discussion with the SIP and what was
    done to help, for the other grounds a first record copied to the SIP.
    """
    partner = engagement.partner
    require(by=by, permission=P.REMOVAL_OPEN, record=engagement, at=at)
    refuse_own_work(by=by, partner=partner)
    on = day_of(at)
    reasons = why_not_opened(removal_facts(partner, on=on, criterion=criterion, support_given=support_given))
    if not has_substance(circumstances):
        reasons.append("Enter the circumstances.")
    is_conduct = criterion == Criterion.CONDUCT
    chosen = [ConductItem(item).value for item in items] if is_conduct else []
    if is_conduct and not chosen:
        reasons.append("Choose what the concern about conduct is.")
    if is_withholding_alleged and ConductItem.FACTS not in chosen:
        reasons.append("Withheld facts are a concern about conduct: choose false or missing facts.")
    if reasons:
        raise MoveRefused(reasons)
    try:
        with transaction.atomic():
            case = RemovalCase.objects.create(
                partner=partner, authority=engagement.authority, criterion=Criterion(criterion), items=chosen,
                circumstances=circumstances.strip(), support_given=support_given.strip(), mitigation=mitigation.strip(),
                is_withholding_alleged=is_withholding_alleged, opened_on=on, opened_at=at, opened_by=by,
            )  # fmt: skip
            audit.record(what="removalcase.open", subject=case, by=by, at=at, about_on=on, criterion=criterion)
    except IntegrityError as error:
        raise MoveRefused(["A case about this SIP is open already."]) from error
    return case


def tell_sip(*, case: RemovalCase, by: User | None, at: datetime) -> None:
    """Tell the SIP that removal is possible: from then on the SIP reads the case (ACC-21)."""
    _move(case, "tell_sip", P.REMOVAL_OPEN, by, at)


def tell_director(*, case: RemovalCase, by: User | None, at: datetime) -> None:
    """Put the case before the national director, with its circumstances (ACC-21)."""
    _move(case, "tell_director", P.REMOVAL_OPEN, by, at)


def call_hearing(*, case: RemovalCase, hearing_on: date, by: User | None, at: datetime) -> None:
    """Set the day of the hearing, after the SIP's time to answer (ACC-21)."""
    _move(case, "call_hearing", P.REMOVAL_DECIDE, by, at, values={"hearing_on": hearing_on}, hearing_on=hearing_on)


def record_hearing(
    *, case: RemovalCase, heard_on: date, members: Sequence[dict[str, str]], by: User | None, at: datetime,
    mitigation: str = "", is_withholding_found: bool | None = None,
) -> None:  # fmt: skip
    """Record who heard the case and when, and what mitigating circumstances were weighed (ACC-24, ACC-26).

    `members` are `{"name", "body"}`. Where withholding was alleged the steering group finds it or not (ACC-20).
    """
    if case.is_withholding_alleged and is_withholding_found is None:
        refuse(
            "Say whether the steering group found that facts were withheld or misstated so that the appointment was affected."
        )
    members = [{"name": row["name"].strip(), "body": row["body"]} for row in members if row["name"].strip()]
    if any(row["body"] not in BODIES for row in members):
        refuse("A member of the steering group sits for NCSL, NS or DfES.")
    found = is_withholding_found if case.is_withholding_alleged else None
    values = {"heard_on": heard_on, "members": members, "is_withholding_found": found}
    if mitigation.strip():
        values["mitigation"] = mitigation.strip()
    bodies = tuple(row["body"] for row in members)
    _move(case, "hear", P.REMOVAL_DECIDE, by, at, values=values, heard_on=heard_on, bodies=bodies)


def remove_accreditation(
    *, case: RemovalCase, removed_from: date, reason: str, by: User | None, at: datetime
) -> None:  # fmt: skip
    """Decide to remove: every sector ends, `removed_from` being the first day on which none holds (ACC-16, ACC-21)."""
    _decide(case, "remove", reason, by, at, values={"removed_from": removed_from}, removed_from=removed_from)


def retain_accreditation(*, case: RemovalCase, reason: str, by: User | None, at: datetime) -> None:
    """Decide that the accreditation holds; not open where withheld facts were found (ACC-20)."""
    _decide(case, "retain", reason, by, at)


def drop_case(*, case: RemovalCase, reason: str, by: User | None, at: datetime) -> None:
    """Let a case go no further before a hearing is called. The record stays."""
    _move(case, "drop", P.REMOVAL_OPEN, by, at, comment=reason, values={"reason": reason.strip()})


def _decide(case: RemovalCase, name: str, reason: str, by: User | None, at: datetime, *, values=None, **more) -> None:
    if not case.mitigation:
        raise MoveRefused(
            ["Record the mitigating circumstances that were weighed, or that there were none, with the hearing."]
        )
    _require(case, P.REMOVAL_DECIDE, by, at)
    document = freeze(decision_text(case, name=name, reason=reason, removed_from=more.get("removed_from"), at=at), at=at)
    values = {"reason": reason.strip(), "document": document, **(values or {})}
    _move(case, name, P.REMOVAL_DECIDE, by, at, comment=reason, values=values, **more)


def decision_text(case: RemovalCase, *, name: str, reason: str, removed_from: date | None, at: datetime) -> str:
    """The decision as it is kept and shown."""
    decided = f"removed from {day(removed_from)}" if name == "remove" else "kept"
    who = ", ".join(f"{row['name']} ({row['body']})" for row in case.members)
    lines = [
        f"Decision of National Strategies, {moment(at)}",
        f"School Improvement Partner (SIP): {case.partner.reference}",
        f"Criterion: {case.get_criterion_display()}",
        f"Heard on {day(case.heard_on)} by {who}",
        f"The accreditation is {decided}.",
        f"Reasons: {reason.strip()}",
        f"Mitigating circumstances weighed: {case.mitigation}",
    ]
    return "\n\n".join(lines)


def _require(case: RemovalCase, permission: P, by: User | None, at: datetime) -> None:
    require(by=by, permission=permission, record=case, at=at)
    refuse_own_work(by=by, partner=case.partner)


def _move(
    case: RemovalCase, name: str, permission: P, by: User | None, at: datetime, *, comment: str = "", values=None, **facts
) -> None:  # fmt: skip
    _require(case, permission, by, at)
    moves.play(
        table=ACCREDITATION_WORKFLOW, record=case, name=name, policy=None, comment=comment, values=values, by=by, at=at,
        case=removal_facts(case.partner, on=day_of(at), case=case, **facts), effects=EFFECTS,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- effects


def _tell_sip(*, record: RemovalCase, at: datetime, **_) -> None:
    emails.removal_possible(case=record, at=at)


def _tell_director(*, record: RemovalCase, at: datetime, **_) -> None:
    for director in national_people(Role.NATIONAL_DIRECTOR, day_of(at)):
        emails.removal_to_director(case=record, to=director, at=at)


def _tell_of_hearing(*, record: RemovalCase, at: datetime, **_) -> None:
    emails.hearing_called(case=record, at=at)


def _end_awards(*, record: RemovalCase, by: User | None, at: datetime, **_) -> None:
    """Every sector ends; the authorities that have the SIP at schools are told (ACC-25 says the reverse does not follow)."""
    on = record.removed_from
    awards = Accreditation.objects.filter(partner=record.partner, removed_on=None, accredited_on__lte=on)
    for award in awards.order_by("pk"):
        Accreditation.objects.filter(pk=award.pk).update(removed_on=on)
        audit.record(
            what="accreditation.remove", subject=record.partner, by=by, at=at, about_on=on, sector=award.sector,
            case=record.pk, has_comment=True,
        )  # fmt: skip
    schools: dict[Any, list[str]] = {}
    for row in live_deployments(record.partner, on):
        schools.setdefault(row.authority, []).append(row.school.name)
    for authority, names in schools.items():
        for manager in holders(role=Role.MANAGER, authority=authority, on=day_of(at)):
            emails.deployments_touched(
                case=record, to=manager.email, name=manager.full_name, authority_id=authority.pk, schools=names, at=at
            )


def _tell_decision(*, record: RemovalCase, at: datetime, **_) -> None:
    """The SIP, once told of the case at all, and whoever opened it."""
    people = {record.partner.email: record.partner.full_name} if record.sip_told_on is not None else {}
    if record.opened_by is not None:
        people.setdefault(record.opened_by.email, record.opened_by.full_name)
    for address, name in people.items():
        emails.removal_decided(case=record, to=address, name=name, at=at)


EFFECTS = {
    "tell_sip": _tell_sip, "tell_director": _tell_director, "tell_sip_of_hearing": _tell_of_hearing,
    "remove": _end_awards, "tell_decision": _tell_decision, "tell_drop": _tell_decision,
}  # fmt: skip
