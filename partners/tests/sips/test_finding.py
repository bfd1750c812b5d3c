"""Find a SIP, and SIPs side by side (REG-20, SPM-4)."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partners.models import Expertise, ExpertiseKind, Headship, Interest, Kind, LapseClock
from partners.tests.factories import engage, make_deployment, make_partner

from .finding import AT, two_authorities, url, willing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def place():
    return two_authorities()


def found(client, query=""):
    answer = client.get(f"{url('find')}?applied=1&{query}")
    assert answer.status_code == 200
    return [record.full_name for record in answer.context["listing"].records]


@pytest.fixture
def as_manager(place, as_role):
    return as_role(user=place.manager)


# ---------------------------------------------------------------------------------------------------------- finding


def test_reg_20_whoever_will_work_in_the_region_or_the_authority_is_found_and_nobody_else(place, as_manager):
    willing(place, "Ann Region")
    make_partner("Bea Authority", authorities=[place.authority])
    engage(make_partner("Cay Engaged"), place.authority)
    make_partner("Dot Stranger", regions=[place.elsewhere.region])
    assert found(as_manager) == ["Ann Region", "Bea Authority", "Cay Engaged"]
    opened = as_manager.get(url("find")).context["listing"]
    assert [record.full_name for record in opened.records] == ["Ann Region", "Bea Authority"]
    assert [(chosen.group, chosen.label) for chosen in opened.chosen_filters] == [("Will work for", "Westshire")]


def test_spm_4_national_staff_find_everybody_and_open_with_no_filter(place, as_role):
    willing(place, "Ann Region")
    make_partner("Dot Stranger", regions=[place.elsewhere.region])
    client = as_role(user=place.national)
    assert found(client) == ["Ann Region", "Dot Stranger"]
    assert client.get(url("find")).context["listing"].chosen_filters == []
    assert found(client, f"authority={place.elsewhere.code}") == ["Dot Stranger"]


FILTERS = [
    ("sector=secondary", "Second Sector"), ("kind=la_officer", "Of Ficer"), ("head=serving", "Serving Head"),
    ("head=former", "Former Head"), ("led=special", "Led Special"), ("outside=yes", "Out Sider"), ("htpm=yes", "Trained One"),
    ("faith=Methodist", "Any Faith"), ("context=Rural", "Of Villages"), ("ofsted=Special+measures", "Of Measures"),
    ("service=governor+train", "With Service"), ("free=9", "Has Days"), ("q=sing+umlaut", "Sïng Ümlaut"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "name"), FILTERS, ids=[query for query, _name in FILTERS])
def test_reg_20_each_filter_finds_the_one_whom_it_asks_for(place, as_manager, query, name):
    willing(place, "Second Sector", sectors={"secondary": date(2009, 1, 12)})
    willing(place, "Of Ficer", kind=Kind.LA_OFFICER)
    willing(place, "Serving Head", kind=Kind.SERVING_HEAD)
    willing(place, "Former Head", headships={"primary": "former"})
    Headship.objects.create(partner=willing(place, "Led Special"), sector="special", starts_on=date(2010, 1, 1))
    willing(place, "Out Sider", has_outside_experience=True)
    willing(place, "Trained One", is_htpm_trained=True)
    for who, kind, value in (
        ("Any Faith", ExpertiseKind.FAITH, "Any faith"), ("Jew Ish", ExpertiseKind.FAITH, "Jewish"),
        ("Of Villages", ExpertiseKind.CONTEXT, "Rural"), ("Of Measures", ExpertiseKind.OFSTED, "Special measures"),
        ("With Service", ExpertiseKind.SERVICE, "Governor training"),
    ):  # fmt: skip
        Expertise.objects.create(partner=willing(place, who), kind=kind, value=value)
    busy = willing(place, "No Days", days_available=12)
    make_deployment(busy, place.school, place.authority, days=5)
    willing(place, "Has Days", days_available=9)
    willing(place, "Sïng Ümlaut")
    assert found(as_manager, query) == [name]


def test_reg_20_those_who_never_led_a_school_are_told_from_those_who_did(place, as_manager):
    willing(place, "Never Ever")
    willing(place, "Kind Alone", kind=Kind.FORMER_HEAD)
    ended = willing(place, "Ended Head")
    Headship.objects.create(partner=ended, sector="primary", ends_on=date(2009, 8, 31))
    assert found(as_manager, "head=never") == ["Never Ever"]
    assert found(as_manager, "head=former") == ["Ended Head", "Kind Alone"]
    assert found(as_manager, "head=never&head=former") == ["Ended Head", "Kind Alone", "Never Ever"]
    assert found(as_manager, "outside=no&htpm=no&led=primary") == ["Ended Head"]


def test_reg_20_a_declared_link_with_the_school_leaves_a_sip_out(place, as_manager):
    willing(place, "Free Fay")
    tied = willing(place, "Tied Tom")
    Interest.objects.create(partner=tied, school=place.school, says="Governor there", declared_at=AT)
    willing(place, "Own Olga", own_school=place.school)
    assert found(as_manager, f"school={place.school.urn}") == ["Free Fay"]
    assert found(as_manager, "school=") == ["Free Fay", "Own Olga", "Tied Tom"]


def test_a_school_out_of_reach_or_unknown_is_told_alike_and_shows_nobody(place, as_manager):
    willing(place, "Free Fay")
    for urn in (place.foreign.urn, "999999", "x"):
        answer = as_manager.get(f"{url('find')}?applied=1&school={urn}")
        assert "Enter the URN of a school that you can see, six numbers" in answer.content.decode()
        assert answer.context["listing"].records == []


def test_acc_12_those_who_are_warned_or_lapsed_are_left_out_when_asked(place, as_manager):
    willing(place, "Keeps On")
    willing(place, "Warned Wanda", sectors={"primary": date(2003, 1, 1)}, last_practised_on=date(2006, 12, 31))
    assert found(as_manager, "keeps=yes") == ["Keeps On"]
    assert found(as_manager) == ["Keeps On", "Warned Wanda"]


def test_acc_9_where_each_sector_has_a_clock_the_best_one_counts(place, as_manager):
    LapseClock.objects.create(starts_on=date(2009, 9, 1), is_per_sector=True, recorded_at=AT)
    willing(place, "Keeps On")
    willing(place, "Warned Wanda", sectors={"primary": date(2007, 1, 1)})
    assert found(as_manager, "keeps=yes&sector=primary") == ["Keeps On"]


def test_reg_20_forty_sips_cost_the_queries_of_one(place, as_manager):
    def queries() -> int:
        address = (
            f"{url('find')}?applied=1&sector=primary&head=never&free=0&faith=Jewish&school={place.school.urn}"
            f"&authority={place.authority.code}&sort=-days_free"
        )
        with CaptureQueriesContext(connection) as asked:
            assert as_manager.get(address).status_code == 200
        return len(asked)

    def store(number):
        partner = willing(place, f"Sip {number:02}", days_available=20)
        Expertise.objects.create(partner=partner, kind=ExpertiseKind.FAITH, value="Jewish")

    store(0)
    queries()
    of_one = queries()
    for number in range(1, 40):
        store(number)
    assert queries() == of_one


def test_spm_4_the_file_holds_what_was_found(place, as_manager):
    willing(place, "=Ann Formula", days_available=9, company="Able Ltd", has_outside_experience=True)
    willing(place, "Bea Busy")
    text = b"".join(as_manager.get(f"{url('find')}?applied=1&q=ann&format=csv").streaming_content).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text))
    told = dict(zip(head, row, strict=True))
    assert told["Name"] == "'=Ann Formula"
    assert (told["Company"], told["Outside experience"], told["HTPM-trained"]) == ("Able Ltd", "Yes", "No")


# ------------------------------------------------------------------------------------------------------ side by side


def test_spm_4_up_to_six_stand_side_by_side_with_row_headers(place, as_manager):
    partners = [willing(place, f"Sip {number}", days_available=number) for number in range(7)]
    chosen = as_manager.post(f"{url('find')}?applied=1", {"action": "compare", "chosen": [partner.pk for partner in partners]})
    page = as_manager.get(chosen.url).content.decode()
    assert "These are the first six" in page
    assert page.count('scope="col"') == 6
    assert "Sip 5" in page
    assert "Sip 6" not in page
    for label in ("Kind", "Accreditation", "Days free", "Headships", "Will work in", "Pen portrait"):
        assert f'<th scope="row" class="govuk-table__header">{label}</th>' in page
        assert f'<dt class="govuk-summary-list__key">{label}</dt>' in page


def test_with_a_school_the_comparison_says_who_could_take_it_and_why_not(place, as_manager):
    could, could_not = willing(place, "Can Do", days_available=9), willing(place, "Can Not", sectors={})
    Headship.objects.create(partner=could, sector="primary", school=place.foreign, is_former=True)
    Headship.objects.create(partner=could, sector="primary", starts_on=date(2009, 9, 1))
    query = f"sip={could.reference}&sip={could_not.reference}&sip={could.reference}&school={place.school.urn}"
    page = as_manager.get(f"{url('compare')}?{query}").content.decode()
    assert "Could take Hill Road Primary School" in page
    assert "Yes, every rule is kept" in page
    assert "Can Not holds no accreditation" in page
    assert "Former head, primary, Far Away School" in page
    assert url("deploy-check", place.school.urn, could.reference) in page


def test_a_comparison_shows_nobody_out_of_reach_and_asks_for_a_choice(place, as_manager):
    stranger = make_partner("Dot Stranger", regions=[place.elsewhere.region])
    page = as_manager.get(
        f"{url('compare')}?sip={stranger.reference}&sip={'x' * 50}&school={place.foreign.urn}"
    ).content.decode()
    assert "No SIP is chosen" in page
    assert "Dot Stranger" not in page
    assert "Far Away School" not in page


def test_a_comparison_of_six_costs_the_queries_of_two(place, as_manager):
    partners = [willing(place, f"Sip {number}") for number in range(6)]

    def queries(some) -> int:
        query = "&".join(f"sip={partner.reference}" for partner in some)
        with CaptureQueriesContext(connection) as asked:
            as_manager.get(f"{url('compare')}?{query}&school={place.school.urn}")
        return len(asked)

    queries(partners)
    assert queries(partners) == queries(partners[:2])


def test_national_staff_compare_and_are_not_offered_to_deploy(place, as_role):
    partner = willing(place, "Ann Able", pen_portrait="word " * 100, company="Able Ltd")
    page = as_role(user=place.national).get(f"{url('compare')}?sip={partner.reference}").content.decode()
    assert "Deploy<" not in page
    assert "word …" in page
