import re
from datetime import date, datetime
from html import unescape

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

pytestmark = pytest.mark.django_db

NAMES = ["accessibility-statement", "privacy-notice", "cookies", "help", "contact"]


@pytest.mark.parametrize("name", NAMES)
def test_anybody_may_read_it_signed_in_or_not(client, name):
    response = client.get(reverse(f"core:{name}"))
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1
    assert client.post(reverse(f"core:{name}")).status_code == 405


@pytest.fixture
def statement(client):
    html = client.get(reverse("core:accessibility-statement")).content.decode()
    return re.sub(r"\s+", " ", unescape(html))


def headings(html):
    return [strip_tags(one).strip() for one in re.findall(r"<h[123][^>]*>.*?</h[123]>", html)]


def section(html, heading):
    return strip_tags(html.split(f"{heading}</h2>")[1].split("<h2")[0])


def day_after(words, text):
    return datetime.strptime(re.search(words + r" (\d+ \w+ \d{4})", text)[1], "%d %B %Y").date()


# The regulator's list, point by point.


def test_1_it_is_one_page_so_titled_and_says_what_it_covers(statement):
    assert "<title>Accessibility statement – SIP Manager</title>" in statement
    assert "Accessibility statement for SIP Manager" in headings(statement)
    assert "This statement covers the whole of SIP Manager" in statement


def test_2_it_has_the_commitment_in_the_exact_form(statement):
    assert (
        "is committed to making its website accessible, in accordance with the Public Sector Bodies (Websites and Mobile "
        "Applications) (No. 2) Accessibility Regulations 2018." in strip_tags(statement)
    )


def test_3_it_states_one_of_the_three_statuses(statement):
    assert "Compliance status" in headings(statement)
    stated = re.findall(r"(fully|partially|not) compliant with the Web Content Accessibility Guidelines", statement)
    assert stated == ["partially"]
    assert "version 2.2 AA standard" in statement


def test_4_it_names_each_fault_with_its_criterion_and_a_day_to_come(statement):
    faults = section(statement, "Non-accessible content")
    assert re.search(r"success criterion \d\.\d\.\d+ \(", faults)
    assert day_after("By", faults) > date(2026, 11, 22)


def test_5_it_claims_no_disproportionate_burden(statement):
    assert "isproportionate burden" not in statement


def test_6_it_says_when_and_how_it_was_prepared(statement):
    prepared = section(statement, "Preparation of this accessibility statement")
    assert day_after("prepared on", prepared) <= day_after("last reviewed on", prepared)
    assert (date(2026, 11, 22) - day_after("last reviewed on", prepared)).days < 365
    assert "axe-core" in prepared
    assert "keyboard" in prepared


def test_7_it_says_whom_to_tell(statement):
    assert "Feedback and contact information" in headings(statement)
    assert reverse("core:contact") in statement.split("Feedback and contact information</h2>")[1].split("<h2")[0]


def test_8_it_names_who_enforces_it(statement):
    assert "Enforcement procedure" in headings(statement)
    assert "Equality and Human Rights Commission (EHRC)" in section(statement, "Enforcement procedure")
    assert 'href="https://www.equalityadvisoryservice.com/"' in statement


def test_the_contact_page_gives_the_address_where_one_is_set(client, settings):
    settings.CONTACT_EMAIL = "help@westshire.example"
    assert "mailto:help@westshire.example" in client.get(reverse("core:contact")).content.decode()
