"""Stages, year groups, lines of grades and the pack: tables without a database (SCH-9, SCH-11, SCH-15, SCH-22, FIN-3)."""

import pytest

from schools.finances import TRIGGER_NAMES, Trigger
from schools.inspecting import GRADE_LINES, LINE_NAMES, lines_for
from schools.pack import PACK, PAPER_NAMES, Paper
from schools.showing import shown
from schools.stages import STAGE_NAMES, Stage, in_order, name_of, stages_from_ages, year_groups, youngest_first


@pytest.mark.parametrize(
    ("low", "high", "sixth", "stages"),
    [
        (4, 11, None, ["early_years", "ks1", "ks2"]),
        (5, 7, False, ["ks1"]),
        (7, 11, False, ["ks2"]),
        (9, 13, False, ["ks2", "ks3"]),
        (11, 16, False, ["ks3", "ks4"]),
        (11, 18, True, ["ks3", "ks4", "sixth_form"]),
        (3, 18, True, ["early_years", "ks1", "ks2", "ks3", "ks4", "sixth_form"]),
        (None, 11, True, []),
        (4, None, None, []),
    ],
)
def test_sch_9_the_ages_of_a_school_speak_for_its_stages(low, high, sixth, stages):
    assert stages_from_ages(low_age=low, high_age=high, has_sixth_form=sixth) == stages


def test_stages_stand_youngest_first_and_once():
    assert in_order(["ks4", "ks1", "ks4", "none"]) == ["ks1", "ks4"]
    assert set(STAGE_NAMES) == set(Stage)


def test_sch_11_year_groups_run_from_nursery_to_year_13():
    assert [code for code, _name in year_groups(low_age=3, high_age=7)] == ["n", "r", "1", "2"]
    assert [code for code, _name in year_groups(low_age=16, high_age=19)] == ["12", "13"]
    assert len(year_groups(low_age=None, high_age=None)) == 15
    assert [name_of(code) for code in ("n", "r", "7")] == ["Nursery", "Reception", "Year 7"]
    assert youngest_first({"10", "2", "n", "r"}) == ["n", "r", "2", "10"]


def test_sch_15_there_are_36_lines_of_grades_and_nine_of_them_hang_on_stages():
    assert len(LINE_NAMES) == sum(len(lines) for _group, _stage, lines in GRADE_LINES) == 36
    assert len(lines_for([])) == 27
    assert len(lines_for(["early_years", "sixth_form", "boarding"])) == 36
    assert ("boarding", "Effectiveness of boarding") in lines_for([], held=("boarding",))


def test_sch_22_hnd_12_the_pack_has_eleven_items_and_every_paper_of_it_has_a_name():
    assert len(PACK) == 11
    assert {paper for item in PACK for paper in item.papers} <= set(Paper) == set(PAPER_NAMES)
    assert all(bool(item.papers) != bool(item.register) for item in PACK)


def test_fin_3_there_are_eight_triggers():
    assert len(Trigger) == len(TRIGGER_NAMES) == 8


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("governance", "foundation", "Foundation school"),
        ("phase", "all_age", "All-age"),
        ("stages", ["ks1", "sixth_form"], ["Key stage 1", "Sixth form"]),
        ("pupils", 1204, "1,204"),
        ("town", "Liss", "Liss"),
        ("town", "", ""),
        ("stages", [], ""),
    ],
)
def test_a_value_is_shown_in_words(column, value, says):
    assert shown(column, value) == says
