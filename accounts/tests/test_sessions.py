"""Idle sessions (SPM-17) and text that is never lost (D-27)."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.template import Context, Template
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from accounts import jobs as nights
from accounts import parking, sessions
from accounts.access import requires
from accounts.models import ParkedText, User
from accounts.parking import COOKIE, FIELD, RETURNED, Token, read, sign
from accounts.permissions import P, Role
from accounts.tests.factories import PASSWORD, member, user
from sipmanager.core import clock, jobs

pytestmark = pytest.mark.django_db

SOMEWHERE = "/accounts/you/"
WRITE = "/write/17/"
SECTION = "note:17:summary"
SIGN_IN_AND_LOOK = "/accounts/sign-in/?next=%2Faccounts%2Fkept%2F"


# A place to write at, as a floor above would have one.

written: list[dict] = []


@requires(P.OWN_DETAILS)
def write(request, pk):
    """Takes a text; `bad` shows the form again, `same` was an autosave of nothing new."""
    from django.http import HttpResponse, HttpResponseRedirect, JsonResponse

    if request.method == "GET" or "bad" in request.POST:
        return HttpResponse(status=200)
    if "same" in request.POST:
        sessions.is_no_activity(request)
    written.append({name: request.POST[name] for name in request.POST})
    if "X-Autosave" in request.headers:
        return JsonResponse({"version": 2})
    return HttpResponseRedirect("/accounts/you/")


urlpatterns = [
    path("write/<int:pk>/", write, name="write"),
    path("", include("sipmanager.core.urls")),
    path("accounts/", include("accounts.urls")),
]


@pytest.fixture(autouse=True)
def with_a_place_to_write():
    written.clear()
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def writer():
    return member(Role.OFFICER, email="writer@example.org", password=PASSWORD)


def text_of(person, **more):
    token = sign(Token(person.pk, SECTION, "", WRITE))
    return {FIELD: token, "summary": "Two hours\r\nof <b>work</b> \u2013 done.", "version": "3", **more}


def sign_in(client, email="writer@example.org", **more):
    return client.post("/accounts/sign-in/", {"login": email, "password": PASSWORD, **more})


# Idle.


def test_a_session_lasts_while_it_is_used_and_ends_after_half_an_hour_without(as_role, writer, clock_at):
    clock_at("2009-11-16 09:00")
    client = as_role(user=writer)
    for time in ("09:00", "09:29", "09:58", "10:27"):
        clock_at(f"2009-11-16 {time}")
        assert client.get(SOMEWHERE).status_code == 200, time
    clock_at("2009-11-16 10:59")
    assert client.get(SOMEWHERE)["Location"] == "/accounts/sign-in/?next=/accounts/you/"
    clock_at("2009-11-16 10:30")
    assert client.get(SOMEWHERE).status_code == 302, "the session is gone, not only refused"
    assert not Session.objects.filter(session_key=client.session.session_key, session_data__contains="_auth").exists()


def test_extending_is_a_post_that_changes_nothing_else(as_role, writer, clock_at):
    clock_at("2009-11-16 09:00")
    client = as_role(user=writer)
    client.get(SOMEWHERE)
    clock_at("2009-11-16 09:28")
    assert client.get("/accounts/session/").status_code == 405
    assert client.post("/accounts/session/").status_code == 204
    clock_at("2009-11-16 09:55")
    assert client.get(SOMEWHERE).status_code == 200


def test_an_autosave_of_unchanged_text_does_not_keep_the_session_awake(as_role, writer, clock_at):
    clock_at("2009-11-16 09:00")
    client = as_role(user=writer)
    client.get(SOMEWHERE)
    for minutes in range(5, 31, 5):
        clock_at(f"2009-11-16 09:{minutes:02}")
        answer = client.post(WRITE, text_of(writer, same="yes"), headers={"X-Autosave": "1"})
        assert answer.status_code == 200
    clock_at("2009-11-16 09:32")
    assert client.post(WRITE, text_of(writer), headers={"X-Autosave": "1"}).status_code == 401


def test_an_autosave_of_new_text_does(as_role, writer, clock_at):
    clock_at("2009-11-16 09:00")
    client = as_role(user=writer)
    client.get(SOMEWHERE)
    for time in ("09:25", "09:50", "10:15"):
        clock_at(f"2009-11-16 {time}")
        assert client.post(WRITE, text_of(writer), headers={"X-Autosave": "1"}).status_code == 200


def test_the_pretended_day_does_not_touch_sessions(as_role, writer, settings, clock_at):
    clock_at("2009-11-16 09:00")
    client = as_role(user=writer)
    client.get(SOMEWHERE)
    settings.PRETEND_IT_IS = clock.today() - timedelta(days=400)
    clock_at("2009-11-16 09:20")
    assert client.get(SOMEWHERE).status_code == 200


def test_the_frame_tells_the_page_how_long_it_has(as_role, settings):
    settings.SESSION_IDLE_MINUTES = 20
    frame = as_role(Role.OFFICER).get(SOMEWHERE).context["frame"]
    assert (frame.timeout_seconds, frame.extend_url) == (1200, "/accounts/session/")


# Parked text: forty minutes of writing.


def test_a_session_that_ends_during_writing_loses_nothing(as_role, writer, clock_at):
    clock_at("2009-11-16 16:00")
    browser = as_role(user=writer)
    browser.get(WRITE)
    clock_at("2009-11-16 16:40")
    fields = text_of(writer)

    answer = browser.post(WRITE + "?from=list", fields)

    assert answer["Location"] == SIGN_IN_AND_LOOK
    assert written == []
    row = ParkedText.objects.get()
    assert "work" not in row.sealed, "sealed"
    assert answer.cookies[COOKIE]["httponly"]
    assert row.ticket != answer.cookies[COOKIE].value

    assert sign_in(browser, next="/accounts/kept/")["Location"] == "/accounts/kept/"
    page = browser.get("/accounts/kept/")
    assert "of &lt;b&gt;work&lt;/b&gt; \u2013 done." in page.content.decode()
    assert f'action="{WRITE}?from=list"' in page.content.decode()
    item = page.context["kept"][0]["kept"]
    token = Template("{% load parking %}{% parking_token section=s place=p %}").render(
        Context({"request": page.wsgi_request, "s": item.section, "p": item.place})
    )
    again = dict(item.fields) | {RETURNED: str(item.pk), FIELD: token.split('value="')[1].split('"')[0]}

    assert browser.post(item.place, again).status_code == 302

    assert [(one["summary"], one["version"]) for one in written] == [(fields["summary"], "3")]
    row.refresh_from_db()
    assert row.taken_at is not None
    assert row.sealed == ""
    assert "Nothing is kept here" in browser.get("/accounts/kept/").content.decode()


def test_signing_in_leads_to_the_kept_text_whatever_page_was_wanted(as_role, writer, client):
    client.post(WRITE, text_of(writer))
    assert sign_in(client, next=SOMEWHERE)["Location"] == "/accounts/kept/"


def test_nobody_else_gets_it_in_the_same_browser(writer, client):
    member(Role.OFFICER, email="next@example.org", password=PASSWORD)
    client.post(WRITE, text_of(writer))
    sign_in(client, "next@example.org")
    assert "Nothing is kept here" in client.get("/accounts/kept/").content.decode()
    pk = ParkedText.objects.get().pk
    assert client.post("/accounts/kept/throw-away/", {"kept": pk}).status_code == 404
    assert ParkedText.objects.get().taken_at is None


def test_the_writer_does_not_get_it_in_another_browser(writer, client):
    client.post(WRITE, text_of(writer))
    other = Client()
    sign_in(other)
    assert "Nothing is kept here" in other.get("/accounts/kept/").content.decode()


def test_it_can_be_thrown_away(writer, client):
    client.post(WRITE, text_of(writer))
    sign_in(client)
    answer = client.post("/accounts/kept/throw-away/", {"kept": ParkedText.objects.get().pk})
    assert answer["Location"] == "/"
    assert answer.cookies[COOKIE].value == ""
    assert ParkedText.objects.get().sealed == ""


def test_an_autosave_of_a_dead_session_is_kept_and_told_so(writer, client):
    for text in ("one", "one two", "one two three"):
        answer = client.post(WRITE, text_of(writer, summary=text), headers={"X-Autosave": "1"})
        assert answer.status_code == 401
        assert answer.json() == {"parked": True, "sign_in": SIGN_IN_AND_LOOK}
    row = ParkedText.objects.get()
    assert dict(parking.opened(row).fields)["summary"] == "one two three", "one row a section, the newest text"


def test_when_the_same_text_is_saved_after_all_it_is_not_offered_again(writer, client):
    fields = text_of(writer)
    client.post(WRITE, fields, headers={"X-Autosave": "1"})
    other_section = {FIELD: sign(Token(writer.pk, "note:17:other", "", WRITE)), "other": "kept"}
    client.post(WRITE, other_section, headers={"X-Autosave": "1"})
    sign_in(client)
    assert client.post(WRITE, fields, headers={"X-Autosave": "1"}).status_code == 200
    assert ParkedText.objects.exclude(taken_at=None).get().section == SECTION
    assert ParkedText.objects.get(taken_at=None).section == "note:17:other"


def test_a_form_that_comes_back_with_a_fault_is_still_kept(writer, client):
    client.post(WRITE, text_of(writer))
    sign_in(client)
    row = ParkedText.objects.get()
    client.post(WRITE, text_of(writer, **{RETURNED: str(row.pk), "bad": "yes"}))
    assert ParkedText.objects.get().taken_at is None


def test_an_autosaved_form_says_where_its_whole_form_goes(writer, client):
    token = sign(Token(writer.pk, SECTION, "/notes/17/draft/", "/notes/17/draft/"))
    client.post(WRITE, {FIELD: token, "summary": "x"}, headers={"X-Autosave": "1"})
    kept = parking.opened(ParkedText.objects.get())
    assert (kept.place, kept.page) == ("/notes/17/draft/", "/notes/17/draft/")


# The token rotates at every sign-in, so a page open in another tab fails the CSRF check.


@pytest.fixture
def strict():
    return Client(enforce_csrf_checks=True)


def strict_sign_in(strict, email="writer@example.org"):
    page = strict.get("/accounts/sign-in/")
    token = page.context["csrf_token"]
    fields = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": str(token)}
    return strict.post("/accounts/sign-in/", fields)


def test_a_page_from_before_signing_in_again_loses_nothing(strict, writer):
    strict_sign_in(strict)
    old = str(strict.get("/accounts/you/name/").context["csrf_token"])
    strict.post("/accounts/sign-out/", {"csrfmiddlewaretoken": old})
    strict_sign_in(strict)

    answer = strict.post(WRITE, text_of(writer, csrfmiddlewaretoken=old))

    assert answer["Location"] == "/accounts/kept/", "signed in already, so straight to what was kept"
    assert written == []
    page = strict.get("/accounts/kept/")
    fields = dict(page.context["kept"][0]["kept"].fields)
    assert "csrfmiddlewaretoken" not in fields
    assert fields["version"] == "3"


def test_a_second_kept_text_of_the_same_person_does_not_take_the_first_with_it(strict, writer):
    strict_sign_in(strict)
    for _ in range(2):
        answer = strict.post(WRITE, text_of(writer, csrfmiddlewaretoken="stale" * 10))
        assert answer["Location"] == "/accounts/kept/"
    assert ParkedText.objects.get().taken_at is None


def test_the_page_of_one_person_sent_under_the_session_of_another_is_kept_for_the_first(strict, writer):
    member(Role.OFFICER, email="next@example.org", password=PASSWORD)
    strict_sign_in(strict, "next@example.org")
    answer = strict.post(WRITE, text_of(writer, csrfmiddlewaretoken="stale" * 10))
    assert answer.status_code == 302
    assert written == []
    assert ParkedText.objects.get().user == writer
    assert "Nothing is kept here" in strict.get("/accounts/kept/").content.decode()


def test_even_with_a_sound_csrf_token_nothing_is_written_under_another_name(as_role, writer):
    other = as_role(Role.OFFICER)
    assert other.post(WRITE, text_of(writer)).status_code == 302
    assert written == []
    assert ParkedText.objects.get().user == writer


def test_a_stale_page_without_text_gets_the_plain_refusal(strict):
    answer = strict.post("/accounts/sign-in/", {"login": "x"})
    assert answer.status_code == 403
    assert "open too long" in answer.content.decode()


# What is not kept.


@pytest.mark.parametrize(
    "token",
    ["", "nonsense", "a:b:c", sign(Token(1))[:-2] + "xx", sign(Token(999_999, SECTION))],
    ids=["none", "nonsense", "three parts", "signature spoiled", "nobody's"],
)
def test_without_a_token_of_ours_nothing_is_kept(client, writer, token):
    fields = {"summary": "text"} | ({FIELD: token} if token else {})
    answer = client.post(WRITE, fields)
    assert answer["Location"] == f"/accounts/sign-in/?next={WRITE}"
    assert not ParkedText.objects.exists()


def test_a_token_of_another_purpose_or_too_old_is_none(writer, clock_at):
    from django.core import signing

    assert read(signing.dumps([writer.pk, "", "", ""], salt="elsewhere")) is None
    assert read(signing.dumps("x", salt=parking.SALT)) is None
    clock_at("2009-11-16 09:00")
    signed = sign(Token(writer.pk))
    clock_at("2009-11-23 08:59")
    assert read(signed) == Token(writer.pk)
    clock_at("2009-11-23 09:01")
    assert read(signed) is None


def test_for_a_closed_account_nothing_is_kept(client, writer):
    User.objects.filter(pk=writer.pk).update(is_active=False)
    client.post(WRITE, text_of(writer))
    assert not ParkedText.objects.exists()


def test_a_flood_is_not_kept(client, writer):
    client.post(WRITE, text_of(writer, summary="x" * (parking.MOST_CHARACTERS + 1)))
    assert not ParkedText.objects.exists()
    rows = [
        ParkedText(ticket=str(n), user=writer, place=WRITE, sealed="x", parked_at=clock.real_now())
        for n in range(parking.MOST_FOR_ONE_PERSON)
    ]
    ParkedText.objects.bulk_create(rows)
    client.post(WRITE, text_of(writer))
    assert ParkedText.objects.count() == parking.MOST_FOR_ONE_PERSON


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "\\\\evil.example/x", "///x"])
def test_a_kept_form_goes_back_into_the_service_whatever_address_was_asked(path):
    assert parking.local(path).startswith("/")
    assert parking.local(path)[1] not in "/\\"


def test_what_was_sealed_with_an_earlier_key_opens_and_with_a_lost_one_is_left_out(client, writer, settings):
    before = settings.SECRET_KEY
    client.post(WRITE, text_of(writer))
    row = ParkedText.objects.get()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key" * 6, [before]
    assert parking.opened(row) is not None
    settings.SECRET_KEY_FALLBACKS = []
    assert parking.opened(row) is None


def test_the_token_tag_is_empty_for_a_stranger_and_signed_for_a_person(writer):
    request = RequestFactory().get("/notes/17/draft/?x=1")
    tag = Template("{% load parking %}{% parking_token section='note:17:summary' %}")
    request.user = user("Nobody")
    signed = tag.render(Context({"request": request})).split('value="')[1].split('"')[0]
    assert read(signed) == Token(request.user.pk, SECTION, "", "/notes/17/draft/?x=1")
    from django.contrib.auth.models import AnonymousUser

    request.user = AnonymousUser()
    assert tag.render(Context({"request": request})) == ""


# The night.


def test_the_night_deletes_what_nobody_came_back_for_and_what_was_taken(writer, clock_at):
    at = clock_at("2009-11-16 04:15")
    ages = {"old": timedelta(days=7, minutes=1), "young": timedelta(days=6), "taken": timedelta(days=1)}
    for name, age in ages.items():
        ParkedText.objects.create(
            ticket=name, user=writer, place=WRITE, sealed="x", parked_at=at - age, taken_at=at if name == "taken" else None
        )
    Session.objects.create(session_key="old", session_data="", expire_date=at - timedelta(days=1))
    assert nights.clear_away(partition="886", on=at.date(), at=at) == jobs.Tally()
    assert nights.clear_away(partition=jobs.NATIONAL, on=at.date(), at=at, dry_run=True) == jobs.Tally()
    assert ParkedText.objects.count() == 3
    nights.clear_away(partition=jobs.NATIONAL, on=at.date(), at=at)
    assert [row.ticket for row in ParkedText.objects.all()] == ["young"]
    assert not Session.objects.filter(session_key="old").exists()
