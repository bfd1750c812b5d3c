"""The texts of letters: fields, faults, and that a value is never read as marking (DEP-27)."""

import pytest

from partners.letter_text import (
    FIELDS,
    FIELDS_OF,
    LONGEST_BODY,
    LONGEST_TITLE,
    SAMPLE,
    STANDARD,
    LetterKind,
    Recipient,
    Text,
    faults,
    fill,
    recipient_of,
)
from sipmanager.core.marking import to_html

KIND = LetterKind.CONFIRMATION_SCHOOL
UNKNOWN = "which this letter does not know. The fields are listed beside it"


@pytest.mark.parametrize("kind", list(LetterKind), ids=str)
def test_dep_27_every_kind_has_a_sound_standard_text_of_known_fields(kind):
    assert faults(kind, STANDARD[kind]) == []
    assert set(FIELDS_OF[kind]) <= set(FIELDS)
    filled = fill(kind, STANDARD[kind].body, SAMPLE)
    assert "[" not in to_html(filled)
    assert fill(kind, STANDARD[kind].title, SAMPLE, is_plain=True)


def test_letters_go_to_the_school_the_sip_or_the_contractor():
    assert recipient_of(LetterKind.PROPOSAL_SCHOOL) is Recipient.SCHOOL
    assert recipient_of(LetterKind.END_SIP) is Recipient.SIP
    assert recipient_of(LetterKind.NOTICE_CONTRACTOR) is Recipient.CONTRACTOR


@pytest.mark.parametrize(
    ("title", "body", "says"),
    [
        ("", "Dear [name]", "Enter the heading of the letter"),
        ("About", "   ", "Enter the text of the letter"),
        ("a" * (LONGEST_TITLE + 1), "Dear", f"The heading must be {LONGEST_TITLE} characters or less"),
        ("About", "a" * (LONGEST_BODY + 1), f"The text must be {LONGEST_BODY:,} characters or less"),
        ("About", "For [headteacher]", f"The text names [headteacher], {UNKNOWN}"),
        ("About [reason]", "Dear", f"The heading names [reason], {UNKNOWN}"),
        ("About", "Dear []", "The text has brackets with nothing in them"),
        ("About", "Dear [name, welcome", "The text has a bracket [ that is not closed: “Dear [name, welcome”"),
        ("About", "Dear name], welcome", "The text has a bracket ] that was not opened: “Dear name], welcome”"),
    ],
)  # fmt: skip
def test_dep_27_a_text_with_a_fault_is_refused_in_a_clear_sentence(title, body, says):
    assert faults(KIND, Text(title, body)) == [says]


def test_every_fault_is_told_at_once():
    assert len(faults(KIND, Text("[one] [", "[two] ]"))) == 4


def test_a_field_may_be_typed_in_any_letter_case_and_with_stray_spaces():
    assert faults(KIND, Text("For [ SCHOOL ]", "[First  Day] and [sip]")) == []
    assert fill(KIND, "For [ SCHOOL ], [sip]", SAMPLE, is_plain=True) == "For Brook Lane Primary School, Kim Lee"


@pytest.mark.parametrize(
    "name", ["**Bold** School", "<script>x</script>", "[name]", "- a list", "1. one", "{{ 7*7 }}", "a_b_c", "Line\n\n- two"]
)
def test_a_value_is_never_read_as_marking(name):
    html = to_html(fill(KIND, "At [school].", SAMPLE | {"school": name}))
    for element in ("<strong>", "<em>", "<ul>", "<ol>", "<script"):
        assert element not in html
    assert html.count("<p>") == 1


def test_a_missing_value_is_an_error_and_no_silent_gap():
    with pytest.raises(KeyError):
        fill(KIND, "At [school]", {"name": "Ada"})
