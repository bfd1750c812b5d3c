"""Inviting and accepting (D-8)."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import actions, invitations
from accounts.emails import invitation_path
from accounts.models import Authority, Invitation, Membership, User
from accounts.permissions import MEMBERSHIP_ROLES, Role
from accounts.tests.factories import PASSWORD, authority, diocese, member, region, user
from sipmanager.core import clock
from sipmanager.core.models import AuditEvent, OutgoingEmail

pytestmark = pytest.mark.django_db


def invite(email="new@example.org", role=Role.OFFICER, *, at=None, **more):
    place = {} if more else {"authority": at or authority()}
    return actions.invite(
        email=email, role=role, by=None, at=clock.now(), expires_at=clock.real_now() + invitations.LASTS, **place, **more
    )


def accept(client, secret, full_name="Ada Example", password=PASSWORD):
    return client.post(invitation_path(secret), {"full_name": full_name, "password": password})


def test_an_invitation_leads_to_an_account_with_its_role_from_today_on(client):
    kent = authority("Invented County")
    _, secret = invite(at=kent)
    page = client.get(invitation_path(secret))
    assert b"Authority officer, Invented County" in page.content
    assert b"new@example.org" in page.content

    answer = accept(client, secret)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    person = User.objects.get(email="new@example.org")
    row = Membership.objects.get(user=person)
    assert (row.role, row.authority, row.starts_on, row.ends_on) == (Role.OFFICER, kent, clock.today(), None)
    assert client.get("/accounts/you/").status_code == 200, "the person is signed in"
    assert person.check_password(PASSWORD)
    line = AuditEvent.objects.get(what="invitation.accept")
    assert (line.by_id, line.authority_id) == (person.pk, kent.pk)


def test_a_manager_who_accepts_sets_up_a_second_factor_next(client):
    _, secret = invite(role=Role.MANAGER)
    accept(client, secret)
    assert client.get("/accounts/you/")["Location"] == "/accounts/second-factor/set-up/"
    assert client.get("/accounts/second-factor/set-up/").status_code == 200


def test_the_message_carries_the_address_and_the_database_only_its_digest(settings):
    row, secret = invite()
    message = OutgoingEmail.objects.get()
    assert f"{settings.SITE_URL}{invitation_path(secret)}" in message.body
    assert message.is_urgent
    assert secret not in row.token


def test_an_invitation_works_once(client):
    _, secret = invite()
    accept(client, secret)
    again = accept(Client(), secret, full_name="Somebody Else")
    assert again.status_code == 410
    assert User.objects.count() == 1
    assert User.objects.get().full_name == "Ada Example"


def test_an_invitation_expires_by_the_wall_clock_whatever_day_is_pretended(client, settings, clock_at):
    clock_at("2009-11-16 09:00")
    _, secret = invite()
    settings.PRETEND_IT_IS = clock.today()
    clock_at("2009-11-30 08:59")
    assert client.get(invitation_path(secret)).status_code == 200
    clock_at("2009-11-30 09:01")
    assert client.get(invitation_path(secret)).status_code == 410
    assert accept(client, secret).status_code == 410
    assert not User.objects.exists()


def test_an_invitation_taken_back_no_longer_works(client):
    row, secret = invite()
    actions.revoke(invitation=row, by=member(), at=clock.now())
    assert accept(client, secret).status_code == 410
    assert not User.objects.filter(email="new@example.org").exists()


def test_sending_again_makes_a_new_address_and_ends_the_old_one(client):
    row, old = invite()
    new = actions.resend(invitation=row, by=member(), at=clock.now(), expires_at=clock.real_now() + invitations.LASTS)
    assert client.get(invitation_path(old)).status_code == 404
    assert client.get(invitation_path(new)).status_code == 200
    assert OutgoingEmail.objects.count() == 2


def test_an_invitation_sent_again_says_when_it_went_out_last(as_role):
    kent = authority()
    row, _ = invite(at=kent)
    Invitation.objects.filter(pk=row.pk).update(invited_at=clock.now() - timedelta(days=9))
    row.refresh_from_db()
    again = clock.now()
    actions.resend(invitation=row, by=member(), at=again, expires_at=clock.real_now() + invitations.LASTS)
    row.refresh_from_db()
    assert row.invited_at == again


def test_inviting_the_same_person_to_the_same_role_again_takes_the_first_back(client):
    here = authority()
    _, old = invite(at=here)
    _, new = invite(email="New@Example.org", at=here)
    assert client.get(invitation_path(old)).status_code == 410
    assert client.get(invitation_path(new)).status_code == 200


@pytest.mark.parametrize("move", [actions.resend, actions.revoke])
def test_what_was_accepted_is_neither_sent_again_nor_taken_back(client, move):
    row, secret = invite()
    accept(client, secret)
    more = {"expires_at": clock.real_now()} if move is actions.resend else {}
    with pytest.raises(actions.Refused, match="used or taken back"):
        move(invitation=row, by=member(), at=clock.now(), **more)
    row.refresh_from_db()
    assert row.revoked_at is None
    assert OutgoingEmail.objects.count() == 1


def test_an_unknown_address_says_no_more_than_an_old_one(client):
    assert client.get("/accounts/invitation/nonsense/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"full_name": "", "password": PASSWORD}, b"Enter your full name"),
        ({"full_name": "Ada Example", "password": ""}, b"Enter a password"),
        ({"full_name": "Ada Example", "password": "short"}, b"Password must be 12 characters or more"),
        ({"full_name": "Ada Example", "password": "password1234"}, b"harder to guess"),
        ({"full_name": "Ada Example", "password": "new@example.org"}, b"not like your name"),
    ],
)
def test_a_form_with_a_fault_makes_no_account_and_keeps_the_invitation(client, fields, says):
    _, secret = invite()
    answer = client.post(invitation_path(secret), fields)
    assert answer.status_code == 200
    assert says in answer.content
    assert not User.objects.exists()
    assert accept(client, secret).status_code == 302


def test_somebody_with_an_account_accepts_by_signing_in(as_role):
    there = user(email="known@example.org")
    kent = authority()
    _, secret = invite(email="Known@example.org", role=Role.SENIOR_ADVISER, at=kent)
    stranger = Client()
    page = stranger.get(invitation_path(secret))
    assert b"Sign in to accept" in page.content
    assert accept(stranger, secret).status_code == 200, "no second account, no new password"

    other = as_role(Role.OFFICER)
    assert b"signed in with another account" in other.get(invitation_path(secret)).content
    assert other.post(invitation_path(secret)).status_code == 200
    assert not Membership.objects.filter(user=there).exists()

    theirs = as_role(user=there)
    assert theirs.get(invitation_path(secret)).status_code == 200
    assert not Membership.objects.filter(user=there).exists(), "looking accepts nothing"
    assert theirs.post(invitation_path(secret))["Location"] == "/"
    assert Membership.objects.get(user=there).authority == kent


def test_a_closed_account_cannot_accept(as_role):
    closed = user(email="closed@example.org", is_active=False)
    row, _ = invite(email="closed@example.org")
    with pytest.raises(actions.Refused):
        actions.accept(
            invitation=row, full_name="", password="", user=closed, on=clock.today(), at=clock.now(), real_at=clock.real_now()
        )
    assert not Membership.objects.exists()


def test_accepting_a_role_that_one_has_already_adds_nothing(as_role):
    kent = authority()
    there = member(Role.OFFICER, at=kent, email="known@example.org")
    _, secret = invite(email="known@example.org", at=kent)
    as_role(user=there).post(invitation_path(secret))
    assert Membership.objects.filter(user=there).count() == 1


# Claims of the floors above.


@pytest.fixture
def claims(monkeypatch):
    monkeypatch.setattr(invitations, "_claims", {})
    taken = []

    def take(*, key, user, by, at):
        if key == "99":
            raise invitations.CannotClaim("This post is somebody else's by now")
        taken.append((key, user.email))

    invitations.register_claim("post", take, says=lambda key: f"Invented Primary {key}")
    return taken


def test_accepting_links_the_account_to_the_post_it_is_for(client, claims):
    _, secret = invite(role=Role.HEAD, claims="post:12")
    assert b"Headteacher, Invented Primary 12" in client.get(invitation_path(secret)).content
    accept(client, secret)
    assert claims == [("12", "new@example.org")]
    assert not Membership.objects.exists()


def test_a_claim_that_fails_makes_no_account(client, claims):
    _, secret = invite(role=Role.HEAD, claims="post:99")
    answer = accept(client, secret)
    assert b"somebody else" in answer.content
    assert not User.objects.exists()
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.parametrize(
    ("role", "place", "says"),
    [
        (Role.HEAD, {"claims": ""}, "needs the post"),
        (Role.SIP, {"claims": "spaceship:1"}, "nothing called spaceship:1"),
        (Role.MANAGER, {"claims": ""}, "needs an authority"),
        (Role.COORDINATOR, {"authority": "any"}, "needs a region"),
        (Role.PROGRAMME, {"authority": "any"}, "needs no place"),
        (Role.DIOCESE, {"region": "any"}, "needs a diocese"),
    ],
)
def test_a_role_stands_at_the_kind_of_place_that_it_belongs_to(claims, role, place, says):
    makes = {"authority": authority, "region": region, "diocese": diocese}
    place = {kind: makes[kind]() if value == "any" else value for kind, value in place.items()}
    with pytest.raises(actions.Refused, match=says):
        invite(role=role, **place)
    assert not Invitation.objects.exists()
    assert not OutgoingEmail.objects.exists()


# The command.


def run(*args):
    out = StringIO()
    call_command("invite", *args, stdout=out)
    return out.getvalue().strip()


def test_the_command_invites_the_first_person_and_prints_the_address(client, settings):
    address = run("first@example.org", "--role", "programme")
    assert address.startswith(f"{settings.SITE_URL}/accounts/invitation/")
    accept(client, address.rstrip("/").rpartition("/")[2])
    assert Membership.objects.get().role == Role.PROGRAMME


@pytest.mark.parametrize("named", ["886", "Kent", " kent "])
def test_the_command_takes_an_authority_by_code_or_name_and_answers_in_json(named):
    answer = json.loads(run("first@example.org", "--role", "manager", "--authority", named, "--format", "json"))
    assert set(answer) == {"url"}
    assert Invitation.objects.get().authority == Authority.objects.get(code="886")


def test_the_command_takes_a_region_and_a_diocese():
    run("c@example.org", "--role", "coordinator", "--region", "south east")
    see = diocese()
    run("d@example.org", "--role", "diocese", "--diocese", see.code)
    assert [row.place.name for row in Invitation.objects.order_by("pk")] == ["South East", see.name]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--role", "manager"), "needs an authority"),
        (("--role", "manager", "--authority", "000"), "no authority called 000"),
        (("--role", "coordinator", "--region", "Mercia"), "no region called Mercia"),
        (("--role", "head"), "needs the post"),
    ],
)
def test_the_command_refuses_in_words_and_in_json(args, says):
    with pytest.raises(CommandError, match=says):
        run("x@example.org", *args)
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("invite", "x@example.org", *args, "--format", "json", stdout=out)
    assert stopped.value.code == 1
    assert says in json.loads(out.getvalue())["error"]
    assert not Invitation.objects.exists()


def test_an_unknown_role_is_wrong_usage(capsys):
    with pytest.raises(CommandError):
        call_command("invite", "x@example.org", "--role", "king")


# The pages of those who invite.


def form_of(client, **fields):
    key = client.get("/accounts/invitations/send/").context["form"]["form_key"].value()
    return {"form_key": str(key), **fields}


def test_the_command_invites_nobody_without_an_address():
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("invite", "not an address", "--role", "programme", "--format", "json", stdout=out)
    assert (stop.value.code, json.loads(out.getvalue())) == (1, {"error": "not an address is not an email address"})
    assert not Invitation.objects.exists()


def test_a_manager_invites_to_their_own_authority_and_a_second_click_does_nothing_more(as_role):
    kent = authority()
    client = as_role(Role.MANAGER, at=kent)
    fields = form_of(client, email="New@Example.org", role="officer")
    first = client.post("/accounts/invitations/send/", fields)
    again = client.post("/accounts/invitations/send/", fields)
    row = Invitation.objects.get()
    assert (row.email, row.role, row.authority, row.invited_by) == ("new@example.org", "officer", kent, client.user)
    assert first["Location"] == again["Location"] == f"/accounts/invitations/{row.pk}/"
    page = client.get(first["Location"])
    assert b"Waiting" in page.content
    assert OutgoingEmail.objects.count() == 1


def test_a_hidden_field_does_not_choose_another_authority(as_role):
    kent, elsewhere = authority(), authority()
    client = as_role(Role.MANAGER, at=kent)
    client.post(
        "/accounts/invitations/send/", form_of(client, email="a@example.org", role="officer", authority=elsewhere.code)
    )
    assert [row.authority for row in Invitation.objects.all()] == [kent]


@pytest.mark.parametrize(
    ("inviter", "role", "may"),
    [
        (Role.MANAGER, Role.MANAGER, True),
        (Role.MANAGER, Role.TRUST_CHAIR, True),
        (Role.MANAGER, Role.PROGRAMME, False),
        (Role.MANAGER, Role.COORDINATOR, False),
        (Role.MANAGER, Role.DIOCESE, False),
        (Role.ADMINISTRATOR, Role.OFFICER, True),
        (Role.ADMINISTRATOR, Role.ADMINISTRATOR, True),
        (Role.ADMINISTRATOR, Role.MANAGER, False),
        (Role.ADMINISTRATOR, Role.SENIOR_ADVISER, False),
        (Role.PROGRAMME, Role.NATIONAL_DIRECTOR, True),
    ],
)
def test_nobody_invites_to_more_than_they_may_give(as_role, inviter, role, may):
    client = as_role(inviter)
    client.post("/accounts/invitations/send/", form_of(client, email="a@example.org", role=role.value))
    assert Invitation.objects.exists() is may


def test_programme_staff_invite_to_every_role_at_every_place(as_role):
    client = as_role(Role.PROGRAMME)
    see, south = diocese(), region("South East")
    places = {Role.DIOCESE: {"diocese": see.pk}, Role.COORDINATOR: {"region": south.pk}}
    national = {Role.PROGRAMME, Role.NATIONAL_DIRECTOR}
    for role in sorted(MEMBERSHIP_ROLES):
        place = places.get(role, {} if role in national else {"authority": "886"})
        answer = client.post(
            "/accounts/invitations/send/", form_of(client, email=f"{role}@example.org", role=role.value, **place)
        )
        assert answer.status_code == 302, answer.context["form"].errors
    assert Invitation.objects.count() == len(MEMBERSHIP_ROLES)


def test_a_role_without_its_place_is_asked_for_it(as_role):
    client = as_role(Role.PROGRAMME)
    answer = client.post("/accounts/invitations/send/", form_of(client, email="a@example.org", role="manager"))
    assert b"Select the authority where this role is" in answer.content
    assert not Invitation.objects.exists()


def test_resend_and_take_back_are_buttons_on_the_invitation(as_role, client):
    kent = authority()
    manager = as_role(Role.MANAGER, at=kent)
    row, old = invite(at=kent)
    assert manager.post(f"/accounts/invitations/{row.pk}/resend/").status_code == 302
    assert client.get(invitation_path(old)).status_code == 404
    assert manager.post(f"/accounts/invitations/{row.pk}/take-back/").status_code == 302
    row.refresh_from_db()
    assert row.revoked_at is not None
    refused = manager.post(f"/accounts/invitations/{row.pk}/resend/")
    assert (refused.status_code, OutgoingEmail.objects.count()) == (409, 2)


@pytest.mark.parametrize("what", ["", "resend/", "take-back/"])
def test_the_invitations_of_another_authority_are_not_there(as_role, what):
    row, _ = invite(at=authority())
    client = as_role(Role.MANAGER, at=authority())
    address = f"/accounts/invitations/{row.pk}/{what}"
    assert (client.post(address) if what else client.get(address)).status_code == 404
    row.refresh_from_db()
    assert row.revoked_at is None
    assert b"new@example.org" not in client.get("/accounts/invitations/").content


def test_the_list_of_invitations_costs_the_same_however_long(as_role):
    kent, counts = authority(), []
    client = as_role(Role.MANAGER, at=kent)
    client.get("/accounts/invitations/")  # the session is written now and then
    for more in (1, 11):
        for n in range(more):
            invite(email=f"p{more}-{n}@example.org", at=kent)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/accounts/invitations/")
        counts.append(len(queries))
    assert page.content.count(b'role="rowheader"') == 12
    assert counts[0] == counts[1] <= 9


def test_an_invitation_that_two_accept_at_once_makes_one_account(client):
    row, _ = invite()
    given = {"full_name": "A", "password": PASSWORD, "on": clock.today(), "at": clock.now(), "real_at": clock.real_now()}
    stale = Invitation.objects.get(pk=row.pk)
    actions.accept(invitation=row, **given)
    with pytest.raises(actions.Refused):
        actions.accept(invitation=stale, **given)
    assert Membership.objects.count() == 1
    assert timedelta(days=13) < row.expires_at - clock.real_now()


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("waiting", "waiting@example.org"),
        ("late", "late@example.org"),
        ("accepted", "in@example.org"),
        ("revoked", "out@example.org"),
    ],
)
def test_the_list_is_filtered_by_what_became_of_an_invitation(as_role, state, shown):
    kent = authority()
    client, now = as_role(Role.MANAGER, at=kent), clock.real_now()
    rows = {name: invite(email=f"{name}@example.org", at=kent)[0] for name in ("waiting", "late", "in", "out")}
    Invitation.objects.filter(pk=rows["late"].pk).update(expires_at=now - timedelta(days=1))
    Invitation.objects.filter(pk=rows["in"].pk).update(accepted_at=now, accepted_by=user())
    Invitation.objects.filter(pk=rows["out"].pk).update(revoked_at=now)
    page = client.get(f"/accounts/invitations/?state={state}").content.decode()
    assert [email for email in (f"{name}@example.org" for name in rows) if email in page] == [shown]
    tags = {"waiting": "Waiting", "late": "Expired", "accepted": "Accepted", "revoked": "Taken back"}
    row = Invitation.objects.get(email=shown)
    assert tags[state] in client.get(f"/accounts/invitations/{row.pk}/").content.decode()


def test_nothing_is_taken_back_twice(as_role):
    kent = authority()
    row, _ = invite(at=kent)
    client = as_role(Role.MANAGER, at=kent)
    assert client.post(f"/accounts/invitations/{row.pk}/take-back/").status_code == 302
    assert client.post(f"/accounts/invitations/{row.pk}/take-back/").status_code == 409
