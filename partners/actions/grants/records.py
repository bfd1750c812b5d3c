"""Writes behind the conditions of grant: contact, sharing, statement, endeavours, sanctions, brief (COG-C, F, I, K)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Authority, AuthorityKind, User
from accounts.permissions import Permission
from partners.conditions import Use, in_force
from partners.models import (
    BriefEdition,
    Endeavour,
    InformationShare,
    ProgrammeContact,
    Sanction,
    SanctionKind,
    YearlyStatement,
)
from schools.models import Programme
from sipmanager.core import audit
from sipmanager.core.wording import day, has_substance
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, is_national, refuse, require

P = Permission
ONE_DAY = timedelta(days=1)
MOVED_ON = "Somebody changed this while you were reading it. Look at it again before you go on."
NO_TRUST = "A school trust has no conditions of grant."

Record = InformationShare | YearlyStatement | Endeavour | Sanction


def _may_keep(
    authority: Authority, programme: str, by: User | None, at: datetime, permission: P = P.CONDITIONS_KEEP
) -> str:  # fmt: skip
    """Ask for the right, refuse a trust, and return the programme as the database has it."""
    require(by=by, permission=permission, record=authority, at=at)
    if authority.kind != AuthorityKind.LOCAL_AUTHORITY:
        refuse(NO_TRUST)
    return Programme(programme).value


def _past(on: date | None, at: datetime, what: str) -> str:
    return f"{what} must be today or in the past." if on is not None and on > day_of(at) else ""


def _substance(text: str, what: str) -> str:
    return "" if has_substance(text) else f"Enter {what}."


# ---------------------------------------------------------------------------------------------------------- the contact


def name_contact(
    *, authority: Authority, programme: str, full_name: str, starts_on: date, by: User | None, at: datetime,
    email: str = "", phone: str = "", notified_on: date | None = None,
) -> ProgrammeContact:  # fmt: skip
    """Name the contractor's main contact from a day on; who was it before stops the day before (COG-F)."""
    programme = _may_keep(authority, programme, by, at)
    refuse_any(_substance(full_name, "the name"), _past(notified_on, at, "The day on which the contractor was told"))
    running = ProgrammeContact.objects.filter(authority=authority, programme=programme, ends_on=None).first()
    if running is not None and running.starts_on >= starts_on:
        refuse(f"{running.full_name} is the contact since {day(running.starts_on)}. Enter a later day.")
    try:
        with transaction.atomic():
            if running is not None:
                ProgrammeContact.objects.filter(pk=running.pk, ends_on=None).update(ends_on=starts_on - ONE_DAY)
            contact = ProgrammeContact.objects.create(
                authority=authority, programme=programme, full_name=full_name.strip(), email=email, phone=phone,
                starts_on=starts_on, notified_on=notified_on, recorded_at=at, recorded_by=by,
            )  # fmt: skip
            audit.record(
                what="contact.name", subject=contact, by=by, at=at, about_on=starts_on, programme=programme,
                before=running and running.pk,
            )  # fmt: skip
    except IntegrityError:
        raise OutOfDate([MOVED_ON]) from None
    return contact


def tell_contact(*, contact: ProgrammeContact, notified_on: date, by: User | None, at: datetime) -> None:
    """Record the day on which the contractor was told who the contact is. It is recorded once."""
    require(by=by, permission=P.CONDITIONS_KEEP, record=contact, at=at)
    refuse_any(_past(notified_on, at, "The day on which the contractor was told"))
    with transaction.atomic():
        if not ProgrammeContact.objects.filter(pk=contact.pk, notified_on=None).update(notified_on=notified_on):
            raise OutOfDate(["The day on which the contractor was told is recorded already."])
        contact.notified_on = notified_on
        audit.record(what="contact.tell", subject=contact, by=by, at=at, about_on=notified_on)


def end_contact(*, contact: ProgrammeContact, on: date, by: User | None, at: datetime) -> None:
    """Set the last day of the contact where nobody follows at once."""
    require(by=by, permission=P.CONDITIONS_KEEP, record=contact, at=at)
    if on < contact.starts_on:
        refuse(f"{contact.full_name} is the contact since {day(contact.starts_on)}. Enter that day or a later one.")
    with transaction.atomic():
        if not ProgrammeContact.objects.filter(pk=contact.pk, ends_on=None).update(ends_on=on):
            raise OutOfDate([MOVED_ON])
        contact.ends_on = on
        audit.record(what="contact.end", subject=contact, by=by, at=at, about_on=on)


def refuse_any(*reasons: str) -> None:
    if any(reasons):
        refuse(*reasons)


# ------------------------------------------------------------------------------------------------------ sharing, COG-I


def share_information(
    *, authority: Authority, programme: str, shared_on: date, use: str, items: str, recipient: str, by: User | None,
    at: datetime, notes: int = 0,
) -> InformationShare:  # fmt: skip
    """Log what was shared with the contractor, or by it, and what for. `notes` counts the notes of visit in it."""
    programme = _may_keep(authority, programme, by, at)
    refuse_any(_past(shared_on, at, "The day"), _substance(items, "what was shared"), _substance(recipient, "who received it"))
    with transaction.atomic():
        found = InformationShare.objects.create(
            authority=authority, programme=programme, shared_on=shared_on, use=Use(use).value, items=items.strip(),
            recipient=recipient.strip(), notes=notes, made_at=at, made_by=by,
        )  # fmt: skip
        audit.record(what="share.log", subject=found, by=by, at=at, about_on=shared_on, use=str(use), programme=programme)
    return found


def make_statement(*, authority: Authority, programme: str, text: str, by: User | None, at: datetime) -> YearlyStatement:
    """The SIP manager's yearly statement on how information was used, made today."""
    programme = _may_keep(authority, programme, by, at)
    refuse_any(_substance(text, "the statement"))
    with transaction.atomic():
        found = YearlyStatement.objects.create(
            authority=authority, programme=programme, stated_on=day_of(at), text=text.strip(), made_at=at, made_by=by
        )
        audit.record(what="statement.make", subject=found, by=by, at=at, about_on=found.stated_on, programme=programme)
    return found


# --------------------------------------------------------------------------------------------- endeavours and sanctions


def log_endeavour(
    *, authority: Authority, programme: str, condition: str, done_on: date, says: str, who: str, by: User | None,
    at: datetime,
) -> Endeavour:  # fmt: skip
    """Log what was done about a shortfall, when and by whom."""
    programme = _may_keep(authority, programme, by, at)
    known = any(row.id == condition for row in in_force(programme, done_on))
    refuse_any(
        "" if known else "Select one of the conditions in force on that day.",
        _past(done_on, at, "The day"), _substance(says, "what was done"), _substance(who, "who did it"),
    )  # fmt: skip
    with transaction.atomic():
        found = Endeavour.objects.create(
            authority=authority, programme=programme, condition=condition, done_on=done_on, says=says.strip(),
            who=who.strip(), made_at=at, made_by=by,
        )  # fmt: skip
        audit.record(
            what="endeavour.log", subject=found, by=by, at=at, about_on=done_on, condition=condition, programme=programme
        )
    return found


def record_sanction(
    *, authority: Authority, programme: str, kind: str, starts_on: date, says: str, by: User | None, at: datetime,
    amount: Decimal | None = None, ends_on: date | None = None,
) -> Sanction:  # fmt: skip
    """Log an action taken because conditions were not kept (COG-K)."""
    programme = _may_keep(authority, programme, by, at, P.SANCTION_RECORD)
    refuse_any(
        _substance(says, "what was done and why"),
        "The last day is before the first." if ends_on is not None and ends_on < starts_on else "",
        "The amount must be more than nothing." if amount is not None and amount <= 0 else "",
    )
    with transaction.atomic():
        found = Sanction.objects.create(
            authority=authority, programme=programme, kind=SanctionKind(kind).value, starts_on=starts_on,
            ends_on=ends_on, amount=amount, says=says.strip(), made_at=at, made_by=by,
        )  # fmt: skip
        audit.record(what="sanction.log", subject=found, by=by, at=at, about_on=starts_on, kind=str(kind), programme=programme)
    return found


def end_sanction(*, sanction: Sanction, on: date, by: User | None, at: datetime) -> None:
    """Set the last day of an action."""
    require(by=by, permission=P.SANCTION_RECORD, record=sanction, at=at)
    if on < sanction.starts_on:
        refuse(f"It began on {day(sanction.starts_on)}. Enter that day or a later one.")
    with transaction.atomic():
        if not Sanction.objects.filter(pk=sanction.pk, ends_on=None, struck_at=None).update(ends_on=on):
            raise OutOfDate([MOVED_ON])
        sanction.ends_on = on
        audit.record(what="sanction.end", subject=sanction, by=by, at=at, about_on=on)


def strike_out(*, record: Record, reason: str, by: User | None, at: datetime) -> None:
    """Strike out what was entered in error: it stays visible with the reason and counts for nothing."""
    permission = P.SANCTION_RECORD if isinstance(record, Sanction) else P.CONDITIONS_KEEP
    require(by=by, permission=permission, record=record, at=at)
    refuse_any(_substance(reason, "why it is struck out"))
    values = {"struck_at": at, "struck_by": by, "strike_reason": reason.strip()}
    with transaction.atomic():
        if not type(record).objects.filter(pk=record.pk, struck_at=None).update(**values):
            raise OutOfDate(["It is struck out already."])
        for column, value in values.items():
            setattr(record, column, value)
        kind = audit.subject_of(record).partition(":")[0]
        audit.record(what=f"{kind}.strike", subject=record, by=by, at=at, about_on=_day_of_record(record), has_comment=True)


def _day_of_record(record: Record) -> date:
    column = {InformationShare: "shared_on", YearlyStatement: "stated_on", Endeavour: "done_on", Sanction: "starts_on"}
    return getattr(record, column[type(record)])


# ------------------------------------------------------------------------------------------------------------ the brief


def record_brief(*, edition: str, starts_on: date, by: User | None, at: datetime) -> BriefEdition:
    """Record an edition of the national brief and from which day it holds (COG-C). National staff do."""
    if not is_national(by=by, permission=P.BRIEF_EDIT, at=at):
        raise PermissionDenied("National staff record editions of the brief")
    refuse_any(_substance(edition, "the name of the edition"))
    try:
        with transaction.atomic():
            found = BriefEdition.objects.create(edition=edition.strip(), starts_on=starts_on, recorded_at=at, recorded_by=by)
            audit.record(what="brief.record", subject=found, by=by, at=at, about_on=starts_on)
    except IntegrityError:
        refuse("An edition of that name, or one from that day, is recorded already.")
    return found
