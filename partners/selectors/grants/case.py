"""The conditions of grant and the grant of one authority, programme and day (section 12, D-19 to D-22)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from accounts.models import Authority, AuthorityKind
from accounts.presets import Policy
from accounts.selectors import policy_on
from partners.accreditation import Standing
from partners.conditions import Answer, Change, Evidence, GrantCase, Placed, SchoolInGrant, Sip, answers
from partners.grant import Grant
from partners.models import Deployment, Headship, NationalNotification, NotificationKind, Partner
from partners.tenure import Run
from schools.facts import Sector
from schools.models import School
from schools.selectors import SchoolOnDay, facts_lying_in, in_programme_within, starts_of, working_calendar
from sipmanager.core import readings
from sipmanager.core.wording import day
from sipmanager.core.workdays import WorkingCalendar

from ..accreditation.standing import standings_of, tenure_of
from .kept import (
    access_on,
    agreed_on,
    brief_on,
    contacts_on,
    held_by,
    meetings_up_to,
    posts_lying_in,
    shared_up_to,
    stated_on,
)
from .money import grant_of


class NoConditions(Exception):
    """A trust has no conditions of grant (D-2)."""


# Floors above say what they know of a condition: `provider(authority=, programme=, on=, school_ids=) -> Evidence | None`.
Provider = Callable[..., Evidence | None]
_providers: dict[str, Provider] = {}


def register_evidence(condition: str, provider: Provider) -> None:
    """Add the facts behind a condition that this floor cannot see, from `ready()` (D-19)."""
    _providers[condition] = provider


@dataclass(frozen=True)
class Report:
    """The conditions and the grant of one authority and programme on one day."""

    case: GrantCase
    answers: tuple[Answer, ...]
    grant: Grant

    def as_json(self) -> dict[str, Any]:
        return {
            "authority": self.case.authority,
            "phase": self.case.programme,
            "on": self.case.on.isoformat(),
            "conditions": [answer.as_json() for answer in self.answers],
            "grant": self.grant.as_json(),
        }


def conditions_of_grant(*, authority: Authority, programme: str, on: date) -> Report:
    """Every condition in force on a day, and the grant of its financial year. Raises `NoConditions` for a trust."""
    if authority.kind != AuthorityKind.LOCAL_AUTHORITY:
        raise NoConditions(f"{authority.name} is a school trust, and a trust has no conditions of grant.")
    policy = policy_on(authority=authority, on=on)
    with readings.shared():
        facts = facts_lying_in(authority.code, on)
        case = _case(authority, programme, on, policy, facts)
        return Report(case, tuple(answers(case)), grant_of(authority, programme, on, policy))


def grant_case(*, authority: Authority, programme: str, on: date) -> GrantCase:
    """What the conditions look at; the number of queries does not grow with schools or SIPs."""
    with readings.shared():
        facts = facts_lying_in(authority.code, on)
        return _case(authority, programme, on, policy_on(authority=authority, on=on), facts)


def _case(
    authority: Authority, programme: str, on: date, policy: Policy, facts: dict[int, SchoolOnDay]
) -> GrantCase:  # fmt: skip
    of_programme = {pk: school for pk, school in facts.items() if programme in {school.programme, school.sector_needed}}
    schools = {pk: _in_grant(school, programme) for pk, school in of_programme.items() if school.is_open}
    schools = {pk: school for pk, school in schools.items() if school.counts or school.is_academy}
    at_work = at_work_in(authority.code, on)
    deployments = [row for row in at_work.deployments if row.school_id in schools]
    standings, tenure = at_work.standings, at_work.tenure
    start = starts_of(authority.pk).get(programme)
    brief = brief_on(on)
    # The letters speak of the schools that the programme counts: an academy has its place in the mix alone (GRA-6).
    counting = frozenset(
        pk for pk, school in facts.items() if school.programme == programme and school.is_in_sip_scope
    )  # fmt: skip
    of_grant = [row for row in deployments if row.school_id in counting]
    meetings, attendance = meetings_up_to(authority, programme, of_grant, at_work.deployments, on)
    more = {"authority": authority, "programme": programme, "on": on, "school_ids": counting}
    return GrantCase(
        authority=authority.code,
        authority_name=authority.name,
        programme=programme,
        on=on,
        schools=tuple(schools.values()),
        placed=tuple(
            _placed(row, of_programme[row.school_id], standings.get(row.partner_id, []), tenure[row.pk], on)
            for row in deployments
        ),
        sips={row.partner.reference: at_work.sips[row.partner.reference] for row in deployments},
        changes=_changes(authority, programme, facts, on, working_calendar(authority, on, policy)),
        coverage_by=start.coverage_by if start else None,
        mix_minimum=policy.mix_minimum,
        academies_in_mix=policy.academies_in_mix,
        evidence={condition: provider(**more) for condition, provider in _providers.items()},
        agreed=agreed_on(of_grant, at_work.agreed),
        brief=brief.edition if brief else "",
        meetings=meetings,
        attendance=attendance,
        contacts=contacts_on(authority, programme, on),
        shared=shared_up_to(authority, programme, on),
        stated_on=stated_on(authority, programme, on),
        access=access_on(schools, programme, posts_lying_in(authority.code, on)),
    )


@dataclass(frozen=True)
class AtWork:
    """The SIPs at work at the schools that lie in an authority, and what the conditions ask of them."""

    deployments: list[Deployment]
    standings: dict[int, list[Standing]]
    tenure: dict[int, Run]
    sips: dict[str, Sip]
    agreed: dict[tuple[int, int], tuple[int, Decimal, str]]


@readings.kept
def at_work_in(authority_code: str, on: date) -> AtWork:
    """Of the schools of every programme together: two programmes asked for in one go are read once."""
    facts = facts_lying_in(authority_code, on)
    rows = Deployment.objects.active(on).filter(school__in=facts).select_related("partner").order_by("starts_on", "pk")
    deployments = list(rows)
    return AtWork(
        deployments,
        standings_of({row.partner_id for row in deployments}, on),
        tenure_of(deployments, on),
        sips_on([row.partner for row in deployments], on),
        held_by(deployments, on),
    )


def _in_grant(school: SchoolOnDay, programme: str) -> SchoolInGrant:
    counts = school.programme == programme and school.is_in_sip_scope
    return SchoolInGrant(school.urn, school.name, counts, school.is_academy)


def _placed(row: Deployment, school: SchoolOnDay, standings: Iterable[Standing], run: Run, on: date) -> Placed:
    standing = next((one for one in standings if one.sector == school.sector_needed), None)
    because = standing.because() if standing else f"no accreditation for {school.sector_needed} on {day(on)}."
    return Placed(
        deployment_id=row.pk, urn=school.urn, partner=row.partner.reference, partner_name=row.partner.full_name,
        is_accredited=standing is not None and standing.holds, because=because, run=run,
    )  # fmt: skip


def sips_on(people: Iterable[Partner], on: date) -> dict[str, Sip]:
    """What the mix asks of some SIPs on a day, by reference; one query (COG-D)."""
    partners = {one.pk: one for one in people}
    secondary, serving_primary = set(), set()
    rows = Headship.objects.filter(partner__in=partners).order_by("pk")
    for headship in rows:
        has_begun = headship.starts_on is None or headship.starts_on <= on
        has_ended = headship.is_former or (headship.ends_on is not None and headship.ends_on < on)
        if has_begun and headship.sector == Sector.SECONDARY:
            secondary.add(headship.partner_id)
        if has_begun and not has_ended and headship.sector == Sector.PRIMARY:
            serving_primary.add(headship.partner_id)
    return {
        partner.reference: Sip(partner.reference, pk in secondary, pk in serving_primary, partner.has_outside_experience)
        for pk, partner in partners.items()
    }


def _changes(
    authority: Authority, programme: str, facts: dict[int, SchoolOnDay], on: date, calendar: WorkingCalendar
) -> tuple[Change, ...]:  # fmt: skip
    return tuple(
        Change(
            deployment_id=row.deployment_id,
            kind=row.get_kind_display().lower(),
            school_name=_name_of(row.deployment.school, facts),
            effective_on=row.effective_on,
            is_sent=row.sent_on is not None and row.sent_on <= on,
            waited=max(calendar.between(row.effective_on, min(row.sent_on or on, on)), 0),
        )
        for row in changes_to_notify(authority, programme, facts, on)
    )


def _name_of(school: School, facts: dict[int, SchoolOnDay]) -> str:
    return facts[school.pk].name if school.pk in facts else school.name


def changes_to_notify(
    authority: Authority, programme: str, facts: dict[int, SchoolOnDay], on: date
) -> list[NationalNotification]:  # fmt: skip
    """The log up to a day, of schools that the programme counts, or counted when the change took effect (COG-B, GRA-6).

    `facts` are the authority's schools on the day. One that has left it, or has become an academy, is still owed the
    notices of its days in the programme.
    """
    rows = changes_up_to(authority.pk, on)
    counting, others = set(), set()
    for pk in {row.deployment.school_id for row in rows}:
        school = facts.get(pk)
        if school is None or not school.programme:
            others.add(pk)
        elif school.programme == programme and school.is_in_sip_scope:
            counting.add(pk)
    spells = {}
    if others:
        first = min(row.effective_on for row in rows)
        spells = in_programme_within(
            authority_code=authority.code, programme=programme, since=first, until=on, school_ids=others
        )  # fmt: skip
    return [
        row for row in rows
        if row.deployment.school_id in counting
        or (row.deployment.school_id in spells and spells[row.deployment.school_id].has(row.effective_on))
    ]  # fmt: skip


@readings.kept
def changes_up_to(authority_id: int, on: date) -> list[NationalNotification]:
    """What an authority has, or should have, told the national contractor of the changes up to a day, the oldest first."""
    rows = notifications_that_count().filter(deployment__authority=authority_id, effective_on__lte=on)
    return list(rows.select_related("deployment__school").order_by("effective_on", "pk"))


def notifications_that_count():
    """The log without what a striking out made pointless: of a deployment struck out, what was sent and its correction."""
    pointless = Q(deployment__voided_on__isnull=False, sent_on=None) & ~Q(kind=NotificationKind.CORRECTION)
    return NationalNotification.objects.exclude(pointless).select_related("deployment")
