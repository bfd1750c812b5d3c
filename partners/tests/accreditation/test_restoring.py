"""What a claim needs before it restores an accreditation (ACC-13, ACC-14)."""

from datetime import date

from partners.accreditation import Award, Practice, standings
from partners.restoring import ClaimCase, why_no_claim, would_restore

AWARD = Award("primary", date(2005, 9, 1))
OLD = Practice(date(2005, 9, 1), date(2006, 7, 31))
ON = date(2009, 11, 16)  # Monday


def at(on=ON, *stays, award=AWARD):
    return tuple(standings(awards=[award], practice=[OLD, *stays], on=on))


def case_with(*stays, on=ON):
    return ClaimCase(before=at(on), practice=tuple(stays), after=at(on, *stays))


def test_acc_14_practice_in_the_period_restores():
    assert would_restore(case_with(Practice(date(2007, 9, 3), date(2008, 7, 18)))) == []


def test_acc_14_without_practice_shown_nothing_is_restored():
    assert would_restore(case_with()) == ["The claim shows no practice as a SIP."]


def test_acc_14_practice_no_later_than_what_is_on_record_changes_nothing():
    assert would_restore(case_with(Practice(date(2006, 1, 1), date(2006, 6, 30)))) == [
        "None of the practice shown is later than 31 July 2006, the last day of practice on record."
    ]


def test_acc_14_practice_after_the_lapse_does_not_restore():
    assert would_restore(case_with(Practice(date(2009, 9, 1), date(2009, 10, 1)))) == [
        "None of the practice shown began before the accreditation lapsed, on 31 July 2009."
    ]


def test_acc_14_practice_that_only_puts_off_a_lapse_that_has_passed_by_now_does_not_restore():
    assert would_restore(case_with(Practice(date(2006, 9, 1), date(2006, 10, 31)))) == [
        "Even with the practice shown the accreditation would have lapsed, on 31 October 2009."
    ]


def test_a_claim_that_time_has_overtaken_restores_nothing():
    now = at(ON, Practice(date(2009, 1, 1)))
    assert would_restore(ClaimCase(before=now, practice=(OLD,), after=now)) == ["Nothing has lapsed or is about to any more."]


def test_acc_13_who_is_warned_may_point_out_errors_already():
    assert why_no_claim(at(date(2009, 2, 1))) == []
    warned = date(2009, 2, 1)
    assert would_restore(case_with(Practice(date(2007, 9, 3), date(2008, 7, 18)), on=warned)) == []


def test_there_is_nothing_to_claim_while_nothing_lapses():
    assert why_no_claim([]) == ["There is no accreditation on record that could lapse."]
    assert why_no_claim(at(date(2008, 1, 1))) == [
        "Nothing has lapsed or is about to: without new work the accreditation would lapse on 31 July 2009."
    ]
    removed = at(ON, award=Award("primary", date(2005, 9, 1), removed_on=date(2008, 1, 1)))
    assert why_no_claim(removed) == [
        "The accreditation was removed by a decision. A claim about the records does not bring it back."
    ]
