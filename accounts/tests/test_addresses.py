"""A person's own e-mail address: asked for, proved by a link, changed, told (D-8)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts import actions, new_address
from accounts.models import User
from accounts.permissions import Role
from sipmanager.core.models import AuditEvent, Digest, Notice, OutgoingEmail

from . import factories

pytestmark = pytest.mark.django_db

PASSWORD = "hill-road-brook-lane"
NEW = "pat.reed@new.example"
AT = datetime(2009, 11, 16, 10, 0, tzinfo=UTC)
ASK = "accounts:own-address"


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def pat():
    user = factories.user("Pat Reed", email="pat@old.example", password=PASSWORD)
    factories.membership(Role.READER, of=user)
    return user


@pytest.fixture
def signed_in(pat, as_role):
    return as_role(user=pat)


def ask(client, email=NEW, password=PASSWORD):
    return client.post(reverse(ASK), {"email": email, "password": password})


def the_link(to=NEW) -> str:
    return re.search(r"/accounts/you/email/\S+/", OutgoingEmail.objects.get(to=to).body).group()


def test_a_person_changes_their_address_by_the_link_and_the_old_one_is_told(signed_in, pat):
    assert ask(signed_in, " Pat.Reed@new.example ").status_code == 302
    pat.refresh_from_db()
    assert pat.email == "pat@old.example", "nothing changes before the link"
    page = signed_in.get(the_link()).content.decode()
    assert f"You will sign in as {NEW} from now on" in page
    assert User.objects.filter(email=NEW).count() == 0, "a GET changes nothing"
    assert signed_in.post(the_link()).status_code == 302
    pat.refresh_from_db()
    assert pat.email == NEW
    assert list(EmailAddress.objects.filter(user=pat).values_list("email", "verified", "primary")) == [(NEW, True, True)]
    told = OutgoingEmail.objects.get(to="pat@old.example")
    assert "has changed" in told.subject
    assert NEW not in told.body, "whoever holds the old mailbox need not learn the new address"
    event = AuditEvent.objects.get(what="user.change_address")
    assert "example" not in str(event.details)


def test_this_session_goes_on_and_every_other_ends(signed_in, pat):
    elsewhere = Client()
    elsewhere.force_login(pat, backend="accounts.backends.Backend")
    page = reverse("accounts:own-details")
    assert elsewhere.get(page).status_code == 200
    ask(signed_in)
    signed_in.post(the_link())
    assert signed_in.get(page).status_code == 200
    assert elsewhere.get(page).status_code == 302


def test_the_link_works_once(signed_in, pat):
    ask(signed_in)
    link = the_link()
    signed_in.post(link)
    again = signed_in.post(link)
    assert again.status_code == 410
    assert "used or is older than 3 hours" in again.content.decode()
    assert OutgoingEmail.objects.filter(kind="account.address_changed").count() == 1


def test_the_link_is_dead_after_three_hours_and_once_the_sessions_were_ended(pat):
    secret = new_address.secret_for(user=pat, new=NEW, at=AT)
    late = AT + timedelta(hours=3)
    for user, when in ((pat, late), (User(pk=pat.pk, email=pat.email, session_epoch=pat.session_epoch + 1), AT)):
        with pytest.raises(actions.Refused):
            actions.change_address(user=user, secret=secret, at=AT, real_at=when)
    User.objects.filter(pk=pat.pk).update(session_epoch=7)
    with pytest.raises(actions.Refused):  # between the question and the answer
        actions.change_address(user=pat, secret=secret, at=AT, real_at=AT)
    assert not User.objects.filter(email=NEW).exists()
    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize("secret", ["nonsense", "gAAAAA==", "é"])
def test_a_link_that_was_not_made_here_changes_nothing(signed_in, secret):
    assert signed_in.get(reverse("accounts:own-address-confirm", args=[secret])).status_code == 404


def test_nobody_else_can_use_the_link(pat, as_role):
    secret = new_address.secret_for(user=pat, new=NEW, at=AT)
    stranger = as_role(Role.MANAGER, at=factories.authority("Medway"))
    assert stranger.post(reverse("accounts:own-address-confirm", args=[secret])).status_code == 404
    assert Client().get(reverse("accounts:own-address-confirm", args=[secret])).status_code == 302
    assert not User.objects.filter(email=NEW).exists()


def test_the_password_is_asked_for(signed_in):
    page = ask(signed_in, password="wrong-wrong-wrong")
    assert "Enter the password of your account" in page.content.decode()
    assert not OutgoingEmail.objects.exists()


def test_ones_own_address_is_no_change(signed_in):
    assert "This is your email address already" in ask(signed_in, "PAT@old.example").content.decode()
    assert not OutgoingEmail.objects.exists()


def test_an_address_that_has_an_account_is_told_and_the_asker_learns_nothing(signed_in, pat):
    other = factories.user(email="other@new.example")
    there, free = ask(signed_in, other.email), ask(signed_in)
    assert (there.status_code, there.url) == (free.status_code, free.url)
    told = OutgoingEmail.objects.get(to=other.email)
    assert "/accounts/you/email/" not in told.body
    pat.refresh_from_db()
    assert pat.email == "pat@old.example"


def test_an_address_taken_meanwhile_is_refused(pat):
    secret = new_address.secret_for(user=pat, new=NEW, at=AT)
    factories.user(email=NEW)
    with pytest.raises(actions.Refused, match="belongs to another account"):
        actions.change_address(user=pat, secret=secret, at=AT, real_at=AT)
    assert User.objects.get(pk=pat.pk).email == "pat@old.example"
    assert not OutgoingEmail.objects.exists()


def test_dl_0_what_was_told_at_the_old_address_is_not_told_again(pat):
    email = OutgoingEmail.objects.create(to=pat.email, kind="digest", subject="", body="", queued_at=AT)
    Notice.objects.create(key="DL-1:note:1:2009-11-17:day-3", recipient=pat.email, email=email, at=AT)
    Digest.objects.create(on=AT.date(), recipient=pat.email, email=email)
    actions.change_address(user=pat, secret=new_address.secret_for(user=pat, new=NEW, at=AT), at=AT, real_at=AT)
    assert Notice.objects.get().recipient == Digest.objects.get().recipient == NEW


def test_copies_beside_the_account_follow(pat, monkeypatch):
    heard = []
    monkeypatch.setattr(new_address, "_followers", [lambda **said: heard.append((said["old"], said["new"]))])
    actions.change_address(user=pat, secret=new_address.secret_for(user=pat, new=NEW, at=AT), at=AT, real_at=AT)
    assert heard == [("pat@old.example", NEW)]
