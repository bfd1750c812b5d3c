"""The records behind the conditions: contact, sharing, endeavours, sanctions (COG-D, F, I, K)."""

from datetime import date

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, requires
from accounts.models import Authority
from accounts.permissions import P
from partners import actions
from partners.forms import (
    ContactForm,
    EndeavourForm,
    LastDayForm,
    SanctionForm,
    ShareForm,
    StatementForm,
    StrikeForm,
    ToldForm,
)
from partners.models import (
    Endeavour,
    InformationShare,
    ProgrammeContact,
    Sanction,
    YearlyStatement,
)
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import day, span

from ..shared import FORM, READ, carry_out, sent
from .shared import authority_for, caption, condition_choices, programme_links, said_of, trail, url_at

LATEST = 200  # rows of a log; what is older stands in the evidence pack
LOG = "partners/conditions/log.html"
# What can be struck out, by its word in the address: model, right, and the log to which it goes back.
STRUCK = {
    "share": (InformationShare, P.CONDITIONS_KEEP, "sharing"),
    "statement": (YearlyStatement, P.CONDITIONS_KEEP, "sharing"),
    "endeavour": (Endeavour, P.CONDITIONS_KEEP, "endeavour-list"),
}


def form_page(request, form, heading: str, authority: Authority, programme: str, **more):
    context = {
        "form": form, "heading": heading, "caption": caption(authority, programme), "breadcrumbs": trail(authority, programme),
    }  # fmt: skip
    return render(request, "partners/conditions/form.html", context | more)


def log_page(request, heading: str, name: str, authority: Authority, programme: str, **more):
    context = {
        "heading": heading, "caption": caption(authority, programme), "breadcrumbs": trail(authority, programme),
        "tabs": programme_links(name, authority, programme),
    }  # fmt: skip
    return render(request, LOG, context | more)


def entry(title: str, rows: list[SummaryRow], *, record=None, links=(), tag: Tag | None = None) -> dict:
    """One entry of a log; one struck out says so, with the reason, and offers nothing."""
    if getattr(record, "struck_at", None):
        rows = [*rows, SummaryRow("Struck out", f"{day(record.struck_at)}: {record.strike_reason}")]
        return {"title": title, "rows": rows, "links": (), "tag": Tag("Struck out", "grey")}
    return {"title": title, "rows": rows, "links": links, "tag": tag}


# ---------------------------------------------------------------------------------------------------------- the contact


@require_http_methods(READ)
@requires(P.GRANT_RECORD_VIEW)
def contact_list(request, code, programme):
    """Who is and was the contractor's main contact (COG-F)."""
    authority = authority_for(request, P.GRANT_RECORD_VIEW, code, programme)
    rows = ProgrammeContact.objects.filter(authority=authority, programme=programme).order_by("-starts_on", "-pk")
    may_keep = request.viewer.has(P.CONDITIONS_KEEP)
    return log_page(
        request, "Named contact", "contact-list", authority, programme,
        introduction="One person is the contractor's main contact for the programme, and the contractor is told who it is.",
        entries=[contact_entry(row, may_keep, request.viewer.on) for row in rows[:LATEST]],
        empty="Nobody has been named yet.",
        add=Link("Name a contact", url_at("contact-new", authority, programme)) if may_keep else None,
    )  # fmt: skip


def contact_entry(row: ProgrammeContact, may_keep: bool, on: date) -> dict:
    rows = [
        SummaryRow("Contact", span(row.starts_on, row.ends_on) if row.ends_on else f"Since {day(row.starts_on)}"),
        SummaryRow("Contractor told", row.notified_on or "No day recorded"),
        SummaryRow("Email address", row.email),
        SummaryRow("Phone number", row.phone),
    ]
    here = (row.authority, row.programme, row.pk)
    links = [Link("Record when the contractor was told", url_at("contact-told", *here), row.full_name)] * (
        row.notified_on is None
    )
    links += [Link("Set a last day", url_at("contact-end", *here), row.full_name)] * (row.ends_on is None)
    is_current = row.starts_on <= on and (row.ends_on is None or row.ends_on >= on)
    tag = Tag("Current", "green") if is_current else Tag("Former" if row.starts_on <= on else "To come", "grey")
    return entry(row.full_name, rows, links=links if may_keep else (), tag=tag)


@require_http_methods(FORM)
@requires(P.CONDITIONS_KEEP)
def contact_new(request, code, programme):
    """Name the contact from a day on."""
    authority = authority_for(request, P.CONDITIONS_KEEP, code, programme)
    form = ContactForm(sent(request), on=request.viewer.on, initial={"starts_on": request.viewer.on})

    def name(given, at):
        actions.name_contact(authority=authority, programme=programme, by=request.user, at=at, **given)
        return url_at("contact-list", authority, programme)

    done = carry_out(request, form, name, done="The contact is named.")
    return done or form_page(request, form, "Name the contractor's main contact", authority, programme)


def contact_for(request, code, programme, pk) -> ProgrammeContact:
    rows = ProgrammeContact.objects.select_related("authority")
    return fetch(request.viewer, P.CONDITIONS_KEEP, rows, pk=pk, authority__code=code, programme=programme)


@require_http_methods(FORM)
@requires(P.CONDITIONS_KEEP)
def contact_told(request, code, programme, pk):
    """Record the day on which the contractor was told."""
    contact = contact_for(request, code, programme, pk)
    form = ToldForm(sent(request), on=request.viewer.on)

    def tell(given, at):
        actions.tell_contact(contact=contact, by=request.user, at=at, **given)
        return url_at("contact-list", contact.authority, programme)

    done = carry_out(request, form, tell, done="The day is recorded.")
    heading = f"When was the contractor told of {contact.full_name}?"
    return done or form_page(request, form, heading, contact.authority, programme)


@require_http_methods(FORM)
@requires(P.CONDITIONS_KEEP)
def contact_end(request, code, programme, pk):
    """Set the last day of a contact whom nobody follows at once."""
    contact = contact_for(request, code, programme, pk)
    form = LastDayForm(sent(request))

    def end(given, at):
        actions.end_contact(contact=contact, by=request.user, at=at, **given)
        return url_at("contact-list", contact.authority, programme)

    done = carry_out(request, form, end, done="The last day is set.")
    return done or form_page(request, form, f"Last day of {contact.full_name} as contact", contact.authority, programme)


# -------------------------------------------------------------------------------------------------------------- sharing


@require_http_methods(READ)
@requires(P.GRANT_RECORD_VIEW)
def sharing(request, code, programme):
    """What was shared with the contractor, and the yearly statements (COG-I)."""
    authority = authority_for(request, P.GRANT_RECORD_VIEW, code, programme)
    of_programme = {"authority": authority, "programme": programme}
    may_keep = request.viewer.has(P.CONDITIONS_KEEP)
    shares = InformationShare.objects.filter(**of_programme).select_related("made_by").order_by("-shared_on", "-pk")
    statements = YearlyStatement.objects.filter(**of_programme).select_related("made_by").order_by("-stated_on", "-pk")
    strike = (authority, programme, may_keep)
    return log_page(
        request, "Sharing log and yearly statement", "sharing", authority, programme,
        introduction="Each of the four uses needs an entry in the twelve months up to the day asked, and the SIP manager states "
        "once a year how information from School Improvement Partners (SIPs) was used.",
        entries=[share_entry(row, *strike) for row in shares[:LATEST]],
        empty="Nothing is logged yet.",
        add=Link("Log what was shared", url_at("share-new", authority, programme)) if may_keep else None,
        second="Yearly statements",
        second_entries=[statement_entry(row, *strike) for row in statements[:LATEST]],
        second_empty="No statement has been made yet.",
        second_add=Link("Make a statement", url_at("statement-new", authority, programme)) if may_keep else None,
    )  # fmt: skip


def strike_links(kind: str, row, authority, programme: str, may_keep: bool, hidden: str) -> tuple[Link, ...]:
    if not may_keep:
        return ()
    return (Link("Strike it out", url_at("record-strike", authority, programme, kind, row.pk), hidden),)


def share_entry(row: InformationShare, authority: Authority, programme: str, may_keep: bool) -> dict:
    title = f"{row.get_use_display()}, {day(row.shared_on)}"
    rows = [
        SummaryRow("What was shared", row.items),
        SummaryRow("Received by", row.recipient),
        SummaryRow("Notes of visit in it", str(row.notes)),
        SummaryRow("Logged by", row.made_by.full_name if row.made_by else ""),
    ]
    return entry(title, rows, record=row, links=strike_links("share", row, authority, programme, may_keep, title))


def statement_entry(row: YearlyStatement, authority: Authority, programme: str, may_keep: bool) -> dict:
    title = f"Statement of {day(row.stated_on)}"
    rows = [SummaryRow("Text", row.text), SummaryRow("Made by", row.made_by.full_name if row.made_by else "")]
    return entry(title, rows, record=row, links=strike_links("statement", row, authority, programme, may_keep, title))


@require_http_methods(FORM)
@requires(P.CONDITIONS_KEEP)
def share_new(request, code, programme):
    """Log something that was shared."""
    authority = authority_for(request, P.CONDITIONS_KEEP, code, programme)
    form = ShareForm(sent(request), on=request.viewer.on, initial={"shared_on": request.viewer.on})

    def log(given, at):
        actions.share_information(authority=authority, programme=programme, by=request.user, at=at, **given)
        return url_at("sharing", authority, programme)

    done = carry_out(request, form, log, done="It is logged.")
    return done or form_page(request, form, "Log what was shared", authority, programme)


@require_http_methods(FORM)
@requires(P.CONDITIONS_KEEP)
def statement_new(request, code, programme):
    """Make the yearly statement."""
    authority = authority_for(request, P.CONDITIONS_KEEP, code, programme)
    form = StatementForm(sent(request))

    def make(given, at):
        actions.make_statement(authority=authority, programme=programme, by=request.user, at=at, **given)
        return url_at("sharing", authority, programme)

    done = carry_out(request, form, make, done="The statement is made.")
    return done or form_page(request, form, "Make the yearly statement", authority, programme)


# ----------------------------------------------------------------------------------------------------------- endeavours


@require_http_methods(READ)
@requires(P.GRANT_RECORD_VIEW)
def endeavour_list(request, code, programme):
    """What was done about shortfalls (COG-D, COG-E)."""
    authority = authority_for(request, P.GRANT_RECORD_VIEW, code, programme)
    rows = Endeavour.objects.filter(authority=authority, programme=programme).order_by("-done_on", "-pk")
    may_keep = request.viewer.has(P.CONDITIONS_KEEP)
    return log_page(
        request, "Endeavours", "endeavour-list", authority, programme,
        introduction="A shortfall of best endeavours does not by itself break the conditions. What was done about it shows that "
        "the endeavours were made.",
        entries=[endeavour_entry(row, authority, programme, may_keep) for row in rows[:LATEST]],
        empty="Nothing is logged yet.",
        add=Link("Log what was done", url_at("endeavour-new", authority, programme)) if may_keep else None,
    )  # fmt: skip


def endeavour_entry(row: Endeavour, authority: Authority, programme: str, may_keep: bool) -> dict:
    rows = [
        SummaryRow("Condition", said_of(row.condition, programme, row.done_on)),
        SummaryRow("What was done", row.says),
        SummaryRow("By", row.who),
    ]
    title = day(row.done_on)
    return entry(title, rows, record=row, links=strike_links("endeavour", row, authority, programme, may_keep, title))


@require_http_methods(FORM)
@requires(P.CONDITIONS_KEEP)
def endeavour_new(request, code, programme):
    """Log what was done about a shortfall."""
    authority = authority_for(request, P.CONDITIONS_KEEP, code, programme)
    on = request.viewer.on
    start = {"done_on": on, "who": request.user.full_name, "condition": request.GET.get("condition", "")}
    form = EndeavourForm(sent(request), on=on, conditions=condition_choices(programme, on), initial=start)

    def log(given, at):
        actions.log_endeavour(authority=authority, programme=programme, by=request.user, at=at, **given)
        return url_at("endeavour-list", authority, programme)

    done = carry_out(request, form, log, done="It is logged, and shown with the condition.")
    return done or form_page(request, form, "Log what was done about a shortfall", authority, programme)


@require_http_methods(FORM)
@requires(P.CONDITIONS_KEEP)
def record_strike(request, code, programme, kind, pk):
    """Strike out what was entered in error."""
    if kind not in STRUCK:
        raise Http404("Nothing of that kind can be struck out")
    model, permission, back = STRUCK[kind]
    rows = model.objects.select_related("authority").filter(struck_at=None)
    record = fetch(request.viewer, permission, rows, pk=pk, authority__code=code, programme=programme)
    return _strike(request, record, back)


def _strike(request, record, back: str):
    form = StrikeForm(sent(request))

    def strike(given, at):
        actions.strike_out(record=record, by=request.user, at=at, **given)
        return url_at(back, record.authority, record.programme)

    done = carry_out(request, form, strike, done="It is struck out and counts for nothing.")
    return done or form_page(request, form, "Strike out what was entered in error", record.authority, record.programme)


# ------------------------------------------------------------------------------------------------------------ sanctions


@require_http_methods(READ)
@requires(P.GRANT_RECORD_VIEW)
def sanction_list(request, code, programme):
    """What was done because conditions were not kept (COG-K)."""
    authority = authority_for(request, P.GRANT_RECORD_VIEW, code, programme)
    rows = Sanction.objects.filter(authority=authority, programme=programme).order_by("-starts_on", "-pk")
    may_record = request.viewer.has(P.SANCTION_RECORD)
    return log_page(
        request, "Sanctions", "sanction-list", authority, programme,
        introduction="Where conditions are not kept, payments may be suspended or withheld, assistance withdrawn, and payments "
        "already made recovered, wholly or in part.",
        entries=[sanction_entry(row, authority, programme, may_record) for row in rows[:LATEST]],
        empty="No action has been taken.",
        add=Link("Log an action", url_at("sanction-new", authority, programme)) if may_record else None,
    )  # fmt: skip


def sanction_entry(row: Sanction, authority: Authority, programme: str, may_record: bool) -> dict:
    rows = [
        SummaryRow("When", span(row.starts_on, row.ends_on) if row.ends_on else f"Since {day(row.starts_on)}"),
        SummaryRow("Amount", f"£{row.amount:,.2f}" if row.amount else "None given"),
        SummaryRow("What was done, and why", row.says),
    ]
    title = f"{row.get_kind_display()}, {day(row.starts_on)}"
    links = [Link("Set a last day", url_at("sanction-end", authority, programme, row.pk), title)] * (row.ends_on is None)
    links.append(Link("Strike it out", url_at("sanction-strike", authority, programme, row.pk), title))
    return entry(title, rows, record=row, links=links if may_record else ())


@require_http_methods(FORM)
@requires(P.SANCTION_RECORD)
def sanction_new(request, code, programme):
    """Log an action."""
    authority = authority_for(request, P.SANCTION_RECORD, code, programme)
    form = SanctionForm(sent(request), initial={"starts_on": request.viewer.on})

    def log(given, at):
        actions.record_sanction(authority=authority, programme=programme, by=request.user, at=at, **given)
        return url_at("sanction-list", authority, programme)

    done = carry_out(request, form, log, done="The action is logged. While it runs the conditions show it.")
    return done or form_page(request, form, "Log an action taken because conditions were not kept", authority, programme)


def sanction_for(request, code, programme, pk) -> Sanction:
    rows = Sanction.objects.select_related("authority").filter(struck_at=None)
    return fetch(request.viewer, P.SANCTION_RECORD, rows, pk=pk, authority__code=code, programme=programme)


@require_http_methods(FORM)
@requires(P.SANCTION_RECORD)
def sanction_end(request, code, programme, pk):
    """Set the last day of an action."""
    sanction = sanction_for(request, code, programme, pk)
    form = LastDayForm(sent(request))

    def end(given, at):
        actions.end_sanction(sanction=sanction, by=request.user, at=at, **given)
        return url_at("sanction-list", sanction.authority, programme)

    done = carry_out(request, form, end, done="The last day is set.")
    return done or form_page(request, form, "When did the action end?", sanction.authority, programme)


@require_http_methods(FORM)
@requires(P.SANCTION_RECORD)
def sanction_strike(request, code, programme, pk):
    """Strike out an action that was logged in error."""
    return _strike(request, sanction_for(request, code, programme, pk), "sanction-list")
