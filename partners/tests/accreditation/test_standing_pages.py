"""Where a SIP stands: the tab of one, and the national register (ACC-9 to ACC-13, ACT-8)."""

from datetime import date

import pytest

from accounts.permissions import Role
from accounts.tests import factories as people
from partners.models import (
    Accreditation,
    LapseClock,
)
from partners.selectors import owed_of_accreditation
from partners.tests.accreditation.accrediting import (
    make_case,
    make_lapsed,
    noon,
    text,
    url,
)
from partners.tests.factories import engage, make_deployment, make_partner
from schools.models import PostKind
from schools.tests.factories import make_post, make_school
from sipmanager.core import reminders
from sipmanager.core.models import OutgoingEmail

pytestmark = pytest.mark.django_db
TODAY = date(2009, 11, 16)  # Monday


@pytest.fixture(autouse=True)
def today(clock_at):
    clock_at("2009-11-16 12:00")


# ---------------------------------------------------------------------------------------------------- the tab of a SIP


def test_act_8_the_tab_explains_the_clock_with_its_arithmetic(place, sip, as_role, clock_at):
    partner = make_lapsed(authority=place, user=sip)
    page = url("partner-accreditation", partner.reference)
    for now, says in (
        (
            "2008-06-02",
            "Last worked as a SIP on 31 July 2006. Without new work, warned on 31 January 2009, lapses on 31 July 2009.",
        ),
        ("2009-02-02", "Warned on 31 January 2009. Without new work the accreditation lapses on 31 July 2009."),
        ("2009-11-16", "Last worked as a SIP on 31 July 2006. The accreditation lapsed on 31 July 2009."),
    ):
        clock_at(f"{now} 12:00")
        response = as_role(user=sip).get(page)
        assert says in text(response)
        assert "31 July 2006 and 36 months: 31 July 2009 is the first day not accredited" in text(response)
    assert url("claim-new", partner.reference) in text(response)
    assert "Stated, without a record of where" in text(response)


def test_acc_12_and_acc_13_the_night_warns_and_tells_once_and_the_tab_says_so(place, sip, as_role):
    partner = make_lapsed(last=date(2006, 10, 31), authority=place, user=sip)
    for on in (date(2009, 4, 30), date(2009, 5, 1), date(2009, 10, 31), date(2009, 11, 1), date(2009, 11, 1)):
        reminders.send(partitions=["national", place.code], on=on, at=noon(on))
    mails = OutgoingEmail.objects.filter(to=sip.email, kind="digest")
    assert "lapsed on 31 October 2009" in mails.latest("pk").body
    assert "claim so on your accreditation page" in mails.latest("pk").body
    response = as_role(user=sip).get(url("partner-accreditation", partner.reference))
    assert response.context["warnings"]
    dues = [due for due in owed_of_accreditation(partition="national", on=TODAY) if due.owner.email == sip.email]
    assert {due.url for due in dues} == {f"/partners/{partner.reference}/accreditation/"}


def test_a_head_reads_yes_or_no_and_nothing_more(place, as_role):
    school = make_school(authority=place)
    partner = make_partner(sectors={"primary": date(2008, 9, 1)}, authorities=[place])
    make_deployment(partner, school, place, starts_on=date(2009, 9, 1))
    head = people.user("Hilda Head")
    make_post(school, PostKind.HEAD, user=head)
    client = as_role(user=head)
    assert client.get(url("partner-accreditation", partner.reference)).status_code == 404
    assert client.get(url("accreditation-list")).status_code == 404
    assert client.get(url("claim-list")).status_code == 404
    detail = text(client.get(url("partner-detail", partner.reference)))
    assert "Primary" in detail
    assert "lapse" not in detail.lower()


def test_acc_9_the_tab_speaks_of_each_sector_where_each_has_its_clock(place, sip, as_role):
    LapseClock.objects.create(starts_on=date(2009, 1, 1), is_per_sector=True, reason="Asked", recorded_at=noon(TODAY))
    partner = make_partner(sectors={"primary": date(2006, 12, 1), "special": date(2009, 9, 1)}, user=sip)
    said = text(as_role(user=sip).get(url("partner-accreditation", partner.reference)))
    assert "Primary: Last worked as a SIP on 1 December 2006." in said
    assert "Work as a SIP in a sector keeps that sector" in said


def test_a_school_of_another_authority_stays_unnamed(place, as_role):
    other = people.authority("Barford", region=people.region("Elsewhere"))
    partner = make_partner(sectors={"primary": date(2008, 9, 1)}, authorities=[place, other])
    make_deployment(partner, make_school(authority=other, name="Secret School"), other, starts_on=date(2009, 9, 1))
    engage(partner, place)
    said = text(as_role(Role.MANAGER, at=place).get(url("partner-accreditation", partner.reference)))
    assert "A school of another authority" in said
    assert "Secret School" not in said
    assert "At work as a SIP today, so the clock stands still." in said


# --------------------------------------------------------------------------------------------------------- the register


@pytest.fixture
def country(place):
    other = people.authority("Barford", region=people.region("Elsewhere"))
    here = make_partner("Here Holder", sectors={"primary": date(2008, 9, 1), "special": date(2008, 9, 1)}, authorities=[place])
    make_deployment(here, make_school(authority=place), place, starts_on=date(2009, 9, 1))
    make_lapsed(authority=place, full_name="Lapsed Larry")
    make_lapsed(last=date(2007, 1, 31), authority=place, full_name="Warned Wanda")
    removed = make_partner("Removed Rita", sectors={"primary": date(2008, 9, 1)})
    Accreditation.objects.filter(partner=removed).update(removed_on=date(2009, 1, 1))
    engage(removed, place)
    there = make_partner("There Theo", sectors={"secondary": date(2009, 1, 1)}, authorities=[other])
    engage(there, other)
    return other


def shown(client, **filters):
    rows = client.get(url("accreditation-list"), filters).context["listing"].records
    return [(row.partner.full_name, row.sector, row.standing) for row in rows]


def test_the_national_register_shows_every_state_filtered_and_exported(country, place, as_role):
    client = as_role(Role.PROGRAMME)
    assert shown(client) == [
        ("Here Holder", "primary", "accredited"), ("Here Holder", "special", "accredited"),
        ("Lapsed Larry", "primary", "lapsed"), ("Removed Rita", "primary", "removed"),
        ("There Theo", "secondary", "accredited"), ("Warned Wanda", "primary", "warned"),
    ]  # fmt: skip
    assert {name for name, _, _ in shown(client, state="lapsed")} == {"Lapsed Larry"}
    assert {name for name, _, _ in shown(client, sector="special")} == {"Here Holder"}
    assert {name for name, _, _ in shown(client, authority=country.pk)} == {"There Theo"}
    assert {name for name, _, _ in shown(client, region=country.region_id)} == {"There Theo"}
    assert {name for name, _, _ in shown(client, warned="0")} == {"Warned Wanda"}
    assert {name for name, _, _ in shown(client, work="yes")} == {"Here Holder"}
    assert "Here Holder" not in {name for name, _, _ in shown(client, work="no")}
    assert {name for name, _, _ in shown(client, q="rita")} == {"Removed Rita"}
    file = b"".join(client.get(url("accreditation-list"), {"format": "csv", "state": "warned"}).streaming_content).decode()
    assert "Warned Wanda" in file
    assert "2010-01-31" in file  # the day of the lapse
    assert "Larry" not in file


def test_a_coordinator_sees_the_region_and_a_manager_their_own(country, place, as_role):
    assert "There Theo" not in {name for name, _, _ in shown(as_role(Role.COORDINATOR, at=place.region))}
    assert {name for name, _, _ in shown(as_role(Role.COORDINATOR, at=country.region))} == {"There Theo"}
    assert {name for name, _, _ in shown(as_role(Role.MANAGER, at=country))} == {"There Theo"}
    assert "Lapsed Larry" in {name for name, _, _ in shown(as_role(Role.MANAGER, at=place))}


def test_a_sip_is_led_to_their_own_tab(place, sip, as_role):
    partner = make_lapsed(authority=place, user=sip)
    response = as_role(user=sip).get(url("accreditation-list"))
    assert response["Location"] == url("partner-accreditation", partner.reference)


def test_the_register_costs_the_same_for_one_row_as_for_forty(place, as_role, django_assert_max_num_queries):
    client = as_role(Role.PROGRAMME)
    make_lapsed(authority=place)
    client.get(url("accreditation-list"))

    def cost():
        with django_assert_max_num_queries(60) as context:
            client.get(url("accreditation-list"))
        return len(context)

    before = cost()
    for _ in range(40):
        make_partner(sectors={"primary": date(2008, 9, 1)})
    assert cost() == before


def test_a_case_shows_as_under_review_to_those_who_may_see_it(place, as_role):
    engagement = engage(make_partner("Under Ursula", authorities=[place]), place)
    make_case("under_review", engagement=engagement)
    for role, at, sees in ((Role.PROGRAMME, None, True), (Role.MANAGER, place, True), (Role.ADMINISTRATOR, place, False)):
        client = as_role(role, at=at)
        rows = client.get(url("accreditation-list")).context["listing"].records
        assert [len(row.tags) for row in rows] == [2 if sees else 1]
        said = text(client.get(url("partner-accreditation", engagement.partner.reference)))
        assert ("Under review" in said) is sees
        assert (client.get(url("case-list")).status_code == 200) is sees
