"""Shortlists of SIPs: made, shared, ordered, closed, deployed from (REG-20, SPM-4, SPM-5)."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners import actions
from partners.models import Shortlist, ShortlistEntry
from partners.tests.factories import make_partner
from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .finding import AT, two_authorities, url, willing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def place():
    return two_authorities()


@pytest.fixture
def as_manager(place, as_role):
    return as_role(user=place.manager)


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
    monkeypatch.setattr("partners.views.sips.finding.MOST_LISTED", 1)
    ann, bea = willing(place, "Ann Able"), willing(place, "Bea Busy")
    page = as_manager.get(f"{url('shortlist-add')}?sip={ann.reference}&sip={bea.reference}").content.decode()
    assert "Too many for a shortlist" in page


def test_a_shortlist_is_kept_to_its_most(place, monkeypatch):
    monkeypatch.setattr("partners.actions.sips.shortlisting.MOST_ENTRIES", 1)
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
