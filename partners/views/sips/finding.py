"""Shortlists and SIPs side by side (REG-20, SPM-4). A GET changes nothing."""

from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import can, fetch, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import AddToShortlistForm, EntryNoteForm, ShortlistForm
from partners.models import Partner, Shortlist, ShortlistEntry
from partners.registers import MOST_COMPARED, MOST_LISTED, shortlist_rows
from partners.rows import sectors_on, with_standing, with_work
from partners.weighing import weighed
from schools.models import School
from sipmanager.core import clock, exports
from sipmanager.core.parts import Link
from sipmanager.core.wording import counted
from sipmanager.core.workflow import MoveRefused

from ..shared import FORM, READ, carry_out, partner_url, sent

FIND = "Find a SIP"


def finding_trail(*more) -> list[tuple[str, str]]:
    return [("My work", "/"), (FIND, reverse("partners:find")), *more]


def list_trail(shortlist: Shortlist | None = None) -> list[tuple[str, str]]:
    lists = ("Shortlists", reverse("partners:shortlist-list"))
    return finding_trail(lists, (shortlist.name, shortlist_url(shortlist))) if shortlist else finding_trail(lists)


def shortlist_url(shortlist: Shortlist) -> str:
    return reverse("partners:shortlist-detail", args=[shortlist.pk])


def shortlist_for(request, pk: int) -> Shortlist:
    rows = Shortlist.objects.select_related("authority", "school", "made_by")
    return fetch(request.viewer, P.SHORTLIST_USE, rows, pk=pk)


def entry_for(request, pk: int, entry_pk: int) -> ShortlistEntry:
    """An entry of a shortlist that the viewer reaches, of a SIP within reach."""
    shortlist = shortlist_for(request, pk)
    entry = shortlist.entries.filter(pk=entry_pk, removed_at=None).select_related("shortlist__authority", "partner").first()
    if entry is None or not can(request.viewer, P.SHORTLIST_USE, entry.partner):
        raise Http404("No such entry")
    return entry


def reached(request):
    """The SIPs that the viewer may put on a list or compare, with what rows of them show."""
    on = request.viewer.on
    rows = Partner.objects.visible_to(request.viewer, P.SHORTLIST_USE)
    return with_work(with_standing(rows, on), on).prefetch_related(sectors_on(on))


def asked_for(request, most: int) -> list[str]:
    """The references that an address names, each once, in its order."""
    named = [text for text in request.GET.getlist("sip") if len(text) <= 20]
    return list(dict.fromkeys(named))[:most]


def school_asked(request) -> School | None:
    urn = request.GET.get("school", "")
    return School.objects.visible_to(request.viewer, P.SCHOOL_VIEW).filter(urn=urn).first() if urn else None


# -------------------------------------------------------------------------------------------------------- comparing


@require_http_methods(READ)
@requires(P.SHORTLIST_USE)
def compare(request):
    """Up to six SIPs side by side; with a school, how each fits it."""
    references = asked_for(request, MOST_COMPARED + 1)
    school, on = school_asked(request), request.viewer.on
    found = {partner.reference: partner for partner in reached(request).filter(reference__in=references)}
    partners = [found[reference] for reference in references if reference in found][:MOST_COMPARED]
    sides = selectors.side_by_side(partners, authority_ids=request.viewer.authority_ids, on=on, school=school)
    query = urlencode([*(("sip", partner.reference) for partner in partners), *([("school", school.urn)] if school else [])])
    context = {
        "school": school,
        "sides": [{"partner": side.partner, "url": partner_url(side.partner), "deploy_url": ""} for side in sides],
        "rows": weighed(sides, school),
        "is_cut": len(references) > MOST_COMPARED,
        "add_url": f"{reverse('partners:shortlist-add')}?{query}",
        "breadcrumbs": finding_trail(),
    }
    if request.viewer.has(P.DEPLOYMENT_PROPOSE):
        for side in context["sides"]:
            side["deploy_url"] = deploy_url(side["partner"], school)
    return render(request, "partners/finding/compare.html", context)


def deploy_url(partner: Partner, school: School | None) -> str:
    if school is not None:
        return reverse("partners:deploy-check", args=[school.urn, partner.reference])
    return f"{reverse('partners:deploy-school')}?{urlencode({'partner': partner.reference})}"


# -------------------------------------------------------------------------------------------------------- shortlists


@require_http_methods(FORM)
@requires(P.SHORTLIST_USE)
def shortlist_new(request):
    """Open an empty shortlist."""
    form = ShortlistForm(sent(request), viewer=request.viewer, initial={"school": school_asked(request)})

    def save(given, at):
        shortlist = actions.open_shortlist(by=request.user, at=at, **given)
        return shortlist_url(shortlist)

    done = carry_out(request, form, save, done="The shortlist is open. Find SIPs and add them to it.")
    return done or render(
        request, "partners/form.html", {"form": form, "heading": "Open a shortlist", "breadcrumbs": list_trail()}
    )


@require_http_methods(FORM)
@requires(P.SHORTLIST_USE)
def shortlist_add(request):
    """Add the chosen SIPs to a shortlist that is open, or to a new one."""
    references = asked_for(request, MOST_LISTED + 1)
    partners = list(
        Partner.objects.visible_to(request.viewer, P.SHORTLIST_USE)
        .filter(reference__in=references)
        .order_by("full_name", "pk")
    )
    school = school_asked(request)
    mine = Shortlist.objects.visible_to(request.viewer, P.SHORTLIST_USE).filter(closed_at=None)
    form = AddToShortlistForm(
        sent(request), viewer=request.viewer, shortlists=mine.select_related("authority").order_by("name", "pk"),
        initial={"school": school},
    )  # fmt: skip

    def add(given, at):
        return shortlist_url(filled(given, partners, request.user, at))

    done = carry_out(request, form, add, done="Added to the shortlist.") if partners else None
    context = {
        "form": form,
        "heading": f"Add {counted(len(partners), 'SIP')} to a shortlist",
        "partners": partners,
        "is_too_many": len(references) > MOST_LISTED,
        "most": MOST_LISTED,
        "breadcrumbs": finding_trail(),
    }
    return done or render(request, "partners/finding/add.html", context)


def filled(given, partners, by, at) -> Shortlist:
    """The shortlist that the form names, or a new one, with the SIPs on it."""
    shortlist = given.pop("open")
    given.pop("shortlist")
    return actions.put_on_shortlist(shortlist=shortlist, partners=partners, by=by, at=at, **given)


@require_http_methods(READ)
@requires(P.SHORTLIST_USE)
def shortlist_detail(request, pk):
    """The SIPs of a shortlist in order, each with a note; `?format=csv` and `xlsx` are the same as a file."""
    shortlist = shortlist_for(request, pk)
    entries = shortlist.entries.filter(removed_at=None).order_by("position", "pk")
    found = {partner.pk: partner for partner in reached(request).filter(pk__in=entries.values("partner_id"))}
    shown = [(entry, found[entry.partner_id]) for entry in entries if entry.partner_id in found]
    wanted = request.GET.get("format", "")
    if wanted in ("csv", "xlsx"):
        respond = exports.csv_response if wanted == "csv" else exports.xlsx_response
        return respond(exports.rows_of(shown, shortlist_rows(shortlist)), "shortlist")
    may_change = shortlist.closed_at is None
    context = {
        "shortlist": shortlist,
        "entries": [entry_card(request, shortlist, *pair, at, len(shown)) for at, pair in enumerate(shown, start=1)],
        "out_of_reach": entries.count() - len(shown),
        "count_words": counted(len(shown), "SIP"),
        "may_change": may_change,
        "is_mine": shortlist.made_by_id == request.user.pk,
        "compare_url": reverse("partners:compare"),
        "export_urls": [Link(kind.upper(), f"?format={kind}") for kind in ("csv", "xlsx")],
        "breadcrumbs": list_trail(),
    }
    return render(request, "partners/finding/shortlist.html", context)


def entry_card(request, shortlist: Shortlist, entry: ShortlistEntry, partner: Partner, place: int, last: int) -> dict:
    """One SIP on the list: who, the note, and what can be done with the entry."""
    address = {"args": [shortlist.pk, entry.pk]}
    reasons = [", ".join(dict.fromkeys(award.get_sector_display() for award in partner.sectors_held)) or "No accreditation"]
    reasons.append(counted(partner.schools_held, "school") + " today" if partner.schools_held else "no school today")
    reasons.append("days not planned" if partner.days_free is None else f"{partner.days_free.normalize():f} days free")
    return {
        "entry": entry,
        "partner": partner,
        "url": partner_url(partner),
        "reasons": reasons,
        "note_url": reverse("partners:entry-note", **address),
        "place_url": reverse("partners:entry-place", **address),
        "remove_url": reverse("partners:entry-remove", **address),
        "up": place - 1,
        "down": place + 1 if place < last else 0,
        "deploy_url": deploy_url(partner, shortlist.school) if request.viewer.has(P.DEPLOYMENT_PROPOSE) else "",
    }


@require_http_methods(FORM)
@requires(P.SHORTLIST_USE)
def shortlist_change(request, pk):
    """Rename a shortlist, say for which school it is, share it."""
    shortlist = shortlist_for(request, pk)
    initial = {"name": shortlist.name, "school": shortlist.school, "is_shared": shortlist.is_shared}
    form = ShortlistForm(sent(request), viewer=request.viewer, shortlist=shortlist, initial=initial)

    def save(given, at):
        is_shared = given["is_shared"] if "is_shared" in form.fields else shortlist.is_shared
        actions.change_shortlist(
            shortlist=shortlist, name=given["name"], school=given["school"], is_shared=is_shared, by=request.user, at=at
        )
        return shortlist_url(shortlist)

    done = carry_out(request, form, save, done="The shortlist is changed.")
    return done or render(
        request, "partners/form.html", {"form": form, "heading": "Change the shortlist", "breadcrumbs": list_trail(shortlist)}
    )


@require_http_methods(FORM)
@requires(P.SHORTLIST_USE)
def shortlist_close(request, pk):
    """Close a shortlist, after a look at what it means."""
    shortlist = shortlist_for(request, pk)
    if shortlist.made_by_id != request.user.pk:
        raise Http404("Whoever opened the shortlist closes it")
    if request.method == "POST":
        return moved(request, lambda at: actions.close_shortlist(shortlist=shortlist, by=request.user, at=at), list_url())
    context = {
        "heading": f"Close the shortlist {shortlist.name}",
        "text": "It can no longer be changed, and leaves the list of open shortlists. What was on it stays on record.",
        "button_label": "Close the shortlist",
        "is_destructive": True,
        "cancel_url": shortlist_url(shortlist),
        "breadcrumbs": list_trail(shortlist),
    }
    return render(request, "_parts/confirm_page.html", context)


def list_url() -> str:
    return reverse("partners:shortlist-list")


# ----------------------------------------------------------------------------------------------------------- entries


@require_http_methods(FORM)
@requires(P.SHORTLIST_USE)
def entry_note(request, pk, entry_pk):
    """Say in a line why this SIP is on the list."""
    entry = entry_for(request, pk, entry_pk)
    form = EntryNoteForm(sent(request), initial={"note": entry.note})

    def save(given, at):
        actions.note_on_shortlist(entry=entry, note=given["note"], by=request.user, at=at)
        return shortlist_url(entry.shortlist)

    done = carry_out(request, form, save, done="The note is saved.")
    heading = f"Note on {entry.partner.full_name}"
    return done or render(
        request, "partners/form.html", {"form": form, "heading": heading, "breadcrumbs": list_trail(entry.shortlist)}
    )


@require_POST
@requires(P.SHORTLIST_USE)
def entry_place(request, pk, entry_pk):
    """Put an entry at another place of the list."""
    entry = entry_for(request, pk, entry_pk)
    text = request.POST.get("place", "")
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        return HttpResponseBadRequest()
    return moved(
        request, lambda at: actions.place_on_shortlist(entry=entry, place=int(text), by=request.user, at=at),
        shortlist_url(entry.shortlist),
    )  # fmt: skip


@require_POST
@requires(P.SHORTLIST_USE)
def entry_remove(request, pk, entry_pk):
    """Take a SIP off a shortlist."""
    entry = entry_for(request, pk, entry_pk)
    return moved(
        request, lambda at: actions.take_off_shortlist(entry=entry, by=request.user, at=at), shortlist_url(entry.shortlist)
    )


def moved(request, act, url: str):
    """Do it and lead on; where somebody was first, the page there shows how things now stand."""
    try:
        act(clock.now())
    except MoveRefused as refusal:
        return render(request, "partners/finding/refused.html", {"reasons": refusal.reasons, "url": url})
    return redirect(url)
