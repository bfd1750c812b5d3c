"""More of a SIP's record: expertise, standing down, work as National Challenge Adviser (REG-1, REG-9, REG-16)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from partners.models import Engagement, Expertise, ExpertiseKind, NcaTerm, Partner, StandDown, StandDownKind
from sipmanager.core import audit
from sipmanager.core.wording import day
from sipmanager.core.workflow import OutOfDate

from ..permitting import refuse, refuse_own_work, require

P = Permission


def change_expertise(
    *, partner: Partner, expertise: Mapping[str, Iterable[str]], by: User | None, at: datetime
) -> None:  # fmt: skip
    """Bring what a SIP offers to what is given, kind by kind; a kind that is left out stays (REG-9)."""
    require(by=by, permission=P.PARTNER_EDIT, record=partner, at=at)
    changed = []
    with transaction.atomic():
        for kind, values in expertise.items():
            wanted = {value.strip()[:100] for value in values if value.strip()}
            rows = partner.expertise.filter(kind=ExpertiseKind(kind))
            held = set(rows.values_list("value", flat=True))
            if wanted == held:
                continue
            rows.exclude(value__in=wanted).delete()
            Expertise.objects.bulk_create(
                Expertise(partner=partner, kind=kind, value=value) for value in sorted(wanted - held)
            )  # fmt: skip
            changed.append(str(kind))
        if changed:
            audit.record(what="partner.expertise", subject=partner, by=by, at=at, facts=sorted(changed))


def stand_down(
    *, partner: Partner, kind: str, starts_on: date, reason: str, by: User | None, at: datetime, ends_on: date | None = None
) -> StandDown:  # fmt: skip
    """Record that a SIP is suspended or has withdrawn: from that day on they take no new school (REG-1)."""
    require(by=by, permission=P.PARTNER_EDIT, record=partner, at=at)
    refuse_own_work(by=by, partner=partner)
    if not reason.strip():
        refuse("Enter a reason.")
    if ends_on is not None and ends_on < starts_on:
        refuse(f"The last day must be on or after the first, {day(starts_on)}.")
    with transaction.atomic():
        if (earlier := partner.stand_downs.filter(ends_on=None).first()) is not None:
            refuse(f"{earlier.get_kind_display()} from {day(earlier.starts_on)} already. End that first.")
        found = StandDown.objects.create(
            partner=partner, kind=StandDownKind(kind), reason=reason.strip()[:300], starts_on=starts_on, ends_on=ends_on,
            recorded_at=at, recorded_by=by,
        )  # fmt: skip
        audit.record(what="partner.stand_down", subject=partner, by=by, at=at, about_on=starts_on, kind=str(kind))
    return found


def end_stand_down(*, stand_down: StandDown, on: date, by: User | None, at: datetime) -> None:
    """Set the last day on which the SIP takes no new school."""
    require(by=by, permission=P.PARTNER_EDIT, record=stand_down.partner, at=at)
    refuse_own_work(by=by, partner=stand_down.partner)
    if on < stand_down.starts_on:
        refuse(f"The last day must be on or after the first, {day(stand_down.starts_on)}.")
    with transaction.atomic():
        if not StandDown.objects.filter(pk=stand_down.pk, ends_on=None).update(ends_on=on):
            raise OutOfDate(["Somebody has ended this already."])
        stand_down.ends_on = on
        audit.record(what="partner.stand_down_end", subject=stand_down.partner, by=by, at=at, about_on=on)


def start_nca_term(
    *, engagement: Engagement, starts_on: date, by: User | None, at: datetime, contract_on: date | None = None,
    ends_on: date | None = None,
) -> NcaTerm:  # fmt: skip
    """Record that the SIP works as National Challenge Adviser for the authority, and the day of that contract (REG-16)."""
    require(by=by, permission=P.AGREEMENT_EDIT, record=engagement, at=at)
    refuse_own_work(by=by, partner=engagement.partner)
    if ends_on is not None and ends_on < starts_on:
        refuse(f"The last day must be on or after the first, {day(starts_on)}.")
    with transaction.atomic():
        if (earlier := engagement.nca_terms.filter(ends_on=None).first()) is not None:
            refuse(f"National Challenge Adviser from {day(earlier.starts_on)} already. End that first.")
        found = NcaTerm.objects.create(
            engagement=engagement,
            starts_on=starts_on,
            ends_on=ends_on,
            contract_on=contract_on,
            recorded_at=at,
            recorded_by=by,
        )
        audit.record(what="nca.start", subject=found, by=by, at=at, about_on=starts_on)
    return found


def end_nca_term(*, term: NcaTerm, on: date, by: User | None, at: datetime) -> None:
    """Set the last day of the work as National Challenge Adviser."""
    require(by=by, permission=P.AGREEMENT_EDIT, record=term.engagement, at=at)
    refuse_own_work(by=by, partner=term.engagement.partner)
    if on < term.starts_on:
        refuse(f"The last day must be on or after the first, {day(term.starts_on)}.")
    with transaction.atomic():
        if not NcaTerm.objects.filter(pk=term.pk, ends_on=None).update(ends_on=on):
            raise OutOfDate(["Somebody has ended this already."])
        term.ends_on = on
        audit.record(what="nca.end", subject=term, by=by, at=at, about_on=on)
