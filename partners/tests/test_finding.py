"""Find a SIP, shortlists, and SIPs side by side (REG-20, SPM-4)."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners import actions
from partners.models import Expertise, ExpertiseKind, Headship, Interest, Kind, LapseClock, Shortlist, ShortlistEntry
from partners.tests.factories import engage, make_deployment, make_partner, moment
from schools.tests.factories import make_school
from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db
MONDAY = date(2009, 11, 16)
AT = moment(MONDAY)


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def place():
    class Place:
        authority = accounts.authority("Westshire")
        elsewhere = accounts.authority("Eastshire")
        school = make_school(name="Hill Road Primary School", authority=authority)
        foreign = make_school(name="Far Away School", authority=elsewhere)

    Place.manager = accounts.member(Role.MANAGER, at=Place.authority, full_name="Mary Manager")
    Place.colleague = accounts.member(Role.ADMINISTRATOR, at=Place.authority, full_name="Adam Admin")
    Place.stranger = accounts.member(Role.MANAGER, at=Place.elsewhere, full_name="Sid Stranger")
    Place.national = accounts.member(Role.PROGRAMME, full_name="Nat National")
    return Place


def willing(place, name, **facts):
    facts.setdefault("sectors", {"primary": date(2009, 1, 12)})
    return make_partner(name, regions=[place.authority.region], **facts)


def url(name, *args):
    return reverse(f"partners:{name}", args=args)


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


# -------------------------------------------------------------------------------------------------------- shortlists


def opened(place, *partners, **facts):
    facts = {"name": "Coastal schools", "authority": place.authority, "by": place.manager, "at": AT} | facts
    shortlist = actions.open_shortlist(**facts)
    if partners:
        actions.add_to_shortlist(shortlist=shortlist, partners=partners, by=facts["by"], at=AT)
    return shortlist


def names_on(shortlist):
    entries = shortlist.entries.filter(removed_at=None).order_by("position", "pk")
    return [entry.partner.full_name for entry in entries]


KEY = "6d2f3c0e-3f0e-4e58-9d0c-0d0f0c0b0a0{}"


def test_spm_4_chosen_sips_go_to_a_new_shortlist_once_however_often_the_form_is_sent(place, as_manager):
    ann, bea = willing(place, "Ann Able"), willing(place, "Bea Busy")
    chosen = as_manager.post(
        f"{url('find')}?applied=1&school={place.school.urn}", {"action": "shortlist", "chosen": [ann.pk, bea.pk]}
    )
    page = as_manager.get(chosen.url).content.decode()
    assert "Add 2 SIPs to a shortlist" in page
    assert f'value="{place.school.urn}"' in page
    given = {
        "form_key": KEY.format(1),
        "shortlist": "new",
        "name": "For Hill Road",
        "school": place.school.urn,
        "is_shared": "on",
    }
    answers = [as_manager.post(chosen.url, given) for _ in range(2)]
    shortlist = Shortlist.objects.get()
    assert {answer.url for answer in answers} == {url("shortlist-detail", shortlist.pk)}
    assert (shortlist.school, shortlist.authority, shortlist.is_shared) == (place.school, place.authority, True)
    assert names_on(shortlist) == ["Ann Able", "Bea Busy"]
    assert [event.what for event in AuditEvent.objects.order_by("pk")] == ["shortlist.open", "shortlist.add"]


def test_more_join_a_shortlist_that_is_open_and_nobody_stands_on_it_twice(place, as_manager):
    ann, bea = willing(place, "Ann Able"), willing(place, "Bea Busy")
    shortlist = opened(place, ann)
    address = f"{url('shortlist-add')}?sip={ann.reference}&sip={bea.reference}"
    assert "Coastal schools" in as_manager.get(address).content.decode()
    answer = as_manager.post(address, {"form_key": KEY.format(1), "shortlist": shortlist.pk})
    assert answer.status_code == 302
    assert names_on(shortlist) == ["Ann Able", "Bea Busy"]
    assert actions.add_to_shortlist(shortlist=shortlist, partners=[ann, bea], by=place.manager, at=AT) == 0


def test_a_new_shortlist_needs_a_name_and_a_choice_must_be_made(place, as_manager):
    ann = willing(place, "Ann Able")
    opened(place)
    address = f"{url('shortlist-add')}?sip={ann.reference}"
    page = as_manager.post(address, {"form_key": KEY.format(1), "shortlist": "new", "name": " "}).content.decode()
    assert "Enter the name of the shortlist" in page
    page = as_manager.post(address, {"form_key": KEY.format(2)}).content.decode()
    assert "Select an answer to" in page
    assert not ShortlistEntry.objects.exists()


def test_without_a_choice_or_with_too_many_the_page_says_what_to_do(place, as_manager, monkeypatch):
    assert "No SIP is chosen" in as_manager.get(url("shortlist-add")).content.decode()
    monkeypatch.setattr("partners.views.finding.MOST_LISTED", 1)
    ann, bea = willing(place, "Ann Able"), willing(place, "Bea Busy")
    page = as_manager.get(f"{url('shortlist-add')}?sip={ann.reference}&sip={bea.reference}").content.decode()
    assert "Too many for a shortlist" in page


def test_a_shortlist_is_kept_to_its_most(place, monkeypatch):
    monkeypatch.setattr("partners.actions.shortlisting.MOST_ENTRIES", 1)
    with pytest.raises(MoveRefused, match="1 SIP at most"):
        opened(place, willing(place, "Ann Able"), willing(place, "Bea Busy"))
    assert not ShortlistEntry.objects.exists()


def test_what_one_keeps_to_oneself_nobody_else_sees_and_what_is_shared_stays_in_the_authority(place, as_role):
    ann = willing(place, "Ann Able")
    own, shared = opened(place, ann, name="My own"), opened(place, ann, name="For all of us", is_shared=True)
    pages = {
        who: as_role(user=getattr(place, who)).get(url("shortlist-list")).content.decode()
        for who in ("manager", "colleague", "stranger", "national")
    }
    assert {who: ("My own" in page, "For all of us" in page) for who, page in pages.items()} == {
        "manager": (True, True), "colleague": (False, True), "stranger": (False, False), "national": (False, False),
    }  # fmt: skip
    for who, sees in (("colleague", 200), ("stranger", 404), ("national", 404)):
        client = as_role(user=getattr(place, who))
        assert client.get(url("shortlist-detail", shared.pk)).status_code == sees
        assert client.get(url("shortlist-detail", own.pk)).status_code == 404
        assert client.get(f"{url('shortlist-detail', own.pk)}?format=csv").status_code == 404
    assert as_role(user=place.manager).get(url("shortlist-detail", own.pk)).status_code == 200


def test_a_colleague_works_on_a_shared_list_and_does_not_unshare_or_close_it(place, as_role):
    shortlist = opened(place, willing(place, "Ann Able"), is_shared=True)
    client = as_role(user=place.colleague)
    answer = client.post(
        url("shortlist-change", shortlist.pk), {"form_key": KEY.format(1), "name": "Better name", "school": ""}
    )
    assert answer.status_code == 302
    shortlist.refresh_from_db()
    assert (shortlist.name, shortlist.is_shared) == ("Better name", True)
    assert client.get(url("shortlist-close", shortlist.pk)).status_code == 404
    for refused in (
        lambda: actions.change_shortlist(
            shortlist=shortlist, name="x", is_shared=False, school=None, by=place.colleague, at=AT
        ),
        lambda: actions.close_shortlist(shortlist=shortlist, by=place.colleague, at=AT),
    ):
        with pytest.raises(MoveRefused):
            refused()
    shortlist.refresh_from_db()
    assert (shortlist.name, shortlist.is_shared, shortlist.closed_at) == ("Better name", True, None)


def test_its_maker_shares_a_shortlist_for_a_school_and_closes_it(place, as_manager):
    shortlist = opened(place, willing(place, "Ann Able"))
    given = {"form_key": KEY.format(1), "name": "Hill Road", "school": place.school.urn, "is_shared": "on"}
    as_manager.post(url("shortlist-change", shortlist.pk), given)
    shortlist.refresh_from_db()
    assert (shortlist.is_shared, shortlist.school) == (True, place.school)
    assert "Close the shortlist" in as_manager.get(url("shortlist-close", shortlist.pk)).content.decode()
    assert as_manager.post(url("shortlist-close", shortlist.pk)).url == url("shortlist-list")
    assert "Closed on 16" in as_manager.get(url("shortlist-detail", shortlist.pk)).content.decode()
    assert "Hill Road" not in as_manager.get(url("shortlist-list")).content.decode()
    assert "Hill Road" in as_manager.get(f"{url('shortlist-list')}?closed=closed").content.decode()
    again = as_manager.post(url("shortlist-close", shortlist.pk)).content.decode()
    assert "This shortlist has been closed" in again


def test_the_order_is_set_by_buttons_and_the_same_button_twice_moves_once(place, as_manager):
    people = [willing(place, name) for name in ("Ann", "Bea", "Cay")]
    shortlist = opened(place, *people)
    last = shortlist.entries.get(partner=people[2])
    for _ in range(2):
        as_manager.post(url("entry-place", shortlist.pk, last.pk), {"place": "2"})
    assert names_on(shortlist) == ["Ann", "Cay", "Bea"]
    page = as_manager.get(url("shortlist-detail", shortlist.pk)).content.decode()
    assert page.count("Move up<") == 2
    assert page.count("Move down<") == 2
    for text in ("", "x", "-1", "99999"):
        assert as_manager.post(url("entry-place", shortlist.pk, last.pk), {"place": text}).status_code == 400
    assert names_on(shortlist) == ["Ann", "Cay", "Bea"]


def test_a_note_says_why_and_is_in_the_file_and_not_in_the_audit(place, as_manager):
    ann = willing(place, "Ann Able", days_available=9)
    shortlist = opened(place, ann, school=place.school)
    entry = shortlist.entries.get()
    as_manager.post(url("entry-note", shortlist.pk, entry.pk), {"note": "=Knows the coast"})
    assert "=Knows the coast" in as_manager.get(url("shortlist-detail", shortlist.pk)).content.decode()
    assert not any("coast" in str(event.details) for event in AuditEvent.objects.all())
    text = b"".join(as_manager.get(f"{url('shortlist-detail', shortlist.pk)}?format=csv").streaming_content).decode(
        "utf-8-sig"
    )
    head, row = csv.reader(io.StringIO(text))
    told = dict(zip(head, row, strict=True))
    assert (told["Note"], told["For the school"]) == ("'=Knows the coast", "Hill Road Primary School")
    assert Decimal(told["Days free"]) == 9
    file = as_manager.get(f"{url('shortlist-detail', shortlist.pk)}?format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(file.streaming_content))).active
    assert sheet["C2"].value == "Ann Able"


def test_what_is_taken_off_stays_as_history_and_can_be_put_on_again(place, as_manager):
    ann = willing(place, "Ann Able")
    shortlist = opened(place, ann)
    entry = shortlist.entries.get()
    assert as_manager.post(url("entry-remove", shortlist.pk, entry.pk)).status_code == 302
    assert names_on(shortlist) == []
    assert as_manager.post(url("entry-remove", shortlist.pk, entry.pk)).status_code == 404
    actions.add_to_shortlist(shortlist=shortlist, partners=[ann], by=place.manager, at=AT)
    assert names_on(shortlist) == ["Ann Able"]
    assert ShortlistEntry.objects.count() == 2


def test_whoever_was_second_is_told_and_changes_nothing(place):
    ann = willing(place, "Ann Able")
    shortlist = opened(place, ann)
    entry = shortlist.entries.select_related("shortlist", "partner").get()
    actions.take_off_shortlist(entry=entry, by=place.manager, at=AT)
    by = {"by": place.manager, "at": AT}
    for late in (
        lambda: actions.take_off_shortlist(entry=entry, **by),
        lambda: actions.note_on_shortlist(entry=entry, note="x", **by),
        lambda: actions.place_on_shortlist(entry=entry, place=1, **by),
    ):
        with pytest.raises(OutOfDate):
            late()
    stale = Shortlist.objects.get()
    actions.close_shortlist(shortlist=shortlist, **by)
    with pytest.raises(OutOfDate):
        actions.close_shortlist(shortlist=stale, **by)
    with pytest.raises(OutOfDate):
        actions.add_to_shortlist(shortlist=shortlist, partners=[ann], **by)
    assert names_on(stale) == []


def test_a_sip_out_of_reach_is_not_put_on_a_list_and_one_who_goes_out_of_reach_is_not_shown(place, as_manager):
    ann, stranger = willing(place, "Ann Able"), make_partner("Dot Stranger", regions=[place.elsewhere.region])
    shortlist = opened(place, ann, stranger)
    assert names_on(shortlist) == ["Ann Able"]
    ann.willingness.update(ends_on=date(2009, 10, 31))
    page = as_manager.get(url("shortlist-detail", shortlist.pk)).content.decode()
    assert "Ann Able" not in page
    assert "no longer within your reach" in page
    assert as_manager.get(url("entry-note", shortlist.pk, shortlist.entries.get().pk)).status_code == 404


def test_nobody_opens_a_list_for_an_authority_that_is_not_theirs_or_without_the_right(place):
    line_manager = accounts.user("Lee Line")
    for by, authority in ((place.stranger, place.authority), (line_manager, None)):
        with pytest.raises(PermissionDenied):
            opened(place, by=by, authority=authority)
    with pytest.raises(MoveRefused, match="belongs to none"):
        opened(place, by=place.national, authority=None, is_shared=True)
    with pytest.raises(MoveRefused, match="Enter a name"):
        opened(place, name="  ")
    assert not Shortlist.objects.exists()
    assert not AuditEvent.objects.exists()


def test_national_and_regional_staff_keep_lists_of_their_own(place, as_role):
    coordinator = accounts.member(Role.COORDINATOR, at=place.authority.region)
    for who in (place.national, coordinator):
        client = as_role(user=who)
        page = client.get(url("shortlist-new")).content.decode()
        assert "Share it" not in page
        answer = client.post(url("shortlist-new"), {"form_key": KEY.format(who.pk % 10), "name": "Mine", "school": ""})
        assert answer.status_code == 302
        assert client.get(answer.url).status_code == 200
    assert Shortlist.objects.filter(authority=None, is_shared=False).count() == 2


def test_somebody_of_two_authorities_says_for_which_a_list_is(place, as_role):
    accounts.membership(Role.MANAGER, at=place.elsewhere, of=place.manager)
    client = as_role(user=place.manager)
    ann = willing(place, "Ann Able")
    address = f"{url('shortlist-add')}?sip={ann.reference}"
    given = {"form_key": KEY.format(1), "shortlist": "new", "name": "Shared", "is_shared": "on", "authority": ""}
    assert "Select the authority inside which it is shared" in client.post(address, given).content.decode()
    client.post(address, given | {"authority": place.elsewhere.pk})
    assert Shortlist.objects.get().authority == place.elsewhere


def test_spm_5_a_shortlist_leads_to_deploying_and_deploying_to_a_shortlist(place, as_manager):
    ann = willing(place, "Ann Able", days_available=9)
    shortlist = opened(place, ann, school=place.school)
    page = as_manager.get(url("shortlist-detail", shortlist.pk)).content.decode()
    assert url("deploy-check", place.school.urn, ann.reference) in page
    page = as_manager.get(url("deploy-candidates", place.school.urn)).content.decode()
    assert f"{url('shortlist-add')}?sip={ann.reference}&amp;school={place.school.urn}" in page
