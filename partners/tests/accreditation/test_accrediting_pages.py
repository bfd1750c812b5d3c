"""The pages of accreditation: applications, claims, cases, records, clock (ACC-1 to ACC-28)."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.accreditation import State
from partners.jobs import ask_for_records
from partners.models import (
    Accreditation,
    Application,
    Claim,
    Discussion,
    LapseClock,
    Partner,
    PartnerFile,
    RecordsRequest,
    RemovalCase,
)
from partners.selectors import owed_of_accreditation, standings_of
from partners.tests.accreditation.accrediting import (
    day,
    director,
    keyed,
    make_application,
    make_case,
    make_claim,
    make_discussion,
    make_lapsed,
    noon,
    text,
    url,
)
from partners.tests.factories import engage, make_deployment, make_partner
from schools.tests.factories import make_school
from sipmanager.core.models import OutgoingEmail

pytestmark = pytest.mark.django_db
TODAY = date(2009, 11, 16)  # Monday


@pytest.fixture(autouse=True)
def today(clock_at):
    clock_at("2009-11-16 12:00")


# --------------------------------------------------------------------------------------------------- moves through pages


def test_an_application_says_who_accredits_and_what_is_measured(as_role):
    """ACC-1, ACC-3."""
    page = as_role(Role.PROGRAMME).get(url("application-detail", make_application("applied").pk)).content.decode()
    assert "National College for School Leadership (NCSL)" in page
    assert "knowledge, expertise and interpersonal skills against the SIP Brief" in page


def test_national_staff_take_an_application_through_its_stages(as_role):
    client = as_role(Role.PROGRAMME)
    partner = make_partner("New Nell", sectors={})
    page = url("application-new", partner.reference)
    client.post(page, keyed(client, page, sector="primary", **day("applied_on", date(2009, 9, 1))))
    application = Application.objects.get()
    page = url("referee-new", application.pk)
    client.post(page, keyed(client, page, full_name="Una", **day("requested_on", date(2009, 9, 2))))
    referee = application.referees.get()
    client.post(url("referee-receive", application.pk, referee.pk), day("on", date(2009, 9, 9)))
    client.post(url("application-move", application.pk, "accept"), day("on", date(2009, 9, 10)))
    page = url("sitting-new", application.pk)
    told = {**day("taken_on", date(2009, 10, 1)), **day("result_on", date(2009, 10, 2))}
    client.post(page, keyed(client, page, result="fail", **told))
    attempt = application.attempts.get()
    client.post(url("sitting-notice", application.pk, attempt.pk), day("on", date(2009, 10, 5)))
    for on in (date(2009, 10, 20), date(2009, 11, 5)):
        given = {**day("taken_on", on), **day("result_on", on), **day("notified_on", on)}
        response = client.post(page, keyed(client, page, result="pass", **given))
        assert response.status_code == 302
    award = Accreditation.objects.get()
    assert (award.accredited_on, award.partner) == (date(2009, 11, 5), partner)
    said = text(client.get(url("application-detail", application.pk)))
    assert "Failed, result of 2 October 2009" in said
    assert client.get(url("sitting-new", application.pk)).status_code == 404
    assert client.post(url("application-move", application.pk, "accept"), day("on", TODAY)).status_code == 302
    assert "New Nell" in text(client.get(url("application-list"), {"applied": 1}))


def test_acc_5_the_page_refuses_a_third_attempt_with_the_day(as_role):
    client = as_role(Role.PROGRAMME)
    application = make_application("application_passed", on=date(2009, 1, 5))

    for on in (date(2009, 2, 2), date(2009, 3, 2)):
        actions.record_sitting(
            application=application, is_passed=False, taken_on=on, result_on=on, notified_on=on, by=None, at=noon(on)
        )
    page = url("sitting-new", application.pk)
    given = {**day("taken_on", TODAY), **day("result_on", TODAY)}
    response = client.post(page, keyed(client, page, result="pass", **given))
    assert "a further attempt opens on 2 March 2010" in text(response)
    assert application.attempts.count() == 2
    dues = owed_of_accreditation(partition="national", on=date(2010, 3, 2))
    assert [(due.rule, due.due_on, due.stage) for due in dues if due.rule == "DL-31"] == [("DL-31", date(2010, 3, 2), "0m")]
    assert not [due for due in owed_of_accreditation(partition="national", on=date(2010, 3, 1)) if due.rule == "DL-31"]
    actions.record_sitting(
        application=application, is_passed=True, taken_on=date(2010, 3, 2), result_on=date(2010, 3, 2), by=None,
        at=noon(date(2010, 3, 2)),
    )  # fmt: skip
    assert not [due for due in owed_of_accreditation(partition="national", on=date(2010, 3, 3)) if due.rule == "DL-31"]


def test_attempts_are_for_the_person_and_the_programme_and_not_for_managers(place, sip, as_role):
    partner = make_partner(sectors={}, authorities=[place], user=sip)
    engage(partner, place)
    application = make_application("online_passed", partner=partner, on=date(2009, 9, 1))
    for client, sees in (
        (as_role(user=sip), True), (as_role(Role.COORDINATOR, at=place.region), True), (as_role(Role.MANAGER, at=place), False),
    ):  # fmt: skip
        said = text(client.get(url("application-detail", application.pk)))
        assert ("Una Referee" in said) is sees
        assert "Record a result" not in said


def test_act_8_a_claim_goes_from_the_sip_to_the_director_through_pages(place, sip, as_role):
    chief = director()
    partner = make_lapsed(authority=place, user=sip)
    client = as_role(user=sip)
    page = url("claim-new", partner.reference)
    client.post(page, keyed(client, page, says="A year is missing"))
    claim = Claim.objects.get()
    assert claim.authority is None
    chief_client = as_role(user=chief)
    refused = chief_client.get(url("claim-move", claim.pk, "restore"))
    assert "The claim shows no practice as a SIP." in text(refused)
    page = url("practice-new", claim.pk)
    period = {**day("starts_on", date(2007, 9, 3)), **day("ends_on", date(2008, 7, 18))}
    client.post(page, keyed(client, page, place="Mill Lane", sector="primary", evidence="Contract", school="", **period))
    page = url("claim-file", claim.pk)

    client.post(page, keyed(client, page, file=SimpleUploadedFile("contract.txt", b"A contract"), says="The contract"))
    assert PartnerFile.objects.get().about == f"claim:{claim.pk}"
    assert client.get(url("claim-move", claim.pk, "restore")).status_code == 403
    assert client.post(url("claim-move", claim.pk, "restore"), {"reason": "Mine"}).status_code == 403
    detail = text(chief_client.get(url("claim-detail", claim.pk)))
    assert "contract.txt" in detail
    assert "lapses on 18 July 2011" in detail  # what it would change
    chief_client.post(url("claim-move", claim.pk, "restore"), {"reason": "Shown by the contract"})
    assert Claim.objects.get().status == "restored"
    assert standings_of([partner.pk], TODAY)[partner.pk][0].state is State.ACCREDITED
    assert "Mill Lane, shown by a claim" in text(client.get(url("partner-accreditation", partner.reference)))
    # A second click, and a claim where nothing lapses any more.
    assert chief_client.post(url("claim-move", claim.pk, "restore"), {"reason": "Again"}).status_code == 302
    assert "There is nothing to claim" in text(client.get(url("claim-new", partner.reference)))
    assert client.post(url("claim-file", claim.pk), {}).status_code == 302


def test_a_manager_claims_on_behalf_and_takes_it_back(place, as_role):
    partner = make_lapsed(authority=place)
    client = as_role(Role.MANAGER, at=place)
    page = url("claim-new", partner.reference)
    client.post(page, keyed(client, page, says="A year is missing", authority=place.pk))
    claim = Claim.objects.get()
    assert claim.authority == place
    client.post(url("claim-move", claim.pk, "take-back"))
    assert Claim.objects.get().status == "taken_back"
    assert partner.full_name in text(client.get(url("claim-list"), {"applied": 1}))
    assert "The accreditation lapsed" not in text(client.get(url("claim-detail", claim.pk)))


def test_act_9_the_page_refuses_a_competence_case_and_the_discussion_reaches_the_sip(place, sip, as_role):
    partner = make_partner(authorities=[place], user=sip)
    engage(partner, place)
    coordinator = as_role(Role.COORDINATOR, at=place.region)
    page = url("case-new", partner.reference)
    engagement = partner.engagements.get()
    given = {
        "engagement": engagement.pk, "criterion": "competence", "circumstances": "What was seen", "support_given": "A mentor",
        "mitigation": "",
    }  # fmt: skip
    response = coordinator.post(page, keyed(coordinator, page, **given))
    assert "No earlier discussion of competence with the SIP is on record" in text(response)
    assert not RemovalCase.objects.exists()
    manager = as_role(Role.MANAGER, at=place)
    page = url("discussion-new", partner.reference)
    said = {"engagement": engagement.pk, "criterion": "competence", "text": "Notes were late.", "answer_days": 10}
    manager.post(page, keyed(manager, page, **said, **day("held_on", date(2009, 11, 9))))
    talk = Discussion.objects.get()
    client = as_role(user=sip)
    assert "Notes were late." in text(client.get(url("discussion-detail", talk.pk)))
    client.post(url("discussion-receive", talk.pk))
    page = url("discussion-answer", talk.pk)
    client.post(page, keyed(client, page, text="I was ill."))
    assert "I was ill." in text(manager.get(url("discussion-detail", talk.pk)))
    assert client.get(page).status_code == 404
    page = url("case-new", partner.reference)
    coordinator.post(page, keyed(coordinator, page, **given))
    case = RemovalCase.objects.get()
    assert client.get(url("case-detail", case.pk)).status_code == 404  # not told yet
    coordinator.post(url("case-move", case.pk, "tell-sip"))
    assert client.get(url("case-detail", case.pk)).status_code == 200
    coordinator.post(url("case-move", case.pk, "tell-director"))
    assert coordinator.post(url("case-move", case.pk, "call-hearing"), day("hearing_on", TODAY)).status_code == 403
    chief = as_role(user=director())
    chief.post(url("case-move", case.pk, "call-hearing"), day("hearing_on", TODAY))
    members = {"members_NCSL": "Nora Nield", "members_NS": "Sol Stroud", "members_DfES": "Dee Day"}
    chief.post(url("case-move", case.pk, "hear"), {**members, "mitigation": "An illness", **day("heard_on", TODAY)})
    assert chief.get(url("case-move", case.pk, "remove")).status_code == 200
    chief.post(url("case-move", case.pk, "retain"), {"reason": "It has improved"})
    case.refresh_from_db()
    assert (case.status, [row["body"] for row in case.members]) == ("retained", ["NCSL", "NS", "DfES"])
    detail = text(client.get(url("case-detail", case.pk)))
    assert "The accreditation is kept." in detail
    saved = client.get(url("case-decision", case.pk))
    assert saved["Content-Disposition"].startswith("attachment")
    assert client.post(url("case-move", case.pk, "retain"), {"reason": "Again"}).status_code == 302


def test_acc_16_a_removal_through_the_page_and_the_conduct_form(place, as_role):
    partner = make_partner(authorities=[place])
    engagement = engage(partner, place)
    make_deployment(partner, make_school(authority=place, phase="secondary"), place, starts_on=date(2009, 9, 1))
    make_discussion(engagement, on=date(2009, 9, 14), criterion="conduct")
    case = make_case(
        "hearing_called", engagement=engagement, criterion="conduct", items=["facts"], is_withholding_alleged=True
    )
    chief = as_role(user=director())
    assert "Facts withheld or misstated" in text(chief.get(url("case-detail", case.pk)))
    assert case_decision_is_missing(chief, case)
    given = {"members_NCSL": "A", "members_NS": "B", "members_DfES": "C", "mitigation": "None", "found": "yes"}
    chief.post(url("case-move", case.pk, "hear"), {**given, **day("heard_on", date(2009, 10, 12))})
    detail = text(chief.get(url("case-detail", case.pk)))
    assert "Removal follows" in detail
    assert "Keep the accreditation" not in detail
    chief.post(url("case-move", case.pk, "remove"), {"reason": "Withheld", **day("removed_from", TODAY)})
    assert Accreditation.objects.get(partner=partner).removed_on == TODAY
    assert "Deployments that run or are to come" in text(chief.get(url("case-detail", case.pk)))
    assert "removed on 16 November 2009" in text(chief.get(url("partner-accreditation", partner.reference)))


def case_decision_is_missing(client, case) -> bool:
    return client.get(url("case-decision", case.pk)).status_code == 404


# -------------------------------------------------------------------------------------------------- records and clock


def test_acc_28_the_programme_asks_and_the_manager_confirms(place, as_role):
    other = people.authority("Barford")
    for authority in (place, other):
        make_deployment(None, make_school(authority=authority), authority, starts_on=date(2009, 9, 1))
    staff, manager = as_role(Role.PROGRAMME), as_role(Role.MANAGER, at=place)
    page = url("records-ask")
    assert staff.get(page).context["unasked"] == 2
    staff.post(page, {"authority": place.pk})
    assert list(RecordsRequest.objects.values_list("authority__name", flat=True)) == ["Ashby"]
    asked = staff.post(page, {"authority": place.pk})
    assert asked.status_code == 200  # no longer among those to be asked
    staff.post(page, {"authority": ""})
    assert RecordsRequest.objects.count() == 2
    mails = OutgoingEmail.objects.filter(kind="records_asked")
    assert mails.count() == 2 or mails.count() == 1  # a mailbox where nobody is manager
    dues = [due for due in owed_of_accreditation(partition=place.code, on=TODAY) if due.rule == "ACC-28"]
    assert [(due.due_on, due.url) for due in dues] == [(date(2009, 12, 31), f"/accreditations/records/{place.code}/")]
    partner = make_lapsed(last=date(2006, 10, 31), authority=place, full_name="Saved Sally")
    said = text(manager.get(url("records-confirm", place.code)))
    assert "Saved Sally" in said
    assert manager.get(url("records-confirm", other.code)).status_code == 404
    assert standings_of([partner.pk], TODAY)[partner.pk][0].state == "records_unverified"
    manager.post(url("records-confirm", place.code))
    assert RecordsRequest.objects.get(authority=place).answered_on == TODAY
    assert standings_of([partner.pk], TODAY)[partner.pk][0].state == "lapsed"
    assert "The record was confirmed on 16 November 2009" in text(manager.get(url("records-confirm", place.code)))
    assert "Confirmed on 16 November 2009" in text(staff.get(page))


def test_acc_28_the_night_asks_each_term_once(place):

    assert ask_for_records(partition=place.code, on=TODAY, at=noon(TODAY)).states_changed == 0  # nobody is at a school
    make_deployment(None, make_school(authority=place), place, starts_on=date(2009, 9, 1))
    assert ask_for_records(partition=place.code, on=TODAY, at=noon(TODAY), dry_run=True).states_changed == 1
    assert not RecordsRequest.objects.exists()
    for _ in range(2):
        ask_for_records(partition=place.code, on=TODAY, at=noon(TODAY))
    assert RecordsRequest.objects.count() == 1
    RecordsRequest.objects.update(answered_on=date(2009, 11, 20))
    ask_for_records(partition=place.code, on=date(2009, 12, 31), at=noon(date(2009, 12, 31)))
    assert RecordsRequest.objects.count() == 1
    ask_for_records(partition=place.code, on=date(2010, 1, 1), at=noon(date(2010, 1, 1)))
    assert RecordsRequest.objects.count() == 2
    assert ask_for_records(partition="national", on=TODAY, at=noon(TODAY)).states_changed == 0


def test_dl_32_the_answer_to_a_record_is_owed_by_the_sip_and_the_recorder_hears_when_time_is_up(place, sip):
    partner = make_partner(authorities=[place], user=sip)
    manager = people.member(Role.MANAGER, at=place)
    talk = make_discussion(engage(partner, place), on=date(2009, 11, 2), by=manager)  # due on 16 November
    assert talk.answer_due_on == TODAY
    (due,) = [due for due in owed_of_accreditation(partition=place.code, on=TODAY) if due.rule == "DL-32"]
    assert (due.owner.email, due.stage, due.escalate_to[0].email) == (sip.email, "0m", manager.email)
    late = [due for due in owed_of_accreditation(partition=place.code, on=date(2009, 11, 17)) if due.rule == "DL-32"]
    assert late[0].state == "overdue"
    assert not [d for d in owed_of_accreditation(partition=place.code, on=date(2009, 12, 17)) if d.rule == "DL-32"]
    assert owed_of_accreditation(partition="000", on=TODAY) == []


def test_acc_9_the_director_sets_the_clock_from_a_day_to_come(as_role):
    client = as_role(user=director())
    page = url("accreditation-clock")
    refused = client.post(page, keyed(client, page, clock="sector", reason="DfES asked", **day("starts_on", TODAY)))
    assert "must be in the future" in text(refused)
    client.post(page, keyed(client, page, clock="sector", reason="DfES asked", **day("starts_on", date(2010, 1, 4))))
    assert LapseClock.objects.get().is_per_sector
    assert "A clock for each sector" in text(client.get(page))
    assert as_role(Role.PROGRAMME).get(page).status_code == 404


def test_per_sector_dues_name_the_sector(place, sip):
    LapseClock.objects.create(starts_on=date(2009, 1, 1), is_per_sector=True, reason="Asked", recorded_at=noon(TODAY))
    partner = make_partner(sectors={"primary": date(2006, 12, 1), "special": date(2009, 9, 1)}, user=sip)
    rows = owed_of_accreditation(partition="national", on=TODAY)
    said = [due.says for due in rows if due.rule == "DL-29" and due.owner.email == sip.email]
    assert said == ["Your accreditation for primary lapses on 1 December 2009 without new practice as a SIP"]
    assert Partner.objects.get() == partner


def test_a_claim_that_waits_is_found_among_claims(place, as_role):
    make_claim(make_lapsed(authority=place, full_name="Waiting Walter"))
    assert "Waiting Walter" in text(as_role(user=director()).get(url("claim-list")))
