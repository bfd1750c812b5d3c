"""A file that somebody uploaded, kept in the private storage between looking at what it would do and doing it.

The form carries a signed ticket that names the file, the person and the purpose; nobody else can use it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import storages

FOLDER = "uploads"
LASTS = timedelta(hours=4)
SALT = "sipmanager.uploads"


class UploadGone(Exception):
    """The ticket is somebody else's, for something else, too old, or the file is no longer there."""


@dataclass(frozen=True)
class Upload:
    """A file held: its name as the person called it, and its bytes."""

    name: str
    content: bytes
    details: dict


def hold(*, content: bytes, name: str, purpose: str, by, at: datetime, **details) -> str:
    """Keep a file for one person and one purpose, and return its ticket. `details` are plain values kept with it."""
    _forget_old(at)
    key = secrets.token_hex(16)
    storages["documents"].save(f"{FOLDER}/{key}", ContentFile(content))
    payload = {"key": key, "name": name[:200], "purpose": purpose, "user": by.pk, "at": at.timestamp(), "details": details}
    return signing.dumps(payload, salt=SALT, compress=True)


def held(*, ticket: str, purpose: str, by, at: datetime) -> Upload:
    """The file of a ticket; raises `UploadGone`."""
    payload = _payload(ticket, purpose=purpose, by=by)
    if at.timestamp() - payload["at"] > LASTS.total_seconds():
        raise UploadGone
    try:
        with storages["documents"].open(f"{FOLDER}/{payload['key']}") as file:
            return Upload(payload["name"], file.read(), payload["details"])
    except FileNotFoundError as error:
        raise UploadGone from error


def release(*, ticket: str, purpose: str, by) -> None:
    """Throw the file of a ticket away; once its work is done nobody needs it."""
    storages["documents"].delete(f"{FOLDER}/{_payload(ticket, purpose=purpose, by=by)['key']}")


def _payload(ticket: str, *, purpose: str, by) -> dict:
    try:
        payload = signing.loads(ticket, salt=SALT)
    except signing.BadSignature as error:
        raise UploadGone from error
    if payload["purpose"] != purpose or payload["user"] != by.pk:
        raise UploadGone
    return payload


def _forget_old(at: datetime) -> None:
    """Uploads that nobody went on with hold personal data: they do not outlive their ticket."""
    shelf = storages["documents"]
    try:
        _, names = shelf.listdir(FOLDER)
    except FileNotFoundError:
        return
    for name in names:
        path = f"{FOLDER}/{name}"
        if at - shelf.get_modified_time(path) > LASTS:
            shelf.delete(path)
