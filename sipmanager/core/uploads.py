"""A file that somebody handed in, kept in the private storage between looking at what it would do and doing it."""

import secrets
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages

FOLDER = "uploads"
LASTS = timedelta(hours=4)


class UploadGone(Exception):
    """The file is no longer there: nobody went on with it, or somebody has."""


def keep(*, content: bytes, at: datetime) -> str:
    """Keep a file and return its key, which nobody can guess. Whose it is, the row that holds the key says."""
    _forget_old(at)
    key = secrets.token_hex(16)
    storages["documents"].save(f"{FOLDER}/{key}", ContentFile(content))
    return key


def read(*, key: str) -> bytes:
    """The bytes of a file that is kept; raises `UploadGone`."""
    try:
        with storages["documents"].open(f"{FOLDER}/{key}") as file:
            return file.read()
    except FileNotFoundError as error:
        raise UploadGone from error


def throw_away(*, key: str) -> None:
    """Once its work is done nobody needs it."""
    storages["documents"].delete(f"{FOLDER}/{key}")


def _forget_old(at: datetime) -> None:
    """Uploads that nobody went on with hold personal data: they do not outlive their hours."""
    shelf = storages["documents"]
    try:
        _, names = shelf.listdir(FOLDER)
    except FileNotFoundError:
        return
    for name in names:
        path = f"{FOLDER}/{name}"
        if at - shelf.get_modified_time(path) > LASTS:
            shelf.delete(path)
