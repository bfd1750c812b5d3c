"""The pages behind the conditions of grant: rows that open, history, grant, logs, concerns, authorities side by side (REP-2)."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.permissions import NATIONAL_ROLES, Role
from accounts.tests import factories as people
from partners import actions
from partners.models import (
    BriefEdition,
    Endeavour,
    GrantConcern,
    GrantSnapshot,
    InformationShare,
    ProgrammeContact,
    Sanction,
    YearlyStatement,
)
from partners.tests import factories
from partners.tests.factories import moment
from schools.facts import Phase
from schools.models import School
from schools.tests import factories as schools

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday
AT = moment(TODAY)
NIGHT = date(2009, 11, 2)  # Monday


@pytest.fixture
def kent(clock_at):
    clock_at("2009-11-16 12:00")
    authority = people.authority("Kent")
    factories.make_deployment(None, schools.make_school(authority=authority, phase=Phase.PRIMARY, name="Hill Road"), authority)
    schools.make_school(authority=authority, phase=Phase.PRIMARY, name="Brook Lane")
    return authority


@pytest.fixture
def manager(kent, as_role):
    return as_role(Role.MANAGER, at=kent)


def at(name, authority, *args, programme="primary"):
    return reverse(f"partners:{name}", args=[authority.code, programme, *args])


def text(client, url, **query):
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client, url, follow=True, **given):
    """What a person types into the form of a page, sent with its key."""
    form = client.get(url).context["form"]
    if "form_key" in form.fields:
        given["form_key"] = form["form_key"].value()
    return client.post(url, given, follow=follow).content.decode()


# The page of an authority.


def test_rep_2_each_row_opens_to_meaning_working_what_mends_it_and_evidence(kent, manager):
    page = text(manager, reverse("partners:conditions"))
    assert "every mainstream school of the programme" in page, "the clause in our words"
    assert "2 in scope less 1 without an accredited SIP is 1." in page, "the arithmetic"
    brook = School.objects.get(name="Brook Lane")
    assert reverse("partners:deploy-candidates", args=[brook.urn]) in page, "the link that mends the gap"
    assert "applied=1&amp;sent=no" in page, "and the one for what was not notified"
    assert f"{at('endeavour-new', kent)}?condition=COG-A" in page
    assert "Yearly reviews of SIPs are not recorded." in page, "no data is explained"
    assert "Evidence: the log of notifications" in page


def test_rep_2_the_other_programme_is_a_tab_and_the_day_is_kept(kent, manager):
    page = text(manager, reverse("partners:conditions"), phase="secondary", on="2009-09-30")
    assert "As at 30 September 2009" in page
    assert f"authority={kent.pk}&amp;phase=primary&amp;on=2009-09-30" in page


def test_whoever_only_looks_is_led_to_the_record_and_logs_nothing(kent, as_role):
    page = text(as_role(Role.COORDINATOR, at=kent.region), reverse("partners:conditions"))
    brook = School.objects.get(name="Brook Lane")
    assert reverse("schools:school-detail", args=[brook.urn]) in page
    assert reverse("partners:deploy-candidates", args=[brook.urn]) not in page
    assert "Log what was done" not in page
    assert "All authorities" in page


def test_cog_k_a_sanction_stands_as_a_banner_while_it_runs(kent, manager):
    page = send(manager, at("sanction-new", kent), kind="suspended", starts_on="2009-11-02", says="Until mended.")
    assert "The action is logged" in page
    assert "Payments suspended since 2 November 2009." in text(manager, reverse("partners:conditions"))
    sanction = Sanction.objects.get()
    assert "The last day is set" in send(manager, at("sanction-end", kent, sanction.pk), on="2009-11-10")
    assert "Payments suspended since" not in text(manager, reverse("partners:conditions"))
    assert "struck out" in send(manager, at("sanction-strike", kent, sanction.pk), reason="Never happened")
    assert manager.get(at("sanction-strike", kent, sanction.pk)).status_code == 404


# Logs.


def test_cog_d_an_endeavour_is_logged_from_the_row_shown_with_it_and_struck_out(kent, manager):
    url = f"{at('endeavour-new', kent)}?condition=COG-D"
    assert manager.get(url).context["form"]["condition"].value() == "COG-D"
    page = send(manager, url, condition="COG-D", done_on="2009-11-12", says="Asked three heads.", who="Mary")
    assert "It is logged" in page
    assert "12 November 2009, Mary: Asked three heads." in text(manager, reverse("partners:conditions"))
    row = Endeavour.objects.get()
    assert "Enter why it is struck out" in send(manager, at("record-strike", kent, "endeavour", row.pk), reason="")
    assert "Struck out" in send(manager, at("record-strike", kent, "endeavour", row.pk), reason="Entered twice")
    assert "Asked three heads." not in text(manager, reverse("partners:conditions"))
    assert manager.get(at("record-strike", kent, "deployment", row.pk)).status_code == 404


def test_cog_f_the_contact_is_named_told_of_and_ended(kent, manager):
    assert "Nobody has been named yet." in text(manager, at("contact-list", kent))
    assert "Ann Lee" in send(manager, at("contact-new", kent), full_name="Ann Lee", starts_on="2009-09-01")
    contact = ProgrammeContact.objects.get()
    assert "Name the contact" in text(manager, reverse("partners:conditions"))
    assert "The day is recorded" in send(manager, at("contact-told", kent, contact.pk), notified_on="2009-09-08")
    assert "recorded already" in send(manager, at("contact-told", kent, contact.pk), notified_on="2009-09-09")
    assert "1 of 1 contact told" in text(manager, reverse("partners:conditions"))
    assert "The last day is set" in send(manager, at("contact-end", kent, contact.pk), on="2009-11-10")
    assert "Former" in text(manager, at("contact-list", kent))


def test_cog_i_shares_and_the_statement_are_logged(kent, manager):
    page = send(manager, at("share-new", kent), use="services", shared_on="2009-11-02", items="Notes", recipient="Contractor")
    assert "Planning local services, 2 November 2009" in page
    assert InformationShare.objects.get().notes == 0
    assert "The statement is made" in send(manager, at("statement-new", kent), text="Used for planning.")
    page = text(manager, reverse("partners:conditions"))
    assert "1 of 4 uses" in page
    assert at("sharing", kent) in page
    statement = YearlyStatement.objects.get()
    assert "struck out" in send(manager, at("record-strike", kent, "statement", statement.pk), reason="Of another year")


def test_an_administrator_reads_the_logs_and_keeps_none(kent, as_role):
    client = as_role(Role.ADMINISTRATOR, at=kent)
    for name in ("contact-list", "sharing", "endeavour-list", "sanction-list"):
        page = text(client, at(name, kent))
        assert "Name a contact" not in page
        assert "Log " not in page
    for name in ("contact-new", "share-new", "statement-new", "endeavour-new", "sanction-new"):
        assert client.get(at(name, kent)).status_code == 404
    assert client.get(at("contact-list", kent, programme="special")).status_code == 404


LOGS = ("contact-list", "sharing", "endeavour-list", "sanction-list")


@pytest.mark.parametrize("role", [Role.SENIOR_ADVISER, Role.PROGRAMME, Role.NATIONAL_DIRECTOR], ids=str)
def test_whoever_oversees_the_grant_reads_the_records_behind_it(kent, as_role, role):
    """Section 2.3, "Grant and CoG dashboard": read, and nothing offered that they may not keep."""
    client = as_role(role) if role in NATIONAL_ROLES else as_role(role, at=kent)
    page = text(client, reverse("partners:conditions") + f"?authority={kent.pk}&phase=primary")
    for name in LOGS:
        assert at(name, kent) in page
        assert "Name a contact" not in text(client, at(name, kent))


def test_an_elected_member_sees_the_answers_and_none_of_the_records_behind_them(kent, as_role, manager):
    """ROL-28: aggregates only."""
    send(manager, at("endeavour-new", kent), condition="COG-D", done_on="2009-11-12", says="Asked three heads.", who="Mary")
    client = as_role(Role.ELECTED_MEMBER, at=kent)
    page = text(client, reverse("partners:conditions"))
    assert "Asked three heads." not in page
    for name in LOGS:
        assert at(name, kent) not in page
        assert client.get(at(name, kent)).status_code == 404
    viewer = client.get(reverse("partners:conditions")).wsgi_request.viewer
    assert not Endeavour.objects.visible_to(viewer).exists()


# The brief.


def test_cog_c_national_staff_record_editions_of_the_brief(kent, as_role):
    client = as_role(Role.PROGRAMME)
    assert "No edition is recorded yet" in text(client, reverse("partners:brief-list"))
    assert "Third edition" in send(client, reverse("partners:brief-new"), edition="Third edition", starts_on="2006-09-01")
    assert BriefEdition.objects.get().starts_on == date(2006, 9, 1)
    again = send(client, reverse("partners:brief-new"), edition="Third edition", starts_on="2010-09-01")
    assert "recorded already" in again
    assert "Record an edition" not in text(as_role(Role.COORDINATOR, at=kent.region), reverse("partners:brief-list"))


# Concerns.


def test_cog_m_a_coordinator_notes_shares_and_passes_on_a_concern(kent, manager, as_role):
    coordinator = as_role(Role.COORDINATOR, at=kent.region)
    page = send(coordinator, at("concern-new", kent), condition="COG-A", says="One school has had no SIP for a year.")
    assert "The authority does not see it yet" in page
    concern = GrantConcern.objects.get()
    detail = reverse("partners:concern-detail", args=[concern.pk])
    assert manager.get(detail).status_code == 404
    assert "There is no concern." in text(manager, at("concern-list", kent))
    early = coordinator.post(reverse("partners:concern-move", args=[concern.pk, "take_up"]))
    assert "moved on" in early.content.decode()
    coordinator.post(reverse("partners:concern-move", args=[concern.pk, "share"]))
    page = text(manager, detail)
    assert "One school has had no SIP" in page
    assert "Pass it to" not in page
    assert "Look at it" in text(manager, at("concern-list", kent))
    page = send(coordinator, reverse("partners:concern-move", args=[concern.pk, "pass_on"]), director="Ada Chief")
    assert "Ada Chief" in page
    assert "Enter what came of it" in send(
        coordinator, reverse("partners:concern-move", args=[concern.pk, "close"]), comment=""
    )
    assert coordinator.get(reverse("partners:concern-move", args=[concern.pk, "other"])).status_code == 404


# History.


def test_d_21_the_history_page_explains_a_difference_and_says_loudly_what_nothing_explains(kent, manager):
    actions.take_snapshot(authority=kent, programme="primary", on=NIGHT, at=moment(NIGHT))
    url = at("conditions-history", kent)
    assert "What is known now is what was known then." in text(manager, url, on="2009-11-02")
    brook = School.objects.get(name="Brook Lane")
    factories.make_deployment(None, brook, kent, starts_on=date(2009, 9, 1), on=TODAY)
    page = text(manager, url, on="2009-11-02")
    assert "Result: not met then, met now." in page
    assert "Deployment confirmed" in page
    assert "Only then: Brook Lane has no School Improvement Partner on 2 November 2009." in page
    assert "A difference that nothing on record explains" not in page
    assert "Amount: 449.17 then, 898.34 now." in page
    ProgrammeContact.objects.create(
        authority=kent, programme="primary", full_name="Ann Lee", starts_on=NIGHT, notified_on=NIGHT, recorded_at=AT
    )
    assert "A difference that nothing on record explains" in text(manager, url, on="2009-11-02")


def test_rep_2_the_chart_has_its_table_and_an_elected_member_sees_no_schools(kent, manager, as_role):
    url = at("conditions-history", kent)
    assert "No snapshot has been taken yet" in text(manager, url)
    for on in (date(2009, 9, 30), date(2009, 10, 31), NIGHT):
        actions.take_snapshot(authority=kent, programme="primary", on=on, at=moment(on))
    page = text(manager, url)
    assert 'aria-labelledby="chart-says"' in page
    assert page.count("<rect") > 6
    assert re.search(r"<title>October 2009: \d not met</title>", page)
    assert f"{url}?on=2009-10-31" in page
    assert "No snapshot was taken that night" in page, "today has none yet"
    factories.make_deployment(None, School.objects.get(name="Brook Lane"), kent, starts_on=date(2009, 9, 1), on=TODAY)
    elected = text(as_role(Role.ELECTED_MEMBER, at=kent), url, on="2009-11-02")
    assert "Result: not met then, met now." in elected
    assert "Brook Lane" not in elected
    assert "Choose a day" in text(manager, url, on="2020-01-01"), "a day to come is no past day"


# The grant.


def test_gra_5_the_grant_is_shown_line_by_line_and_exported_to_the_penny(kent, manager):
    url = at("grant-lines", kent)
    page = text(manager, url)
    assert "£449.17" in page
    assert "7 months of 12 with a SIP: £770 × 7 / 12." in page
    assert "covers the whole of the work with SIPs, its management included" in page, "GRA-3"
    lines = list(csv.reader(io.StringIO(b"".join(manager.get(url, {"format": "csv"}).streaming_content).decode("utf-8-sig"))))
    assert lines[0][:6] == ["URN", "School", "Months with a SIP", "Days with a SIP", "Rate", "Amount"]
    assert lines[1][1:6] == ["Hill Road", "7", "212", "770", "449.17"]
    assert lines[-1][1:6] == ["Total", "", "", "", "449.17"]
    book = manager.get(url, {"format": "xlsx"})
    assert b"".join(book.streaming_content)[:2] == b"PK"
    assert manager.get(url, {"format": "pdf"}).status_code == 404


def test_gra_6_an_academy_brings_no_grant(kent, manager):
    academy = schools.make_school(authority=kent, phase=Phase.PRIMARY, governance="academy", name="Free School")
    factories.make_deployment(None, academy, kent)
    page = text(manager, at("grant-lines", kent))
    assert "£449.17" in page
    assert "Free School" not in page


def test_rep_5_what_was_not_notified_is_counted_and_linked(kent, manager):
    page = text(manager, reverse("partners:conditions"))
    assert "0 of 1 change notified" in page
    assert "Record that the contractor was told" in page


def test_gra_7_an_unknown_year_says_no_rate(kent, manager):
    page = text(manager, at("grant-lines", kent, programme="secondary"))
    assert "No rate" in page
    assert "Beyond the grant" not in page
    assert manager.get(at("grant-lines", kent), {"year": "1999"}).status_code == 404
    assert manager.get(at("grant-lines", kent), {"year": "next"}).status_code == 404
    assert "No school had a School Improvement Partner" in text(manager, at("grant-lines", kent), year="2006")


def test_gra_8_the_commitment_is_for_those_who_may_see_rates(kent, manager, as_role):
    from partners.models import Agreement, AgreementSchool, Engagement

    engagement = Engagement.objects.get(authority=kent)
    agreement = Agreement.objects.create(
        engagement=engagement, basis="contractor", starts_on=date(2009, 4, 1), ends_on=date(2010, 3, 31),
        last_on=date(2010, 3, 31), in_force_on=date(2009, 4, 1), status="in_force", sip_rate=400, made_at=AT,
    )  # fmt: skip
    AgreementSchool.objects.create(agreement=agreement, school=School.objects.get(name="Hill Road"), days=5)
    page = text(manager, at("grant-lines", kent))
    assert "£3,600.00" in page, "5 days and 4 reserved at £400"
    assert "£3,150.83" in page, "beyond the grant of £449.17"
    assert "3,600" not in text(as_role(Role.COORDINATOR, at=kent.region), at("grant-lines", kent))
    elected = text(as_role(Role.ELECTED_MEMBER, at=kent), at("grant-lines", kent))
    assert "£449.17" in elected
    assert "Hill Road" not in elected
    assert as_role(Role.ELECTED_MEMBER, at=kent).get(at("grant-lines", kent), {"format": "csv"}).status_code == 404


# Authorities side by side.


def test_cog_m_a_coordinator_finds_the_authorities_of_the_region_by_their_latest_snapshot(kent, as_role):
    elsewhere = people.authority("Barford")
    for authority in (kent, elsewhere):
        for on in (NIGHT, NIGHT + timedelta(days=1)):
            actions.take_snapshot(authority=authority, programme="primary", on=on, at=moment(on))
    coordinator = as_role(Role.COORDINATOR, at=kent.region)
    url = reverse("partners:conditions-overview")
    page = text(coordinator, url)
    assert "1 programme of authorities" in page or "1 programme of an authority" in page
    assert "Kent" in page
    assert "Barford" not in page
    assert "3\u00a0Nov\u00a02009" in page
    assert "1 of 2 schools" in page
    assert "Barford" in text(as_role(Role.PROGRAMME), url)
    assert "Kent" in text(coordinator, url, condition="COG-A")
    exported = b"".join(coordinator.get(url, {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert "Kent" in exported
    assert "A, " in exported


def test_d_19_the_overview_shows_a_shortfall_of_best_endeavours_amber_and_the_rest_red(kent, as_role):
    failed = "|COG-A|COG-D|COG-E-meetings|"
    GrantSnapshot.objects.create(
        authority=kent, programme="primary", on=NIGHT, taken_at=AT, not_met=3, failed_ids=failed, no_data=1,
        answers=[{"id": "COG-G", "result": "no_data", "figures": {}}],
    )  # fmt: skip
    page = text(as_role(Role.PROGRAMME), reverse("partners:conditions-overview"))
    assert '<strong class="govuk-tag govuk-tag--red">A</strong></span>' in page
    assert '<strong class="govuk-tag govuk-tag--yellow">D, E meetings</strong> best endeavours</span>' in page
    assert '<strong class="govuk-tag govuk-tag--grey">G</strong>' in page, "what has no data is never passed over"


def test_a_link_may_name_the_day_alone_and_an_empty_day_is_asked_for_in_plain_words(kent, as_role):
    client, url = as_role(Role.MANAGER, at=kent), reverse("partners:conditions")
    assert "As at 31 October 2009" in " ".join(text(client, url, on="2009-10-31").split())
    empty = {"on_day": "", "on_month": "", "on_year": ""}
    for page in (text(client, url, **empty), text(client, at("conditions-history", kent), **empty)):
        assert "Enter the day to show" in page


def test_the_grant_is_headed_by_its_financial_year_in_words(kent, as_role):
    page = text(as_role(Role.MANAGER, at=kent), at("grant-lines", kent), year=2008)
    assert "Grant of the financial year 2008 to 2009" in page
    assert "2007 to 2008" in page


def test_the_overview_costs_the_same_for_many_authorities(kent, as_role, django_assert_num_queries):
    client, url = as_role(Role.PROGRAMME), reverse("partners:conditions-overview")

    def add(number):
        for _ in range(number):
            GrantSnapshot.objects.create(
                authority=people.authority(), programme="primary", on=NIGHT, taken_at=AT, answers=[], not_met=1
            )

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    add(2)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    add(39)
    with django_assert_num_queries(len(few)):
        client.get(url)
