import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import QueryDict
from django.test import RequestFactory

from sipmanager.core import exports, registers
from sipmanager.core.listing import pages_of
from sipmanager.core.models import EmailState, OutgoingEmail

from .component_pages import BulkRegister, EmailRegister

HERE = Path(__file__).parent
QUEUED_AT = datetime(2009, 11, 16, 15, 42, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("sipmanager.core.tests.component_pages")]


@pytest.fixture(autouse=True)
def component_templates(settings):
    first = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**first, "DIRS": [*first["DIRS"], HERE / "templates"]}]


def message(number=0, **given):
    facts = {
        "to": f"head{number}@school.example",
        "subject": f"Subject {number:03}",
        "body": f"text {number}",
        "kind": "digest",
        "authority_id": 1,
        "queued_at": QUEUED_AT,
        "attempts": number % 3,
        "state": EmailState.SENT,
    }
    return OutgoingEmail(**(facts | given))


def store(count=1, **given):
    return OutgoingEmail.objects.bulk_create([message(number, **given) for number in range(count)])


def page(client, query="", address="register"):
    response = client.get(f"/components/{address}/{query}")
    assert response.status_code == 200
    return response


def listing(client, query="", address="register"):
    return page(client, query, address).context["listing"]


def subjects(client, query="", address="register"):
    return [record.subject for record in listing(client, query, address).records]


# Pages and counts.


def test_the_title_says_which_page_of_how_many_and_the_count_is_in_words(client):
    store(120)
    html = page(client, "?page=2").content.decode()
    assert "<title>Outbox (page 2 of 3) – SIP Manager</title>" in html
    assert "120 messages" in html
    assert len(subjects(client, "?page=3")) == 20


def test_a_single_page_has_no_pagination_and_counts_one_in_the_singular(client):
    store(1)
    html = page(client).content.decode()
    assert "<title>Outbox – SIP Manager</title>" in html
    assert "1 message<" in html
    assert "govuk-pagination" not in html


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "²", "1e9", "99999999999999999999", ""])
def test_an_address_beyond_the_last_page_shows_the_first(client, number):
    store(60)
    assert listing(client, f"?page={number}").title == "Outbox (page 1 of 2)"


def test_a_very_long_list_stops_at_a_page_the_database_can_bear_and_says_so(client, monkeypatch):
    monkeypatch.setattr("sipmanager.core.listing.MAX_PAGES", 2)
    store(120)
    shown = listing(client, "?page=3")
    assert shown.title == "Outbox (page 1 of 2)"
    assert shown.count_words == "120 messages"
    assert "This list is long" in page(client).content.decode()


@pytest.mark.parametrize(
    ("current", "last", "shown"),
    [(1, 3, [1, 2, 3]), (1, 9, [1, 2, 0, 9]), (5, 9, [1, 0, 4, 5, 6, 0, 9]), (9, 9, [1, 0, 8, 9])],
)
def test_the_pages_around_the_current_one_are_offered(current, last, shown):
    assert [one.number for one in pages_of(QueryDict(), current, last).numbers] == shown


def test_a_page_of_one_row_costs_the_same_queries_as_a_page_of_fifty(client, django_assert_num_queries):
    store(1)
    with django_assert_num_queries(2):
        page(client)
    store(200)
    with django_assert_num_queries(2):
        page(client, "?page=2&state=sent&sort=to")


def test_an_empty_list_says_that_nothing_is_there_and_an_empty_search_how_to_see_more(client):
    html = page(client).content.decode()
    assert "Nothing has been sent yet." in html
    assert "<table" not in html
    assert "Export" not in html
    store(1)
    assert "No messages match these filters" in page(client, "?q=nowhere").content.decode()


def test_a_filter_that_nobody_set_is_not_blamed_where_there_is_nothing_at_all(client, monkeypatch):
    """A newcomer's register opens with a filter in use; what helps is how to begin."""
    monkeypatch.setattr(EmailRegister, "defaults", {"state": ["sent"]})
    assert listing(client).chosen_filters
    assert listing(client).empty == "Nothing has been sent yet."


def test_a_list_without_words_of_its_own_for_nothing_says_that_there_are_none(client, monkeypatch):
    monkeypatch.setattr(EmailRegister, "empty", "")
    assert listing(client).empty == "There are no messages yet."


# Sorting.


def test_the_whole_list_is_sorted_not_the_page(client):
    store(60)
    assert subjects(client, "?sort=-subject")[0] == "Subject 059"
    assert subjects(client)[0] == "Subject 000"


def test_rows_that_sort_alike_keep_one_order_so_that_none_is_seen_twice(client):
    store(120, subject="The same")
    seen = [record.pk for number in (1, 2, 3) for record in listing(client, f"?page={number}&sort=subject").records]
    assert len(set(seen)) == 120


def test_the_header_of_the_sorted_column_says_so_and_turns_the_order_round(client):
    store(60)
    shown = listing(client, "?sort=to&page=2&state=sent")
    header = {one.label: one for one in shown.headers}
    assert header["To"].direction == "ascending"
    assert header["To"].sort_url == "?sort=-to&state=sent"
    assert header["Subject"].direction == "none"
    assert header["Kind"].sort_url == ""
    assert 'aria-sort="ascending"' in page(client, "?sort=to").content.decode()


@pytest.mark.parametrize("sort", ["nothing", "kind", "-", "pk", "authority_id", "body", "to'--"])
def test_a_column_that_does_not_sort_is_ignored(client, sort):
    store(3)
    assert subjects(client, f"?sort={sort}") == ["Subject 000", "Subject 001", "Subject 002"]


# Filters.


def test_filters_in_force_are_shown_and_each_can_be_taken_away(client):
    store(3)
    shown = listing(client, "?state=sent&state=failed&q=text&kind=digest&since_day=1&since_month=sep&since_year=2009&page=2")
    assert [(one.group, one.label) for one in shown.chosen_filters] == [
        ("Search", "text"), ("State", "Sent"), ("State", "Failed"), ("Kind", "Digest"),
        ("Queued on or after", "1 September 2009"),
    ]  # fmt: skip
    urls = {one.label: QueryDict(one.url[1:]) for one in shown.chosen_filters}
    assert urls["Sent"].getlist("state") == ["failed"]
    assert "since_day" not in urls["1 September 2009"]
    assert not any("page" in url for url in urls.values())
    assert shown.clear_url == "?"


def test_filters_narrow_the_whole_list(client):
    store(5)
    store(2, state=EmailState.FAILED, kind="invitation", queued_at=datetime(2009, 8, 1, tzinfo=UTC))
    assert listing(client, "?state=failed").count == 2
    assert listing(client, "?state=failed&state=sent").count == 7
    assert listing(client, "?kind=invitation").count == 2
    assert listing(client, "?since=2009-09-01").count == 5
    assert listing(client, "?attempts=1").count == 3
    assert listing(client, "?q=TEXT,+4").count == 1


@pytest.mark.parametrize("query", ["state=nowhere", "since_day=45", "kind=x", "attempts=many"])
def test_a_filter_that_cannot_be_read_shows_no_row_and_says_what_is_wrong(client, query):
    store(3)
    response = page(client, f"?{query}")
    assert response.context["listing"].count == 0
    html = response.content.decode()
    assert "<title>Error: Outbox" in html
    assert "There is a problem" in html
    target = html.split('govuk-error-summary__list">')[1].split('href="#')[1].split('"')[0]
    assert f'id="{target}"' in html


def test_a_wrong_filter_never_widens_an_export(client):
    store(3)
    response = client.get("/components/register/?state=nowhere&format=csv")
    assert response.status_code == 302
    assert response.url == "/components/register/?state=nowhere"


def test_a_list_opens_with_its_own_filters_until_somebody_applies_others(client):
    store(2, state=EmailState.FAILED)
    store(3)
    assert listing(client, address="bulk").count == 2
    assert listing(client, "?page=1&sort=to", address="bulk").count == 2
    assert listing(client, "?applied=1", address="bulk").count == 5
    assert listing(client, "?state=sent", address="bulk").count == 3
    shown = listing(client, address="bulk")
    (tag,) = shown.chosen_filters
    assert listing(client, tag.url, address="bulk").count == 5
    assert listing(client, shown.clear_url, address="bulk").count == 5


def test_many_values_of_one_filter_stand_in_one_tag_that_takes_them_all_away(client):
    store(2, state=EmailState.FAILED)
    store(3)
    three = listing(client, "?state=queued&state=sent&state=failed")
    assert [tag.label for tag in three.chosen_filters] == ["Queued", "Sent", "Failed"]
    (tag,) = listing(client, "?state=queued&state=sent&state=failed&state=held&kind=digest&sort=-to").chosen_filters[:1]
    assert (tag.group, tag.label) == ("State", "Queued, sent and 2 more")
    left = listing(client, tag.url)
    assert [one.group for one in left.chosen_filters] == ["Kind"]
    assert "sort=-to" in tag.url


def test_a_list_has_one_primary_button_and_folds_the_pages_that_one_line_cannot_hold(client):
    store(1)
    html = page(client, "?sort=to", "bulk").content.decode()
    inside = html.split("<main", 1)[1].split("</main>", 1)[0]
    assert inside.count('class="govuk-button"') == 1
    shown = listing(client, address="bulk")
    assert shown.main_link.label == "Write a message"
    assert [link.label for link in shown.links] == [f"Box {number}" for number in range(1, 6)]
    assert [link.label for link in shown.folded_links] == ["Box 6", "Box 7", "Box 8"]
    assert html.index("Box 5") < html.index("More<span") < html.index("Box 6")
    assert listing(client).main_link is None


def test_the_panel_has_a_button_above_and_below_and_keeps_the_order(client):
    store(1)
    html = page(client, "?sort=-to").content.decode()
    assert html.count(">Apply filters</button>") == 2
    assert '<input type="hidden" name="sort" value="-to">' in html


# Cells.


def test_each_cell_knows_its_column_for_a_narrow_screen_and_the_first_heads_the_row(client):
    store(1)
    html = page(client).content.decode()
    assert '<th scope="row" role="rowheader" class="govuk-table__header" data-label="Subject">' in html
    assert '<td role="cell" class="govuk-table__cell govuk-table__cell--numeric" data-label="Attempts">0</td>' in html
    assert html.count("data-label=") == len(listing(client).headers)
    assert "Text" not in [header.label for header in listing(client).headers]


def test_text_of_people_is_escaped_in_a_list(client):
    store(1, subject="<script>alert(1)</script>{{ 7|add:7 }}")
    html = page(client, "?q=<script>").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


# The export.


def read_csv(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_export_holds_exactly_what_the_filters_leave_in_the_same_order(client, django_assert_num_queries):
    store(120)
    store(3, state=EmailState.FAILED)
    with django_assert_num_queries(1):
        rows = read_csv(client.get("/components/register/?state=sent&sort=-subject&page=2&format=csv"))
    assert rows[0] == ["Subject", "To", "Kind", "Attempts", "Queued", "State", "Text"]
    assert len(rows) == 121
    assert rows[1] == ["Subject 119", "head119@school.example", "digest", "2", "2009-11-16 15:42", "Sent", "text 119"]


def test_the_export_is_scoped_like_the_page(client):
    store(1)
    store(1, authority_id=2, subject="Theirs")
    assert len(read_csv(client.get("/components/register/?format=csv"))) == 2


def test_the_export_links_keep_the_filters_and_the_order(client):
    store(1)
    assert [link.url for link in listing(client, "?state=sent&page=1&sort=to").export_urls] == [
        "?state=sent&sort=to&format=csv",
        "?state=sent&sort=to&format=xlsx",
    ]


def test_an_export_in_an_unknown_form_is_not_found(client):
    assert client.get("/components/register/?format=exe").status_code == 404


def test_a_list_without_a_name_for_its_file_is_not_exported(rf, monkeypatch):
    monkeypatch.setattr(EmailRegister, "export_name", "")
    assert EmailRegister().export_links(QueryDict()) == []


def test_a_spreadsheet_opens_with_texts_as_texts_and_numbers_as_numbers(client):
    store(1, subject="=1+1", attempts=2)
    response = client.get("/components/register/?format=xlsx")
    assert response.headers["Content-Disposition"] == 'attachment; filename="outbox.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert [cell.value for cell in sheet[2]] == [
        "'=1+1", "head0@school.example", "digest", 2, datetime(2009, 11, 16, 15, 42), "Sent", "text 0",
    ]  # fmt: skip
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_would_be_a_formula_is_text_and_stays_readable(start):
    assert exports.harmless(f"{start}Smith") == f"'{start}Smith"
    assert exports.harmless(f" \u200b{start}1+1").startswith("'")


@pytest.mark.parametrize("text", ["Smith", "Smith-Jones", "", "a=b", "'quoted", "  ", "10 - 12"])
def test_other_text_is_left_as_it_is(text):
    assert exports.harmless(text) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""), (True, "Yes"), (False, "No"), (-3, -3), (Decimal("-1.50"), Decimal("-1.50")),
        (date(2009, 9, 1), date(2009, 9, 1)), (["Primary", "Special"], "Primary, Special"),
        (datetime(2009, 7, 1, 23, 30, tzinfo=UTC), datetime(2009, 7, 2, 0, 30)),
    ],
)  # fmt: skip
def test_values_keep_their_kind_and_moments_are_londons(value, written):
    assert exports.cell_value(value) == written


def test_a_day_in_a_csv_is_written_so_that_no_reader_turns_it_round():
    assert exports.as_text(date(2009, 9, 1)) == "2009-09-01"


def test_what_a_spreadsheet_cannot_hold_is_left_out():
    response = exports.xlsx_response(iter([["a\x0bb\x00c"]]), "x")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    response.close()
    assert sheet["A1"].value == "abc"


# Bulk.


def send(client, *chosen, action="again", **more):
    return client.post("/components/bulk/?applied=1", {"action": action, "chosen": [str(one) for one in chosen], **more})


def test_rows_have_tick_boxes_only_where_something_can_be_done_with_them(client):
    store(2)
    assert 'name="chosen"' not in page(client).content.decode()
    html = page(client, "?applied=1", address="bulk").content.decode()
    assert html.count('name="chosen"') == 2
    assert "With the chosen ones" in html
    assert "Write a message" in html


def test_what_is_ticked_is_what_the_action_gets_and_never_a_row_of_others(client):
    first, _, third = store(3)
    (theirs,) = store(1, authority_id=2)
    response = send(client, first.pk, third.pk, theirs.pk, "x", "9" * 40)
    assert response.content.decode() == f"{first.pk},{third.pk}"


@pytest.mark.parametrize("chosen", [(), ("x",), ("0",)])
def test_a_button_pressed_with_nothing_ticked_asks_for_a_choice(client, chosen):
    first, *_ = store(3)
    html = send(client, *chosen).content.decode()
    assert "Select an item for this task" in html
    assert f'href="#chosen_{first.pk}"' in html
    assert f'id="chosen_{first.pk}"' in html


def test_an_unknown_action_is_refused(client):
    store(1)
    assert send(client, 1, action="delete").status_code == 400
    assert client.post("/components/register/", {"action": "again"}).status_code == 400


def test_nothing_ticked_in_an_empty_list_leads_nowhere(client):
    assert "Select an item for this task" in send(client).content.decode()


# The declaration.


def test_the_view_carries_its_permission_for_the_walk_over_all_addresses():
    assert EmailRegister.as_view().permission == "mail.view"
    assert EmailRegister.as_view().view_class is EmailRegister


def test_a_register_must_say_what_it_lists():
    with pytest.raises(NotImplementedError):
        registers.Register().queryset(RequestFactory().get("/"))


def test_a_list_needs_no_filter(client, monkeypatch):
    store(2)
    monkeypatch.setattr(EmailRegister, "filter_class", None)
    shown = listing(client, "?state=nowhere")
    assert shown.count == 2
    assert shown.filter_form is None
    assert len(read_csv(client.get("/components/register/?format=csv"))) == 3


def test_a_row_that_names_a_column_which_is_not_there_is_a_mistake_of_the_page(client, monkeypatch):
    store(1)
    monkeypatch.setattr(BulkRegister.table_class, "tags", classmethod(lambda cls, columns: {}))
    with pytest.raises(ImproperlyConfigured, match="subject"):
        client.get("/components/bulk/?applied=1")
