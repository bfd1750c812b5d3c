"""The interface in a real browser: axe, narrow screens, the keyboard, and what the scripts add."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sipmanager.core.models import EmailState, OutgoingEmail
from sipmanager.testing import accessibility_faults

HERE = Path(__file__).parent
PAGES = {
    "every component": "/components/every/",
    "a list": "/components/register/?q=text&state=sent&state=failed&since=2009-09-01&page=2&sort=-queued_at",
    "an empty list": "/components/register/?q=nowhere",
    "a wrong filter": "/components/register/?since_day=45",
    "a list with bulk actions": "/components/bulk/?applied=1",
    "a confirmation": "/components/confirm/",
    "an interruption": "/components/interruption/",
    "a section to write": "/components/write/",
    "the accessibility statement": "/accessibility/",
    "the cookies page": "/cookies/",
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("sipmanager.core.tests.component_pages"),
]


@pytest.fixture(autouse=True)
def messages_and_templates(settings):
    first = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**first, "DIRS": [*first["DIRS"], HERE / "templates"]}]
    OutgoingEmail.objects.bulk_create(
        OutgoingEmail(
            to=f"headteacher{number}@hill-road-primary-school.example",
            subject=f"The note of visit for Hill Road Primary School is ready to be read {number:03}",
            body="text",
            kind="digest",
            authority_id=1,
            queued_at=datetime(2009, 11, 16, 15, 42, tzinfo=UTC),
            state=EmailState.SENT,
        )
        for number in range(120)
    )


def is_too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [1280, 320])
def test_every_kind_of_page_is_clean_and_fits(open_page, width):
    page = open_page(width=width)
    found = []
    for name, address in PAGES.items():
        page.goto(address)
        found += [f"{name}: {fault}" for fault in accessibility_faults(page)]
        if is_too_wide(page):
            found.append(f"{name}: wider than {width} pixels")
    assert found == []


@pytest.mark.parametrize("width", [1280, 320])
def test_a_page_with_errors_is_clean_and_its_links_lead_to_the_fields(open_page, width):
    page = open_page(width=width)
    page.goto("/components/every/")
    page.get_by_role("button", name="Plan the visit").click()
    assert page.title() == "Error: Every component – SIP Manager"
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert accessibility_faults(page) == []
    assert not is_too_wide(page)
    for link, target in (
        ("Select the phase", "id_phase_0"),
        ("Enter the date of visit", "id_held_on_day"),
        ("Enter the summary", "id_summary"),
    ):
        page.get_by_role("link", name=link).click()
        assert page.evaluate("document.activeElement.id") == target


def test_without_scripts_a_list_is_filtered_sorted_and_paged(open_page):
    page = open_page(javascript=False)
    page.goto("/components/register/")
    page.get_by_label("Sent").check()
    page.get_by_role("button", name="Apply filters").first.click()
    page.get_by_role("link", name="Subject").first.click()
    page.get_by_role("link", name="Next page").click()
    assert "page=2" in page.url
    assert "state=sent" in page.url
    assert page.title() == "Outbox (page 2 of 3) – SIP Manager"


def test_the_filter_panel_can_be_hidden_and_is_hidden_on_a_phone(open_page):
    page = open_page()
    page.goto("/components/register/")
    panel = page.get_by_role("complementary", name="Filters")
    assert panel.is_visible()
    page.get_by_role("button", name="Hide filter").click()
    assert panel.is_hidden()
    assert page.get_by_role("button", name="Show filter").get_attribute("aria-expanded") == "false"

    phone = open_page(width=320)
    phone.goto("/components/register/")
    panel = phone.get_by_role("complementary", name="Filters")
    assert panel.is_hidden()
    phone.get_by_role("button", name="Show filter").press("Enter")
    assert panel.is_visible()
    assert phone.evaluate("document.activeElement.id") == "filter-panel"
    phone.goto("/components/register/?since_day=45")
    assert phone.get_by_role("complementary", name="Filters").is_visible()


def test_on_a_phone_each_row_is_a_card_that_names_its_values(open_page):
    page = open_page(width=320)
    page.goto("/components/register/")
    label = page.evaluate("getComputedStyle(document.querySelector('td[data-label=\"To\"]'), '::before').content")
    assert label.replace('" "', "") == '"To: "'
    assert page.get_by_role("link", name="Subject").first.is_visible()


def test_the_switch_of_capacity_opens_and_closes_from_the_keyboard(page):
    page.goto("/components/every/")
    summary = page.locator(".app-account__summary")
    summary.focus()
    page.keyboard.press("Enter")
    choice = page.get_by_role("button", name="School improvement partner (SIP)")
    assert choice.is_visible()
    assert accessibility_faults(page) == []
    page.keyboard.press("Escape")
    assert choice.is_hidden()
    assert page.evaluate("document.activeElement.className") == "app-account__summary"


def test_a_second_click_sends_nothing(page):
    sent = []
    page.route("**/components/every/", lambda route: answer_slowly(route, sent))
    page.goto("/components/every/")
    with page.expect_navigation():
        page.evaluate("""() => {
          const form = document.getElementById("id_summary").form;
          for (const _ of [1, 2]) form.requestSubmit();
        }""")
    assert len(sent) == 1


def answer_slowly(route, sent):
    if route.request.method == "POST":
        sent.append(route.request)
    route.continue_()


# The end of the session.


@pytest.fixture
def soon_out(open_page):
    """A page whose session is about to end, and the requests for more time that it sent."""
    page = open_page()
    asked = []
    left = []
    page.route("**/extend/", lambda route: (asked.append(route.request), route.fulfill(status=204)))
    page.route("**/sign-out/", lambda route: (left.append(route.request.method), route.fulfill(status=204)))
    page.clock.install()
    page.goto("/components/every/")
    page.clock.run_for(24 * 60 * 1000)
    assert page.get_by_role("dialog").count() == 0
    page.clock.run_for(62 * 1000)
    page.asked, page.left = asked, left
    return page


def test_five_minutes_before_the_end_a_dialog_says_so_and_gives_more_time(soon_out):
    page = soon_out
    dialog = page.get_by_role("dialog", name="You will soon be signed out")
    assert dialog.is_visible()
    assert "What you have typed will not be lost" in dialog.inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Stay signed in"
    assert accessibility_faults(page) == []
    page.keyboard.press("Enter")
    dialog.wait_for(state="hidden")
    (request,) = page.asked
    assert request.method == "POST"
    page.clock.run_for(24 * 60 * 1000)
    assert dialog.is_hidden()


def test_escape_gives_more_time_too(soon_out):
    soon_out.keyboard.press("Escape")
    soon_out.locator("#time-out").wait_for(state="hidden")
    assert len(soon_out.asked) == 1


def test_the_time_left_is_announced_every_quarter_minute_and_at_the_end_every_second(soon_out):
    page = soon_out
    page.evaluate("""() => {
      window.heard = [];
      const said = document.querySelector("[data-announce]");
      new MutationObserver(() => window.heard.push(said.textContent)).observe(said, { childList: true });
    }""")
    page.clock.run_for(60 * 1000)
    assert 3 <= len(page.evaluate("heard")) <= 5
    page.clock.run_for(218 * 1000)
    page.evaluate("heard.length = 0")
    page.clock.run_for(18 * 1000)
    assert len(page.evaluate("heard")) >= 17


def test_at_the_end_nothing_typed_is_thrown_away(soon_out):
    page = soon_out
    page.evaluate("document.getElementById('id_summary').value = 'What I saw'")
    page.clock.run_for(6 * 60 * 1000)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("paragraph").get_by_text("You have been signed out").wait_for()
    assert page.evaluate("document.getElementById('id_summary').value") == "What I saw"
    assert page.left == ["POST"], "the session ends for all that: the page alone keeps the text"


def test_at_the_end_a_page_without_typing_leads_to_the_door(soon_out):
    page = soon_out
    door = re.compile(r"//[^/]+/$")
    page.route(door, lambda route: route.fulfill(status=200, content_type="text/html", body="<title>Door</title>"))
    page.clock.run_for(6 * 60 * 1000)
    page.wait_for_url(door)
    assert page.title() == "Door"
    assert page.left == ["POST"], "the last saving counts as use, so the session is ended by itself"


# Saving while one writes.


class Server:
    """What the autosave talks to: answers in turn, the last for ever, and what came."""

    def __init__(self, page):
        self.answers = [saved()]
        self.came = []
        page.route("**/save/one/", self.answer)

    def answer(self, route):
        self.came.append(route.request)
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        route.fulfill(**given)


def saved(version=4):
    return {"status": 200, "json": {"version": version, "saved_at": "3:42pm"}}


@pytest.fixture
def writing(open_page):
    page = open_page()
    server = Server(page)
    page.clock.install()
    page.goto("/components/write/")
    return page, server


def status_becomes(page, words):
    page.locator("[data-autosave-status]", has_text=words).wait_for()


def test_a_pause_saves_and_says_when(writing):
    page, server = writing
    page.get_by_label("Standards").fill("Good")
    page.clock.run_for(2100)
    status_becomes(page, "Saved at 3:42pm")
    (request,) = server.came
    assert "Good" in request.post_data
    assert request.headers["x-autosave"] == "1"
    assert request.headers["x-csrftoken"]
    assert "csrfmiddlewaretoken" not in request.post_data  # stale after signing in again in another tab
    assert page.locator("[name=version]").input_value() == "4"
    page.clock.run_for(60000)
    assert len(server.came) == 1
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_leaving_the_box_saves_at_once(writing):
    page, server = writing
    page.get_by_label("Standards").fill("Good")
    page.keyboard.press("Tab")
    status_becomes(page, "Saved at 3:42pm")
    assert len(server.came) == 1


def test_two_texts_of_one_section_are_both_shown(writing):
    page, server = writing
    server.answers = [{"status": 409, "content_type": "text/html", "body": "<h2>Theirs</h2><p>Better</p>"}]
    page.get_by_label("Standards").fill("Good")
    page.keyboard.press("Tab")
    page.get_by_role("heading", name="Theirs").wait_for()
    status_becomes(page, "changed somewhere else meanwhile")
    assert page.get_by_label("Standards").input_value() == "Good"
    page.get_by_label("Standards").fill("Good indeed")
    page.clock.run_for(10000)
    assert len(server.came) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_after_signing_in_elsewhere_the_text_is_saved(writing, status):
    page, server = writing
    server.answers = [{"status": status}, saved()]
    page.get_by_label("Standards").fill("Good")
    page.keyboard.press("Tab")
    status_becomes(page, "Sign in again in another tab")
    assert page.get_by_label("Standards").input_value() == "Good"
    page.clock.run_for(5100)
    status_becomes(page, "Saved at 3:42pm")


def test_a_service_that_does_not_answer_is_asked_again(writing):
    page, server = writing
    server.answers = [{"status": 502}, saved()]
    page.get_by_label("Standards").fill("Good")
    page.keyboard.press("Tab")
    status_becomes(page, "does not answer")
    page.clock.run_for(5100)
    status_becomes(page, "Saved at 3:42pm")


def test_what_the_server_will_not_take_is_said(writing):
    page, server = writing
    server.answers = [{"status": 400, "json": {"message": "Standards must be 4,000 characters or less"}}]
    page.get_by_label("Standards").fill("Good")
    page.keyboard.press("Tab")
    status_becomes(page, "Standards must be 4,000 characters or less")


def test_leaving_with_unsent_text_asks_first(writing):
    page, server = writing
    server.answers = [{"status": 502}]
    page.get_by_label("Standards").press_sequentially("Good")
    page.keyboard.press("Tab")
    status_becomes(page, "does not answer")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/components/every/")
    assert asked == ["beforeunload"]


def test_before_the_session_ends_the_text_is_saved(writing):
    page, server = writing
    page.evaluate("document.getElementById('text').value = 'Good'")
    page.evaluate("""async () => {
      const saving = [];
      document.dispatchEvent(new CustomEvent("session-ending", { detail: { wait: (promise) => saving.push(promise) } }));
      window.outcome = await Promise.all(saving);
    }""")
    assert page.evaluate("outcome") == [True]
    assert "Good" in server.came[0].post_data
