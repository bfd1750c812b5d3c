"""When a declared interest touches a school (REG-10, PRE-11). Pure."""

from dataclasses import replace
from datetime import date

import pytest

from partners.interests import Declared, Party, are_alike, comparable, counts_on, interests_gap, matches

NOV = date(2009, 11, 16)  # Monday
SCHOOL = Party("school", "Hill Road Primary School", frozenset({1}))
TRUST = Party("trust", "St Aldhelm’s Schools Trust")
HERE = (SCHOOL, TRUST)
LINK = Declared("school", "Governor there", school_id=1)


def found(*declared, parties=HERE, on=NOV, **more):
    return matches(declared, parties, on=on, former_months=36, **more)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The HILL ROAD Primary School", "hill road primary school"),
        ("St. Wilfrid's C of E", "Saint Wilfrids CofE"),
        ("Invented Education Limited", "Invented Education"),
        ("Our Lady’s R.C. Primary", "our ladys RC primary"),
        ("Dale & Sons", "Dale and Sons Ltd"),
    ],
)
def test_pre_11_letter_case_punctuation_and_abbreviations_make_no_other_name(one, other):
    assert comparable(one) == comparable(other)


def test_a_name_of_silent_words_alone_is_kept():
    assert comparable("The Company of the") == "the company of the".replace("company", "co")
    assert comparable(" ... ") == ""


def test_pre_11_a_name_spelt_differently_is_possible_and_another_name_is_nothing():
    assert are_alike(comparable("Hillroad Primary School"), comparable("Hill Road Primary School"))
    assert are_alike(comparable("Primary School Hill Road"), comparable("Hill Road Primary School"))
    assert not are_alike(comparable("Brook Lane Primary School"), comparable("Hill Road Primary School"))
    assert not are_alike("hill", "hull")


def test_pre_11_a_link_with_the_school_itself_counts_by_its_number():
    (match,) = found(LINK)
    assert match.is_exact
    assert match.sentence("Hill Road Primary School") == (
        "A conflict with Hill Road Primary School is declared: Governor there."
    )
    assert found(replace(LINK, school_id=2)) == []


def test_pre_11_conflict_with_the_trust_not_the_school():
    (match,) = found(Declared("trust", "Member of the board", "ST ALDHELMS SCHOOL TRUST"))
    assert match.is_exact
    assert match.sentence("Hill Road Primary School") == (
        "A conflict with St Aldhelm’s Schools Trust, the trust of Hill Road Primary School, is declared: Member of the board."
    )


def test_pre_11_a_spouse_at_the_school_is_a_conflict_by_its_name_alone():
    (match,) = found(Declared("family", "My wife teaches there", "hill road PRIMARY school"))
    assert match.is_exact


def test_pre_11_alike_names_are_for_a_person_to_decide():
    (match,) = found(Declared("family", "My wife teaches there", "Hil Road Primary School"))
    assert not match.is_exact
    assert match.sentence("Hill Road Primary School") == (
        "“Hil Road Primary School” is declared (My wife teaches there), which may be Hill Road Primary School. "
        "Say whether it is."
    )


def test_pre_11_the_apostrophes_of_a_name_stay_as_they_were_typed():
    (match,) = found(Declared("family", "My husband's school", "Hil Road Primary School"))
    assert "(My husband's school)" in match.sentence("Hill Road Primary School")


def test_pre_11_a_former_employer_counts_two_years_364_days_and_not_three_years():
    left = Declared("employer", "Adviser", "St Aldhelm’s Schools Trust", ends_on=date(2006, 11, 17))  # Friday
    assert counts_on(left, date(2009, 11, 16), 36)
    assert not counts_on(left, date(2009, 11, 17), 36)
    assert found(left)[0].sentence("Hill Road Primary School").endswith("Adviser (until 17 November 2006).")
    assert found(left, on=date(2009, 11, 17)) == []


def test_a_link_of_another_kind_ends_with_its_last_day_and_begins_with_its_first():
    assert counts_on(replace(LINK, ends_on=NOV), NOV, 36)
    assert not counts_on(replace(LINK, ends_on=date(2009, 11, 15)), NOV, 36)
    assert not counts_on(replace(LINK, starts_on=date(2009, 11, 17)), NOV, 36)


def test_the_authority_that_runs_the_sip_is_no_conflict_as_an_employer():
    employer = Declared("employer", "Officer", "St Aldhelm’s Schools Trust")
    assert found(employer, runs_the_sip="St Aldhelm’s Schools Trust") == []
    assert len(found(replace(employer, kind="trust"), runs_the_sip="St Aldhelm’s Schools Trust")) == 1


def test_pre_11_the_same_person_under_two_records_is_for_a_person_to_decide():
    for declared in (replace(LINK, namesake="P900002"), Declared("trust", "Member", TRUST.name, namesake="P900002")):
        (match,) = found(declared)
        assert not match.is_exact
        assert "Another SIP of the same name, P900002, has declared a conflict with" in match.sentence(SCHOOL.name)
        assert declared.says not in match.sentence(SCHOOL.name)


def test_an_interest_that_touches_nothing_here_is_left_out():
    assert found(Declared("company", "Director", "Invented Education Ltd")) == []


@pytest.mark.parametrize(
    ("confirmed", "overdue", "on", "says"),
    [
        (date(2009, 9, 1), None, NOV, ""),
        (date(2009, 8, 31), None, date(2009, 8, 31), ""),
        (
            date(2009, 8, 31), None, date(2009, 9, 1),
            "was last confirmed on 31 August 2009, and that ran out on 1 September 2009",
        ),
        (None, date(2009, 9, 15), NOV, "has not been confirmed; that was due on 15 September 2009"),
        (None, None, NOV, ""),
    ],
)  # fmt: skip
def test_reg_10_nothing_to_declare_expires_on_1_september(confirmed, overdue, on, says):
    assert interests_gap(confirmed, overdue, on) == says
