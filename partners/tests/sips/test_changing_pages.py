"""Adding SIPs and changing what is known of them, page by page; each form has one effect."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners import actions
from partners.forms.sips import people_who_support
from partners.models import Accreditation, Partner, SupportKind
from partners.tests.factories import engage, make_deployment, make_partner, moment, support
from schools.tests.factories import make_school
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def authority():
    return accounts.authority("Westshire")


@pytest.fixture
def partner(authority):
    partner = make_partner("Ann Able", sectors={"primary": date(2008, 1, 10)}, regions=[authority.region])
    engage(partner, authority)
    return partner


@pytest.fixture
def manager(authority, as_role):
    return as_role(Role.MANAGER, at=authority)


def url(name, *args):
    return reverse(f"partners:{name}", args=args)


def day(name, text):
    year, month, of_day = text.split("-")
    return {f"{name}_day": of_day, f"{name}_month": month, f"{name}_year": year}


def keyed(client, address):
    page = client.get(address).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(form_key|authority)" value="([^"]*)"', page))


def test_a_manager_adds_a_sip_whom_the_authority_then_engages(manager, authority):
    typed = keyed(manager, url("partner-new")) | {
        "full_name": "Cas Calm", "email": "CAS@example.org", "kind": "former_head", "primary_headship": "former",
        "regions": [authority.region_id], "days_available": "12.5",
    }  # fmt: skip
    answer = manager.post(url("partner-new"), typed)
    partner = Partner.objects.get(email="cas@example.org")
    assert answer.url == url("partner-detail", partner.reference)
    assert re.fullmatch(r"P\d{6}", partner.reference)
    assert partner.engagements.get().authority == authority
    assert partner.headships.get().is_former
    assert partner.willingness.get().region == authority.region
    manager.post(url("partner-new"), typed)
    assert Partner.objects.filter(full_name="Cas Calm").count() == 1


def test_an_address_that_another_sip_has_is_said_and_nothing_is_made(manager, authority, partner):
    typed = keyed(manager, url("partner-new")) | {
        "full_name": "Ann Other", "email": partner.email, "kind": "consultant", "is_willing_here": "on",
    }  # fmt: skip
    page = manager.post(url("partner-new"), typed).content.decode()
    assert f"The email address is that of SIP {partner.reference}." in page
    assert not Partner.objects.filter(full_name="Ann Other").exists()


def test_every_field_that_is_wrong_is_named_at_once(manager):
    page = manager.post(
        url("partner-new"), keyed(manager, url("partner-new")) | {"own_school": "12", "days_available": "lots"}
    )
    text = page.content.decode()
    for message in (
        "Enter the full name", "Enter the email address", "Select the kind of SIP",
        "There is no school with the URN 12 on the register",
    ):  # fmt: skip
        assert message in text


def test_national_staff_add_a_sip_for_an_authority_or_for_none(authority, as_role):
    client = as_role(Role.PROGRAMME)
    address = url("partner-new")
    typed = {"full_name": "Nat One", "email": "nat@example.org", "kind": "consultant", "regions": [authority.region_id]}
    client.post(address, keyed(client, address) | typed)
    assert not Partner.objects.get(email="nat@example.org").engagements.exists()
    client.post(address, keyed(client, address) | typed | {"email": "two@example.org", "authority": authority.pk})
    assert Partner.objects.get(email="two@example.org").engagements.get().authority == authority


def test_details_kind_headship_place_and_link_are_recorded(manager, authority, partner):
    reference, school = partner.reference, make_school(authority=authority)
    manager.post(
        url("partner-details", reference), {"full_name": "Ann B Able", "email": partner.email, "own_school": school.urn}
    )
    manager.post(url("partner-kind", reference), {"kind": "serving_head", **day("starts_on", "2009-11-01")})
    for name, typed in (
        ("headship-new", {"sector": "primary", "school": school.urn, **day("starts_on", "2009-09-01")}),
        ("willingness-new", {"authority": accounts.authority("Eastshire").pk}),
        ("interest-new", {"kind": "school", "school": make_school().urn, "says": "Governor there"}),
    ):
        answer = manager.post(url(name, reference), keyed(manager, url(name, reference)) | typed)
        assert answer.status_code == 302, name
    partner.refresh_from_db()
    assert (partner.full_name, partner.own_school) == ("Ann B Able", school)
    assert list(partner.kinds.order_by("pk").values_list("kind", "starts_on", "ends_on")) == [
        ("consultant", None, date(2009, 10, 31)), ("serving_head", date(2009, 11, 1), None),
    ]  # fmt: skip
    assert partner.headships.get().school == school
    assert partner.willingness.count() == 2
    assert partner.interests.get().says == "Governor there"
    page = manager.get(url("partner-detail", reference)).content.decode()
    for words in ("Serving headteacher, from 1 November 2009", "Serving head at", "Eastshire", "1 interest"):
        assert words in page
    for name, row in (
        ("headship-end", partner.headships.get()),
        ("willingness-end", partner.willingness.last()),
        ("interest-end", partner.interests.get()),
    ):
        assert manager.get(url(name, reference, row.pk)).status_code == 200
        assert manager.post(url(name, reference, row.pk), day("on", "2009-11-30")).status_code == 302
        row.refresh_from_db()
        assert row.ends_on == date(2009, 11, 30)
        assert manager.get(url(name, reference, row.pk)).status_code == 404


def test_checks_contract_and_support_are_recorded_by_the_authority_alone(manager, authority, partner, as_role):
    engagement, school = partner.engagements.get(), make_school(authority=authority)
    args = (partner.reference, engagement.pk)
    check = {"kind": "PRE-2", **day("checked_on", "2009-10-02"), "evidence": "Number 12"}
    manager.post(url("check-record", *args), keyed(manager, url("check-record", *args)) | check)
    assert engagement.checks.get().checked_on == date(2009, 10, 2)
    manager.post(url("contract-confirm", *args), {"school": school.urn, **day("confirmed_on", "2009-11-02")})
    assert engagement.contracts.get().school == school
    manager.post(
        url("support-set", *args), {"kind": "line_manager", "user": manager.user.pk, **day("starts_on", "2009-11-16")}
    )
    assert engagement.support.get().kind == SupportKind.LINE_MANAGER
    for client in (as_role(Role.MANAGER, at=accounts.authority()), as_role(Role.COORDINATOR, at=authority.region)):
        for name in ("check-record", "contract-confirm", "support-set", "engagement-end"):
            assert client.get(url(name, *args)).status_code == 404
    future = manager.post(
        url("check-record", *args), keyed(manager, url("check-record", *args)) | check | day("checked_on", "2009-12-02")
    )
    assert "Date of the check must be today or in the past" in future.content.decode()
    assert engagement.checks.count() == 1


def test_d_7_an_engagement_is_ended_by_the_page_once_nothing_runs_beyond_its_last_day(manager, authority, partner):
    engagement, own = partner.engagements.get(), url("partner-detail", partner.reference)
    address = url("engagement-end", partner.reference, engagement.pk)
    school = make_school(authority=authority, name="Hill Road Primary School")
    deployment = make_deployment(partner, school, authority, starts_on=date(2009, 9, 1))
    assert f'href="{address}"' in manager.get(own).content.decode()
    refused = manager.post(address, day("on", "2009-12-31")).content.decode()
    assert "End the deployment at Hill Road Primary School first; it runs beyond 31 December 2009." in refused
    engagement.refresh_from_db()
    assert engagement.ends_on is None
    actions.end_deployment(
        deployment=deployment, on=date(2009, 12, 18), reason="New post", by=None, at=moment(date(2009, 11, 16))
    )
    assert manager.post(address, day("on", "2009-12-31")).status_code == 302
    engagement.refresh_from_db()
    assert engagement.ends_on == date(2009, 12, 31)
    assert "the last day with Westshire" in manager.get(own).content.decode()
    assert manager.post(address, day("on", "2009-12-20")).status_code == 302
    engagement.refresh_from_db()
    assert engagement.ends_on == date(2009, 12, 20)
    assert AuditEvent.objects.filter(what="engagement.end").count() == 2


def test_nobody_records_their_own_checks(authority, partner, as_role):
    person = accounts.member(Role.MANAGER, at=authority)
    Partner.objects.filter(pk=partner.pk).update(user=person)
    client = as_role(user=person)
    engagement = partner.engagements.get()
    for name in ("check-record", "contract-confirm", "support-set", "engagement-end"):
        assert client.post(url(name, partner.reference, engagement.pk), {}).status_code in (403, 404)
    assert client.get(url("partner-engage", partner.reference)).status_code == 404
    assert not engagement.checks.exists()


def test_an_authority_engages_a_sip_of_its_region(manager, authority):
    near = make_partner("Near By", regions=[authority.region])
    address = url("partner-engage", near.reference)
    typed = keyed(manager, address) | day("starts_on", "2009-11-16")
    assert manager.post(address, typed).url == url("partner-checks", near.reference)
    assert manager.post(address, typed).status_code == 302
    assert near.engagements.get().authority == authority


def test_national_staff_alone_record_an_accreditation(partner, manager, as_role):
    address = url("accreditation-new", partner.reference)
    assert manager.get(address).status_code == 404
    client = as_role(Role.PROGRAMME)
    typed = {"sector": "secondary", **day("accredited_on", "2009-10-01")}
    assert client.post(address, keyed(client, address) | typed).url == url("partner-accreditation", partner.reference)
    assert Accreditation.objects.get(sector="secondary").accredited_on == date(2009, 10, 1)


def test_an_authoritys_file_adds_no_award_to_a_sip_on_the_register(authority, partner, manager):
    from partners.imports import import_partners
    from sipmanager.core import clock

    text = (
        "reference,first_name,last_name,email,kind,accredited_primary_on,accredited_secondary_on,last_practised_on\n"
        f"{partner.reference},Ann,Able,{partner.email},consultant,2008-01-10,2009-01-10,2009-10-01\n"
    )
    given = {"content": text.encode(), "file_name": "a.csv", "on": clock.today(), "at": clock.now()}
    outcome = import_partners(**given, authority=authority, by=manager.user)
    assert outcome.unchanged == 1
    assert len(outcome.warnings) == 2
    assert "national programme's staff" in outcome.warnings[0]["reason"]
    assert Accreditation.objects.count() == 1
    outcome = import_partners(**given, authority=None, by=accounts.member(Role.PROGRAMME))
    assert outcome.updated == 1
    assert Accreditation.objects.count() == 2


def test_the_record_holds_events_of_this_floor_alone(partner, manager, authority):
    from sipmanager.core import audit, clock

    audit.record(what="shadowvisit.write", subject=partner, by=None, at=clock.now())
    audit.record(what="partner.change", subject=partner, by=None, at=clock.now(), fields=["phone"])
    page = manager.get(url("partner-record", partner.reference)).content.decode()
    assert "Details changed" in page
    assert "hadow" not in page
    assert AuditEvent.objects.count() == 2


def test_whoever_looks_after_one_sip_can_be_named_for_another(authority, partner, as_role):
    """REG-12: a line manager holds no role of their own, and is known by those they look after."""
    line_manager = accounts.user()
    support(engage(make_partner(authorities=[authority]), authority), line_manager)
    found = User.objects.filter(people_who_support(authority.pk, date(2009, 11, 16)))
    assert line_manager in found
    assert line_manager not in User.objects.filter(people_who_support(accounts.authority().pk, date(2009, 11, 16)))
