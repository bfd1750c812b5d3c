"""What is wrong in an authority's agreements, against each other and against what is deployed (section 11)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from accounts.models import Authority
from partners.agreement_rules import plain_days
from partners.models import Agreement, AgreementStatus, Deployment, Partner
from sipmanager.core.wording import day, listed, span

from ..accreditation.standing import at_work_for, standings_of
from .agreements import agreements_at

Problem = tuple[str, str, str]
STILL_MEANT = (AgreementStatus.DRAFT, AgreementStatus.SENT, AgreementStatus.SIGNED, AgreementStatus.IN_FORCE)


def problems_of_agreements(authority: Authority, on: date) -> Iterator[Problem]:
    """Every problem as kind, subject and cure; the number of queries does not grow with the agreements."""
    agreements = agreements_at(authority.pk)
    yield from _turned_round(agreements)
    yield from _overlapping(agreements)
    yield from _beyond_the_engagement(agreements)
    yield from _against_deployments(authority, agreements, on)
    yield from _without_accreditation(agreements, on)


def _partner(agreement: Agreement) -> Partner:
    return agreement.engagement.partner


def _turned_round(agreements: list[Agreement]) -> Iterator[Problem]:
    for row in agreements:
        if row.ends_on < row.starts_on and (row.in_force_on is not None or row.status in STILL_MEANT):
            cure = f"{_partner(row)}: the agreement from {day(row.starts_on)} ends before that, on {day(row.ends_on)}; mend it"
            yield "agreement_ends_before_it_starts", _partner(row).audit_subject, cure


def _overlapping(agreements: list[Agreement]) -> Iterator[Problem]:
    concluded: dict[int, list[Agreement]] = defaultdict(list)
    for row in agreements:
        if row.in_force_on is None or row.last_on < row.starts_on:
            continue
        for other in concluded[row.engagement_id]:
            if row.starts_on <= other.last_on and other.starts_on <= row.last_on:
                both = f"{span(other.starts_on, other.last_on)}, and {span(row.starts_on, row.last_on)}"
                yield (
                    "agreements_overlap",
                    _partner(row).audit_subject,
                    f"{_partner(row)}: two agreements hold at once ({both}); end one",
                )
        concluded[row.engagement_id].append(row)


def _beyond_the_engagement(agreements: list[Agreement]) -> Iterator[Problem]:
    """Agreements that hold, or are still meant to, after the SIP's engagement has ended."""
    for row in agreements:
        ended_on = row.engagement.ends_on
        if ended_on is None or row.status not in STILL_MEANT or (row.last_on or row.ends_on) <= ended_on:
            continue
        says = f"{_partner(row)}: the engagement ends on {day(ended_on)}"
        cure = (
            f"{says}, and the agreement holds until {day(row.last_on)}: end the agreement, or engage the SIP again"
            if row.status == AgreementStatus.IN_FORCE
            else f"{says}, and the agreement from {day(row.starts_on)} is still to be signed: withdraw it"
        )
        yield "agreement_outlives_engagement", _partner(row).audit_subject, cure


def _against_deployments(authority: Authority, agreements: list[Agreement], on: date) -> Iterator[Problem]:
    holding = {
        _partner(row).pk: row for row in agreements if row.in_force_on is not None and row.starts_on <= on <= row.last_on
    }
    schedule: dict[int, dict[int, object]] = defaultdict(dict)
    lines = Agreement.objects.filter(pk__in=[row.pk for row in holding.values()]).values_list(
        "engagement__partner_id", "schedule__school_id", "schedule__days"
    )
    for partner_id, school_id, days in lines:
        schedule[partner_id][school_id] = days
    at_work: dict[int, list[Deployment]] = defaultdict(list)
    rows = at_work_for(authority.pk, on)
    for row in sorted(rows, key=lambda row: (row.partner.reference, row.school.name, row.pk)):
        at_work[row.partner_id].append(row)
    for partner_id, deployments in at_work.items():
        partner = deployments[0].partner
        if partner_id not in holding:
            names = listed([row.school.name for row in deployments])
            cure = f"{partner} works at {names}, and no agreement is in force: draw one up, or renew it"
            yield "no_agreement_in_force", partner.audit_subject, cure
            continue
        for row in deployments:
            agreed = schedule[partner_id].get(row.school_id)
            if agreed is None:
                cure = f"{partner} works at {row.school.name}, which is not on the schedule of the agreement: change it"
                yield "school_not_on_schedule", partner.audit_subject, cure
            elif agreed < row.days:
                cure = (
                    f"{partner} is deployed for {plain_days(row.days)} days at {row.school.name}, and {plain_days(agreed)} are "
                    "agreed: change the agreement or the deployment"
                )
                yield "days_under_those_deployed", partner.audit_subject, cure


def _without_accreditation(agreements: list[Agreement], on: date) -> Iterator[Problem]:
    """Agreements of which accreditation is a condition that is not met any more (AGR-14)."""
    holding = [
        row for row in agreements
        if row.in_force_on is not None and row.needs_accreditation and row.starts_on <= on <= row.last_on
    ]  # fmt: skip
    standings = standings_of({_partner(row).pk for row in holding}, on)
    for row in holding:
        if not any(one.holds for one in standings.get(_partner(row).pk, ())):
            cure = f"{_partner(row)} holds no accreditation, a condition of the agreement: end it, or mend the accreditation"
            yield "agreement_without_accreditation", _partner(row).audit_subject, cure
