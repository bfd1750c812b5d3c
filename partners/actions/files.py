"""Files kept for a SIP: looked at, stored, kept, withdrawn, opened (section 8, ROL-32, D-38)."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from partners.models import FILE_RIGHTS, Engagement, FileKind, Partner, PartnerFile
from sipmanager.core import audit, documents, uploaded
from sipmanager.core.models import StoredDocument
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .permitting import day_of, is_permitted, refuse

MOST_FILES = 20
TOO_MANY = f"At most {MOST_FILES} files can be kept here. Withdraw one that is not needed any more."
THERE_ALREADY = "The selected file is kept here already"


@dataclass(frozen=True)
class Prepared:
    """A file that has been looked at and stored, to be kept."""

    file: uploaded.Checked
    document: StoredDocument


def prepare_file(*, name: str, content: bytes, at: datetime) -> Prepared:
    """Look at a file and store its bytes, outside any transaction (D-38).

    Raises `MoveRefused` with one sentence where the file is not what it says, or what nobody should open; then nothing
    is stored.
    """
    try:
        file = uploaded.checked(name=name, content=content)
    except uploaded.FileUnfit as unfit:
        raise MoveRefused([unfit.says]) from unfit
    return Prepared(file, documents.store(content=content, content_type=file.content_type, at=at))


def keep_file(
    *, partner: Partner, kind: str, prepared: Prepared, by: User | None, at: datetime,
    engagement: Engagement | None = None, about: str = "", says: str = "",
) -> PartnerFile:  # fmt: skip
    """Keep a prepared file for a SIP and return its row. `about` is `kind:key` of what it is evidence of (`check:12`).

    Raises `PermissionDenied` unless `by` may hand in this kind (`FILE_RIGHTS`) for the engagement, or for the SIP where
    none is given; `MoveRefused` where the same file is there already, or too many are.
    """
    kind = FileKind(kind)
    record = engagement or partner
    if not any(is_permitted(by=by, permission=right, record=record, at=at) for right in FILE_RIGHTS[kind].keep):
        raise PermissionDenied(f"A file of kind {kind} is not kept here by this person")
    beside = PartnerFile.objects.filter(partner=partner, kind=kind, about=about, voided_on=None)
    if beside.count() >= MOST_FILES:
        refuse(TOO_MANY)
    file = prepared.file
    try:
        with transaction.atomic():
            row = PartnerFile.objects.create(
                partner=partner, engagement=engagement, kind=kind, about=about, document=prepared.document, name=file.name,
                content_type=file.content_type, size=file.size, says=uploaded.one_line(says)[:300], uploaded_at=at,
                uploaded_by=by,
            )  # fmt: skip
            audit.record(
                what="file.keep", subject=row, by=by, at=at, kind=kind.value, about=about, digest=prepared.document.digest
            )
    except IntegrityError:
        raise MoveRefused([THERE_ALREADY]) from None
    return row


def withdraw_file(*, file: PartnerFile, by: User, at: datetime) -> None:
    """Take back a file that one handed in oneself; it stays on record and nobody can open it any more.

    Raises `PermissionDenied` for anybody else, `OutOfDate` where it is withdrawn already.
    """
    rights = FILE_RIGHTS[FileKind(file.kind)].keep
    if file.uploaded_by_id != by.pk or not any(is_permitted(by=by, permission=right, record=file, at=at) for right in rights):
        raise PermissionDenied("A file is withdrawn by whoever handed it in")
    with transaction.atomic():
        if not PartnerFile.objects.filter(pk=file.pk, voided_on=None).update(voided_on=day_of(at)):
            raise OutOfDate(["This file is withdrawn already."])
        file.voided_on = day_of(at)
        audit.record(what="file.withdraw", subject=file, by=by, at=at, kind=file.kind, about=file.about)


def open_file(*, file: PartnerFile, by: User, at: datetime) -> bytes:
    """The bytes of a file; that somebody opened it goes on record (ROL-32)."""
    content = documents.read(file.document)
    audit.record(what="file.open", subject=file, by=by, at=at, kind=file.kind, about=file.about)
    return content
