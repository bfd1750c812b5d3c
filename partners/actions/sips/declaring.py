"""A SIP's private declaration, its readers and its answer (REG-19, ROL-32)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from partners import emails
from partners.models import DeclarationKind, Partner, SelfDeclaration
from sipmanager.core import audit
from sipmanager.core.workflow import OutOfDate

from ..permitting import is_national, refuse, require

P = Permission


def make_declaration(*, partner: Partner, kind: str, text: str, by: User, at: datetime) -> SelfDeclaration:
    """Tell national staff and the SIP manager in private. The right reaches one's own record alone; mail holds a link only."""
    require(by=by, permission=P.SELF_DECLARATION_MAKE, record=partner, at=at)
    if not text.strip():
        refuse("Enter what you want to declare.")
    with transaction.atomic():
        found = SelfDeclaration.objects.create(
            partner=partner, kind=DeclarationKind(kind), text=text.strip(), made_at=at, made_by=by
        )
        audit.record(what="declaration.make", subject=found, by=by, at=at)
        emails.declaration_made(declaration=found, at=at)
    return found


def open_declaration(*, declaration: SelfDeclaration, by: User, at: datetime) -> None:
    """Put on record who has read it; the SIP sees it (ROL-32). A SIP's own reading is none."""
    require(by=by, permission=P.SELF_DECLARATION_VIEW, record=declaration, at=at)
    if declaration.partner.user_id != by.pk:
        audit.record(what="declaration.open", subject=declaration, by=by, at=at)


def answer_declaration(*, declaration: SelfDeclaration, answer: str, by: User | None, at: datetime) -> None:
    """Answer and close it. National staff alone do, and nobody their own."""
    if not is_national(by=by, permission=P.SELF_DECLARATION_VIEW, at=at):
        raise PermissionDenied("National staff answer")
    if by is not None and declaration.partner.user_id == by.pk:
        raise PermissionDenied("Nobody answers themself")
    if not answer.strip():
        refuse("Enter your answer. The SIP reads it.")
    values = {"answer": answer.strip(), "closed_at": at, "closed_by": by}
    with transaction.atomic():
        if not SelfDeclaration.objects.filter(pk=declaration.pk, closed_at=None).update(**values):
            raise OutOfDate(["This declaration is answered already."])
        for column, value in values.items():
            setattr(declaration, column, value)
        audit.record(what="declaration.answer", subject=declaration, by=by, at=at)
        emails.declaration_answered(declaration=declaration, at=at)
