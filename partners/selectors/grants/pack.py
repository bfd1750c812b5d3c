"""What goes into an evidence pack: every table from records dated up to its day, in a fixed order (section 12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from accounts.models import Authority
from partners.conditions import arithmetic, figure_said, figure_words
from partners.models import (
    Agreement,
    Deployment,
    Endeavour,
    NationalNotification,
    ProgrammeContact,
    Sanction,
    YearlyStatement,
)
from schools.selectors import facts_on, in_local_authority_on
from sipmanager.core.academic import financial_year
from sipmanager.core.models import AuditEvent

from ..accreditation.standing import tenure_of
from .case import Report, changes_to_notify, conditions_of_grant
from .kept import posts_that_may_see, shares_up_to
from .money import GrantLines, grant_lines


@dataclass(frozen=True)
class Sheet:
    """One table of the pack: the name of its file, what it is for, and its rows under their headers."""

    name: str
    says: str
    condition: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class EvidenceTables:
    """The whole pack of one authority, programme and day."""

    authority: Authority
    programme: str
    on: date
    report: Report
    lines: GrantLines
    sheets: tuple[Sheet, ...]
    arithmetic: dict[str, list[str]]

    def sheet(self, name: str) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.name == name)


def evidence_of(*, authority: Authority, programme: str, on: date) -> EvidenceTables:
    """Everything that shows how the conditions were kept as at a day, as it is known now.

    Asked again it comes out the same, as long as nobody changes a record of the days up to it. Rates of pay stay out.
    Raises `NoConditions` for a trust.
    """
    report = conditions_of_grant(authority=authority, programme=programme, on=on)
    facts = facts_on(in_local_authority_on(authority.code, on), on)
    schools = {pk: one for pk, one in facts.items() if programme in {one.programme, one.sector_needed}}
    at = (authority, programme, on)
    lines = grant_lines(authority=authority, programme=programme, year=financial_year(on), on=on)
    deployments = list(
        Deployment.objects.standing()
        .filter(school__in=schools, starts_on__lte=on)
        .select_related("school", "partner")
        .order_by("school__urn", "starts_on", "pk")
    )
    told = changes_to_notify(authority, programme, facts, on)
    return EvidenceTables(
        authority, programme, on, report, lines,
        (
            _conditions(report), _findings(report), _endeavours(*at), _overrides(schools, on), _placed(report),
            _notifications(told, on), _agreements(report), _contacts(*at), _deployments(deployments, on),
            _shares(*at), _statements(*at), _accounts(schools, programme, on), _sanctions(*at), _grant(lines),
        ),
        {answer.id: arithmetic(answer, programme) for answer in report.answers},
    )  # fmt: skip


def _sheet(name: str, says: str, condition: str, headers: str, rows: Iterable[Iterable[Any]]) -> Sheet:
    return Sheet(name, says, condition, tuple(headers.split(", ")), tuple(tuple(row) for row in rows))


def _conditions(report: Report) -> Sheet:
    rows = (
        (one.id, one.says, one.strength.value, one.result.value, _listed(one.verdict.figures), " ".join(one.verdict.missing),
         one.source)
        for one in report.answers
    )  # fmt: skip
    return _sheet("conditions", "Each condition with its result and figures", "", "Condition, Says, Strength, Result, Figures, "
                  "Missing, Source", rows)  # fmt: skip


def _listed(figures) -> str:
    return "; ".join(f"{figure_words(key)}: {figure_said(key, value)}" for key, value in figures.items())


def _findings(report: Report) -> Sheet:
    rows = ((one.id, row.subject, row.because) for one in report.answers for row in one.verdict.findings)
    return _sheet("findings", "What stands in the way of a condition", "", "Condition, Subject, Because", rows)


def _endeavours(authority, programme: str, on: date) -> Sheet:
    rows = Endeavour.objects.filter(authority=authority, programme=programme, struck_at=None, done_on__lte=on)
    rows = rows.order_by("condition", "done_on", "pk").values_list("condition", "done_on", "says", "who")
    return _sheet("endeavours", "What was done about shortfalls", "COG-D", "Condition, Done on, What was done, By", rows)


def _overrides(schools, on: date) -> Sheet:
    found = Deployment.objects.filter(school__in=schools, voided_on=None, proposed_at__date__lte=on).exclude(reasons={})
    rows = (
        (row.pk, row.school.urn, row.school.name, row.partner.reference, row.partner.full_name, row.starts_on, rule, reason)
        for row in found.select_related("school", "partner").order_by("pk")
        for rule, reason in sorted(row.reasons.items())
    )
    return _sheet("overrides", "Rules of best endeavours that were set aside, with the reason", "",
                  "Deployment, URN, School, SIP reference, SIP, First day, Rule, Reason", rows)  # fmt: skip


def _placed(report: Report) -> Sheet:
    case = report.case
    here: dict[str, list] = {}
    for placed in case.placed:
        here.setdefault(placed.urn, []).append(placed)
    rows = []
    for school in sorted(case.schools, key=lambda school: school.urn):
        for placed in here.get(school.urn, [None]):
            rows.append((
                school.urn, school.name, school.counts,
                *((placed.partner, placed.partner_name, placed.is_accredited, placed.because) if placed else ("", "", False, "")),
            ))  # fmt: skip
    return _sheet("schools-and-sips", "Schools with their SIPs and accreditations", "COG-A",
                  "URN, School, In scope, SIP reference, SIP, Accredited, Because", rows)  # fmt: skip


def _notifications(found: Iterable[NationalNotification], on: date) -> Sheet:
    rows = (
        (row.deployment_id, row.deployment.school.urn, row.deployment.school.name, row.get_kind_display(), row.effective_on,
         row.sent_on if row.sent_on and row.sent_on <= on else None, row.method, row.is_elsewhere)
        for row in found
    )  # fmt: skip
    return _sheet("notifications", "What the national contractor was told", "COG-B",
                  "Deployment, URN, School, What, Took effect on, Told on, How, Told elsewhere", rows)  # fmt: skip


def _agreements(report: Report) -> Sheet:
    ids = [row.agreement_id for row in report.case.agreed or () if row.agreement_id is not None]
    days = {row.pk: row for row in Agreement.objects.filter(pk__in=ids)}
    rows = (
        (row.partner, row.partner_name, row.agreement_id, *((days[row.agreement_id].starts_on, days[row.agreement_id].last_on)
         if row.agreement_id else (None, None)), row.reserved_days, row.brief)
        for row in report.case.agreed or ()
    )  # fmt: skip
    return _sheet("agreements", "Agreements of SIPs at work, with reserved days and the edition of the brief", "COG-E",
                  "SIP reference, SIP, Agreement, First day, Last day, Reserved days, Edition of the brief", rows)  # fmt: skip


def _contacts(authority, programme: str, on: date) -> Sheet:
    rows = ProgrammeContact.objects.filter(authority=authority, programme=programme, starts_on__lte=on).order_by(
        "starts_on", "pk"
    )
    return _sheet("contacts", "The history of contacts", "COG-F", "Name, From, Until, Contractor told on",
                  rows.values_list("full_name", "starts_on", "ends_on", "notified_on"))  # fmt: skip


def _deployments(deployments: list[Deployment], on: date) -> Sheet:
    tenure = tenure_of(deployments, on)
    rows = (
        (row.pk, row.school.urn, row.school.name, row.partner.reference, row.partner.full_name, row.starts_on, row.ends_on,
         tenure[row.pk].last_lawful_on if row.pk in tenure else None)
        for row in deployments
    )  # fmt: skip
    return _sheet("deployments", "The history of deployments", "COG-H",
                  "Deployment, URN, School, SIP reference, SIP, First day, Last day, Last lawful day", rows)  # fmt: skip


def _shares(authority, programme: str, on: date) -> Sheet:
    rows = ((row.shared_on, row.get_use_display(), row.items, row.recipient, row.notes)
            for row in shares_up_to(authority, programme, on))  # fmt: skip
    return _sheet("sharing", "What was shared in the twelve months up to the day", "COG-I",
                  "Shared on, Used for, What, Received by, Notes of visit", rows)  # fmt: skip


def _statements(authority, programme: str, on: date) -> Sheet:
    rows = YearlyStatement.objects.filter(authority=authority, programme=programme, struck_at=None, stated_on__lte=on)
    rows = rows.order_by("stated_on", "pk").values_list("stated_on", "text")
    return _sheet("statements", "The yearly statements", "COG-I", "Stated on, Text", rows)


def _accounts(schools, programme: str, on: date) -> Sheet:
    """Who of the schools can sign in, with their last sign-in up to the day, from the record of events."""
    posts = list(
        posts_that_may_see(programme, on)
        .filter(school__in=schools)
        .select_related("school", "user")
        .order_by("school__urn", "kind", "pk")
    )
    lines = AuditEvent.objects.filter(
        what="user.sign_in", subject__in={f"user:{post.user_id}" for post in posts}, at__date__lte=on
    )
    last = dict(lines.values_list("subject").annotate(last=Max("at")).values_list("subject", "last"))
    rows = (
        (post.school.urn, post.school.name, post.get_kind_display(), post.full_name, last.get(f"user:{post.user_id}"))
        for post in posts
    )
    return _sheet("accounts", "Heads and governors with an account", "COG-J", "URN, School, Post, Name, Last sign-in", rows)


def _sanctions(authority, programme: str, on: date) -> Sheet:
    found = Sanction.objects.filter(authority=authority, programme=programme, struck_at=None, starts_on__lte=on)
    rows = (
        (row.get_kind_display(), row.starts_on, row.ends_on, row.amount, row.says) for row in found.order_by("starts_on", "pk")
    )
    return _sheet(
        "sanctions", "Actions taken because conditions were not kept", "COG-K", "What, From, Until, Amount, Says", rows
    )


def _grant(lines: GrantLines) -> Sheet:
    rows = [(row.urn, row.school_name, row.months, row.days, row.amount, row.because) for row in lines.lines]
    rows.append(("", "Total", None, None, lines.total, ""))
    return _sheet("grant", "The grant of the financial year, school by school", "",
                  "URN, School, Months with a SIP, Days with a SIP, Amount, How it comes about", rows)  # fmt: skip
