"""Pre-deployment checks: handed in by the SIP, recorded by the office, verified or returned by the manager (section 8)."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from partners import emails
from partners.models import Check, CheckKind, CheckStatus, Engagement, FileKind, IndemnitySource, PartnerFile
from partners.workflow import CHECK_WORKFLOW
from sipmanager.core import audit, moves
from sipmanager.core.wording import day
from sipmanager.core.workflow import OutOfDate

from ..files import Prepared, keep_file
from ..permitting import day_of, is_permitted, refuse, refuse_own_work, require

P = Permission
ACCEPTED = "Accepted on line by the SIP"


def record_check(
    *, engagement: Engagement, kind: str, checked_on: date, by: User | None, at: datetime, expires_on: date | None = None,
    evidence: str = "", is_not_applicable: bool = False, source: str = "", insurer: str = "",
    prepared: Prepared | None = None, permission: P = P.CHECK_EDIT,
) -> Check:  # fmt: skip
    """Record a pre-deployment check: when it was made, until when it holds, on what evidence.

    It counts at once where `by` may verify checks, or where a file brings it; else it is received and waits for that.
    """
    _may(engagement, by, at, permission)
    _refuse_days(checked_on, expires_on, at)
    verifies = permission == P.PARTNER_IMPORT or is_permitted(by=by, permission=P.CHECK_VERIFY, record=engagement, at=at)
    with transaction.atomic():
        check = Check.objects.create(
            engagement=engagement, kind=CheckKind(kind), checked_on=checked_on, expires_on=expires_on,
            evidence=evidence.strip(), is_not_applicable=is_not_applicable, recorded_at=at, handed_in_by=by,
            status=CheckStatus.VERIFIED if verifies else CheckStatus.RECEIVED, checked_by=by if verifies else None,
            decided_on=day_of(at) if verifies else None, **_indemnity(kind, source, insurer),
        )  # fmt: skip
        audit.record(
            what="check.record", subject=check, by=by, at=at, about_on=checked_on, check=str(kind), expires_on=expires_on
        )
        if prepared is not None:
            _keep(check, prepared, by, at)
    return check


def hand_in_check(
    *, engagement: Engagement, kind: str, checked_on: date, by: User, at: datetime, expires_on: date | None = None,
    evidence: str = "", source: str = "", insurer: str = "", prepared: Prepared | None = None, accepts: bool = False,
) -> Check:  # fmt: skip
    """A SIP hands in the evidence of one of their own checks; it is received until the manager verifies it.

    The duty of confidentiality is accepted on line (`accepts`, PRE-8); every other check needs a file.
    """
    require(by=by, permission=P.CHECK_UPLOAD, record=engagement, at=at)
    if engagement.ends_on is not None:
        refuse("The engagement has ended.")
    is_acceptance = kind == CheckKind.CONFIDENTIALITY and accepts
    if prepared is None and not is_acceptance:
        refuse("Select a file that shows the check.")
    _refuse_days(checked_on, expires_on, at)
    with transaction.atomic():
        waiting = Check.objects.filter(engagement=engagement, kind=kind, status=CheckStatus.RECEIVED, voided_on=None)
        if waiting.exists():
            refuse("What you handed in before is still to be looked at. Add the file to that, or wait.")
        check = Check.objects.create(
            engagement=engagement, kind=CheckKind(kind), checked_on=checked_on, expires_on=expires_on, recorded_at=at,
            evidence=evidence.strip() or (ACCEPTED if is_acceptance else ""), status=CheckStatus.RECEIVED, handed_in_by=by,
            **_indemnity(kind, source, insurer),
        )  # fmt: skip
        audit.record(what="check.hand_in", subject=check, by=by, at=at, about_on=checked_on, check=str(kind))
        if prepared is not None:
            _keep(check, prepared, by, at)
    return check


def add_evidence(*, check: Check, prepared: Prepared, by: User, at: datetime, says: str = "") -> PartnerFile:
    """Add another file to a check that waits to be verified."""
    _still_waits(check)
    return _keep(check, prepared, by, at, says)


def verify_check(
    *, check: Check, by: User | None, at: datetime, checked_on: date | None = None, expires_on: date | None = None
) -> None:
    """Say that the evidence holds, with its days put right where need be. From now on the check counts (PRE-2 to PRE-12)."""
    _may(check.engagement, by, at, P.CHECK_VERIFY)
    _refuse_hand_in_of_ones_own(check, by)
    made_on = checked_on or check.checked_on
    _refuse_days(made_on, expires_on, at)
    _play(check, "verify", by=by, at=at, values={"checked_on": made_on, "expires_on": expires_on})


def return_check(*, check: Check, reason: str, by: User | None, at: datetime) -> None:
    """Return evidence that does not do, with the reason."""
    _may(check.engagement, by, at, P.CHECK_VERIFY)
    _play(check, "return", by=by, at=at, comment=reason, values={"return_reason": reason.strip()[:300]})


def void_check(*, check: Check, by: User | None, at: datetime) -> None:
    """Strike out a check recorded in error; it stays on record and counts for nothing."""
    _may(check.engagement, by, at, P.CHECK_EDIT)
    with transaction.atomic():
        if not Check.objects.filter(pk=check.pk, voided_on=None).update(voided_on=day_of(at)):
            raise OutOfDate(["This check is struck out already."])
        check.voided_on = day_of(at)
        audit.record(what="check.void", subject=check, by=by, at=at, check=check.kind)


def _may(engagement: Engagement, by: User | None, at: datetime, permission: P) -> None:
    require(by=by, permission=permission, record=engagement, at=at)
    refuse_own_work(by=by, partner=engagement.partner)


def _refuse_hand_in_of_ones_own(check: Check, by: User | None) -> None:
    """An officer who was given the right since does not verify what they recorded themself."""
    if by is not None and check.handed_in_by_id == by.pk:
        refuse("Somebody else verifies what you recorded yourself.")


def _refuse_days(checked_on: date, expires_on: date | None, at: datetime) -> None:
    if checked_on > day_of(at):
        refuse("The day of the check must be today or in the past.")
    if expires_on is not None and expires_on < checked_on:
        refuse(f"The check must run out on or after the day it was made, {day(checked_on)}.")


def _indemnity(kind: str, source: str, insurer: str) -> dict[str, str]:
    """Who insures the SIP, for that check alone (PRE-5)."""
    if kind != CheckKind.INDEMNITY:
        return {}
    return {"source": IndemnitySource(source).value if source else "", "insurer": insurer.strip()}


def _still_waits(check: Check) -> None:
    if not Check.objects.filter(pk=check.pk, status=CheckStatus.RECEIVED, voided_on=None).exists():
        raise OutOfDate(["This check has been looked at already. Hand the file in anew."])


def _keep(check: Check, prepared: Prepared, by: User | None, at: datetime, says: str = "") -> PartnerFile:
    engagement = check.engagement
    return keep_file(
        partner=engagement.partner, engagement=engagement, kind=FileKind.CHECK, about=audit.subject_of(check), prepared=prepared,
        says=says, by=by, at=at,
    )  # fmt: skip


def _play(check: Check, name: str, **more) -> None:
    moves.play(
        table=CHECK_WORKFLOW, record=check, name=name, policy=None, case=check, version={"voided_on": None}, effects=EFFECTS,
        check=check.kind, **more,
    )  # fmt: skip


def _write(*, record: Check, at: datetime, **_) -> None:
    emails.check_returned(check=record, at=at)


EFFECTS = {"write": _write}
