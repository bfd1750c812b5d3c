"""A coordinator's concern about an authority, shared with its manager first and then taken up the line (COG-M)."""

from datetime import datetime

from django.db import transaction

from accounts.models import Authority, AuthorityKind, User
from accounts.permissions import Permission
from partners import emails
from partners.models import ConcernStatus, GrantConcern
from partners.workflow import CONCERN_WORKFLOW, ConcernCase
from schools.models import Programme
from sipmanager.core import audit, moves
from sipmanager.core.wording import has_substance

from ..permitting import refuse, require
from .records import NO_TRUST

P = Permission


def raise_concern(
    *, authority: Authority, programme: str, says: str, by: User | None, at: datetime, condition: str = ""
) -> GrantConcern:  # fmt: skip
    """Note a concern about how an authority runs its SIPs. The authority reads it once it is shared."""
    require(by=by, permission=P.CONDITIONS_OVERSEE, record=authority, at=at)
    if authority.kind != AuthorityKind.LOCAL_AUTHORITY:
        refuse(NO_TRUST)
    if not has_substance(says):
        refuse("Enter what the concern is.")
    with transaction.atomic():
        concern = GrantConcern.objects.create(
            authority=authority, programme=Programme(programme).value, condition=condition, says=says.strip(),
            status=ConcernStatus.RAISED, raised_at=at, raised_by=by,
        )  # fmt: skip
        audit.record(what="grantconcern.raise", subject=concern, by=by, at=at, condition=condition, programme=programme)
    return concern


def move_concern(
    *, concern: GrantConcern, name: str, by: User | None, at: datetime, director: str = "", comment: str = ""
) -> None:
    """Make one move of `CONCERN_WORKFLOW`. Raises `MoveRefused` where the table says no."""
    require(by=by, permission=P.CONDITIONS_OVERSEE, record=concern, at=at)
    values = {"director": director.strip()} if name == "pass_on" else {"outcome": comment.strip()} if name == "close" else {}
    moves.play(
        table=CONCERN_WORKFLOW, record=concern, name=name, policy=None, case=ConcernCase(director), by=by, at=at,
        comment=comment, values=values, effects={"tell_manager": _tell_manager},
    )  # fmt: skip


def _tell_manager(*, record: GrantConcern, at: datetime, **_) -> None:
    emails.concern_shared(concern=record, at=at)
