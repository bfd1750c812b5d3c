"""The light marking of a note's text, and what it never lets through."""

import pytest

from sipmanager.core.marking import to_html


def test_paragraphs_lists_bold_and_italic_are_marked():
    html = to_html("First **bold** and *italic*.\nSecond line.\n\n- one\n- two\n\n3. three")

    assert "<strong>bold</strong>" in html
    assert "<em>italic</em>" in html
    assert "<br" in html
    assert html.count("<li>") == 3
    assert '<ol start="3">' in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[press](javascript:alert(1))",
        "![picture](https://elsewhere.example/x.png)",
        "<https://elsewhere.example>",
        "# heading",
        "> quotation",
        "`code`",
    ],
)
def test_anything_else_stays_the_letters_that_were_typed(text):
    html = to_html(text)

    for element in ("<script", "<img", "<a ", "<h1", "<blockquote", "<code", "href"):
        assert element not in html


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% debug %}", "%s", "${7*7}"])
def test_signs_of_other_languages_mean_nothing(text):
    assert text in to_html(text)


def test_no_text_is_no_html():
    assert to_html("") == ""
    assert to_html(None) == ""
