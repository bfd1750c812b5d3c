"""Signing in by a council's own directory (OpenID Connect), against a small directory on this machine."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client, override_settings
from django.urls import include, path

from accounts.models import User
from accounts.permissions import Role
from accounts.tests.factories import PASSWORD, member, user

pytestmark = pytest.mark.django_db

urlpatterns = [
    path("", include("sipmanager.core.urls")),
    path("accounts/council/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("accounts/", include("accounts.urls")),
]

SOMEWHERE = "/accounts/you/"


class Directory:
    """A council's directory: whoever comes is `person`."""

    def __init__(self):
        directory = self
        self.person = {}

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                self.answer(directory.settings if "well-known" in self.path else directory.person)

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer({"access_token": "x", "token_type": "bearer", "id_token": directory.token()})

            def answer(self, content):
                body = json.dumps(content).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def settings(self):
        places = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "me",
            "jwks_uri": "keys",
        }
        return {"issuer": self.url} | {name: f"{self.url}/{place}" for name, place in places.items()}

    def token(self):
        now = int(time.time())
        claims = {"iss": self.url, "aud": "sip-manager", "iat": now, "exp": now + 300, **self.person}
        return jwt.encode(claims, "k" * 40, algorithm="HS256")

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def directory():
    place = Directory()
    app = {
        "provider_id": "council",
        "name": "your council account",
        "client_id": "sip-manager",
        "secret": "s",
        "settings": {"server_url": place.url, "verified_email": ["council.example"]},
    }
    providers = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    with override_settings(ROOT_URLCONF=__name__, SOCIALACCOUNT_PROVIDERS=providers, OIDC_EMAIL_DOMAINS=["council.example"]):
        yield place
    place.close()


def sign_in(client, directory, **person):
    """Press the button, and come back from the directory as `person`."""
    directory.person = {"sub": "1", **person}
    start = client.post("/accounts/council/oidc/council/login/?process=login")
    assert start["Location"].startswith(f"{directory.url}/authorize")
    state = parse_qs(urlsplit(start["Location"]).query)["state"][0]
    return client.get("/accounts/council/oidc/council/login/callback/", {"code": "c", "state": state})


def test_the_sign_in_page_offers_the_council_account(client, directory):
    assert b"Sign in with your council account" in client.get("/accounts/sign-in/").content


def test_somebody_invited_signs_in_by_the_directory_and_keeps_their_password(client, directory):
    person = member(Role.OFFICER, email="ada@council.example", password=PASSWORD)
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    assert sign_in(client, directory, email="Ada@council.example")["Location"] == "/"
    assert client.get(SOMEWHERE).status_code == 200
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)
    again = Client()
    assert sign_in(again, directory, email="ada@council.example")["Location"] == "/"


@pytest.mark.parametrize(
    ("says", "email"),
    [
        ("not invited", "nobody@council.example"),
        ("of another authority's domain", "ada@elsewhere.example"),
        ("without an address", ""),
        ("a closed account", "closed@council.example"),
    ],
)
def test_nobody_else_gets_in_and_no_account_is_made(client, directory, says, email):
    member(Role.OFFICER, email="ada@elsewhere.example")
    user(email="closed@council.example", is_active=False)
    before = User.objects.count()
    answer = sign_in(client, directory, email=email)
    assert answer.status_code == 403, says
    assert b"You have no account here" in answer.content
    assert client.get(SOMEWHERE).status_code == 302
    assert User.objects.count() == before


def test_a_directory_does_not_spare_a_manager_the_second_factor(client, directory):
    member(Role.MANAGER, email="maria@council.example")
    sign_in(client, directory, email="maria@council.example")
    assert client.get(SOMEWHERE)["Location"] == "/accounts/second-factor/set-up/"


def test_an_answer_that_nobody_asked_for_signs_nobody_in(client, directory):
    member(Role.OFFICER, email="ada@council.example")
    directory.person = {"sub": "1", "email": "ada@council.example"}
    answer = client.get("/accounts/council/oidc/council/login/callback/", {"code": "c", "state": "forged"})
    assert client.get(SOMEWHERE).status_code == 302
    assert answer.status_code == 401
    assert b"You are not signed in" in answer.content


def test_starting_takes_a_post(client, directory):
    answer = client.get("/accounts/council/oidc/council/login/")
    assert answer.status_code == 200
    assert directory.url not in answer.get("Location", "")


def test_without_a_directory_there_are_no_such_addresses(client):
    assert client.get("/accounts/council/oidc/council/login/").status_code == 404
