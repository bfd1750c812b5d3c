"""Files that somebody looks at before they are loaded: who reads which kind, and what is kept of it in between.

A floor registers what loads its kind of file from `ready()`:

    previews.register_loader("deployments", load)

`load(preview=, content=, telling=, by=, on=, at=, dry_run=)` returns what it did, or would do, as the command prints it. It
tells `telling` of every line, raises `FileRefused` for a fault of the whole file and `NotAllowed` where `by` may not load it.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sipmanager.core import uploads
from sipmanager.core.csvfiles import FileRefused

from ..models import ImportPreview, ImportRun, PreviewRow, PreviewState, RowKind
from .telling import RegisterChanged, Telling, Told

Loader = Callable[..., dict[str, Any]]
_loaders: dict[str, Loader] = {}

# Reading these takes longer than a person waits: the worker does it (D-32).
LARGE, LARGE_IN_ZIP = 2_000_000, 100_000
ROWS_AT_ONCE = 2000
SAY_HOW_FAR = 5000


class NotAllowed(Exception):
    """Whoever asks may not load this file, or may no longer."""


def register_loader(kind: str, loader: Loader) -> None:
    """Say what reads and loads a kind of file."""
    _loaders[kind] = loader


def is_large(content: bytes) -> bool:
    return len(content) > (LARGE_IN_ZIP if content.startswith(b"PK") else LARGE)


def read(*, preview: ImportPreview, on: date, at: datetime) -> None:
    """Work out what a file would do and keep it. Raises `FileRefused`, `NotAllowed` and `uploads.UploadGone`."""
    telling = Telling(keep=True)
    report = _loaders[preview.kind](
        preview=preview, content=uploads.read(key=preview.shelf_key), telling=telling, by=preview.asked_by or preview.made_by,
        on=on, at=at, dry_run=True,
    )  # fmt: skip
    rows = list(_rows(preview, telling.rows, report))
    with transaction.atomic():
        PreviewRow.objects.filter(preview=preview).delete()
        PreviewRow.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
        counts = {key: value for key, value in report.items() if key not in ("rejected", "warnings", "breaches")}
        counts |= {f"{key}_count": len(report.get(key) or ()) for key in ("rejected", "warnings", "breaches")}
        ImportPreview.objects.filter(pk=preview.pk).update(
            state=PreviewState.READY, report=counts, fingerprint=telling.fingerprint
        )


def _rows(preview: ImportPreview, told: list[Told], report: dict[str, Any]) -> Iterator[PreviewRow]:
    """What would be refused first, then what would be done, then what is worth a look."""
    known = {one.key: one.name for one in told}
    refused = [_named(row, RowKind.REJECTED, row["reason"], known) for row in report.get("rejected", ())]
    broken = [_named(row, RowKind.BREACH, f"{row['rule']}: {row['because']}", known) for row in report.get("breaches") or ()]
    warned = [_named(row, RowKind.WARNING, row["reason"], known) for row in report.get("warnings", ())]
    for position, one in enumerate([*refused, *told, *broken, *warned]):
        yield PreviewRow(
            preview=preview, position=position, line=one.line, key=one.key[:40], name=one.name[:200], kind=one.kind,
            says=one.says, changes=one.changes,
        )  # fmt: skip


def _named(row: dict[str, Any], kind: str, says: str, known: dict[str, str]) -> Told:
    key = " ".join(part for part in (row.get("partner", ""), row.get("urn", "")) if part)
    return Told(kind, row.get("line"), key, known.get(key, ""), says)


def load(*, preview: ImportPreview, on: date, at: datetime) -> ImportRun:
    """Load the very file that was looked at. Raises as `read`, and `RegisterChanged` where it would not do the same now.

    A load that was cut short by the end of a worker has begun to write: it goes on without being compared.
    """
    begun = preview.lines_done

    def on_progress(lines: int) -> None:
        ImportPreview.objects.filter(pk=preview.pk).update(lines_done=preview.lines_done + lines)
        preview.lines_done += lines

    telling = Telling(expected="" if begun else preview.fingerprint, on_progress=on_progress)
    _loaders[preview.kind](
        preview=preview, content=uploads.read(key=preview.shelf_key), telling=telling, by=preview.asked_by, on=on, at=at,
        dry_run=False,
    )  # fmt: skip
    run = ImportRun.objects.filter(kind=preview.kind, started_by=preview.asked_by, started_at=at).order_by("-pk").first()
    ImportPreview.objects.filter(pk=preview.pk).update(state=PreviewState.DONE, run=run)
    PreviewRow.objects.filter(preview=preview).delete()
    uploads.throw_away(key=preview.shelf_key)
    return run


__all__ = ["FileRefused", "NotAllowed", "RegisterChanged", "is_large", "load", "read", "register_loader"]
