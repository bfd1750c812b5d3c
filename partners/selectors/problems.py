"""What is wrong in an authority's record of SIPs and deployments, with who mends it and how."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from accounts.models import Authority
from accounts.presets import Policy
from accounts.selectors import policy_on
from partners.deployment_rules import CHECK_WORDS, OF_SERVING_HEADS
from partners.models import Contract, Deployment, DeploymentStatus, Engagement, Kind, RecordsRequest
from schools.selectors import facts_on, owner_of, working_calendar
from sipmanager.core.wording import day, listed

from .accreditation.standing import at_work_for, partners_at, partners_of, standings_of, tenure_of
from .grants import changes_up_to
from .papers.checks import checks_run_out, kinds_on, serving_heads, verified_checks
from .papers.problems import problems_of_agreements
from .sips.contradictions import headships_on, of_contradictions
from .sips.duplicates import suspected_pairs

NOTIFY_WITHIN = 5  # working days (COG-B, DL-25)
Problem = tuple[str, str, str]


def problems(authority: Authority, on: date) -> list[dict[str, str]]:
    """Every problem as `{kind, subject, owner, cure}` (D-40); the owner is an administrator of the authority."""
    owner, policy = owner_of(authority, on), policy_on(authority=authority, on=on)
    rows = [
        *_of_deployments(authority, policy, on),
        *_of_partners(authority, on),
        *_of_notifications(authority, policy, on),
        *_of_records(authority, on),
        *of_contradictions(authority, on),
        *_of_duplicates(authority, on),
        *problems_of_agreements(authority, on),
    ]
    return [{"kind": kind, "subject": subject, "owner": owner, "cure": cure} for kind, subject, cure in rows]


def _of_deployments(authority: Authority, policy: Policy, on: date) -> Iterator[Problem]:
    active = sorted(at_work_for(authority.pk, on), key=lambda row: row.pk)
    rows = Deployment.objects.filter(authority=authority, status=DeploymentStatus.AGREED)
    waiting = list(rows.select_related("partner", "school").order_by("starts_on", "pk"))
    schools = facts_on({row.school_id for row in active}, on)
    standings = standings_of({row.partner_id for row in active}, on)
    tenure = tenure_of(active, on)
    checks, heads = _papers(authority, [*active, *waiting], on)
    run_out = checks_run_out(active, on)
    for row in active:
        subject, who = f"deployment:{row.pk}", f"{row.partner.full_name} at {row.school.name}"
        sector = schools[row.school_id].sector_needed
        if sector and not any(one.sector == sector and one.holds for one in standings.get(row.partner_id, ())):
            yield "sip_not_accredited", subject, f"{who}: end the deployment, or correct the accreditation for {sector}"
        if tenure[row.pk].last_lawful_on < on:
            limit = day(tenure[row.pk].last_lawful_on)
            yield "three_years_passed", subject, f"{who}: end the deployment; the last lawful day was {limit}"
        if not schools[row.school_id].is_open:
            yield "sip_at_closed_school", subject, f"{who}: end the deployment; the school is not open"
        if past := run_out.get(row.pk):
            yield "check_run_out", subject, f"{who}: renew the {listed(sorted(words for words, _ in past))}"
        if missing := _missing_checks(policy, checks[row.partner_id], row.partner_id in heads):
            yield "check_missing", subject, f"{who}: enter the {listed(missing)}"
        if row.lead_from is None:
            yield "sip_never_leads", subject, f"{who}: another SIP leads on all these days; correct the dates of one of them"
    yield from _waiting(authority, policy, waiting, checks, heads, on)


def _waiting(authority: Authority, policy: Policy, waiting: list[Deployment], checks, heads, on: date) -> Iterator[Problem]:
    """Agreed, begun, and not confirmed for want of paperwork (D-17)."""
    partner_ids = {row.partner_id for row in waiting}
    contracts = set(
        Contract.objects.filter(engagement__authority=authority, engagement__partner__in=partner_ids)
        .exclude(ends_on__lt=on)
        .values_list("engagement__partner_id", "school_id")
    )
    for row in waiting:
        missing = _missing_checks(policy, checks[row.partner_id], row.partner_id in heads)
        if "PRE-6" in policy.checks and (row.partner_id, row.school_id) not in contracts:
            missing.append("confirmed contract")
        who = f"{row.partner.full_name} at {row.school.name}"
        wanted = f"enter the {listed(missing)}, then confirm" if missing else "confirm it"
        yield "deployment_not_confirmed", f"deployment:{row.pk}", f"{who}: {wanted}"


def _papers(authority: Authority, deployments: list[Deployment], on: date) -> tuple[dict, set[int]]:
    """Which checks an authority has on record of the SIPs of some deployments, and when the newest of each kind runs
    out; and which of them are serving heads. Two queries.
    """
    partner_ids = {row.partner_id for row in deployments}
    checks: dict[int, dict[str, date | None]] = defaultdict(dict)
    here = Engagement.objects.filter(authority=authority, partner__in=partner_ids).values("pk")
    rows = verified_checks(here)
    columns = ("engagement__partner_id", "kind", "expires_on")
    for partner_id, kind, expires_on in rows.order_by("checked_on", "pk").values_list(*columns):
        checks[partner_id][kind] = expires_on
    return checks, serving_heads(partner_ids, on)


def _missing_checks(policy: Policy, on_record: dict[str, date | None], is_serving_head: bool) -> list[str]:
    return [
        CHECK_WORDS[kind]
        for kind in policy.checks
        if kind in CHECK_WORDS and kind not in on_record and (is_serving_head or kind not in OF_SERVING_HEADS)
    ]


def _of_partners(authority: Authority, on: date) -> Iterator[Problem]:
    partners = partners_at(authority.pk, on)
    ids = {partner.pk for partner in partners}
    kinds = {pk: found[-1] for pk, found in kinds_on(ids, on).items()}
    serving = set(headships_on(ids, on))
    awarded = standings_of(ids, on)
    for partner in partners:
        subject = partner.audit_subject
        if kinds.get(partner.pk) == Kind.SERVING_HEAD and partner.pk not in serving:
            yield (
                "head_without_headship",
                subject,
                f"{partner.full_name} is a serving headteacher: add the headship, or the kind",
            )
        if kinds.get(partner.pk) == Kind.FORMER_HEAD and partner.pk in serving:
            yield (
                "former_head_in_post",
                subject,
                f"{partner.full_name} is a former headteacher: end the headship, or mend the kind",
            )
        if partner.pk not in awarded:
            yield (
                "sip_without_sector",
                subject,
                f"{partner.full_name} has no accreditation on record: ask the national programme",
            )


def _of_duplicates(authority: Authority, on: date) -> Iterator[Problem]:
    """Records of the authority's SIPs that may be of one person, until somebody says that they are not (D-7)."""
    for pair in suspected_pairs(partners_of(authority, on)):
        if pair.is_set_aside:
            continue
        both = f"{pair.first.full_name} ({pair.first.reference}) and {pair.second.full_name} ({pair.second.reference})"
        cure = "wait for the national programme to merge them" if pair.is_asked else "say whether they are one person"
        yield "same_person_suspected", pair.first.audit_subject, f"{both}: {cure}, under “Records of one person”"


def _of_notifications(authority: Authority, policy: Policy, on: date) -> Iterator[Problem]:
    calendar = None
    for row in changes_up_to(authority.pk, on):
        if row.sent_on is not None:
            continue
        calendar = calendar or working_calendar(authority, on, policy)
        waited = calendar.between(row.effective_on, on)
        if waited > NOTIFY_WITHIN:
            what = row.get_kind_display().lower()
            cure = (
                f"Tell the national contractor of the {what} on {day(row.effective_on)}, and record it ({waited} working days)"
            )
            yield "contractor_not_told", f"deployment:{row.deployment_id}", cure


def _of_records(authority: Authority, on: date) -> Iterator[Problem]:
    for row in RecordsRequest.objects.filter(authority=authority, answered_on=None, asked_on__lte=on).order_by("pk"):
        cure = f"Say whether the record of deployments is right; the national programme asked on {day(row.asked_on)}"
        yield "records_unverified", f"authority:{authority.code}", cure
