"""Roles beside the lead SIP: contingency cover, a SIP for the head's review, an external SIP (DEP-16, DEP-29, DEP-30)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.access import viewer_for
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.models import BesideRole, Deployment, NationalNotification
from partners.tests import factories
from partners.tests.factories import moment
from schools.actions import add_record, end_record, strike_out
from schools.facts import Phase
from schools.kinds import BY_KEY
from schools.models import PostKind, SipSource
from schools.tests import factories as schools
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db
NOV = date(2009, 11, 16)  # Monday
AT = moment(NOV)


class Place:
    def __init__(self, preset="national"):
        self.authority = people.authority("Ashby")
        people.policy(self.authority, preset=preset)
        self.school = schools.make_school(authority=self.authority, phase=Phase.SECONDARY)
        self.manager = people.member(Role.MANAGER, at=self.authority)
        self.able = factories.make_partner(
            "Ann Able", sectors={"secondary": date(2008, 9, 1)}, authorities=[self.authority], is_htpm_trained=True
        )
        self.primary = factories.make_partner("Pri Mary", sectors={"primary": date(2008, 9, 1)}, authorities=[self.authority])

    def name(self, kind="cover", by=None, starts_on=NOV, **more):
        return actions.name_beside(school=self.school, kind=kind, starts_on=starts_on, by=by or self.manager, at=AT, **more)


def client_of(user):
    found = Client()
    found.force_login(user)
    session = found.session
    session["has_second_factor"] = True
    session.save()
    return found


def test_dep_16_cover_is_a_sip_accredited_for_the_sector_or_an_officer():
    here = Place()
    with pytest.raises(MoveRefused, match="DEP-16: Pri Mary is not accredited for secondary"):
        here.name(partner=here.primary)
    with pytest.raises(MoveRefused, match="not both"):
        here.name(partner=here.able, name="Otto Officer")
    assert not BesideRole.objects.exists()
    cover = here.name(partner=here.able, ends_on=date(2009, 12, 18))
    assert cover.who == "Ann Able"
    officer = here.name(starts_on=date(2010, 1, 4))
    assert officer.who == "An officer of the authority"
    assert Place().name(name="Otto Officer").who == "Otto Officer, officer of the authority"


def test_one_of_a_kind_at_a_time_and_its_days_are_in_order():
    here = Place()
    here.name(partner=here.able)
    with pytest.raises(MoveRefused, match="Ann Able has this role already from 16 November 2009"):
        here.name()
    with pytest.raises(MoveRefused, match="must be on or after the first"):
        here.name("htpm", partner=here.able, ends_on=date(2009, 11, 1))
    assert BesideRole.objects.count() == 1


def test_dep_30_another_sip_for_the_heads_review_is_trained_and_no_second_deployment():
    """DEP-30: a role on the school; it counts for no tenure, no notification and no condition."""
    here = Place("alpsit")
    factories.make_deployment(here.able, here.school, here.authority, starts_on=date(2009, 9, 1))
    before = (Deployment.objects.count(), NationalNotification.objects.count())
    other = factories.make_partner("Bea Beside", authorities=[here.authority])
    with pytest.raises(MoveRefused, match="DEP-30: Bea Beside is not trained"):
        here.name("htpm", partner=other)
    with pytest.raises(MoveRefused, match="DEP-30: Name the SIP"):
        here.name("htpm")
    other.is_htpm_trained = True
    other.save()
    here.name("htpm", partner=other)
    assert (Deployment.objects.count(), NationalNotification.objects.count()) == before
    assert selectors.current_sips([here.school.pk], NOV)[here.school.pk].partner == here.able


def test_dep_29_an_external_sip_stands_outside_the_checks_where_the_policy_lets_schools_choose():
    """DEP-29, POL-11; never in the conditions of grant: it is no deployment."""
    with pytest.raises(MoveRefused, match="DEP-29: Under the authority's policy the authority appoints"):
        Place("national").name("external", name="Ext Ernal", body="Diocese of Elsewhere")
    here = Place("alpsit")
    with pytest.raises(MoveRefused, match="DEP-29: Enter the name"):
        here.name("external", name="Ext Ernal")
    external = here.name("external", name="Ext Ernal", body="Diocese of Elsewhere")
    assert external.who == "Ext Ernal, Diocese of Elsewhere"
    assert not Deployment.objects.exists()
    head = people.user()
    here.school.posts.filter(kind=PostKind.HEAD).delete()
    schools.make_post(here.school, PostKind.HEAD, user=head)
    page = client_of(head).get(reverse("schools:school-sip", args=[here.school.urn])).content.decode()
    assert "Ext Ernal, Diocese of Elsewhere" in page


def test_sch_19_an_external_sip_stands_on_the_schools_record_from_the_first_day_to_the_last():
    """SCH-19: who appointed the SIP, with its days; what the record said before ends the day before."""
    here = Place("alpsit")
    add_record(kind=BY_KEY["sip-sources"], school=here.school, by=here.manager, at=AT, appointed_by="trust")
    role = here.name("external", name="Ext Ernal", body="Diocese of Elsewhere")
    rows = SipSource.objects.order_by("pk").values_list("appointed_by", "starts_on", "ends_on", "note")
    sunday = date(2009, 11, 15)
    assert list(rows) == [("trust", None, sunday, ""), ("external", NOV, None, "Ext Ernal, Diocese of Elsewhere")]
    for last in (date(2009, 12, 18), date(2010, 1, 8), date(2009, 12, 18)):
        actions.end_beside(role=role, on=last, by=here.manager, at=AT)
        assert SipSource.objects.last().ends_on == role.ends_on == last
    actions.end_beside(role=role, on=last, by=here.manager, at=AT)  # the same day again is no fault
    add_record(
        kind=BY_KEY["sip-sources"],
        school=here.school,
        by=here.manager,
        at=AT,
        appointed_by="trust",
        starts_on=date(2009, 12, 21),
    )
    with pytest.raises(MoveRefused, match="From the trust is recorded already"):
        actions.end_beside(role=role, on=date(2010, 1, 8), by=here.manager, at=AT)
    assert BesideRole.objects.get().ends_on == SipSource.objects.get(appointed_by="external").ends_on == last


def test_sch_19_an_external_sip_for_a_time_ends_what_the_record_said_before():
    here = Place("alpsit")
    add_record(kind=BY_KEY["sip-sources"], school=here.school, by=here.manager, at=AT, appointed_by="trust")
    here.name("external", name="Ext Ernal", body="Elsewhere", ends_on=date(2009, 12, 18))
    rows = SipSource.objects.order_by("pk").values_list("appointed_by", "ends_on")
    assert list(rows) == [("trust", date(2009, 11, 15)), ("external", date(2009, 12, 18))]


def test_sch_19_what_an_officer_recorded_of_the_external_sip_stands_and_ends_with_the_role():
    here = Place("alpsit")
    kept = add_record(kind=BY_KEY["sip-sources"], school=here.school, by=here.manager, at=AT, appointed_by="external")
    role = here.name("external", name="Ext Ernal", body="Elsewhere")
    assert role.source == kept
    actions.end_beside(role=role, on=date(2009, 12, 18), by=here.manager, at=AT)
    assert SipSource.objects.get().ends_on == date(2009, 12, 18)


@pytest.mark.parametrize("is_struck_out", [True, False])
def test_sch_19_what_an_officer_ended_earlier_or_struck_out_is_left_alone(is_struck_out):
    here = Place("alpsit")
    role = here.name("external", name="Ext Ernal", body="Elsewhere")
    if is_struck_out:
        strike_out(record=role.source, reason="Wrong school", by=here.manager, at=AT)
    else:
        end_record(record=role.source, on=NOV, by=here.manager, at=AT)
    role = BesideRole.objects.get()
    actions.end_beside(role=role, on=date(2009, 12, 18), by=here.manager, at=AT)
    assert SipSource.objects.get().ends_on == (None if is_struck_out else NOV)


def test_sch_19_an_external_sip_who_contradicts_the_schools_record_is_refused():
    here = Place("alpsit")
    add_record(kind=BY_KEY["sip-sources"], school=here.school, by=here.manager, at=AT, appointed_by="trust", starts_on=NOV)
    with pytest.raises(MoveRefused, match="the next must begin later"):
        here.name("external", name="Ext Ernal", body="Elsewhere")
    assert not BesideRole.objects.exists()
    assert SipSource.objects.get().ends_on is None


def test_dep_29_an_external_sip_is_offered_only_where_the_policy_lets_schools_choose(clock_at):
    clock_at(f"{NOV} 10:00")
    for preset, is_offered in (("national", False), ("alpsit", True)):
        here = Place(preset)
        manager = client_of(here.manager)
        tab = manager.get(reverse("schools:school-sip", args=[here.school.urn])).content.decode()
        new = reverse("partners:beside-new", args=[here.school.urn])
        page = manager.get(new)
        assert ("or an external SIP" in tab) is is_offered
        assert ("no external SIP is named here" in page.content.decode()) is not is_offered
        assert ("body" in page.context["form"].fields) is is_offered
        typed = {
            "kind": "external",
            "name": "Ext Ernal",
            "body": "Elsewhere",
            "form_key": page.context["form"]["form_key"].value(),
        }
        manager.post(new, typed | {"starts_on_day": "16", "starts_on_month": "11", "starts_on_year": "2009"})
        assert BesideRole.objects.filter(school=here.school).exists() is is_offered


def test_who_may_name_and_end():
    here, there = Place(), Place()
    for stranger in (there.manager, people.user()):
        with pytest.raises(PermissionDenied):
            here.name(by=stranger)
    here.able.user = here.manager
    here.able.save()
    with pytest.raises(PermissionDenied):
        here.name(partner=here.able)
    role = here.name()
    with pytest.raises(PermissionDenied):
        actions.end_beside(role=role, on=NOV, by=there.manager, at=AT)
    with pytest.raises(MoveRefused, match="on or after the first"):
        actions.end_beside(role=role, on=date(2009, 11, 1), by=here.manager, at=AT)
    stale = BesideRole.objects.get(pk=role.pk)
    actions.end_beside(role=role, on=NOV, by=here.manager, at=AT)
    with pytest.raises(OutOfDate):
        actions.end_beside(role=stale, on=date(2009, 11, 20), by=here.manager, at=AT)
    assert BesideRole.objects.get().ends_on == NOV
    assert BesideRole.objects.running(NOV).count() == 1
    assert str(role) == f"Contingency cover at {here.school.pk}"
    assert not BesideRole.objects.visible_to(viewer_for(there.manager, on=NOV)).exists()


def test_a_school_that_nobody_runs_gets_nobody():
    school = schools.make_school(phase=Phase.SECONDARY)
    school.services.all().delete()
    school.facts.filter(kind="local_authority").delete()
    with pytest.raises(MoveRefused, match="No authority runs the SIP"):
        actions.name_beside(school=school, kind="cover", starts_on=NOV, by=None, at=AT)


def test_the_manager_names_cover_on_the_schools_page_and_ends_it(clock_at):
    clock_at(f"{NOV} 10:00")
    here = Place()
    manager = client_of(here.manager)
    tab = reverse("schools:school-sip", args=[here.school.urn])
    assert "Nobody is named for absence or resignation" in manager.get(tab).content.decode()
    new = reverse("partners:beside-new", args=[here.school.urn])
    key = manager.get(new).context["form"]["form_key"].value()
    day = {"starts_on_day": "16", "starts_on_month": "11", "starts_on_year": "2009"}
    typed = {"kind": "cover", "form_key": key, **day}
    assert "There is no SIP with the reference P999999 here" in manager.post(
        new, typed | {"partner": "P999999"}
    ).content.decode()  # fmt: skip
    assert "not accredited" in manager.post(new, typed | {"partner": here.primary.reference}).content.decode()
    assert not BesideRole.objects.exists()
    for _ in range(2):  # a second click names nobody twice
        manager.post(new, typed | {"partner": here.able.reference})
    role = BesideRole.objects.get()
    assert "Ann Able" in manager.get(tab).content.decode()
    end = reverse("partners:beside-end", args=[role.pk])
    assert "End this role" in manager.get(end).content.decode()
    manager.post(end, {"on_day": "30", "on_month": "11", "on_year": "2009"})
    role.refresh_from_db()
    assert role.ends_on == date(2009, 11, 30)
