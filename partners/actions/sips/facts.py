"""What a SIP says of facts that rules use: asked for by the SIP, written when the authority confirms it (ROL-21, D-7)."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import NATIONAL_POLICY, policy_on
from partners import emails, facts
from partners.models import Engagement, FactChange, FactOutcome, Partner
from schools.selectors import working_calendar
from sipmanager.core import audit
from sipmanager.core.wording import has_substance
from sipmanager.core.workdays import WorkingCalendar
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, refuse, refuse_own_work, require
from . import interests, register

P = Permission


def ask_for_change(*, partner: Partner, field: str, payload: dict[str, Any], by: User, at: datetime) -> FactChange:
    """Ask that a fact about oneself be changed. Asked again before it is decided, the later word replaces the earlier.

    `payload` is what `partners.facts` knows of the field. Nothing that rules use changes until somebody confirms it.
    """
    require(by=by, permission=P.PARTNER_EDIT, record=partner, at=at)
    if partner.user_id != by.pk:
        raise PermissionDenied("One asks for changes of one's own record; others make them")
    fact = facts.FACTS[field]
    with transaction.atomic():
        waiting = partner.fact_changes.filter(field=field, decided_at=None)
        if fact.is_one:
            waiting.update(decided_at=at, outcome=FactOutcome.REPLACED)
        elif found := next((row for row in waiting.order_by("pk") if row.payload == payload), None):
            return found
        change = FactChange.objects.create(
            partner=partner, field=field, payload=payload, before=fact.before(partner)[:300], asked_at=at, asked_by=by,
            due_on=decide_by(partner=partner, at=at),
        )  # fmt: skip
        audit.record(what="fact.ask", subject=partner, by=by, at=at, fields=[field])
    return change


def ask_for_details(*, partner: Partner, by: User, at: datetime, **values: Any) -> list[FactChange]:
    """Ask for every detail that differs from what is on record; nothing is asked where none does."""
    found = []
    with transaction.atomic():
        outside = (values.pop("has_outside_experience", None), values.pop("outside_experience", ""))
        if outside[0] is not None and outside != (partner.has_outside_experience, partner.outside_experience):
            payload = {"value": outside[0], "text": outside[1]}
            found.append(ask_for_change(partner=partner, field="outside_experience", payload=payload, by=by, at=at))
        for name, value in values.items():
            if getattr(partner, name) != value:
                payload = {"value": facts.kept(value)}
                found.append(ask_for_change(partner=partner, field=name, payload=payload, by=by, at=at))
    return found


def decide_by(*, partner: Partner, at: datetime) -> date:
    """By when what a SIP asks for is decided, as the first authority that engages the SIP counts (POL-54)."""
    today = day_of(at)
    engagement = Engagement.objects.running(today).filter(partner=partner).order_by("pk").first()
    if engagement is None:
        return WorkingCalendar().add(today, NATIONAL_POLICY.days_to_decide)
    policy = policy_on(authority=engagement.authority_id, on=today)
    return working_calendar(engagement.authority_id, today, policy).add(today, policy.days_to_decide)


def confirm_fact(*, change: FactChange, by: User | None, at: datetime) -> None:
    """Confirm what a SIP said, which writes it; the SIP is told. Raises `MoveRefused` where it cannot stand."""
    _decide(change, FactOutcome.CONFIRMED, "", by, at)


def decline_fact(*, change: FactChange, reason: str, by: User | None, at: datetime) -> None:
    """Decline it, with a reason that the SIP reads."""
    if not has_substance(reason):
        refuse("Enter a reason: the SIP reads it.")
    _decide(change, FactOutcome.DECLINED, reason, by, at)


def _decide(change: FactChange, outcome: FactOutcome, reason: str, by: User | None, at: datetime) -> None:
    require(by=by, permission=P.PARTNER_FACT_CONFIRM, record=change, at=at)
    refuse_own_work(by=by, partner=change.partner)
    values = {"decided_at": at, "decided_by": by, "outcome": outcome, "reason": reason.strip()[:300]}
    with transaction.atomic():
        if not FactChange.objects.filter(pk=change.pk, decided_at=None).update(**values):
            raise OutOfDate(["Somebody has decided on this already, or the SIP has changed it."])
        for column, value in values.items():
            setattr(change, column, value)
        if outcome is FactOutcome.CONFIRMED:
            WRITERS[change.field](change.partner, change.payload, by, at)
        audit.record(what=f"fact.{outcome.value}", subject=change.partner, by=by, at=at, fields=[change.field])
        emails.fact_decided(change=change, at=at)


# -------------------------------------------------------------------------------------- how each field is written


def _write_detail(name: str):
    def write(partner: Partner, payload: dict, by, at) -> None:
        register.change_details(partner=partner, by=by, at=at, **{name: facts.value_of(name, payload)})

    return write


def _write_outside(partner: Partner, payload: dict, by, at) -> None:
    register.change_details(
        partner=partner, by=by, at=at, has_outside_experience=payload["value"], outside_experience=payload["text"]
    )


def _write_kind(partner: Partner, payload: dict, by, at) -> None:
    register.record_kind(
        partner=partner, kind=payload["kind"], company=payload["company"], starts_on=facts.date_of(payload["starts_on"]),
        by=by, at=at,
    )  # fmt: skip


def _write_headship(partner: Partner, payload: dict, by, at) -> None:
    register.record_headship(
        partner=partner, sector=payload["sector"], school=facts.school_of(payload["school"]), is_former=payload["is_former"],
        starts_on=facts.date_of(payload["starts_on"]), ends_on=facts.date_of(payload["ends_on"]), by=by, at=at,
    )  # fmt: skip


def _write_willing(partner: Partner, payload: dict, by, at) -> None:
    region, authority = facts.place_of(payload)
    register.add_willingness(
        partner=partner, region=region, authority=authority, starts_on=facts.date_of(payload["starts_on"]), by=by, at=at
    )


def _write_end(related: str, action, name: str):
    def write(partner: Partner, payload: dict, by, at) -> None:
        row = getattr(partner, related).filter(pk=payload["pk"], ends_on=None).first()
        if row is None:
            refuse("It has ended already.")
        action(**{name: row}, on=facts.date_of(payload["on"]), by=by, at=at)

    return write


WRITERS = {
    **{name: _write_detail(name) for name in facts.DETAILS},
    "outside_experience": _write_outside,
    "kind": _write_kind,
    "headship": _write_headship,
    "headship_end": _write_end("headships", register.end_headship, "headship"),
    "willing": _write_willing,
    "willing_end": _write_end("willingness", register.end_willingness, "willingness"),
    "interest_end": _write_end("interests", interests.end_interest, "interest"),
}
