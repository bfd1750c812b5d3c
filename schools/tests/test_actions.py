"""What is refused when a school's record is changed; a refusal changes nothing."""

from datetime import date, timedelta

import pytest

from accounts.actions import Refused
from accounts.invitations import CannotClaim
from accounts.models import Invitation
from accounts.permissions import Role
from accounts.tests import factories as people
from schools import actions
from schools.actions import people as people_actions
from schools.facts import Phase
from schools.models import AllAgeAgreement, FactKind, Post, ProgrammeStart, SchoolFact, SchoolService
from schools.tests.factories import AT, make_calendar, make_head, make_post, make_school
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday
EARLIER = date(2009, 11, 2)


@pytest.fixture
def by():
    return people.member(Role.MANAGER)


@pytest.fixture
def refused():
    """`refused(act, says)`: the act is refused with those words, and no line of the record says otherwise."""

    def refused(act, says):
        before = AuditEvent.objects.count()
        with pytest.raises(Refused) as refusal:
            act()
        assert says in str(refusal.value)
        assert AuditEvent.objects.count() == before

    return refused


def test_a_deemed_phase_is_primary_or_secondary_and_not_before_the_present_one(by, refused):
    unit = make_school(phase=Phase.PRU)
    refused(lambda: actions.set_deemed_phase(school=unit, sector="special", on=TODAY, by=by, at=AT), "primary or secondary")
    for sector, on in (("primary", EARLIER), ("secondary", TODAY)):
        actions.set_deemed_phase(school=unit, sector=sector, on=on, by=by, at=AT)
    refused(lambda: actions.set_deemed_phase(school=unit, sector="primary", on=EARLIER, by=by, at=AT), "cannot be before")
    spells = SchoolFact.objects.filter(school=unit, kind=FactKind.DEEMED_PHASE).order_by("pk")
    assert [(row.value, row.starts_on) for row in spells] == [("primary", None), ("secondary", TODAY)]


def test_a_category_of_another_policy_is_refused(by, refused):
    school = make_school()
    refused(lambda: actions.set_category(school=school, category="intensive", on=TODAY, by=by, at=AT), "no such category")
    assert not SchoolFact.objects.filter(kind=FactKind.CATEGORY).exists()
    refused(lambda: actions.set_category(school=school, category="", on=TODAY, by=by, at=AT), "Nothing is different")
    assert not SchoolFact.objects.filter(kind=FactKind.CATEGORY).exists()


def test_what_is_so_already_is_not_recorded_as_a_change(by, refused):
    """SCH-3, SCH-13: nobody is told of a success where nothing was done."""
    school, unit = make_school(), make_school(phase=Phase.PRU)
    people.policy(school.local_authority, "kent")
    actions.set_category(school=school, category="general", on=EARLIER, by=by, at=AT)
    actions.set_deemed_phase(school=unit, sector="primary", on=EARLIER, by=by, at=AT)
    actions.agree_with_dfes(school=unit, agreed_on=EARLIER, by=by, at=AT)
    unit.refresh_from_db()
    for again in (
        lambda: actions.set_category(school=school, category="general", on=TODAY, by=by, at=AT),
        lambda: actions.set_deemed_phase(school=unit, sector="primary", on=TODAY, by=by, at=AT),
        lambda: actions.agree_with_dfes(school=unit, agreed_on=EARLIER, by=by, at=AT),
    ):
        refused(again, "Nothing is different")
    assert SchoolFact.objects.get(school=school, kind=FactKind.CATEGORY).starts_on == EARLIER


def test_a_category_given_and_taken_back_on_one_day_is_corrected_in_place(by):
    school = make_school()
    people.policy(school.local_authority, "kent")
    for category in ("general", "intensive"):
        actions.set_category(school=school, category=category, on=TODAY, by=by, at=AT)
    assert [row.value for row in SchoolFact.objects.filter(kind=FactKind.CATEGORY)] == ["intensive"]


def test_records_for_one_kind_of_school_are_refused_for_another(by, refused):
    school = make_school()
    refused(lambda: actions.agree_with_dfes(school=school, agreed_on=TODAY, by=by, at=AT), "Only a pupil referral unit")
    refused(
        lambda: actions.record_all_age(
            school=school, discussed_on=TODAY, coordinator="R. C.", sector="primary", note="", by=by, at=AT
        ),
        "all-age school only",
    )
    assert not AllAgeAgreement.objects.exists()


def test_a_head_cannot_start_before_the_one_before_did(by, refused):
    school = make_school()
    make_post(school, full_name="Ann Early", starts_on=EARLIER)
    refused(
        lambda: actions.add_post(school=school, kind="head", full_name="Ben Late", starts_on=EARLIER, by=by, at=AT),
        "the start must be later",
    )
    assert Post.objects.get().ends_on is None


def test_governors_serve_side_by_side(by):
    school = make_school()
    for name in ("Ann Early", "Ben Late"):
        actions.add_post(school=school, kind="governor", full_name=name, starts_on=EARLIER, by=by, at=AT)
    assert Post.objects.filter(ends_on=None).count() == 2


def test_a_post_cannot_end_before_it_began(by, refused):
    post = make_post(starts_on=TODAY)
    refused(lambda: actions.end_post(post=post, on=EARLIER, by=by, at=AT), "cannot end before")


def test_who_has_left_or_is_oneself_or_has_an_account_is_not_invited(by, refused):
    later = AT + timedelta(days=14)

    def invite(post):
        return lambda: actions.invite_post(post=post, by=by, at=AT, on=TODAY, expires_at=later)

    refused(invite(make_post(ends_on=EARLIER)), "has left the post")
    refused(invite(make_post(email=by.email)), "Nobody invites themself")
    refused(invite(make_head()), "has an account already")
    assert not Invitation.objects.exists()


def test_a_claim_by_the_same_account_again_changes_nothing(by):
    head = make_head()
    actions.claim_post(key=str(head.pk), user=head.user, by=head.user, at=AT)
    assert Post.objects.get(pk=head.pk).user == head.user
    assert actions.says_post(key="none") == ""


def test_a_calendar_is_begun_once(by, refused):
    calendar = make_calendar(people.authority())
    refused(lambda: actions.open_year(authority=calendar.authority, year=2009, by=by, at=AT), "is there already")


def test_a_deadline_for_coverage_before_the_letter_is_refused(by, refused):
    refused(
        lambda: actions.set_programme_start(
            authority=people.authority(), programme="primary", letter_on=TODAY, coverage_by=EARLIER, by=by, at=AT
        ),
        "before the letter",
    )
    assert not ProgrammeStart.objects.exists()


def test_a_service_begins_after_the_present_one_and_may_be_the_first(by, refused):
    school, trust = make_school(), people.trust()
    actions.set_service(school=school, authority=trust, on=TODAY, by=by, at=AT)
    refused(
        lambda: actions.set_service(school=school, authority=school.local_authority, on=TODAY, by=by, at=AT),
        "must begin later",
    )
    refused(lambda: actions.set_service(school=school, authority=people.authority(), on=TODAY, by=by, at=AT), "or by a trust")
    SchoolService.objects.all().delete()
    actions.set_service(school=school, authority=trust, on=TODAY, by=by, at=AT)
    assert SchoolService.objects.get().source == "agreement"


def test_of_two_who_claim_one_post_at_once_the_second_is_refused(monkeypatch):
    post, first, second = make_post(), people.user(), people.user()
    free = Post.objects.select_related("school").get(pk=post.pk)
    actions.claim_post(key=str(post.pk), user=first, by=first, at=AT)
    monkeypatch.setattr(people_actions, "_post", lambda key: free)
    with pytest.raises(CannotClaim):
        actions.claim_post(key=str(post.pk), user=second, by=second, at=AT)
    assert Post.objects.get(pk=post.pk).user == first
