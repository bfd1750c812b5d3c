"""Each deployment rule on a frozen case, with its reason (D-13, D-14). The rules as a whole are tested in test_deploying."""

import itertools
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.presets import SETTINGS, Policy
from partners import deployment_rules as rules
from partners.accreditation import Asked, Award, standings
from partners.deployment_rules import (
    CHECK_WORDS,
    DEPLOYMENT_RULES,
    CheckFacts,
    DeploymentCase,
    Other,
    SchoolFacts,
    findings,
    is_allowed,
    leads,
    may_propose,
    needs_reason,
    refusing,
)
from partners.tenure import Spell
from sipmanager.core.rules import Stage
from sipmanager.core.wording import day

START = date(2009, 11, 16)  # Monday
SCHOOL = SchoolFacts("900001", "Hill Road School", sector_needed="secondary", authority_name="Ashby", region_name="North")


def held(*sectors, on=START, **facts):
    return tuple(standings(awards=[Award(sector, date(2008, 9, 1)) for sector in sectors], on=on, **facts))


PAPERS = {kind: CheckFacts(date(2009, 9, 1)) for kind in CHECK_WORDS}
SOUND = DeploymentCase(
    partner="P000001", partner_name="Robin Ward", school=SCHOOL, starts_on=START, on=START, kind="serving_head",
    standings=held("secondary"), is_willing=True, willing_places=("North",), checks_needed=(*CHECK_WORDS, "PRE-6"),
    checks=PAPERS, contract_on=date(2009, 9, 1), days=Decimal(5),
)  # fmt: skip


def because(case):
    return {finding.id: finding.because for finding in findings(case)}


def test_a_sound_case_has_no_findings():
    assert findings(SOUND) == []
    assert is_allowed([])
    assert may_propose([])


def test_missing_paperwork_stands_only_in_the_way_of_confirming():
    found = findings(replace(SOUND, checks={}, contract_on=None))
    assert {row.id for row in found} == {*CHECK_WORDS, "PRE-6"}
    assert {row.stage for row in found} == {Stage.CONFIRM}
    assert (may_propose(found), is_allowed(found)) == (True, False)
    assert refusing(found, stage=Stage.PROPOSE) == []
    assert because(replace(SOUND, checks={}))["PRE-9"] == "No references and interview of Robin Ward is on record with Ashby."


def test_a_policy_that_does_not_ask_for_a_check_has_no_finding():
    assert findings(replace(SOUND, checks={}, contract_on=None, checks_needed=())) == []


def test_pre_3_and_pre_4_are_asked_of_serving_heads_alone():
    bare = replace(SOUND, checks={}, kind="consultant")
    assert not {"PRE-3", "PRE-4"} & set(because(bare))
    assert {"PRE-3", "PRE-4"} <= set(because(replace(bare, kind="serving_head")))


def test_a_check_that_does_not_apply_is_met():
    assert findings(replace(SOUND, checks={**PAPERS, "PRE-5": CheckFacts(START, None, True)})) == []


@pytest.mark.parametrize(
    ("kind", "check", "says"),
    [
        ("PRE-2", CheckFacts(date(2009, 11, 17)), "The CRB check is dated 17 November 2009, after 16 November 2009."),
        ("PRE-2", CheckFacts(date(2009, 11, 16)), None),
        (
            "PRE-5", CheckFacts(date(2008, 9, 1), date(2009, 11, 15)),
            "The professional indemnity ran out on 15 November 2009; the deployment starts on 16 November 2009.",
        ),
        ("PRE-5", CheckFacts(date(2008, 9, 1), date(2009, 11, 16)), None),
        (
            "PRE-2", CheckFacts(date(2006, 11, 15)),
            "The CRB check of 15 November 2006 is good for 36 months, to 15 November 2009; the deployment starts on "
            "16 November 2009.",
        ),
        ("PRE-2", CheckFacts(date(2006, 11, 16)), None),
    ],
)  # fmt: skip
def test_a_check_is_of_its_day(kind, check, says):
    case = replace(SOUND, check_age_months=36, checks={**PAPERS, kind: check})
    assert because(case).get(kind) == says


def test_pre_5_and_pre_6_a_paper_that_is_good_today_will_run_out_and_has_not():
    papers = {**PAPERS, "PRE-5": CheckFacts(date(2008, 9, 1), START)}
    later = replace(SOUND, starts_on=date(2010, 1, 4), checks=papers, contract_until=START)
    assert "runs out on 16 November 2009; the deployment starts on 4 January 2010" in because(later)["PRE-5"]
    assert "runs out on 16 November 2009; the deployment starts on 4 January 2010" in because(later)["PRE-6"]


def test_other_checks_may_be_made_after_the_first_day_where_it_is_confirmed_late():
    late = replace(SOUND, on=date(2009, 12, 1), checks={**PAPERS, "PRE-8": CheckFacts(date(2009, 11, 20))})
    assert findings(late) == []
    assert "PRE-8" in because(replace(late, on=START))


def test_pre_6_says_whether_the_sip_is_engaged_at_all():
    assert because(replace(SOUND, contract_on=None))["PRE-6"] == (
        "No confirmed contract with Robin Ward for Hill Road School is on record."
    )
    assert because(replace(SOUND, contract_on=None, is_engaged=False))["PRE-6"].endswith(
        "Robin Ward is not engaged by Ashby either."
    )
    assert because(replace(SOUND, contract_on=date(2009, 11, 17)))["PRE-6"] == (
        "The contract for Hill Road School is confirmed only on 17 November 2009."
    )


# The SIP.


def test_pre_1_says_what_is_missing():
    assert because(replace(SOUND, standings=()))["PRE-1"] == "Robin Ward holds no accreditation on 16 November 2009."
    assert because(replace(SOUND, standings=held("primary", "special")))["PRE-1"] == (
        "Hill Road School needs secondary accreditation; Robin Ward is accredited for primary and special only on "
        "16 November 2009."
    )
    lapsed = tuple(standings(awards=[Award("primary", date(2006, 1, 1))], on=START))
    assert because(replace(SOUND, standings=lapsed))["PRE-1"] == (
        "Accredited on 1 January 2006 with no practice since, so the accreditation lapsed three years later, on 1 January 2009."
    )


def test_pre_1_a_sector_that_lapsed_and_one_to_come():
    lapsed = tuple(standings(awards=[Award("secondary", date(2006, 1, 1))], on=START))
    assert because(replace(SOUND, standings=lapsed))["PRE-1"].startswith("Accredited on 1 January 2006 with no practice")
    to_come = replace(SOUND, standings=(), first_award_on=date(2010, 1, 1))
    assert because(to_come)["PRE-1"] == (
        "Robin Ward was first accredited on 1 January 2010; the deployment would start before that, on 16 November 2009."
    )
    reasoned = replace(SOUND, school=replace(SCHOOL, sector_because="a middle school deemed secondary"))
    assert "(a middle school deemed secondary)" in because(replace(reasoned, standings=held("primary")))["PRE-1"]


def test_pre_1_at_an_all_age_school_before_its_talk_asks_for_any_accreditation():
    school = replace(SCHOOL, sector_needed="", is_all_age=True)
    assert set(because(replace(SOUND, school=school))) == {"SCH-4"}
    assert set(because(replace(SOUND, school=school, standings=()))) == {"SCH-4", "PRE-1"}
    lapsed = tuple(standings(awards=[Award("primary", date(2006, 1, 1))], on=START))
    assert set(because(replace(SOUND, school=school, standings=lapsed))) == {"SCH-4", "PRE-1"}
    talked = replace(school, sector_needed="secondary", all_age_discussed_on=START)
    assert findings(replace(SOUND, school=talked)) == []


def test_acc_28_unverified_records_block_a_new_deployment():
    rows = standings(awards=[Award("secondary", date(2006, 10, 1))], asked=[Asked("Ashby", date(2009, 10, 5))], on=START)
    assert set(because(replace(SOUND, standings=tuple(rows)))) == {"ACC-28"}


def test_pre_7_says_where_the_sip_will_work():
    elsewhere = replace(SOUND, is_willing=False, willing_places=("South", "Barford"))
    assert because(elsewhere)["PRE-7"] == "Robin Ward will work in South and Barford, not in North or Ashby."
    nowhere = replace(SOUND, is_willing=False, willing_places=())
    assert because(nowhere)["PRE-7"] == (
        f"Robin Ward names no region or authority to work in on {day(START)}, so not in North or Ashby."
    )
    unplaced = replace(nowhere, school=replace(SCHOOL, authority_name="", region_name=""))
    assert because(unplaced)["PRE-7"].endswith("so not where this school is.")


def test_pre_11_own_school_and_conflicts():
    assert because(replace(SOUND, is_own_school=True))["PRE-11"] == "Hill Road School is Robin Ward's own school."
    assert because(replace(SOUND, conflicts=("A conflict with Hill Road School is declared: Governor there.",)))["PRE-11"] == (
        "A conflict with Hill Road School is declared: Governor there."
    )


# The school.


def test_the_school_is_open_in_the_programme_and_served():
    closed = replace(SOUND, school=replace(SCHOOL, status="closed"))
    assert because(closed) == {"SCH-1": "Hill Road School is closed on 16 November 2009."}
    proposed = replace(SOUND, school=replace(SCHOOL, status="proposed"))
    assert because(proposed) == {"SCH-1": "Hill Road School is not open yet on 16 November 2009."}
    outside = replace(SOUND, school=replace(SCHOOL, outside="A nursery."))
    assert because(outside) == {"SCH-2": "A nursery."}
    orphan = replace(SOUND, school=replace(SCHOOL, authority_name=""))
    assert because(orphan) == {"SCH-21": "No authority runs the SIP of Hill Road School on 16 November 2009."}
    assert orphan.authority == "the authority"


# The days.


def other(starts_on, ends_on=None, **more):
    return Other("Kim Lee", starts_on, ends_on, **more)


def dep_9(*others, ends_on=None):
    return because(replace(SOUND, others=others, ends_on=ends_on)).get("DEP-9")


def test_dep_9_one_sip_a_school_with_a_handover():
    assert dep_9(other(date(2009, 9, 1))) == "Kim Lee is the school's SIP from 1 September 2009, with no end recorded."
    assert dep_9(other(date(2009, 9, 1), date(2009, 11, 15))) is None
    assert dep_9(other(date(2009, 9, 1), date(2009, 12, 15))) is None
    assert dep_9(other(date(2009, 9, 1), date(2009, 12, 16))) == (
        "Kim Lee is the school's SIP from 1 September to 16 December 2009, which overlaps by 31 days; a handover may last "
        "30 days."
    )


def test_dep_9_a_stay_inside_another_would_never_lead():
    assert "overlaps by 10 days" in dep_9(other(date(2009, 9, 1), date(2010, 7, 31)), ends_on=date(2009, 11, 25))
    assert "overlaps by 10 days" in dep_9(other(START, date(2009, 11, 25)), ends_on=date(2010, 7, 31))


def test_dep_9_somebody_to_come_asks_for_a_last_day_before():
    later = other(date(2010, 9, 1))
    assert dep_9(later) == "Kim Lee is to be the school's SIP from 1 September 2010; enter a last day before that."
    assert dep_9(later, ends_on=date(2010, 8, 31)) is None
    assert dep_9(later, ends_on=date(2010, 9, 30)) is None
    assert "overlaps by 31 days" in dep_9(later, ends_on=date(2010, 10, 1))


def test_dep_9_the_same_sip_is_not_placed_twice():
    again = {"is_same_partner": True}
    assert dep_9(other(START, **again)) == "Robin Ward is already placed at Hill Road School from 16 November 2009."
    assert dep_9(other(START, **again, is_confirmed=False)).endswith("(not confirmed yet).")
    assert dep_9(other(date(2009, 1, 1), date(2009, 11, 15), **again)) is None
    assert dep_9(other(START, is_confirmed=False)) is None
    closed = other(date(2009, 1, 1), date(2009, 11, 20), **again)
    assert dep_9(closed).endswith("from 1 January to 20 November 2009.")


def dep_10(*spells, starts_on=START, ends_on=None):
    return because(replace(SOUND, spells=spells, starts_on=starts_on, ends_on=ends_on)).get("DEP-10")


def test_dep_10_the_start_the_end_and_what_follows_keep_to_three_years():
    assert dep_10(Spell(date(2006, 9, 1), date(2009, 8, 31))) == (
        "First started on 1 September 2006; 76 days of breaks are added, so the last lawful day is 15 November 2009; the "
        "start asked for is 16 November 2009. A return is free from 1 September 2010."
    )
    assert dep_10(Spell(date(2006, 9, 1), date(2008, 8, 31)), starts_on=date(2008, 9, 1), ends_on=date(2009, 9, 1)) == (
        "Started on 1 September 2006, so the last lawful day is 31 August 2009; the end asked for is 1 September 2009."
    )
    assert dep_10(Spell(date(2010, 9, 1), date(2013, 8, 31)), ends_on=date(2010, 8, 31)) == (
        "Started on 16 November 2009, so the last lawful day is 15 November 2012; a later stay already on record runs to "
        "31 August 2013."
    )
    assert dep_10(Spell(date(2006, 9, 1), None), starts_on=date(2009, 9, 1)).endswith(
        "the start asked for is 1 September 2009."
    )
    assert dep_10(Spell(date(2006, 9, 1), date(2008, 8, 31))) is None


def test_day_1_warns_below_the_policys_days_and_asks_a_reason_below_four():
    four, three = replace(SOUND, days=Decimal("4.50")), replace(SOUND, days=Decimal(3))
    assert because(four)["DAY-1"] == "4.5 of the 5 days expected for a school are given."
    assert because(three)["DAY-1"] == "3 of the 5 days expected for a school are given; below 4 the reason is recorded."
    assert needs_reason(four, findings(four)) == []
    assert [row.id for row in needs_reason(three, findings(three))] == ["DAY-1"]
    assert is_allowed(findings(three))
    assert findings(replace(SOUND, days=None)) == []


# Who leads.


def test_the_first_leads_to_the_last_day_and_the_next_from_the_day_after():
    a, b = (1, date(2009, 9, 1), date(2009, 12, 15)), (2, START, None)
    assert leads([b, a]) == {1: (date(2009, 9, 1), date(2009, 12, 15)), 2: (date(2009, 12, 16), None)}


def test_whoever_comes_while_another_has_no_end_never_leads():
    assert leads([(1, date(2009, 9, 1), None), (2, START, date(2010, 1, 1))])[2] is None
    assert leads([(1, date(2009, 9, 1), date(2010, 1, 1)), (2, START, date(2009, 12, 1))])[2] is None


@given(st.lists(st.tuples(st.integers(0, 400), st.one_of(st.none(), st.integers(0, 200))), max_size=8))
def test_nobody_leads_a_school_beside_another(stays):
    def day(n):
        return date.fromordinal(START.toordinal() + n)

    rows = [(pk, day(n), None if length is None else day(n + length)) for pk, (n, length) in enumerate(stays)]
    spans = sorted((span[0], span[1] or date.max) for span in leads(rows).values() if span)
    assert all(earlier[1] < later[0] for earlier, later in itertools.pairwise(spans))


# The table.


def test_every_rule_has_an_id_of_its_own_words_and_a_source():
    assert len({rule.id for rule in DEPLOYMENT_RULES}) == len(DEPLOYMENT_RULES)
    assert all(rule.says and rule.source for rule in DEPLOYMENT_RULES)


def test_every_check_that_a_policy_may_ask_for_has_a_rule():
    asked = {check for setting in SETTINGS if setting.key == "checks" for check in setting.choices}
    assert asked <= {rule.id for rule in DEPLOYMENT_RULES}
    assert set(Policy("kent").checks) <= asked


def test_an_overlap_is_counted_in_days():
    assert rules.overlap_days(replace(SOUND, ends_on=date(2009, 11, 20)), other(date(2009, 11, 20))) == 1
    assert rules.overlap_days(SOUND, other(date(2009, 1, 1), date(2009, 11, 15))) == 0
