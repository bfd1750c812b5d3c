"""Agreements: drawn up, sent, signed by both sides, ended (section 11).

Every write claims the agreement's sequence number first, so that of two who act at once one has an effect (D-31). What is
signed is the frozen text of a version, and each signature carries the digest of that text.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import policy_row_on
from partners import emails
from partners.agreement_rules import ONE_DAY, digest_of, text_of
from partners.models import (
    Agreement,
    AgreementSchool,
    AgreementSignature,
    AgreementStatus,
    AgreementVersion,
    Contract,
    Engagement,
    Side,
)
from partners.selectors import agreement_case, brief_on, could_be_scheduled
from partners.workflow import AGREEMENT_WORKFLOW
from schools.models import School
from sipmanager.core import audit, moves
from sipmanager.core.academic import add_months
from sipmanager.core.wording import day, searchable
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, refuse, refuse_own_work, require
from .printing import ask_for_print

P = Permission

CHANGED = "Somebody changed this agreement while you were reading it. Look at it again before you go on."
OTHER_TEXT = "The text has changed since you opened it. Read it again before you sign."
# What is typed about an agreement; the rest is worked out or moved.
TERMS = (
    "basis", "starts_on", "ends_on", "sip_rate", "nca_rate", "travel", "development", "reserved_days", "other_days",
    "other_days_for", "extra_responsibilities", "needs_accreditation", "override_reason",
)  # fmt: skip


# --------------------------------------------------------------------------------------------------------- drawing up


def draw_up_agreement(
    *, engagement: Engagement, basis: str, starts_on: date, ends_on: date, by: User | None, at: datetime,
    renews: Agreement | None = None, replaces: Agreement | None = None,
    schedule: Iterable[tuple[School, Decimal]] | None = None, **terms: Any,
) -> Agreement:  # fmt: skip
    """Draw up an agreement and return the draft. `terms` are any of `TERMS`.

    Without a `schedule` the one of the agreement that it renews or replaces is taken over; else the schools where the
    SIP is deployed on these days, with the days of each deployment.
    """
    _may(engagement, P.AGREEMENT_EDIT, by, at)
    _refuse_unknown(terms)
    if engagement.ends_on is not None and engagement.ends_on < starts_on:
        refuse(f"The engagement ended on {day(engagement.ends_on)}. Engage the SIP anew first.")
    if replaces is not None and replaces.status != AgreementStatus.IN_FORCE:
        refuse("Only an agreement in force is changed by a new one.")
    with transaction.atomic():
        agreement = Agreement.objects.create(
            engagement=engagement, policy=policy_row_on(authority=engagement.authority_id, on=day_of(at)), renews=renews,
            replaces=replaces, basis=basis, starts_on=starts_on, ends_on=ends_on, made_at=at, made_by=by,
            brief=brief_on(starts_on), **terms,
        )  # fmt: skip
        lines = _first_schedule(agreement, renews or replaces) if schedule is None else schedule
        AgreementSchool.objects.bulk_create(
            AgreementSchool(agreement=agreement, school=school, days=days) for school, days in lines
        )
        audit.record(
            what="agreement.draw_up", subject=agreement, by=by, at=at, about_on=starts_on, ends_on=ends_on,
            renews=renews and renews.pk, replaces=replaces and replaces.pk,
        )  # fmt: skip
    return agreement


def _first_schedule(agreement: Agreement, before: Agreement | None) -> list[tuple[School, Decimal]]:
    if before is not None:
        return [(row.school, row.days) for row in before.schedule.select_related("school").order_by("pk")]
    found: dict[int, tuple[School, Decimal]] = {}
    for row in could_be_scheduled(agreement.engagement, agreement.starts_on, agreement.ends_on).filter(days__gt=0):
        found.setdefault(row.school_id, (row.school, row.days))
    return list(found.values())


def follow_on(*, agreement: Agreement, by: User | None, at: datetime) -> Agreement:
    """Draw up the agreement of the next year, with the same terms and schedule (AGR-2)."""
    last_on = agreement.last_on or agreement.ends_on
    return _drawn_from(
        agreement, by=by, at=at, renews=agreement, starts_on=last_on + ONE_DAY, ends_on=_a_year_from(last_on + ONE_DAY)
    )


def change_in_force(*, agreement: Agreement, starts_on: date, by: User | None, at: datetime) -> Agreement:
    """Draw up what is to take the place of an agreement in force from a day on; both sides sign it anew."""
    return _drawn_from(agreement, by=by, at=at, replaces=agreement, starts_on=starts_on, ends_on=agreement.ends_on)


def _drawn_from(before: Agreement, *, starts_on: date, ends_on: date, **more: Any) -> Agreement:
    terms = {name: getattr(before, name) for name in TERMS if name not in {"starts_on", "ends_on", "override_reason"}}
    return draw_up_agreement(engagement=before.engagement, starts_on=starts_on, ends_on=ends_on, **terms, **more)


def _a_year_from(starts_on: date) -> date:
    return add_months(starts_on, 12) - ONE_DAY


def change_agreement(
    *, agreement: Agreement, by: User | None, at: datetime, sequence: int | None = None, **terms: Any
) -> None:
    """Change the terms of a draft. `sequence` is the one that the person saw; raises `OutOfDate` where it has moved on."""
    _may(agreement, P.AGREEMENT_EDIT, by, at)
    _refuse_unknown(terms)
    changed = [name for name, value in terms.items() if getattr(agreement, name) != value]
    with transaction.atomic():
        _claim(agreement, AgreementStatus.DRAFT, sequence, **terms)
        audit.record(what="agreement.change", subject=agreement, by=by, at=at, fields=sorted(changed))


def schedule_school(*, agreement: Agreement, school: School, days: Decimal, by: User | None, at: datetime) -> None:
    """Put a school on a draft's schedule with its days; a second time it changes the days."""
    _may(agreement, P.AGREEMENT_EDIT, by, at)
    if days <= 0:
        refuse("The days must be more than 0.")
    with transaction.atomic():
        _claim(agreement, AgreementStatus.DRAFT, None)
        AgreementSchool.objects.update_or_create(agreement=agreement, school=school, defaults={"days": days})
        audit.record(what="agreement.schedule", subject=agreement, by=by, at=at, urn=school.urn, days=days)


def unschedule_school(*, agreement: Agreement, school_id: int, by: User | None, at: datetime) -> None:
    """Take a school off a draft's schedule; a second click has no effect."""
    _may(agreement, P.AGREEMENT_EDIT, by, at)
    with transaction.atomic():
        _claim(agreement, AgreementStatus.DRAFT, None)
        taken, _ = AgreementSchool.objects.filter(agreement=agreement, school=school_id).delete()
        if taken:
            audit.record(what="agreement.unschedule", subject=agreement, by=by, at=at, school_id=school_id)


# -------------------------------------------------------------------------------------------------------- the moves


def send_agreement(*, agreement: Agreement, by: User | None, at: datetime, sequence: int | None = None) -> AgreementVersion:
    """Freeze the text of a draft as a new version and send it to the SIP to sign; it cites the brief of its first day."""
    _may(agreement, P.AGREEMENT_EDIT, by, at)
    values = {"version": agreement.version + 1, "brief": brief_on(agreement.starts_on)}
    _play(agreement, "send", by=by, at=at, sequence=sequence, values=values)
    return current_version(agreement)


def sign_agreement(*, agreement: Agreement, typed_name: str, digest: str, by: User, at: datetime) -> None:
    """The SIP signs the text that was sent, by its digest and their own name as it stands in it."""
    require(by=by, permission=P.AGREEMENT_ACCEPT, record=agreement, at=at)
    version = _same_text(agreement, digest)
    _refuse_other_name(typed_name, agreement.engagement.partner.full_name)
    with _one_signature():
        _sign(version, Side.PARTNER, typed_name, by, at)
        _play(agreement, "sign", by=by, at=at, number=version.number, digest=digest)


def decline_agreement(*, agreement: Agreement, reason: str, by: User, at: datetime) -> None:
    """The SIP declines what was sent, with the reason."""
    require(by=by, permission=P.AGREEMENT_ACCEPT, record=agreement, at=at)
    _play(agreement, "decline", by=by, at=at, comment=reason, values={"end_reason": reason.strip()[:300]})


def countersign_agreement(*, agreement: Agreement, typed_name: str, digest: str, by: User, at: datetime) -> None:
    """The authority's manager signs after the SIP; from its first day the agreement holds.

    The schools on its schedule are under contract from now on (PRE-6), and what it replaces ends the day before.
    """
    _may(agreement, P.AGREEMENT_SIGN, by, at)
    version = _same_text(agreement, digest)
    _refuse_other_name(typed_name, by.full_name)
    if version.signatures.filter(signed_by=by).exists():
        refuse("Nobody signs for both sides.")
    with _one_signature():
        _sign(version, Side.AUTHORITY, typed_name, by, at)
        values = {"last_on": agreement.ends_on}
        _play(agreement, "countersign", by=by, at=at, case_on=day_of(at), values=values, number=version.number, digest=digest)
        ask_for_print(version.pk)


def take_back_agreement(*, agreement: Agreement, reason: str, by: User | None, at: datetime) -> None:
    """Take a sent or half-signed agreement back to change it; the signatures given so far stay with the old text."""
    _may(agreement, P.AGREEMENT_EDIT, by, at)
    _play(agreement, "take_back", by=by, at=at, comment=reason)


def withdraw_agreement(*, agreement: Agreement, reason: str, by: User | None, at: datetime) -> None:
    """Withdraw an agreement that is not in force yet."""
    _may(agreement, P.AGREEMENT_EDIT, by, at)
    _play(agreement, "withdraw", by=by, at=at, comment=reason, values={"end_reason": reason.strip()[:300]})


def end_agreement(
    *, agreement: Agreement, on: date, reason: str, by: User | None, at: datetime, name: str = "end",
    permission: P = P.AGREEMENT_SIGN,
) -> None:  # fmt: skip
    """End an agreement in force early, with `on` its last day; `name` is the move of the table."""
    _may(agreement, permission, by, at)
    if not agreement.starts_on <= on <= agreement.ends_on:
        refuse(f"The last day must be from {day(agreement.starts_on)} to {day(agreement.ends_on)}.")
    values = {"last_on": on, "end_reason": reason.strip()[:300]}
    _play(agreement, name, by=by, at=at, comment=reason, values=values, about_on=on)


def expire_agreement(*, agreement: Agreement, at: datetime) -> None:
    """Record that an agreement is past its last day; the night does."""
    _play(agreement, "expire", by=None, at=at, about_on=agreement.last_on)


# ---------------------------------------------------------------------------------------------------------- in common


def current_version(agreement: Agreement) -> AgreementVersion:
    """The text that was sent last."""
    return AgreementVersion.objects.get(agreement=agreement, number=agreement.version)


def _may(record: Any, permission: P, by: User | None, at: datetime) -> None:
    require(by=by, permission=permission, record=record, at=at)
    engagement = record if isinstance(record, Engagement) else record.engagement
    refuse_own_work(by=by, partner=engagement.partner)


def _refuse_unknown(terms: dict[str, Any]) -> None:
    if unknown := set(terms) - set(TERMS):
        raise TypeError(f"These are no terms of an agreement: {sorted(unknown)}")


def _claim(agreement: Agreement, status: str, sequence: int | None, **values: Any) -> None:
    """Take the row in the state and with the number that was seen, and set what is to change."""
    seen = agreement.sequence if sequence is None else sequence
    rows = Agreement.objects.filter(pk=agreement.pk, status=status, sequence=seen)
    if not rows.update(sequence=F("sequence") + 1, **values):
        raise OutOfDate([CHANGED])
    agreement.sequence = seen + 1
    for name, value in values.items():
        setattr(agreement, name, value)


def _play(
    agreement: Agreement, name: str, *, at: datetime, sequence: int | None = None, values: dict[str, Any] | None = None,
    case_on: date | None = None, **more: Any,
) -> None:  # fmt: skip
    seen = agreement.sequence if sequence is None else sequence
    moves.play(
        table=AGREEMENT_WORKFLOW, record=agreement, name=name, policy=None,
        case=agreement_case(agreement, on=case_on or day_of(at)), version={"sequence": seen}, at=at,
        values={**(values or {}), "sequence": seen + 1}, effects=EFFECTS, **more,
    )  # fmt: skip


def _same_text(agreement: Agreement, digest: str) -> AgreementVersion:
    version = AgreementVersion.objects.filter(agreement=agreement, number=agreement.version).first()
    if version is None or digest != version.digest or digest_of(version.content) != digest:
        raise OutOfDate([OTHER_TEXT])
    return version


def _refuse_other_name(typed_name: str, name: str) -> None:
    if searchable(typed_name) != searchable(name):
        refuse(f"Type your name as it stands here: {name}")


@contextmanager
def _one_signature():
    """A transaction in which a second signature for one side, or by one person, is told that it came too late."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise OutOfDate([CHANGED]) from error


def _sign(version: AgreementVersion, side: Side, typed_name: str, by: User, at: datetime) -> None:
    AgreementSignature.objects.create(
        version=version, side=side, typed_name=" ".join(typed_name.split()), signed_at=at, signed_by=by, digest=version.digest
    )


def _freeze(*, record: Agreement, by: User | None, at: datetime, **_: Any) -> None:
    content = text_of(agreement_case(record, on=day_of(at)), number=record.version)
    AgreementVersion.objects.create(
        agreement=record, number=record.version, content=content, digest=digest_of(content), sent_at=at, sent_by=by
    )


def _conclude(*, record: Agreement, by: User | None, at: datetime, **_: Any) -> None:
    """Put the schools of the schedule under contract, and let the new agreement take the place of an older one."""
    if record.replaces_id is not None:
        _step_aside(Agreement.objects.select_related("engagement").get(pk=record.replaces_id), record, by, at)
    rows = list(record.schedule.select_related("school").order_by("pk"))
    for row in rows:
        _contract(record, row.school, by, at)
    Engagement.objects.filter(pk=record.engagement_id).update(
        contracted_days=sum((row.days for row in rows), record.other_days)
    )


def _step_aside(older: Agreement, newer: Agreement, by: User | None, at: datetime) -> None:
    if older.status != AgreementStatus.IN_FORCE:
        refuse("The agreement that this was to replace is not in force any more. Withdraw this one and draw up a new one.")
    last_on = min(older.last_on, newer.starts_on - ONE_DAY)
    _play(older, "replace", by=by, at=at, values={"last_on": last_on}, replaced_by=newer.pk)


def _contract(agreement: Agreement, school: School, by: User | None, at: datetime) -> None:
    """One contract a school (PRE-6); one that runs on keeps the day on which it was first confirmed."""
    before = Contract.objects.filter(engagement=agreement.engagement_id, school=school).first()
    runs_on = before is not None and (before.ends_on is None or before.ends_on >= agreement.starts_on - ONE_DAY)
    confirmed_on = before.confirmed_on if runs_on else day_of(at)
    values = {
        "confirmed_on": confirmed_on, "ends_on": agreement.last_on, "agreement": agreement, "recorded_at": at, "recorded_by": by,
    }  # fmt: skip
    contract, _ = Contract.objects.update_or_create(engagement=agreement.engagement, school=school, defaults=values)
    audit.record(what="contract.confirm", subject=contract, by=by, at=at, about_on=confirmed_on, agreement=agreement.pk)


def _settle(*, record: Agreement, **_: Any) -> None:
    """An agreement's contracts end with it."""
    Contract.objects.filter(agreement=record).update(ends_on=record.last_on)


def _write(*, record: Agreement, row, at: datetime, **_: Any) -> None:
    emails.agreement_moved(agreement=record, name=row.name, at=at)


EFFECTS = {"freeze": _freeze, "conclude": _conclude, "settle": _settle, "write": _write}
