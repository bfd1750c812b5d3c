"""Handing a file in to look at what it would do, and asking that it be loaded."""

from datetime import date, datetime
from typing import Any

from accounts.models import Authority, User
from sipmanager.core import uploads

from ..models import ImportPreview, PreviewRow, PreviewState


def hand_in(
    *, kind: str, content: bytes, file_name: str, authority: Authority | None, as_at: date | None = None,
    options: dict[str, Any] | None = None, by: User, at: datetime,
) -> ImportPreview:  # fmt: skip
    """Keep a file for those who may load it at `authority` to look at; nothing of it is read yet."""
    forget_old_previews(at=at)
    return ImportPreview.objects.create(
        kind=kind, authority=authority, file_name=file_name[:200], as_at=as_at, options=options or {},
        shelf_key=uploads.keep(content=content, at=at), made_at=at, made_by=by,
    )  # fmt: skip


def ask_to_load(*, preview: ImportPreview, by: User) -> bool:
    """Take a file that is ready on to be loaded; false where somebody else has, or the button was pressed twice (D-31)."""
    rows = ImportPreview.objects.filter(pk=preview.pk, state=PreviewState.READY)
    return bool(rows.update(state=PreviewState.LOADING, asked_by=by, has_changed=False))


def refuse_preview(*, preview: ImportPreview, because: str) -> None:
    """A file that cannot be read or loaded is thrown away; what was wrong is kept for whoever asks."""
    ImportPreview.objects.filter(pk=preview.pk).update(state=PreviewState.REFUSED, problem=because[:500])
    PreviewRow.objects.filter(preview=preview).delete()
    uploads.throw_away(key=preview.shelf_key)


def forget_old_previews(*, at: datetime) -> None:
    """What nobody went on with in four hours holds personal data: the rows go, and those of files that are done."""
    old = ImportPreview.objects.filter(made_at__lt=at - uploads.LASTS)
    PreviewRow.objects.filter(preview__in=old.values("pk")).delete()
    waiting = old.exclude(state__in=(PreviewState.DONE, PreviewState.REFUSED))
    waiting.update(state=PreviewState.REFUSED, problem="Nobody went on with the file, so it is no longer held")
