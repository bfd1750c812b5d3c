"""What a SIP is asked to confirm each term or year, and what meets it (REG-8, REG-10, REG-18)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Authority, User
from accounts.permissions import Permission
from partners.models import Confirmation, ConfirmationKind, Partner, SkillsAudit
from sipmanager.core import audit

from ..permitting import day_of, refuse, require

P = Permission


def ask_to_confirm(
    *, partner: Partner, authority: Authority, kind: str, for_on: date, due_on: date, at: datetime
) -> Confirmation | None:  # fmt: skip
    """Ask a SIP once for a period; `None` where it was asked before."""
    key = {"partner": partner, "authority": authority, "kind": kind, "for_on": for_on}
    try:
        with transaction.atomic():
            return Confirmation.objects.create(asked_on=day_of(at), due_on=due_on, **key)
    except IntegrityError:
        return None


def meet(*, partner: Partner, kind: str, by: User | None, at: datetime, is_nothing: bool = False) -> None:
    """Meet everything of one kind that the SIP was asked for, by whichever authority; unasked it is a word all the same."""
    today = day_of(at)
    with transaction.atomic():
        met = {"met_on": today, "met_by": by, "is_nothing_to_declare": is_nothing}
        asked = Confirmation.objects.filter(partner=partner, kind=kind, met_on=None)
        if not asked.update(**met):
            Confirmation.objects.create(partner=partner, kind=kind, for_on=today, asked_on=today, due_on=today, **met)
        audit.record(what=f"partner.confirm_{kind}", subject=partner, by=by, at=at, is_nothing=is_nothing)


def confirm_details(*, partner: Partner, by: User | None, at: datetime) -> None:
    """Say that the details on record are all right, once each term (REG-18)."""
    require(by=by, permission=P.PARTNER_EDIT, record=partner, at=at)
    meet(partner=partner, kind=ConfirmationKind.DETAILS, by=by, at=at)


def save_skills_audit(
    *, partner: Partner, strengths: str, gaps: str, by: User | None, at: datetime, expertise: str = ""
) -> SkillsAudit:  # fmt: skip
    """Record a skills audit of today: strengths, expertise, and gaps that feed the training plan (REG-8)."""
    require(by=by, permission=P.PARTNER_EDIT, record=partner, at=at)
    if not strengths.strip() or not gaps.strip():
        refuse("Enter strengths and gaps. Where there is no gap, say so.")
    with transaction.atomic():
        found = SkillsAudit.objects.create(
            partner=partner, made_on=day_of(at), strengths=strengths.strip(), expertise=expertise.strip(), gaps=gaps.strip(),
            recorded_at=at, recorded_by=by,
        )  # fmt: skip
        meet(partner=partner, kind=ConfirmationKind.SKILLS, by=by, at=at)
    return found
