"""Sealing what must not be readable in the database: parked text and second-factor secrets.

The keys come from `SECRET_KEY`; what an earlier key of `SECRET_KEY_FALLBACKS` sealed can still be opened.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotOpen(Exception):
    """What was sealed was sealed with another key, for another purpose, or has been tampered with."""


def seal(text: str, *, purpose: str) -> str:
    """`text` as nobody without the key can read it. What is sealed for one purpose opens for that one alone."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The text again. Raises `CannotOpen`."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen from error


def fingerprint(secret: str) -> str:
    """What is stored of a long random secret: enough to know it again, not to tell it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _box(purpose: str) -> MultiFernet:
    return _box_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), purpose)


@lru_cache(maxsize=8)
def _box_of(keys: tuple[str, ...], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key, purpose)) for key in keys])


def _derived(key: str, purpose: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"sipmanager {purpose}".encode())
    return base64.urlsafe_b64encode(derivation.derive(key.encode()))
