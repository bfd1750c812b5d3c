"""Recommendations of a note: the new ones, and what became of those of the note before."""

from datetime import date

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires
from accounts.permissions import Permission
from sipmanager.core import clock
from sipmanager.core.forms import error_lines
from sipmanager.core.once import once
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import clock_time, counted, day
from sipmanager.core.workflow import MoveRefused

from .. import actions, forms, selectors
from ..tables import occasion
from .shared import note_trail, visit_name
from .writing import (
    heeded,
    left_while_writing,
    no_longer,
    recommendation_remarks,
    reviews_of,
    said_to_the_remark,
    too_many,
    writable,
    writing_context,
)

P = Permission


@requires(P.NOTE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def note_recommendations(request, pk):
    """The note's recommendations, and a form to add one; more than four are possible and warned of (NOV-27)."""
    note = writable(request, pk)
    if note is None:
        return left_while_writing(request, pk) if request.method == "POST" else no_longer(request, pk)
    if "mean" in request.POST:
        return mean(request, note)
    form = forms.RecommendationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)

        def add():
            actions.add_recommendation(note=note, **given, by=request.user, at=clock.now())
            return reverse("visits:note-recommendations", args=[note.pk])

        try:
            address, is_new = once(key=given.pop("form_key"), by=request.user, at=clock.now(), effect=add)
        except MoveRefused:
            return left_while_writing(request, pk)
        if is_new:
            messages.success(request, "The recommendation is saved.")
        return redirect(address)
    return recommendations_page(request, note, form)


def mean(request, note):
    """The writer stands by a remark. What they have begun to type stays in its boxes."""
    try:
        actions.mean_remark(
            note=note, key=selectors.RECOMMENDATIONS, token=request.POST["mean"], by=request.user, at=clock.now()
        )
    except MoveRefused:
        return left_while_writing(request, note.pk)
    typed = {name: request.POST.get(name, "") for name in request.POST if name != "form_key"}
    if not any(typed.get(name, "").strip() for name in ("text", "owner_role", "success_measure")):
        return said_to_the_remark(request, True, "visits:note-recommendations", note.pk)
    form = forms.RecommendationForm(initial={**typed, "due_on": due_typed(request.POST)})
    return recommendations_page(request, note, form)


def due_typed(data):
    """The day in the three boxes, where it is one."""
    try:
        return date(*(int(data.get(f"due_on_{part}", "")) for part in ("year", "month", "day")))
    except (ValueError, OverflowError):
        return None


def recommendations_page(request, note, form):
    form.submit = "Add recommendation"
    found, remarks = selectors.recommendations_of(note=note), recommendation_remarks(note)
    context = writing_context(request, note, "recommendations") | {
        "form": form,
        "heading": "Recommendations",
        "recommendations": found,
        "too_many": too_many(len(found)) if heeded(remarks) else "",
        "remarks": remarks,
        "remarks_form": "recommendation-form",
        "count_words": counted(len(found), "recommendation"),
        "parking_section": f"note:{note.pk}:recommendations",
    }
    return render(request, "visits/recommendations.html", context)


@requires(P.NOTE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def note_recommendation(request, pk, recommendation_pk):
    """Change one recommendation."""
    note = writable(request, pk)
    if note is None:
        return left_while_writing(request, pk) if request.method == "POST" else no_longer(request, pk)
    recommendation = standing(note, recommendation_pk)
    names = ("text", "owner_role", "due_on", "success_measure")
    initial = {name: getattr(recommendation, name) for name in names}
    form = forms.RecommendationForm(request.POST or None, initial=initial)
    seen, conflict = request.POST.get("seen", "") if request.method == "POST" else actions.seen_as(recommendation), []
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in names}
        try:
            actions.change_recommendation(recommendation=recommendation, **given, seen=seen, by=request.user, at=clock.now())
        except actions.RowConflict as clash:
            seen, conflict = actions.seen_as(clash.stored), as_stored(form, clash.stored, given)
        except MoveRefused:
            return left_while_writing(request, pk)
        else:
            messages.success(request, "The recommendation is saved.")
            return redirect("visits:note-recommendations", note.pk)
    context = {
        "form": form,
        "heading": f"Recommendation {recommendation.position}",
        "caption": visit_name(note.visit),
        "cancel": Link("Go back to the recommendations", reverse("visits:note-recommendations", args=[note.pk])),
        "breadcrumbs": note_trail(request, note),
        "parking_section": f"note:{note.pk}:recommendation-{recommendation.pk}",
        "seen": seen,
        "conflict": conflict,
        "url": request.path,
    }
    return render(request, "visits/form.html", context, status=409 if conflict else 200)


def as_stored(form, stored, given) -> list[SummaryRow]:
    """What another window saved, where the form holds something else."""
    return [
        SummaryRow(form.fields[name].label, day(value) if name == "due_on" and value else value)
        for name in given
        if (value := getattr(stored, name)) != given[name]
    ]


def standing(note, pk):
    found = next((one for one in selectors.recommendations_of(note=note) if one.pk == pk), None)
    if found is None:
        raise Http404("No such recommendation")
    return found


@requires(P.NOTE_WRITE)
@require_POST
def note_recommendation_remove(request, pk, recommendation_pk):
    note = writable(request, pk)
    if note is None:
        return no_longer(request, pk)
    found = [one for one in selectors.recommendations_of(note=note) if one.pk == recommendation_pk]
    if found:
        try:
            actions.withdraw_recommendation(recommendation=found[0], by=request.user, at=clock.now())
        except MoveRefused:
            return no_longer(request, pk)
        messages.success(request, "The recommendation is removed.")
    elif not note.recommendations.filter(pk=recommendation_pk).exists():
        raise Http404("No such recommendation")
    return redirect("visits:note-recommendations", note.pk)


@requires(P.NOTE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def note_reviews(request, pk):
    """What became of the recommendations of the note before (NOV-28): each has its own form and is saved by itself."""
    note = writable(request, pk)
    if note is None:
        return left_while_writing(request, pk) if request.method == "POST" else no_longer(request, pk)
    reviews = reviews_of(note)
    if not reviews:
        return redirect("visits:note-draft", note.pk)
    is_autosave = request.headers.get("X-Autosave") == "1"
    wanted = request.POST.get("review", "")
    pairs = [(one, review_form(one, request.POST if str(one.pk) == wanted else None)) for one in reviews]
    sent = next(((one, form) for one, form in pairs if form.is_bound), None)
    if request.method == "POST" and sent is None:
        raise Http404("No such review")
    if sent and sent[1].is_valid():
        at = clock.now()
        try:
            seen = request.POST.get("resolve") or request.POST.get("version", "")
            review = actions.review_recommendation(review=sent[0], **sent[1].cleaned_data, seen=seen, by=request.user, at=at)
        except actions.RowConflict as clash:
            return reviewed_elsewhere(request, note, pairs, clash.stored, is_autosave)
        except MoveRefused:
            return left_while_writing(request, pk)
        if is_autosave:
            return JsonResponse({"saved_at": clock_time(at), "version": actions.seen_as(review)})
        messages.success(request, "What became of the recommendation is saved.")
        return redirect(f"{reverse('visits:note-reviews', args=[note.pk])}#review-{sent[0].pk}")
    if sent and is_autosave:
        return JsonResponse({"message": error_lines(sent[1])[0].message}, status=400)
    return reviews_page(request, note, pairs)


def reviews_page(request, note, pairs, conflict=None, status=200):
    context = writing_context(request, note, "reviews") | {
        "heading": "Earlier recommendations",
        "items": [review_shown(note, one, form) for one, form in pairs],
        "forms": [form for _, form in pairs],
        "review_url": reverse("visits:note-reviews", args=[note.pk]),
        "conflict": conflict,
    }
    return render(request, "visits/reviews.html", context, status=status)


def reviewed_elsewhere(request, note, pairs, stored, is_autosave):
    """The same earlier recommendation was looked back on in another window first: both words are shown (D-26)."""
    shown = {
        "who": "Somebody", "is_me": True, "at": stored.reviewed_at, "pk": stored.pk,
        "stored_text": f"{stored.get_outcome_display() or 'Not reviewed yet'}. {stored.impact}".strip(),
        "own_text": request.POST.get("impact", ""), "stored_version": actions.seen_as(stored),
        "url": f"{reverse('visits:note-reviews', args=[note.pk])}#review-{stored.pk}",
    }  # fmt: skip
    if is_autosave:
        return render(request, "visits/_conflict.html", {"conflict": shown}, status=409)
    return reviews_page(request, note, pairs, conflict=shown, status=409)


def review_shown(note, review, form) -> dict:
    """One earlier recommendation with its form, as the page shows it."""
    earlier = review.recommendation
    facts = [occasion(earlier.note.visit), earlier.owner_role, f"by {day(earlier.due_on)}" if earlier.due_on else ""]
    return {
        "pk": review.pk,
        "text": earlier.text,
        "facts": ", ".join(filter(None, facts)),
        "form": form,
        "saved_at": review.reviewed_at,
        "seen": actions.seen_as(review),
        "parking_section": f"note:{note.pk}:review-{review.pk}",
    }


def review_form(review, data):
    initial = {"outcome": review.outcome, "impact": review.impact}
    return forms.ReviewForm(data, initial=initial, auto_id=f"id_{review.pk}_%s")
