"""What Django's `check` says of accounts before a server opens its doors."""

from django.conf import settings
from django.core import checks


def register_all() -> None:
    checks.register(second_factor_is_asked_for, checks.Tags.security)
    checks.register(no_demonstration_accounts, checks.Tags.database)


def second_factor_is_asked_for(**_) -> list[checks.CheckMessage]:
    """D-8: only a demonstration does without."""
    if settings.SECOND_FACTOR_REQUIRED or settings.DEBUG or settings.DEMONSTRATION:
        return []
    return [
        checks.Error(
            "SECOND_FACTOR_REQUIRED is off outside a demonstration.",
            hint="National staff, SIP managers and administrators must use a second factor.",
            id="accounts.E001",
        )
    ]


def no_demonstration_accounts(*, databases=None, **_) -> list[checks.CheckMessage]:
    """Demonstration accounts have a printed password: outside a demonstration none may be in the database."""
    if settings.DEBUG or settings.DEMONSTRATION or "default" not in (databases or ()):
        return []
    from django.db import connection

    from .backends import DEMONSTRATION_ENDING
    from .models import User

    has_table = User._meta.db_table in connection.introspection.table_names()
    if not has_table or not User.objects.filter(email__endswith=DEMONSTRATION_ENDING, is_active=True).exists():
        return []
    return [
        checks.Error(
            "There are demonstration accounts in the database.",
            hint="They cannot sign in here. Start with DEMONSTRATION on, or with a database of your own.",
            id="accounts.E002",
        )
    ]
