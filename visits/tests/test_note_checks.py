"""The writing rules (NOV-20 to NOV-28, ACT-11)."""

from datetime import date

import pytest

from visits.note_checks import Advice, Draft, Remark, Written, check, proportion_words, shares

SOUND = Advice("Train the new staff.", "Deputy headteacher", date(2010, 3, 1), "All lessons good")


@pytest.mark.parametrize(
    ("percent", "words"),
    [
        (100, "vast majority"), (97, "vast majority"), (96.5, "vast majority"), (96.4, "very large majority"),
        (80, "very large majority"), (79, "large majority"), (65, "large majority"), (64, "majority"),
        (51, "majority"), (50.5, "majority"), (50.4, "half"), (50, "half"), (49.5, "half"), (49.4, "minority"),
        (35, "minority"), (34, "small minority"), (20, "small minority"), (19, "very small minority"),
        (4, "very small minority"), (3.5, "very small minority"), (3.4, "almost none"), (0, "almost none"),
    ],
)  # fmt: skip
def test_act_11_the_words_for_a_share(percent, words):
    assert proportion_words(percent)[0] == words


@pytest.mark.parametrize(("percent", "word"), [(96.4, "most"), (96.5, "almost all"), (3.5, "few"), (3.4, "almost none")])
def test_act_11_the_other_words_for_a_share(percent, word):
    assert word in proportion_words(percent)


@pytest.mark.parametrize("percent", [101, 100.5, -1])
def test_what_is_no_share_of_a_whole_has_no_words(percent):
    with pytest.raises(ValueError):
        proportion_words(percent)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("The majority (63%) met the target.", []),
        ("The large majority (63%) met the target.", [("63", "large majority")]),
        ("45% of pupils, a minority, are behind.", []),
        ("45 per cent, the majority, are behind.", [("45", "majority")]),
        ("Almost all. 12% were absent.", []),
        ("A very large majority of pupils, 85%, read well.", []),
        ("In 2009 the majority improved.", []),
        ("No number and no phrase.", []),
    ],
)
def test_a_number_and_the_words_beside_it_say_the_same(text, wrong):
    assert shares(text) == wrong


def ids(draft: Draft) -> list[str]:
    return [remark.id for remark in check(draft)]


def test_a_sound_draft_earns_no_remark():
    section = Written(
        "outcomes", "Outcomes", "The majority (55%) did well.", {"share": "55"}, True, (("share", "Share", "percent"),)
    )
    assert check(Draft((section,), (SOUND,), 0, frozenset({"Anna Bell"}))) == []


def test_a_wrong_phrase_is_told_the_right_one():
    remark = check(Draft((Written("outcomes", "Outcomes", "The majority, 30%, did well."),)))[0]
    assert remark == Remark("NOV-22", "outcomes", "30% is not “majority”; the words for it are “small minority”")


def test_more_than_a_whole_is_remarked_on_without_better_words():
    remark = check(Draft((Written("outcomes", "Outcomes", "The majority, 130%, did well."),)))[0]
    assert remark.says == "130% is not “majority”"


@pytest.mark.parametrize("text", ["Anna Bell led the staff.", "Mrs Bell led the staff."])
def test_a_name_on_record_earns_a_remark(text):
    assert ids(Draft((Written("evidence", "Evidence", text),), names=frozenset({"Anna Bell"}))) == ["NOV-23"]


def test_a_name_in_a_recommendation_earns_a_remark():
    advice = Advice("Anna Bell is to train the staff.", "Head", date(2010, 1, 1), "Done")
    assert check(Draft((), (advice,), names=frozenset({"Anna Bell"})))[0].section == "recommendations"


def test_a_word_that_only_contains_a_name_earns_none():
    assert ids(Draft((Written("evidence", "Evidence", "The bells rang."),), names=frozenset({"Anna Bell", ""}))) == []


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("percent", "12.5", []), ("percent", "101", ["NOV-24"]), ("percent", "-1", ["NOV-24"]),
        ("percent", "many", ["NOV-24"]), ("number", "about ten", ["NOV-24"]), ("number", "400", []),
        ("number", "NaN", ["NOV-24"]), ("number", "", []), ("text", "many", []),
    ],
)  # fmt: skip
def test_figures_are_numbers(kind, value, found):
    section = Written("outcomes", "Outcomes", "Text.", {"figure": value}, True, (("figure", "Figure", kind),))
    assert ids(Draft((section,))) == found


def test_grades_that_differ_want_a_reason():
    """NOV-25."""
    grades = (("outcomes", "school", "school"), ("outcomes", "partner", "partner"))
    figures = {"school": "1", "partner": "3"}
    short = Written("outcomes", "Outcomes", "They differ.", figures)
    long = Written(
        "outcomes", "Outcomes", "They differ because the work in the books of year 5 is below what was expected.", figures
    )
    same = Written("outcomes", "Outcomes", "Agreed.", {"school": "2", "partner": "2"})
    assert ids(Draft((short,), grades=grades)) == ["NOV-25"]
    assert ids(Draft((long,), grades=grades)) == []
    assert ids(Draft((same,), grades=grades)) == []


def test_act_10_a_fifth_recommendation_warns():
    """NOV-27: four are expected at most; the fifth is remarked on, not refused."""
    assert check(Draft((), (SOUND,) * 4)) == []
    (remark,) = check(Draft((), (SOUND,) * 5))
    assert (remark.id, remark.section) == ("NOV-27", "recommendations")
    assert "5 recommendations" in remark.says


def test_a_recommendation_says_who_when_and_how():
    (remark,) = check(Draft((), (Advice("Do better."),)))
    assert remark.says == "Recommendation 1 does not say who sees to it, by when, how success will be seen"


def test_an_empty_section_and_an_unreviewed_recommendation_are_named():
    sections = (Written("outcomes", "Outcomes", "  "), Written("specialism", "Specialism", "", is_required=False))
    assert [(r.id, r.section) for r in check(Draft(sections, unreviewed=1))] == [("NOV-17", "outcomes"), ("NOV-28", "reviews")]
