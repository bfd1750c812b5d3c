"""The signed agreement as a PDF: asked for when both have signed, made by the worker, kept under its digest (D-38)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from partners.agreement_rules import digest_of
from partners.models import AgreementVersion, Side
from sipmanager.core import audit, documents, pdf
from sipmanager.core.documents import DocumentDamaged

TEMPLATE = "partners/pdf/agreement.html"
_carriers: list[Callable[[int], Any]] = []


def print_by(carrier: Callable[[int], Any]) -> None:
    """`carrier(version_id)` is called after both signatures are committed."""
    _carriers[:] = [carrier]


def ask_for_print(version_id: int) -> None:
    for carrier in _carriers:
        transaction.on_commit(lambda carrier=carrier: carrier(version_id), robust=True)


def print_agreement(*, version: AgreementVersion, at: datetime) -> None:
    """Make and keep the PDF of a text that both have signed; made already, nothing happens.

    Raises `DocumentDamaged` where the text is not the one that was signed any more.
    """
    if version.document_id is not None:
        return
    signatures = {row.side: row for row in version.signatures.select_related("signed_by")}
    if set(signatures) != set(Side.values):
        return
    if digest_of(version.content) != version.digest or any(row.digest != version.digest for row in signatures.values()):
        raise DocumentDamaged(version.digest)
    content = pdf.render(TEMPLATE, {
        "content": version.content, "digest": version.digest, "partner": signatures[Side.PARTNER],
        "authority": signatures[Side.AUTHORITY],
    })  # fmt: skip
    document = documents.store(content=content, content_type="application/pdf", at=at)
    with transaction.atomic():
        if AgreementVersion.objects.filter(pk=version.pk, document=None).update(document=document):
            version.document = document
            audit.record(
                what="agreement.print",
                subject=version.agreement,
                by=None,
                at=at,
                number=version.number,
                digest=document.digest,
            )
