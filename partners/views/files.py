"""Opening a file that is kept for a SIP, and withdrawing one. How pages list files."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Viewer, fetch, requires
from accounts.permissions import P
from partners import actions
from partners.models import FILE_RIGHTS, FileKind, PartnerFile
from sipmanager.core import clock, documents
from sipmanager.core.forms import file_size
from sipmanager.core.workflow import OutOfDate

from .shared import partner_url

# The tab of the SIP where files of a kind are listed, to go back to.
TAB_OF = {
    FileKind.CHECK: "checks", FileKind.BREACH: "checks", FileKind.CLAIM: "accreditation", FileKind.REMOVAL: "accreditation",
    FileKind.DEVELOPMENT: "development",
}  # fmt: skip


@dataclass(frozen=True)
class ShownFile:
    """A kept file as a page lists it; `withdraw_url` is there for whoever handed it in."""

    name: str
    size: str
    says: str
    who: str
    at: datetime
    url: str
    withdraw_url: str = ""


def shown_file(viewer: Viewer, file: PartnerFile, *, may_withdraw: bool = True) -> ShownFile:
    """A file for a list; the caller says whether it can be withdrawn still."""
    is_theirs = may_withdraw and viewer.user is not None and file.uploaded_by_id == viewer.user.pk
    return ShownFile(
        file.name,
        file_size(file.size),
        file.says,
        file.uploaded_by.full_name if file.uploaded_by else "",
        file.uploaded_at,
        reverse("partners:partner-file", args=[file.partner.reference, file.pk]),
        reverse("partners:file-withdraw", args=[file.partner.reference, file.pk]) if is_theirs else "",
    )


def file_for(request, reference: str, pk: int) -> PartnerFile:
    """The file through the door, by whichever right of its kind the person has; else 404."""
    rows = PartnerFile.objects.select_related("document", "partner", "engagement")
    kind = rows.filter(pk=pk, partner__reference=reference, voided_on=None).values_list("kind", flat=True).first()
    if kind is None:
        raise Http404("No such file")
    rights = FILE_RIGHTS[FileKind(kind)].read
    right = next((right for right in rights if rows.filter(pk=pk).visible_to(request.viewer, right).exists()), rights[0])
    return fetch(request.viewer, right, rows, pk=pk)


@require_safe
@requires(P.PARTNER_VIEW)
def partner_file(request, reference, pk):
    """The file itself, handed over to be saved and never shown in the page; opening it goes on record (ROL-32)."""
    file = file_for(request, reference, pk)
    return documents.as_download(actions.open_file(file=file, by=request.user, at=clock.now()), file.content_type, file.name)


@require_POST
@requires(P.PARTNER_VIEW)
def file_withdraw(request, reference, pk):
    """Withdraw a file that one handed in oneself."""
    file = file_for(request, reference, pk)
    try:
        actions.withdraw_file(file=file, by=request.user, at=clock.now())
        messages.success(request, "The file is withdrawn.")
    except OutOfDate:
        pass
    return redirect(partner_url(file.partner, TAB_OF.get(FileKind(file.kind), "detail")))
