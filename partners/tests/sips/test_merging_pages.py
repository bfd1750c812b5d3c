"""The pages of records that may be of one person, and where an old reference leads (D-7)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.invitations import CannotClaim
from accounts.models import User
from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners import actions
from partners.imports import import_partners
from partners.models import (
    Merge,
    PairWord,
    Partner,
    Willingness,
)
from partners.tests.factories import engage, make_deployment, make_partner
from sipmanager.core.workflow import MoveRefused

from .merging import AT, MONDAY, WHY, both_have_accounts, merged, pair_url, two_records, unchanged, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def place():
    return two_records()


# ------------------------------------------------------------------------------------------------ the old reference


def test_the_old_reference_leads_to_the_same_page_of_the_record_that_stays(place, as_role):
    make_deployment(place.kept, place.school, place.authority)
    place.kept.refresh_from_db()
    merged(place)
    client = as_role(user=place.manager)
    for name in ("partner-detail", "partner-schools", "partner-accreditation"):
        assert client.get(url(name, "P100002")).url == url(name, "P100001")
    answer = client.get(f"{url('deploy-check', place.school.urn, 'P100002')}?starts_on=2009-12-01")
    assert answer.url == f"{url('deploy-check', place.school.urn, 'P100001')}?starts_on=2009-12-01"
    assert client.get(url("partner-detail", "P999999")).status_code == 404
    assert client.post(url("partner-details", "P100002")).status_code == 404


def test_the_old_reference_tells_a_stranger_nothing(place, as_role):
    merged(place)
    Willingness.objects.filter(partner=place.kept).update(ends_on=date(2009, 10, 31))
    stranger = accounts.member(Role.MANAGER, at=accounts.authority("Farshire"))
    assert as_role(user=stranger).get(url("partner-detail", "P100002")).status_code == 404


def test_the_record_tells_what_happened_under_either_reference(place, as_role):
    engage(place.kept, place.authority)
    actions.add_willingness(partner=place.gone, authority=place.authority, by=place.national, at=AT)
    merged(place)
    page = as_role(user=place.national).get(url("partner-record", "P100001")).content.decode()
    assert "Another record of the same person merged into this one" in page
    assert "Place of work added" in page


def test_a_file_that_names_the_old_reference_or_address_loads_the_record_that_stays(place):
    merged(place)
    for reference, email in (
        ("p100002", "sj@home.example"),
        ("", "SJ@home.example"),
        ("P100002", "sam.jones@council.example"),
    ):
        text = f"reference,first_name,last_name,email,kind,phone\n{reference},Sam,Jones,{email},consultant,\n"
        outcome = import_partners(
            content=text.encode(), file_name="x.csv", authority=None, by=place.national, on=MONDAY, at=AT
        )
        assert (outcome.created, outcome.rejected) == (0, [])
    assert Partner.everyone.count() == 2


def test_an_invitation_of_the_old_record_is_claimed_for_the_record_that_stays(place):
    merged(place)
    person = accounts.user("Sam Jones")
    actions.claim_partner(key="P100002", user=person, by=person, at=AT)
    assert Partner.objects.get(pk=place.kept.pk).user == person
    assert "Sam Jones" in actions.says_partner(key="P100002")
    with pytest.raises(CannotClaim):
        actions.claim_partner(key="P999999", user=person, by=person, at=AT)


def test_no_list_shows_a_merged_record_and_its_reference_is_not_given_anew(place, as_role):
    merged(place)
    client = as_role(user=place.national)
    for address in (url("partner-list"), url("find"), f"{reverse('site:search')}?q=jones"):
        assert "P100002" not in client.get(f"{address}").content.decode()
    assert actions.next_reference() == "P100003"


# --------------------------------------------------------------------------------------------------------- the pages


def pairs(client):
    answer = client.get(url("duplicates"))
    return [(pair.first.reference, pair.second.reference) for pair, _url in answer.context["rows"]]


def test_the_list_shows_pairs_of_which_one_sees_both(place, as_role):
    assert pairs(as_role(user=place.national)) == [("P100001", "P100002")]
    manager = as_role(user=place.manager)
    assert pairs(manager) == []
    assert manager.get(pair_url(place)).status_code == 404
    Willingness.objects.create(partner=place.gone, authority=place.authority)
    assert pairs(manager) == [("P100001", "P100002")]
    page = manager.get(pair_url(place)).content.decode()
    assert "The same name, and the same telephone number." in page
    assert "sam.jones@council.example" not in page
    assert "Ask for the merge" in page
    assert manager.get(pair_url(place, "duplicate-merge")).status_code == 404


def test_the_list_costs_the_queries_of_one_pair_for_forty(place, as_role):
    client = as_role(user=place.national)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(url("duplicates"))
        return len(asked)

    queries()
    of_one = queries()
    for number in range(40):
        for _ in range(2):
            make_partner(f"Pair {number:02} Alike")
    assert queries() == of_one


KEY = "7d2f3c0e-3f0e-4e58-9d0c-0d0f0c0b0a0{}"


def test_two_people_are_said_to_be_two_and_nobody_is_asked_again(place, as_role):
    client = as_role(user=place.national)
    answer = client.post(pair_url(place, "duplicate-not-same"), {"form_key": KEY.format(1), "reason": "Father and son"})
    assert answer.url == url("duplicates")
    assert pairs(client) == []
    page = client.get(url("duplicates")).content.decode()
    assert "Father and son" in page
    assert "Somebody said that these are two people" in client.get(pair_url(place)).content.decode()


def test_a_manager_asks_once_and_national_staff_see_it_first(place, as_role):
    Willingness.objects.create(partner=place.gone, authority=place.authority)
    for _ in range(2):
        make_partner("Ann Alike", own_school=place.school)
    manager = as_role(user=place.manager)
    address = pair_url(place, "duplicate-ask")
    assert "Enter an answer to" in manager.post(address, {"form_key": KEY.format(1), "reason": ""}).content.decode()
    for _ in range(2):
        manager.post(address, {"form_key": KEY.format(2), "reason": "Married in May"})
    assert PairWord.objects.count() == 1
    national = as_role(user=place.national)
    assert pairs(national)[0] == ("P100001", "P100002")
    page = national.get(url("duplicates")).content.decode()
    assert "Mary Manager, Westshire: Married in May" in page
    assert "has been asked for" in national.get(pair_url(place)).content.decode()


def test_any_two_records_can_be_named(place, as_role):
    other = make_partner("Ann Other", reference="P100009")
    client = as_role(user=place.national)
    answer = client.get(f"{url('duplicates')}?one=p100009&other=P100001")
    assert answer.url == url("duplicate-pair", "P100001", "P100009")
    assert "Nothing on record says" in client.get(answer.url).content.decode()
    for one, says in (
        ("P999999", "There is no SIP with the reference P999999"),
        ("P100001", "Enter the reference of another"),
    ):
        assert says in client.get(f"{url('duplicates')}?one={one}&other=P100001").content.decode()
    assert client.get(url("duplicate-pair", "P100009", "P100009")).status_code == 404
    actions.say_of_pair(one=other, other=place.kept, verdict="same", reason="x", by=place.national, at=AT)
    assert ("P100001", "P100009") in pairs(client)


def test_a_word_on_a_record_with_itself_or_without_a_reason_or_a_right_is_refused(place):
    with pytest.raises(MoveRefused):
        actions.say_of_pair(one=place.kept, other=place.kept, verdict="not_same", by=place.national, at=AT)
    with pytest.raises(MoveRefused):
        actions.say_of_pair(one=place.kept, other=place.gone, verdict="same", by=place.national, at=AT)
    with pytest.raises(PermissionDenied):
        actions.say_of_pair(one=place.kept, other=place.gone, verdict="not_same", by=place.manager, at=AT)
    assert not PairWord.objects.exists()


def sent(place, page, **given):
    form = page.context["form"]
    values = {name: form.fields[name].initial for name in form.fields if form.fields[name].initial is not None}
    return values | {"form_key": KEY.format(5), "reason": WHY} | given


def test_national_staff_choose_what_stays_and_merge_once(place, as_role):
    client = as_role(user=place.national)
    page = client.get(pair_url(place, "duplicate-merge"))
    html = page.content.decode()
    assert "Which reference stays?" in html
    assert "SAM  JONES" in html
    assert "HTPM-trained" not in html
    given = sent(place, page, kept="second", email="first", full_name="first", kinds="second")
    answers = [client.post(pair_url(place, "duplicate-merge"), given) for _ in range(1)]
    assert answers[0].url == url("partner-detail", "P100002")
    kept = Partner.objects.get(reference="P100002")
    assert (kept.full_name, kept.email) == ("Sam Jones", "sam.jones@council.example")
    assert Merge.objects.count() == 1
    assert "The two records are merged" in client.get(answers[0].url).content.decode()


def test_a_form_that_was_tampered_with_merges_nothing(place, as_role):
    client = as_role(user=place.national)
    page = client.get(pair_url(place, "duplicate-merge"))
    for wrong in ({"seen": "x"}, {"kept": "third"}, {"reason": ""}, {"email": "both"}):
        assert client.post(pair_url(place, "duplicate-merge"), sent(place, page, **wrong)).status_code == 200
    assert client.post(pair_url(place, "duplicate-merge"), sent(place, page, seen="9-9")).status_code == 200
    unchanged(place)


def test_the_page_says_what_must_be_done_first(place, as_role):
    both_have_accounts(place)
    client = as_role(user=place.national)
    for name in ("duplicate-pair", "duplicate-merge"):
        page = client.get(pair_url(place, name)).content.decode()
        assert "Disable the one that is not to stay" in page
    assert User.objects.filter(is_active=True).count() >= 4


def test_the_fuller_record_and_the_one_in_use_are_offered(place, as_role):
    Partner.objects.filter(pk=place.gone.pk).update(user=accounts.user("Sam"), application_form_on=date(2006, 1, 9))
    Partner.objects.filter(pk=place.kept.pk).update(days_available=Decimal("7.50"))
    form = as_role(user=place.national).get(pair_url(place, "duplicate-merge")).context["form"]
    assert form.fields["kept"].initial == "second"
    assert form.fields["days_available"].initial == "first"
    assert form.fields["application_form_on"].choices == [("first", "Nothing"), ("second", "9 January 2006")]
    assert form.fields["days_available"].choices[0] == ("first", "7.5")
