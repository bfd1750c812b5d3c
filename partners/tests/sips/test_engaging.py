"""Engagement, support, checks and contracts (D-7, section 8): what is written, refused and audited."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import Check, Engagement, Support
from partners.tests import factories
from partners.tests.factories import moment
from schools.facts import Phase
from schools.tests import factories as schools
from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db

SEP = date(2009, 9, 1)  # Tuesday
NOV = date(2009, 11, 16)  # Monday
AT = moment(NOV)


@pytest.fixture
def engagement(authority, administrator):
    partner = factories.make_partner("Robin Ward", authorities=[authority])
    return actions.engage_partner(partner=partner, authority=authority, starts_on=SEP, by=administrator, at=AT)


def what():
    return list(AuditEvent.objects.order_by("pk").values_list("what", flat=True))


def test_a_sip_is_engaged_once(engagement, authority, administrator):
    again = actions.engage_partner(partner=engagement.partner, authority=authority, by=administrator, at=AT)
    assert again == engagement
    assert what() == ["engagement.start"]
    line = AuditEvent.objects.get()
    assert (line.authority_id, line.partner_id) == (authority.pk, engagement.partner_id)


def test_nobody_engages_or_checks_themself(authority):
    manager = people.member(Role.MANAGER, at=authority)
    partner = factories.make_partner(user=manager)
    with pytest.raises(PermissionDenied):
        actions.engage_partner(partner=partner, authority=authority, by=manager, at=AT)
    own = factories.engage(partner, authority)
    with pytest.raises(PermissionDenied):
        actions.record_check(engagement=own, kind="PRE-2", checked_on=SEP, by=manager, at=AT)
    assert not Check.objects.exists()


def test_an_engagement_ends_after_its_deployments(engagement, authority, administrator):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY, name="Hill Road School")
    deployment = factories.make_deployment(engagement.partner, school, authority, starts_on=SEP)
    with pytest.raises(MoveRefused, match="End the deployment at Hill Road School first"):
        actions.end_engagement(engagement=engagement, on=NOV, by=administrator, at=AT)
    actions.end_deployment(deployment=deployment, on=NOV, reason="New post", by=None, at=AT)
    with pytest.raises(MoveRefused, match="on or after the first"):
        actions.end_engagement(engagement=engagement, on=date(2009, 8, 31), by=administrator, at=AT)
    stale = Engagement.objects.get(pk=engagement.pk)
    actions.end_engagement(engagement=engagement, on=NOV, by=administrator, at=AT)
    assert Engagement.objects.get().ends_on == NOV
    with pytest.raises(OutOfDate):
        actions.end_engagement(engagement=stale, on=NOV, by=administrator, at=AT)


def test_a_new_line_manager_takes_over_from_a_day_on(engagement, administrator):
    first, second = people.user("First"), people.user("Second")
    settings = {"engagement": engagement, "kind": "line_manager", "by": administrator, "at": AT}
    earlier = actions.set_support(user=first, starts_on=SEP, **settings)
    with pytest.raises(MoveRefused, match="First does so from 1 September 2009"):
        actions.set_support(user=second, starts_on=SEP, **settings)
    later = actions.set_support(user=second, starts_on=NOV, **settings)
    earlier.refresh_from_db()
    assert (earlier.ends_on, later.ends_on) == (date(2009, 11, 15), None)
    with pytest.raises(MoveRefused):
        actions.end_support(support=later, on=SEP, by=administrator, at=AT)
    actions.end_support(support=later, on=NOV, by=administrator, at=AT)
    assert Support.objects.get(pk=later.pk).ends_on == NOV


def test_nobody_looks_after_themself(engagement, administrator):
    user = people.user()
    engagement.partner.user = user
    engagement.partner.save()
    with pytest.raises(MoveRefused, match="Nobody looks after themself"):
        actions.set_support(engagement=engagement, kind="mentor", user=user, starts_on=SEP, by=administrator, at=AT)
    assert not Support.objects.exists()


def test_a_check_is_recorded_and_struck_out(engagement, administrator):
    check = actions.record_check(
        engagement=engagement, kind="PRE-5", checked_on=SEP, expires_on=date(2010, 8, 31), evidence=" Seen ",
        by=administrator, at=AT,
    )  # fmt: skip
    assert (check.evidence, check.handed_in_by, check.status) == ("Seen", administrator, "received")
    actions.void_check(check=check, by=administrator, at=AT)
    assert Check.objects.get().voided_on == NOV
    with pytest.raises(OutOfDate):
        actions.void_check(check=check, by=administrator, at=AT)
    assert what() == ["engagement.start", "check.record", "check.void"]


@pytest.mark.parametrize("dates", [{"checked_on": date(2009, 11, 17)}, {"checked_on": NOV, "expires_on": SEP}])
def test_a_check_of_impossible_days_is_refused(engagement, administrator, dates):
    with pytest.raises(MoveRefused):
        actions.record_check(engagement=engagement, kind="PRE-5", by=administrator, at=AT, **dates)
    assert not Check.objects.exists()


def test_a_contract_is_confirmed_for_one_school(engagement, administrator, authority):
    school = schools.make_school(authority=authority)
    settings = {"engagement": engagement, "school": school, "by": administrator, "at": AT}
    with pytest.raises(MoveRefused, match="today or in the past"):
        actions.confirm_contract(confirmed_on=date(2009, 11, 17), **settings)
    contract = actions.confirm_contract(confirmed_on=SEP, **settings)
    again = actions.confirm_contract(confirmed_on=NOV, **settings)
    assert (again, again.confirmed_on) == (contract, NOV)
    assert AuditEvent.objects.filter(what="contract.confirm", school_id=school.pk).count() == 2


def test_another_authority_records_nothing_here(engagement):
    stranger = people.member(Role.ADMINISTRATOR)
    with pytest.raises(PermissionDenied):
        actions.record_check(engagement=engagement, kind="PRE-2", checked_on=SEP, by=stranger, at=AT)
    assert not Check.objects.exists()
