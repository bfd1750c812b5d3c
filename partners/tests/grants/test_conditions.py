"""The conditions of grant on frozen facts (section 12, D-19)."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.conditions import (
    CONDITIONS_OF_GRANT,
    Change,
    Evidence,
    GrantCase,
    Placed,
    Result,
    SchoolInGrant,
    Shortfall,
    Sip,
    answers,
    at_least_three_in_four,
    deciding,
    in_force,
    mix_of,
)
from partners.tenure import Run

BEFORE, SINCE = date(2006, 8, 1), date(2006, 8, 2)  # Tuesday, Wednesday


def placed(urn, partner, *, is_accredited=True, run=None):
    return Placed(
        deployment_id=int(urn), urn=urn, partner=partner, partner_name=f"Partner {partner}", is_accredited=is_accredited,
        because="no accreditation.", run=run or Run(date(2005, 9, 1), None),
    )  # fmt: skip


def schools(number):
    return tuple(SchoolInGrant(f"90{n:04}", f"School {n}") for n in range(number))


def mix_case(*, sips, heads, schools_each=1, schools_of_heads=None, on=SINCE, programme="secondary", outside=1, serving=0):
    """`sips` SIPs of whom the first `heads` are or were heads; the schools of heads come first."""
    names = [f"P{n}" for n in range(sips)]
    posts = [(name, 0) for name in names]
    if schools_of_heads is not None:
        posts = [(names[n % heads] if heads else names[-1], n) for n in range(schools_of_heads[0])]
        posts += [(names[heads + n % (sips - heads)], n) for n in range(schools_of_heads[1])]
    places = schools(len(posts))
    return GrantCase(
        authority="X01", authority_name="Ashby", programme=programme, on=on, schools=places,
        placed=tuple(placed(school.urn, name) for school, (name, _) in zip(places, posts, strict=True)),
        sips={
            name: Sip(name, was_secondary_head=n < heads, is_primary_head=n < serving, has_outside_experience=n < outside)
            for n, name in enumerate(names)
        },
        coverage_by=date(2005, 9, 30),
    )  # fmt: skip


def answer(case, condition):
    return next(row for row in answers(case) if row.id == condition)


# COG-D.


@pytest.mark.parametrize("on", [BEFORE, SINCE])
def test_cog_d_nine_heads_of_twelve_is_three_in_four(on):
    assert answer(mix_case(sips=12, heads=9, on=on), "COG-D").result is Result.MET


def test_act_7_eight_of_twelve_with_fifteen_of_twenty_schools_is_met_only_since_2_august_2006():
    before = mix_case(sips=12, heads=8, schools_of_heads=(15, 5), on=BEFORE)
    found = answer(before, "COG-D")
    assert found.result is Result.NOT_MET
    assert found.strength == "best_endeavours"
    assert found.verdict.findings[0].because == (
        "8 of 12 SIPs are or have been secondary heads; at least three in four are asked for."
    )
    since = replace(before, on=SINCE)
    assert answer(since, "COG-D").result is Result.MET
    assert answer(since, "COG-D").as_json()["figures"] == {
        "sips": 12, "sips_heads": 8, "schools": 20, "schools_with_heads": 15, "outside_experience": 1,
        "serving_primary_heads": 0,
    }  # fmt: skip


def test_act_7_fourteen_of_twenty_schools_is_not_met_either():
    found = answer(mix_case(sips=12, heads=8, schools_of_heads=(14, 6)), "COG-D")
    assert found.result is Result.NOT_MET
    assert "14 of 20 schools have a SIP who is or was one" in found.verdict.findings[0].because


def test_cog_d_five_of_seven_fails_and_six_is_met():
    assert answer(mix_case(sips=7, heads=5), "COG-D").result is Result.NOT_MET
    assert answer(mix_case(sips=7, heads=6), "COG-D").result is Result.MET


@pytest.mark.parametrize("on", [BEFORE, SINCE])
def test_cog_d_second_limb_asks_for_experience_elsewhere(on):
    found = answer(mix_case(sips=4, heads=4, outside=0, on=on), "COG-D")
    assert found.result is Result.NOT_MET
    assert "0 of 4 SIPs have substantial recent experience elsewhere; at least 1 is asked for." in (
        found.verdict.findings[0].because
    )
    assert answer(replace(mix_case(sips=4, heads=4, outside=1), mix_minimum=2), "COG-D").result is Result.NOT_MET


def test_cog_d_primary_asks_for_serving_primary_heads():
    case = mix_case(sips=4, heads=4, serving=0, programme="primary")
    assert answer(case, "COG-D").result is Result.NOT_MET
    assert answer(mix_case(sips=4, heads=0, serving=1, programme="primary"), "COG-D").result is Result.MET


@pytest.mark.parametrize("programme", ["primary", "secondary"])
def test_cog_d_nought_of_nought_is_no_data(programme):
    case = GrantCase("X01", "Ashby", programme, SINCE)
    assert answer(case, "COG-D").result is Result.NO_DATA


def test_academies_count_in_the_mix_only_where_the_policy_says_so():
    case = mix_case(sips=2, heads=1)
    one, other = case.schools
    case = replace(case, schools=(one, replace(other, counts=False, is_academy=True)))
    assert mix_of(case).sips == 1
    assert mix_of(replace(case, academies_in_mix=True)).sips == 2


@given(st.integers(0, 200), st.integers(1, 200))
def test_three_in_four_is_the_ratio(part, whole):
    part = min(part, whole)
    assert at_least_three_in_four(part, whole) == (part / whole >= 0.75)


@given(st.integers(1, 12), st.integers(0, 12))
def test_cog_d_one_more_head_never_makes_it_worse(sips, heads):
    heads = min(heads, sips - 1)
    order = [Result.NOT_MET, Result.MET]
    fewer, more = (answer(mix_case(sips=sips, heads=n), "COG-D").result for n in (heads, heads + 1))
    assert order.index(fewer) <= order.index(more)


# COG-A.


def coverage(*, covered, in_scope, on=SINCE, by=date(2006, 9, 30)):
    places = schools(in_scope)
    return GrantCase(
        "X01", "Ashby", "secondary", on, schools=places, placed=tuple(placed(row.urn, "P1") for row in places[:covered]),
        sips={"P1": Sip("P1")}, coverage_by=by,
    )  # fmt: skip


def test_cog_a_gaps_before_the_deadline_are_a_risk_and_after_it_a_breach():
    before = answer(coverage(covered=1, in_scope=2), "COG-A")
    assert (before.result, before.as_json()["figures"]) == (
        Result.AT_RISK,
        {"in_scope": 2, "covered": 1, "deadline_on": "2006-09-30", "days_to_deadline": 59},
    )
    assert [finding.as_json() for finding in before.verdict.findings] == [
        {"subject": "school:900001", "because": "School 1 has no School Improvement Partner on 2 August 2006."}
    ]
    assert answer(coverage(covered=1, in_scope=2, on=date(2006, 9, 30)), "COG-A").result is Result.NOT_MET
    assert answer(coverage(covered=2, in_scope=2), "COG-A").result is Result.MET


def test_cog_a_without_a_deadline_counts_it_as_past_and_says_so():
    found = answer(coverage(covered=0, in_scope=1, by=None), "COG-A")
    assert found.result is Result.NOT_MET
    assert found.as_json()["warnings"] == ["No deadline for the secondary programme is recorded, so it counts as past."]


def test_cog_a_a_sip_whose_accreditation_does_not_hold_leaves_a_gap():
    case = coverage(covered=1, in_scope=1)
    case = replace(case, placed=(replace(case.placed[0], is_accredited=False),))
    found = answer(case, "COG-A")
    assert found.result is Result.AT_RISK
    assert found.verdict.findings[0].because == "Partner P1 is at School 0, but: no accreditation."


def test_act_6_an_academy_without_a_sip_does_not_make_cog_a_fail():
    case = coverage(covered=1, in_scope=1)
    academy = SchoolInGrant("909999", "Academy", counts=False, is_academy=True)
    assert answer(replace(case, schools=(*case.schools, academy)), "COG-A").result is Result.MET


def test_cog_a_no_schools_is_no_data():
    assert answer(coverage(covered=0, in_scope=0), "COG-A").result is Result.NO_DATA


# COG-B.


def test_cog_b_is_at_risk_when_a_change_waits_over_five_working_days():
    case = GrantCase("X01", "Ashby", "secondary", SINCE)
    assert answer(case, "COG-B").result is Result.NO_DATA
    sent = Change(1, "start", "School 1", date(2006, 7, 3), is_sent=True, waited=9)
    fresh = Change(2, "end", "School 2", date(2006, 7, 26), is_sent=False, waited=5)
    to_come = Change(3, "start", "School 3", date(2006, 9, 1), is_sent=False)
    assert answer(replace(case, changes=(sent, fresh, to_come)), "COG-B").result is Result.MET
    late = replace(fresh, waited=6)
    found = answer(replace(case, changes=(sent, late)), "COG-B")
    assert found.result is Result.AT_RISK
    assert found.verdict.figures == {"changes": 2, "sent": 1, "unsent": 1, "late": 1, "longest_wait": 9}
    assert found.verdict.findings[0].because == (
        "The end at School 2 on 26 July 2006 has waited 6 working days to be notified."
    )


# COG-H.


def test_cog_h_is_at_risk_six_months_before_and_not_met_after():
    case = coverage(covered=1, in_scope=1)
    day = replace(case, on=date(2008, 2, 28))
    assert answer(day, "COG-H").result is Result.MET
    assert answer(replace(case, on=date(2008, 2, 29)), "COG-H").result is Result.AT_RISK
    assert answer(replace(case, on=date(2008, 8, 31)), "COG-H").result is Result.AT_RISK
    over = answer(replace(case, on=date(2008, 9, 1)), "COG-H")
    assert over.result is Result.NOT_MET
    assert over.as_json()["figures"] == {"deployments": 1, "over_limit": 1, "at_risk": 0}
    assert over.verdict.findings[0] == Shortfall(
        "deployment:900000",
        "Partner P1: Started on 1 September 2005, so the last lawful day is 31 August 2008; the day asked is 1 September 2008.",
    )
    assert answer(GrantCase("X01", "Ashby", "primary", SINCE), "COG-H").result is Result.NO_DATA


# The table.


def test_every_condition_is_answered_and_e_twice():
    wanted = ["COG-A", "COG-B", "COG-C", "COG-D", "COG-E", "COG-E-meetings", "COG-F", "COG-G", "COG-H", "COG-I", "COG-J"]
    for programme in ("primary", "secondary"):
        for on in (BEFORE, SINCE, date(2009, 11, 16)):
            assert [row.id for row in in_force(programme, on)] == wanted
    assert {row.id for row in CONDITIONS_OF_GRANT if row.strength == "best_endeavours"} == {"COG-D", "COG-E-meetings"}


def test_conditions_whose_facts_lie_above_have_no_data_until_they_come():
    case = GrantCase("X01", "Ashby", "primary", SINCE)
    assert answer(case, "COG-G").result is Result.NO_DATA
    assert answer(replace(case, evidence={"COG-G": None}), "COG-G").result is Result.NO_DATA
    assert answer(replace(case, evidence={"COG-G": Evidence({"reviews": 3})}), "COG-G").result is Result.MET
    short = Evidence(shortfalls=(Shortfall("partner:P000001", "No review."),))
    assert answer(replace(case, evidence={"COG-G": short}), "COG-G").result is Result.NOT_MET


def test_cog_d_the_mix_is_said_in_words_for_either_programme():
    figures = {"sips": 15, "sips_heads": 11, "schools": 20, "schools_with_heads": 16, "serving_primary_heads": 1}
    assert deciding("COG-D", "secondary", "met", figures) == (
        "11 of 15 SIPs are or were secondary heads, 16 of 20 schools served by one"
    )
    assert deciding("COG-D", "primary", "met", figures) == "1 of 15 SIPs serving primary heads"
    assert deciding("COG-D", "secondary", "no_data", figures) == ""


@pytest.mark.parametrize(
    ("programme", "first"), [("secondary", date(2005, 6, 30)), ("primary", date(2006, 1, 4))]
)  # fmt: skip
def test_cog_l_no_condition_is_in_force_before_the_first_letter_of_its_programme(programme, first):
    assert in_force(programme, first - timedelta(days=1)) == []
    assert len(in_force(programme, first)) == 11


def test_cog_l_every_row_says_its_source_and_rows_of_one_condition_never_hold_together():
    assert all(row.source and row.means and row.evidence for row in CONDITIONS_OF_GRANT)
    for programme in ("primary", "secondary"):
        rows = [row for row in CONDITIONS_OF_GRANT if programme in row.programmes]
        for one, other in combinations(rows, 2):
            assert one.id != other.id or one.until < other.from_ or other.until < one.from_
