"""When a case may be opened, heard and decided (ACC-16 to ACC-26, ACT-9)."""

from dataclasses import replace
from datetime import date

from partners.removal import (
    RemovalFacts,
    Talk,
    may_be_heard,
    may_be_removed,
    may_be_retained,
    may_call_hearing,
    may_tell_director,
    why_not_opened,
)

ON = date(2009, 10, 5)  # Monday
TALK = Talk(date(2009, 9, 14), "competence", copied_on=date(2009, 9, 14), answer_due_on=date(2009, 9, 28))
SOUND = RemovalFacts(on=ON, criterion="competence", talks=(TALK,), support_given="A mentor since spring")


def test_acc_22_a_competence_case_stands_on_an_earlier_discussion():
    assert why_not_opened(SOUND) == []
    for talks in ((), (replace(TALK, held_on=ON),), (replace(TALK, criterion="conduct"),)):
        assert why_not_opened(replace(SOUND, talks=talks)) == [
            "No earlier discussion of competence with the SIP is on record. The concern is raised openly with the SIP when it "
            "occurs, before a case is opened."
        ]


def test_acc_18_a_competence_case_says_what_was_done_to_help():
    assert why_not_opened(replace(SOUND, support_given=" ")) == ["Enter what was done to bring rapid improvement about."]


def test_acc_22_other_grounds_need_a_first_record_copied_to_the_sip():
    for criterion in ("conduct", "public_confidence"):
        facts = replace(SOUND, criterion=criterion, support_given="")
        assert why_not_opened(facts) == []
        assert why_not_opened(replace(facts, talks=(replace(TALK, copied_on=ON),))) == []
        for talks in ((), (replace(TALK, copied_on=None),), (replace(TALK, copied_on=date(2009, 10, 6)),)):
            assert why_not_opened(replace(facts, talks=talks)) == [
                "No record of a discussion has been copied to the SIP yet. Record the first one, then open the case."
            ]


def test_acc_16_a_lapse_needs_no_case_and_an_award_and_no_other_case_are_needed():
    assert "needs no case" in why_not_opened(replace(SOUND, criterion="lapsed"))[0]
    assert why_not_opened(replace(SOUND, has_award=False, has_open_case=True)) == [
        "The SIP holds no accreditation that could be removed.",
        "A case about this SIP is open already.",
    ]


def test_acc_21_the_sip_is_told_before_the_director():
    assert may_tell_director(SOUND) == ["The SIP is told first that removal is possible."]
    assert may_tell_director(replace(SOUND, sip_told_on=ON)) == []


def test_acc_23_the_time_to_answer_runs_out_before_the_hearing():
    assert may_call_hearing(SOUND) == []  # no day given yet
    assert may_call_hearing(replace(SOUND, hearing_on=date(2009, 10, 4))) == ["The day of the hearing must be today or later."]
    waits = replace(SOUND, talks=(replace(TALK, answer_due_on=date(2009, 10, 20)),), hearing_on=date(2009, 10, 20))
    assert may_call_hearing(waits) == [
        "The SIP has until 20 October 2009 to answer 1 record of discussion; the hearing is on a later day."
    ]
    assert may_call_hearing(replace(waits, hearing_on=date(2009, 10, 21))) == []
    answered = replace(waits, talks=(replace(waits.talks[0], answered_on=ON),))
    assert may_call_hearing(answered) == []


def test_acc_26_the_steering_group_has_members_of_all_three():
    heard = replace(SOUND, heard_on=ON, director_told_on=date(2009, 10, 1), bodies=("NCSL", "NS", "DfES"))
    assert may_be_heard(heard) == []
    assert may_be_heard(SOUND) == []  # no day given yet
    assert may_be_heard(replace(heard, bodies=("NS",))) == [
        "Enter who sat for NCSL and DfES: the steering group has members of all three."
    ]
    assert may_be_heard(replace(heard, heard_on=date(2009, 10, 6))) == [
        "The day on which the case was heard must be today or in the past."
    ]
    assert may_be_heard(replace(heard, heard_on=date(2009, 9, 30))) == [
        "The case came to the national director on 1 October 2009; it is heard after that."
    ]


def test_acc_20_withheld_facts_that_mattered_will_bring_removal():
    assert may_be_retained(SOUND) == []
    assert may_be_retained(replace(SOUND, is_withholding_found=False)) == []
    assert "brings removal" in may_be_retained(replace(SOUND, is_withholding_found=True))[0]


def test_acc_16_a_removal_holds_from_the_hearing_on_or_later():
    assert may_be_removed(SOUND) == []
    assert may_be_removed(replace(SOUND, heard_on=ON, removed_from=ON)) == []
    assert may_be_removed(replace(SOUND, heard_on=ON, removed_from=date(2009, 10, 4))) == [
        "The removal holds from a day on or after the hearing, 5 October 2009."
    ]
