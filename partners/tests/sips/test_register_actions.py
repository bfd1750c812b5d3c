"""Facts of a SIP: written with a day, audited, refused with a sentence (section 5, D-3, D-7)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import Accreditation, Headship, Partner, PartnerKind, RecordsRequest, Willingness
from partners.tests import factories
from partners.tests.factories import moment
from schools.tests import factories as schools
from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db

SEP = date(2009, 9, 1)  # Tuesday
NOV = date(2009, 11, 16)  # Monday
AT = moment(NOV)


@pytest.fixture
def partner(authority):
    partner = factories.make_partner("Robin Ward", authorities=[authority])
    factories.engage(partner, authority)
    return partner


def what():
    return list(AuditEvent.objects.order_by("pk").values_list("what", flat=True))


# Identity.


def test_a_sip_without_a_reference_is_given_one(authority, manager):
    factories.make_partner(reference="P000122")
    partner = actions.register_partner(
        full_name=" Robin Ward ", email="Robin@Example.org", kind="consultant", authority=authority, by=manager, at=AT,
        company="Ward and Co", has_outside_experience=True,
    )  # fmt: skip
    assert (partner.reference, partner.email, partner.search_name) == (
        "P000123", "robin@example.org", "robin ward p000123",
    )  # fmt: skip
    assert partner.kinds.get().starts_on is None
    assert what() == ["partner.register"]


def test_the_first_reference():
    assert actions.next_reference() == "P000001"


@pytest.mark.parametrize(
    ("reference", "email", "says"),
    [
        ("P000777", "new@example.org", "The reference P000777 is that of another SIP."),
        ("P000778", "Taken@example.org", "The email address is that of SIP P000777."),
    ],
)
def test_two_sips_share_neither_reference_nor_address(authority, reference, email, says):
    factories.make_partner(reference="P000777", email="taken@example.org")
    with pytest.raises(MoveRefused, match=says):
        actions.register_partner(full_name="Robin", email=email, kind="consultant", reference=reference, by=None, at=AT)
    assert (Partner.objects.count(), PartnerKind.objects.count(), what()) == (1, 1, [])


def test_only_known_details_are_taken(authority):
    with pytest.raises(TypeError, match="sequence"):
        actions.register_partner(full_name="R", email="r@example.org", kind="consultant", by=None, at=AT, sequence=3)


def test_details_change_with_their_names_on_the_audit(partner, manager):
    actions.change_details(partner=partner, by=manager, at=AT, full_name="Robin Hill", phone=partner.phone)
    partner.refresh_from_db()
    assert (partner.full_name, partner.search_name) == ("Robin Hill", f"robin hill {partner.reference.lower()}")
    assert AuditEvent.objects.get().details == {"fields": ["full_name"]}
    actions.change_details(partner=partner, by=manager, at=AT, full_name="Robin Hill")
    assert len(what()) == 1
    factories.make_partner(email="taken@example.org")
    with pytest.raises(MoveRefused, match="that of another SIP"):
        actions.change_details(partner=partner, by=manager, at=AT, email="taken@example.org")


def test_an_authority_that_does_not_engage_a_sip_changes_nothing(partner):
    with pytest.raises(PermissionDenied):
        actions.change_details(partner=partner, by=people.member(Role.MANAGER), at=AT, phone="1")
    assert what() == []


# Dated facts.


def test_a_kind_follows_the_one_before(partner, manager):
    assert actions.record_kind(partner=partner, kind="consultant", by=manager, at=AT) == partner.kinds.get()
    with pytest.raises(MoveRefused, match="Enter the day from which"):
        actions.record_kind(partner=partner, kind="former_head", by=manager, at=AT)
    actions.record_kind(partner=partner, kind="former_head", starts_on=SEP, by=manager, at=AT)
    with pytest.raises(MoveRefused):
        actions.record_kind(partner=partner, kind="consultant", starts_on=SEP, by=manager, at=AT)
    assert list(partner.kinds.order_by("pk").values_list("kind", "starts_on", "ends_on")) == [
        ("consultant", None, date(2009, 8, 31)), ("former_head", SEP, None),
    ]  # fmt: skip
    PartnerKind.objects.all().delete()
    assert actions.record_kind(partner=partner, kind="la_officer", by=manager, at=AT).starts_on is None


def test_a_headship_is_recorded_and_ended(partner, manager):
    with pytest.raises(MoveRefused):
        actions.record_headship(partner=partner, sector="primary", starts_on=NOV, ends_on=SEP, by=manager, at=AT)
    headship = actions.record_headship(partner=partner, sector="primary", starts_on=SEP, by=manager, at=AT)
    with pytest.raises(MoveRefused):
        actions.end_headship(headship=headship, on=date(2009, 8, 31), by=manager, at=AT)
    stale = Headship.objects.get()
    actions.end_headship(headship=headship, on=NOV, by=manager, at=AT)
    with pytest.raises(OutOfDate):
        actions.end_headship(headship=stale, on=NOV, by=manager, at=AT)
    assert what() == ["partner.headship", "partner.headship_end"]


def test_a_place_is_added_once_and_ended(partner, manager, authority):
    with pytest.raises(MoveRefused, match="either a region or an authority"):
        actions.add_willingness(partner=partner, by=manager, at=AT)
    added = actions.add_willingness(partner=partner, region=authority.region, by=manager, at=AT)
    assert actions.add_willingness(partner=partner, region=authority.region, by=manager, at=AT) == added
    other = actions.add_willingness(partner=partner, authority=people.authority(), by=manager, at=AT)
    actions.end_willingness(willingness=other, on=NOV, by=manager, at=AT)
    assert Willingness.objects.get(pk=other.pk).ends_on == NOV
    assert what() == ["partner.willing", "partner.willing", "partner.willing_end"]


# Accreditation.


def test_national_staff_award_accreditation_and_managers_do_not(partner, manager):
    staff = people.member(Role.PROGRAMME)
    settings = {"partner": partner, "sector": "primary", "at": AT}
    with pytest.raises(PermissionDenied):
        actions.award_accreditation(accredited_on=SEP, by=manager, **settings)
    with pytest.raises(MoveRefused, match="today or in the past"):
        actions.award_accreditation(accredited_on=date(2009, 11, 17), by=staff, **settings)
    award = actions.award_accreditation(accredited_on=SEP, by=staff, **settings)
    with pytest.raises(MoveRefused, match="on record already"):
        actions.award_accreditation(accredited_on=SEP, by=staff, **settings)
    assert Accreditation.objects.get(sector="primary") == award


def test_national_staff_do_not_accredit_themselves():
    staff = people.member(Role.PROGRAMME)
    partner = factories.make_partner(user=staff)
    with pytest.raises(PermissionDenied):
        actions.record_practice(partner=partner, last_practised_on=SEP, by=staff, at=AT)


def test_practice_is_stated(partner):
    staff = people.member(Role.PROGRAMME)
    with pytest.raises(MoveRefused):
        actions.record_practice(partner=partner, last_practised_on=date(2009, 11, 17), by=staff, at=AT)
    actions.record_practice(partner=partner, last_practised_on=SEP, by=staff, at=AT)
    assert Partner.objects.get().last_practised_on == SEP


# The contractor's log and the records of an authority.


def test_the_contractor_is_told_once(authority, manager):
    deployment = factories.make_deployment(None, schools.make_school(authority=authority), authority)
    notification = deployment.notifications.get()
    settings = {"notification": notification, "by": manager, "at": AT}
    with pytest.raises(MoveRefused):
        actions.mark_notified(sent_on=date(2009, 11, 17), method="Email", **settings)
    with pytest.raises(MoveRefused, match="Enter how"):
        actions.mark_notified(sent_on=NOV, method=" ", **settings)
    actions.mark_notified(sent_on=NOV, method="Email", **settings)
    with pytest.raises(OutOfDate):
        actions.mark_notified(sent_on=NOV, method="Email", **settings)
    line = AuditEvent.objects.get(what="notification.send")
    assert (line.authority_id, line.school_id) == (authority.pk, deployment.school_id)


def test_an_authority_is_asked_once_and_answers_once(authority, manager):
    staff = people.member(Role.PROGRAMME)
    request = actions.ask_to_confirm_records(authority=authority, on=SEP, by=staff, at=AT)
    with pytest.raises(MoveRefused, match="has been asked already"):
        actions.ask_to_confirm_records(authority=authority, on=NOV, by=staff, at=AT)
    with pytest.raises(MoveRefused, match="on or after the day of the question"):
        actions.confirm_records(request=request, on=date(2009, 8, 31), by=manager, at=AT)
    actions.confirm_records(request=request, on=NOV, by=manager, at=AT)
    with pytest.raises(OutOfDate):
        actions.confirm_records(request=request, on=NOV, by=manager, at=AT)
    assert RecordsRequest.objects.get().answered_by == manager


# Taking somebody on.


def test_a_sip_is_taken_on_with_headships_and_places_at_once(authority, manager):
    partner = actions.take_on_partner(
        full_name="Robin Ward", email="robin@example.org", kind="consultant", authority=authority, regions=[authority.region],
        is_willing_here=True, headships={"primary": "former", "secondary": "serving", "special": ""}, by=manager, at=AT,
    )  # fmt: skip
    assert partner.engagements.get().authority == authority
    assert set(partner.willingness.values_list("region_id", "authority_id")) == {
        (authority.region_id, None), (None, authority.pk),
    }  # fmt: skip
    assert set(partner.headships.values_list("sector", "is_former")) == {("primary", True), ("secondary", False)}


def test_national_staff_take_a_sip_on_for_nobody_in_particular():
    staff = people.member(Role.PROGRAMME)
    partner = actions.take_on_partner(full_name="Robin Ward", email="robin@example.org", kind="consultant", by=staff, at=AT)
    assert not partner.engagements.exists()
    assert not partner.willingness.exists()


def test_a_manager_takes_nobody_on_for_no_authority(manager):
    with pytest.raises(PermissionDenied):
        actions.take_on_partner(full_name="Robin Ward", email="robin@example.org", kind="consultant", by=manager, at=AT)
    assert not Partner.objects.exists()
