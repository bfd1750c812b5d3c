"""Deploying a SIP to a school: propose, agree, confirm, end, withdraw, strike out (section 9, D-13 to D-18, D-31).

Every one of them holds the school and the SIP first, by comparing and setting their sequence numbers, and reads the
facts after that, so that of two people who race only one has an effect, on both databases.
"""

from collections.abc import Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import policy_row_on
from partners import emails
from partners.consulting import agreeing, wants_an_account
from partners.deployment_rules import DeploymentCase, findings, leads, needs_reason, refusing
from partners.letter_text import LetterKind
from partners.models import Deployment, DeploymentStatus, NationalNotification, NotificationKind, Partner
from partners.selectors import case_of, deployment_case, place_of, planned_change, policy_of, schools_say_of
from partners.workflow import DEPLOYMENT_WORKFLOW
from schools.models import School
from sipmanager.core import audit, moves
from sipmanager.core.rules import Finding, Stage
from sipmanager.core.wording import day, has_substance
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..changing_sip.handing_over import hand_over
from ..permitting import day_of, is_permitted, refuse, refuse_own_work, require
from .asking import ask_school
from .letters import write_letters

P = Permission

CHANGED = "Somebody changed a deployment of this school or SIP at the same moment. Look at it again before you go on."
PASSED = "The last day on record has passed"
ONE_LEAD = "one_lead_a_school"
MAY_END = (DeploymentStatus.CONFIRMED, DeploymentStatus.ACTIVE)


class Refused(MoveRefused):
    """Refused by rules; `findings` are all of them, so that all can be mended at once."""

    def __init__(self, found: list[Finding], reasons: list[str] | None = None):
        super().__init__(reasons or [f"{row.id}: {row.because}" for row in found])
        self.findings = found


# ------------------------------------------------------------------------------------------------- one after another


def sequences(school_id: int, partner_id: int) -> tuple[int, int]:
    """The sequence numbers of a school and a SIP as they stand."""
    school = School.objects.values_list("sequence", flat=True).get(pk=school_id)
    return school, Partner.objects.values_list("sequence", flat=True).get(pk=partner_id)


@contextmanager
def held(school_id: int, partner_id: int):
    """A transaction that begins by moving both sequence numbers on; raises `OutOfDate` where somebody was first."""
    school_seen, partner_seen = sequences(school_id, partner_id)
    try:
        with transaction.atomic():
            moved = School.objects.filter(pk=school_id, sequence=school_seen).update(sequence=F("sequence") + 1)
            moved = moved and Partner.objects.filter(pk=partner_id, sequence=partner_seen).update(sequence=F("sequence") + 1)
            if not moved:
                raise OutOfDate([CHANGED])
            yield
    except IntegrityError as error:
        # PostgreSQL's own guard, should anything ever get past the rules.
        if ONE_LEAD not in str(error):
            raise
        raise Refused([], ["DEP-9: Another SIP leads at this school on some of these days."]) from error


def together(deployment: Deployment):
    """`held` for the school and the SIP of a deployment."""
    return held(deployment.school_id, deployment.partner_id)


# ------------------------------------------------------------------------------------------------------------ propose


def propose_deployment(
    *, school: School, partner: Partner, starts_on: date, by: User | None, at: datetime, ends_on: date | None = None,
    days: Decimal | None = None, reasons: Mapping[str, str] | None = None, permission: P = P.DEPLOYMENT_PROPOSE,
    tell_school: bool = True, why: str = "",
) -> Deployment:  # fmt: skip
    """Propose a SIP for a school and return the deployment.

    `days` are those of the local policy where not given; `reasons` say, by rule id, why a rule of weight "should" is
    set aside; `why` is what the school reads of why this SIP. Raises `Refused` with every finding of stage `propose` that refuses.
    """
    require(by=by, permission=permission, record=school, at=at)
    refuse_own_work(by=by, partner=partner)
    if ends_on is not None and ends_on < starts_on:
        refuse(f"The last day, {day(ends_on)}, must be on or after the first, {day(starts_on)}.")
    on = day_of(at)
    with held(school.pk, partner.pk):
        authority = place_of(school, starts_on=starts_on, on=on).authority
        policy = policy_row_on(authority=authority, on=on) if authority else None
        case = deployment_case(partner=partner, school=school, starts_on=starts_on, on=on, ends_on=ends_on, days=days)
        given = _weigh(case, reasons, stage=Stage.PROPOSE)
        if not is_permitted(by=by, permission=permission, record=authority, at=at):
            refuse(f"{authority.name} runs the SIP of {school.name} on {day(starts_on)}. Its SIP manager proposes.")
        deployment = Deployment.objects.create(
            school=school, partner=partner, authority=authority, policy=policy, starts_on=starts_on, ends_on=ends_on,
            days=case.days_expected if days is None else days, proposed_at=at, proposed_by=by, reasons=given,
            why=why.strip()[:600],
        )  # fmt: skip
        audit.record(
            what="deployment.propose", subject=deployment, by=by, at=at, about_on=starts_on, ends_on=ends_on,
            days=deployment.days, set_aside=sorted(given),
        )  # fmt: skip
        if tell_school:
            tell_school_of(deployment, by=by, at=at)
    return deployment


def tell_school_of(deployment: Deployment, *, by: User | None, at: datetime) -> None:
    """Write to the school that a SIP is proposed, and ask whoever has a say there."""
    write_letters(deployment=deployment, kinds=[LetterKind.PROPOSAL_SCHOOL], by=by, at=at, is_mailed=False)
    ask_school(deployment=deployment, at=at)


def _weigh(case: DeploymentCase, reasons: Mapping[str, str] | None, *, stage: Stage | None) -> dict[str, str]:
    """The reasons to be recorded; raises `Refused` where a rule refuses or a reason is missing."""
    found = findings(case)
    if refused := refusing(found, stage=stage):
        raise Refused(refused)
    given = {key: text.strip() for key, text in (reasons or {}).items()}
    missing = [row for row in needs_reason(case, found) if not has_substance(given.get(row.id, ""))]
    if missing:
        raise Refused(missing, [f"Enter a reason: {row.because}" for row in missing])
    return {row.id: given[row.id] for row in found if not row.refuses and given.get(row.id)}


# --------------------------------------------------------------------------------------------------------- move along


def agree_deployment(
    *, deployment: Deployment, by: User | None, at: datetime, consulted_on: date | None = None, comment: str = "",
    permission: P = P.DEPLOYMENT_PROPOSE, done_about_views: str = "",
) -> None:  # fmt: skip
    """Record that the school was asked and the proposal stands (DEP-5). `consulted_on` is when, where it is known.

    `done_about_views` says what was done about concerns or wishes, where the school had any. Raises `MoveRefused` while
    the policy leaves the school a say that it has not had (DEP-4, DEP-6).
    """
    may_move(deployment, permission, by, at)
    asked = schools_say_of(deployment)
    if missing := agreeing(asked, on=day_of(at)):
        refuse(*missing)
    if wants_an_account(asked) and not has_substance(done_about_views):
        refuse("Enter a few words on what was done about the school's views.")
    values = {"done_about_views": done_about_views.strip()[:600]}
    if consulted_on:
        values["consulted_on"] = consulted_on
    play_move(deployment, "agree", by=by, at=at, comment=comment, values=values)


def record_consultation(
    *, deployment: Deployment, on: date, by: User | None, at: datetime, permission: P = P.DEPLOYMENT_PROPOSE
) -> None:
    """Record the day on which the school was asked for its views (DEP-5)."""
    may_move(deployment, permission, by, at)
    if on > day_of(at):
        refuse("The day on which the school was asked must be today or in the past.")
    if deployment.status == DeploymentStatus.PROPOSED:
        play_move(deployment, "consult", by=by, at=at, values={"consulted_on": on}, about_on=on)
        return
    with transaction.atomic():
        Deployment.objects.filter(pk=deployment.pk).update(consulted_on=on)
        deployment.consulted_on = on
        audit.record(what="deployment.consult", subject=deployment, by=by, at=at, about_on=on)


def confirm_deployment(
    *, deployment: Deployment, by: User | None, at: datetime, reasons: Mapping[str, str] | None = None,
    permission: P = P.DEPLOYMENT_CONFIRM,
) -> None:  # fmt: skip
    """Confirm: from its first day the SIP is the school's. Raises `Refused` with every rule that refuses."""
    may_move(deployment, permission, by, at)
    with held(deployment.school_id, deployment.partner_id):
        _end_the_one_before(deployment, permission, by, at)
        given = _weigh(case_of(deployment, on=day_of(at)), {**deployment.reasons, **(reasons or {})}, stage=None)
        values = {"reasons": {**deployment.reasons, **given}}
        play_move(deployment, "confirm", by=by, at=at, values=values, set_aside=sorted(given))
        _catch_up(deployment, at)


def _end_the_one_before(deployment: Deployment, permission: P, by: User | None, at: datetime) -> None:
    """Where a change of SIP was planned, the last day of the outgoing one is set with the confirmation (ACT-15)."""
    plan = planned_change(deployment)
    if plan is None or plan.last_on is None or plan.outgoing.status not in MAY_END:
        return
    needed = P.DEPLOYMENT_END if permission is P.DEPLOYMENT_CONFIRM else permission
    end_deployment(deployment=plan.outgoing, on=plan.last_on, reason=plan.reason, by=by, at=at, permission=needed)


def end_deployment(
    *, deployment: Deployment, on: date, reason: str, by: User | None, at: datetime, permission: P = P.DEPLOYMENT_END
) -> None:  # fmt: skip
    """Set the last day, `on`; the deployment counts to its end (DEP-18). An end beyond three years is refused."""
    may_move(deployment, permission, by, at)
    if on < deployment.starts_on:
        refuse(
            f"The last day, {day(on)}, must be on or after the first, {day(deployment.starts_on)}. If the SIP never "
            "worked there, strike the deployment out instead."
        )
    with held(deployment.school_id, deployment.partner_id):
        deployment.refresh_from_db()
        _refuse_days(deployment, on, at)
        values = {"ends_on": on, "end_reason": reason.strip()[:300]}
        play_move(deployment, "end", by=by, at=at, comment=reason, values=values, about_on=on)
        if on < day_of(at):
            finish_deployment(deployment=deployment, at=at)


def _catch_up(deployment: Deployment, at: datetime) -> None:
    """What the night would make of a deployment confirmed late: begun, and over, where its days have come and gone."""
    on = day_of(at)
    if deployment.starts_on <= on:
        begin_deployment(deployment=deployment, at=at)
    if deployment.ends_on is not None and deployment.ends_on < on:
        play_move(
            deployment, "end", by=None, at=at, comment=PASSED, values={"end_reason": PASSED}, about_on=deployment.ends_on
        )
        finish_deployment(deployment=deployment, at=at)


def begin_deployment(*, deployment: Deployment, at: datetime) -> None:
    """The first day is reached: the SIP is at work. The system's own move, by the dates on record."""
    play_move(deployment, "begin", by=None, at=at, about_on=deployment.starts_on)


def finish_deployment(*, deployment: Deployment, at: datetime) -> None:
    """The last day that was set has passed. The system's own move; everybody was told when the day was set."""
    play_move(deployment, "finish", by=None, at=at, about_on=deployment.ends_on)


def _refuse_days(deployment: Deployment, on: date, at: datetime) -> None:
    """A last day to come keeps to three years, and one later than the day on record to one SIP a school.

    A last day that has passed is what happened, and is recorded whatever it breaks.
    """
    asked = {"DEP-10"} if on > day_of(at) else set()
    if deployment.ends_on is not None and on > deployment.ends_on:
        asked.add("DEP-9")
    case = deployment_case(
        partner=deployment.partner, school=deployment.school, starts_on=deployment.starts_on, on=day_of(at), ends_on=on,
        deployment=deployment, policy=policy_of(deployment),
    )  # fmt: skip
    if found := [row for row in refusing(findings(case)) if row.id in asked]:
        raise Refused(found)


def withdraw_deployment(*, deployment: Deployment, reason: str, by: User | None, at: datetime) -> None:
    """Take a proposal back before it is confirmed."""
    may_move(deployment, P.DEPLOYMENT_PROPOSE, by, at)
    with together(deployment):
        play_move(deployment, "withdraw", by=by, at=at, comment=reason, values={"end_reason": reason.strip()[:300]})


def void_deployment(*, deployment: Deployment, reason: str, by: User | None, at: datetime) -> None:
    """Strike out what was entered in error: it counts for nothing any more and stays visible as struck out (D-18)."""
    may_move(deployment, P.DEPLOYMENT_VOID, by, at)
    if not has_substance(reason):
        refuse("Enter a reason before you strike the deployment out.")
    if deployment.confirmed_on is None:
        refuse("Only a confirmed deployment can be struck out; withdraw the proposal instead.")
    with held(deployment.school_id, deployment.partner_id):
        values = {"voided_on": day_of(at), "voided_by": by, "void_reason": reason.strip()[:300]}
        if not Deployment.objects.filter(pk=deployment.pk, voided_on=None).update(**values):
            raise OutOfDate(["This deployment is struck out already."])
        for column, value in values.items():
            setattr(deployment, column, value)
        audit.record(what="deployment.void", subject=deployment, by=by, at=at, about_on=deployment.starts_on, has_comment=True)
        settle_leads(record=deployment)
        if deployment.notifications.filter(sent_on__isnull=False).exists():
            notify(deployment=deployment, kind=NotificationKind.CORRECTION, effective_on=day_of(at), at=at)
        if not deployment.is_historic:
            emails.voided(deployment=deployment, at=at)


# --------------------------------------------------------------------------------------------------------- in common


def may_move(deployment: Deployment, permission: P, by: User | None, at: datetime) -> None:
    """Raise unless `by` may move it: the right, nobody's own work, and not struck out."""
    require(by=by, permission=permission, record=deployment, at=at)
    refuse_own_work(by=by, partner=deployment.partner)
    if deployment.is_void:
        raise OutOfDate(["This deployment was struck out. Look at where it stands now before you go on."])


def play_move(deployment: Deployment, name: str, **more) -> None:
    """Make one move of the table, with what follows from it."""
    moves.play(
        table=DEPLOYMENT_WORKFLOW, record=deployment, name=name, policy=None, case=deployment,
        version={"voided_on": None}, effects=EFFECTS, **more,
    )  # fmt: skip


def settle_leads(*, record: Deployment, **_) -> None:
    """Say anew who leads the school when; those who give way are written before those who take over (D-31)."""
    rows = {row.pk: row for row in Deployment.objects.standing().filter(school_id=record.school_id)}
    spans = leads((row.pk, row.starts_on, row.ends_on) for row in rows.values())
    changed = {
        pk: span or (None, None)
        for pk, span in spans.items()
        if (rows[pk].lead_from, rows[pk].lead_until) != (span or (None, None))
    }
    Deployment.objects.filter(pk__in=changed).update(lead_from=None, lead_until=None)
    for pk, (lead_from, lead_until) in changed.items():
        if lead_from is not None:
            Deployment.objects.filter(pk=pk).update(lead_from=lead_from, lead_until=lead_until)
    record.lead_from, record.lead_until = spans.get(record.pk) or (None, None)


def _tell_contractor(*, record: Deployment, row, at: datetime, **_) -> None:
    if row.name == "end":
        notify(deployment=record, kind=NotificationKind.END, effective_on=record.ends_on, at=at)
    else:
        notify(deployment=record, kind=kind_of_start(record), effective_on=record.starts_on, at=at)


# The letters that a move makes (DEP-27). A proposal that goes no further is told by mail alone.
LETTERS = {
    "confirm": (LetterKind.CONFIRMATION_SCHOOL, LetterKind.CONFIRMATION_SIP),
    "end": (LetterKind.END_SCHOOL, LetterKind.END_SIP),
}


def _write_letters(*, record: Deployment, row, by: User | None, at: datetime, **_) -> None:
    if row.name in LETTERS:
        write_letters(deployment=record, kinds=LETTERS[row.name], by=by, at=at)
    else:
        mails = {"withdraw": emails.withdrawal, "uphold": emails.objection_decided, "reject": emails.objection_decided}
        mails[row.name](deployment=record, at=at)


EFFECTS = {"lead": settle_leads, "notify": _tell_contractor, "write": _write_letters, "hand_over": hand_over}


def kind_of_start(deployment: Deployment) -> NotificationKind:
    """A replacement where another SIP was at the school before, else a start (DEP-15)."""
    earlier = Deployment.objects.standing().filter(school=deployment.school_id, starts_on__lte=deployment.starts_on)
    was_there = earlier.exclude(pk=deployment.pk).exclude(partner=deployment.partner_id).exists()
    return NotificationKind.REPLACEMENT if was_there else NotificationKind.START


def notify(*, deployment: Deployment, kind: str, effective_on: date, at: datetime) -> NationalNotification:
    """Put on the log what the national contractor is to be told (DEP-15)."""
    return NationalNotification.objects.create(deployment=deployment, kind=kind, effective_on=effective_on, raised_at=at)
