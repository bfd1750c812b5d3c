"""Shadow visits for tests, brought to their states by the real moves. Everything is invented."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from accounts.models import Authority, User
from accounts.permissions import Role
from accounts.tests import factories as accounts_factories
from partners.models import Engagement, Partner
from partners.tests import factories as partner_factories
from qa import actions
from qa.models import ShadowStatus, ShadowVisit
from schools.models import School
from schools.tests.factories import make_head, make_school

BEGAN_ON = date(2008, 9, 1)  # Monday
HELD_ON = date(2009, 11, 10)  # Tuesday
WRITTEN = {
    "preparation": "Knew last year's note.",
    "challenge_and_support": "Asked for evidence.",
    "advice": "Fitted the school.",
    "management": "Kept to time.",
    "analyse": "effective",
    "strategies": "effective",
    "interact": "highly_effective",
}


@dataclass
class Place:
    """An authority with one SIP at work in one school, and those who may go with them."""

    authority: Authority
    school: School
    partner: Partner
    engagement: Engagement
    sip: User
    line_manager: User
    manager: User
    head: User


def at(day: date, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def make_place(preset: str = "kent", *, authority: Authority | None = None, began_on: date = BEGAN_ON) -> Place:
    """An authority under a preset whose one SIP began on a day."""
    authority = authority or accounts_factories.authority()
    if not authority.policies.exists():
        accounts_factories.policy(authority, preset)
    school = make_school(authority=authority)
    partner = partner_factories.make_partner(
        sectors={"primary": date(2006, 9, 1)}, authorities=[authority], user=accounts_factories.user()
    )
    partner_factories.make_deployment(partner, school, authority, starts_on=began_on)
    engagement = Engagement.objects.get(partner=partner, authority=authority)
    line_manager = accounts_factories.user()
    partner_factories.support(engagement, line_manager)
    return Place(
        authority=authority,
        school=school,
        partner=partner,
        engagement=engagement,
        sip=partner.user,
        line_manager=line_manager,
        manager=accounts_factories.member(Role.MANAGER, at=authority),
        head=make_head(school).user,
    )


def make_shadow_visit(
    place: Place | None = None, status: str = ShadowStatus.PLANNED, *, on: date = HELD_ON, preset: str = "kent"
) -> ShadowVisit:  # fmt: skip
    """A shadow visit in any state, planned for `on` and held on that day. `shadow.place` is where."""
    place = place or make_place(preset)
    observer = place.line_manager
    shadow = actions.plan_shadow_visit(
        engagement=place.engagement, school=place.school, planned_on=on, by=observer, at=at(date(2009, 10, 12))
    )
    if status == ShadowStatus.CANCELLED:
        actions.cancel_shadow_visit(shadow=shadow, reason="The school has closed for snow", by=observer, at=at(on, 7))
    if status in (ShadowStatus.HELD, ShadowStatus.FEEDBACK_SENT):
        actions.hold_shadow_visit(shadow=shadow, held_on=on, oral_feedback_on=on, by=observer, at=at(on, 16))
    if status == ShadowStatus.FEEDBACK_SENT:
        actions.send_feedback(shadow=shadow, version=shadow.text_version, by=observer, at=at(on, 20), **WRITTEN)
    shadow.refresh_from_db()
    shadow.place = place
    return shadow
