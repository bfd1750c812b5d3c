"""One effect for one form, however often it is sent (D-31)."""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction

from .models import UsedFormKey


def once(*, key: uuid.UUID | str, by, at: datetime, effect: Callable[[], str]) -> tuple[str, bool]:
    """Run `effect` unless this form was sent before. Returns where to go and whether it ran now.

    `effect` returns the address to show next; a repeat is sent to the same address. An effect that raises
    leaves the key unused, so that the corrected form can be sent again.
    """
    try:
        with transaction.atomic():
            used = UsedFormKey.objects.create(key=key, user=by, used_at=at)
            used.went_to = effect()
            used.save(update_fields=["went_to"])
            return used.went_to, True
    except IntegrityError:
        earlier = UsedFormKey.objects.filter(key=key, user=by).first()
        if earlier is None:
            raise
        return earlier.went_to, False
