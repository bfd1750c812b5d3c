"""When a programme starts at an authority (D-20)."""

from datetime import date, datetime

from django.db import transaction

from accounts.actions.refusals import Refused
from accounts.models import Authority, AuthorityKind, User
from sipmanager.core import audit

from ..models import Programme, ProgrammeStart


@transaction.atomic
def set_programme_start(
    *, authority: Authority, programme: str, letter_on: date | None, coverage_by: date | None, by: User, at: datetime,
) -> ProgrammeStart:  # fmt: skip
    """Enter the grant letter and the day by which every school must have a SIP. Raises `Refused`."""
    if authority.kind != AuthorityKind.LOCAL_AUTHORITY:
        raise Refused("A trust has no conditions of grant and so no start of a programme")
    if letter_on and coverage_by and coverage_by < letter_on:
        raise Refused("The day for coverage is before the letter")
    start, _ = ProgrammeStart.objects.update_or_create(
        authority=authority, programme=Programme(programme).value,
        defaults={
            "letter_on": letter_on, "coverage_by": coverage_by, "recorded_at": at, "recorded_by": by,
        },
    )  # fmt: skip
    audit.record(
        what="programme.start", subject=start, by=by, at=at, programme=programme, letter_on=letter_on,
        coverage_by=coverage_by,
    )  # fmt: skip
    return start
