"""Whom an authority is to ask what, on a day: details each term, interests each school year, skills audits (REG-18)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import Authority
from accounts.presets import Policy
from accounts.selectors import policy_on
from partners.interests import september
from partners.models import Confirmation, ConfirmationKind, Engagement, Partner, SkillsAudit
from schools.selectors import calendar_for, working_calendar
from sipmanager.core.academic import add_months
from sipmanager.core.workdays import WorkingCalendar

AHEAD = timedelta(days=28)  # how long before a skills audit is due it is asked for


@dataclass(frozen=True)
class Asking:
    """One thing to be asked of one SIP: for which period, and by when."""

    partner: Partner
    kind: ConfirmationKind
    for_on: date
    due_on: date


def term_start(authority: Authority | int, on: date) -> date | None:
    """The first day of the term that runs, as the three terms of the year; `None` before the year's first.

    Where an authority has six, the second of each season is no new term for this: a SIP is asked three times a year.
    """
    starts: dict[str, date] = {}
    for term in calendar_for(authority, on):
        starts[term.season] = min(starts.get(term.season, term.starts_on), term.starts_on)
    return max((start for start in starts.values() if start <= on), default=None)


def to_ask(authority: Authority, on: date) -> list[Asking]:
    """What is to be asked of the SIPs whom an authority engages on a day, and was not yet; six queries or so."""
    engaged = Engagement.objects.running(on).filter(authority=authority).select_related("partner")
    partners = [row.partner for row in engaged.order_by("partner__reference", "pk")]
    if not partners:
        return []
    policy = policy_on(authority=authority, on=on)
    calendar = working_calendar(authority, on, policy)
    known = Known(authority, partners)
    found = [*_each_year(known, policy, calendar, on), *_audits(known, policy, calendar, on)]
    if (start := term_start(authority, on)) is not None:
        due_on = calendar.add(on, policy.days_to_confirm_details)
        found += _not_yet(known, ConfirmationKind.DETAILS, start, due_on)
    return sorted(found, key=lambda row: (row.partner.reference, row.kind))


class Known:
    """What an authority asked of its SIPs so far, and what they said unasked or to others."""

    def __init__(self, authority: Authority, partners: list[Partner]):
        self.partners = partners
        self.asked: set[tuple[int, str, date]] = set()
        self.open: set[tuple[int, str]] = set()
        self.met: dict[tuple[int, str], date] = {}
        rows = Confirmation.objects.filter(partner__in=partners).order_by("met_on", "pk")
        for partner_id, kind, for_on, met_on, authority_id in rows.values_list(
            "partner_id", "kind", "for_on", "met_on", "authority_id"
        ):
            if authority_id == authority.pk:
                self.asked.add((partner_id, kind, for_on))
                if met_on is None:
                    self.open.add((partner_id, kind))
            if met_on is not None:
                self.met[partner_id, kind] = max(met_on, self.met.get((partner_id, kind), met_on))


def _not_yet(known: Known, kind: ConfirmationKind, start: date, due_on: date) -> Iterator[Asking]:
    """Those who were not asked for the period that begins with `start`, and have not said since."""
    for partner in known.partners:
        said_on = known.met.get((partner.pk, kind))
        if (partner.pk, kind, start) not in known.asked and (said_on is None or said_on < start):
            yield Asking(partner, kind, start, due_on)


def _each_year(known: Known, policy: Policy, calendar: WorkingCalendar, on: date) -> Iterator[Asking]:
    due_on = calendar.add(on, policy.days_to_confirm_interests)
    return _not_yet(known, ConfirmationKind.INTERESTS, september(on), due_on)


def _audits(known: Known, policy: Policy, calendar: WorkingCalendar, on: date) -> Iterator[Asking]:
    """A skills audit so many months after the last one; the first as soon as the policy wants any (DL-47)."""
    if policy.skills_audit_months is None:
        return
    rows = SkillsAudit.objects.filter(partner__in=known.partners).order_by("made_on", "pk")
    last = dict(rows.values_list("partner_id", "made_on"))
    for partner in known.partners:
        if (partner.pk, ConfirmationKind.SKILLS) in known.open:
            continue
        if partner.pk not in last:
            yield Asking(partner, ConfirmationKind.SKILLS, on, calendar.add(on, policy.days_to_confirm_interests))
            continue
        due_on = add_months(last[partner.pk], policy.skills_audit_months)
        if on >= due_on - AHEAD and (partner.pk, ConfirmationKind.SKILLS, due_on) not in known.asked:
            yield Asking(partner, ConfirmationKind.SKILLS, due_on, max(due_on, on))
