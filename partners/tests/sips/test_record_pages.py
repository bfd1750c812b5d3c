"""Pages of a SIP's whole record, as the SIP and as the authority (REG-1 to REG-18)."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners import actions
from partners.models import Confirmation, DeploymentFlag, FactChange, NcaTerm, PartnerFile, SkillsAudit, StandDown
from partners.tests.factories import engage, make_deployment, make_partner, moment, support
from schools.tests.factories import make_head, make_school

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def authority():
    return accounts.authority("Westshire")


@pytest.fixture
def partner(authority):
    partner = make_partner(
        "Ann Able", sectors={"primary": date(2008, 1, 10)}, regions=[authority.region], user=accounts.user("Ann Able")
    )
    engage(partner, authority)
    return partner


@pytest.fixture
def sip(partner, as_role):
    return as_role(user=partner.user)


@pytest.fixture
def manager(authority, as_role):
    return as_role(Role.MANAGER, at=authority)


def url(name, *args):
    return reverse(f"partners:{name}", args=args)


def day(name, text):
    year, month, of_day = text.split("-")
    return {f"{name}_day": of_day, f"{name}_month": month, f"{name}_year": year}


def post(client, address, **typed):
    """Send a form with the key that its page gave it."""
    key = re.search(r'name="form_key" value="([^"]*)"', client.get(address).content.decode())
    return client.post(address, ({"form_key": key[1]} if key else {}) | typed)


def text(client, address):
    return client.get(address).content.decode()


def test_rol_21_a_sip_asks_for_kind_headship_and_place_and_nothing_changes_yet(sip, partner, authority):
    reference = partner.reference
    for name, typed in (
        ("partner-kind", {"kind": "serving_head", "company": "", **day("starts_on", "2009-11-01")}),
        ("headship-new", {"sector": "primary", "school": make_school().urn, **day("starts_on", "2009-09-01")}),
        ("willingness-new", {"authority": authority.pk}),
    ):
        assert post(sip, url(name, reference), **typed).url == url("partner-asked", reference), name
    willing = partner.willingness.get()
    post(sip, url("willingness-end", reference, willing.pk), **day("on", "2009-12-31"))
    assert sorted(FactChange.objects.values_list("field", flat=True)) == ["headship", "kind", "willing", "willing_end"]
    willing.refresh_from_db()
    assert (partner.kinds.count(), partner.headships.count(), willing.ends_on) == (1, 0, None)
    page = text(sip, url("partner-asked", reference))
    assert "Serving headteacher, from 1 November 2009" in page
    assert "Waiting" in page


def test_rol_21_the_authority_decides_each_on_its_own_page(manager, sip, partner, authority):
    post(sip, url("partner-facts", partner.reference), full_name="Ann Able", headship_years="7",
         has_outside_experience="True", outside_experience="A museum", is_htpm_trained="False", days_available="9")  # fmt: skip
    years, outside, days = (
        FactChange.objects.get(field=f) for f in ("headship_years", "outside_experience", "days_available")
    )
    listed = text(manager, url("fact-list"))
    assert listed.count("Ann Able") >= 3
    assert "Yes: A museum" in listed
    manager.post(url("fact-decide", years.pk), {"outcome": "confirm"})
    page = manager.post(url("fact-decide", days.pk), {"outcome": "decline", "reason": ""}).content.decode()
    assert "Enter why it is not right; the SIP reads it" in page
    manager.post(url("fact-decide", days.pk), {"outcome": "decline", "reason": "Agreed otherwise"})
    partner.refresh_from_db()
    assert (partner.headship_years, partner.days_available, partner.has_outside_experience) == (7, None, False)
    assert "It is decided" in text(manager, url("fact-decide", years.pk))
    assert outside.pk
    assert "Agreed otherwise" in text(sip, url("partner-asked", partner.reference))
    assert "No change" not in text(manager, f"{url('fact-list')}?applied=1&waiting=no")
    assert manager.get(url("partner-facts", partner.reference)).url == url("partner-details", partner.reference)
    export = manager.get(f"{url('fact-list')}?applied=1&format=csv")
    assert b"Years of headship" in b"".join(export.streaming_content)


def test_a_change_that_cannot_stand_says_why(manager, sip, partner):
    headship = partner.headships.create(sector="primary")
    post(sip, url("headship-end", partner.reference, headship.pk), **day("on", "2009-11-30"))
    headship.ends_on = date(2009, 11, 1)
    headship.save()
    change = FactChange.objects.get()
    assert "It has ended already." in manager.post(url("fact-decide", change.pk), {"outcome": "confirm"}).content.decode()


def test_nothing_that_differs_is_no_change(sip, partner):
    typed = {"full_name": "Ann Able", "has_outside_experience": "False", "is_htpm_trained": "False"}
    post(sip, url("partner-facts", partner.reference), **typed)
    assert not FactChange.objects.exists()


def test_reg_18_all_details_are_on_one_page_with_the_way_to_change_each(sip, manager, partner, authority):
    page = text(sip, url("partner-confirm", partner.reference))
    for words in ("Email", "Kind and headships", "Will work in", "Expertise", "Register of interests", "Never confirmed"):
        assert words in page
    for name in ("partner-details", "partner-facts", "partner-kind", "headship-new", "willingness-new", "expertise-change"):
        assert url(name, partner.reference) in page, name
    Confirmation.objects.create(
        partner=partner, authority=authority, kind="details", for_on=date(2009, 9, 1), asked_on=date(2009, 9, 1),
        due_on=date(2009, 9, 15),
    )  # fmt: skip
    listed = text(manager, url("confirmation-list"))
    assert "Ann Able" in listed
    assert "Overdue" in listed
    sip.post(url("partner-confirm", partner.reference))
    assert Confirmation.objects.get().met_on == date(2009, 11, 16)
    assert "Ann Able" not in text(manager, url("confirmation-list"))
    assert "Last confirmed on 16 November 2009" in text(sip, url("partner-confirm", partner.reference))


def test_reg_9_and_reg_4_what_a_sip_brings_is_shown(sip, partner):
    address = url("expertise-change", partner.reference)
    typed = {"context": ["Rural"], "faith": ["Roman Catholic"], "service": "Training\n\nTraining\nCoaching"}
    assert sip.post(address, typed).status_code == 302
    assert sorted(partner.expertise.filter(kind="service").values_list("value", flat=True)) == ["Coaching", "Training"]
    page = text(sip, url("partner-detail", partner.reference))
    assert "Roman Catholic" in page
    assert "Each service must be 100 characters or less" in sip.post(address, {"service": "x" * 101}).content.decode()
    many = "\n".join(f"Service {number}" for number in range(13))
    assert "Enter 12 services or fewer" in sip.post(address, {"service": many}).content.decode()


def test_reg_1_suspension_is_recorded_and_ended_by_the_authority(manager, sip, partner):
    assert sip.get(url("stand-down-new", partner.reference)).status_code == 404
    post(
        manager,
        url("stand-down-new", partner.reference),
        kind="suspended",
        reason="An inquiry",
        **day("starts_on", "2009-11-01"),
    )
    row = StandDown.objects.get()
    page = text(manager, url("partner-detail", partner.reference))
    assert "Suspended" in page
    assert "An inquiry" in page
    assert sip.get(url("stand-down-end", partner.reference, row.pk)).status_code == 404
    manager.post(url("stand-down-end", partner.reference, row.pk), day("on", "2009-11-10"))
    row.refresh_from_db()
    assert row.ends_on == date(2009, 11, 10)
    assert manager.get(url("stand-down-end", partner.reference, row.pk)).status_code == 404


def test_reg_16_national_challenge_work_is_on_the_engagement(manager, sip, partner, authority):
    engagement = engage(partner, authority)
    post(
        manager,
        url("nca-new", partner.reference, engagement.pk),
        **day("starts_on", "2009-09-01"),
        **day("contract_on", "2009-08-20"),
    )
    term = NcaTerm.objects.get()
    assert "Contract signed on 20 August 2009" in text(sip, url("partner-detail", partner.reference))
    manager.post(url("nca-end", partner.reference, term.pk), day("on", "2009-11-10"))
    term.refresh_from_db()
    assert term.ends_on == date(2009, 11, 10)
    assert manager.get(url("nca-end", partner.reference, term.pk)).status_code == 404


def test_reg_12_those_who_looked_after_the_sip_before_stand_with_their_dates(sip, partner, authority):
    support(engage(partner, authority), accounts.user("Olive Former"), starts_on=date(2007, 9, 1), ends_on=date(2009, 8, 31))
    page = text(sip, url("partner-detail", partner.reference))
    assert "Olive Former" in page
    assert "1 September 2007 to 31 August 2009" in page


def test_reg_7_two_pen_portraits_are_held_and_a_school_reads_its_own_alone(sip, partner, authority, as_role):
    address = url("portrait-keep", partner.reference)
    for kind, name in (("portrait", "schools.txt"), ("national", "national.txt")):
        file = SimpleUploadedFile(name, f"I led a school, says {name}.".encode())
        assert sip.post(address, {"kind": kind, "file": file}).status_code == 302
    fault = sip.post(address, {"kind": "application", "file": SimpleUploadedFile("form.pdf", b"<html>")})
    assert fault.status_code == 200
    assert PartnerFile.objects.count() == 2
    school = make_school(authority=authority)
    make_deployment(partner, school, authority)
    head = as_role(user=make_head(school).user)
    published, national = PartnerFile.objects.order_by("pk")
    assert head.get(url("partner-file", partner.reference, published.pk)).status_code == 200
    assert head.get(url("partner-file", partner.reference, national.pk)).status_code in (403, 404)
    assert "national.txt" not in text(head, url("partner-detail", partner.reference))


def test_reg_8_skills_audits_begin_with_the_last_one_and_stand_side_by_side(sip, manager, partner):
    address = url("skills-new", partner.reference)
    post(sip, address, strengths="Mathematics", gaps="Early years", expertise="")
    assert "Mathematics" in text(manager, address)
    post(manager, address, strengths="Mathematics and science", gaps="Early years", expertise="")
    assert SkillsAudit.objects.count() == 2
    page = text(manager, url("partner-development", partner.reference))
    assert page.count("Skills audit of 16 November 2009") == 2


def test_reg_10_interests_are_declared_confirmed_and_decided_on_their_pages(sip, manager, partner, authority, as_role):
    school = make_school(authority=authority, name="Hill Road School")
    head = as_role(user=make_head(school).user)
    make_deployment(partner, school, authority)
    page = text(sip, url("partner-interests", partner.reference))
    assert "None declared." in page
    assert "Not confirmed" in page
    faults = post(sip, url("interest-new", partner.reference), kind="family", says="A niece").content.decode()
    assert "Enter the URN of the school, or the name of whoever the interest is with" in faults
    both = post(sip, url("interest-new", partner.reference), kind="family", says="A niece", school=school.urn, named="X")
    assert "Enter either a URN or a name" in both.content.decode()
    post(sip, url("interest-new", partner.reference), kind="family", says="A niece", school=school.urn)
    assert "Select what you confirm" in post(sip, url("interest-confirm", partner.reference)).content.decode()
    post(sip, url("interest-confirm", partner.reference), word="complete")
    assert "the list is complete. Runs out on 1 September 2010." in text(sip, url("partner-interests", partner.reference))
    flag = DeploymentFlag.objects.get()
    page = text(manager, url("partner-interests", partner.reference))
    assert url("flag-decide", flag.pk) in page
    assert url("flag-decide", flag.pk) not in text(sip, url("partner-interests", partner.reference))
    wrong = manager.post(url("flag-decide", flag.pk), {"outcome": "ended", "reason": "Too close"}).content.decode()
    assert "Enter the last day of the deployment" in wrong
    past = {"outcome": "ended", "reason": "Too close", **day("on", "2009-08-01")}
    assert "must be on or after the first" in manager.post(url("flag-decide", flag.pk), past).content.decode()
    flag.refresh_from_db()
    assert flag.decided_at is None
    manager.post(url("flag-decide", flag.pk), {"outcome": "ended", "reason": "Too close", **day("on", "2009-11-20")})
    flag.refresh_from_db()
    assert flag.outcome == "ended"
    assert manager.get(url("flag-decide", flag.pk)).status_code == 302
    assert "Too close" in text(manager, url("deployment-detail", flag.deployment_id))
    for told in ("A niece", "Too close", "nterest"):
        assert told not in text(head, url("deployment-detail", flag.deployment_id)), told


def test_reg_10_a_sip_asks_for_the_end_of_an_interest_and_the_authority_sets_it(sip, manager, partner):
    for named in ("Invented Ltd", "Other Ltd"):
        post(sip, url("interest-new", partner.reference), kind="company", says="Director", named=named)
    first, second = partner.interests.order_by("pk")
    post(sip, url("interest-end", partner.reference, first.pk), **day("on", "2009-11-10"))
    assert FactChange.objects.get().field == "interest_end"
    manager.post(url("interest-end", partner.reference, second.pk), day("on", "2009-11-10"))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.ends_on, second.ends_on) == (None, date(2009, 11, 10))


def test_a_school_sees_neither_interests_nor_expertise_files_nor_development(partner, authority, as_role):
    school = make_school(authority=authority)
    make_deployment(partner, school, authority)
    client = as_role(user=make_head(school).user)
    for name in ("partner-interests", "partner-development", "partner-confirm", "partner-asked"):
        assert client.get(url(name, partner.reference)).status_code in (403, 404), name
    page = text(client, url("partner-detail", partner.reference))
    for words in ("Register of interests", "Expertise", "Status"):
        assert words not in page


def test_reg_3_headships_show_which_were_ever_held_and_what_is_now(sip, partner):
    partner.headships.create(sector="secondary", is_former=True)
    partner.headships.create(sector="primary", school=make_school(name="Brook Lane School"), starts_on=date(2009, 9, 1))
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text(sip, url("partner-detail", partner.reference))))
    for words in (
        "Ever a secondary head Yes", "Ever a primary head Yes", "Primary head now Yes",
        "Serving head at Brook Lane School, from 1 September 2009", "Former head, held before",
    ):  # fmt: skip
        assert words in page, words


def test_reg_4_outside_experience_has_its_text(manager, partner):
    typed = {"full_name": "Ann Able", "email": partner.email, "has_outside_experience": "on", "outside_experience": "A museum"}
    manager.post(url("partner-details", partner.reference), typed)
    assert "A museum" in text(manager, url("partner-detail", partner.reference))


def test_reg_6_willingness_is_by_region_and_authority_with_dates(manager, partner, authority):
    post(manager, url("willingness-new", partner.reference), authority=authority.pk, **day("starts_on", "2009-10-01"))
    page = text(manager, url("partner-detail", partner.reference))
    assert authority.region.name in page
    assert "From 1 October 2009" in page


def test_reg_5_reg_11_reg_13_and_reg_15_have_their_tabs_of_the_one_record(sip, partner, authority):
    deployment = make_deployment(partner, make_school(authority=authority, name="Hill Road School"), authority)
    assert "Accredited on 10 January 2008" in text(sip, url("partner-accreditation", partner.reference))
    assert deployment.school.name in text(sip, url("partner-schools", partner.reference))
    checks = text(sip, url("partner-checks", partner.reference))
    assert "Professional indemnity" in checks
    assert "greement" in checks


def test_the_record_names_the_school_and_the_check_and_no_codes(authority, partner, as_role):
    """What an audit line keeps as a code is said in words, with the school that it was about."""
    engagement, by, at = partner.engagements.get(), accounts.member(Role.MANAGER, at=authority), moment(date(2009, 11, 16))
    school = make_school(authority=authority, name="Brook Lane Primary School")
    actions.record_check(engagement=engagement, kind="PRE-12", checked_on=date(2009, 11, 2), by=by, at=at)
    actions.confirm_contract(engagement=engagement, school=school, confirmed_on=date(2009, 11, 2), by=by, at=at)
    actions.declare_interest(partner=partner, kind="former_post", named="Old Mill School", says="Deputy head", by=by, at=at)
    page = as_role(user=by).get(url("partner-record", partner.reference)).content.decode()
    assert "Brook Lane Primary School; from 2 November 2009." in page
    assert "initial training." in page
    assert "A post held before." in page
    assert "PRE-12" not in page


def test_what_was_declared_after_the_yearly_word_is_said_beside_it(sip, partner):
    """REG-10: `nothing to declare` of September does not cover an interest of November."""
    september = date(2009, 9, 8)  # a Tuesday
    Confirmation.objects.create(
        partner=partner, kind="interests", for_on=september, asked_on=september, due_on=september, met_on=september,
        is_nothing_to_declare=True,
    )  # fmt: skip
    actions.declare_interest(
        partner=partner, kind="employer", named="Elm Trust", says="Adviser", by=partner.user, at=moment(date(2009, 11, 16))
    )  # fmt: skip
    page = text(sip, url("partner-interests", partner.reference))
    assert "On 8 September 2009: nothing to declare; since then 1 interest declared." in page


def test_a_change_that_is_decided_is_shown_and_not_a_dead_end(sip, manager, partner):
    """ROL-21: the list of what is decided leads to what was decided, by whom and why."""
    post(sip, url("willingness-new", partner.reference), authority=accounts.authority("Eastshire").pk)
    change = FactChange.objects.get()
    post(manager, url("fact-decide", change.pk), outcome="decline", reason="Not agreed yet")
    page = text(manager, url("fact-decide", change.pk))
    assert "Declined" in page
    assert "Not agreed yet" in page
    assert "Record the decision" not in page


def test_the_page_that_ends_a_place_of_work_names_the_place(sip, partner, authority):
    row = partner.willingness.get()
    assert f"Until when will the SIP work in {authority.region.name}?" in text(
        sip, url("willingness-end", partner.reference, row.pk)
    )


def test_two_authorities_of_one_name_are_told_apart(sip, partner):
    authorities = [accounts.authority("Twinshire"), accounts.authority("Twinshire")]
    page = text(sip, url("willingness-new", partner.reference))
    assert all(f"Twinshire ({authority.code})" in page for authority in authorities)


def test_details_that_did_not_change_are_not_said_to_be_saved(sip, partner):
    address = url("partner-details", partner.reference)
    assert "The details are saved." in sip.post(address, {"phone": "01632 960123"}, follow=True).content.decode()
    assert "The details are saved." not in sip.post(address, {"phone": "01632 960123"}, follow=True).content.decode()


def test_the_record_does_not_call_changed_what_is_only_asked_for(sip, partner):
    """ROL-21: nothing changes until it is confirmed."""
    post(sip, url("willingness-new", partner.reference), authority=accounts.authority("Eastshire").pk)
    page = text(sip, url("partner-record", partner.reference))
    assert "About: a place to work in." in page
