"""For whom an authority's guidance is, and who of them has read it (HND-5)."""

from dataclasses import dataclass
from datetime import date, datetime

from partners.models import Engagement, Guidance
from schools.models import PostKind, School, SchoolService
from schools.selectors import holders_on
from sipmanager.core.audit import subject_of
from sipmanager.core.models import AuditEvent

GUIDANCE_OPENED = "guidance.open"


@dataclass(frozen=True)
class Reader:
    """Somebody whom guidance is for; `read_at` is when they first opened it."""

    name: str
    place: str
    email: str
    user_id: int | None
    read_at: datetime | None = None


def audience_of(guidance: Guidance, *, on: date) -> list[Reader]:
    """Whom it is for on a day: the SIPs whom the authority engages, or the heads of the schools that it serves; one query
    or two.
    """
    if guidance.is_for_sips:
        rows = Engagement.objects.running(on).filter(authority=guidance.authority_id, partner__merged_into=None)
        people = {row.partner for row in rows.select_related("partner__user")}
        found = [Reader(one.full_name, "", _address(one.user, one.email), one.user_id) for one in people]
    else:
        served = SchoolService.objects.running(on).filter(authority=guidance.authority_id)
        posts = holders_on(School.objects.filter(pk__in=served.values("school_id")), PostKind.HEAD, on)
        found = [
            Reader(post.full_name, post.school.name, _address(post.user, post.email), post.user_id) for post in posts.values()
        ]
    return sorted(found, key=lambda one: (one.name, one.place))


def _address(user, email: str) -> str:
    return user.email if user is not None and user.is_active else email


def readers_of(guidance: Guidance, *, on: date) -> list[Reader]:
    """The same with when each first opened it, those who have not at the end; one query more."""
    events = AuditEvent.objects.filter(subject=subject_of(guidance), what=GUIDANCE_OPENED).order_by("-at", "-pk")
    first = dict(events.values_list("by_id", "at"))  # the earliest is written last
    found = [
        Reader(one.name, one.place, one.email, one.user_id, first.get(one.user_id)) for one in audience_of(guidance, on=on)
    ]
    return sorted(found, key=lambda one: one.read_at is None)
