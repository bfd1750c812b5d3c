"""What if: the conditions of grant before and after, in a sentence with its figures (COG-A, COG-D, COG-H). Pure."""

from dataclasses import replace
from datetime import date

import pytest

from partners.conditions import GrantCase, Placed, Result, SchoolInGrant, Sip
from partners.tenure import Run
from partners.whatif import Ends, Loses, Retires, Starts, effects, in_one_sentence, share, suppose

SEP = date(2009, 9, 1)  # Tuesday
BEFORE, SINCE = date(2006, 8, 1), date(2006, 8, 2)  # Tuesday, Wednesday
RUN = Run(date(2008, 9, 1), None)


def placed(number, partner, *, is_accredited=True, run=RUN):
    return Placed(number, f"9{number:05}", partner, f"Partner {partner}", is_accredited, "no accreditation.", run)


def sip(name, **facts):
    return Sip(name, **facts)


def a_case(posts, heads=(), *, programme="secondary", on=SEP, serving=(), outside=("H1",), empty=0, **more):
    """`posts` are the SIPs of the schools, in their order; `empty` more schools have none."""
    places = tuple(SchoolInGrant(f"9{n:05}", f"School {n}") for n in range(1, len(posts) + empty + 1))
    return GrantCase(
        authority="X01", authority_name="Ashby", programme=programme, on=on, schools=places,
        placed=tuple(placed(n, partner) for n, partner in enumerate(posts, 1)),
        sips={
            name: sip(name, was_secondary_head=name in heads, is_primary_head=name in serving,
                      has_outside_experience=name in outside)
            for name in sorted(set(posts))
        },
        coverage_by=date(2005, 9, 30), **more,
    )  # fmt: skip


HEADS = [f"H{n}" for n in range(1, 13)]
OTHERS = [f"O{n}" for n in range(1, 5)]
# 12 heads with 17 of 20 schools, 3 others with 3: the fourth is deployed below.
FIFTEEN = a_case([*HEADS, *HEADS[:5], *OTHERS[:3]], HEADS)


def of(found, condition):
    return next(row for row in found if row.id == condition)


def starts(number, partner, starts_on=SEP, *, ends_on=None, is_accredited=True, run=RUN, **facts):
    return Starts(placed(number, partner, is_accredited=is_accredited, run=run), sip(partner, **facts), starts_on, ends_on)


def test_cog_d_the_first_limb_fails_and_the_schools_carry_the_condition():
    """12 of 15 are heads; one head leaves the only school they have for somebody who never was one."""
    case = a_case([*HEADS, *HEADS[:5], *OTHERS[:3]], HEADS)
    found = effects(case, [Ends(12, date(2009, 8, 31)), starts(12, "O4")])
    assert of(found, "COG-D").sentence == (
        "After this, 11 of 15 SIPs are or were heads (73%), below three in four; by schools 16 of 20 (80%), no less than "
        "three in four, so the condition is still met."
    )
    assert not of(found, "COG-D").is_worse
    assert of(found, "COG-D").is_changed


def test_cog_d_before_the_amendment_the_first_limb_stands_alone():
    changes = [Ends(12, date(2006, 7, 1)), starts(12, "O4", starts_on=date(2006, 7, 2))]
    before = effects(replace(FIFTEEN, on=BEFORE), changes)
    assert of(before, "COG-D").sentence == (
        "After this, 11 of 15 SIPs are or were heads (73%), below three in four, so the condition is no longer met."
    )
    assert in_one_sentence(before) == "COG-D (secondary) would be worse off."
    since = of(effects(replace(FIFTEEN, on=SINCE), changes), "COG-D")
    assert since.after.result is Result.MET


def test_cog_d_both_limbs_fail_and_the_condition_is_not_met():
    case = a_case(["H1", "H2", "H3", "O1"], ["H1", "H2", "H3"])
    found = of(effects(case, [Ends(1, date(2009, 8, 31)), starts(1, "O2", has_outside_experience=True)]), "COG-D")
    assert found.sentence == (
        "After this, 2 of 4 SIPs are or were heads (50%), below three in four; by schools 2 of 4 (50%), below three in four, "
        "so the condition is no longer met."
    )
    assert [row.subject for row in found.more] == ["authority:X01"]


def test_cog_d_the_second_limb_of_experience_elsewhere_is_counted():
    case = a_case(["H1", "H2"], ["H1", "H2"])
    found = of(effects(case, [Ends(1, date(2009, 8, 31))]), "COG-D")
    assert found.sentence.endswith(
        "1 of 1 SIP is or was a head (100%), no less than three in four; 0 are experienced elsewhere and at least 1 is asked "
        "for, so the condition is no longer met."
    )


def test_cog_d_a_serving_primary_head_who_retires_counts_no_more_from_that_day():
    case = a_case(["A", "B"], programme="primary", serving=["A"])
    changes = [Retires("A", SEP), Retires("Nobody", SEP)]
    assert of(effects(case, changes), "COG-D").sentence == (
        "After this, 0 of 2 SIPs are serving primary heads and at least 1 is asked for, so the condition is no longer met."
    )
    eve = replace(case, on=date(2009, 8, 31))
    assert of(effects(eve, changes), "COG-D").sentence.endswith("so the condition is still met.")
    assert not of(effects(eve, changes), "COG-D").is_changed


def test_cog_d_a_secondary_head_who_retires_has_still_been_one():
    found = of(effects(FIFTEEN, [Retires("H1", SEP)]), "COG-D")
    assert not found.is_changed


def test_cog_d_a_start_may_mend_the_condition():
    case = a_case(["B"], programme="primary")
    found = of(effects(case, [starts(1, "A", is_primary_head=True)]), "COG-D")
    assert found.sentence == (
        "After this, 1 of 2 SIPs is a serving primary head and at least 1 is asked for, so the condition is now met."
    )


def test_cog_a_coverage_falls_with_an_end_and_rises_with_a_start():
    case = a_case(["H1", "H2"], empty=2)
    assert of(effects(case, [starts(3, "H1")]), "COG-A").sentence == (
        "After this, 3 of 4 schools in scope (75%) have an accredited SIP, so the condition is still not met."
    )
    both = effects(case, [starts(3, "H1"), starts(4, "H2")])
    assert of(both, "COG-A").sentence.endswith("so the condition is now met.")
    ended = of(effects(case, [Ends(1, date(2009, 8, 31))]), "COG-A")
    assert [row.subject for row in ended.more] == ["school:900001"]
    assert of(effects(case, [Ends(1, SEP)]), "COG-A").more == ()  # the last day itself is served


def test_cog_a_what_is_not_met_already_and_loses_another_school_is_said_to_fall_further_short():
    case = a_case([*HEADS[:3]], HEADS, empty=1)
    assert in_one_sentence(effects(case, [Ends(2, date(2009, 8, 31))])) == "COG-A (secondary) would fall further short."
    assert in_one_sentence(effects(case, [starts(4, "H2")])) == ""
    every = effects(case, [Ends(number, date(2009, 8, 31)) for number in (1, 2, 3)])
    assert in_one_sentence(every).endswith("would be worse off. COG-A (secondary) would fall further short.")


def test_cog_a_before_its_deadline_a_gap_is_a_risk():
    case = replace(a_case(["H1"]), coverage_by=date(2010, 4, 1))
    found = of(effects(case, [Ends(1, date(2009, 8, 31))]), "COG-A")
    assert found.sentence == "After this, 0 of 1 school in scope (0%) has an accredited SIP, so the condition is now at risk."
    assert found.is_worse


@pytest.mark.parametrize(
    ("change", "is_covered"),
    [
        (Loses("H1", SEP), False),
        (Loses("H1", SEP, "secondary"), False),
        (Loses("H1", SEP, "primary"), True),
        (Loses("H1", date(2009, 9, 2)), True),
        (Loses("H2", SEP), True),
        (starts(2, "O1", is_accredited=False), True),
        (starts(2, "O1", starts_on=date(2009, 9, 2)), True),
        (starts(2, "O1", ends_on=date(2009, 8, 31), starts_on=date(2009, 8, 1)), True),
        (starts(77, "O1"), True),
    ],
)
def test_pre_1_a_lapse_or_removal_uncovers_the_schools_of_its_sector_from_its_day(change, is_covered):
    after = of(effects(a_case(["H1"]), [change]), "COG-A").after
    assert (after.result is Result.MET) is is_covered


def test_a_sip_who_serves_both_programmes_loses_one_sector_and_keeps_the_other():
    primary, secondary = a_case(["B"], programme="primary", serving=["B"]), a_case(["B"], ["B"], outside=["B"])
    change = [Loses("B", SEP, "secondary")]
    assert of(effects(primary, change), "COG-A").after.result is Result.MET
    assert of(effects(secondary, change), "COG-A").after.result is Result.NOT_MET


def test_cog_h_a_stay_that_would_be_too_long_is_counted_and_one_near_its_limit_is_a_risk():
    case = a_case(["H1"])
    over = starts(1, "O1", run=Run(date(2006, 8, 31), None))
    assert of(effects(case, [over]), "COG-H").sentence == (
        "After this, 1 of 2 deployments is past three years, so the condition is no longer met."
    )
    near = starts(1, "O1", run=Run(date(2006, 9, 2), None))
    assert of(effects(case, [near]), "COG-H").sentence == (
        "After this, 0 of 2 deployments are past three years and 1 is within six months of it, so the condition is now at risk."
    )


def test_where_nobody_is_left_there_is_nothing_to_judge_by():
    found = effects(a_case(["H1"], ["H1"]), [Ends(1, date(2009, 8, 31))])
    assert of(found, "COG-D").sentence == (
        "After this, no SIP is at work in a school that the mix counts, so there is nothing to judge by."
    )
    assert of(found, "COG-H").sentence == "After this, no SIP is at work, so there is nothing to judge by."
    nothing = effects(replace(a_case(["H1"]), schools=()), [])
    assert of(nothing, "COG-A").sentence == "After this, no school is in scope, so there is nothing to judge by."


def test_what_is_supposed_changes_nothing_of_the_case_itself():
    case = a_case(["H1"])
    assert suppose(case, []) == case
    suppose(case, [Ends(1, date(2009, 8, 31)), Retires("H1", SEP), starts(1, "O1")])
    assert case == a_case(["H1"])
    assert in_one_sentence(effects(case, [])) == ""


@pytest.mark.parametrize(
    ("part", "whole", "words"), [(299, 400, "299 of 400 (74%)"), (3, 4, "3 of 4 (75%)"), (0, 0, "0 of 0")]
)
def test_a_share_never_reads_as_a_limit_that_it_does_not_reach(part, whole, words):
    assert share(part, whole) == words


def test_cog_l_before_the_first_letter_no_condition_is_changed():
    case = a_case(["H1"], HEADS, on=date(2005, 6, 29))
    assert effects(case, [Ends(1, date(2005, 6, 28))]) == []
