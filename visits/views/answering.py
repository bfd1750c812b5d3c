"""The head reads a draft section by section and answers it (NOV-35): ten minutes, perhaps on a phone, saved as they go."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.permissions import Permission
from sipmanager.core import clock
from sipmanager.core.forms import error_lines
from sipmanager.core.wording import clock_time, counted
from sipmanager.core.workflow import MoveRefused

from .. import actions, forms, selectors
from ..addresses import note_address
from ..models import Verdict
from ..states import NoteState
from ..workflow import moves_for
from .attaching import documents_beside
from .moving import WITH_THE_HEAD, decisions
from .shared import get_note, note_trail, said, visit_name

P = Permission


@dataclass(frozen=True)
class Asked:
    """One section of the draft with the head's answer to it and the form to give one."""

    section: Any
    answer: Any
    form: forms.AnswerForm
    url: str
    parking_section: str

    @property
    def verdict_words(self) -> str:
        return Verdict(self.answer.verdict).label if self.answer else ""


def answering(request, note, *, sent=None, status=200):
    """The draft as the head was given it, each section followed by its small form. `sent` is (key, form) with errors."""
    reading = selectors.reading(note=note, viewer=request.viewer)
    answers = selectors.answers_of(note=note)
    asked = [asked_of(note, section, answers.get(section.key), sent) for section in reading.written]
    moves = moves_for(note=note, viewer=request.viewer, on=request.viewer.on)
    context = {
        "note": note,
        "heading": "Read and answer the note",
        "caption": visit_name(note.visit),
        "reading": reading,
        "asked": asked,
        "forms": [one.form for one in asked],
        "answered": sum(1 for one in asked if one.answer),
        "progress_words": progress(answers, reading),
        "decisions": decisions(moves, *WITH_THE_HEAD),
        **documents_beside(request, note),
        "decide_section": f"note:{note.pk}:decision",
        "due_on": note.answer_due_on or note.approve_due_on,
        "comments": said(note, selectors.comments_for(note=note, viewer=request.viewer)),
        "breadcrumbs": note_trail(request, note, with_note=False),
    }
    return render(request, "visits/answer.html", context, status=status)


def asked_of(note, section, answer, sent) -> Asked:
    initial = {"verdict": answer.verdict, "text": answer.text} if answer else {}
    is_sent = sent is not None and sent[0] == section.key
    form = sent[1] if is_sent else forms.AnswerForm(initial=initial, auto_id=f"id_{section.key}_%s")
    address = reverse("visits:note-answer", args=[note.pk, section.key])
    return Asked(section, answer, form, address, f"note:{note.pk}:answer-{section.key}")


def progress(answers, reading) -> str:
    keys = {section.key for section in reading.written}
    return f"{len(keys & set(answers))} of {counted(len(keys), 'section')} answered"


@requires(P.NOTE_ANSWER)
@require_POST
def note_answer(request, pk, key):
    """Save the answer to one section, from the page's script or from its button."""
    note = get_note(request, pk, P.NOTE_ANSWER)
    is_autosave = request.headers.get("X-Autosave") == "1"
    if note.status != NoteState.HEAD_REVIEW or request.POST.get("head_version") != str(note.head_version):
        return not_this_version(request, note)
    reading = selectors.reading(note=note, viewer=request.viewer)
    if reading.section(key) is None:
        raise Http404("No such section")
    form = forms.AnswerForm(request.POST, auto_id=f"id_{key}_%s")
    if not form.is_valid():
        if is_autosave:
            return JsonResponse({"message": error_lines(form)[0].message}, status=400)
        return answering(request, note, sent=(key, form))
    at = clock.now()
    try:
        answer = actions.answer_section(
            note=note, section_key=key, verdict=form.cleaned_data["verdict"], text=form.cleaned_data["text"],
            version=number(request.POST.get("version", "")), by=request.user, at=at,
        )  # fmt: skip
    except actions.AnswerConflict as conflict:
        return answered_elsewhere(request, note, key, conflict)
    except MoveRefused:
        return not_this_version(request, note)
    if is_autosave:
        words = progress(selectors.answers_of(note=note), reading)
        return JsonResponse({"version": answer.version, "saved_at": clock_time(at), "progress": words})
    return redirect(f"{reverse('visits:note-draft', args=[note.pk])}#section-{key}")


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def not_this_version(request, note):
    """The draft went back, or came again, while the head had it open: what they typed is shown to them."""
    context = {
        "note": note,
        "heading": "This draft has changed since you opened it",
        "change_words": "The draft that you were answering is no longer the one you have been given.",
        "typed": request.POST.get("text", ""),
        "note_url": note_address(request.viewer, note.pk),
        "breadcrumbs": note_trail(request, note),
    }
    name = "visits/_left.html" if request.headers.get("X-Autosave") == "1" else "visits/left.html"
    return render(request, name, context, status=409)


def answered_elsewhere(request, note, key, conflict):
    """The same section was answered in another window or by another head: both answers are shown."""
    stored = conflict.stored
    shown = {
        "who": stored.by.full_name if stored.by else "Somebody",
        "is_me": stored.by_id == request.user.pk,
        "at": stored.at,
        "stored_text": f"{Verdict(stored.verdict).label}. {stored.text}",
        "stored_version": stored.version,
        "own_text": request.POST.get("text", ""),
        "url": f"{reverse('visits:note-draft', args=[note.pk])}#section-{key}",
        "heading": "This section has already been answered",
        "note": note,
        "breadcrumbs": note_trail(request, note),
    }
    name = "visits/_answer_conflict.html" if request.headers.get("X-Autosave") == "1" else "visits/answer_conflict.html"
    return render(request, name, {**shown, "conflict": shown}, status=409)
