"""The two kinds of file that this floor loads from a page; registered with `schools.imports.previews`."""

from datetime import date, datetime
from typing import Any

from accounts.access import viewer_for
from accounts.models import Authority
from accounts.permissions import P, Reach
from schools.imports import Telling
from schools.imports.previews import NotAllowed
from schools.models import ImportPreview

from .deployments import import_deployments
from .partners import import_partners


def load_partners(
    *, preview: ImportPreview, content: bytes, telling: Telling, by, on: date, at: datetime, dry_run: bool
) -> dict[str, Any]:
    """A file of SIPs."""
    _ask(preview, by, on)
    outcome = import_partners(
        content=content, file_name=preview.file_name, authority=preview.authority, by=by, on=on, at=at, dry_run=dry_run,
        telling=telling,
    )  # fmt: skip
    return outcome.as_json()


def load_deployments(
    *, preview: ImportPreview, content: bytes, telling: Telling, by, on: date, at: datetime, dry_run: bool
) -> dict[str, Any]:
    """A file of deployments, of what is to be or of what happened."""
    _ask(preview, by, on)
    outcome = import_deployments(
        content=content, file_name=preview.file_name, authority=preview.authority, by=by, on=on, at=at, dry_run=dry_run,
        is_historic=preview.options["is_historic"], telling=telling,
    )  # fmt: skip
    return outcome.as_json()


def _ask(preview: ImportPreview, by, on: date) -> None:
    """Raises `NotAllowed` where `by` may not load for this authority, or may no longer; only national staff load for all."""
    viewer = viewer_for(by, on=on)
    if preview.authority_id is None:
        is_allowed = any(reach is Reach.EVERYWHERE for _capacity, reach in viewer.granted(P.PARTNER_IMPORT))
    else:
        is_allowed = Authority.objects.visible_to(viewer, P.PARTNER_IMPORT).filter(pk=preview.authority_id).exists()
    if not is_allowed:
        raise NotAllowed
