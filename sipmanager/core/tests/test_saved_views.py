"""Saved views, "all that the filters show", and the part of a list that answers while one types (screens: Register)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from sipmanager.core import saved
from sipmanager.core.listing import view_of
from sipmanager.core.models import EmailState, OutgoingEmail, SavedView

from .component_pages import EmailRegister

HERE = Path(__file__).parent
AT = datetime(2009, 11, 16, 15, 42, tzinfo=UTC)  # Monday
LIST, BULK = "/components/register/", "/components/bulk/"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("sipmanager.core.tests.component_pages")]


@pytest.fixture(autouse=True)
def component_templates(settings):
    first = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**first, "DIRS": [*first["DIRS"], HERE / "templates"]}]


def user(name="ann"):
    return get_user_model().objects.create_user(email=f"{name}@example.org", full_name=name.capitalize())


@pytest.fixture
def ann(client):
    found = user()
    client.force_login(found)
    return found


def store(count, **given):
    facts = {"to": "x@example.org", "subject": "S", "body": "text", "kind": "digest", "authority_id": 1, "queued_at": AT}
    return OutgoingEmail.objects.bulk_create(
        OutgoingEmail(**{"state": EmailState.SENT, **facts, **given}) for _ in range(count)
    )


def keep(client, query="", name="Failed ones", **more):
    return client.post(f"{LIST}{query}", {"action": "save_view", "view-name": name, **more})


def views(client, query=""):
    return [(view.name, view.url, view.is_current) for view in client.get(f"{LIST}{query}").context["listing"].views]


# ------------------------------------------------------------------------------------------------------ saved views


def test_a_view_holds_the_filters_and_the_order_and_no_page(client, ann):
    answer = keep(client, "?state=failed&sort=-to&page=2&q=", "  Failed   ones ")
    assert answer.url == f"{LIST}?state=failed&sort=-to&applied=1"
    assert views(client, "?sort=-to&applied=1&state=failed&page=1") == [
        ("Failed ones", "?state=failed&sort=-to&applied=1", True)
    ]
    assert views(client, "?state=sent") == [("Failed ones", "?state=failed&sort=-to&applied=1", False)]


def test_a_view_is_its_makers_alone_and_of_one_list(client, ann):
    keep(client, "?state=failed")
    assert client.get(BULK).context["listing"].views == ()
    client.force_login(user("ben"))
    assert views(client) == []
    other = SavedView.objects.get()
    client.post(LIST, {"action": "forget_view", "view": other.pk})
    assert SavedView.objects.filter(pk=other.pk).exists()


def test_saving_under_the_same_name_again_changes_the_view(client, ann):
    keep(client, "?state=failed")
    keep(client, "?state=sent")
    assert views(client) == [("Failed ones", "?state=sent&applied=1", False)]


def test_a_view_is_removed_by_its_maker(client, ann):
    keep(client, "?state=failed")
    answer = client.post(f"{LIST}?state=sent", {"action": "forget_view", "view": SavedView.objects.get().pk})
    assert answer.url == f"{LIST}?state=sent"
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "²", "9" * 30, "-1"])
def test_a_view_that_is_none_is_not_removed_and_nothing_breaks(client, ann, key):
    keep(client)
    assert client.post(LIST, {"action": "forget_view", "view": key}).status_code == 302
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "says"),
    [("", "Enter a name for this view"), (" ", "Enter a name for this view"), ("x" * 61, "must be 60 characters or less")],
)
def test_a_view_without_a_name_that_people_can_read_is_refused_and_nothing_is_kept(client, ann, name, says):
    answer = keep(client, "?state=failed", name)
    html = answer.content.decode()
    assert says in html
    assert 'href="#view-name"' in html
    assert "<title>Error: " in html
    assert not SavedView.objects.exists()


def test_more_filters_than_a_view_holds_are_refused(ann):
    says = saved.save(user=ann, register=LIST, name="Long", query="q=" + "x" * 2000, at=AT)
    assert says == "These filters are too many to save in one view"
    assert not SavedView.objects.exists()


def test_a_list_has_twenty_views_at_most_and_an_old_name_can_still_be_changed(ann):
    for number in range(saved.MOST):
        assert saved.save(user=ann, register=LIST, name=f"View {number}", query="q=a", at=AT) == ""
    assert "remove one before" in saved.save(user=ann, register=LIST, name="One more", query="q=a", at=AT)
    assert saved.save(user=ann, register=LIST, name="View 3", query="q=b", at=AT) == ""
    assert SavedView.objects.count() == saved.MOST


def test_nobody_who_is_not_signed_in_saves_a_view(client):
    assert keep(client).status_code == 400
    assert "Saved views" not in client.get(LIST).content.decode()
    assert not SavedView.objects.exists()


def queries_of(client) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{LIST}?page=2")
    return len(queries)


def test_views_cost_one_query_however_many_they_are(client, ann, monkeypatch):
    store(60)
    client.get(LIST)
    none = queries_of(client)
    for number in range(saved.MOST):
        saved.save(user=ann, register=LIST, name=f"View {number}", query="q=a", at=AT)
    assert queries_of(client) == none
    monkeypatch.setattr(EmailRegister, "has_views", False)
    assert queries_of(client) == none - 1


def test_what_a_view_holds_leaves_out_what_is_blank():
    assert view_of(QueryDict("q=&state=a&state=&applied=1&format=csv&page=3")) == "state=a&applied=1"


# ------------------------------------------------------------------------------------- all that the filters show


def send(client, query, **posted):
    return client.post(f"{BULK}{query}", {"action": "again", **posted})


def test_all_that_the_filters_show_are_chosen_over_every_page_and_never_a_row_of_others(client):
    failed = store(120, state=EmailState.FAILED)
    store(3)
    store(2, state=EmailState.FAILED, authority_id=2)
    answer = send(client, "?state=failed&page=2", all="1", chosen=[str(failed[0].pk)])
    assert answer.content.decode() == ",".join(str(row.pk) for row in failed)


def test_all_are_chosen_with_the_filters_a_list_opens_with(client):
    failed = store(2, state=EmailState.FAILED)
    store(3)
    assert send(client, "", all="1").content.decode() == ",".join(str(row.pk) for row in failed)


@pytest.mark.parametrize("query", ["?state=nowhere", "?q=nothing&applied=1"])
def test_a_wrong_or_empty_filter_chooses_nothing_at_all(client, query):
    store(3)
    assert "Select an item for this task" in send(client, query, all="1").content.decode()


def test_choosing_all_is_offered_only_where_there_are_more_than_the_page_shows(client):
    store(60, state=EmailState.FAILED)
    assert "Choose all that the filters show: 60 messages" in client.get(BULK).content.decode()
    assert 'name="all"' not in client.get(f"{BULK}?q=nothing").content.decode()
    OutgoingEmail.objects.filter(pk__in=OutgoingEmail.objects.values("pk")[:30]).delete()
    assert 'name="all"' not in client.get(BULK).content.decode()


# ------------------------------------------------------------------------------------------ while somebody types


def test_the_page_can_be_asked_for_the_list_alone(client):
    store(60)
    answer = client.get(f"{LIST}?q=text", headers={"X-Part": "results"})
    html = answer.content.decode()
    assert "60 messages" in html
    assert 'data-title="Outbox (page 1 of 2)"' in html
    for part in ("count", "chosen", "export", "list"):
        assert f'data-part="{part}"' in html
    assert "<html" not in html
    assert "moj-filter__options" not in html
    assert "X-Part" in answer.headers["Vary"]


def test_the_list_alone_has_the_parts_of_the_whole_page(client):
    store(1)
    whole, part = client.get(LIST).content.decode(), client.get(LIST, headers={"X-Part": "results"}).content.decode()
    for name in ("count", "chosen", "export", "list"):
        assert whole.count(f'data-part="{name}"') == part.count(f'data-part="{name}"') == 1
    assert 'data-search="list"' in whole
