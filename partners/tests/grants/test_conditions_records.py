"""Conditions that kept records answer: brief, development, contact, sharing, access; and the arithmetic of them all."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from partners.conditions import (
    Agreed,
    AtMeetings,
    Contact,
    Evidence,
    GrantCase,
    Result,
    SchoolAccess,
    SchoolInGrant,
    Shared,
    Shortfall,
    Use,
    answers,
    arithmetic,
    deciding,
    figure_said,
    figure_words,
)

ON = date(2009, 11, 16)  # Monday
FOUR = Decimal(4)
VISITS = Evidence({"visits_planned": 4, "visits_held": 4, "visits_open": 0, "notes_issued": 3})
CASE = GrantCase(
    "X01", "Ashby", "primary", ON, schools=(SchoolInGrant("900001", "Hill Road"),), brief="Third",
    agreed=(Agreed("P1", "Ann Lee", 7, FOUR, "Third"),), evidence={"COG-C": VISITS},
)  # fmt: skip


def verdict(case, condition):
    return next(row for row in answers(case) if row.id == condition).verdict


# COG-C.


def test_cog_c_is_met_where_agreements_cite_the_brief_in_force_and_visits_are_held():
    found = verdict(CASE, "COG-C")
    assert found.result is Result.MET
    assert (found.figures["cite_the_brief"], found.figures["visits_held"]) == (1, 4)


@pytest.mark.parametrize(("cites", "words"), [("Second", "cites the edition Second"), ("", "cites no edition")])
def test_cog_c_is_not_met_where_an_agreement_cites_another_edition(cites, words):
    found = verdict(replace(CASE, agreed=(replace(CASE.agreed[0], brief=cites),)), "COG-C")
    assert found.result is Result.NOT_MET
    assert found.findings[0].subject == "agreement:7"
    assert words in found.findings[0].because


def test_cog_c_a_visit_not_held_is_a_risk_while_the_year_runs():
    open_visit = Shortfall("visit:3", "Not held.", "/visits/3/")
    found = verdict(replace(CASE, evidence={"COG-C": Evidence(VISITS.figures, (open_visit,))}), "COG-C")
    assert (found.result, found.findings) == (Result.AT_RISK, (open_visit,))


def test_cog_c_is_never_met_while_a_part_is_missing():
    assert "No edition" in verdict(replace(CASE, brief=""), "COG-C").missing[0]
    assert verdict(replace(CASE, brief=""), "COG-C").result is Result.NO_DATA
    assert verdict(replace(CASE, evidence={}), "COG-C").result is Result.NO_DATA
    none_planned = Evidence({}, (), ("No visit is planned.",))
    assert verdict(replace(CASE, evidence={"COG-C": none_planned}), "COG-C").missing == ("No visit is planned.",)
    assert "agreement" in verdict(replace(CASE, agreed=(Agreed("P1", "Ann Lee"),)), "COG-C").missing[0]
    assert "at work" in verdict(replace(CASE, agreed=()), "COG-C").missing[0]
    assert verdict(replace(CASE, agreed=None), "COG-C").result is Result.NO_DATA


# COG-E.


def test_cog_e_four_days_on_every_agreement_are_asked_for():
    assert verdict(CASE, "COG-E").result is Result.MET
    short = replace(CASE, agreed=(replace(CASE.agreed[0], reserved_days=Decimal("3.5")), Agreed("P2", "Ben Ray")))
    found = verdict(short, "COG-E")
    assert found.result is Result.NOT_MET
    assert [row.as_json() for row in found.findings] == [
        {"subject": "agreement:7", "because": "The agreement of Ann Lee sets aside 3.5 of 4 days."},
        {"subject": "partner:P2", "because": "No agreement with Ben Ray is in force, so no days are set aside."},
    ]
    assert found.figures == {"sips": 2, "agreements": 1, "set_aside": 0}


def test_cog_e_without_sips_or_without_any_agreement_is_no_data():
    assert verdict(replace(CASE, agreed=()), "COG-E").result is Result.NO_DATA
    found = verdict(replace(CASE, agreed=(Agreed("P2", "Ben Ray"),)), "COG-E")
    assert (found.result, found.missing) == (Result.NO_DATA, ("No agreement with a SIP at work is in force.",))


def test_cog_e_meetings_are_best_endeavours_and_no_data_until_they_are_recorded():
    assert verdict(CASE, "COG-E-meetings").result is Result.NO_DATA
    one = replace(CASE, attendance=(AtMeetings("P1", "Ann Lee", 1),))
    assert verdict(one, "COG-E-meetings").missing == (
        "No termly meeting of the contractor is recorded for the school year so far.",
    )
    assert verdict(replace(one, meetings=1), "COG-E-meetings").result is Result.MET
    found = verdict(replace(one, meetings=2), "COG-E-meetings")
    assert found.result is Result.NOT_MET
    assert found.findings[0].because == "Ann Lee was at 1 of 2 termly meetings."
    assert verdict(replace(one, meetings=5), "COG-E-meetings").figures["meetings"] == 3, "three terms a year"
    assert verdict(replace(one, attendance=()), "COG-E-meetings").result is Result.NO_DATA


# COG-F.


def test_cog_f_exactly_one_contact_of_whom_the_contractor_was_told():
    told = Contact(1, "Ann Lee", date(2009, 9, 1))
    assert verdict(replace(CASE, contacts=(told,)), "COG-F").result is Result.MET
    for contacts, words in (
        ((), "Nobody is named as the contact of the primary programme on 16 November 2009."),
        ((told, Contact(2, "Ben Ray")), "Ann Lee and Ben Ray are all named; one person is asked for."),
        ((Contact(2, "Ben Ray"),), "Ben Ray is named, but no day is recorded on which the contractor was told."),
        ((Contact(2, "Ben Ray", date(2009, 12, 1)),), "Ben Ray is named, but no day is recorded on which"),
    ):
        found = verdict(replace(CASE, contacts=contacts), "COG-F")
        assert found.result is Result.NOT_MET
        assert words in found.findings[0].because


def test_cog_f_is_no_data_where_nobody_looked_or_no_school_is_in_the_programme():
    assert verdict(CASE, "COG-F").result is Result.NO_DATA
    assert verdict(replace(CASE, contacts=(), schools=()), "COG-F").missing == (
        "No school of the authority is in the programme.",
    )


# COG-G.


def test_cog_g_is_no_data_until_reviews_are_kept_and_while_some_are_missing():
    assert verdict(CASE, "COG-G").missing == ("Yearly reviews of SIPs are not recorded.",)
    partly = replace(CASE, evidence={"COG-G": Evidence({"reviews": 1}, (), ("One is not counted.",))})
    assert verdict(partly, "COG-G").result is Result.NO_DATA


# COG-I.


def test_cog_i_asks_for_a_share_for_each_use_and_a_statement():
    shared = tuple(Shared(use, date(2009, 5, 1), 2) for use in Use)
    found = verdict(replace(CASE, shared=shared, stated_on=date(2009, 6, 1)), "COG-I")
    assert found.result is Result.MET
    assert found.figures == {
        "shares": 4, "uses": 4, "uses_asked": 4, "notes_supplied": 8, "stated_on": date(2009, 6, 1),
    }  # fmt: skip
    found = verdict(replace(CASE, shared=shared[:3]), "COG-I")
    assert found.result is Result.NOT_MET
    assert [row.because for row in found.findings] == [
        "Nothing was shared in the twelve months for: the contractor's work with the authority.",
        "The SIP manager has made no statement in the twelve months.",
    ]
    assert found.findings[0].subject == "sharing:X01-primary"


def test_cog_i_with_nothing_recorded_is_no_data():
    assert verdict(replace(CASE, shared=()), "COG-I").result is Result.NO_DATA
    assert verdict(CASE, "COG-I").result is Result.NO_DATA


# COG-J.


@pytest.mark.parametrize(
    ("head", "governor", "programme", "words"),
    [
        (False, True, "primary", "Hill Road: there is no account for its head."),
        (True, False, "primary", "Hill Road: there is no account for any of its governors."),
        (False, False, "secondary", "Hill Road: there is no account for its head or its chair of governors."),
    ],
)
def test_cog_j_head_and_governor_need_an_account(head, governor, programme, words):
    case = replace(CASE, programme=programme, access=(SchoolAccess("900001", "Hill Road", head, governor),))
    found = verdict(case, "COG-J")
    assert found.result is Result.NOT_MET
    assert (found.findings[0].subject, found.findings[0].because) == ("people:900001", words)


def test_cog_j_is_met_with_both_and_no_data_without_schools():
    case = replace(CASE, access=(SchoolAccess("900001", "Hill Road", True, True),))
    assert verdict(case, "COG-J").result is Result.MET
    assert verdict(replace(case, access=()), "COG-J").result is Result.NO_DATA
    assert verdict(CASE, "COG-J").result is Result.NO_DATA


# The arithmetic.


def test_the_arithmetic_is_said_with_its_inputs():
    mix = {
        "sips": 15, "sips_heads": 11, "schools": 20, "schools_with_heads": 16, "outside_experience": 1,
        "serving_primary_heads": 0,
    }  # fmt: skip
    answer = next(row for row in answers(replace(CASE, programme="secondary")) if row.id == "COG-D")
    answer = replace(answer, verdict=replace(answer.verdict, figures=mix))
    assert arithmetic(answer, "secondary") == [
        "SIPs who are or were secondary heads: 11 of 15 (73%). 4 × 11 = 44 < 3 × 15 = 45, so below three in four.",
        "Schools whose SIP is or was one: 16 of 20 (80%). 4 × 16 = 64 ≥ 3 × 20 = 60, so three in four.",
    ]
    assert arithmetic(answer, "primary") == []
    nothing = replace(answer, verdict=replace(answer.verdict, figures={**mix, "sips": 0, "sips_heads": 0}))
    assert "0 of 0." in arithmetic(nothing, "secondary")[0], "nothing is ever divided by nought"


def test_every_condition_with_figures_has_its_deciding_figure_and_words():
    case = replace(
        CASE, contacts=(Contact(1, "Ann Lee", ON),), shared=(Shared("services", ON),), stated_on=ON, meetings=1,
        attendance=(AtMeetings("P1", "Ann Lee", 1),), access=(SchoolAccess("900001", "Hill Road", True, True),),
    )  # fmt: skip
    said = {row.id: deciding(row.id, "primary", row.result, row.verdict.figures) for row in answers(case)}
    assert said["COG-C"] == "4 of 4 visits held"
    assert said["COG-E"] == "1 of 1 SIP with four days set aside"
    assert said["COG-E-meetings"] == "1 of 1 SIP at every meeting"
    assert said["COG-F"] == "1 of 1 contact told"
    assert said["COG-I"] == "1 of 4 uses in the sharing log"
    assert said["COG-J"] == "1 of 1 school with both accounts"
    assert said["COG-G"] == ""
    assert deciding("COG-A", "primary", "met", {"other": 1}) == "", "figures of another kind say nothing"
    assert [arithmetic(row, "primary") for row in answers(case) if row.id in ("COG-A", "COG-B", "COG-E", "COG-J")] == [
        ["1 in scope less 1 without an accredited SIP is 0."],
        ["no changes less 0 notified is 0; 0 of these late."],
        ["1 of 1 agreement set four days aside; 0 SIPs without one."],
        ["Both accounts: 1 of 1 (100%)."],
    ]
    assert arithmetic(next(row for row in answers(case) if row.id == "COG-G"), "primary") == []
    assert arithmetic(next(row for row in answers(case) if row.id == "COG-F"), "primary") == []
    assert (figure_words("told_on"), figure_words("another_one")) == ("Contractor told on", "Another one")


@pytest.mark.parametrize(
    ("figure", "value", "words"),
    [
        ("days_to_deadline", -565, "Passed 565 days ago"),
        ("days_to_deadline", -1, "Passed 1 day ago"),
        ("days_to_deadline", 0, "It is today"),
        ("days_to_deadline", 1, "1 day"),
        ("days_to_deadline", None, "None recorded"),
        ("deadline_on", date(2007, 9, 30), "30 September 2007"),
        ("deadline_on", "2007-09-30", "30 September 2007"),
        ("edition", "Third", "Third"),
        ("sips", 0, "0"),
    ],
)
def test_cog_a_a_figure_is_said_as_a_person_would(figure, value, words):
    assert figure_said(figure, value) == words


def test_cog_h_what_is_near_the_limit_is_said_beside_what_is_past_it():
    figures = {"deployments": 4, "over_limit": 0, "at_risk": 1}
    assert deciding("COG-H", "primary", "at_risk", figures) == "0 of 4 deployments past three years, 1 within six months"
    assert deciding("COG-H", "primary", "met", {**figures, "at_risk": 0}) == "0 of 4 deployments past three years"
