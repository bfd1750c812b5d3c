"""Frozen files: stored once under the digest of their bytes, in the private storage (D-38)."""

import hashlib
import logging
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from .models import StoredDocument

log = logging.getLogger(__name__)


class DocumentDamaged(Exception):
    """The bytes in the store are not those that were put in."""


class DocumentMissing(DocumentDamaged):
    """The store has nothing under the document's digest, or cannot be read."""


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def store(*, content: bytes, content_type: str, at: datetime) -> StoredDocument:
    """Keep `content` and return its row; the same bytes are kept once."""
    digest = hashlib.sha256(content).hexdigest()
    shelf = storages["documents"]
    if not shelf.exists(_name(digest)):
        shelf.save(_name(digest), ContentFile(content))
    document, _ = StoredDocument.objects.get_or_create(
        digest=digest, defaults={"content_type": content_type, "size": len(content), "stored_at": at}
    )
    return document


def read(document: StoredDocument) -> bytes:
    """The bytes of a stored document.

    Raises `DocumentDamaged` if they are not what was stored, and its kind `DocumentMissing` if there are none.
    """
    try:
        with storages["documents"].open(_name(document.digest)) as file:
            content = file.read()
    except OSError as fault:
        raise DocumentMissing(document.digest) from fault
    if hashlib.sha256(content).hexdigest() != document.digest:
        raise DocumentDamaged(document.digest)
    return content


def as_download(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A private file as an attachment that no browser guesses about and nothing on the way keeps."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


class DamagedDocumentMiddleware:
    """Says so on a page of its own where a file that somebody opens is not in the store as it was put there.

    The answer is 503: nothing that the person does mends it, a copy put back does. The log has the digest.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, DocumentDamaged):
            return None
        log.error("%s: stored document %s", type(exception).__name__, exception, exc_info=exception)
        return render(request, "core/damaged_document.html", status=503)
