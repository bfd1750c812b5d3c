"""A SIP's record of development: the year's total, what they answer and enter, what the manager accepts, reviews (REG-14)."""

from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import can, fetch, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.development import TERMLY_MEETINGS, counts, year_of
from partners.forms import AnswerForm, DecideAttendanceForm, DevelopmentReviewForm, EntryForm
from partners.models import (
    Agreement,
    AgreementStatus,
    Attendance,
    Confirmation,
    ConfirmationKind,
    DevelopmentReview,
    Partner,
    PartnerFile,
    SkillsAudit,
)
from partners.registers.development import year_asked, years
from sipmanager.core import clock, exports
from sipmanager.core.academic import academic_label, academic_year
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import day
from sipmanager.core.workflow import MoveRefused

from ..papers.checks import given_without_file, prepared_from
from ..shared import FORM, READ, carry_out, engagement_for, partner_for, partner_trail, partner_url, sent
from ..sips.changing import show
from ..sips.confirming import asked_row, audit_card
from ..sips.partner import frame_of, is_own
from .events import TAGS, answer_words, event_trail, event_url

COLUMNS = (
    ("Date", lambda row: row.day), ("What", lambda row: row.event.title if row.event else row.title),
    ("Kind", lambda row: row.event.get_kind_display() if row.event else row.get_kind_display()),
    ("Arranged by", lambda row: arranged_by(row)), ("Days", lambda row: row.event.days if row.event else row.days),
    ("Result", lambda row: result_tag(row).label), ("Counts", lambda row: counts(selectors.part_of(row))),
    ("Mandatory", lambda row: bool(row.event and row.event.is_mandatory)), ("Reason for absence", lambda row: row.absence_reason),
    ("Note", lambda row: row.note),
)  # fmt: skip


def days_words(days: Decimal) -> str:
    """`1 day`, `2.5 days`."""
    return f"{days.normalize():f} {'day' if days == 1 else 'days'}"


def arranged_by(row: Attendance) -> str:
    if row.event is None:
        return "Own entry"
    return row.event.authority.name if row.event.authority else "National programme"


def result_tag(row: Attendance) -> Tag:
    """What came of one line."""
    if row.event is None:
        if row.is_accepted is None:
            return Tag("Waiting for a word", "blue")
        return Tag("Accepted", "green") if row.is_accepted else Tag("Not accepted", "orange")
    if row.event.cancelled_on is not None:
        return Tag("Cancelled", "grey")
    return TAGS.get(actions.code_of(row)) or Tag("Invited", "blue")


def lines_of_year(request, partner: Partner, year: int) -> list[Attendance]:
    """The lines of one school year that the viewer may see, newest first."""
    rows = Attendance.objects.within(*selectors.year_days(year)).filter(partner=partner)
    return list(selectors.lines_of(rows.visible_to(request.viewer, P.CPD_VIEW)))


@require_http_methods(READ)
@requires(P.PARTNER_PRIVATE)
def partner_development(request, reference):
    """The year's development against the days asked for, line by line; reviews; skills audits (REG-8, REG-14, ACT-16)."""
    partner = partner_for(request, P.PARTNER_PRIVATE, reference)
    year = year_asked(request)
    lines = lines_of_year(request, partner, year) if can(request.viewer, P.CPD_VIEW, partner) else []
    wanted = request.GET.get("format", "")
    if wanted in ("csv", "xlsx"):
        respond = exports.csv_response if wanted == "csv" else exports.xlsx_response
        return respond(exports.rows_of(lines, COLUMNS), f"development-{partner.reference}-{year}")
    audits = SkillsAudit.objects.filter(partner=partner).select_related("recorded_by").order_by("-made_on", "-pk")
    asked = Confirmation.objects.filter(partner=partner, kind=ConfirmationKind.SKILLS, met_on=None).order_by("due_on", "pk")
    context = frame_of(request, partner, "development") | record_of(request, partner, year, lines) | {
        "sees_record": can(request.viewer, P.CPD_VIEW, partner),
        "year_links": year_links(request, partner, year),
        "may_enter": can(request.viewer, P.CPD_OWN, partner),
        "exports": [Link(kind.upper(), f"?year={year}&format={kind}") for kind in ("csv", "xlsx")],
        "sheet_url": f"{reverse('partners:development-sheet', args=[partner.reference])}?year={year}",
        "review_urls": review_links(request, partner),
        "audits": [audit_card(row) for row in audits],
        "asked": [asked_row(row, request.viewer.on) for row in asked.select_related("authority")],
        "may_make": can(request.viewer, P.PARTNER_EDIT, partner),
        "new_url": reverse("partners:skills-new", args=[partner.reference]),
    }  # fmt: skip
    return render(request, "partners/development.html", context)


@require_http_methods(READ)
@requires(P.PARTNER_PRIVATE)
def development_sheet(request, reference):
    """The record of a school year on one page to print, as it is shown at the review (CPD-9)."""
    partner = partner_for(request, P.PARTNER_PRIVATE, reference)
    year = year_asked(request)
    lines = lines_of_year(request, partner, year)
    context = record_of(request, partner, year, lines) | {
        "partner": partner,
        "today": request.viewer.on,
        "breadcrumbs": partner_trail(partner),
    }
    return render(request, "partners/development/sheet.html", context)


def record_of(request, partner: Partner, year: int, lines: list[Attendance]) -> dict:
    """Total, lines and reviews of one school year."""
    first, last = selectors.year_days(year)
    reviews = DevelopmentReview.objects.visible_to(request.viewer, P.CPD_VIEW).filter(partner=partner)
    reviews = reviews.filter(reviewed_on__range=(first, last)).select_related("reviewer", "authority")
    return {
        "year_words": academic_label(year),
        "total": total_rows(partner, lines, min(request.viewer.on, last)),
        "lines": [line_card(request, row) for row in with_files(request, lines)],
        "reviews": [review_card(row) for row in reviews.order_by("-reviewed_on", "-pk")],
    }


def total_rows(partner: Partner, lines: list[Attendance], on: date) -> list[SummaryRow]:
    """Planned and attended days against the days asked for, what was missed, the termly meetings (ACT-16, COG-E)."""
    target = selectors.target_for(partner, on)
    year = year_of([selectors.part_of(row) for row in lines], target=target)
    short = f"{days_words(year.short)} still to come" if year.short else "All of them"
    events = {row.pk: row.event for row in lines if row.event}
    missed = [
        f"{events[duty.parts[-1].key].title}, {day(duty.last_on)}{' (absence accepted)' if duty.is_excused else ''}"
        for duty in year.missed
    ]
    rows = [
        SummaryRow("Days counted", f"{year.counted.normalize():f} of {year.target.normalize():f}", note=short),
        SummaryRow("Days reserved in the agreement", reserved_words(partner, on)),
        SummaryRow("Mandatory events missed", missed or "None"),
        SummaryRow("Termly national meetings", f"{year.meetings} of {TERMLY_MEETINGS}"),
    ]
    if year.waiting:
        rows.insert(1, SummaryRow("Waiting for the manager's word", days_words(year.waiting)))
    return rows


def reserved_words(partner: Partner, on: date) -> str:
    """The days that agreements of the day set aside, authority by authority (AGR-9)."""
    rows = Agreement.objects.filter(
        engagement__partner=partner, status=AgreementStatus.IN_FORCE, starts_on__lte=on, ends_on__gte=on
    ).select_related("engagement__authority")
    found = [f"{days_words(row.reserved_days)} with {row.engagement.authority.name}" for row in rows.order_by("pk")]
    return ", ".join(found) or "No agreement is in force"


def with_files(request, lines: list[Attendance]) -> list[Attendance]:
    """The lines, each with the evidence kept for it that the viewer may open."""
    keys = {f"attendance:{row.pk}": row for row in lines}
    files = PartnerFile.objects.visible_to(request.viewer, P.CPD_OWN, P.CPD_ACCEPT, P.CPD_REVIEW)
    kept = files.filter(about__in=keys, voided_on=None).select_related("partner").order_by("pk")
    for row in lines:
        row.kept = []
    for file in kept:
        keys[file.about].kept.append(file)
    return lines


def line_card(request, row: Attendance) -> dict:
    """One line of the record, with what the viewer may do about it."""
    event, own = row.event, row.partner_id == request.viewer.partner_id
    is_open = row.is_accepted is None and (event is None or event.cancelled_on is None)
    links = []
    if own and is_open and event is None:
        links.append(Link("Take back", reverse("partners:entry-withdraw", args=[row.pk]), row.title))
    if own and is_open and event is not None and not row.attended:
        label = "Answer" if event.held_on >= request.viewer.on else "Say why"
        links.append(Link(label, reverse("partners:attendance-answer", args=[row.pk]), event.title))
    waits = row.due_on is not None and is_open
    if waits and not own and request.viewer.has(P.CPD_ACCEPT) and can(request.viewer, P.CPD_ACCEPT, row):
        links.append(Link("Decide", reverse("partners:attendance-decide", args=[row.pk]), event.title if event else row.title))
    links += [
        Link(file.name, reverse("partners:partner-file", args=[file.partner.reference, file.pk])) for file in row.kept
    ]  # fmt: skip
    return {
        "day": row.day,
        "title": event.title if event else row.title,
        "url": event_url(event) if event and request.viewer.has(P.CPD_VIEW) else "",
        "kind": event.get_kind_display() if event else row.get_kind_display(),
        "by": arranged_by(row),
        "notes": [text for text in notes_of(row) if text],
        "days": days_words(event.days if event else row.days),
        "counts": counts(selectors.part_of(row)),
        "tag": result_tag(row),
        "links": links,
    }


def notes_of(row: Attendance) -> list[str]:
    event = row.event
    is_school_day = event.is_school_day if event else row.is_school_day
    return [
        "Mandatory" if event and event.is_mandatory else "",
        "For a school: not counted" if is_school_day else "",
        answer_words(row) if event and row.attended is None else "",
        f"Reason: {row.absence_reason}" if row.absence_reason else "",
        f"{row.decided_by.full_name if row.decided_by else 'The authority'}: {row.decision}" if row.decision else "",
        row.note,
    ]


def review_card(row: DevelopmentReview) -> dict:
    """One talk about development (CPD-10)."""
    who = row.reviewer.full_name if row.reviewer else row.authority.name
    return {
        "title": f"Talk of {day(row.reviewed_on)}",
        "rows": [
            SummaryRow("What went well", row.went_well), SummaryRow("Barriers", row.barriers or "None noted"),
            SummaryRow("Needs", row.needs or "None noted", note=f"Noted by {who}"),
        ],
    }  # fmt: skip


def review_links(request, partner: Partner) -> list[Link]:
    """Where the viewer may note a talk: one link for each engagement within reach."""
    if not request.viewer.has(P.CPD_REVIEW) or is_own(request.viewer, partner):
        return []
    rows = partner.engagements.running(request.viewer.on).visible_to(request.viewer, P.CPD_REVIEW).select_related("authority")
    address = "partners:development-review"
    return [
        Link("Note a talk about development", reverse(address, args=[partner.reference, row.pk]), f"for {row.authority.name}")
        for row in rows.order_by("pk")
    ]


def year_links(request, partner: Partner, year: int) -> list[Link]:
    """This school year, the one before, the one after where it may be looked at, and the one shown."""
    here, known = academic_year(request.viewer.on), dict(years(request.viewer.on))
    shown = sorted({year - 1, year, year + 1, here} & {int(key) for key in known}, reverse=True)
    base = partner_url(partner, "development")
    return [Link(academic_label(one), f"{base}?year={one}", is_current=one == year) for one in shown]


# ------------------------------------------------------------------------------------------- what a SIP says and enters


def attendance_for(request, permission: P, pk: int) -> Attendance:
    rows = Attendance.objects.standing().select_related("event__authority", "partner__user")
    return fetch(request.viewer, permission, rows, pk=pk)


@require_http_methods(FORM)
@requires(P.CPD_OWN)
def attendance_answer(request, pk):
    """Say whether one will come, or, after the day, why one did not (CPD-11, CPD-14)."""
    row = attendance_for(request, P.CPD_OWN, pk)
    if row.event is None:
        return redirect(partner_url(row.partner, "development"))
    is_past = row.event.held_on < request.viewer.on
    initial = {"reason": row.absence_reason}
    if row.is_coming is not None:
        initial["is_coming"] = "yes" if row.is_coming else "no"
    form = AnswerForm(sent(request), is_past=is_past, initial=initial)

    def answer(given, at):
        actions.answer_invitation(attendance=row, by=request.user, at=at, **given)
        return event_url(row.event)

    done = carry_out(request, form, answer, done="Your answer is on record.")
    heading = f"{row.event.title}, {day(row.event.held_on)}"
    context = {"form": form, "heading": heading, "breadcrumbs": event_trail(row.event)}
    return done or render(request, "partners/form.html", context)


@require_http_methods(FORM)
@requires(P.CPD_OWN)
def development_new(request, reference):
    """Enter what one did oneself, with evidence."""
    partner = partner_for(request, P.CPD_OWN, reference)
    files = request.FILES if request.method == "POST" else None
    form = EntryForm(sent(request), files, on=request.viewer.on)
    prepared = prepared_from(request, form)

    def enter(given, at):
        actions.enter_development(partner=partner, prepared=prepared, by=request.user, at=at, **given_without_file(given))
        return f"{partner_url(partner, 'development')}?year={academic_year(given['held_on'])}"

    done = carry_out(request, form, enter, done="Your entry is saved. It counts once it is accepted.")
    return done or show(request, form, "Enter development", partner)


@require_http_methods(FORM)
@requires(P.CPD_OWN)
def entry_withdraw(request, pk):
    """Take back an entry that is not decided on."""
    row = attendance_for(request, P.CPD_OWN, pk)
    url = partner_url(row.partner, "development")
    if row.event is not None:
        return redirect(url)
    if request.method == "POST":
        try:
            actions.withdraw_entry(attendance=row, by=request.user, at=clock.now())
            messages.success(request, "The entry is taken back.")
        except MoveRefused as refused:
            messages.warning(request, " ".join(refused.reasons))
        return redirect(url)
    context = {
        "heading": f"Take back “{row.title}”", "button_label": "Take it back", "cancel_url": url,
        "text": "It no longer stands in your record. It can be entered again.",
        "rows": [SummaryRow("Date", row.held_on), SummaryRow("Days", days_words(row.days))],
        "breadcrumbs": partner_trail(row.partner),
    }  # fmt: skip
    return render(request, "_parts/confirm_page.html", context)


# ----------------------------------------------------------------------------------------------- what the manager says


@require_http_methods(FORM)
@requires(P.CPD_ACCEPT)
def attendance_decide(request, pk):
    """Accept a reason for absence or an own entry, or do not (CPD-11, CPD-16)."""
    row = attendance_for(request, P.CPD_ACCEPT, pk)
    url = partner_url(row.partner, "development")
    if row.is_accepted is not None:
        messages.info(request, f"This is decided already: {'accepted' if row.is_accepted else 'not accepted'}.")
        return redirect(url)
    form = DecideAttendanceForm(sent(request))

    def decide(given, at):
        actions.decide_attendance(attendance=row, by=request.user, at=at, **given)
        return url

    done = carry_out(request, form, decide, done="Your decision is on record.")
    event = row.event
    facts = [
        SummaryRow("SIP", row.partner.full_name),
        SummaryRow("Event" if event else "Entry", event.title if event else row.title,
                   note=event.get_kind_display() if event else row.get_kind_display()),
        SummaryRow("Date", event.held_on if event else row.held_on),
        SummaryRow("Days", days_words(event.days if event else row.days)),
        SummaryRow("Reason for absence", row.absence_reason) if event else SummaryRow("Note", row.note or "None"),
    ]  # fmt: skip
    if event is None:
        with_files(request, [row])
        facts.append(SummaryRow("Evidence", "" if row.kept else "None", tuple(
            Link(file.name, reverse("partners:partner-file", args=[row.partner.reference, file.pk])) for file in row.kept
        )))  # fmt: skip
    context = {
        "form": form, "heading": "Decide on an absence" if event else "Decide on an entry", "rows": facts,
        "text": "What a School Improvement Partner (SIP) entered counts once you accept it." if event is None else
                "Leave is given for reasons that would excuse somebody from work.",
        "button_label": "Record the decision", "cancel_url": url, "breadcrumbs": partner_trail(row.partner),
    }  # fmt: skip
    return done or render(request, "_parts/confirm_page.html", context)


@require_http_methods(FORM)
@requires(P.CPD_REVIEW)
def development_review(request, reference, pk):
    """Note a talk about a SIP's development: what went well, barriers, needs (CPD-10)."""
    engagement = engagement_for(request, P.CPD_REVIEW, reference, pk)
    form = DevelopmentReviewForm(sent(request), on=request.viewer.on)

    def save(given, at):
        actions.record_development_review(engagement=engagement, by=request.user, at=at, **given)
        return f"{partner_url(engagement.partner, 'development')}?year={academic_year(given['reviewed_on'])}"

    done = carry_out(request, form, save, done="The notes are saved.")
    return done or show(request, form, f"A talk about the development of {engagement.partner.full_name}", engagement.partner)
