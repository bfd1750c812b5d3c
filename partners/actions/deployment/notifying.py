"""What the national contractor is told, and what authorities are asked (DEP-15, COG-B, ACC-28)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Authority, User
from accounts.permissions import Permission
from partners import emails
from partners.models import Letter, NationalNotification, RecordsRequest
from partners.selectors import days_waited, managers, term_of, unsent_notifications
from sipmanager.core import audit
from sipmanager.core.wording import day
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..permitting import day_of, refuse, require
from .letters import notice_letter

P = Permission
MOST_AT_ONCE = 100  # rows of a list that one page of checks can show


def mark_notified(
    *, notification: NationalNotification, sent_on: date, method: str, by: User | None, at: datetime
) -> None:  # fmt: skip
    """Record that the contractor was told, when and how."""
    require(by=by, permission=P.NOTIFICATION_SEND, record=notification, at=at)
    if sent_on > day_of(at):
        refuse("The day on which the contractor was told must be today or in the past.")
    if not method.strip():
        refuse("Enter how the contractor was told.")
    waited = days_waited(notification.deployment.authority, [notification], sent_on)[0]
    values = {"sent_on": sent_on, "method": method.strip()[:60], "sent_by": by, "waited": waited}
    with transaction.atomic():
        if not NationalNotification.objects.filter(pk=notification.pk, sent_on=None).update(**values):
            raise OutOfDate(["Somebody has recorded already that the contractor was told of this."])
        for column, value in values.items():
            setattr(notification, column, value)
        audit.record(what="notification.send", subject=notification, by=by, at=at, about_on=sent_on, kind=notification.kind)


def mark_many_notified(
    *, notifications: Iterable[NationalNotification], sent_on: date, method: str, by: User, at: datetime
) -> list[tuple[NationalNotification, tuple[str, ...]]]:  # fmt: skip
    """Mark each as sent with the same day and method; each row with why it was left as it is, empty where it was marked."""
    done: list[tuple[NationalNotification, tuple[str, ...]]] = []
    with transaction.atomic():
        for row in notifications:
            try:
                if row.is_elsewhere:
                    refuse("It was told elsewhere, before this service.")
                mark_notified(notification=row, sent_on=sent_on, method=method, by=by, at=at)
            except MoveRefused as refused:
                done.append((row, tuple(refused.reasons)))
            else:
                done.append((row, ()))
    return done


def make_notice(*, authority: Authority, sent_on: date, method: str, by: User, at: datetime) -> Letter:
    """Make one notice to the national contractor of everything that waits at an authority, and mark it all as sent (DEP-15).

    Raises `MoveRefused` where nothing waits, `OutOfDate` where some of it was marked at the same moment.
    """
    require(by=by, permission=P.NOTIFICATION_SEND, record=authority, at=at)
    if sent_on > day_of(at):
        refuse("The day on which the contractor was told must be today or in the past.")
    if not method.strip():
        refuse("Enter how the contractor was told.")
    rows = list(unsent_notifications(authority))
    if not rows:
        refuse(f"Nothing of {authority.name} waits to be told.")
    with transaction.atomic():
        letter = notice_letter(
            authority=authority, rows=[notice_row(row) for row in rows], by=by, at=at,
            sent={"sent_on": sent_on, "method": method.strip()[:60], "sent_by": by},
        )  # fmt: skip
        values = {"sent_on": sent_on, "method": letter.method, "sent_by": by, "notice": letter}
        for row, waited in zip(rows, days_waited(authority, rows, sent_on), strict=True):
            if not NationalNotification.objects.filter(pk=row.pk, sent_on=None).update(waited=waited, **values):
                raise OutOfDate(["Some of it was marked as sent at the same moment. Look at the log again."])
            audit.record(
                what="notification.send", subject=row, by=by, at=at, about_on=sent_on, kind=row.kind, letter=letter.pk
            )
    return letter


def notice_row(row: NationalNotification) -> dict[str, str]:
    """One change as a notice lists it: name of the school's SIP, and from when (DEP-15)."""
    deployment = row.deployment
    return {
        "school": deployment.school.name, "urn": deployment.school.urn, "sip": deployment.partner.full_name,
        "reference": deployment.partner.reference, "kind": row.get_kind_display(), "on": day(row.effective_on),
    }  # fmt: skip


def ask_to_confirm_records(*, authority: Authority, on: date, by: User | None, at: datetime) -> RecordsRequest:
    """Ask an authority whether its record of deployments is right; until it says so, no accreditation of its SIPs lapses
    before the end of the term (D-16). National staff ask.
    """
    require(by=by, permission=P.ACCREDITATION_EDIT, record=authority, at=at)
    until = term_of(on).ends_on
    try:
        with transaction.atomic():
            request = RecordsRequest.objects.create(authority=authority, asked_on=on, asked_by=by)
            audit.record(what="records.ask", subject=request, by=by, at=at, about_on=on)
            for person in managers(authority, on):
                if person.has_mailbox:
                    emails.records_asked(request=request, to=person.email, name=person.name, until=until, at=at)
    except IntegrityError as error:
        raise MoveRefused([f"{authority.name} has been asked already and has not said."]) from error
    return request


def confirm_records(*, request: RecordsRequest, on: date, by: User | None, at: datetime) -> None:
    """Record an authority's word that its record of deployments is right."""
    require(by=by, permission=P.NOTIFICATION_SEND, record=request, at=at)
    if on < request.asked_on:
        refuse(f"The day must be on or after the day of the question, {day(request.asked_on)}.")
    with transaction.atomic():
        if not RecordsRequest.objects.filter(pk=request.pk, answered_on=None).update(answered_on=on, answered_by=by):
            raise OutOfDate(["This question is answered already."])
        request.answered_on, request.answered_by = on, by
        audit.record(what="records.confirm", subject=request, by=by, at=at, about_on=on)
