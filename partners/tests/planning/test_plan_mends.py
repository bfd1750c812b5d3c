"""What the planner says would mend: every change of the smallest size, each enough by itself; both limbs of COG-D (DEP-3)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.planning import AtLeast, Instance, Need, Pair, Ratio, Sip, Solution, Status, explained, solve, why_left

HEADS, SERVING = frozenset({"head"}), frozenset({"serving"})


def needs(number: int) -> tuple[Need, ...]:
    return tuple(Need(f"90000{n}" if n < 10 else f"9000{n}", Decimal(5), f"School {n}") for n in range(number))


def sip(number: int, days: int = 10, **more) -> Sip:
    return Sip(f"P00000{number}", Decimal(days), f"Sip {number}", **more)


def everybody(schools: tuple[Need, ...], sips) -> tuple[Pair, ...]:
    return tuple(Pair(school.urn, one.reference) for school in schools for one in sips)


def instance(schools: int, *sips: Sip, **more) -> Instance:
    return Instance(needs(schools), sips, everybody(needs(schools), sips), **more)


def said(question: Instance) -> list[str]:
    return [mend.says for conflict in explained(question, solve(question)) for mend in conflict.mends]


def with_more_days(question: Instance, reference: str, days: Decimal) -> Instance:
    sips = tuple(replace(one, days_left=one.days_left + days) if one.reference == reference else one for one in question.sips)
    return replace(question, sips=sips)


def test_all_mends_of_the_same_size_are_named_and_a_stranger():
    assert said(instance(5, sip(0), sip(1))) == [
        "5 days more of Sip 0 (P000000) would do.", "5 days more of Sip 1 (P000001) would do.",
        "Another SIP with 5 days to give there would do.",
    ]  # fmt: skip


def test_a_handful_is_named_and_the_rest_said_to_be():
    found = said(instance(8, *(sip(n, 5) for n in range(7))))
    assert [words[:6] for words in found[:5]] == ["5 days"] * 5
    assert found[5] == "The same is true of other SIPs."


def test_one_sip_for_thirty_schools_says_how_many_days_all_of_them_take():
    question = instance(30, sip(0, 10))
    (conflict,) = explained(question, solve(question))
    assert conflict.says.endswith("whose days are enough for 2 schools. 27 more schools wait for the same SIPs.")
    assert said(question)[0] == "140 days more of Sip 0 (P000000) would do for all of them."


def test_nobody_alone_is_asked_for_more_days_than_a_school_year_has():
    question = instance(50, sip(0, 10))
    assert said(question) == [
        "5 days more of Sip 0 (P000000) would do for one school more.",
        "Other SIPs with together 240 days to give there would do for all of them.",
    ]  # fmt: skip


def test_a_sip_who_has_given_more_than_there_was_needs_that_too():
    assert said(instance(1, sip(0, -3))) == [
        "8 days more of Sip 0 (P000000) would do.", "Another SIP with 5 days to give there would do.",
    ]  # fmt: skip


@pytest.mark.parametrize("days", [0, 4])
def test_without_any_days_the_sentence_says_so_plainly(days):
    question = instance(2, sip(0, days))
    found = solve(question)
    assert (found.status, found.assigned) == (Status.INFEASIBLE, ())
    assert explained(question, found)[0].says.startswith("School 0 can be taken only by Sip 0, who has too few days left.")
    assert why_left(question, found)["900000"] == "Sip 0 could take School 0, but has no days left."


def test_where_nobody_alone_serves_all_the_least_for_one_school_more_is_said():
    """Ann alone may take the first two schools, Ben alone the next two, and Cat one of either."""
    schools, sips = needs(5), (sip(0, 5), sip(1, 5), sip(2, 5))
    pairs = [(0, 0), (1, 0), (2, 1), (3, 1), (0, 2), (1, 2), (2, 2), (3, 2), (4, 2)]
    question = Instance(schools, sips, tuple(Pair(schools[s].urn, sips[p].reference) for s, p in pairs))
    found = said(question)
    assert any(words.endswith("would do for one school more.") for words in found) or all(
        "for all" in words for words in found
    )
    assert found[-1] == "Another SIP with 10 days to give there would do for all of them."


def test_no_schools_are_no_conflict():
    question = instance(0, sip(0))
    assert explained(question, solve(question)) == []


def test_each_pin_of_a_contradiction_is_a_mend_by_itself():
    pins = [(f"90000{n}", "P000000") for n in range(3)]
    question = instance(3, sip(0), sip(1), pinned=pins)
    (conflict,) = explained(question, solve(question))
    assert [mend.says for mend in conflict.mends] == [f"Sip 0 could be unpinned from School {n}." for n in range(3)]
    for pin in pins:
        assert solve(replace(question, pinned=[one for one in pins if one != pin])).status is Status.OPTIMAL


def test_cog_d_pins_that_break_the_mix_are_named_with_it():
    question = instance(2, sip(0, groups=HEADS), sip(1), ratio=Ratio(by_schools=False), pinned=[("900000", "P000001")])
    (conflict,) = explained(question, solve(question))
    assert conflict.rules == ("pin", "COG-D")
    assert conflict.says == "With Sip 1 at School 0 pinned, no deployment of the SIPs who have days keeps COG-D."
    assert conflict.mends[0].says == "Sip 1 could be unpinned from School 0."


class TestBothLimbs:
    """COG-D since 2 August 2006: three in four SIPs, or SIPs of three in four schools."""

    def test_how_far_either_falls_short_and_what_would_mend_either(self):
        question = instance(8, sip(0, 10, groups=HEADS), sip(1, 40), ratio=Ratio())
        (conflict,) = explained(question, solve(question))
        assert conflict.says.endswith(
            "fewer than three in four SIPs would be or have been secondary heads, and at most 2 of 8 schools would have one of "
            "them, where 6 would be three in four."
        )
        assert [mend.says for mend in conflict.mends] == [
            "One more SIP who is or was a secondary head, with 20 days for 4 schools, would do. By schools, that is three in four.",
            "One more SIP who is or was a secondary head, with 30 days for 6 schools, would do. By SIPs, that is three in four.",
        ]

    def test_before_the_amendment_the_schools_are_not_spoken_of(self):
        question = instance(8, sip(0, 10, groups=HEADS), sip(1, 40), ratio=Ratio(by_schools=False))
        (conflict,) = explained(question, solve(question))
        assert "of 8 schools" not in conflict.says
        assert [mend.says for mend in conflict.mends] == [
            "One more SIP who is or was a secondary head, with 30 days for 6 schools, would do."
        ]

    def test_by_sips_it_may_take_several(self):
        """Of four SIPs at work two are heads: four heads more make 6 of 8, as long as nobody else comes into use."""
        question = instance(6, sip(0, 30), ratio=Ratio(sips=4, heads=2, schools=40, with_heads=2))
        (conflict,) = explained(question, solve(question))
        assert conflict.rules == ("COG-D",)
        assert "2 of 4 SIPs at work by then are or were secondary heads, and 2 of 40 schools" in conflict.says
        assert conflict.mends[-1].says.startswith(
            "4 more SIPs who are or were secondary heads, with 30 days for 6 schools in all"
        )

    def test_too_few_schools_to_mend_it_here_are_said_to_be(self):
        question = instance(1, sip(0, 5), ratio=Ratio(sips=9, heads=0, schools=40, with_heads=0))
        (conflict,) = explained(question, solve(question))
        assert conflict.mends[0].says.startswith("There are too few schools without a SIP to mend it here")


def test_cog_d_two_serving_heads_more_are_said_to_be_two():
    schools = needs(3)
    sips = (sip(0, 5), sip(1, 5), sip(2, 5, groups=SERVING), sip(3, 5, groups=SERVING))
    pairs = tuple(Pair(schools[n].urn, sips[n].reference) for n in range(2))
    pairs += tuple(Pair(schools[n].urn, sips[n + 2].reference) for n in range(2))
    pairs += (Pair(schools[2].urn, sips[2].reference),)
    question = Instance(schools, sips, pairs, at_least=(AtLeast("serving", 2),))
    assert solve(question).status is Status.OPTIMAL
    question = replace(question, forbidden=[(schools[1].urn, sips[3].reference), (schools[0].urn, sips[2].reference)])
    (conflict,) = explained(question, solve(question))
    assert conflict.says == "2 more SIPs who are serving primary heads are needed, and 1 could be deployed."


def test_cog_d_only_the_part_that_cannot_be_had_is_left_aside():
    question = instance(2, sip(0, 10, groups=HEADS), ratio=Ratio(), at_least=(AtLeast("serving", 1),))
    found = solve(question)
    assert (found.lacking, len(found.assigned)) == ({"serving"}, 2)


def test_what_the_time_did_not_allow_is_not_said_to_be_impossible():
    question = instance(2, sip(0, 10))
    found = Solution(Status.FEASIBLE, left=("900000", "900001"))
    assert explained(question, found) == []
    assert (
        why_left(question, found)["900000"] == "The time was over before a SIP was found for School 0. More time may find one."
    )


@st.composite
def short_of_days(draw):
    schools = needs(draw(st.integers(1, 5)))
    sips = tuple(sip(n, draw(st.sampled_from([-2, 0, 3, 5, 8, 10]))) for n in range(draw(st.integers(1, 4))))
    keys = [(school.urn, one.reference) for school in schools for one in sips]
    chosen = draw(st.lists(st.sampled_from(keys), unique=True, min_size=1))
    return Instance(schools, sips, tuple(Pair(*key) for key in chosen))


@settings(max_examples=150, deadline=None)
@given(short_of_days())
def test_every_change_of_days_that_is_named_is_enough_and_none_smaller_is(question):
    for conflict in explained(question, solve(question)):
        left = solve(question).left
        for mend in conflict.mends:
            if not mend.reference:
                continue
            still = solve(with_more_days(question, mend.reference, mend.days)).left
            assert len(still) < len(left)
            if "for one school more" not in mend.says:
                taken = {pair.urn for pair in question.pairs if pair.reference in conflict.partners}
                assert not taken & set(still), "every school that waits for these SIPs is served"
            for other in conflict.partners:
                less = solve(with_more_days(question, other, mend.days - 1)).left
                assert len(less) > len(still), "one day less of anybody is not enough"
