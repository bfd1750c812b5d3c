"""What a school suggests about its own record, and what an officer decides."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.actions.refusals import Refused
from accounts.models import User
from sipmanager.core import audit

from .. import emails
from ..columns import GROUP_BY_KEY
from ..models import Correction, CorrectionState, FactSource, School
from .columns import change_columns


@transaction.atomic
def suggest_correction(
    *, school: School, group: str, values: dict[str, Any], says: str, by: User, at: datetime
) -> Correction:  # fmt: skip
    """A head or chair says what the record should hold; with a blank `group` in words alone. Raises `Refused`."""
    allowed = {column.name for column in GROUP_BY_KEY[group].by_school} if group else set()
    if set(values) - allowed:
        raise Refused("A school cannot suggest this")
    changed = {name: value for name, value in values.items() if getattr(school, name) != value}
    if group and not changed:
        raise Refused("Nothing is different")
    if not group and not says:
        raise Refused("Enter what should be put right")
    correction = Correction.objects.create(
        school=school, group=group, values=changed, was={name: getattr(school, name) for name in changed}, says=says,
        suggested_at=at, suggested_by=by,
    )  # fmt: skip
    audit.record(what="correction.suggest", subject=correction, by=by, at=at, columns=list(changed))
    return correction


@transaction.atomic
def accept_correction(*, correction: Correction, on: date, by: User, at: datetime) -> None:
    """What the school said is right: it is written with the school as its source, and the school is told.

    `on` is the day from which a corrected name, type or phase holds. Raises `Refused`.
    """
    _decide(correction, CorrectionState.ACCEPTED, "", by, at)
    school = correction.school
    differs = any(getattr(school, name) != value for name, value in correction.values.items())
    if differs:
        change_columns(school=school, values=correction.values, on=on, source=FactSource.SCHOOL, by=by, at=at)
    audit.record(what="correction.accept", subject=correction, by=by, at=at, columns=list(correction.values))
    emails.correction_decided(correction, at=at)


@transaction.atomic
def decline_correction(*, correction: Correction, reason: str, by: User, at: datetime) -> None:
    """The record stays as it is, and the school is told. Raises `Refused`, without a reason too."""
    if not reason:
        raise Refused("Enter why the record stays as it is")
    _decide(correction, CorrectionState.DECLINED, reason, by, at)
    audit.record(what="correction.decline", subject=correction, by=by, at=at)
    emails.correction_decided(correction, at=at)


def _decide(correction: Correction, outcome: str, reason: str, by: User, at: datetime) -> None:
    open_ones = Correction.objects.filter(pk=correction.pk, decided_at=None)
    if not open_ones.update(outcome=outcome, reason=reason, decided_at=at, decided_by=by):
        raise Refused("Somebody has decided on it already")
    correction.refresh_from_db()
