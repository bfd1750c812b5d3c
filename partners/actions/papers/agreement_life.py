"""What happens while an agreement holds: notice, extra work, breaches (AGR-3, AGR-7, AGR-12)."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import NATIONAL_POLICY, policy_on
from partners import emails
from partners.agreement_rules import clauses_of, earliest_end
from partners.agreement_terms import CONFIRMED_FIRST
from partners.models import (
    Agreement,
    AgreementBreach,
    AgreementStatus,
    Contract,
    ExtraWork,
    ExtraWorkStatus,
    FileKind,
    PartnerFile,
)
from partners.workflow import BREACH_WORKFLOW, EXTRA_WORK_WORKFLOW
from schools.models import School
from schools.selectors import working_calendar
from sipmanager.core import audit, moves
from sipmanager.core.wording import day
from sipmanager.core.workflow import OutOfDate

from ..files import Prepared, keep_file
from ..permitting import day_of, is_permitted, refuse, require
from .agreements import _claim, _may, current_version, end_agreement

P = Permission


# ------------------------------------------------------------------------------------------------------------- notice


def earliest_end_of(agreement: Agreement, notice_on: date) -> date:
    """The first day on which the agreement can end if notice is given on a day (AGR-3)."""
    policy = agreement.policy.policy if agreement.policy else NATIONAL_POLICY
    return earliest_end(notice_on, policy.notice_months)


def give_notice(
    *, agreement: Agreement, ends_on: date, says: str, by: User, at: datetime, notice_on: date | None = None
) -> None:  # fmt: skip
    """The SIP withdraws: the agreement ends on `ends_on`, no earlier than the notice allows (AGR-3).

    The SIP gives it here; an administrator records one that came by letter, with the day on which it came.
    """
    is_own = is_permitted(by=by, permission=P.AGREEMENT_ACCEPT, record=agreement, at=at)
    if not is_own:
        _may(agreement, P.AGREEMENT_EDIT, by, at)
    today = day_of(at)
    given_on = today if is_own or notice_on is None else notice_on
    if given_on > today:
        refuse("The day of the notice must be today or in the past.")
    if agreement.status != AgreementStatus.IN_FORCE or agreement.notice_on is not None:
        raise OutOfDate(["Notice has been given already, or the agreement is not in force."])
    earliest = earliest_end_of(agreement, given_on)
    if earliest > agreement.last_on:
        refuse(
            f"The agreement ends on {day(agreement.last_on)} anyway, before notice of today could end it on {day(earliest)}."
        )
    if not earliest <= ends_on <= agreement.last_on:
        refuse(f"The last day must be from {day(earliest)} to {day(agreement.last_on)}.")
    with transaction.atomic():
        _claim(
            agreement, AgreementStatus.IN_FORCE, None, notice_on=given_on, notice_by=by, notice_says=says.strip()[:1000],
            earliest_end_on=earliest, last_on=ends_on,
        )  # fmt: skip
        Contract.objects.filter(agreement=agreement).update(ends_on=ends_on)
        audit.record(what="agreement.notice", subject=agreement, by=by, at=at, about_on=given_on, ends_on=ends_on)
        emails.notice_given(agreement=agreement, at=at)


# --------------------------------------------------------------------------------------------------------- extra work


def ask_for_extra_work(
    *, agreement: Agreement, school: School, starts_on: date, days: Decimal, says: str, by: User, at: datetime
) -> ExtraWork:  # fmt: skip
    """The SIP asks for the authority's written word on work outside the schedule (AGR-7, POL-9).

    Where the local policy lets schools buy days directly it is only told, and stands as noted.
    """
    require(by=by, permission=P.AGREEMENT_ACCEPT, record=agreement, at=at)
    if agreement.status != AgreementStatus.IN_FORCE or not agreement.starts_on <= starts_on <= agreement.last_on:
        refuse("Extra work lies within the days of an agreement in force.")
    if not agreement.schedule.filter(school=school).exists():
        refuse(f"{school.name} is not on the schedule. Extra work is at a school that is assigned to you.")
    if days <= 0:
        refuse("The days must be more than 0.")
    policy = agreement.policy.policy if agreement.policy else NATIONAL_POLICY
    needs_word = policy.extra_work in CONFIRMED_FIRST
    if needs_word and starts_on < day_of(at):
        refuse("The authority confirms extra work before it begins. Enter a day from today on.")
    status = ExtraWorkStatus.ASKED if needs_word else ExtraWorkStatus.NOTED
    with transaction.atomic():
        work = ExtraWork.objects.create(
            agreement=agreement, school=school, starts_on=starts_on, days=days, says=says.strip()[:500], status=status,
            asked_at=at, asked_by=by,
        )  # fmt: skip
        audit.record(what="extrawork.ask", subject=work, by=by, at=at, about_on=starts_on, days=days)
        emails.extra_work_asked(work=work, at=at)
    return work


def decide_extra_work(*, work: ExtraWork, name: str, by: User, at: datetime, reason: str = "") -> None:
    """Confirm or refuse extra work in writing; `name` is `confirm` or `refuse`. Too late once the work has begun."""
    _may(work.agreement, P.AGREEMENT_SIGN, by, at)
    if name == "confirm" and work.starts_on < day_of(at):
        refuse(f"The work was to begin on {day(work.starts_on)}, and nothing is confirmed after it has begun.")
    moves.play(
        table=EXTRA_WORK_WORKFLOW, record=work, name=name, policy=None, case=work, by=by, at=at, comment=reason,
        values={"reason": reason.strip()[:300]},
        effects={"write": lambda record, at, **_: emails.extra_work_decided(work=record, at=at)},
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------------------- breaches


def record_breach(
    *, agreement: Agreement, clause: str, happened_on: date, says: str, by: User, at: datetime, prepared: Prepared | None = None
) -> AgreementBreach:  # fmt: skip
    """Record a breach of a clause; from now on the agreement is to be reviewed by a day that is set (AGR-12, DL-74)."""
    _may(agreement, P.AGREEMENT_BREACH, by, at)
    if agreement.in_force_on is None:
        refuse("Only an agreement that both have signed can be broken.")
    if clause not in {number for number, _ in clauses_of(current_version(agreement).content)}:
        refuse("Select a clause of the agreement that was signed.")
    today = day_of(at)
    if not agreement.starts_on <= happened_on <= today:
        refuse(f"The day must be from {day(agreement.starts_on)} to today.")
    authority = agreement.engagement.authority
    policy = policy_on(authority=authority, on=today)
    due_on = working_calendar(authority, today, policy).add(today, policy.breach_review_days)
    with transaction.atomic():
        breach = AgreementBreach.objects.create(
            agreement=agreement, clause=clause, happened_on=happened_on, says=says.strip(), recorded_at=at, recorded_by=by,
            review_due_on=due_on,
        )  # fmt: skip
        audit.record(what="breach.record", subject=breach, by=by, at=at, about_on=happened_on, clause=clause)
        if prepared is not None:
            _keep(breach, prepared, by, at)
        emails.breach_recorded(breach=breach, at=at)
    return breach


def add_breach_evidence(*, breach: AgreementBreach, prepared: Prepared, by: User, at: datetime, says: str = "") -> PartnerFile:
    """Add a file to the record of a breach until it is reviewed."""
    if not AgreementBreach.objects.filter(pk=breach.pk, reviewed_on=None).exists():
        raise OutOfDate(["This breach has been reviewed already."])
    return _keep(breach, prepared, by, at, says)


def _keep(breach: AgreementBreach, prepared: Prepared, by: User, at: datetime, says: str = "") -> PartnerFile:
    engagement = breach.agreement.engagement
    return keep_file(
        partner=engagement.partner, engagement=engagement, kind=FileKind.BREACH, about=f"breach:{breach.pk}", prepared=prepared,
        says=says, by=by, at=at,
    )  # fmt: skip


def review_breach(
    *, breach: AgreementBreach, outcome: str, reviewed_on: date, says: str, by: User, at: datetime, conditions: str = "",
    ends_on: date | None = None,
) -> None:  # fmt: skip
    """Record the review meeting and what came of it: `continue`, `conditions` or `terminate` (AGR-12).

    Conditions need their words; ending needs the last day, and ends the agreement and its contracts.
    """
    agreement = breach.agreement
    _may(agreement, P.AGREEMENT_BREACH, by, at)
    if not breach.happened_on <= reviewed_on <= day_of(at):
        refuse(f"The day of the meeting must be from {day(breach.happened_on)} to today.")
    if outcome == "conditions" and not conditions.strip():
        refuse("Enter the conditions under which the agreement continues.")
    if outcome == "terminate" and ends_on is None:
        refuse("Enter the last day of the agreement.")

    def end(**_):
        end_agreement(
            agreement=agreement, on=ends_on, reason=says, by=by, at=at, name="terminate", permission=P.AGREEMENT_BREACH
        )

    with transaction.atomic():
        moves.play(
            table=BREACH_WORKFLOW, record=breach, name=outcome, policy=None, case=breach, by=by, at=at, comment=says,
            values={
                "reviewed_on": reviewed_on, "review_says": says.strip(),
                "conditions": conditions.strip() if outcome == "conditions" else "",
            },
            effects={"end": end, "write": lambda record, at, **_: emails.breach_reviewed(breach=record, at=at)},
        )  # fmt: skip
