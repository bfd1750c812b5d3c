"""What one line says of a school and of its head."""

from datetime import date

import pytest

from schools.imports.heads import heads
from schools.imports.rows import RowRejected, postcode, read_date, school_row
from schools.tests.extracts import line


def row(**changes):
    return school_row(7, line(**changes))


def test_a_line_becomes_the_columns_of_a_school():
    found = row()
    assert (found.line, found.urn, found.authority_code, found.not_held) == (7, "900001", "850", "")
    assert found.values["name"] == "Hill Road Primary School"
    assert (found.values["phase"], found.values["governance"], found.values["status"]) == ("primary", "community", "open")
    assert found.values["last_changed_on"] == date(2009, 9, 1)
    assert [head.full_name for head in found.heads] == ["Ann Early"]


def test_a_column_that_is_not_there_says_nothing():
    cells = {key: value for key, value in line().items() if key in ("URN", "EstablishmentName")}
    found = school_row(2, cells)
    assert found.values == {"name": "Hill Road Primary School"}
    assert found.heads is None


@pytest.mark.parametrize("which", ["code", "name"])
def test_codes_alone_and_names_alone_say_the_same(which):
    other = "name" if which == "code" else "code"
    cells = {key: value for key, value in line().items() if not key.endswith(f"({other})") or key.startswith("LA")}
    both, one = school_row(2, line()).values, school_row(2, cells).values
    assert one == both


@pytest.mark.parametrize(
    ("changes", "phase", "governance"),
    [
        ({"PhaseOfEducation_code": "", "PhaseOfEducation_name": "All Through"}, "all_age", "community"),
        ({"PhaseOfEducation_code": "", "PhaseOfEducation_name": "Middle Deemed Secondary"}, "middle_deemed_secondary", "community"),
        ({"TypeOfEstablishment_code": "14", "PhaseOfEducation_code": "0"}, "pru", "pru"),
        ({"TypeOfEstablishment_code": "7", "PhaseOfEducation_code": "0"}, "special", "special"),
        ({"TypeOfEstablishment_code": "44", "PhaseOfEducation_code": "0"}, "special", "academy"),
        ({"TypeOfEstablishment_code": "", "TypeOfEstablishment_name": "Academy Converter"}, "primary", "academy"),
    ],
)  # fmt: skip
def test_phase_and_type_are_known_in_the_words_of_any_vintage(changes, phase, governance):
    values = row(**changes).values
    assert (values["phase"], values["governance"]) == (phase, governance)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"TypeOfEstablishment_code": "15"}, "nursery school"),
        ({"TypeOfEstablishment_code": "11"}, "independent school"),
        ({"TypeOfEstablishment_code": "30"}, "in Wales"),
        ({"LA_code": "672"}, "in Wales"),
        ({"LA_code": "702"}, "offshore or overseas"),
        ({"TypeOfEstablishment_code": "25"}, "offshore or overseas"),
        ({"PhaseOfEducation_code": "6"}, "16 plus"),
        ({"TypeOfEstablishment_code": "24"}, "not a school of the programme"),
    ],
)
def test_kinds_of_school_outside_the_programme_are_named_by_reason(changes, reason):
    assert row(**changes).not_held == reason


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"urn": ""}, "The URN is missing"),
        ({"urn": "12345"}, "The URN must be a number of 6 digits"),
        ({"EstablishmentName": " "}, "The name is missing"),
        ({"EstablishmentName": "x" * 151}, "longer than 150"),
        ({"EstablishmentStatus_code": "9", "EstablishmentStatus_name": "Asleep"}, "The status is not one that is known"),
        ({"TypeOfEstablishment_code": "99", "TypeOfEstablishment_name": "Circus"}, "The type of establishment"),
    ],
)
def test_a_line_that_is_no_school_is_rejected_with_the_reason(changes, says):
    with pytest.raises(RowRejected, match=says):
        row(**changes)


def test_dates_come_in_several_layouts_and_1900_is_unknown():
    assert [read_date(text) for text in ("04-06-2009", "4/6/2009", "20090604", "2009-06-04", "2009-06-04T00:00:00")] == [
        date(2009, 6, 4)
    ] * 5
    assert read_date("31-02-2009") is None
    assert row(OpenDate="01-01-1900").values["opened_on"] is None
    assert row(OpenDate="09/09/9999").values["opened_on"] is None
    strange = row(OpenDate="soon")
    assert "opened_on" not in strange.values
    assert strange.warnings == ("OpenDate is not a date and was left out",)


def test_numbers_that_are_codes_are_unknown():
    values = row(NumberOfPupils="SUPP").values
    assert values["pupils"] is None


def test_a_postcode_gets_its_shape_and_anything_else_stays():
    assert [postcode(text) for text in ("ng22 0ea", "Tf66pn", "2036")] == ["NG22 0EA", "TF6 6PN", "2036"]


@pytest.mark.parametrize(
    ("first", "last", "job", "expected", "is_acting"),
    [
        ("Ann", "Early", "Headteacher", ["Ann Early"], False),
        ("Ann", "Early (Acting)", "Headteacher", ["Ann Early"], True),
        ("Ann", "Early - Interim Headteacher", "Headteacher", ["Ann Early"], True),
        ("Ann", "Early", "Acting Headteacher", ["Ann Early"], True),
        ("Ann/Ben", "Early/Late", "Co Headteacher", ["Ann Early", "Ben Late"], False),
        ("Ann & Ben", "Early", "Co Headteacher", ["Ann Early", "Ben Early"], False),
        ("Ann", "Early & Mr Ben Late (co Principals)", "Principal", ["Ann Early", "Ben Late"], False),
        ("A", "Early,", "", ["A Early"], False),
        ("", "", "", [], False),
        ("", "Headless", "", ["Headless"], False),
        ("Ann", "Smith-Early", "", ["Ann Smith-Early"], False),
        ("Dr Ann", "de Early", "", ["Ann de Early"], False),
    ],
)
def test_the_cells_of_a_head_are_read_however_they_were_filled(first, last, job, expected, is_acting):
    found, is_doubtful = heads(first, last, job)
    assert [head.full_name for head in found] == expected
    assert all(head.is_acting is is_acting for head in found)
    assert not is_doubtful


def test_a_whole_name_in_each_cell_is_kept_with_a_doubt():
    found, is_doubtful = heads("Nicola Field", "Alan Meadow", "Headteacher")
    assert ([head.full_name for head in found], is_doubtful) == (["Nicola Field Alan Meadow"], True)


def test_links_say_what_the_other_school_is():
    found = school_row(2, line() | {"Linked establishments": "900002 Predecessor; 900003 Child"})
    assert found.links == (("900002", "predecessor"), ("900003", "successor"))
    assert school_row(2, line() | {"Linked establishments": "Does not have links"}).links == ()


def test_what_is_too_long_is_cut_with_a_warning_and_what_is_unknown_is_told():
    found = row(Street="x" * 151, PhaseOfEducation_code="9", PhaseOfEducation_name="Evening")
    assert len(found.values["street"]) == 150
    assert "phase" not in found.values
    assert found.warnings == (
        "The street is longer than 150 characters and was cut",
        "The phase is not one that is known",
    )


def test_a_sixth_form_is_there_or_not_or_not_said():
    said = [school_row(2, line() | {"OfficialSixthForm (code)": code}).values["has_sixth_form"] for code in ("1", "2", "0")]
    assert said == [True, False, None]
    named = school_row(2, line() | {"OfficialSixthForm (name)": "Does not have a sixth form"})
    assert named.values["has_sixth_form"] is False
