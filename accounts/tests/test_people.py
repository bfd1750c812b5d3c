"""People, their roles and their accounts; a person's own details; capacities."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.access import viewer_for
from accounts.models import Membership, User
from accounts.permissions import Role
from accounts.tests.factories import authority, diocese, member, membership, region, user
from sipmanager.core import clock
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def kent():
    return authority("Invented County")


@pytest.fixture
def manager(as_role, kent):
    return as_role(Role.MANAGER, at=kent)


def form_key(client, address) -> str:
    return str(client.get(address).context["form"]["form_key"].value())


def day_fields(name: str, day: date) -> dict:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def give(client, person, role="officer", first=None, last=None, **more):
    address = f"/accounts/people/{person.pk}/roles/give/"
    fields = {"form_key": form_key(client, address), "role": role, **day_fields("starts_on", first or clock.today()), **more}
    return client.post(address, fields | (day_fields("ends_on", last) if last else {}))


# The list.


def test_a_manager_sees_the_people_of_their_authority_and_no_others(manager, kent):
    here = member(Role.OFFICER, at=kent, full_name="Olive Officer", email="olive@example.org")
    member(Role.OFFICER, full_name="Somebody Else", email="else@example.org")
    page = manager.get("/accounts/people/").content.decode()
    assert "Olive Officer" in page
    assert "Authority officer, Invented County" in page
    assert "Somebody Else" not in page
    assert manager.get(f"/accounts/people/{here.pk}/").status_code == 200


def test_people_who_accepted_an_invitation_of_the_authority_are_there_too(manager, kent):
    head = user("Harriet Head")
    kent.invitations.create(
        email=head.email, role="head", token="x", invited_at=clock.now(), expires_at=clock.now(), accepted_at=clock.now(),
        accepted_by=head,
    )  # fmt: skip
    assert "Harriet Head" in manager.get("/accounts/people/").content.decode()


def test_the_list_is_searched_and_filtered(manager, kent):
    member(Role.OFFICER, at=kent, full_name="Olive Officer", email="olive@example.org")
    member(Role.READER, at=kent, full_name="Rita Reader", email="rita@example.org")
    member(Role.READER, at=kent, full_name="Gone Away", email="gone@example.org", is_active=False)

    def names(query):
        page = manager.get(f"/accounts/people/?applied=1&{query}").content.decode()
        return {name for name in ("Olive Officer", "Rita Reader", "Gone Away") if name in page}

    assert names("q=olive+example") == {"Olive Officer"}
    assert names("role=reader") == {"Rita Reader", "Gone Away"}
    assert names("account=closed") == {"Gone Away"}
    assert names("account=open&role=reader") == {"Rita Reader"}


def test_the_list_costs_the_same_however_long(manager, kent):
    counts = []
    manager.get("/accounts/people/")  # the session is written now and then
    for more in (1, 29):
        for n in range(more):
            member(Role.OFFICER, at=kent, full_name=f"Person {n}")
        with CaptureQueriesContext(connection) as queries:
            manager.get("/accounts/people/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 13


def test_the_list_is_exported_with_its_roles(manager, kent):
    member(Role.OFFICER, at=kent, full_name="=Olive", email="olive@example.org")
    text = b"".join(manager.get("/accounts/people/?format=csv").streaming_content).decode("utf-8-sig")
    assert "Authority officer, Invented County" in text
    assert "\n=Olive" not in text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SENIOR_ADVISER, Role.READER, Role.COORDINATOR, Role.ELECTED_MEMBER])
def test_others_find_no_list_of_people(as_role, role):
    client = as_role(role)
    assert client.get("/accounts/people/").status_code == 404
    assert client.get("/accounts/invitations/").status_code == 404


def test_programme_staff_see_everybody(as_role):
    member(Role.OFFICER, full_name="Olive Officer")
    member(Role.DIOCESE, full_name="Dora Diocese")
    page = as_role(Role.PROGRAMME).get("/accounts/people/").content.decode()
    assert "Olive Officer" in page
    assert "Dora Diocese" in page


# Another authority's people.


@pytest.mark.parametrize("what", ["", "roles/give/", "close/"])
def test_another_authoritys_person_is_not_there(manager, what):
    stranger = member(Role.OFFICER)
    assert manager.get(f"/accounts/people/{stranger.pk}/{what}").status_code == 404


@pytest.mark.parametrize("what", ["close/now/", "open/"])
def test_another_authoritys_account_is_neither_closed_nor_opened(manager, what):
    stranger = member(Role.OFFICER)
    assert manager.post(f"/accounts/people/{stranger.pk}/{what}").status_code == 404
    stranger.refresh_from_db()
    assert stranger.is_active


# Roles.


def test_a_manager_gives_a_role_with_dates(manager, kent):
    person = member(Role.OFFICER, at=kent)
    first, last = clock.today() + timedelta(days=10), clock.today() + timedelta(days=40)
    assert give(manager, person, "senior_adviser", first, last).status_code == 302
    row = Membership.objects.get(user=person, role="senior_adviser")
    assert (row.authority, row.starts_on, row.ends_on) == (kent, first, last)
    line = AuditEvent.objects.get(what="membership.give")
    assert (line.by_id, line.authority_id, line.about_on) == (manager.user.pk, kent.pk, first)
    assert line.capacity == "manager"


def test_a_second_click_gives_one_role(manager, kent):
    person = member(Role.OFFICER, at=kent)
    address = f"/accounts/people/{person.pk}/roles/give/"
    fields = {"form_key": form_key(manager, address), "role": "reader", **day_fields("starts_on", clock.today())}
    assert manager.post(address, fields)["Location"] == manager.post(address, fields)["Location"]
    assert Membership.objects.filter(user=person, role="reader").count() == 1


@pytest.mark.parametrize(
    ("role", "says"),
    [("officer", "that role already"), ("programme", "from the list"), ("king", "from the list")],
)
def test_a_role_that_cannot_be_given_is_refused_and_nothing_changes(manager, kent, role, says):
    person = member(Role.OFFICER, at=kent)
    answer = give(manager, person, role)
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert Membership.objects.filter(user=person).count() == 1


def test_nobody_gives_themselves_a_role_or_ends_their_own(manager):
    answer = give(manager, manager.user, "senior_adviser")
    assert "Nobody changes their own roles" in answer.content.decode()
    own = manager.user.memberships.get()
    answer = manager.post(f"/accounts/people/{manager.user.pk}/roles/{own.pk}/end/", {"when": "now"})
    assert "Nobody changes their own roles" in answer.content.decode()
    assert manager.user.memberships.get().ends_on is None


def test_a_role_must_end_after_it_starts(manager, kent):
    person = member(Role.OFFICER, at=kent)
    answer = give(manager, person, "reader", clock.today(), clock.today() - timedelta(days=1))
    assert "Last day must be the same as or after the first day" in answer.content.decode()
    assert Membership.objects.filter(user=person).count() == 1


def test_a_role_taken_away_is_gone_at_the_next_click(manager, kent, as_role):
    person = member(Role.ADMINISTRATOR, at=kent)
    their_browser = as_role(user=person)
    assert their_browser.get("/accounts/people/").status_code == 200
    row = person.memberships.get()
    assert manager.post(f"/accounts/people/{person.pk}/roles/{row.pk}/end/", {"when": "now"}).status_code == 302
    assert their_browser.get("/accounts/people/").status_code == 404
    row.refresh_from_db()
    assert row.ends_on == clock.today() - timedelta(days=1)


def test_a_role_ends_on_a_later_day(manager, kent):
    person = member(Role.OFFICER, at=kent)
    row, last = person.memberships.get(), clock.today() + timedelta(days=30)
    address = f"/accounts/people/{person.pk}/roles/{row.pk}/end/"
    early = manager.post(address, {"when": "later", **day_fields("ends_on", clock.today() - timedelta(days=3))})
    assert "must be today or in the future" in early.content.decode()
    assert "Enter the last day" in manager.post(address, {"when": "later"}).content.decode()
    manager.post(address, {"when": "later", **day_fields("ends_on", last)})
    row.refresh_from_db()
    assert row.ends_on == last


def test_a_role_that_has_not_begun_is_withdrawn_and_the_record_says_so(manager, kent):
    person = member(Role.OFFICER, at=kent)
    row = membership(Role.READER, at=kent, of=person, starts_on=clock.today() + timedelta(days=5))
    manager.post(f"/accounts/people/{person.pk}/roles/{row.pk}/end/", {"when": "now"})
    assert not Membership.objects.filter(pk=row.pk).exists()
    assert AuditEvent.objects.filter(what="membership.withdraw", by_id=manager.user.pk).exists()


def test_an_administrator_does_not_end_the_managers_role(as_role, kent):
    boss = member(Role.MANAGER, at=kent)
    client = as_role(Role.ADMINISTRATOR, at=kent)
    row = boss.memberships.get()
    answer = client.post(f"/accounts/people/{boss.pk}/roles/{row.pk}/end/", {"when": "now"})
    assert "Your role does not allow" in answer.content.decode()
    row.refresh_from_db()
    assert row.ends_on is None


def test_the_role_of_another_authority_is_not_shown_or_ended(manager, kent):
    person = member(Role.OFFICER, at=kent)
    other = membership(Role.SENIOR_ADVISER, at=authority("Far Away"), of=person)
    assert "Far Away" not in manager.get(f"/accounts/people/{person.pk}/").content.decode()
    assert manager.get(f"/accounts/people/{person.pk}/roles/{other.pk}/end/").status_code == 404


# Accounts.


def test_closing_an_account_ends_every_session_at_once(manager, kent, as_role):
    person = member(Role.OFFICER, at=kent)
    browsers = [as_role(user=person), as_role(user=person)]
    assert b"Close the account of" in manager.get(f"/accounts/people/{person.pk}/close/").content
    assert browsers[0].get("/accounts/you/").status_code == 200, "asking closes nothing"
    assert manager.post(f"/accounts/people/{person.pk}/close/now/").status_code == 302
    assert [browser.get("/accounts/you/").status_code for browser in browsers] == [302, 302]
    assert AuditEvent.objects.get(what="user.disable").by_id == manager.user.pk

    again = manager.post(f"/accounts/people/{person.pk}/close/now/")
    assert (again.status_code, AuditEvent.objects.filter(what="user.disable").count()) == (409, 1)

    manager.post(f"/accounts/people/{person.pk}/open/")
    person.refresh_from_db()
    assert person.is_active
    assert browsers[0].get("/accounts/you/").status_code == 302, "old sessions stay dead"


def test_closing_takes_a_post(manager, kent):
    person = member(Role.OFFICER, at=kent)
    assert manager.get(f"/accounts/people/{person.pk}/close/now/").status_code == 405
    person.refresh_from_db()
    assert person.is_active


def test_nobody_closes_their_own_account(manager):
    assert manager.post(f"/accounts/people/{manager.user.pk}/close/now/").status_code == 409
    manager.user.refresh_from_db()
    assert manager.user.is_active


@pytest.mark.parametrize("elsewhere", [Role.MANAGER, Role.PROGRAMME, Role.COORDINATOR, Role.DIOCESE])
def test_one_authority_does_not_shut_out_somebody_who_works_elsewhere_too(manager, kent, elsewhere):
    person = member(Role.OFFICER, at=kent)
    membership(elsewhere, of=person)
    answer = manager.post(f"/accounts/people/{person.pk}/close/now/")
    assert answer.status_code == 409
    assert "also works elsewhere" in answer.content.decode()
    person.refresh_from_db()
    assert person.is_active


def test_programme_staff_close_any_account_but_their_own(as_role, kent):
    client = as_role(Role.PROGRAMME)
    person = member(Role.MANAGER, at=kent)
    membership(Role.DIOCESE, of=person)
    assert client.post(f"/accounts/people/{person.pk}/close/now/").status_code == 302
    assert not User.objects.get(pk=person.pk).is_active


def test_the_person_page_offers_nothing_against_oneself(manager):
    page = manager.get(f"/accounts/people/{manager.user.pk}/").content.decode()
    assert "Close the account" not in page
    assert "Give a role" not in page


def test_a_manager_lets_somebody_in_again_who_has_lost_their_phone(manager, kent, as_role):
    person = member(Role.ADMINISTRATOR, at=kent)
    Authenticator.objects.create(user=person, type="totp", data={})
    Authenticator.objects.create(user=person, type="recovery_codes", data={})
    their_browser = as_role(user=person)
    assert b"Remove" in manager.get(f"/accounts/people/{person.pk}/").content
    assert b"speak to them yourself" in manager.get(f"/accounts/people/{person.pk}/second-factor/").content
    assert Authenticator.objects.count() == 2

    assert manager.post(f"/accounts/people/{person.pk}/second-factor/remove/").status_code == 302

    assert not Authenticator.objects.exists()
    assert their_browser.get("/accounts/you/").status_code == 302
    assert AuditEvent.objects.get(what="user.remove_second_factor").by_id == manager.user.pk
    assert manager.post(f"/accounts/people/{person.pk}/second-factor/remove/").status_code == 409


def test_nobody_removes_the_second_factor_of_themselves_or_of_a_stranger(manager, kent):
    stranger = member(Role.MANAGER)
    both = member(Role.OFFICER, at=kent)
    membership(Role.PROGRAMME, of=both)
    for person, status in ((manager.user, 409), (stranger, 404), (both, 409)):
        Authenticator.objects.create(user=person, type="totp", data={})
        assert manager.post(f"/accounts/people/{person.pk}/second-factor/remove/").status_code == status
    assert Authenticator.objects.count() == 3


# Own details.


def test_somebody_without_a_role_is_told_so_on_their_first_page(as_role):
    client = as_role(user=user("Una Example"))
    answer = client.get("/", follow=True)
    assert answer.redirect_chain == [("/accounts/you/", 302)]
    assert "You have no role here at present" in answer.content.decode()
    assert client.get("/accounts/you/name/").status_code == 404


def test_pages_of_a_signed_in_person_are_not_kept_by_the_browser(as_role, client):
    assert as_role(Role.OFFICER).get("/accounts/you/")["Cache-Control"] == "no-store, private"
    assert "no-store" not in client.get("/help/").get("Cache-Control", "")


def test_everybody_changes_their_own_name(as_role):
    client = as_role(Role.ELECTED_MEMBER)
    assert "Your account" in client.get("/accounts/you/").content.decode()
    assert "Enter your full name" in client.post("/accounts/you/name/", {"full_name": " "}).content.decode()
    answer = client.post(
        "/accounts/you/name/", {"full_name": "  Ada\u200b   Example ", "is_superuser": "on", "email": "x@y.z"}
    )
    assert answer["Location"] == "/accounts/you/"
    person = User.objects.get(pk=client.user.pk)
    assert (person.full_name, person.is_superuser, person.email) == ("Ada Example", False, client.user.email)
    assert AuditEvent.objects.get(what="user.change_details").details == {}


def test_a_name_with_markup_is_shown_as_text(as_role):
    client = as_role(Role.OFFICER)
    client.post("/accounts/you/name/", {"full_name": "<script>alert(1)</script> {{7*7}}"})
    page = client.get("/accounts/you/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in page


# Capacities.


def test_the_switch_changes_the_header_and_the_record_and_no_right(as_role, kent):
    other = authority("Another Authority")
    person = member(Role.MANAGER, at=kent)
    membership(Role.ADMINISTRATOR, at=other, of=person)
    client = as_role(user=person)
    keys = {capacity.role: capacity.key for capacity in viewer_for(person, on=clock.today()).capacities}
    for role, name in ((Role.MANAGER, "Invented County"), (Role.ADMINISTRATOR, "Another Authority")):
        assert client.post("/accounts/you/capacity/", {"capacity": keys[role]})["Location"] == "/"
        page = client.get("/accounts/people/")
        assert page.context["frame"].authority_name == name
        assert [one.is_current for one in page.context["frame"].capacities].count(True) == 1
        client.post("/accounts/you/name/", {"full_name": "Ada Example"})
        assert AuditEvent.objects.filter(what="user.change_details").latest("pk").capacity == role.value
        people = member(Role.OFFICER, at=kent), member(Role.OFFICER, at=other)
        assert all(client.get(f"/accounts/people/{one.pk}/").status_code == 200 for one in people)


@pytest.mark.parametrize("key", ["", "programme-0-0-0-0-0", "manager-999-0-0-0-0"])
def test_nobody_acts_in_a_capacity_that_is_not_theirs(manager, key):
    assert manager.post("/accounts/you/capacity/", {"capacity": key}).status_code == 404
    assert "acting" not in manager.session


def test_a_capacity_that_has_ended_falls_back_to_one_that_runs(as_role, kent):
    person = member(Role.MANAGER, at=kent)
    row = membership(Role.OFFICER, at=authority("Gone"), of=person)
    client = as_role(user=person)
    key = next(one.key for one in viewer_for(person, on=clock.today()).capacities if one.role is Role.OFFICER)
    client.post("/accounts/you/capacity/", {"capacity": key})
    Membership.objects.filter(pk=row.pk).update(ends_on=clock.today() - timedelta(days=1))
    assert client.get("/accounts/you/").context["frame"].authority_name == "Invented County"


# The database's own refusals.


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.MANAGER, {}),
        (Role.MANAGER, {"region": region}),
        (Role.PROGRAMME, {"authority": authority}),
        (Role.COORDINATOR, {"diocese": diocese}),
        (Role.HEAD, {"authority": authority}),
    ],
)
def test_the_database_refuses_a_role_at_the_wrong_kind_of_place(role, place):
    made = {kind: make() for kind, make in place.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user(), role=role.value, starts_on=date(2009, 9, 1), **made)


def test_two_accounts_do_not_share_an_address_in_another_case():
    user(email="ada@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="ADA@example.org", full_name="Ada Again")
    with pytest.raises(ValidationError):
        User(email="Ada@Example.org", full_name="Ada", password="x").full_clean()
