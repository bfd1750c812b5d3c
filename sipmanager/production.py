"""What a server refuses to start with.

Commands run without these checks, so that a fresh clone can migrate and import with no setting at all; the doors through which
strangers come (web server, worker, beat) do not open.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "::1", "[::1]", ".localhost", "testserver"}


def unsafe_settings() -> list[str]:
    """What is wrong with the settings for this kind of start, as sentences; empty where nothing is."""
    if settings.DEBUG:
        return _unsafe_debug()
    return _unsafe_secret() + _unsafe_address() + _unsafe_mail() + _unsafe_pretence()


def refuse_unsafe_start() -> None:
    """Raises ImproperlyConfigured naming everything that is wrong at once."""
    if problems := unsafe_settings():
        raise ImproperlyConfigured("SIP Manager does not start like this: " + " ".join(problems))


def _unsafe_debug() -> list[str]:
    strangers = sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK_HOSTS)
    if not strangers:
        return []
    return [f"DEBUG is on although the server answers to {', '.join(strangers)}: DEBUG is for 127.0.0.1 only."]


def _unsafe_secret() -> list[str]:
    if settings.SECRET_KEY == settings.INSECURE_SECRET_KEY:
        return ["SECRET_KEY is not set."]
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 5:
        return ["SECRET_KEY is too short to be secret: use 50 random characters or more."]
    return []


def _unsafe_address() -> list[str]:
    problems = []
    if not settings.ALLOWED_HOSTS:
        problems.append("ALLOWED_HOSTS names no host.")
    if "*" in settings.ALLOWED_HOSTS:
        problems.append("ALLOWED_HOSTS lets in every host.")
    address = urlsplit(settings.SITE_URL)
    if address.scheme != "https" and address.hostname not in LOOPBACK_HOSTS:
        problems.append("SITE_URL is not an https address.")
    return problems


def _unsafe_mail() -> list[str]:
    if settings.MAIL_SENDING and settings.EMAIL_BACKEND.endswith(("dummy.EmailBackend", "console.EmailBackend")):
        return ["MAIL_SENDING is on but EMAIL_URL names no mail server."]
    return []


def _unsafe_pretence() -> list[str]:
    if settings.PRETEND_IT_IS and not settings.DEMONSTRATION:
        return ["PRETEND_IT_IS is for demonstrations only."]
    return []
