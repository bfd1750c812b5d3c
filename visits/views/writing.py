"""Writing a note: its sections one by one, saved as one goes, its recommendations, and the whole of it before it is sent."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires
from accounts.permissions import Permission
from accounts.sessions import is_no_activity
from sipmanager.core import clock
from sipmanager.core.forms import error_lines
from sipmanager.core.parts import Link, Tag, Task
from sipmanager.core.wording import clock_time, counted
from sipmanager.core.workflow import MoveRefused

from .. import actions, forms, selectors
from ..addresses import note_address
from ..states import EDITABLE
from ..tables import note_tag, occasion
from ..workflow import moves_for
from .shared import change_words, get_note, last_change, note_trail, said, visit_name

P = Permission

EXPECTED_AT_MOST = 4  # recommendations (NOV-27)
NOT_STARTED, STARTED, DONE, OPTIONAL = "Not started", "Started", "Done", "Optional"
COLOURS = {NOT_STARTED: "blue", STARTED: "teal", OPTIONAL: "grey"}


@dataclass(frozen=True)
class Step:
    """One page of the writing of a note, and how far it has come."""

    key: str
    label: str
    url: str
    status: str
    remarks: int = 0
    is_current: bool = False

    @property
    def remarks_words(self) -> str:
        return counted(self.remarks, "remark")

    @property
    def task(self) -> Task:
        hint = counted(self.remarks, "remark") if self.remarks else ""
        tag = Tag(self.status, COLOURS[self.status]) if self.status in COLOURS else None
        return Task(self.label, self.url, hint, "" if tag else "Completed", tag)


def writable(request, pk):
    """The note, if it is this person's to write; `None` in its place once it is no longer being drafted."""
    note = get_note(request, pk, P.NOTE_WRITE)
    return note if note.status in EDITABLE else None


def reviews_of(note):
    """What became of the recommendations carried in from earlier notes, in the order in which they were made (NOV-28)."""
    return list(note.reviews.select_related("recommendation__note__visit").order_by("pk"))


def steps(note, current: str = "") -> list[Step]:
    """Every step in the order of writing: what became of earlier recommendations, the sections, the new ones."""
    found = []
    reviews = reviews_of(note)
    if reviews:
        done = sum(1 for review in reviews if review.outcome)
        status = DONE if done == len(reviews) else STARTED if done else NOT_STARTED
        address = reverse("visits:note-reviews", args=[note.pk])
        found.append(Step("reviews", "Earlier recommendations", address, status, is_current=current == "reviews"))
    for view in selectors.sections_of(note=note):
        key, asks = view.row.key, view.template
        status = DONE if view.is_done else STARTED if view.is_started else NOT_STARTED if asks.is_required else OPTIONAL
        address = reverse("visits:note-section", args=[note.pk, key])
        remarks = heeded(view.remarks) if view.is_started else 0
        found.append(Step(key, asks.title, address, status, remarks, is_current=key == current))
    count = len(selectors.recommendations_of(note=note))
    address = reverse("visits:note-recommendations", args=[note.pk])
    status, remarks = DONE if count else NOT_STARTED, heeded(recommendation_remarks(note))
    found.append(Step("recommendations", "Recommendations", address, status, remarks, current == "recommendations"))
    return found


def recommendation_remarks(note) -> list:
    """What the checker says of the new recommendations (NOV-23, NOV-27)."""
    return [one for one in selectors.remarks(note=note) if one.section == selectors.RECOMMENDATIONS]


def heeded(remarks) -> int:
    """How many remarks still wait for the writer: to change the text, or to say that it is meant."""
    return sum(1 for one in remarks if not one.is_meant)


def writing_context(request, note, current: str = "") -> dict:
    """What every page of the writing shows around its own middle."""
    found = steps(note, current)
    at = next((number for number, step in enumerate(found) if step.is_current), None)
    counting = [step for step in found if step.status != OPTIONAL]
    return {
        "note": note,
        "steps": found,
        "done_words": f"{sum(step.status == DONE for step in counting)} of {counted(len(counting), 'part')} done",
        "next_url": found[at + 1].url if at is not None and at + 1 < len(found) else whole_url(note),
        "caption": visit_name(note.visit),
        "draft_url": reverse("visits:note-draft", args=[note.pk]),
        "whole_url": whole_url(note),
        "breadcrumbs": note_trail(request, note),
    }


def whole_url(note) -> str:
    return reverse("visits:note-whole", args=[note.pk])


# ----------------------------------------------------------------------------------------------- the list of parts


def overview(request, note):
    """The draft's first page for its author: every part as a task, and what is said of the note as a whole."""
    context = writing_context(request, note) | {
        "heading": "Write the note",
        "status": note_tag(note),
        "tasks": [step.task for step in steps(note)],
        "asks_about_disagreement": selectors.policy_of(note=note).review_order == "head_first",
        "returned": returned_with(request, note),
        "visit_url": reverse("visits:visit-detail", args=[note.visit_id]),
        "preparation_url": reverse("visits:visit-preparation", args=[note.visit_id]),
        "breadcrumbs": note_trail(request, note, with_note=False),
    }
    return render(request, "visits/draft.html", context)


def returned_with(request, note) -> list:
    """What was said when the note came back to its author, newest first."""
    comments = selectors.comments_for(note=note, viewer=request.viewer)
    return said(note, reversed(comments))


@requires(P.NOTE_WRITE)
@require_POST
def note_disagreement(request, pk):
    """The author expects the head to disagree, or no longer does (NOV-34)."""
    note = writable(request, pk)
    if note is None:
        return no_longer(request, pk)
    is_likely = request.POST.get("is_disagreement_likely") == "yes"
    if is_likely != note.is_disagreement_likely:
        actions.mark_disagreement_likely(note=note, is_likely=is_likely, by=request.user, at=clock.now())
        says = "goes to the authority before the head" if is_likely else "goes straight to the head"
        messages.success(request, f"The note {says}.")
    return redirect("visits:note-draft", note.pk)


def no_longer(request, pk):
    """The note has left its author's desk: the page of the note says where it is."""
    messages.info(request, "This note is no longer being drafted. This is where it stands now.")
    return redirect("visits:note-detail", pk)


# -------------------------------------------------------------------------------------------------------- sections


@requires(P.NOTE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def note_section(request, pk, key):
    """One section: GET to write it, POST to save it, from the page's script or from its button."""
    is_autosave = request.headers.get("X-Autosave") == "1"
    note = writable(request, pk)
    if note is None:
        return left_while_writing(request, pk) if request.method == "POST" else no_longer(request, pk)
    view = next((one for one in selectors.sections_of(note=note) if one.row.key == key), None)
    if view is None:
        raise Http404("No such section")
    if request.method != "POST":
        return section_page(request, note, view, forms.SectionForm(section=view.template, initial=as_typed(view)))
    form = forms.SectionForm(request.POST, section=view.template)
    if not form.is_valid():
        if is_autosave:
            return JsonResponse({"message": error_lines(form)[0].message}, status=400)
        return section_page(request, note, view, form)
    try:
        return save(request, note, view, form, is_autosave)
    except actions.Conflict as conflict:
        return in_conflict(request, note, view, form, conflict, is_autosave)
    except MoveRefused:
        return left_while_writing(request, pk)


def save(request, note, view, form, is_autosave):
    """Save what the form holds, and go where its button leads."""
    key = view.row.key
    saving = {
        "note": note, "key": key, "text": form.cleaned_data["text"], "figures": form.cleaned_data["figures"],
        "version": version_meant(request, form), "by": request.user, "at": clock.now(),
    }  # fmt: skip
    if "mean" in request.POST and not is_autosave:
        is_kept = actions.save_and_mean(token=request.POST["mean"], **saving)
        return said_to_the_remark(request, is_kept, "visits:note-section", note.pk, key)
    section = actions.save_section(**saving)
    if is_autosave:
        return autosaved(request, note, view, section)
    if "resolve" in request.POST:
        messages.success(request, "Your text is saved.")
        return redirect("visits:note-section", note.pk, key)
    return redirect(writing_context(request, note, key)["next_url"])


def autosaved(request, note, view, section):
    """What the page's script is told: the new version, when it was saved, and what the checker says to it now.

    A save of nothing new does not make the session last longer (D-27).
    """
    if section.version == view.row.version:
        is_no_activity(request)
    saved_at = clock_time(section.edited_at or clock.now())
    now = next(one for one in selectors.sections_of(note=note) if one.row.key == section.key)
    context = {"remarks": now.remarks if now.is_started else (), "remarks_form": "section-form"}
    remarks = render_to_string("visits/_remarks.html", context, request)
    return JsonResponse({"version": section.version, "saved_at": saved_at, "remarks": remarks.strip()})


def said_to_the_remark(request, is_kept, *address):
    """Back to the page of the part, where the remark is now told as meant."""
    if is_kept:
        messages.success(request, "Kept: you mean it. Whoever agrees the draft is told so.")
    else:
        messages.info(request, "The text has changed, and with it the remark.")
    return redirect(*address)


def as_typed(view) -> dict:
    figures = {f"figure_{key}": value for key, value in view.row.figures.items()}
    return {"text": view.row.text, "version": view.row.version, **figures}


def version_meant(request, form) -> int:
    """The version that the writer saw: of the form, or, where both texts were before them, the other text's."""
    chosen = request.POST.get("resolve", "")
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 9 else form.cleaned_data["version"]


def section_page(request, note, view, form, *, conflict=None, status=200):
    key = view.row.key
    earlier = selectors.last_text(note=note, key=key)
    context = writing_context(request, note, key) | {
        "form": form,
        "section": view.template,
        "heading": view.template.title,
        "saved_at": view.row.edited_at,
        "remarks": view.remarks if view.is_started else (),
        "remarks_form": "section-form",
        "earlier_text": earlier[0] if earlier else "",
        "earlier_visit": occasion(earlier[1]) if earlier else "",
        "reviews": reviews_of(note),
        "comments": said(note, [c for c in selectors.comments_for(note=note, viewer=request.viewer) if c.section_key == key]),
        "conflict": conflict,
        "section_url": reverse("visits:note-section", args=[note.pk, key]),
        "parking_section": f"note:{note.pk}:{key}",
    }
    return render(request, "visits/section.html", context, status=status)


def in_conflict(request, note, view, form, conflict, is_autosave):
    """Somebody saved this section first: who and when, both texts, nothing lost (D-26)."""
    stored = conflict.stored
    shown = {
        "who": stored.edited_by.full_name if stored.edited_by else "Somebody",
        "at": stored.edited_at,
        "stored_text": stored.text,
        "stored_version": stored.version,
        "own_text": conflict.text,
        "url": reverse("visits:note-section", args=[note.pk, view.row.key]),
        "is_me": stored.edited_by_id == request.user.pk,
    }
    if is_autosave:
        return render(request, "visits/_conflict.html", {"conflict": shown}, status=409)
    return section_page(request, note, view, form, conflict=shown, status=409)


def left_while_writing(request, pk):
    """The note moved on while somebody wrote: their text is shown to them, because it cannot be saved any more."""
    note = get_note(request, pk, P.NOTE_WRITE)
    context = {
        "note": note,
        "heading": "This note is no longer being drafted",
        "status": note_tag(note),
        "change_words": change_words(last_change(note)),
        "typed": request.POST.get("text", ""),
        "note_url": note_address(request.viewer, note.pk),
        "breadcrumbs": note_trail(request, note),
    }
    name = "visits/_left.html" if request.headers.get("X-Autosave") == "1" else "visits/left.html"
    return render(request, name, context, status=409)


# ----------------------------------------------------------------------------------------------------- the whole note


@requires(P.NOTE_WRITE)
@require_safe
def note_whole(request, pk):
    """The note as others will read it, with a way back to each part; sending it from here (ux 21)."""
    note = writable(request, pk)
    if note is None:
        return no_longer(request, pk)
    move = way_on(moves_for(note=note, viewer=request.viewer, on=request.viewer.on))
    context = writing_context(request, note)
    context |= {
        "heading": "Check the note before you send it",
        "reading": selectors.reading(note=note, viewer=request.viewer),
        "move": move,
        "needs": [Link(str(need), place_of(note, need)) for need in move.refusals] if move else [],
        "warnings": warnings(note),
        "unheeded": [Link(f"{step.label}: {step.remarks_words}", step.url) for step in context["steps"] if step.remarks],
    }
    return render(request, "visits/whole.html", context)


def way_on(moves):
    """The move that sends the note on: of two ways, the one that the author's word on disagreement leaves open (NOV-34)."""
    return next((move for move in moves if not any(anchor(need) == "disagreement" for need in move.refusals)), None)


def place_of(note, need) -> str:
    """Where what is missing can be put right."""
    if anchor(need) == "reviews":
        return reverse("visits:note-reviews", args=[note.pk])
    section = getattr(need, "section", "")
    return reverse("visits:note-section", args=[note.pk, section]) if section else ""


def anchor(need) -> str:
    return getattr(need, "anchor", "")


def warnings(note) -> list[str]:
    """What an author may leave as it is, and should know."""
    words = too_many(len(selectors.recommendations_of(note=note)))
    return [words] if words and heeded(recommendation_remarks(note)) else []


def too_many(count: int) -> str:
    """The warning above four recommendations; empty up to there (NOV-27)."""
    if count <= EXPECTED_AT_MOST:
        return ""
    return f"There are {count} recommendations. A school can manage about {EXPECTED_AT_MOST} at a time."
