"""What the national contractor is told, and what authorities are asked (DEP-15, COG-B, ACC-28)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Authority, User
from accounts.permissions import Permission
from partners import emails
from partners.models import NationalNotification, RecordsRequest
from partners.selectors import managers, term_of
from sipmanager.core import audit
from sipmanager.core.wording import day
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .permitting import day_of, refuse, require

P = Permission


def mark_notified(
    *, notification: NationalNotification, sent_on: date, method: str, by: User | None, at: datetime
) -> None:  # fmt: skip
    """Record that the contractor was told, when and how."""
    require(by=by, permission=P.NOTIFICATION_SEND, record=notification, at=at)
    if sent_on > day_of(at):
        refuse("The day on which the contractor was told must be today or in the past.")
    if not method.strip():
        refuse("Enter how the contractor was told.")
    values = {"sent_on": sent_on, "method": method.strip()[:60], "sent_by": by}
    with transaction.atomic():
        if not NationalNotification.objects.filter(pk=notification.pk, sent_on=None).update(**values):
            raise OutOfDate(["Somebody has recorded already that the contractor was told of this."])
        for column, value in values.items():
            setattr(notification, column, value)
        audit.record(what="notification.send", subject=notification, by=by, at=at, about_on=sent_on, kind=notification.kind)


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
