"""The texts of letters: which an authority uses, changing one with a preview, its history, back to the standard (DEP-27)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import fetch, requires
from accounts.models import Authority
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import LetterTextForm, LetterTextsOfForm, PreviewOnForm
from partners.letter_text import FIELDS, FIELDS_OF, LETTER_NAMES, STANDARD, LetterKind, Text, faults, fill
from partners.models import Deployment, LetterTemplate
from sipmanager.core import clock
from sipmanager.core.marking import to_html
from sipmanager.core.parts import Event, Link, SummaryRow, Tag
from sipmanager.core.wording import moment
from sipmanager.core.workflow import MoveRefused

from ..shared import FORM, READ, deployment_trail, sent
from .letters import LETTERS

TEXTS = "Texts of letters"
MOST_DEPLOYMENTS = 50


def texts_url(authority: Authority) -> str:
    return f"{reverse('partners:letter-texts')}?authority={authority.pk}"


def trail(*more) -> list[tuple[str, str]]:
    return [*deployment_trail(), (LETTERS, reverse("partners:letter-list")), *more]


@require_http_methods(READ)
@requires(P.LETTER_TEXT_EDIT)
def letter_texts(request):
    """Each kind of letter, and whether the authority has a text of its own."""
    authorities = Authority.objects.visible_to(request.viewer, P.LETTER_TEXT_EDIT).order_by("name", "pk")
    form = LetterTextsOfForm(request.GET or None, authorities=authorities)
    authority = form.cleaned_data["authority"] if form.is_valid() else authorities.first()
    if authority is None:
        raise Http404("No authority whose texts this person changes")
    own = selectors.texts_in_use(authority)
    rows = []
    for kind in LetterKind:
        row, url = own[kind], reverse("partners:letter-text", args=[authority.code, kind.value])
        note = f"Version {row.number}, saved {moment(row.made_at)}" if row else ""
        link = Link("Change", url, hidden=f" the text: {LETTER_NAMES[kind]}")
        rows.append(
            SummaryRow(LETTER_NAMES[kind], "The authority's own text" if row else "The standard text", (link,), note=note)
        )
    context = {
        "heading": TEXTS, "authority": authority, "rows": rows, "form": form if authorities.count() > 1 else None,
        "breadcrumbs": trail(),
    }  # fmt: skip
    return render(request, "partners/letters/texts.html", context)


def asked_for(request, code: str, kind: str) -> tuple[Authority, LetterKind]:
    authority = fetch(request.viewer, P.LETTER_TEXT_EDIT, Authority.objects.all(), code=code)
    if kind not in set(LetterKind):
        raise Http404("No such kind of letter")
    return authority, LetterKind(kind)


@require_http_methods(FORM)
@requires(P.LETTER_TEXT_EDIT)
def letter_text(request, code, kind):
    """Change a text, beside its preview and the fields that it may name. "Preview" shows and saves nothing."""
    authority, kind = asked_for(request, code, kind)
    rows = list(LetterTemplate.objects.filter(authority=authority, kind=kind).select_related("made_by").order_by("-number"))
    text, own = selectors.text_in_use(authority, kind)
    seen = rows[0].number if rows else 0
    form = LetterTextForm(sent(request), kind=kind, initial={"title": text.title, "body": text.body, "seen": seen})
    is_preview = request.method == "POST" and "preview" in request.POST
    if request.method == "POST":
        # What is shown is what was typed, also where it is refused.
        text = Text(request.POST.get("title", "")[:200], request.POST.get("body", "")[:7000])
    if form.is_valid() and not is_preview:
        try:
            saved = actions.save_letter_text(
                authority=authority, kind=kind, text=form.text, number_seen=form.cleaned_data["seen"], by=request.user,
                at=clock.now(),
            )  # fmt: skip
            messages.success(
                request, "The text is saved. Letters made from now on have it." if saved else "Nothing was changed"
            )
            return redirect(texts_url(authority))
        except MoveRefused as refused:
            for reason in refused.reasons:
                form.add_error(None, reason)
    chosen, on_form = preview_on(request, authority)
    context = {
        "heading": LETTER_NAMES[kind], "authority": authority, "form": form, "on_form": on_form, "tag": tag_of(own),
        "preview": previewed(authority, kind, text, chosen, request.viewer.on),
        "preview_words": f"{chosen.partner.full_name} at {chosen.school.name}" if chosen else "An invented deployment",
        "fields": [(f"[{name}]", FIELDS[name]) for name in FIELDS_OF[kind]],
        "standard": STANDARD[kind], "standard_html": to_html(STANDARD[kind].body.replace("[", "\\[")),
        "back_url": reverse("partners:letter-text-standard", args=[code, kind.value]) if own else "",
        "cancel_url": texts_url(authority), "events": history_of(rows),
        "breadcrumbs": trail((TEXTS, texts_url(authority))),
    }  # fmt: skip
    return render(request, "partners/letters/text.html", context)


def tag_of(own: LetterTemplate | None) -> Tag:
    return Tag(f"Own text, version {own.number}", "blue") if own else Tag("Standard text", "grey")


def preview_on(request, authority: Authority) -> tuple[Deployment | None, PreviewOnForm]:
    """The deployment on which the text is tried: one of the authority's latest, chosen in the address."""
    seen = Deployment.objects.filter(authority=authority).visible_to(request.viewer, P.DEPLOYMENT_VIEW)
    rows = seen.select_related("partner", "school", "authority").order_by("-starts_on", "-pk")
    keys = list(rows.values_list("pk", flat=True)[:MOST_DEPLOYMENTS])
    form = PreviewOnForm(request.GET or None, deployments=rows.filter(pk__in=keys))
    return (form.cleaned_data["deployment"] if form.is_valid() else None), form


def previewed(authority: Authority, kind: LetterKind, text: Text, chosen: Deployment | None, on) -> dict | None:
    """The letter as it would be; `None` while the text is faulty."""
    if faults(kind, text):
        return None
    values = selectors.sample_values(authority)
    if chosen is not None and kind is not LetterKind.NOTICE_CONTRACTOR:
        name, _email, _lines = selectors.addressee_of(chosen, kind, on)
        values = selectors.values_for(chosen, name=name, on=on)
    return {"title": fill(kind, text.title, values, is_plain=True), "body": to_html(fill(kind, text.body, values))}


def history_of(rows: list[LetterTemplate]) -> list[Event]:
    return [
        Event(
            "Back to the standard text" if row.is_standard else f"Version {row.number}", row.made_at,
            by=row.made_by.full_name if row.made_by else "", text="" if row.is_standard else f"{row.title}. {row.body}",
        )
        for row in rows
    ]  # fmt: skip


@require_POST
@requires(P.LETTER_TEXT_EDIT)
def letter_text_standard(request, code, kind):
    """Use the standard text again; the authority's own stays in the history."""
    authority, kind = asked_for(request, code, kind)
    try:
        row = actions.use_standard_text(authority=authority, kind=kind, by=request.user, at=clock.now())
        done = "Letters made from now on have the standard text" if row else "The standard text is used already"
        messages.success(request, done)
    except MoveRefused as refused:
        messages.info(request, " ".join(refused.reasons))
    return redirect("partners:letter-text", code=code, kind=kind.value)
