"""The two kinds of file that this floor loads from a page: extracts of establishments, and links between them."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

from accounts.access import viewer_for
from accounts.models import Authority
from accounts.permissions import P, Reach

from ..models import ImportPreview
from .link_files import import_links
from .previews import NotAllowed
from .run import import_schools
from .telling import Telling

SCHOOLS, LINKS = "schools", "links"


def sees_everything(viewer) -> bool:
    """Whether somebody loads the schools of every authority, and may take one from another."""
    return any(reach is Reach.EVERYWHERE for _capacity, reach in viewer.granted(P.SCHOOL_IMPORT))


def load_schools(
    *, preview: ImportPreview, content: bytes, telling: Telling, by, on: date, at: datetime, dry_run: bool
) -> dict[str, Any]:
    """An extract of establishments. Rights are those of now, whatever they were when the file was handed in."""
    is_national = _ask(preview, by, on)
    report = import_schools(
        source=BytesIO(content), file_name=preview.file_name, authority=preview.authority, as_at=preview.as_at,
        dry_run=dry_run, confirm=not dry_run, may_take_schools=is_national, by=by, at=at, on=on, telling=telling,
    )  # fmt: skip
    return report.as_dict()


def load_links(
    *, preview: ImportPreview, content: bytes, telling: Telling, by, on: date, at: datetime, dry_run: bool
) -> dict[str, Any]:
    """A file of links between establishments."""
    _ask(preview, by, on)
    report = import_links(
        content=content, file_name=preview.file_name, authority=preview.authority, dry_run=dry_run, by=by, at=at, on=on,
        telling=telling,
    )  # fmt: skip
    return report.as_dict()


def _ask(preview: ImportPreview, by, on: date) -> bool:
    """Whether `by` loads everything; raises `NotAllowed` where they may not load for this authority either."""
    viewer = viewer_for(by, on=on)
    is_national = sees_everything(viewer)
    own = Authority.objects.visible_to(viewer, P.SCHOOL_IMPORT).filter(pk=preview.authority_id)
    if not is_national and not own.exists():
        raise NotAllowed
    return is_national
