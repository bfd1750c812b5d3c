"""Our parts against the expected renderings that govuk-frontend itself ships."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from sipmanager.core.forms import BaseForm, GovDateField
from sipmanager.core.frame import Frame, NavigationItem
from sipmanager.core.listing import PageNumber, Pages
from sipmanager.core.parts import Event, Link, SummaryRow, Tag, Task

COMPONENTS = Path(settings.BASE_DIR) / "node_modules/govuk-frontend/dist/govuk/components"
ROW = (Path(__file__).parent / "templates").resolve()


@pytest.fixture(autouse=True)
def component_templates(settings):
    first = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**first, "DIRS": [*first["DIRS"], ROW]}]


def fixture(component, name):
    if not COMPONENTS.is_dir():
        pytest.skip("node_modules is not there (make setup)")
    known = json.loads((COMPONENTS / component / "fixtures.json").read_text(encoding="utf-8"))["fixtures"]
    return next(one["html"] for one in known if one["name"] == name)


def drawn(markup, **context):
    request = RequestFactory().get("/")
    return Template("{% load govuk crispy_forms_tags %}" + markup).render(Context({"request": request, **context}))


# Comparing HTML: the tree of elements, classes in any order, text with single spaces.

VOID = {"input", "br", "img", "path"}


class Tree(HTMLParser):
    def __init__(self, ignored):
        super().__init__()
        self.ignored = ignored
        self.root = []
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs if name not in self.ignored}
        if "class" in given:
            given["class"] = " ".join(sorted(given["class"].split()))
        children = []
        self.open[-1].append((tag, tuple(sorted(given.items())), children))
        if tag not in VOID:
            self.open.append(children)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data):
        if text := " ".join(data.split()):
            self.open[-1].append(text)


def tree(html, ignored=()):
    parser = Tree({"aria-invalid", "cols", *ignored})
    parser.feed(html)
    return parser.root


def our_ids(html):
    """Django's names of ids as govuk-frontend has them."""
    html = re.sub(r"_helptext\b", "-hint", html)
    html = re.sub(r"_error\b(?!=)", "-error", html)
    html = re.sub(r"(\w)_(day|month|year)\b", r"\1-\2", html)
    html = re.sub(r'((?:id|for|aria-describedby)="[\w-]+?)_0\b', r"\1", html)
    return re.sub(r'((?:id|for|aria-describedby)="[\w-]+?)_([1-9])\b', lambda m: f"{m[1]}-{int(m[2]) + 1}", html)


def field(name, given, *, error="", **own):
    made = type("Form", (BaseForm,), {name.replace("-", "_"): given, **own})
    form = made({} if error else None, auto_id="%s")
    if error:
        given = form.fields[name.replace("-", "_")]
        given.required = False
        form.full_clean()
        form.add_error(name.replace("-", "_"), error)
    html = drawn("{{ form|crispy }}", form=form)
    return our_ids(html).replace(name.replace("-", "_"), name)


PHASES = {
    "waste": [
        ("animal", "Waste from animal carcasses"), ("mines", "Waste from mines or quarries"),
        ("farm", "Farm or agricultural waste"),
    ],
    "nationality": [("british", "British"), ("irish", "Irish"), ("other", "Citizen of another country")],
}  # fmt: skip
ITEM_HINT = "Nullam id dolor id nibh ultricies vehicula ut id elit."
NI_HINT = "It’s on your National Insurance card, benefit letter, payslip or P60. For example, ‘QQ 12 34 56 C’."
DETAIL_HINT = "Don't include personal or financial information, eg your National Insurance number or credit card details."

FIELDS = [
    ("input", "with error and hint", lambda: field(
        "with-error-hint", forms.CharField(label="National insurance number", help_text=NI_HINT),
        error="Enter a National Insurance number in the correct format"), ()),
    ("input", "with suffix", lambda: field(
        "weight", forms.CharField(label="Weight, in kilograms"), affixes={"weight": ("", "kg")})
        .replace('id="weight"', 'id="input-with-suffix"').replace('for="weight"', 'for="input-with-suffix"'), ()),
    ("textarea", "with error message", lambda: field(
        "no-ni-reason", forms.CharField(label="Why can’t you provide a National Insurance number?", widget=forms.Textarea),
        error="You must provide an explanation"), ()),
    ("character-count", "with hint and error", lambda: field(
        "with-error", forms.CharField(
            label="Can you provide more detail?", max_length=10, help_text=DETAIL_HINT, widget=forms.Textarea),
        error="Please provide more detail"), ()),
    ("file-upload", "default", lambda: field(
        "plan", forms.FileField(label="Upload a file", widget=forms.FileInput)).replace("plan", "file-upload-1"), ()),
    ("password-input", "default", lambda: field(
        "password", forms.CharField(label="Password", widget=forms.PasswordInput)), ("autocomplete",)),
    ("select", "with hint text and error message", lambda: field(
        "pick", forms.ChoiceField(label="Label text goes here", help_text="Hint text goes here", choices=[
            (str(n), f"GOV.UK frontend option {n}") for n in (1, 2, 3)]),
        error="Error message goes here").replace("pick", "select-2"), ()),
    ("checkboxes", "with hint", lambda: field(
        "nationality", forms.MultipleChoiceField(label="What is your nationality?", help_text="Select all that apply",
            choices=PHASES["nationality"], widget=forms.CheckboxSelectMultiple)), ()),
    ("checkboxes", "with error message", lambda: field(
        "waste", forms.MultipleChoiceField(label="Which types of waste do you transport regularly?",
            choices=PHASES["waste"], widget=forms.CheckboxSelectMultiple),
        error="Please select an option", hints={"waste": dict.fromkeys(("animal", "mines", "farm"), ITEM_HINT)}), ()),
    ("radios", "default", lambda: field(
        "example-default", forms.ChoiceField(label="Have you changed your name?", choices=[("yes", "Yes"), ("no", "No")],
            widget=forms.RadioSelect)), ()),
    ("date-input", "with error on month input", lambda: field(
        "dob-month-error", GovDateField(label="What is your date of birth?", help_text="For example, 31 3 1980"),
        error=forms.ValidationError("Error message goes here", params={"boxes": ("month",)})), ("name",)),
]  # fmt: skip


@pytest.mark.parametrize(("component", "name", "draw", "ignored"), FIELDS, ids=[f"{one[0]} {one[1]}" for one in FIELDS])
def test_a_field_is_drawn_as_govuk_frontend_expects(component, name, draw, ignored):
    assert tree(draw(), ignored) == tree(fixture(component, name), ignored)


SUMMARY = [
    SummaryRow("Name", "Firstname Lastname", (Link("Edit", "#", "name"), Link("Delete", "#", "name"))),
    SummaryRow("Date of birth", "13/08/1980", (Link("Change", "#"),)),
]
TASKS = [
    Task("Company Directors", "#", status="Completed"),
    Task("Registered company details", "#", tag=Tag("Incomplete", "green")),
    Task("Business plan", "#", tag=Tag("Incomplete", "green")),
]
CRUMBS = [("Home", "/"), ("Section", "/section"), ("Sub-section", "/section/sub-section"),
          ("Sub Sub-section", "/section/sub-section/sub-sub-section")]  # fmt: skip
PAGES = Pages([PageNumber(1, "/page/1"), PageNumber(2, "/page/2", True), PageNumber(3, "/page/3")], "/previous", "/next")
CROWDED = Pages(
    [PageNumber(1, "/page/1"), PageNumber(), *(PageNumber(n, f"/page/{n}", n == 10) for n in range(8, 13)), PageNumber(),
     PageNumber(40, "/page/40")], "/previous", "/next")  # fmt: skip
NATIONALITY = (
    "We need to know your nationality so we can work out which elections you’re entitled to vote in. If you can’t provide "
    "your nationality, you’ll have to send copies of identity documents through the post."
)
LICENCE = "It can take up to 8 weeks to register a lasting power of attorney if there are no mistakes in the application."
PARTS = [
    ("tag", "grey", '{% tag "Grey" "grey" %}', {}),
    ("tag", "default", '{% tag "Alpha" %}', {}),
    ("tag", "default", '{% tag "Alpha" "blue" %}', {}),
    ("pagination", "default", "{% pagination pages %}", {"pages": PAGES}),
    ("pagination", "with many pages", "{% pagination pages %}", {"pages": CROWDED}),
    ("breadcrumbs", "default", "{% page_trail %}", {"breadcrumbs": CRUMBS}),
    ("back-link", "default", "{% page_trail %}", {"back": "#"}),
    ("warning-text", "default", "{% warning_text text %}", {"text": "You can be fined up to £5,000 if you don’t register."}),
    ("inset-text", "default", "{% inset_text text %}", {"text": LICENCE}),
    ("details", "default", "{% details summary text %}", {"summary": "Help with nationality", "text": NATIONALITY}),
    ("panel", "default", '{% panel "Application complete" "Your reference number" "HDJ2123F" %}', {}),
    ("notification-banner", "default", "{% notification text %}", {"text": "This publication was withdrawn on 7 March 2014."}),
    ("button", "prevent double click", '{% button "Submit" %}', {}),
    ("button", "link", '{% button "Link button" "/" %}', {}),
]  # fmt: skip


@pytest.mark.parametrize(("component", "name", "markup", "context"), PARTS, ids=[f"{one[0]} {one[1]}" for one in PARTS])
def test_a_part_is_drawn_as_govuk_frontend_expects(component, name, markup, context):
    assert tree(drawn(markup, **context)) == tree(fixture(component, name))


def test_a_summary_list_is_drawn_as_govuk_frontend_expects():
    (ours,) = tree(drawn("{% summary_list rows %}", rows=SUMMARY))
    (theirs,) = tree(fixture("summary-list", "with actions"))
    assert ours[2] == theirs[2][:2]


def test_a_task_list_is_drawn_as_govuk_frontend_expects():
    expected = fixture("task-list", "default").replace("govuk-tag--blue", "govuk-tag--green")
    assert tree(drawn('{% task_list tasks "task-list" %}', tasks=TASKS)) == tree(expected)


def test_the_error_summary_and_the_success_banner_are_drawn_as_govuk_frontend_expects():
    class Form(BaseForm):
        a = forms.CharField(error_messages={"required": "The date your passport was issued must be in the past"})
        b = forms.CharField(error_messages={"required": "Enter a postcode, like AA1 1AA"})

    html = drawn("{% error_summary form %}", form=Form({}, auto_id="%s"))
    html = html.replace('"#a"', '"#example-error-1"').replace('"#b"', '"#example-error-2"')
    assert tree(html) == tree(fixture("error-summary", "default"))
    html = drawn("{% page_banner %}", messages=told((messages.SUCCESS, "Email sent to example@email.com")))
    assert tree(html) == tree(fixture("notification-banner", "with type as success"))


# The parts' own promises.


def test_a_timeline_shows_a_day_alone_where_the_time_is_not_known():
    html = drawn("{% timeline events %}", events=[Event("Visit held", date(2009, 11, 12), "Tom Reed")])
    assert '<time datetime="2009-11-12">12 November 2009</time>' in html
    assert "00:00" not in html
    assert "midnight" not in html


def test_links_with_the_same_words_are_told_apart_for_those_who_listen():
    event = Event("Note agreed", date(2009, 11, 16), links=(Link("View", "/n/1/", "the note of 12 November"),))
    assert '<span class="govuk-visually-hidden"> the note of 12 November</span>' in drawn("{% timeline e %}", e=[event])


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "Not provided"), (None, "Not provided"), ([], "Not provided"), (True, "Yes"), (False, "No"), (0, "0"),
        (date(2006, 9, 1), "1 September 2006"), (["Primary", "<b>"], "Primary<br>&lt;b&gt;"),
        (Tag("Open", "green"), '<strong class="govuk-tag govuk-tag--green">Open</strong>'),
    ],
)  # fmt: skip
def test_a_summary_list_shows_any_value_readably(value, says):
    assert f'<dd class="govuk-summary-list__value">{says}</dd>' in drawn("{% summary_list r %}", r=[SummaryRow("K", value)])


def test_a_task_that_cannot_start_yet_has_no_link():
    html = drawn("{% task_list tasks %}", tasks=[Task("Distribute the note", hint="The head answers first")])
    assert "<a" not in html
    assert "Cannot start yet" in html
    assert "govuk-task-list__status--cannot-start-yet" in html


def test_a_tag_of_an_unknown_colour_is_a_mistake_of_the_page():
    with pytest.raises(ImproperlyConfigured, match="no tag colour 'pinkish'"):
        drawn('{% tag "Late" "pinkish" %}')


def test_a_move_that_is_refused_says_what_is_missing():
    html = drawn('{% move_button "Submit" "/m/" refusals fields=f %}', refusals=["Write the summary."], f={"move": "submit"})
    assert "disabled" in html
    assert "Write the summary." in html
    assert '<input type="hidden" name="move" value="submit">' in html
    assert "disabled" not in drawn('{% move_button "Submit" "/m/" %}')


def test_an_empty_list_says_so_and_leads_on():
    html = drawn("{% empty text link %}", text="Nothing is waiting for you.", link=Link("Plan a visit", "/p/"))
    assert "Nothing is waiting for you." in html
    assert '<a class="govuk-link" href="/p/">Plan a visit</a>' in html


def test_a_single_page_has_no_pagination():
    assert drawn("{% pagination pages %}", pages=None).strip() == ""


def told(*given):
    storage = CookieStorage(RequestFactory().get("/"))
    for level, text in given:
        storage.add(level, text)
    return storage


def test_there_is_at_most_one_banner_and_success_comes_first():
    html = drawn("{% page_banner %}", messages=told((messages.SUCCESS, "Planned"), (messages.INFO, "By the way")))
    assert html.count("govuk-notification-banner__heading") == 1
    assert "Planned" in html
    html = drawn("{% page_banner %}", messages=told((messages.INFO, "By the way")))
    assert 'role="region"' in html
    assert "Important" in html


def test_no_banner_stands_beside_an_error_summary():
    form = type("Form", (BaseForm,), {"a": forms.CharField()})({})
    assert drawn("{% page_banner %}", form=form, messages=told((messages.SUCCESS, "Planned"))).strip() == ""


def test_errors_are_gathered_from_forms_formsets_and_the_view():
    form_class = type("Form", (BaseForm,), {"a": forms.CharField()})
    formset_class = forms.formset_factory(form_class, extra=1, min_num=2, validate_min=True)
    formset = formset_class({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-a": ""})
    html = drawn("{% page_errors %}", form=form_class({}), forms=[form_class({})], formset=formset, errors=[("Choose", "x")])
    assert html.count('href="#id_a"') == 2
    assert '<a href="#x">Choose</a>' in html
    assert "at least 2 forms" in html


# The frame.


@pytest.mark.django_db
class TestBase:
    pytestmark = pytest.mark.urls("sipmanager.core.tests.component_pages")

    def test_a_page_shows_whose_service_it_is_and_who_is_signed_in(self, client):
        html = client.get("/components/every/").content.decode()
        assert "Westshire County Council" in html
        assert "Margaret Featherstonehaugh" in html
        assert '<form method="post" action="/sign-out/"' in html
        assert 'name="capacity" value="partner"' in html
        assert html.count('aria-current="true"') == 2  # the navigation, the capacity
        assert "<title>Every component – SIP Manager</title>" in html
        assert html.index('class="govuk-skip-link"') < html.index("<header")

    def test_a_page_with_errors_says_so_first(self, client):
        html = client.post("/components/every/", {}).content.decode()
        assert "<title>Error: Every component – SIP Manager</title>" in html
        main = html[html.index("<main") :]
        assert main.index("govuk-error-summary") < main.index("<h1")

    def test_every_page_leads_to_help_accessibility_privacy_and_contact(self, client):
        for address in ("/components/every/", "/help/", "/accessibility/"):
            html = client.get(address).content.decode()
            for target in ("/help/", "/accessibility/", "/privacy/", "/cookies/", "/contact/"):
                assert f'href="{target}"' in html

    def test_the_one_inline_script_has_the_nonce_of_the_policy(self, client):
        response = client.get("/components/every/")
        (nonce,) = set(re.findall(r'nonce="([^"]+)"', response.content.decode()))
        assert f"'nonce-{nonce}'" in response.headers["Content-Security-Policy"]
        html = response.content.decode()
        assert len(re.findall(r"<script(?![^>]*(?:nonce|src)=)", html)) == 0
        assert not re.search(r"\son\w+=", html)
        assert " style=" not in html

    def test_a_fault_shows_a_plain_page_that_needs_nothing(self):
        response = Client(raise_request_exception=False).get("/components/fail/")
        assert response.status_code == 500
        assert "There is a problem with the service" in response.content.decode()

    def test_a_form_that_comes_too_late_is_told_why(self):
        response = Client(enforce_csrf_checks=True).post("/components/every/", {})
        assert response.status_code == 403
        assert "This page was open too long" in response.content.decode()

    def test_an_address_that_does_not_exist_leads_on(self, client):
        response = client.get("/components/none/")
        assert response.status_code in (302, 404)

    @pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "500.html"])
    def test_a_page_of_refusal_draws_without_any_context(self, name):
        assert "<h1" in render_to_string(name)

    @pytest.mark.parametrize("address", ["confirm", "interruption"])
    def test_a_page_that_asks_again_offers_a_way_back(self, client, address):
        html = client.get(f"/components/{address}/").content.decode()
        assert "<h1" in html
        assert 'href="/schools/"' in html or 'href="/back/"' in html


def test_a_stranger_sees_the_frame_without_navigation():
    html = render_to_string("base.html", {"frame": None})
    assert "SIP Manager" in html
    assert "Sign out" not in html
    assert "<nav" not in html


def test_nothing_of_govuk_alone_is_shown():
    frame = Frame(authority_name="Westshire", navigation=(NavigationItem("Schools", "/s/"),))
    html = render_to_string("base.html", {"frame": frame})
    for word in ("Crown", "GOV.UK", "crest", "GDS Transport"):
        assert word not in html
