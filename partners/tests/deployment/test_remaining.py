"""The rules asked again of a deployment at work: "appointed as, or remain" (DEP-10, DEP-12, PRE-1, PRE-11, PRE-13). Pure."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from partners.accreditation import Award, Practice, standings
from partners.deployment_rules import CheckFacts, DeploymentCase, Other, SchoolFacts
from partners.remaining import Stay, may_be_kept, still_wrong
from partners.tenure import Spell

SEP, NOV = date(2007, 9, 1), date(2009, 11, 16)  # Saturday, Monday
SCHOOL = SchoolFacts(
    urn="900101", name="Hill Road School", phase_name="Primary", sector_needed="primary", authority_name="Ashby",
    region_name="The Fens",
)  # fmt: skip
HELD = tuple(
    standings(
        awards=[Award("primary", date(2005, 9, 1), None, "")], practice=[Practice(SEP, None, "")], stated_on=None, asked=(),
        on=NOV,
    )
)  # fmt: skip
STAY = Stay(
    DeploymentCase(
        partner="P900001", partner_name="Robin Ward", school=SCHOOL, starts_on=NOV, on=NOV, days=Decimal(5),
        standings=HELD, is_willing=True, checks_needed=("PRE-2", "PRE-5", "PRE-6"), check_age_months=36,
        checks={"PRE-2": CheckFacts(SEP), "PRE-5": CheckFacts(SEP)}, contract_on=SEP,
    ),
    SEP, runs_it="Ashby",
)  # fmt: skip


def wrong(stay):
    return {row.id: row.because for row in still_wrong(stay)}


def case(**changes):
    return replace(STAY, case=replace(STAY.case, **changes))


def school(**changes):
    return case(school=replace(SCHOOL, **changes))


def test_a_sound_deployment_is_not_flagged():
    assert wrong(STAY) == {}


def test_what_is_asked_at_the_start_alone_is_not_asked_again():
    assert wrong(case(is_willing=False, checks={}, contract_on=None, possible_conflicts=("May be the same.",))) == {}


@pytest.mark.parametrize(
    ("stay", "rule", "because"),
    [
        (school(status="closed"), "SCH-1", "Hill Road School is closed on 16 November 2009."),
        (school(outside="It is marked as outside."), "SCH-2", "It is marked as outside."),
        (school(authority_name=""), "SCH-21", "No authority runs the SIP of Hill Road School on 16 November 2009."),
        (
            school(authority_name="Barton"), "SCH-21",
            "Barton runs the SIP of Hill Road School now; the deployment is one of Ashby.",
        ),
        (
            school(sector_needed="secondary"), "PRE-1",
            "Hill Road School needs secondary accreditation; Robin Ward is accredited for primary only on 16 November 2009.",
        ),
        (case(standings=()), "PRE-1", "Robin Ward holds no accreditation on 16 November 2009."),
        (case(stood_down="Robin Ward has withdrawn."), "REG-1", "Robin Ward has withdrawn."),
        (case(is_own_school=True), "PRE-11", "Hill Road School is Robin Ward's own school."),
        (
            case(interests_gap="has not been confirmed"), "REG-10",
            "The register of interests of Robin Ward has not been confirmed.",
        ),
        (case(days=Decimal(3)), "DAY-1", "3 of the 5 days expected for a school are given; below 4 the reason is recorded."),
        (case(contract_until=date(2009, 8, 31)), "PRE-6", "The contract for Hill Road School ran out on 31 August 2009."),
    ],
)  # fmt: skip
def test_dep_12_what_has_changed_since_the_start_is_found(stay, rule, because):
    assert wrong(stay) == {rule: because}


def test_dep_12_an_all_age_school_without_its_talk_is_found():
    found = wrong(school(is_all_age=True, sector_needed=""))
    assert list(found) == ["SCH-4"]


def test_dep_10_the_third_anniversary_is_the_first_day_too_many():
    def on(day):
        return replace(STAY, case=replace(STAY.case, starts_on=day, on=day, check_age_months=None))

    assert wrong(on(date(2010, 8, 31))) == {}
    assert wrong(on(date(2010, 9, 1))) == {
        "DEP-10": "Started on 1 September 2007, so the last lawful day is 31 August 2010, and the deployment still runs."
    }


def test_dep_11_a_stay_before_a_short_break_counts_and_its_days_out_are_added():
    """A year from September 2005, three months out, and on from December 2006: to 29 November 2008."""
    before = replace(
        STAY, starts_on=date(2006, 12, 1), case=replace(STAY.case, spells=(Spell(date(2005, 9, 1), date(2006, 8, 31)),))
    )
    assert "91 days of breaks are added, so the last lawful day is 30 November 2008" in wrong(before)["DEP-10"]


def test_dep_10_an_end_on_record_beyond_the_limit_is_found_before_it_comes():
    assert wrong(replace(STAY, ends_on=date(2010, 9, 1)))["DEP-10"].endswith("the end asked for is 1 September 2010.")
    assert wrong(replace(STAY, ends_on=date(2010, 8, 31))) == {}


def test_dep_9_a_handover_within_its_days_is_lawful_and_a_longer_one_is_not():
    before = Other("Ada Holt", date(2004, 9, 1), date(2007, 9, 30))
    assert wrong(case(others=(before,))) == {}
    found = wrong(case(others=(replace(before, ends_on=date(2007, 11, 1)),)))
    assert "overlaps by 62 days" in found["DEP-9"]


@pytest.mark.parametrize(
    ("checks", "found"),
    [
        ({"PRE-2": CheckFacts(date(2006, 11, 15))}, {"PRE-2": "The CRB check of Robin Ward ran out on 15 November 2009."}),
        ({"PRE-2": CheckFacts(date(2006, 11, 16))}, {}),
        ({"PRE-2": CheckFacts(date(2009, 12, 1))}, {}),
        ({"PRE-2": CheckFacts(SEP, is_not_applicable=True)}, {}),
        (
            {"PRE-5": CheckFacts(SEP, date(2009, 11, 15))},
            {"PRE-5": "The professional indemnity of Robin Ward ran out on 15 November 2009."},
        ),
        ({"PRE-5": CheckFacts(SEP, date(2009, 11, 16))}, {}),
        ({"PRE-9": CheckFacts(SEP, date(2009, 11, 15))}, {}),
    ],
)
def test_pre_13_a_check_on_record_that_has_run_out_is_found_and_one_not_asked_for_is_not(checks, found):
    assert wrong(case(checks=checks)) == found


def test_a_contract_that_runs_or_is_not_asked_for_is_not_found():
    assert wrong(case(contract_until=NOV)) == {}
    assert wrong(case(contract_until=date(2009, 8, 31), checks_needed=())) == {}


def test_a_reason_sets_a_should_aside_and_never_a_must():
    stay = replace(case(days=Decimal(3), is_own_school=True), reasons=frozenset({"DAY-1", "PRE-11"}))
    assert list(wrong(stay)) == ["PRE-11"]
    assert [may_be_kept(rule) for rule in ("DAY-1", "REG-10", "PRE-11", "DEP-10", "nothing")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_days_above_the_floor_are_a_warning_and_no_flag():
    assert wrong(case(days=Decimal(4))) == {}
    assert wrong(case(days=Decimal(5))) == {}
