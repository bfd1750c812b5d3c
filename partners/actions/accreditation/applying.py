"""Applying for accreditation: references, the two assessments and their resits, the award (ACC-1 to ACC-6, ACC-15)."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.permissions import Permission
from partners import emails
from partners.models import (
    Accreditation,
    Application,
    ApplicationStatus,
    Partner,
    Referee,
    Stage,
    StageAttempt,
)
from partners.selectors import application_case, sittings_of, standings_of
from partners.stages import Sitting, fails_of, opens_again_on
from partners.workflow import ACCREDITATION_WORKFLOW
from sipmanager.core import audit, moves
from sipmanager.core.wording import day
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..permitting import day_of, refuse, refuse_own_work, require

P = Permission

# The stage that is sat from where an application stands, and the column of its pass.
SAT_FROM = {
    ApplicationStatus.APPLICATION_PASSED: (Stage.ONLINE, "online_passed_on", "accepted_on"),
    ApplicationStatus.ONLINE_PASSED: (Stage.RESIDENTIAL, "residential_passed_on", "online_passed_on"),
}
NOT_NOW = "No assessment is open now: the stages come one after another. Look at where the application stands."


def apply_for(
    *, partner: Partner, sector: str, applied_on: date, by: User | None, at: datetime
) -> Application:  # fmt: skip
    """Record an application for a sector, stage 1 (ACC-2). Who has lapsed applies like a newcomer (ACC-15).

    Raises `MoveRefused` where the sector is held, or an application for it is under way.
    """
    _may(partner, by, at)
    _not_later("The day of the application", applied_on, day_of(at))
    held = standings_of([partner.pk], day_of(at)).get(partner.pk, [])
    if any(row.sector == sector and row.holds for row in held):
        refuse(f"{partner.full_name} is accredited for {sector} already.")
    try:
        with transaction.atomic():
            application = Application.objects.create(
                partner=partner, sector=sector, applied_on=applied_on, recorded_at=at, recorded_by=by
            )
            audit.record(what="application.apply", subject=application, by=by, at=at, about_on=applied_on, sector=sector)
    except IntegrityError as error:
        raise MoveRefused([f"An application for {sector} is under way already."]) from error
    return application


def ask_reference(
    *, application: Application, full_name: str, requested_on: date, by: User | None, at: datetime
) -> Referee:  # fmt: skip
    """Record that a reference was asked for (REC-15)."""
    _may(application.partner, by, at)
    _not_later("The day of the request", requested_on, day_of(at))
    if application.status != ApplicationStatus.APPLIED:
        raise OutOfDate(["References belong to stage 1, which is over."])
    with transaction.atomic():
        referee = Referee.objects.create(application=application, full_name=full_name.strip(), requested_on=requested_on)
        audit.record(what="application.ask_reference", subject=application, by=by, at=at, about_on=requested_on)
    return referee


def receive_reference(*, referee: Referee, received_on: date, by: User | None, at: datetime) -> None:
    """Record that a reference came in (REC-15)."""
    _may(referee.application.partner, by, at)
    _not_later("The day on which it came", received_on, day_of(at))
    if received_on < referee.requested_on:
        refuse(f"The day must be on or after that of the request, {day(referee.requested_on)}.")
    with transaction.atomic():
        if not Referee.objects.filter(pk=referee.pk, received_on=None).update(received_on=received_on):
            raise OutOfDate(["This reference is recorded already."])
        referee.received_on = received_on
        audit.record(
            what="application.receive_reference", subject=referee.application, by=by, at=at, about_on=received_on,
            referee=referee.pk,
        )  # fmt: skip


def accept_application(*, application: Application, on: date, by: User | None, at: datetime) -> None:
    """Accept stage 1; every reference asked for has come in (ACC-2)."""
    _may(application.partner, by, at)
    _not_later("The day of the acceptance", on, day_of(at))
    latest = max(
        [application.applied_on, *application.referees.exclude(received_on=None).values_list("received_on", flat=True)]
    )
    if on < latest:
        refuse(f"The day must be on or after that of the application and its references, {day(latest)}.")
    _play(application, "accept", by=by, at=at, values={"accepted_on": on}, about_on=on)


def close_application(*, application: Application, name: str, reason: str, by: User | None, at: datetime) -> None:
    """Turn an application down, or record that it is withdrawn; `name` is the move's. Fails stay on record and count."""
    _may(application.partner, by, at)
    if name not in ("turn_down", "withdraw"):
        raise ValueError(name)
    values = {"closed_on": day_of(at), "close_reason": reason.strip()[:500]}
    _play(application, name, by=by, at=at, comment=reason, values=values)


def record_sitting(
    *, application: Application, is_passed: bool, taken_on: date, result_on: date, by: User | None, at: datetime,
    notified_on: date | None = None, reference: str = "",
) -> StageAttempt:  # fmt: skip
    """Record a sitting of the stage that is open, with its result (ACC-2, ACC-5); passing stage 3 makes the award (ACC-4).

    `reference` is the award's, made up where blank. Raises `MoveRefused` while a resit is not open, with the day.
    """
    _may(application.partner, by, at)
    if application.status not in SAT_FROM:
        raise OutOfDate([NOT_NOW])
    stage, column, after = SAT_FROM[ApplicationStatus(application.status)]
    _in_order(taken_on, result_on, notified_on, day_of(at), since=getattr(application, after))
    case = application_case(application, taken_on=taken_on)
    with transaction.atomic():
        values = {column: result_on} if is_passed else {}
        if is_passed and stage == Stage.RESIDENTIAL:
            values["award"] = _award(application, result_on, reference, by=by, at=at)
        name = f"{'pass' if is_passed else 'fail'}_{stage.value}"
        _play(application, name, by=by, at=at, case=case, values=values, about_on=result_on)
        attempt = StageAttempt.objects.create(
            application=application, stage=stage, taken_on=taken_on, is_passed=is_passed, result_on=result_on,
            notified_on=notified_on, recorded_at=at, recorded_by=by,
        )  # fmt: skip
        _set_further_attempt(attempt)
    return attempt


def _award(application: Application, on: date, reference: str, *, by: User | None, at: datetime) -> Accreditation:
    """The accreditation exists from the pass (ACC-4) and stands on the national register at once (REG-17)."""
    partner, sector = application.partner, application.sector
    if partner.accreditations.filter(sector=sector, accredited_on=on).exists():
        refuse(f"Accreditation for {sector} on {day(on)} is on record already.")
    award = Accreditation.objects.create(
        partner=partner,
        sector=sector,
        accredited_on=on,
        reference=reference.strip() or f"A{application.pk:06}",
        recorded_at=at,
    )
    audit.record(what="accreditation.award", subject=partner, by=by, at=at, about_on=on, sector=sector)
    return award


def record_notice(*, attempt: StageAttempt, notified_on: date, by: User | None, at: datetime) -> None:
    """Record when the person was told of a result; after a second fail the twelve months run from it (ACC-5, DL-31)."""
    _may(attempt.application.partner, by, at)
    _not_later("The day of the notice", notified_on, day_of(at))
    if notified_on < attempt.result_on:
        refuse(f"The day must be on or after that of the result, {day(attempt.result_on)}.")
    with transaction.atomic():
        if not StageAttempt.objects.filter(pk=attempt.pk, notified_on=None).update(notified_on=notified_on):
            raise OutOfDate(["The notice of this result is recorded already."])
        attempt.notified_on = notified_on
        _set_further_attempt(attempt)
        audit.record(what="application.notify", subject=attempt.application, by=by, at=at, about_on=notified_on)


def _set_further_attempt(attempt: StageAttempt) -> None:
    """Store from when a further attempt is open, once its clock has started."""
    if attempt.is_passed or attempt.notified_on is None:
        return
    rows = sittings_of(attempt.application).filter(taken_on__lte=attempt.taken_on)
    sittings = [Sitting(*row) for row in rows.values_list("stage", "taken_on", "is_passed", "notified_on")]
    opens = opens_again_on(fails_of(sittings, attempt.stage))
    StageAttempt.objects.filter(pk=attempt.pk).update(opens_again_on=opens)
    attempt.opens_again_on = opens


# ----------------------------------------------------------------------------------------------------------- in common


def _may(partner: Partner, by: User | None, at: datetime) -> None:
    require(by=by, permission=P.ACCREDITATION_EDIT, record=partner, at=at)
    refuse_own_work(by=by, partner=partner)


def _not_later(what: str, value: date, on: date) -> None:
    if value > on:
        refuse(f"{what} must be today or in the past.")


def _in_order(taken_on: date, result_on: date, notified_on: date | None, on: date, *, since: date) -> None:
    _not_later("The day of the result", result_on, on)
    reasons = []
    if taken_on < since:
        reasons.append(f"The assessment comes after the stage before it, passed on {day(since)}.")
    if result_on < taken_on:
        reasons.append(f"The result comes on or after the day of the assessment, {day(taken_on)}.")
    if notified_on is not None and not result_on <= notified_on <= on:
        reasons.append("The day of the notice must be on or after that of the result, and today or in the past.")
    if reasons:
        raise MoveRefused(reasons)


def _play(application: Application, name: str, *, case: Any = None, **more) -> None:
    moves.play(
        table=ACCREDITATION_WORKFLOW, record=application, name=name, policy=None, effects=EFFECTS,
        case=application_case(application) if case is None else case, sector=application.sector, **more,
    )  # fmt: skip


def _tell(*, record: Application, at: datetime, **_) -> None:
    emails.application_decided(application=record, at=at)


EFFECTS = {"tell": _tell}
