"""What changed between two texts (pure)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.differences import MANY, Kind, differences, is_changed

TEXTS = st.text(alphabet="ab ,.\n'", max_size=60)


def joined(parts, *kinds) -> str:
    return "".join(part.text for part in parts if part.kind in kinds)


def test_a_word_that_was_exchanged_shows_as_gone_and_come():
    parts = differences("The cat sat on the mat.", "The small dog sat on the mat.")

    assert [(part.kind, part.text) for part in parts] == [
        (Kind.SAME, "The "), (Kind.REMOVED, "cat"), (Kind.ADDED, "small dog"), (Kind.SAME, " sat on the mat."),
    ]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [("", ""), ("same", "same"), ("two\nlines", "two\nlines")])
def test_equal_texts_show_no_change(before, after):
    assert not is_changed(differences(before, after))


def test_a_new_text_is_all_added_and_an_emptied_one_all_removed():
    assert [part.kind for part in differences("", "new words")] == [Kind.ADDED]
    assert [part.kind for part in differences("old words", "")] == [Kind.REMOVED]


@given(before=TEXTS, after=TEXTS)
def test_nothing_of_either_text_is_lost(before, after):
    parts = differences(before, after)

    assert joined(parts, Kind.SAME, Kind.REMOVED) == before
    assert joined(parts, Kind.SAME, Kind.ADDED) == after


def test_a_very_long_text_is_compared_by_paragraphs_and_stays_whole():
    before = "\n".join(f"Paragraph {number} of many words." for number in range(MANY // 8))
    after = before.replace("Paragraph 7 ", "Paragraph seven ")

    parts = differences(before, after)

    assert joined(parts, Kind.SAME, Kind.ADDED) == after
    assert joined(parts, Kind.ADDED) == "Paragraph seven of many words.\n"
