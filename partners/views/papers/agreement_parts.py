"""Parts of an agreement's page: extra work, breaches, and the ways on that are no moves of its table."""

from datetime import date

from django.urls import reverse

from accounts.access import Viewer, can
from accounts.permissions import P
from partners import selectors
from partners.agreement_rules import counted_days
from partners.models import Agreement, AgreementStatus, BreachStatus, ExtraWorkStatus, FileKind
from partners.selectors import files_about
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import day

from ..files import shown_file

WORK_COLOURS = {
    ExtraWorkStatus.ASKED: "yellow", ExtraWorkStatus.CONFIRMED: "green", ExtraWorkStatus.REFUSED: "grey",
    ExtraWorkStatus.NOTED: "blue",
}  # fmt: skip
BREACH_COLOURS = {
    BreachStatus.OPEN: "yellow", BreachStatus.CONTINUED: "green", BreachStatus.CONDITIONS: "orange",
    BreachStatus.TERMINATED: "grey",
}  # fmt: skip


def _url(agreement: Agreement, name: str, *more) -> str:
    return reverse(f"partners:{name}", args=[agreement.engagement.partner.reference, agreement.pk, *more])


def other_links(viewer: Viewer, agreement: Agreement, on: date) -> list[Link]:
    """What else may be done about an agreement that both have signed."""
    found: list[Link] = []
    if agreement.in_force_on is None:
        return found
    holds = agreement.status == AgreementStatus.IN_FORCE
    may_edit, is_own = can(viewer, P.AGREEMENT_EDIT, agreement), can(viewer, P.AGREEMENT_ACCEPT, agreement)
    if holds and (may_edit or is_own) and agreement.notice_on is None:
        found.append(Link("Give notice" if is_own else "Record the SIP's notice", _url(agreement, "agreement-notice")))
    if holds and is_own:
        found.append(Link("Ask for extra work at a school", _url(agreement, "extra-work-new")))
    if holds and may_edit:
        found.append(Link("Change the agreement", _url(agreement, "agreement-change")))
    if can(viewer, P.AGREEMENT_BREACH, agreement):
        found.append(Link("Record a breach", _url(agreement, "breach-new")))
    return found


def may_follow(viewer: Viewer, agreement: Agreement) -> bool:
    """Whether the next year's agreement can be drawn up from this one."""
    if agreement.status not in {AgreementStatus.IN_FORCE, AgreementStatus.ENDED} or agreement.in_force_on is None:
        return False
    is_followed = agreement.renewals.filter(status__in=[*selectors.UNDER_WAY, AgreementStatus.IN_FORCE]).exists()
    return not is_followed and agreement.engagement.ends_on is None and can(viewer, P.AGREEMENT_EDIT, agreement)


def extra_work_rows(viewer: Viewer, agreement: Agreement) -> list[SummaryRow]:
    """Work outside the schedule, and what the authority said to it."""
    may_decide = can(viewer, P.AGREEMENT_SIGN, agreement)
    rows = []
    for work in agreement.extra_work.select_related("school", "decided_by").order_by("-starts_on", "-pk"):
        links = ()
        if may_decide and work.status == ExtraWorkStatus.ASKED:
            links = (
                Link("Confirm", _url(agreement, "extra-work-decide", work.pk, "confirm"), f"extra work at {work.school.name}"),
                Link("Refuse", _url(agreement, "extra-work-decide", work.pk, "refuse"), f"extra work at {work.school.name}"),
            )
        note = f"{counted_days(work.days)} from {day(work.starts_on)}: {work.says}"
        if work.decided_by:
            note = f"{note}. {work.get_status_display()} by {work.decided_by.full_name}, {day(work.decided_at)}"
        note = f"{note}. {work.reason}" if work.reason else note
        rows.append(SummaryRow(work.school.name, Tag(work.get_status_display(), WORK_COLOURS[work.status]), links, note))
    return rows


def breach_rows(viewer: Viewer, agreement: Agreement) -> list[dict]:
    """Breaches on record, each with its evidence, its review and its conditions."""
    may_review = can(viewer, P.AGREEMENT_BREACH, agreement)
    breaches = list(agreement.breaches.select_related("recorded_by", "decided_by").order_by("-happened_on", "-pk"))
    files = files_about(viewer=viewer, kind=FileKind.BREACH, subjects=[f"breach:{one.pk}" for one in breaches])
    found = []
    for breach in breaches:
        facts = [
            SummaryRow("What happened", breach.says),
            SummaryRow("Recorded by", breach.recorded_by.full_name, note=day(breach.recorded_at)),
            SummaryRow("Review", breach.reviewed_on or f"To be held by {day(breach.review_due_on)}"),
        ]
        if breach.review_says:
            facts.append(SummaryRow("What was said", breach.review_says))
        if breach.conditions:
            facts.append(SummaryRow("Conditions", breach.conditions))
        is_open = breach.status == BreachStatus.OPEN
        found.append(
            {
                "title": f"Clause {breach.clause}, {day(breach.happened_on)}",
                "tag": Tag(breach.get_status_display(), BREACH_COLOURS[breach.status]),
                "facts": facts,
                "files": [shown_file(viewer, file, may_withdraw=is_open) for file in files.get(f"breach:{breach.pk}", [])],
                "review_url": _url(agreement, "breach-review", breach.pk) if is_open and may_review else "",
                "file_url": _url(agreement, "breach-file", breach.pk) if is_open and may_review else "",
            }
        )
    return found
