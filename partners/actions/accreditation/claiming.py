"""Claims that the records were wrong, and their decision by the national director (ACC-13, ACC-14); the clock in force (ACC-9)."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Authority, User
from accounts.permissions import Permission, Role
from partners import emails
from partners.models import Claim, ClaimedPractice, ClaimStatus, LapseClock, Partner
from partners.restoring import CLAIMABLE, why_no_claim
from partners.selectors import claim_case, is_per_sector, national_people, standings_of
from partners.workflow import ACCREDITATION_WORKFLOW
from schools.models import School
from sipmanager.core import audit, moves
from sipmanager.core.wording import day, has_substance
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..permitting import day_of, is_national, refuse, refuse_own_work, require

P = Permission

OVER = "This claim is decided already. Look at where it stands now before you go on."


def make_claim(
    *, partner: Partner, says: str, by: User | None, at: datetime, authority: Authority | None = None
) -> Claim:  # fmt: skip
    """Claim that the record of a SIP's practice is wrong, for oneself or, as an authority, for the SIP (ACC-14).

    Raises `MoveRefused` where nothing has lapsed or is about to, or a claim waits already.
    """
    require(by=by, permission=P.ACCREDITATION_CLAIM, record=partner, at=at)
    if authority is not None:
        require(by=by, permission=P.ACCREDITATION_CLAIM, record=authority, at=at)
    on = day_of(at)
    found = standings_of([partner.pk], on).get(partner.pk, [])
    if reasons := why_no_claim(found):
        raise MoveRefused(reasons)
    if not has_substance(says):
        refuse("Enter what is wrong in the record.")
    try:
        with transaction.atomic():
            claim = Claim.objects.create(
                partner=partner, authority=authority, says=says.strip(), made_on=on, made_at=at, made_by=by,
                lapses_on=min(row.lapses_on for row in found if row.state in CLAIMABLE),
            )  # fmt: skip
            audit.record(what="claim.make", subject=claim, by=by, at=at, about_on=on)
            for director in national_people(Role.NATIONAL_DIRECTOR, on):
                emails.claim_made(claim=claim, to=director, at=at)
    except IntegrityError as error:
        raise MoveRefused(["A claim about this SIP waits for a decision already. Add to that one."]) from error
    return claim


def show_practice(
    *, claim: Claim, sector: str, place: str, starts_on: date, ends_on: date, evidence: str, by: User | None,
    at: datetime, school: School | None = None,
) -> ClaimedPractice:  # fmt: skip
    """Add a period of practice to a claim that waits for its decision; `evidence` says what proves it (ACC-14)."""
    require(by=by, permission=P.ACCREDITATION_CLAIM, record=claim, at=at)
    if ends_on < starts_on:
        refuse(f"The last day, {day(ends_on)}, must be on or after the first, {day(starts_on)}.")
    if ends_on > day_of(at):
        refuse("The last day must be today or in the past.")
    with transaction.atomic():
        _hold(claim)
        row = ClaimedPractice.objects.create(
            claim=claim, sector=sector, place=place.strip(), school=school, starts_on=starts_on, ends_on=ends_on,
            evidence=evidence.strip(),
        )  # fmt: skip
        audit.record(what="claim.show", subject=claim, by=by, at=at, about_on=starts_on, ends_on=ends_on, sector=sector)
    return row


def _hold(claim: Claim) -> None:
    """Take the claim's row while it waits, so that no decision slips in between."""
    if not Claim.objects.filter(pk=claim.pk, status=ClaimStatus.CLAIMED).update(status=ClaimStatus.CLAIMED):
        raise OutOfDate([OVER])


def restore_accreditation(*, claim: Claim, reason: str, by: User | None, at: datetime) -> None:
    """Grant a claim: the practice shown enters the clock, the accreditation keeps its first date (ACC-14).

    Raises `MoveRefused` where the practice shown would not have kept the accreditation.
    """
    _decide(claim, "restore", reason, by, at)


def decline_claim(*, claim: Claim, reason: str, by: User | None, at: datetime) -> None:
    """Decline a claim; it stays on record with the reason (ACC-14)."""
    _decide(claim, "decline", reason, by, at)


def _decide(claim: Claim, name: str, reason: str, by: User | None, at: datetime) -> None:
    require(by=by, permission=P.ACCREDITATION_RESTORE, record=claim, at=at)
    refuse_own_work(by=by, partner=claim.partner)
    with transaction.atomic():
        if claim.status == ClaimStatus.CLAIMED:
            _hold(claim)
        _play(claim, name, by=by, at=at, comment=reason, values={"reason": reason.strip()})


def take_back_claim(*, claim: Claim, by: User | None, at: datetime) -> None:
    """Take a claim back before it is decided; nothing else changes."""
    require(by=by, permission=P.ACCREDITATION_CLAIM, record=claim, at=at)
    _play(claim, "take_back", by=by, at=at)


def _play(claim: Claim, name: str, *, by: User | None, at: datetime, **more) -> None:
    moves.play(
        table=ACCREDITATION_WORKFLOW, record=claim, name=name, policy=None, case=claim_case(claim, on=day_of(at)), by=by,
        at=at, effects=EFFECTS, **more,
    )  # fmt: skip


def _tell(*, record: Claim, at: datetime, **_) -> None:
    """The SIP, and who claimed for them."""
    people = {record.partner.email: record.partner.full_name}
    if record.made_by is not None:
        people.setdefault(record.made_by.email, record.made_by.full_name)
    for address, name in people.items():
        emails.claim_decided(claim=record, to=address, name=name, at=at)


EFFECTS = {"tell": _tell}


def set_clock(*, per_sector: bool, starts_on: date, reason: str, by: User | None, at: datetime) -> LapseClock:
    """Say how the lapse clock runs from a day to come on, for the whole country (ACC-9, D-16).

    Raises `MoveRefused` for a day that has begun: past days keep the clock by which they were judged.
    """
    if not is_national(by=by, permission=P.ACCREDITATION_CLOCK, at=at):
        raise PermissionDenied("The national director sets the clock")
    if starts_on <= day_of(at):
        refuse("The day must be in the future: a clock that has begun to run is not changed.")
    if not has_substance(reason):
        refuse("Enter why the clock is changed.")
    if is_per_sector(starts_on) == per_sector:
        refuse("The clock runs so on that day already.")
    with transaction.atomic():
        clock, _is_new = LapseClock.objects.update_or_create(
            starts_on=starts_on,
            defaults={"is_per_sector": per_sector, "reason": reason.strip(), "recorded_at": at, "recorded_by": by},
        )
        audit.record(what="accreditation.clock", subject=clock, by=by, at=at, about_on=starts_on, is_per_sector=per_sector)
    return clock
