"""Signing in and out, passwords, the second factor (D-8, D-35)."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from accounts.tests.factories import PASSWORD, member, user
from sipmanager.core.models import AuditEvent, OutgoingEmail

pytestmark = pytest.mark.django_db

SIGN_IN = "/accounts/sign-in/"
SOMEWHERE = "/accounts/you/"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def reader():
    return member(Role.OFFICER, email="officer@example.org", password=PASSWORD)


def sign_in(client, email="officer@example.org", password=PASSWORD, **more):
    address = more.pop("address", "192.0.2.1")
    return client.post(SIGN_IN, {"login": email, "password": password, **more}, REMOTE_ADDR=address)


def test_the_page_is_there_at_its_stable_address_with_one_heading(client):
    page = client.get(SIGN_IN)
    assert page.status_code == 200
    assert page.content.count(b"<h1") == 1
    assert b'autocomplete="username"' in page.content
    assert b'autocomplete="current-password"' in page.content
    assert b"required" not in page.content


def test_a_person_signs_in_with_address_and_password_whatever_the_case_of_the_address(client, reader):
    answer = sign_in(client, email=" Officer@Example.org ")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get(SOMEWHERE).status_code == 200
    assert AuditEvent.objects.get(what="user.sign_in").by_id == reader.pk


def test_a_page_that_needs_sign_in_leads_there_and_back(client, reader):
    answer = client.get(SOMEWHERE)
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query) == {"next": [SOMEWHERE]}
    assert sign_in(client, next=SOMEWHERE)["Location"] == SOMEWHERE


@pytest.mark.parametrize(
    ("email", "password"),
    [("officer@example.org", "wrong wrong wrong"), ("nobody@example.org", PASSWORD), ("closed@example.org", "wrong wrong")],
)
def test_wrong_and_unknown_get_the_same_words(client, reader, email, password):
    user(email="closed@example.org", password=PASSWORD, is_active=False)
    answer = sign_in(client, email=email, password=password)
    assert answer.status_code == 200
    assert b"Enter the email address and password of your account" in answer.content
    assert "_auth_user_id" not in client.session


def test_a_closed_account_is_told_so_only_with_its_password(client):
    user(email="closed@example.org", password=PASSWORD, is_active=False)
    assert sign_in(client, email="closed@example.org")["Location"] == reverse("account_inactive")
    assert client.get(SOMEWHERE).status_code == 302


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "https://evil.example/",
        "http://testserver.evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "data:text/html,x",
        "http://testserver/accounts/you/",
        " //evil.example",
        "evil.example",
    ],
)
def test_next_leads_nowhere_but_into_the_service(client, reader, evil):
    assert sign_in(client, next=evil)["Location"] == "/"
    # Somebody who is signed in already is not led away either.
    assert client.get(SIGN_IN, {"next": evil})["Location"] == "/"


def test_signing_out_takes_a_post_and_ends_the_session(as_role):
    client = as_role(Role.OFFICER)
    assert client.get("/accounts/sign-out/").status_code == 200
    assert client.get(SOMEWHERE).status_code == 200
    assert client.post("/accounts/sign-out/").status_code == 302
    assert client.get(SOMEWHERE).status_code == 302


def test_fifty_wrong_passwords_from_one_address_leave_the_officer_free_to_sign_in_from_another(reader):
    attacker = Client()
    answers = [sign_in(attacker, password=f"guess number {n}", address="203.0.113.9") for n in range(50)]
    checked = [a for a in answers if b"Enter the email address and password" in a.content]
    refused = [a for a in answers if a.status_code == 429 or b"too many wrong passwords" in a.content]
    assert len(checked) <= 5
    assert len(checked) + len(refused) == 50
    # The right password is refused too, from there.
    assert sign_in(Client(), address="203.0.113.9").status_code in (200, 429)
    officer = Client()
    assert sign_in(officer, address="198.51.100.4")["Location"] == "/"
    assert officer.get(SOMEWHERE).status_code == 200


def test_behind_a_trusted_proxy_the_client_address_is_the_one_that_the_proxy_saw(reader, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(6):
        Client().post(
            SIGN_IN,
            {"login": "officer@example.org", "password": f"guess {n} and more"},
            REMOTE_ADDR="10.0.0.1",
            headers={"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.9"},
        )
    wrong = Client().post(
        SIGN_IN,
        {"login": "officer@example.org", "password": PASSWORD},
        REMOTE_ADDR="10.0.0.1",
        headers={"X-Forwarded-For": "203.0.113.9"},
    )
    assert b"too many wrong passwords" in wrong.content
    other = Client().post(
        SIGN_IN,
        {"login": "officer@example.org", "password": PASSWORD},
        REMOTE_ADDR="10.0.0.1",
        headers={"X-Forwarded-For": "198.51.100.77"},
    )
    assert other.status_code == 302


# Closing accounts.


def test_all_sessions_of_a_closed_account_die_at_once_and_stay_dead_when_it_is_opened_again(as_role, reader):
    here, there = as_role(user=reader), as_role(user=reader)
    assert here.get(SOMEWHERE).status_code == there.get(SOMEWHERE).status_code == 200
    User.objects.filter(pk=reader.pk).update(is_active=False, session_epoch=1)
    assert here.get(SOMEWHERE).status_code == there.get(SOMEWHERE).status_code == 302
    User.objects.filter(pk=reader.pk).update(is_active=True)
    assert there.get(SOMEWHERE).status_code == 302


# Forgotten passwords.


def test_known_and_unknown_addresses_get_the_same_answer_at_the_same_cost(
    reader, django_assert_num_queries, monkeypatch, django_capture_on_commit_callbacks
):
    asked = []
    monkeypatch.setattr("accounts.views.sign_in.send_reset_link.delay", asked.append)
    answers = []
    for email in ("officer@example.org", "nobody@example.org"):
        with django_assert_num_queries(0), django_capture_on_commit_callbacks(execute=True):
            answers.append(Client().post("/accounts/password/forgotten/", {"email": email}))
    known, unknown = answers
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert asked == ["officer@example.org", "nobody@example.org"]
    pages = [Client().get(answer["Location"]).content for answer in answers]
    assert without_nonces(pages[0]) == without_nonces(pages[1])


def without_nonces(content: bytes) -> bytes:
    return re.sub(rb'nonce="[^"]*"', b"", content)


def ask_for_link(client, callbacks, email="officer@example.org") -> str:
    with callbacks(execute=True):
        client.post("/accounts/password/forgotten/", {"email": email})
    message = OutgoingEmail.objects.filter(kind="account.reset").last()
    return re.search(r"http://[^/]+(/accounts/\S+)", message.body)[1] if message else ""


def set_password(client, path, password="another homely passphrase"):
    form = client.get(path, follow=True)
    return client.post(
        form.redirect_chain[-1][0] if form.redirect_chain else path, {"password1": password, "password2": password}
    )


def test_a_link_sets_a_new_password_once_and_signs_out_everywhere(client, as_role, reader, django_capture_on_commit_callbacks):
    elsewhere = as_role(user=reader)
    path = ask_for_link(client, django_capture_on_commit_callbacks)
    assert set_password(client, path)["Location"] == "/accounts/password/new/"
    assert elsewhere.get(SOMEWHERE).status_code == 302
    assert client.get(SOMEWHERE).status_code == 302, "a new password alone signs nobody in"
    assert sign_in(Client(), password="another homely passphrase").status_code == 302
    assert AuditEvent.objects.get(what="user.change_password").by_id == reader.pk
    again = Client().get(path, follow=True)
    assert b"This link no longer works" in again.content


def test_no_link_is_sent_to_unknown_closed_or_demonstration_addresses(client, django_capture_on_commit_callbacks):
    user(email="closed@example.org", is_active=False)
    user(email="head@kent.demo.example")
    for email in ("nobody@example.org", "closed@example.org", "head@kent.demo.example"):
        assert ask_for_link(client, django_capture_on_commit_callbacks, email) == ""
    assert not mail.outbox


def test_a_link_is_too_old_after_three_hours(client, reader, clock_at, django_capture_on_commit_callbacks):
    clock_at("2009-11-16 09:00")
    path = ask_for_link(client, django_capture_on_commit_callbacks)
    clock_at("2009-11-16 12:01")
    assert b"This link no longer works" in client.get(path, follow=True).content


def test_the_link_names_the_service_of_the_settings_whatever_host_was_asked(
    client, reader, settings, django_capture_on_commit_callbacks
):
    settings.ALLOWED_HOSTS = ["*"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/password/forgotten/", {"email": "officer@example.org"}, headers={"Host": "evil.example"})
    message = OutgoingEmail.objects.get(kind="account.reset")
    assert settings.SITE_URL in message.body
    assert "evil" not in message.body


def test_a_weak_password_is_refused_in_a_sentence(client, reader, django_capture_on_commit_callbacks):
    path = ask_for_link(client, django_capture_on_commit_callbacks)
    answer = set_password(client, path, "password1234")
    assert answer.status_code == 200
    assert b"There is a problem" in answer.content
    assert sign_in(Client()).status_code == 302


def test_changing_the_password_asks_for_the_present_one_and_keeps_this_session(as_role, reader):
    here, there = as_role(user=reader), as_role(user=reader)
    new = "another homely passphrase"
    wrong = here.post("/accounts/password/change/", {"oldpassword": "x", "password1": new, "password2": new})
    assert b"Enter your current password" in wrong.content
    right = here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert right["Location"] == SOMEWHERE
    assert here.get(SOMEWHERE).status_code == 200
    assert there.get(SOMEWHERE).status_code == 302


# The second factor.


@pytest.fixture
def manager():
    return member(Role.MANAGER, email="manager@example.org", password=PASSWORD)


def code_at(secret: str, moment) -> str:
    return format_hotp_value(hotp_value(secret, int(moment.timestamp()) // 30))


def set_up(client, moment) -> str:
    page = client.get("/accounts/second-factor/set-up/")
    secret = re.search(rb"app-key[^>]*>([A-Z2-7]+)<", page.content)[1].decode()
    answer = client.post("/accounts/second-factor/set-up/", {"code": code_at(secret, moment)})
    assert answer["Location"] == "/accounts/second-factor/recovery-codes/"
    return secret


@pytest.mark.parametrize("role", [Role.NATIONAL_DIRECTOR, Role.PROGRAMME, Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR])
def test_d_8_these_roles_go_nowhere_without_a_second_factor(role):
    client = Client()
    member(role, email="who@example.org", password=PASSWORD)
    sign_in(client, email="who@example.org")
    assert client.get(SOMEWHERE)["Location"] == "/accounts/second-factor/set-up/"
    assert client.get("/accounts/password/change/")["Location"] == "/accounts/second-factor/set-up/"
    assert client.post("/accounts/session/").status_code == 204


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SENIOR_ADVISER, Role.DIOCESE, Role.ELECTED_MEMBER])
def test_the_other_roles_may_do_without(as_role, role):
    assert as_role(role).get(SOMEWHERE).status_code == 200


def test_a_demonstration_asks_for_no_second_factor(as_role, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    assert as_role(Role.MANAGER).get(SOMEWHERE).status_code == 200


def test_a_manager_sets_one_up_and_signs_in_with_it_from_then_on(client, manager, clock_at):
    moment = clock_at("2009-11-16 09:00")
    sign_in(client, email="manager@example.org")
    secret = set_up(client, moment)
    assert client.get(SOMEWHERE).status_code == 200
    stored = Authenticator.objects.get(type="totp")
    assert secret not in str(stored.data), "the key is sealed in the database"
    client.post("/accounts/sign-out/")

    moment = clock_at("2009-11-16 09:05")
    assert sign_in(client, email="manager@example.org")["Location"] == "/accounts/sign-in/code/"
    assert client.get(SOMEWHERE).status_code == 302
    assert b"Enter the code that your app shows now" in client.post("/accounts/sign-in/code/", {"code": "000000"}).content
    code = code_at(secret, moment)
    assert client.post("/accounts/sign-in/code/", {"code": f"{code[:3]} {code[3:]}"})["Location"] == "/"
    assert client.get(SOMEWHERE).status_code == 200


@pytest.mark.parametrize(
    ("says", "minutes_later", "uses"),
    [("a code used already", 0, 2), ("a code of two minutes ago", 2, 1)],
)
def test_a_one_time_code_works_once_and_for_a_short_time(manager, clock_at, says, minutes_later, uses):
    moment = clock_at("2009-11-16 09:00")
    first = Client()
    sign_in(first, email="manager@example.org")
    secret = set_up(first, moment)
    moment = clock_at("2009-11-16 09:05")
    code = code_at(secret, moment)
    clock_at(f"2009-11-16 09:0{5 + minutes_later}")
    answers = []
    for n in range(uses):
        client = Client()
        sign_in(client, email="manager@example.org", address=f"192.0.2.{n + 10}")
        answers.append(client.post("/accounts/sign-in/code/", {"code": code}))
    assert answers[-1].status_code == 200, says
    assert b"Enter the code" in answers[-1].content


def test_a_recovery_code_works_once(manager, clock_at):
    moment = clock_at("2009-11-16 09:00")
    client = Client()
    sign_in(client, email="manager@example.org")
    set_up(client, moment)
    codes = re.findall(r"<code>(\w+)</code>", client.get("/accounts/second-factor/recovery-codes/").content.decode())
    assert len(codes) == 10
    answers = []
    for n in range(2):
        other = Client()
        sign_in(other, email="manager@example.org", address=f"192.0.2.{n + 10}")
        answers.append(other.post("/accounts/sign-in/code/", {"code": codes[0]}).status_code)
    assert answers == [302, 200]


def test_those_who_need_it_cannot_turn_it_off_and_others_can(clock_at):
    moment = clock_at("2009-11-16 09:00")
    for role, email, left in ((Role.MANAGER, "m@example.org", 1), (Role.OFFICER, "o@example.org", 0)):
        person = member(role, email=email, password=PASSWORD)
        client = Client()
        sign_in(client, email=email)
        set_up(client, moment)
        client.get("/accounts/second-factor/turn-off/")
        client.post("/accounts/second-factor/turn-off/")
        assert Authenticator.objects.filter(user=person, type="totp").count() == left


# Demonstration accounts.


def test_demonstration_accounts_sign_in_only_in_a_demonstration(settings):
    member(Role.OFFICER, email="officer@kent.demo.example", password=PASSWORD)
    settings.DEMONSTRATION = True
    client = Client()
    assert sign_in(client, email="officer@kent.demo.example")["Location"] == "/"
    assert client.get(SOMEWHERE).status_code == 200

    settings.DEMONSTRATION = False
    assert client.get(SOMEWHERE).status_code == 302, "a session of before dies with the setting"
    assert sign_in(Client(), email="officer@kent.demo.example")["Location"] != "/"


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_set_password", "socialaccount_signup"])
def test_nobody_makes_an_account_without_an_invitation(client, name):
    assert client.get(reverse(name)).status_code == 404
    assert client.post(reverse(name), {"email": "x@example.org", "password1": PASSWORD}).status_code == 404
    assert not User.objects.exists()
