"""The stages of accreditation and their resits (ACC-2, ACC-5)."""

from dataclasses import replace
from datetime import date

import pytest

from partners.stages import (
    ApplicationCase,
    Sitting,
    may_sit_online,
    may_sit_residential,
    opens_again_on,
    references_are_in,
)

FIRST = Sitting("online", date(2008, 1, 14), False, date(2008, 1, 21))
SECOND = Sitting("online", date(2008, 2, 11), False, date(2008, 2, 29))
CASE = ApplicationCase(references=2, sittings=(FIRST, SECOND))


def test_acc_2_stage_1_is_the_application_with_its_references():
    assert references_are_in(ApplicationCase(references=2)) == []
    assert references_are_in(ApplicationCase()) == ["Record the references first: stage 1 is the application with references."]
    assert references_are_in(ApplicationCase(references=2, references_waiting=1)) == [
        "1 reference asked for and not received yet."
    ]


def test_acc_5_one_resit_is_free():
    assert may_sit_online(ApplicationCase(taken_on=date(2008, 1, 14))) == []
    assert may_sit_online(ApplicationCase(sittings=(FIRST,), taken_on=date(2008, 1, 15))) == []
    assert may_sit_online(CASE) == []  # nothing is being recorded


def test_acc_5_a_third_attempt_opens_twelve_months_after_the_notice_of_the_second_result():
    """29 February clamps to the end of the month."""
    assert opens_again_on([FIRST, SECOND]) == date(2009, 2, 28)
    assert may_sit_online(replace(CASE, taken_on=date(2009, 2, 27))) == [
        "The online assessment was failed twice. The last result was notified on 29 February 2008, so a further attempt opens "
        "on 28 February 2009."
    ]
    assert may_sit_online(replace(CASE, taken_on=date(2009, 2, 28))) == []


def test_acc_5_the_twelve_months_run_from_the_notice_and_not_before():
    untold = replace(SECOND, notified_on=None)
    assert opens_again_on([FIRST]) is None
    assert opens_again_on([FIRST, untold]) is None
    assert may_sit_online(replace(CASE, sittings=(FIRST, untold), taken_on=date(2020, 1, 1))) == [
        "The online assessment was failed twice, and the last result has not been notified. A further attempt opens 12 months "
        "after the notice."
    ]


def test_acc_5_each_further_fail_opens_after_twelve_months_again():
    third = Sitting("online", date(2009, 3, 2), False, date(2009, 3, 9))
    case = replace(CASE, sittings=(FIRST, SECOND, third), taken_on=date(2010, 3, 8))
    assert "was failed 3 times" in may_sit_online(case)[0]
    assert may_sit_online(replace(case, taken_on=date(2010, 3, 9))) == []


def test_acc_5_the_stages_are_counted_apart():
    assert may_sit_residential(replace(CASE, taken_on=date(2008, 3, 3))) == []


@pytest.mark.parametrize("taken_on", [date(2008, 1, 14), date(2008, 1, 1)])
def test_a_sitting_comes_after_the_one_before(taken_on):
    assert may_sit_online(ApplicationCase(sittings=(FIRST,), taken_on=taken_on)) == [
        "The online assessment was sat on 14 January 2008; the next sitting must be on a later day."
    ]
