"""The accreditation tab of a SIP: where they stand and why, in sentences, with everything that led there (ACC-1 to ACC-28)."""

from datetime import date

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import Viewer, can, requires
from accounts.permissions import P, Reach
from partners.accreditation import LAPSE_MONTHS, WARN_MONTHS, Standing, State
from partners.models import (
    Accreditation,
    Application,
    Claim,
    ClaimedPractice,
    ClaimStatus,
    Deployment,
    Discussion,
    Engagement,
    Partner,
    RemovalCase,
)
from partners.restoring import why_no_claim
from partners.selectors import under_review
from partners.wording import application_tag, case_tag, claim_tag, standing_tag
from sipmanager.core.models import Notice
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import capitalised, day, span

from ..shared import READ, partner_for
from ..sips.partner import frame_of, is_own, sees_planning

WARNINGS = {"DL-29": "Warned of the lapse", "DL-30": "Told of the lapse"}


@require_http_methods(READ)
@requires(P.ACCREDITATION_VIEW)
def partner_accreditation(request, reference):
    """Where each sector stands, the clock behind it, and what led there (ACC-10 to ACC-14)."""
    partner = partner_for(request, P.ACCREDITATION_VIEW, reference)
    viewer = request.viewer
    if not sees_planning(viewer, partner):
        raise Http404("A school is told yes or no, and not the clock")
    frame = frame_of(request, partner, "accreditation")
    standings = frame["standings"]
    context = frame | {
        "clock": clock_sentences(standings, viewer.on),
        "rows": [standing_row(row) for row in standings],
        "rule": rule_sentence(standings),
        "is_under_review": is_seen_under_review(viewer, partner),
        "counted": counted_rows(viewer, partner, standings),
        "arithmetic": arithmetic(standings, viewer.on),
        "awards": [
            award_row(row) for row in Accreditation.objects.filter(partner=partner).order_by("sector", "accredited_on", "pk")
        ],
        "warnings": warning_rows(partner) if frame["sees_private"] or sees_attempts(viewer, partner) else [],
        "applications": application_rows(viewer, partner),
        "claims": claim_rows(viewer, partner),
        "claim_url": claim_url(viewer, partner, standings),
        "concerns": concern_rows(viewer, partner),
        "sees_concerns": viewer.has(P.REMOVAL_VIEW),
        "discuss_url": url_of(viewer, partner, P.REMOVAL_DISCUSS, "discussion-new"),
        "case_url": url_of(viewer, partner, P.REMOVAL_OPEN, "case-new"),
        "may_record": can(viewer, P.ACCREDITATION_EDIT, partner),
    }
    return render(request, "partners/accreditation.html", context)


def sees_attempts(viewer: Viewer, partner: Partner) -> bool:
    """Sittings and their results are for the person, the national programme and the regional coordinators."""
    reaches = {reach for _, reach in viewer.granted(P.ACCREDITATION_VIEW)}
    return is_own(viewer, partner) or bool(reaches & {Reach.EVERYWHERE, Reach.REGION})


def is_seen_under_review(viewer: Viewer, partner: Partner) -> bool:
    return under_review([partner.pk]).visible_to(viewer).exists() if viewer.has(P.REMOVAL_VIEW) else False


def url_of(viewer: Viewer, partner: Partner, permission: P, name: str) -> str:
    """The address of a page that begins something within an engagement, for those who may."""
    if not viewer.has(permission) or is_own(viewer, partner):
        return ""
    there = Engagement.objects.filter(partner=partner).visible_to(viewer, permission)
    return reverse(f"partners:{name}", args=[partner.reference]) if there.exists() else ""


# ------------------------------------------------------------------------------------------------------- the clock


def standing_row(row: Standing) -> SummaryRow:
    word = "" if not row.holds else " At work as a SIP today." if row.is_at_work else " No school today."
    return SummaryRow(row.sector.capitalize(), standing_tag(row.state), note=f"{row.because()}{word}")


def clock_sentences(standings: list[Standing], on: date) -> list[str]:
    """The clock in words: of all sectors at once, because practice in one keeps them all, or of each by itself (D-16)."""
    running = [row for row in standings if row.state is not State.REMOVED]
    if not running:
        return []
    if running[0].is_per_sector:
        return [f"{row.sector.capitalize()}: {' '.join(_sentences(row, on))}" for row in running]
    return _sentences(running[0], on)


def _sentences(row: Standing, on: date) -> list[str]:
    worked = f"Last worked as a SIP on {day(row.last_practised_on)}."
    if row.state is State.LAPSED:
        return [
            f"{worked} The accreditation lapsed on {day(row.lapses_on)}.",
            "If the record is wrong, it can be restored on evidence of practice in that time. Otherwise one may apply again.",
        ]
    if row.last_practised_on == on and row.is_at_work:
        return [
            "At work as a SIP today, so the clock stands still.",
            f"If the work ended today, the warning would come on {day(row.warn_on)} and the lapse on {day(row.lapses_on)}.",
        ]
    if row.state is State.UNVERIFIED:
        return [row.because(), "The lapse is put off to the end of the term at most. Until then there is no new deployment."]
    if row.state is State.WARNED:
        return [f"{worked} Warned on {day(row.warn_on)}. Without new work the accreditation lapses on {day(row.lapses_on)}."]
    return [f"{worked} Without new work, warned on {day(row.warn_on)}, lapses on {day(row.lapses_on)}."]


def rule_sentence(standings: list[Standing]) -> str:
    if not standings:
        return ""
    keeps = "Work as a SIP in a sector keeps that sector" if standings[0].is_per_sector else (
        "Work as a SIP in any sector keeps every sector"
    )  # fmt: skip
    return f"{keeps}. Three years without any end the accreditation; the warning comes six months before."


def arithmetic(standings: list[Standing], on: date) -> list[str]:
    """How the two days come about, one line for each clock."""
    running = [row for row in standings if row.state is not State.REMOVED]
    rows = running if running and running[0].is_per_sector else running[:1]
    return [
        f"{f'{row.sector.capitalize()}: ' if row.is_per_sector else ''}{day(row.last_practised_on)} and {LAPSE_MONTHS} months: "
        f"{day(row.lapses_on)} is the first day not accredited. {WARN_MONTHS} months before that: {day(row.warn_on)}."
        for row in rows
    ]


def counted_rows(viewer: Viewer, partner: Partner, standings: list[Standing]) -> list[SummaryRow]:
    """Everything up to today that the clock counts, the latest first; a school one may not know of stays unnamed."""
    on, found = viewer.on, []
    for award in Accreditation.objects.filter(partner=partner, accredited_on__lte=on).order_by("pk"):
        found.append((award.accredited_on, f"Accredited for {award.sector}", day(award.accredited_on)))
    if partner.last_practised_on is not None and partner.last_practised_on <= on:
        found.append((partner.last_practised_on, "Stated, without a record of where", day(partner.last_practised_on)))
    rows = Deployment.objects.standing().filter(partner=partner, starts_on__lte=on).select_related("school", "authority")
    known = set(rows.visible_to(viewer, P.DEPLOYMENT_VIEW).values_list("pk", flat=True)) | set()
    for row in rows.order_by("pk"):
        name = row.school.name if row.pk in known or is_own(viewer, partner) else "A school of another authority"
        last = on if row.ends_on is None else min(row.ends_on, on)
        found.append((last, name, capitalised(span(row.starts_on, row.ends_on))))
    shown = ClaimedPractice.objects.filter(claim__partner=partner, claim__status=ClaimStatus.RESTORED, starts_on__lte=on)
    for stay in shown.order_by("pk"):
        found.append(
            (min(stay.ends_on, on), f"{stay.place}, shown by a claim", capitalised(span(stay.starts_on, stay.ends_on)))
        )
    latest = max((last for last, _, _ in found), default=None)
    ordered = sorted(found, key=lambda row: (-row[0].toordinal(), row[1]))
    return [
        SummaryRow(name, said, note=f"The latest: the clock runs from {day(last)}." if at == 0 and last == latest else "")
        for at, (last, name, said) in enumerate(ordered)
    ]


def award_row(award: Accreditation) -> SummaryRow:
    says = f"Accredited on {day(award.accredited_on)}"
    if award.removed_on:
        says = f"{says}, removed on {day(award.removed_on)}"
    return SummaryRow(award.get_sector_display(), says, note=f"Reference {award.reference}" if award.reference else "")


def warning_rows(partner: Partner) -> list[SummaryRow]:
    """What the night has sent the SIP about the lapse, the latest first (ACC-12, ACC-13)."""
    keys = tuple(f"{rule}:{partner.audit_subject}:" for rule in WARNINGS)
    addresses = {partner.email, partner.user.email if partner.user else partner.email}
    rows = Notice.objects.filter(recipient__in=addresses).order_by("-at", "-pk")
    sent = [(row.key, row.at) for row in rows if row.key.startswith(keys)]
    return [
        SummaryRow(WARNINGS[key.partition(":")[0]], f"Sent on {day(at)}", note=f"About {day(_day_in(key))}")
        for key, at in sent
    ]


def _day_in(key: str) -> date:
    return date.fromisoformat(key.split(":")[3])


# -------------------------------------------------------------------------------------------- what led there, and on


def application_rows(viewer: Viewer, partner: Partner) -> list[SummaryRow]:
    rows = Application.objects.filter(partner=partner).visible_to(viewer).order_by("-applied_on", "-pk")
    return [
        SummaryRow(
            row.get_sector_display(),
            application_tag(row),
            (Link("Open", reverse("partners:application-detail", args=[row.pk]), f"the application for {row.sector}"),),
            f"Applied on {day(row.applied_on)}",
        )
        for row in rows
    ]


def claim_rows(viewer: Viewer, partner: Partner) -> list[SummaryRow]:
    rows = Claim.objects.filter(partner=partner).visible_to(viewer).order_by("-made_on", "-pk")
    return [
        SummaryRow(
            day(row.made_on),
            claim_tag(row),
            (Link("Open", reverse("partners:claim-detail", args=[row.pk]), f"the claim of {day(row.made_on)}"),),
            f"{row.get_status_display()} on {day(row.decided_on)}" if row.decided_on else "",
        )
        for row in rows
    ]


def claim_url(viewer: Viewer, partner: Partner, standings: list[Standing]) -> str:
    if why_no_claim(standings) or Claim.objects.filter(partner=partner, status=ClaimStatus.CLAIMED).exists():
        return ""
    if not can(viewer, P.ACCREDITATION_CLAIM, partner):
        return ""
    return reverse("partners:claim-new", args=[partner.reference])


def answer_words(talk: Discussion, on: date) -> str:
    """Whether the SIP has answered a record, or still may (ACC-23)."""
    if talk.answered_on:
        return f"Answered on {day(talk.answered_on)}"
    due = day(talk.answer_due_on)
    return f"May be answered until {due}" if on <= talk.answer_due_on else f"Not answered by {due}"


def concern_rows(viewer: Viewer, partner: Partner) -> list[SummaryRow]:
    """Records of discussion and removal cases that the viewer may see, the latest first."""
    if not viewer.has(P.REMOVAL_VIEW):
        return []
    found = []
    for case in RemovalCase.objects.filter(partner=partner).visible_to(viewer).order_by("-opened_on", "-pk"):
        link = Link("Open", reverse("partners:case-detail", args=[case.pk]), f"the case of {day(case.opened_on)}")
        name = f"Case about {case.get_criterion_display().lower()}"
        found.append((case.opened_on, SummaryRow(name, case_tag(case), (link,), f"Opened on {day(case.opened_on)}")))
    for talk in Discussion.objects.filter(partner=partner).visible_to(viewer).order_by("-held_on", "-pk"):
        link = Link("Open", reverse("partners:discussion-detail", args=[talk.pk]), f"the record of {day(talk.held_on)}")
        said = (
            f"Answered on {day(talk.answered_on)}" if talk.answered_on else f"May be answered until {day(talk.answer_due_on)}"
        )
        name = f"Discussion of {talk.get_criterion_display().lower()}"
        found.append((talk.held_on, SummaryRow(name, said, (link,), f"Held on {day(talk.held_on)}")))
    return [row for _, row in sorted(found, key=lambda pair: pair[0], reverse=True)]
