"""Frozen files: stored once under the digest of their bytes, in the private storage (D-38)."""

import hashlib
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from .models import StoredDocument


class DocumentDamaged(Exception):
    """The bytes in the store are not those that were put in."""


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
    """The bytes of a stored document; raises `DocumentDamaged` if they are not what was stored."""
    with storages["documents"].open(_name(document.digest)) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != document.digest:
        raise DocumentDamaged(document.digest)
    return content
