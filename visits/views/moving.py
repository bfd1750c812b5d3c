"""The one address of all moves of a note (D-24): a page to confirm where one is needed, then the move."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.permissions import Permission
from sipmanager.core import clock
from sipmanager.core.forms import ErrorLine
from sipmanager.core.parts import Link
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .. import actions, forms, selectors
from ..addresses import note_address
from ..workflow import moves_for
from .shared import change_words, get_any_note, is_their_own_repeat, last_change, note_trail, refused, to_note, visit_name

P = Permission

COMMENT_LABELS = {
    "return_to_sip": "What should be changed?",
    "ask_correction": "What should be corrected?",
    "dispute": "What do you dispute, and why?",
    "moderate": "Your decision, and the reasons for it",
    "withdraw": "Why is the note withdrawn?",
    "recall": "Why do you take it back?",
}
MISSING = {
    "return_to_sip": "Enter what should be changed",
    "ask_correction": "Enter what should be corrected",
    "dispute": "Enter what you dispute, and why",
    "moderate": "Enter your decision, and the reasons for it",
    "withdraw": "Enter why the note is withdrawn",
}
DONE = {
    "submit": "The note is submitted to the authority.",
    "send_to_head": "The note is sent to the head.",
    "return_to_sip": "The draft is returned to its writer.",
    "agree_draft": "The draft is agreed and sent to the head.",
    "approve_draft": "The note is agreed.",
    "agree": "You have agreed the note. Thank you.",
    "ask_correction": "Your request for a correction is sent.",
    "recall": "The draft is yours again.",
    "dispute": "Your dispute is recorded.",
    "moderate": "Your decision is recorded.",
    "finalise": "The note is final.",
    "finalise_disputed": "The note is final, with both views.",
    "rework": "The report is yours again.",
    "distribute": "The note is being issued.",
    "release": "The report is being issued.",
    "amend": "The amended version is being issued.",
    "withdraw": "The note is being withdrawn.",
}
# Moves that have a page of their own, where what they need stands beside the decision.
PAGES = {
    "agree_draft": "visits:note-review",
    "approve_draft": "visits:note-review",
    "return_to_sip": "visits:note-review",
    "moderate": "visits:note-moderate",
    "distribute": "visits:note-distribute",
    "release": "visits:note-distribute",
    "amend": "visits:note-amend",
}
PAGE_LABELS = {
    "visits:note-review": "Read and decide",
    "visits:note-moderate": "Decide the dispute",
    "visits:note-distribute": "Issue the note",
    "visits:note-amend": "Amend the note",
}
DESTRUCTIVE = frozenset({"withdraw"})


@dataclass(frozen=True)
class Decision:
    """One of several moves among which a person chooses, as a radio with its comment."""

    name: str
    label: str
    says: str
    comment_label: str = ""
    refusals: tuple[str, ...] = ()
    typed: str = ""


@dataclass(frozen=True)
class Way:
    """One way on from where a note stands: a link to a page, or a button that does it."""

    label: str
    url: str
    says: str = ""
    is_post: bool = False
    kind: str = "secondary"
    refusals: tuple[str, ...] = ()
    fields: dict = field(default_factory=dict)


# What a reader chooses from: of a draft at the authority, and of one with the head.
AT_THE_AUTHORITY = ("agree_draft", "approve_draft", "return_to_sip")
WITH_THE_HEAD = ("agree", "ask_correction", "dispute")


def decisions(moves, *names: str, typed=None) -> list[Decision]:
    """The moves of these names as things to choose from, in this order. `typed` is what came with a form."""
    by_name, typed = {move.name: move for move in moves}, typed or {}
    return [
        Decision(
            name, move.label, move.says, comment_label(move), tuple(str(need) for need in move.refusals),
            typed.get(f"comment-{name}", "").replace("\x00", ""),
        )
        for name in names
        if (move := by_name.get(name))
    ]  # fmt: skip


def comment_label(move) -> str:
    if not move.comment:
        return ""
    label = COMMENT_LABELS.get(move.name, "Comment")
    return label if move.comment == "required" else f"{label} (optional)"


def ways_on(note, moves) -> list[Way]:
    """What may be done with a note from its own page; the first is what is likely to be wanted."""
    found, seen = [], set()
    for move in moves:
        page = PAGES.get(move.name, "")
        if page in seen:
            continue
        if page:
            seen.add(page)
            found.append(Way(PAGE_LABELS[page], reverse(page, args=[note.pk]), "", kind="secondary"))
        elif move.comment or move.name in DESTRUCTIVE:
            address = f"{reverse('visits:note-move', args=[note.pk])}?name={move.name}"
            found.append(Way(move.label, address, move.says, refusals=tuple(str(need) for need in move.refusals)))
        else:
            fields = {"name": move.name, "version": note.content_version}
            address, needs = reverse("visits:note-move", args=[note.pk]), tuple(str(need) for need in move.refusals)
            found.append(Way(move.label, address, move.says, True, refusals=needs, fields=fields))
    if found and found[0].label not in ("Withdraw the note", "Amend the note", "Take the draft back"):
        first = found[0]
        found[0] = Way(first.label, first.url, first.says, first.is_post, "", first.refusals, first.fields)
    return found


@requires(P.NOTE_DRAFT_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def note_move(request, pk):
    """POST `name`, `version` and `comment`: the move is made or refused with sentences. GET `?name=`: its confirm page."""
    note = get_any_note(request, pk)
    given = request.POST if request.method == "POST" else request.GET
    name = given.get("name", "")
    moves = {move.name: move for move in moves_for(note=note, viewer=request.viewer, on=request.viewer.on)}
    move = moves.get(name)
    comment = (request.POST.get("comment") or request.POST.get(f"comment-{name}") or "").replace("\x00", "").strip()
    if not name and request.method == "POST" and (chosen_from := decisions(moves.values(), *AT_THE_AUTHORITY, *WITH_THE_HEAD)):
        return choose(request, note, moves.values(), chosen_from[0].name in WITH_THE_HEAD)
    if move is None:
        return too_late(request, note, name, comment)
    if request.method != "POST":
        return confirm_page(request, note, move)
    try:
        note = actions.move_note(
            note=note, name=name, viewer=request.viewer, at=clock.now(), version=version_seen(request), comment=comment
        )  # fmt: skip
    except OutOfDate:
        return too_late(request, note, name, comment)
    except MoveRefused as refusal:
        return not_yet(request, note, move, refusal.reasons, comment)
    return gone_through(request, note, name)


def version_seen(request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def choose(request, note, moves, is_head: bool):
    """Sent with nothing chosen: the same choice again, with what was typed."""
    names = WITH_THE_HEAD if is_head else AT_THE_AUTHORITY
    shown = decisions(moves, *names, typed=request.POST)
    open_ones = [one for one in shown if not one.refusals] or shown
    says = "Select your answer to the whole note" if is_head else "Select your decision"
    context = {
        "note": note,
        "heading": "Nothing has been chosen yet",
        "caption": visit_name(note.visit),
        "decisions": shown,
        "title": "What is your answer to the whole note?" if is_head else "What is your decision?",
        "button": "Send my answer" if is_head else "Send my decision",
        "error": says,
        "errors": [ErrorLine(says, f"decision-{open_ones[0].name}")],
        "decide_section": f"note:{note.pk}:decision",
        "version": version_seen(request),
        "from": "queue" if request.POST.get("from") == "queue" else "",
        "cancel": Link("Go back to the note", note_address(request.viewer, note.pk)),
        "breadcrumbs": note_trail(request, note),
    }
    return render(request, "visits/choose.html", context, status=400)


def confirm_page(request, note, move, *, comment="", reasons=(), status=200):
    form = forms.MoveForm({"comment": comment} if reasons else None, label=comment_label(move) or "Comment", submit=move.label)
    context = {
        "form": form if move.comment else None,
        "note": note,
        "move": move,
        "errors": [ErrorLine(reason, "id_comment" if move.comment else "") for reason in reasons],
        "heading": move.label,
        "caption": visit_name(note.visit),
        "is_destructive": move.name in DESTRUCTIVE,
        "breadcrumbs": note_trail(request, note),
        "parking_section": f"note:{note.pk}:{move.name}",
        "cancel": Link("Go back to the note", note_address(request.viewer, note.pk)),
    }
    return render(request, "visits/move.html", context, status=status)


def not_yet(request, note, move, reasons, comment):
    """What is missing: of the comment, mended on the spot; of the note, with the way to it."""
    if move.comment and not move.refusals:
        if move.comment == "required" and not comment:
            reasons = [MISSING.get(move.name, *reasons[:1])]
        return confirm_page(request, note, move, comment=comment, reasons=reasons)
    heading = f"You cannot {move.label[:1].lower()}{move.label[1:]} yet"
    back = Link("Go back to the note", note_address(request.viewer, note.pk))
    return refused(request, heading=heading, reasons=reasons, back=back, trail=note_trail(request, note), status=409)


def too_late(request, note, name, comment=""):
    """Somebody else was first: who did what, and the comment that was typed. A second click is no clash."""
    note.refresh_from_db()
    pending = selectors.issue_pending(note)
    is_asked_already = pending is not None and pending.move == name and pending.asked_by_id == request.user.pk
    if is_asked_already or (name and is_their_own_repeat(name=name, note=note, user=request.user)):
        return to_note(request, note)
    still = any(move.name == name for move in moves_for(note=note, viewer=request.viewer, on=request.viewer.on))
    context = {
        "note": note,
        "heading": "This note has changed since you opened it",
        "change_words": change_words(last_change(note)),
        "comment": comment,
        "note_url": note_address(request.viewer, note.pk),
        "again_url": f"{reverse('visits:note-move', args=[note.pk])}?name={name}" if still else "",
        "breadcrumbs": note_trail(request, note),
    }
    return render(request, "visits/out_of_date.html", context, status=409)


def gone_through(request, note, name):
    messages.success(request, DONE.get(name, "Done."))
    if request.POST.get("from") == "queue":
        return redirect("visits:note-next")
    return to_note(request, note)
