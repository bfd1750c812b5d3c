"""What those who oversee several authorities keep: concerns and how far they went, editions of the brief (COG-C, COG-M)."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, requires
from accounts.permissions import P
from partners import actions
from partners.forms import BriefForm, CloseForm, ConcernForm, NothingForm, PassOnForm
from partners.models import BriefEdition, ConcernStatus, GrantConcern
from partners.workflow import CONCERN_WORKFLOW
from sipmanager.core.parts import Event, Link, SummaryRow, Tag
from sipmanager.core.wording import day
from sipmanager.core.workflow import leaving, named

from ..shared import FORM, READ, carry_out, sent
from .keeping import LATEST, LOG, entry, form_page, log_page
from .shared import authority_for, caption, condition_choices, said_of, trail, url_at

CONCERN_COLOURS = {
    ConcernStatus.RAISED: "blue", ConcernStatus.SHARED: "yellow", ConcernStatus.WITH_DIRECTOR: "orange",
    ConcernStatus.WITH_DCS: "orange", ConcernStatus.CLOSED: "grey",
}  # fmt: skip


def concern_tag(concern: GrantConcern) -> Tag:
    return Tag(concern.get_status_display(), CONCERN_COLOURS[ConcernStatus(concern.status)])


@require_http_methods(READ)
@requires(P.GRANT_CONCERN_VIEW)
def concern_list(request, code, programme):
    """A coordinator's concerns about an authority; the authority finds those that were shared with it."""
    authority = authority_for(request, P.GRANT_CONCERN_VIEW, code, programme)
    rows = GrantConcern.objects.visible_to(request.viewer).filter(authority=authority, programme=programme)
    may_raise = request.viewer.has(P.CONDITIONS_OVERSEE)
    return log_page(
        request, "Concerns of the coordinator", "concern-list", authority, programme,
        introduction="A concern is shared with the SIP manager first. Only then it goes to the senior regional director, who takes "
        "it up with the director of children's services.",
        entries=[concern_entry(row) for row in rows.order_by("-raised_at", "-pk")[:LATEST]],
        empty="There is no concern.",
        add=Link("Note a concern", url_at("concern-new", authority, programme)) if may_raise else None,
    )  # fmt: skip


def concern_entry(row: GrantConcern) -> dict:
    title = said_of(row.condition, row.programme, row.raised_at.date()) or "The work as a whole"
    link = Link("Look at it", reverse("partners:concern-detail", args=[row.pk]), f"{title}, {day(row.raised_at)}")
    return entry(title, [SummaryRow("Noted", day(row.raised_at))], links=[link], tag=concern_tag(row))


@require_http_methods(FORM)
@requires(P.CONDITIONS_OVERSEE)
def concern_new(request, code, programme):
    """Note a concern about an authority."""
    authority = authority_for(request, P.CONDITIONS_OVERSEE, code, programme)
    choices = condition_choices(programme, request.viewer.on)
    form = ConcernForm(sent(request), conditions=choices, initial={"condition": request.GET.get("condition", "")})

    def note(given, at):
        concern = actions.raise_concern(authority=authority, programme=programme, by=request.user, at=at, **given)
        return reverse("partners:concern-detail", args=[concern.pk])

    done = carry_out(request, form, note, done="The concern is noted. The authority does not see it yet.")
    return done or form_page(request, form, f"Note a concern about {authority.name}", authority, programme)


def concern_for(request, permission: P, pk: int) -> GrantConcern:
    return fetch(request.viewer, permission, GrantConcern.objects.select_related("authority", "raised_by"), pk=pk)


@require_http_methods(READ)
@requires(P.GRANT_CONCERN_VIEW)
def concern_detail(request, pk):
    """One concern: what it is, how far it went, and what can be done next."""
    concern = concern_for(request, P.GRANT_CONCERN_VIEW, pk)
    may_move = request.viewer.has(P.CONDITIONS_OVERSEE)
    moves = leaving(CONCERN_WORKFLOW, concern.status, None) if may_move else []
    rows = [
        SummaryRow("State", concern_tag(concern)),
        SummaryRow("About", said_of(concern.condition, concern.programme, concern.raised_at.date()) or "The work as a whole"),
        SummaryRow("Concern", concern.says),
    ]
    context = {
        "heading": "Concern of the coordinator", "caption": caption(concern.authority, concern.programme), "rows": rows,
        "events": concern_events(concern),
        "moves": [
            {"label": row.label, "says": row.says, "url": reverse("partners:concern-move", args=[concern.pk, row.name]),
             "asks": row.name in ASKS, "kind": "" if index == 0 else "secondary"}
            for index, row in enumerate(moves)
        ],
        "breadcrumbs": [
            *trail(concern.authority, concern.programme),
            ("Concerns of the coordinator", url_at("concern-list", concern.authority, concern.programme)),
        ],
    }  # fmt: skip
    return render(request, "partners/conditions/concern.html", context)


def concern_events(concern: GrantConcern) -> list[Event]:
    """How far it went, the newest first."""
    found = [Event("Noted", concern.raised_at, by=concern.raised_by.full_name if concern.raised_by else "")]
    steps = (
        (concern.shared_on, "Shared with the SIP manager", ""),
        (concern.director_on, "Passed to the senior regional director", concern.director),
        (concern.dcs_on, "Taken up with the director of children's services", ""),
        (concern.closed_on, "Closed", concern.outcome),
    )
    found += [Event(title, on, text=text) for on, title, text in steps if on]
    return found[::-1]


# The moves that ask for something first.
ASKS = {"pass_on": PassOnForm, "close": CloseForm}


@require_http_methods(FORM)
@requires(P.CONDITIONS_OVERSEE)
def concern_move(request, pk, name):
    """Move a concern on; some moves ask for a name or for what came of it first."""
    concern = concern_for(request, P.CONDITIONS_OVERSEE, pk)
    if name not in {row.name for row in CONCERN_WORKFLOW}:
        raise Http404("No such move")
    row = named(CONCERN_WORKFLOW, name)
    form = ASKS.get(name, NothingForm)(sent(request))
    url = reverse("partners:concern-detail", args=[concern.pk])

    def move(given, at):
        actions.move_concern(concern=concern, name=name, by=request.user, at=at, **given)
        return url

    done = carry_out(request, form, move, done="It is recorded.")
    return done or form_page(request, form, row.label, concern.authority, concern.programme, text=row.says)


# ------------------------------------------------------------------------------------------------------------ the brief


@require_http_methods(READ)
@requires(P.CONDITIONS_OVERSEE)
def brief_list(request):
    """The editions of the national brief (COG-C)."""
    rows = BriefEdition.objects.order_by("-starts_on")[:LATEST]
    entries = [entry(row.edition, [SummaryRow("Holds from", row.starts_on)]) for row in rows]
    context = {
        "heading": "Editions of the national brief", "caption": "", "breadcrumbs": trail(), "entries": entries,
        "introduction": "Agreements with School Improvement Partners (SIPs) cite the edition in force on their first day.",
        "empty": "No edition is recorded yet, so nobody can say whether agreements cite it.",
        "add": Link("Record an edition", reverse("partners:brief-new")) if request.viewer.has(P.BRIEF_EDIT) else None,
    }  # fmt: skip
    return render(request, LOG, context)


@require_http_methods(FORM)
@requires(P.BRIEF_EDIT)
def brief_new(request):
    """Record an edition."""
    form = BriefForm(sent(request))

    def record(given, at):
        actions.record_brief(by=request.user, at=at, **given)
        return reverse("partners:brief-list")

    done = carry_out(request, form, record, done="The edition is recorded.")
    context = {"form": form, "heading": "Record an edition of the national brief", "caption": "", "breadcrumbs": trail()}
    return done or render(request, "partners/conditions/form.html", context)
