"""Letters about deployments: made when a move makes them, printed by the worker, sent and sent again (DEP-27, DL-26).

A letter is kept, with its words, in the transaction of the move that makes it. The PDF follows: the worker prints what was
kept and stores it under its digest (D-38, ADR 7), and the night prints what no worker came for.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Authority, User
from accounts.permissions import Permission
from partners import emails
from partners.letter_text import LetterKind, Recipient, Text, faults, fill, recipient_of
from partners.models import Deployment, Letter, LetterTemplate
from partners.selectors import addressee_of, sender_of, text_in_use, values_for, values_of
from sipmanager.core import audit, documents, pdf
from sipmanager.core.marking import to_html
from sipmanager.core.wording import counted, day
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, refuse, require

P = Permission
TEMPLATE = "partners/pdf/letter.html"
BY_EMAIL = "by email"
CHANGED = "Somebody changed this text while you were writing. Look at theirs before you save yours."
_carriers: list[Callable[[int], Any]] = []


def print_letters_by(carrier: Callable[[int], Any]) -> None:
    """`carrier(letter_id)` is called after a letter is committed."""
    _carriers[:] = [carrier]


# ---------------------------------------------------------------------------------------------------------- the texts


def save_letter_text(
    *, authority: Authority, kind: LetterKind, text: Text, number_seen: int, by: User, at: datetime
) -> LetterTemplate | None:
    """Keep an authority's own text as the next version; `None`, and nothing written, where it is the one in use.

    Raises `MoveRefused` with everything that is wrong with it, `OutOfDate` where a version came after `number_seen`.
    """
    require(by=by, permission=P.LETTER_TEXT_EDIT, record=authority, at=at)
    text = Text(text.title.strip(), text.body.replace("\r\n", "\n").strip())
    if found := faults(kind, text):
        refuse(*found)
    in_use, _row = text_in_use(authority, kind)
    if text == in_use and number_seen == _last_number(authority, kind):
        return None
    return _next_version(authority, kind, number_seen, by, at, title=text.title, body=text.body)


def use_standard_text(*, authority: Authority, kind: LetterKind, by: User, at: datetime) -> LetterTemplate | None:
    """Go back to the standard text; `None` where it is in use already. The authority's own versions stay in the history."""
    require(by=by, permission=P.LETTER_TEXT_EDIT, record=authority, at=at)
    _text, row = text_in_use(authority, kind)
    if row is None:
        return None
    return _next_version(authority, kind, _last_number(authority, kind), by, at, is_standard=True)


def _last_number(authority: Authority, kind: LetterKind) -> int:
    rows = LetterTemplate.objects.filter(authority=authority, kind=kind)
    return rows.order_by("-number").values_list("number", flat=True).first() or 0


def _next_version(authority, kind, number_seen: int, by: User, at: datetime, **values) -> LetterTemplate:
    if _last_number(authority, kind) != number_seen:
        raise OutOfDate([CHANGED])
    try:
        with transaction.atomic():
            row = LetterTemplate.objects.create(
                authority=authority, kind=kind, number=number_seen + 1, made_at=at, made_by=by, **values
            )
            name = "letter.text_standard" if row.is_standard else "letter.text"
            audit.record(what=name, subject=row, by=by, at=at, kind=row.kind, number=row.number)
    except IntegrityError as error:
        raise OutOfDate([CHANGED]) from error
    return row


# -------------------------------------------------------------------------------------------------------- the letters


def write_letters(
    *, deployment: Deployment, kinds: Iterable[LetterKind], by: User | None, at: datetime,
    answer_by: date | None = None, answer_path: str = "", is_mailed: bool = True,
) -> list[Letter]:  # fmt: skip
    """Make a letter of each kind about a deployment and mail its link where an address is known.

    Called by the move that makes it, which asked who may. A letter without an address waits to be posted. Without
    `is_mailed` another mail, of the same move, brings the link.
    """
    on, made = day_of(at), []
    for kind in kinds:
        name, email, lines = addressee_of(deployment, kind, on)
        text, template = text_in_use(deployment.authority_id, kind)
        values = values_for(deployment, name=name, on=on, answer_by=answer_by)
        letter = _keep(
            authority=deployment.authority, deployment=deployment, kind=kind, name=name, email=email, lines=lines, by=by, at=at,
            text=text, template=template, values=values,
        )  # fmt: skip
        if email and is_mailed:
            emails.letter_made(letter=letter, to=email, name=name, at=at, path=answer_path)
        made.append(letter)
    return made


def _keep(
    *, authority, deployment, kind: LetterKind, name: str, email: str, lines: list[str], by, at, text: Text, template, values,
    rows: list[dict[str, str]] | None = None, sent: dict[str, Any] | None = None,
) -> Letter:  # fmt: skip
    """Freeze the words of a letter and ask for its PDF."""
    if sent is None:
        sent = {"sent_on": day_of(at), "method": BY_EMAIL, "sent_by": by} if email else {}
    content = {
        "from": sender_of(authority), "to": lines, "on": day(day_of(at)), "title": fill(kind, text.title, values, is_plain=True),
        "body": fill(kind, text.body, values), "rows": rows or [],
    }  # fmt: skip
    letter = Letter.objects.create(
        authority=authority, deployment=deployment, kind=kind, recipient=recipient_of(kind), recipient_name=name,
        recipient_email=email, template=template, content=content, made_at=at, made_by=by, **sent,
    )  # fmt: skip
    audit.record(what="letter.write", subject=letter, by=by, at=at, kind=letter.kind, is_mailed=bool(email))
    ask_for_letter(letter.pk)
    return letter


def notice_letter(
    *, authority: Authority, rows: list[dict[str, str]], sent: dict[str, Any], by: User, at: datetime
) -> Letter:  # fmt: skip
    """A notice to the national contractor that lists some changes, sent as `sent` says (DEP-15)."""
    kind, name = LetterKind.NOTICE_CONTRACTOR, "National contractor"
    text, template = text_in_use(authority, kind)
    values = {**values_of(authority, name=name), "number of changes": counted(len(rows), "change")}
    return _keep(
        authority=authority, deployment=None, kind=kind, name=name, email="", lines=[name], by=by, at=at, text=text,
        template=template, values=values, rows=rows, sent=sent,
    )  # fmt: skip


def ask_for_letter(letter_id: int) -> None:
    for carrier in _carriers:
        transaction.on_commit(lambda carrier=carrier: carrier(letter_id), robust=True)


def write_again(*, deployment: Deployment, kind: LetterKind, by: User, at: datetime) -> Letter:
    """Make a letter of a kind anew, with the text and the facts of today."""
    require(by=by, permission=P.LETTER_SEND, record=deployment, at=at)
    if kind not in kinds_for(deployment):
        refuse("There is no letter of this kind for a deployment that stands where this one does.")
    with transaction.atomic():
        return write_letters(deployment=deployment, kinds=[kind], by=by, at=at)[0]


def kinds_for(deployment: Deployment) -> tuple[LetterKind, ...]:
    """The letters that can be written of a deployment as it stands; feedback is asked for by the change alone."""
    if deployment.is_void:
        return ()
    if deployment.confirmed_on is None:
        return () if deployment.status in {"withdrawn", "upheld"} else (LetterKind.PROPOSAL_SCHOOL,)
    confirmed = (LetterKind.CONFIRMATION_SCHOOL, LetterKind.CONFIRMATION_SIP)
    return confirmed + ((LetterKind.END_SCHOOL, LetterKind.END_SIP) if deployment.ends_on and deployment.end_reason else ())


def send_again(*, letter: Letter, by: User, at: datetime) -> None:
    """Mail the link of a letter once more, to whoever is head, or the SIP, today; its words stay as they were."""
    require(by=by, permission=P.LETTER_SEND, record=letter, at=at)
    if letter.recipient == Recipient.CONTRACTOR:
        refuse("A notice to the national contractor is not mailed from here. Download it and send it on.")
    name, email, _lines = addressee_of(letter.deployment, LetterKind(letter.kind), day_of(at))
    if not email:
        refuse(f"No email address is known for {name}. Download the letter, post it, and record that you did.")
    with transaction.atomic():
        emails.letter_made(letter=letter, to=email, name=name, at=at, path=_answer_path(letter))
        _sent(letter, sent_on=day_of(at), method=BY_EMAIL, by=by)
        audit.record(what="letter.send_again", subject=letter, by=by, at=at, kind=letter.kind)


def _answer_path(letter: Letter) -> str:
    if letter.kind != LetterKind.FEEDBACK_SCHOOL:
        return ""
    handover = getattr(letter.deployment, "took_over", None)
    feedback = getattr(handover, "feedback", None)
    return f"/deployments/leaving-feedback/{feedback.pk}/" if feedback else ""


def mark_letter_sent(*, letter: Letter, sent_on: date, method: str, by: User, at: datetime) -> None:
    """Record that a letter went out another way, such as by post."""
    require(by=by, permission=P.LETTER_SEND, record=letter, at=at)
    if sent_on > day_of(at):
        refuse("The day on which the letter was sent must be today or in the past.")
    if sent_on < day_of(letter.made_at):
        refuse(f"The letter was made on {day(letter.made_at)}. It cannot have been sent before.")
    if not method.strip():
        refuse("Enter how the letter was sent.")
    with transaction.atomic():
        _sent(letter, sent_on=sent_on, method=method.strip()[:60], by=by)
        audit.record(what="letter.send", subject=letter, by=by, at=at, about_on=sent_on, kind=letter.kind)


def _sent(letter: Letter, *, sent_on: date, method: str, by: User) -> None:
    Letter.objects.filter(pk=letter.pk).update(sent_on=sent_on, method=method, sent_by=by)
    letter.sent_on, letter.method, letter.sent_by = sent_on, method, by


# ------------------------------------------------------------------------------------------------------------ the PDF


def print_letter(*, letter: Letter, at: datetime) -> None:
    """Make and keep the PDF of a letter, from the words that were kept; made already, nothing happens."""
    if letter.document_id is not None:
        return
    context = {"content": letter.content, "body": to_html(letter.content["body"]), "reference": letter.reference}
    content = pdf.render(TEMPLATE, context)
    document = documents.store(content=content, content_type="application/pdf", at=at)
    with transaction.atomic():
        if Letter.objects.filter(pk=letter.pk, document=None).update(document=document, problem=""):
            letter.document = document
            audit.record(what="letter.print", subject=letter, by=None, at=at, digest=document.digest)


def print_anew(*, letter: Letter, by: User, at: datetime) -> None:
    """Hand a letter whose PDF did not come to the worker again."""
    require(by=by, permission=P.LETTER_SEND, record=letter, at=at)
    if letter.document_id is not None:
        raise OutOfDate(["The PDF is made."])
    with transaction.atomic():
        audit.record(what="letter.ask_again", subject=letter, by=by, at=at)
        ask_for_letter(letter.pk)
