"""What the pages of one deployment say of the conditions of grant before anything is saved (COG-A, COG-D, COG-H)."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.urls import reverse

from accounts.models import Authority
from accounts.permissions import P
from partners import selectors
from partners.models import Deployment, Partner
from partners.whatif import Supposed
from schools.models import School
from schools.selectors import fact_on

from .whatif import address, effect_rows

ONE_DAY = timedelta(days=1)


def if_it_starts(viewer, partner: Partner, school: School, starts_on: date, ends_on: date | None = None) -> dict:
    """The conditions on the first day, without and with the deployment."""
    on = max(starts_on, viewer.on)
    text = f"start:{partner.reference}:{school.urn}:"
    return _shown(viewer, school, on, text, wishes=[selectors.Wish(partner, school, starts_on, ends_on)])


def if_it_moves(viewer, deployment: Deployment, name: str) -> dict:
    """The conditions with a deployment confirmed, or once it has ended; of the other moves nothing follows for them."""
    if name == "confirm":
        return if_it_starts(viewer, deployment.partner, deployment.school, deployment.starts_on, deployment.ends_on)
    if name != "end":
        return {}
    last_on = max(deployment.ends_on or viewer.on, deployment.starts_on)
    text = f"end:{deployment.partner.reference}:{deployment.school.urn}:"
    changes = selectors.ends_of([deployment], last_on)
    return _shown(viewer, deployment.school, last_on + ONE_DAY, text, changes=changes)


def if_many(viewer, authority: Authority, on: date, *, wishes=(), changes: Iterable[Supposed] = ()) -> dict:
    """The conditions of one authority with several changes at once."""
    if not viewer.has(P.CONDITIONS_VIEW):
        return {}
    found = selectors.what_if(authority=authority, on=on, wishes=wishes, changes=changes)
    return {"effects": effect_rows(row for row in found if row.is_changed), "effects_on": on, "has_effects": bool(found)}


def _shown(viewer, school: School, on: date, text: str, **more) -> dict:
    authority = Authority.objects.filter(pk=fact_on(school, on).local_authority_id).first()
    if authority is None:
        return {}
    found = if_many(viewer, authority, on, **more)
    return found | {"effects_url": f"{reverse('partners:what-if')}?{address(authority, on, [text])}"} if found else {}
