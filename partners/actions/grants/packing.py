"""Evidence packs: asked for by a person, made by the worker, kept under their digests, opened on record (D-38, ROL-32)."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Authority, AuthorityKind, User
from accounts.permissions import Permission
from partners.conditions import RESULT_NAMES, Answer, Strength, figure_said, figure_words
from partners.models import EvidencePack, PackStatus
from partners.selectors import EvidenceTables, Sheet, evidence_of
from schools.models import Programme
from sipmanager.core import audit, documents, exports, pdf
from sipmanager.core.models import StoredDocument

from ..permitting import day_of, refuse, require
from .records import NO_TRUST

P = Permission
TEMPLATE = "partners/pdf/evidence.html"
MOST_IN_PDF = 60  # rows of a table; the file beside it has all
OLDEST_IN_ZIP = date(1980, 1, 1)  # the format knows no earlier day
PDF, ZIP = "application/pdf", "application/zip"
_carriers: list[Callable[[int], Any]] = []


def make_evidence_by(carrier: Callable[[int], Any]) -> None:
    """`carrier(pack_id)` is called once the request is committed."""
    _carriers[:] = [carrier]


def ask_for_evidence(*, authority: Authority, programme: str, on: date, by: User | None, at: datetime) -> EvidencePack:
    """Ask for the evidence as at a day; the worker makes it."""
    require(by=by, permission=P.EVIDENCE_PACK, record=authority, at=at)
    if authority.kind != AuthorityKind.LOCAL_AUTHORITY:
        refuse(NO_TRUST)
    if on > day_of(at):
        refuse("The day must be today or in the past.")
    with transaction.atomic():
        pack = EvidencePack.objects.create(
            authority=authority, programme=Programme(programme).value, on=on, asked_at=at, asked_by=by
        )
        audit.record(what="evidence.ask", subject=pack, by=by, at=at, about_on=on, programme=programme)
        for carrier in _carriers:
            transaction.on_commit(lambda carrier=carrier: carrier(pack.pk), robust=True)
    return pack


def make_evidence(*, pack: EvidencePack, at: datetime) -> None:
    """Make and keep the files of a pack; made already, nothing happens."""
    if pack.status == PackStatus.MADE:
        return
    found = evidence_of(authority=pack.authority, programme=pack.programme, on=pack.on)
    files = {f"{sheet.name}.csv": as_csv(sheet) for sheet in found.sheets}
    content = pdf.render(TEMPLATE, pdf_context(found))
    document = documents.store(content=content, content_type=PDF, at=at)
    folder = documents.store(content=as_zip({**files, "evidence.pdf": content}, found), content_type=ZIP, at=at)
    values = {"status": PackStatus.MADE, "document": document, "folder": folder, "made_at": at, "failure": ""}
    with transaction.atomic():
        if EvidencePack.objects.filter(pk=pack.pk).exclude(status=PackStatus.MADE).update(**values):
            for column, value in values.items():
                setattr(pack, column, value)
            audit.record(
                what="evidence.make",
                subject=pack,
                by=None,
                at=at,
                about_on=pack.on,
                document=document.digest,
                folder=folder.digest,
            )


def fail_evidence(*, pack: EvidencePack, reason: str, at: datetime) -> None:
    """Say that a pack could not be made; asked for again, it is tried anew."""
    with transaction.atomic():
        if EvidencePack.objects.filter(pk=pack.pk, status=PackStatus.ASKED).update(
            status=PackStatus.FAILED, failure=reason[:300]
        ):
            audit.record(what="evidence.fail", subject=pack, by=None, at=at, about_on=pack.on)


def open_evidence(*, pack: EvidencePack, document: StoredDocument, by: User | None, at: datetime) -> bytes:
    """The bytes of one file of a pack; that it was opened goes on record (ROL-32)."""
    require(by=by, permission=P.EVIDENCE_PACK, record=pack, at=at)
    content = documents.read(document)
    audit.record(what="evidence.open", subject=pack, by=by, at=at, about_on=pack.on, digest=document.digest)
    return content


# ---------------------------------------------------------------------------------------------------------------- files


def as_csv(sheet: Sheet) -> bytes:
    """A table as a CSV file with the mark by which Excel knows UTF-8; nothing in it runs as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(sheet.headers)
    for row in sheet.rows:
        writer.writerow([exports.as_text(exports.cell_value(value)) for value in row])
    return ("\ufeff" + out.getvalue()).encode()


def as_zip(files: dict[str, bytes], pack: EvidenceTables) -> bytes:
    """The files in one folder, in order and dated as the pack is, so that the same records give the same bytes."""
    out = io.BytesIO()
    folder = f"evidence-{pack.authority.code}-{pack.programme}-{pack.on.isoformat()}"
    on = max(pack.on, OLDEST_IN_ZIP)
    dated = (on.year, on.month, on.day, 0, 0, 0)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(f"{folder}/{name}", date_time=dated)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def pdf_context(pack: EvidenceTables) -> dict[str, Any]:
    """What the PDF shows; where a table is long it names the file that holds the rest."""
    year, total = pack.lines.year, pack.lines.total
    return {
        "pack": pack,
        "grant": {"year": f"{year} to {year + 1}", "amount": "" if total is None else f"£{total:,.2f}"},
        "answers": [_answer(pack, answer) for answer in pack.report.answers],
        "overrides": pack.sheet("overrides").rows[:MOST_IN_PDF],
        "sanctions": pack.sheet("sanctions").rows,
    }


def _answer(pack: EvidenceTables, answer: Answer) -> dict[str, Any]:
    findings = answer.verdict.findings
    return {
        "answer": answer,
        "strength": "Will" if answer.strength is Strength.WILL else "Best endeavours",
        "result": RESULT_NAMES[answer.result],
        "figures": [(figure_words(key), figure_said(key, value)) for key, value in answer.verdict.figures.items()],
        "arithmetic": pack.arithmetic[answer.id],
        "findings": findings[:MOST_IN_PDF],
        "more": max(len(findings) - MOST_IN_PDF, 0),
        "endeavours": [row for row in pack.sheet("endeavours").rows if row[0] == answer.id],
    }
