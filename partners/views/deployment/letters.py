"""The pages of letters: one letter, the letters of a deployment, sending them again (DEP-27, DL-26)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import can, fetch, requires
from accounts.permissions import P
from partners import actions
from partners.forms import LetterSentForm, WriteAgainForm
from partners.letter_text import LETTER_NAMES, LetterKind, Recipient
from partners.models import Deployment, Letter
from partners.wording import event_sentence
from sipmanager.core import audit, clock, documents, exports
from sipmanager.core.marking import to_html
from sipmanager.core.models import AuditEvent
from sipmanager.core.parts import Event, SummaryRow
from sipmanager.core.wording import counted, day, moment

from ..shared import FORM, READ, carry_out, deployment_for, deployment_trail, press, sent

LETTERS = "Letters"
NOTICE_COLUMNS = {
    "school": "School", "urn": "URN", "sip": "SIP", "reference": "SIP reference", "kind": "Change", "on": "Takes effect on",
}  # fmt: skip


def letter_for(request, permission: P, pk: int) -> Letter:
    rows = Letter.objects.select_related("deployment__school", "deployment__partner", "deployment__authority", "authority")
    return fetch(request.viewer, permission, rows.select_related("document", "template", "made_by"), pk=pk)


def letter_url(letter: Letter, name: str = "letter-detail") -> str:
    return reverse(f"partners:{name}", args=[letter.pk])


def letter_trail(viewer, letter: Letter) -> list[tuple[str, str]]:
    """To the deployment for those who see it, else to the letters, else home."""
    if letter.deployment is not None and can(viewer, P.DEPLOYMENT_VIEW, letter.deployment):
        return deployment_trail(letter.deployment)
    if viewer.has(P.LETTER_SEND):
        return [*deployment_trail(), (LETTERS, reverse("partners:letter-list"))]
    return [("My work", "/")]


def sent_words(letter: Letter) -> str:
    """How and when a letter went out, or that it waits."""
    if letter.sent_on:
        return f"{day(letter.sent_on)}, {letter.method}"
    return "Not sent yet" if letter.recipient_email else "Not sent yet: no email address is known, so it is to be posted"


@require_http_methods(READ)
@requires(P.LETTER_VIEW)
def letter_detail(request, pk):
    """One letter as it was made, how it went out, and what may be done with it."""
    letter = letter_for(request, P.LETTER_VIEW, pk)
    may_send = can(request.viewer, P.LETTER_SEND, letter)
    is_notice = letter.recipient == Recipient.CONTRACTOR
    text = letter.template
    facts = [
        SummaryRow("Reference", letter.reference),
        SummaryRow("To", letter.recipient_name, note=letter.recipient_email if may_send else ""),
        SummaryRow("Made", moment(letter.made_at)),
        SummaryRow("Sent", sent_words(letter)),
    ]
    if may_send:
        facts.append(SummaryRow("Text", f"The authority's own, version {text.number}" if text else "The standard text"))
        facts.append(SummaryRow("PDF", "Kept" if letter.document_id else "Being made", note=letter.problem))
    context = {
        "letter": letter,
        "heading": letter.content["title"],
        "kind": LETTER_NAMES[LetterKind(letter.kind)],
        "facts": facts,
        "body": to_html(letter.content["body"]),
        "rows": letter.content["rows"],
        "pdf_url": letter_url(letter, "letter-pdf") if letter.document_id else "",
        "csv_url": letter_url(letter, "letter-csv") if is_notice else "",
        "send_url": letter_url(letter, "letter-send") if may_send and not is_notice else "",
        "sent_url": letter_url(letter, "letter-sent") if may_send else "",
        "print_url": letter_url(letter, "letter-print") if may_send and not letter.document_id else "",
        "events": events_of(letter) if may_send else [],
        "breadcrumbs": letter_trail(request.viewer, letter),
    }
    return render(request, "partners/letters/detail.html", context)


def events_of(letter: Letter) -> list[Event]:
    rows = AuditEvent.objects.filter(subject=f"letter:{letter.pk}").order_by("-at", "-pk")[:50]
    return [Event(event_sentence(row), row.at, by=row.by_name) for row in rows]


@require_http_methods(READ)
@requires(P.LETTER_VIEW)
def letter_pdf(request, pk):
    """The PDF as it was frozen; opening it goes on record (ROL-32)."""
    letter = letter_for(request, P.LETTER_VIEW, pk)
    if letter.document is None:
        messages.info(request, "The PDF is still being made. Look again in a minute.")
        return redirect(letter_url(letter))
    content = documents.read(letter.document)
    audit.record(what="letter.open", subject=letter, by=request.user, at=clock.now(), kind=letter.kind)
    return documents.as_download(content, "application/pdf", f"letter-{letter.reference}.pdf")


@require_http_methods(READ)
@requires(P.LETTER_VIEW)
def letter_csv(request, pk):
    """The changes that a notice lists, as a file that the contractor can load (DEP-15)."""
    letter = letter_for(request, P.LETTER_VIEW, pk)
    if letter.recipient != Recipient.CONTRACTOR:
        raise Http404("Only a notice lists changes")
    changes = ([exports.harmless(row[key]) for key in NOTICE_COLUMNS] for row in letter.content["rows"])
    rows = [list(NOTICE_COLUMNS.values()), *changes]
    return exports.csv_response(rows, f"notice-{letter.reference}")


@require_POST
@requires(P.LETTER_SEND)
def letter_send(request, pk):
    """Mail the link once more."""
    letter = letter_for(request, P.LETTER_SEND, pk)
    press(
        request,
        lambda at: actions.send_again(letter=letter, by=request.user, at=at),
        done="The link to the letter is on its way again",
    )
    return redirect(letter_url(letter))


@require_POST
@requires(P.LETTER_SEND)
def letter_print(request, pk):
    """Ask the worker for the PDF again."""
    letter = letter_for(request, P.LETTER_SEND, pk)
    press(request, lambda at: actions.print_anew(letter=letter, by=request.user, at=at), done="The PDF is being made")
    return redirect(letter_url(letter))


@require_http_methods(FORM)
@requires(P.LETTER_SEND)
def letter_sent(request, pk):
    """Record that a letter went out by post, or in another way."""
    letter = letter_for(request, P.LETTER_SEND, pk)
    on = request.viewer.on
    form = LetterSentForm(
        sent(request), on=on, earliest=min(timezone.localtime(letter.made_at).date(), on), initial={"sent_on": on}
    )

    def mark(given, at):
        actions.mark_letter_sent(letter=letter, by=request.user, at=at, **given)
        return letter_url(letter)

    done = carry_out(request, form, mark, done="The letter is marked as sent")
    context = {
        "form": form, "heading": "How was the letter sent?", "button_label": "Mark as sent", "cancel_url": letter_url(letter),
        "rows": [SummaryRow("Letter", letter.get_kind_display()), SummaryRow("To", letter.recipient_name)],
        "breadcrumbs": [*letter_trail(request.viewer, letter), (letter.reference, letter_url(letter))],
    }  # fmt: skip
    return done or render(request, "_parts/confirm_page.html", context)


# ------------------------------------------------------------------------------------------- the letters of a deployment


def letter_rows(viewer, deployment) -> list[dict]:
    """The letters of a deployment that the viewer may read, the latest first."""
    rows = Letter.objects.filter(deployment=deployment).visible_to(viewer, P.LETTER_VIEW).order_by("-made_at", "-pk")
    return [
        {
            "label": row.get_kind_display(),
            "url": letter_url(row),
            "said": f"Made on {day(row.made_at)}. Sent: {sent_words(row)}",
        }
        for row in rows
    ]


def letters_url(viewer, deployment: Deployment) -> str:
    """Where letters are written anew, for whoever sends them."""
    return reverse("partners:deployment-letters", args=[deployment.pk]) if can(viewer, P.LETTER_SEND, deployment) else ""


@require_http_methods(FORM)
@requires(P.LETTER_SEND)
def deployment_letters(request, pk):
    """Every letter about a deployment; a POST writes one of them anew, once."""
    deployment = deployment_for(request, P.LETTER_SEND, pk)
    kinds = actions.kinds_for(deployment)
    form = WriteAgainForm(sent(request), kinds=kinds) if kinds else None

    def write(given, at):
        kind = LetterKind(given["kind"])
        return letter_url(actions.write_again(deployment=deployment, kind=kind, by=request.user, at=at))

    done = carry_out(request, form, write, done="The letter is written") if form else None
    rows = letter_rows(request.viewer, deployment)
    context = {
        "deployment": deployment, "heading": f"Letters about {deployment.partner.full_name} at {deployment.school.name}",
        "count_words": counted(len(rows), "letter"), "letters": rows, "form": form,
        "breadcrumbs": deployment_trail(deployment),
    }  # fmt: skip
    return done or render(request, "partners/letters/of_deployment.html", context)
