"""The SIP manager hands a draft whose SIP has left to another (D-28)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import can, requires
from accounts.permissions import Permission
from sipmanager.core import clock
from sipmanager.core.parts import Link
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .. import actions, forms, selectors
from ..addresses import note_address
from .shared import get_note, note_trail, refused, to_note, visit_name

P = Permission
HEADING = "Hand the note to another SIP"


def hand_over_address(request, note) -> str:
    """Where this person hands the note over; empty where it is not theirs to, or the SIP is there still."""
    if not can(request.viewer, P.NOTE_HAND_OVER, note):
        return ""
    if selectors.why_not_handed_over(note=note, on=request.viewer.on):
        return ""
    return reverse("visits:note-hand-over", args=[note.pk])


@requires(P.NOTE_HAND_OVER)
@require_http_methods(["GET", "HEAD", "POST"])
def note_hand_over(request, pk):
    """Choose who finishes the note. Sent twice it is handed over once."""
    note = get_note(request, pk, P.NOTE_HAND_OVER)
    on, back = request.viewer.on, Link("Go back to the note", note_address(request.viewer, note.pk))
    reason = selectors.why_not_handed_over(note=note, on=on)
    if reason:
        if note.handed_over_at is not None:
            messages.info(request, f"The note is with {note.partner.full_name} now.")
            return to_note(request, note)
        trail = note_trail(request, note)
        return refused(request, heading="The note stays with its SIP", reasons=[reason], back=back, trail=trail, status=409)
    found = list(selectors.successors(note=note, on=on).exclude(pk=request.viewer.partner_id))
    if not found:
        reasons = ["Nobody else works in the school or for the authority and can sign in. Invite a SIP first."]
        return refused(request, heading="Nobody can take the note over yet", reasons=reasons, back=back)
    form = forms.HandOverForm(request.POST or None, partners=found, here=selectors.sips_of_the_school(note=note, on=on))
    if request.method == "POST" and form.is_valid():
        try:
            note = actions.hand_over_note(note=note, to=form.cleaned_data["partner"], viewer=request.viewer, at=clock.now())
        except OutOfDate as clash:
            messages.info(request, clash.reasons[0])
            return to_note(request, note)
        except MoveRefused as refusal:
            form.add_error("partner", refusal.reasons)
        else:
            messages.success(request, f"The note is with {note.partner.full_name} now, who has been written to.")
            return redirect(note_address(request.viewer, note.pk))
    context = {
        "form": form,
        "heading": HEADING,
        "introduction": [
            f"{note.partner.full_name}, the School Improvement Partner (SIP) who has it, has left. Whoever you choose reads "
            "the draft, finishes it and answers for it. What has been written stays; the visit stays the first SIP's.",
        ],
        "caption": visit_name(note.visit),
        "cancel": back,
        "breadcrumbs": note_trail(request, note),
    }
    return render(request, "visits/form.html", context)
