"""A school's page: its tabs, the visit pack, inspections, people, browsing and the gap list (SCH-10, SCH-15, SCH-20 to SCH-22)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import Refused
from accounts.permissions import Role
from accounts.tests import factories as people
from partners.tests import factories as partners
from schools import actions
from schools.facts import Governance, Phase
from schools.models import Post, PostKind, ProgrammeStart, School
from schools.selectors import head_on, must_have_sip, post_capacities, visit_pack
from schools.tests.factories import AT, make_head, make_post, make_record, make_school

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday
EARLIER = date(2009, 9, 7)  # Monday


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at(TODAY)


@pytest.fixture
def authority():
    return people.authority("Middleshire")


@pytest.fixture
def school(authority):
    return make_school("900001", name="Hill Road School", authority=authority)


@pytest.fixture
def manager(as_role, authority):
    return as_role(Role.MANAGER, at=authority)


def url(name, *args):
    return reverse(f"schools:{name}", args=["900001", *args])


def inspect(school, day=EARLIER, **fields):
    return make_record("inspections", school, inspection_type="section_5", starts_on=day, ends_on=day, **fields)


# The pack.


def test_sch_22_hnd_12_the_pack_lists_eleven_items_with_their_age_and_supplier(manager, school, viewer):
    make_record("papers", school, paper="sef", version="6", supplied_by="school", starts_on=date(2008, 9, 1))
    make_record("papers", school, paper="sef", version="7", supplied_by="school", starts_on=EARLIER)
    make_record("papers", school, paper="plan", supplied_by="school", starts_on=date(2008, 9, 1))
    make_record("papers", school, paper="rap", supplied_by="school", starts_on=EARLIER)
    inspect(school, published_on=date(2009, 10, 5))
    make_record("finance", school, trigger="rolls", officer="Olive Ochre", starts_on=EARLIER)
    rows = visit_pack(school, viewer=viewer(manager.user), on=TODAY)
    held = {row.item.says.split(" ")[0]: (row.held, row.updated_on) for row in rows if row.held}
    assert len(rows) == 11
    assert held["Latest"] == ("Self-evaluation form (SEF)", EARLIER)
    assert held["Improvement"] == ("Raising attainment plan (RAP)", EARLIER)
    assert held["Most"] == ("Section 5 inspection", date(2009, 10, 5))
    assert held["Finance"] == ("Fluctuating rolls", EARLIER)
    page = manager.get(url("school-pack")).content.decode()
    assert page.count("Not held") == 7
    assert "Last updated on 7 September 2009" in page
    assert "From the local authority" in page


def test_the_pack_says_when_a_finance_flag_was_cleared_and_waits_for_the_report(manager, school, viewer):
    inspect(school)
    make_record("finance", school, trigger="rolls", officer="Olive Ochre", starts_on=EARLIER, ends_on=date(2009, 10, 1))
    make_record("papers", school, paper="sef", supplied_by="school", starts_on=date(2009, 12, 1))
    rows = {row.item.says: row for row in visit_pack(school, viewer=viewer(manager.user), on=TODAY)}
    assert (rows["Finance issues"].held, rows["Finance issues"].updated_on) == ("No flag is set any more", date(2009, 10, 1))
    assert rows["Most recent Ofsted report"].updated_on == EARLIER
    assert rows["Latest self-evaluation form (SEF)"].held == ""


def test_the_pack_costs_the_same_however_much_is_held(manager, school):
    manager.get(url("school-pack"))
    with CaptureQueriesContext(connection) as none:
        manager.get(url("school-pack"))
    for paper in ("sef", "plan", "rap", "fft"):
        make_record("papers", school, paper=paper, supplied_by="school", starts_on=EARLIER)
        make_record("papers", school, paper=paper, supplied_by="school", starts_on=TODAY)
    with CaptureQueriesContext(connection) as many:
        manager.get(url("school-pack"))
    assert len(none) == len(many)


def test_the_overview_costs_the_same_however_much_is_recorded(manager, school):
    manager.get(url("school-detail"))
    with CaptureQueriesContext(connection) as none:
        manager.get(url("school-detail"))
    for concern in ("jem", "rays", "isp"):
        make_record("concerns", school, concern=concern, starts_on=EARLIER)
        make_record("specialisms", school, specialism=concern, starts_on=EARLIER)
    make_record("papers", school, paper="sef", supplied_by="school", starts_on=EARLIER)
    for year in (2007, 2008, 2009):
        make_record("contexts", school, year=year, starts_on=date(year, 9, 1), ends_on=date(year + 1, 8, 31), roll=200)
    with CaptureQueriesContext(connection) as many:
        page = manager.get(url("school-detail")).content.decode()
    assert len(none) == len(many) <= 50
    assert "2009/10" in page
    assert "Self-evaluation form (SEF), 7 September 2009" in page


# Inspections.


def test_sch_15_the_tab_of_inspections_shows_category_grades_and_issues(manager, as_role, school, authority):
    assert "No inspection is recorded" in manager.get(url("school-inspections")).content.decode()
    inspect(school, grades={"overall": 4, "attainment": 3}, key_issues="Marking", is_reduced_tariff=True)
    struck = inspect(school, date(2008, 3, 3), key_issues="Of another school")
    actions.strike_out(record=struck, reason="Another school", by=manager.user, at=AT)
    make_record("ofsted-category", school, category="special_measures", starts_on=EARLIER)
    for client in (manager, as_role(Role.READER, at=authority)):
        page = client.get(url("school-inspections")).content.decode()
        for words in (
            "Special measures, since 7 September 2009",
            "Attainment",
            "3, satisfactory",
            "Key issues: Marking",
            "Reduced tariff",
        ):
            assert words in page
        assert "Of another school" not in page
    frame = manager.get(url("school-detail")).content.decode()
    assert "Special measures since 7 September 2009" in frame
    assert "Last inspection" in frame


# People.


def test_sch_10_a_new_head_ends_the_post_of_the_one_before_and_a_panel_forms(manager, school):
    make_post(school, full_name="Ann Early", starts_on=date(2004, 9, 1))
    address = url("post-add")
    key = str(manager.get(address).context["form"]["form_key"].value())
    sent = {
        "form_key": key, "kind": "head", "full_name": "Bea Later", "greeting": "Bea", "email": "bea@example.org",
        "phone": "01632 960010", "mobile": "07700 900010", "is_acting": "on",
        "starts_on_day": 1, "starts_on_month": 9, "starts_on_year": 2009,
    }  # fmt: skip
    assert manager.post(address, sent).url == url("school-people")
    assert Post.objects.get(full_name="Ann Early").ends_on == date(2009, 8, 31)
    head = head_on(school, TODAY)
    assert (head.full_name, head.greeting, head.mobile, head.is_acting) == ("Bea Later", "Bea", "07700 900010", True)
    for kind in (PostKind.PANEL_CHAIR, PostKind.PANEL, PostKind.PANEL, PostKind.HEAD_PA):
        actions.add_post(school=school, kind=kind, full_name=f"A {kind}", starts_on=EARLIER, by=manager.user, at=AT)
    page = manager.get(url("school-people")).content.decode()
    for words in ("Direct line 01632 960010", "Mobile 07700 900010", "Greeted as Bea", "Acting", "personal assistant"):
        assert words in page


def test_sch_10_a_panel_has_one_chair_and_its_members_do_not_sign_in(school, manager, viewer):
    first = actions.add_post(
        school=school, kind=PostKind.PANEL_CHAIR, full_name="One", starts_on=EARLIER, by=manager.user, at=AT
    )
    actions.add_post(school=school, kind=PostKind.PANEL_CHAIR, full_name="Two", starts_on=TODAY, by=manager.user, at=AT)
    first.refresh_from_db()
    assert first.ends_on == date(2009, 11, 15)
    member = make_post(school, PostKind.PANEL, user=people.user())
    assert list(post_capacities(user=member.user, on=TODAY)) == []
    with pytest.raises(Refused, match="Nobody signs in as"):
        actions.invite_post(post=member, by=manager.user, at=AT, on=TODAY, expires_at=AT)


def test_sch_10_an_absent_head_is_shown_as_such(manager, school):
    post = make_head(school)
    actions.change_post(post=post, is_absent=True, by=manager.user, at=AT)
    assert "Absent at present" in manager.get(url("school-people")).content.decode()


# Browsing.


def test_sch_20_schools_are_browsed_by_type_and_each_number_leads_to_its_rows(manager, authority, school):
    make_school(authority=authority, phase=Phase.SECONDARY, governance=Governance.FOUNDATION)
    make_school(authority=authority, status="closed")
    make_school()
    page = manager.get(reverse("schools:type-list")).content.decode()
    assert page.count("1 school") == 4
    assert "2 schools" not in page
    link = f"{reverse('schools:school-list')}?applied=1&amp;status=open&amp;type=foundation"
    assert link in page
    rows = manager.get(link.replace("&amp;", "&")).context["listing"].records
    assert [row.governance for row in rows] == ["foundation"]


def test_sch_20_a_row_shows_the_sip_or_leads_straight_to_finding_one(manager, as_role, authority, school):
    covered = make_school("900002", authority=authority)
    deployment = partners.make_deployment(school=covered, starts_on=date(2009, 9, 1))
    make_school("900003", authority=authority, status="closed")
    page = manager.get(reverse("schools:school-list"), {"applied": 1}).content.decode()
    assert deployment.partner.full_name in page
    route = reverse("partners:deploy-candidates", args=["900001"])
    assert page.count("Find a SIP<") == 1
    assert route in page
    assert manager.get(route).status_code == 200
    assert route not in as_role(Role.SENIOR_ADVISER, at=authority).get(reverse("schools:school-list")).content.decode()


def test_sch_21_the_gap_list_holds_schools_that_must_have_a_sip_and_have_none(manager, authority, school):
    covered = make_school("900002", authority=authority)
    partners.make_deployment(school=covered, starts_on=date(2009, 9, 1))
    make_school("900003", authority=authority, governance=Governance.ACADEMY)
    make_school("900004", authority=authority, status="closed")
    make_school("900005", authority=authority, phase=Phase.PRU)
    make_school("900006", authority=authority, phase=Phase.PRU, agreed_with_dfes_on=date(2009, 1, 1))
    make_school("900007", authority=authority, phase=Phase.SPECIAL)
    make_school("900008", authority=authority, is_in_sip_scope=False)
    make_school("900009", authority=authority, phase=Phase.SECONDARY)
    ProgrammeStart.objects.create(
        authority=authority, programme="secondary", letter_on=date(2010, 1, 4), recorded_at=AT
    )  # fmt: skip
    listing = manager.get(reverse("schools:school-list"), {"applied": 1, "status": "open", "sip": "gap"}).context["listing"]
    assert sorted(row.urn for row in listing.records) == ["900001", "900006", "900007"]
    later = must_have_sip(School.objects.all(), date(2010, 1, 4))
    assert later.filter(urn="900009").exists()
    assert "Gap list" in manager.get(reverse("site:report-list")).content.decode()


def test_sch_19_who_appoints_the_sip_stands_with_its_history(manager, school):
    make_record("sip-sources", school, appointed_by="authority")
    make_record("sip-sources", school, appointed_by="external", starts_on=EARLIER)
    page = manager.get(url("school-sip")).content.decode()
    assert "External, appointed by the school itself, since 7 September 2009" in page
    history = manager.get(url("record-list", "sip-sources")).content.decode()
    assert "Until 6 September 2009" in history
