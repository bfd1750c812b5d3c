"""What the worker does with files that are too large for a page, and what the night clears away (D-32)."""

from datetime import date, datetime

from sipmanager.core import uploads
from sipmanager.core.csvfiles import FileRefused
from sipmanager.core.jobs import NATIONAL, Tally
from sipmanager.core.wording import capitalised

from . import actions
from .imports import RegisterChanged, previews
from .models import ImportPreview, PreviewState

GONE = "The file is no longer held. Choose it again."


def read_preview(*, preview_id: int, on: date, at: datetime) -> None:
    """Read a file that waits to be looked at; what is wrong with it is kept on the preview."""
    preview = ImportPreview.objects.select_related("authority", "made_by").get(pk=preview_id)
    if preview.state == PreviewState.READING:
        _carefully(preview, lambda: previews.read(preview=preview, on=on, at=at))


def load_preview(*, preview_id: int, on: date, at: datetime) -> None:
    """Load a file that somebody asked for. Where the register is another than when they looked, look again instead."""
    preview = ImportPreview.objects.select_related("authority", "made_by", "asked_by").get(pk=preview_id)
    if preview.state != PreviewState.LOADING:
        return
    try:
        _carefully(preview, lambda: previews.load(preview=preview, on=on, at=at))
    except RegisterChanged:
        _carefully(preview, lambda: previews.read(preview=preview, on=on, at=at))
        ImportPreview.objects.filter(pk=preview.pk).update(has_changed=True)


def _carefully(preview: ImportPreview, work) -> None:
    try:
        work()
    except FileRefused as refusal:
        actions.refuse_preview(preview=preview, because=capitalised(str(refusal)))
    except previews.NotAllowed:
        actions.refuse_preview(preview=preview, because="Your right to load this file has ended")
    except uploads.UploadGone:
        actions.refuse_preview(preview=preview, because=GONE)
    except RegisterChanged:
        raise
    except Exception:
        actions.refuse_preview(preview=preview, because="The file could not be loaded; tell whoever runs the service")
        raise


def clear_away(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """The night's step: files that nobody went on with."""
    if partition == NATIONAL and not dry_run:
        actions.forget_old_previews(at=at)
    return Tally()
