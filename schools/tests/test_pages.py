"""What each person sees of schools, and what they may change."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.invitations import CannotClaim
from accounts.models import Invitation
from accounts.permissions import Role
from accounts.tests import factories as people
from schools.actions import claim_post, says_post
from schools.facts import Governance, Phase, Status
from schools.models import AllAgeAgreement, Post, School
from schools.selectors import chair_on, fact_on, head_on
from schools.tests.factories import AT, make_chair, make_head, make_post, make_school, set_fact
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at(TODAY)


@pytest.fixture
def authority():
    return people.authority("Middleshire")


@pytest.fixture
def manager(as_role, authority):
    return as_role(Role.MANAGER, at=authority)


def url(name, school, *args):
    return reverse(f"schools:{name}", args=[school.urn, *args])


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def form_key(client, address):
    return str(client.get(address).context["form"]["form_key"].value())


# The register.


def test_the_register_lists_the_open_schools_of_ones_authority(manager, authority):
    make_school("900001", name="Hill Road School", authority=authority)
    make_school("900002", name="Old School", authority=authority, status=Status.CLOSED)
    make_school("900003", name="Elsewhere School")
    page = manager.get(reverse("schools:school-list")).content.decode()
    assert "1 school" in page
    assert "Hill Road School" in page
    assert "Old School" not in page
    assert "Elsewhere" not in page


@pytest.mark.parametrize("typed", ["st marys and", "St. Mary’s &", "900001", "LISS", "mary prim"])
def test_search_ignores_case_punctuation_and_how_and_is_written(manager, authority, typed):
    make_school("900001", name="St Mary's & All Saints' Primary", authority=authority, town="Liss")
    make_school("900002", name="Hill Road", authority=authority)
    listing = manager.get(reverse("schools:school-list"), {"q": typed}).context["listing"]
    assert [school.urn for school in listing.records] == ["900001"]


@pytest.mark.parametrize("typed", ["mary", "st mary", "ll road"])
def test_search_finds_words_by_their_beginning(manager, authority, typed):
    """Else every primary school answers to "mary", and every school of Stanley to "st"."""
    make_school("900001", name="St Peter's Primary School", authority=authority)
    make_school("900002", name="Hill Road School", authority=authority)
    listing = manager.get(reverse("schools:school-list"), {"q": typed}).context["listing"]
    assert not listing.records


def test_filters_narrow_the_register(manager, authority):
    make_school("900001", authority=authority, category="intensive")
    make_school("900002", authority=authority, phase=Phase.SECONDARY, governance=Governance.ACADEMY)
    make_school("900003", authority=authority, status=Status.CLOSED)

    def found(**query):
        listing = manager.get(reverse("schools:school-list"), {"applied": 1, **query}).context["listing"]
        return [school.urn for school in sorted(listing.records, key=lambda school: school.urn)]

    assert found() == ["900001", "900002", "900003"]
    assert found(phase="secondary") == ["900002"]
    assert found(type="academy") == ["900002"]
    assert found(status=["closed", "proposed"]) == ["900003"]
    assert found(category="intensive") == ["900001"]


def test_regional_staff_filter_by_authority_and_see_no_other_region(as_role):
    region = people.region()
    here, there, elsewhere = (
        people.authority("Here", region=region),
        people.authority("There", region=region),
        people.authority(),
    )
    make_school("900001", authority=here), make_school("900002", authority=there), make_school("900003", authority=elsewhere)
    coordinator = as_role(Role.COORDINATOR, at=region)
    listing = coordinator.get(reverse("schools:school-list")).context["listing"]
    assert {school.urn for school in listing.records} == {"900001", "900002"}
    listing = coordinator.get(reverse("schools:school-list"), {"authority": there.code}).context["listing"]
    assert [school.urn for school in listing.records] == ["900002"]
    assert not coordinator.get(reverse("schools:school-list"), {"authority": elsewhere.code}).context["listing"].records


def test_a_page_costs_the_same_for_one_school_and_for_fifty(manager, authority):
    """Six queries say who looks, one counts, one reads the rows and one the person's saved views (D-37)."""
    make_school(authority=authority)
    address = reverse("schools:school-list")
    manager.get(address)
    with CaptureQueriesContext(connection) as one:
        manager.get(address)
    for _ in range(49):
        make_school(authority=authority)
    with CaptureQueriesContext(connection) as fifty:
        assert len(manager.get(address).context["listing"].records) == 50
    assert len(fifty) == len(one) <= 9


def test_the_export_holds_what_is_shown_and_nothing_else(manager, authority):
    make_school("900001", name="=Hill, Road", authority=authority)
    make_school("900002", authority=authority, phase=Phase.SECONDARY)
    make_school("900003")
    answer = manager.get(reverse("schools:school-list"), {"applied": 1, "phase": "primary", "format": "csv"})
    text = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode("utf-8-sig")
    assert "900001" in text
    assert "900002" not in text
    assert "900003" not in text
    assert "\n=Hill" not in text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_costs_the_same_for_one_school_and_for_fifty(manager, authority, kind):
    """What the page leaves in the database is not fetched row by row by the export (D-37)."""
    manager.get(reverse("schools:school-list"))  # a session's first page also writes the session
    counts = []
    for many in (1, 49):
        for _ in range(many):
            make_school(authority=authority)
        with CaptureQueriesContext(connection) as queries:
            b"".join(manager.get(f"/schools/?applied=1&format={kind}").streaming_content)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_head_is_led_straight_to_the_school(as_role):
    head = make_head()
    answer = as_role(user=head.user).get(reverse("schools:school-list"))
    assert answer.url == url("school-detail", head.school)


# The page.


def test_the_overview_says_what_is_known_and_where_it_came_from(manager, authority):
    school = make_school(authority=authority, head="Ann Early", establishment_number="2001", website="www.school.example")
    page = manager.get(url("school-detail", school)).content.decode()
    for words in ("Ann Early", f"Middleshire ({authority.code}/2001)", "From the national register", "From its phase",
                  'href="http://www.school.example"', "Primary programme"):  # fmt: skip
        assert words in page


@pytest.mark.parametrize(
    "tab",
    [
        "school-detail",
        "school-people",
        "school-record",
        "school-category",
        "post-add",
        "school-inspections",
        "school-pack",
        "suggestion-list",
        "suggest-other",
    ],
)
def test_the_school_of_another_authority_is_not_found(manager, tab):
    assert manager.get(url(tab, make_school())).status_code == 404
    assert manager.get(reverse(f"schools:{tab}", args=["999999"])).status_code == 404


def test_a_head_sees_the_own_school_without_links_to_change_it(as_role, authority):
    head = make_head(make_school(authority=authority))
    client = as_role(user=head.user)
    page = client.get(url("school-detail", head.school)).content.decode()
    assert "/category/" not in page
    assert "Breadcrumb" not in page
    assert client.get(url("school-people", head.school)).status_code == 200
    assert client.get(url("school-record", head.school)).status_code == 404
    assert client.get(url("school-category", head.school)).status_code == 404
    assert client.get(url("school-detail", make_school(authority=authority))).status_code == 404


def test_a_head_who_left_yesterday_sees_nothing_any_more(as_role):
    head = make_head(ends_on=date(2009, 11, 15))
    assert as_role(user=head.user).get(url("school-detail", head.school)).status_code == 404


def test_a_coordinator_looks_and_may_not_change(as_role, authority):
    client = as_role(Role.COORDINATOR, at=authority.region)
    school = make_school(authority=authority)
    assert client.get(url("school-detail", school)).status_code == 200
    assert client.get(url("school-people", school)).status_code == 404
    assert client.get(url("school-category", school)).status_code == 404


def test_the_record_tells_what_happened_newest_first(manager, authority):
    people.policy(authority, "kent")
    school = make_school(authority=authority)
    manager.post(url("school-category", school), {"category": "intensive", **day("starts_on", TODAY)})
    page = manager.get(url("school-record", school)).content.decode()
    assert "Support category: intensive" in page


# Changes.


def test_the_deemed_phase_of_a_unit_is_set_from_always_and_then_changed_from_a_day(manager, authority):
    unit = make_school(authority=authority, phase=Phase.PRU)
    assert "A secondary SIP is asked for until it is set" in manager.get(url("school-detail", unit)).content.decode()
    answer = manager.post(url("school-deemed-phase", unit), {"sector": "primary"}, follow=True)
    assert "You have set the deemed phase" in answer.content.decode()
    assert fact_on(unit, date(2000, 1, 3)).sector_needed == "primary"
    manager.post(url("school-deemed-phase", unit), {"sector": "secondary", **day("starts_on", date(2009, 11, 2))})
    assert [fact_on(unit, on).sector_needed for on in (date(2009, 11, 1), date(2009, 11, 2))] == ["primary", "secondary"]
    assert School.objects.get(pk=unit.pk).deemed_phase == "secondary"


def test_the_phase_of_any_other_school_says_its_deemed_phase(manager, authority):
    school = make_school(authority=authority)
    page = manager.post(url("school-deemed-phase", school), {"sector": "secondary"}).content.decode()
    assert "is set for a pupil referral unit only" in page
    assert fact_on(school, TODAY).sector_needed == "primary"
    assert not AuditEvent.objects.filter(what="school.deemed_phase").exists()


def test_the_categories_are_those_of_the_local_policy(manager, authority):
    school = make_school(authority=authority)
    offered = manager.get(url("school-category", school)).context["form"].fields["category"].choices
    assert [value for value, _name in offered] == ["none"]
    manager.post(url("school-category", school), {"category": "intensive", **day("starts_on", TODAY)})
    assert School.objects.get(pk=school.pk).category == ""
    people.policy(authority, "kent")
    manager.post(url("school-category", school), {"category": "intensive", **day("starts_on", date(2009, 11, 2))})
    assert [fact_on(school, on).category for on in (date(2009, 11, 1), date(2009, 11, 2))] == ["", "intensive"]
    manager.post(url("school-category", school), {"category": "none", **day("starts_on", TODAY)})
    assert [fact_on(school, on).category for on in (date(2009, 11, 15), TODAY)] == ["intensive", ""]
    history = manager.get(url("school-category", school)).content.decode()
    assert "2 to 15 November 2009" in history
    assert "Entered by an officer on 16 November 2009" in history


def test_a_category_cannot_be_changed_before_it_began_nor_in_the_future(manager, authority):
    people.policy(authority, "kent")
    school = make_school(authority=authority)
    set_fact(school, "category", "general", starts_on=date(2009, 11, 2))
    for on, says in ((date(2009, 10, 1), "cannot be before"), (date(2009, 11, 17), "today or in the past")):
        page = manager.post(url("school-category", school), {"category": "intensive", **day("starts_on", on)}).content.decode()
        assert says in page
    assert fact_on(school, TODAY).category == "general"


def test_agreement_with_the_department_brings_a_unit_into_the_programme(manager, authority):
    unit = make_school(authority=authority, phase=Phase.PRU)
    manager.post(url("school-agreed", unit), day("agreed_on", date(2009, 11, 2)))
    assert fact_on(unit, TODAY).programme == "secondary"
    manager.post(url("school-agreed", unit), {})
    assert fact_on(unit, TODAY).programme == ""


def test_the_discussion_about_an_all_age_school_is_recorded_once(manager, authority):
    school = make_school(authority=authority, phase=Phase.ALL_AGE)
    address = url("school-all-age", school)
    sent = {
        "form_key": form_key(manager, address), "coordinator": "Carol Region", "sector": "secondary", "note": "",
        **day("discussed_on", date(2009, 11, 2)),
    }  # fmt: skip
    for _ in range(2):
        assert manager.post(address, sent).url == url("school-detail", school)
    assert AllAgeAgreement.objects.count() == 1
    assert fact_on(school, TODAY).sector_needed == "secondary"
    assert "Secondary agreed on 2 November 2009" in manager.get(url("school-detail", school)).content.decode()


def test_a_new_head_takes_over_from_the_one_before(manager, authority):
    school = make_school(authority=authority, head="Ann Early")
    address = url("post-add", school)
    sent = {
        "kind": "head", "full_name": "Ben Late", "email": "ben@school.example", "form_key": form_key(manager, address),
        **day("starts_on", date(2009, 11, 2)),
    }  # fmt: skip
    for _ in range(2):
        assert manager.post(address, sent).url == url("school-people", school)
    assert head_on(school, date(2009, 11, 1)).full_name == "Ann Early"
    assert head_on(school, date(2009, 11, 2)).full_name == "Ben Late"
    assert Post.objects.filter(full_name="Ben Late", source="officer").count() == 1


def test_a_new_head_without_a_day_is_refused_while_somebody_is_in_post(manager, authority):
    school = make_school(authority=authority, head="Ann Early")
    address = url("post-add", school)
    page = manager.post(address, {"kind": "head", "full_name": "Ben Late", "form_key": form_key(manager, address)})
    assert "Enter since when: Ann Early is in post" in page.content.decode()
    assert head_on(school, TODAY).full_name == "Ann Early"
    manager.post(address, {"kind": "chair", "full_name": "Cy Chair", "form_key": form_key(manager, address)})
    assert chair_on(school, TODAY).full_name == "Cy Chair"


def test_details_of_a_post_are_changed_and_the_post_ended(manager, authority):
    post = make_post(make_school(authority=authority), full_name="Ann Early")
    address = url("post-change", post.school, post.pk)
    page = manager.post(address, {"full_name": "Ann Early", "email": post.email})
    assert "Nothing is different" in page.content.decode()
    manager.post(address, {"full_name": "Ann Earley", "email": "ann@school.example"})
    assert Post.objects.get().email == "ann@school.example"
    manager.post(url("post-end", post.school, post.pk), day("ends_on", TODAY))
    assert Post.objects.get().ends_on == TODAY
    assert (
        "left the post already" in manager.post(url("post-end", post.school, post.pk), day("ends_on", TODAY)).content.decode()
    )


def test_a_post_of_another_school_is_not_found_under_ones_own(manager, authority):
    own, foreign = make_school(authority=authority), make_post()
    for name in ("post-change", "post-end", "post-invite"):
        assert manager.get(url(name, own, foreign.pk)).status_code == 404
        assert manager.post(url(name, foreign.school, foreign.pk), {}).status_code == 404
    assert Post.objects.get(pk=foreign.pk).ends_on is None


def test_a_head_is_invited_and_the_account_belongs_to_the_post(manager, authority, client):
    post = make_post(make_school(authority=authority), full_name="Ann Early", email="ann@school.example")
    address = url("post-invite", post.school, post.pk)
    manager.post(address, {"form_key": form_key(manager, address)})
    invitation = Invitation.objects.get()
    assert (invitation.claims, invitation.role, invitation.authority) == (f"post:{post.pk}", "head", authority)
    user = people.user("Ann Early")
    assert post.school.name in says_post(key=str(post.pk))
    claim_post(key=str(post.pk), user=user, by=user, at=invitation.invited_at)
    assert Post.objects.get().user == user
    assert "has an account already" in manager.post(address, {"form_key": form_key(manager, address)}).content.decode()


def test_a_post_that_ended_or_belongs_to_somebody_is_not_claimed():
    taken, ended = make_chair(), make_post(ends_on=date(2009, 10, 1))
    stranger = people.user()
    for post in (taken, ended):
        with pytest.raises(CannotClaim):
            claim_post(key=str(post.pk), user=stranger, by=stranger, at=AT)
    with pytest.raises(CannotClaim):
        claim_post(key="0", user=stranger, by=stranger, at=AT)
    assert not Post.objects.filter(user=stranger).exists()


def test_a_post_without_an_address_cannot_be_invited(manager, authority):
    post = make_post(make_school(authority=authority))
    Post.objects.update(email="")
    address = url("post-invite", post.school, post.pk)
    assert "Enter the email address" in manager.post(address, {"form_key": form_key(manager, address)}).content.decode()
    assert not Invitation.objects.exists()


def test_a_school_goes_to_a_trust_by_agreement_and_comes_back(as_role, manager, authority):
    trust = people.trust("Invented Trust")
    school = make_school(authority=authority)
    answer = manager.post(url("school-service", school), {"authority": trust.code, **day("starts_on", date(2009, 11, 9))})
    assert answer.status_code == 302
    assert [fact_on(school, on).authority_id for on in (date(2009, 11, 8), TODAY)] == [authority.pk, trust.pk]
    assert manager.get(url("school-detail", school)).status_code == 404
    of_trust = as_role(Role.MANAGER, at=trust)
    assert "Invented Trust" in of_trust.get(url("school-detail", school)).content.decode()
    assert "SIP run by Invented Trust" in of_trust.get(url("school-record", school)).content.decode()
    of_trust.post(url("school-service", school), {"authority": authority.code, **day("starts_on", TODAY)})
    assert fact_on(school, TODAY).authority_id == authority.pk


def test_a_school_cannot_go_to_another_local_authority_nor_twice(manager, authority):
    school = make_school(authority=authority)
    other = people.authority()
    for code in (other.code, authority.code):
        page = manager.post(url("school-service", school), {"authority": code, **day("starts_on", TODAY)})
        assert page.status_code == 200
    assert fact_on(school, TODAY).authority_id == authority.pk
    assert school.services.count() == 1


def test_the_overview_tells_of_closing_relatives_and_odd_websites(manager, authority):
    old = make_school(authority=authority, status=Status.CLOSED, closed_on=date(2009, 8, 31), name="Old School")
    new = make_school(authority=authority, closed_on=date(2010, 8, 31), website="www.x.example/<b>", name="New School")
    foreign = make_school(name="Foreign School")
    new.predecessors.add(old, foreign)
    words = manager.get(url("school-detail", new)).content.decode()
    assert "Open, proposed to close on 31 August 2010" in words
    assert url("school-detail", old) in words
    assert "Foreign School" not in words
    assert "<b>" not in words
    assert "Closed on 31 August 2009" in manager.get(url("school-detail", old)).content.decode()


@pytest.mark.parametrize(
    ("phase", "governance", "says"),
    [
        (Phase.PRIMARY, Governance.ACADEMY, "No: academies are not counted"),
        (Phase.ALL_AGE, Governance.COMMUNITY, "Not until the discussion with the regional coordinator is recorded"),
        (Phase.SPECIAL, Governance.SPECIAL, "No"),
        (Phase.NONE, Governance.COMMUNITY, "No SIP can be deployed here"),
    ],
)
def test_the_overview_says_why_a_school_counts_or_does_not(manager, authority, phase, governance, says):
    school = make_school(authority=authority, phase=phase, governance=governance)
    assert says in manager.get(url("school-detail", school)).content.decode()


def test_the_people_page_offers_what_can_be_done_with_each(manager, authority):
    school = make_school(authority=authority)
    head, chair = make_head(school), make_post(school, "chair", is_acting=True)
    make_post(school, full_name="Old Head", ends_on=date(2008, 8, 31))
    words = manager.get(url("school-people", school)).content.decode()
    assert url("post-invite", school, chair.pk) in words
    assert url("post-invite", school, head.pk) not in words
    assert "until 31 August 2008" in words
    assert "Acting" in words
