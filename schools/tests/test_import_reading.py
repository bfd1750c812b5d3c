"""What is a GIAS extract, and what is not."""

import io
import zipfile

import pytest

from schools.imports.reading import FileRefused, date_in_name, extract, mended, opened
from schools.tests.extracts import line, text_of


def lines_of(content: bytes):
    return list(extract(io.BytesIO(content)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_an_extract_is_read_in_any_of_the_encodings_it_comes_in(encoding):
    content = text_of(line(EstablishmentName="École O’Neill")).encode(encoding)
    assert lines_of(content)[0].cells["EstablishmentName"] == "École O’Neill"


def test_a_single_high_byte_late_in_a_file_is_read_as_windows_1252():
    rows = [line(str(900000 + number)) for number in range(3000)] + [line("904000", EstablishmentName="O’Neill")]
    assert lines_of(text_of(*rows).encode("cp1252"))[-1].cells["EstablishmentName"] == "O’Neill"


def test_signs_that_somebody_read_in_the_wrong_encoding_are_mended():
    assert mended("St Andrew\x92s \x96 Lane\xa0\u200b\x00") == "St Andrew’s – Lane "


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \n", "The file is empty"),
        (b"<!DOCTYPE html><html><title>404 Not found</title>", "It is a web page (404 Not found)"),
        (b'{"code":"error.IOerror.download.extract"}', "It is an error message (error.IOerror.download.extract)"),
        (b"%PDF-1.7", "It is a PDF"),
        (b"\xd0\xcf\x11\xe0 old", "It is a spreadsheet"),
        (b'"URN","LinkURN"\n1,2\n', "there is no column EstablishmentName"),
        (b'"URN","EstablishmentName","urn"\n', "The column URN is there twice"),
    ],
)
def test_a_file_that_is_no_extract_is_refused_saying_what_it_is(content, says):
    with pytest.raises(FileRefused) as refusal:
        lines_of(content)
    assert says in str(refusal.value)


def test_a_quotation_mark_that_is_never_closed_is_refused_by_its_line():
    content = b'URN,EstablishmentName\n900001,"Hill' + b" Road" * 40_000
    with pytest.raises(FileRefused, match="cannot be read as CSV"):
        lines_of(content)


def test_a_zip_with_one_csv_is_opened_and_others_are_refused(tmp_path):
    good, empty, sheet, broken = (tmp_path / name for name in ("good.zip", "empty.zip", "book.xlsx", "broken.zip"))
    with zipfile.ZipFile(good, "w") as archive:
        archive.writestr("extract.csv", text_of(line()))
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "no")
    with zipfile.ZipFile(sheet, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    broken.write_bytes(b"PK\x03\x04 and no more")
    with opened(good) as file:
        assert [found.cells["URN"] for found in extract(file)] == ["900001"]
    for path, says in (
        (empty, "holds 0 CSV files"),
        (sheet, "spreadsheet"),
        (broken, "damaged"),
        (tmp_path / "none", "No such"),
    ):
        with pytest.raises(FileRefused, match=says), opened(path) as file:
            next(extract(file))


def test_columns_are_known_whatever_their_case_and_spaces_and_tabs_may_stand_between():
    found = lines_of(b"urn\tESTABLISHMENTNAME\tLA(code)\n900001\tHill Road\t850\n")
    assert found[0].cells == {"URN": "900001", "EstablishmentName": "Hill Road", "LA (code)": "850"}


def test_ragged_lines_keep_their_links_and_others_say_what_is_wrong():
    head = "URN,EstablishmentName,Linked establishments\n"
    text = head + "900001,A,900002 Predecessor,900003 Predecessor\n900004,B\n"
    linked, short = lines_of(text.encode())
    assert linked.cells["Linked establishments"] == "900002 Predecessor; 900003 Predecessor"
    assert short.fault == "The line is cut short: it has 2 of 3 cells"
    many = lines_of(b"URN,EstablishmentName\n900001,Hill, Road\n900002,B,,\n\n")
    assert [found.fault for found in many] == ["The line has 3 cells where the header has 2", ""]


def test_a_line_end_inside_a_cell_does_not_shift_the_count_of_lines():
    found = lines_of(b'URN,EstablishmentName\r\n900001,"Hill\r\nRoad"\r\n900002,B\r\n')
    assert [(row.line, row.cells["URN"]) for row in found] == [(2, "900001"), (4, "900002")]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("edubasealldata20220420.csv", "2022-04-20"),
        ("gias_940_941_2021-12-31.csv", "2021-12-31"),
        ("extract.csv", "None"),
        ("20229999.csv", "None"),
    ],
)
def test_the_name_of_a_file_may_hold_its_day(name, day):
    assert str(date_in_name(name)) == day


def test_a_zip_that_would_unpack_to_more_than_a_gigabyte_is_refused(tmp_path, monkeypatch):
    from schools.imports import reading

    monkeypatch.setattr(reading, "LARGEST_IN_ZIP", 10)
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("extract.csv", text_of(line()))
    with pytest.raises(FileRefused, match="larger than 1 gigabyte"), opened(path):
        pass


def test_a_header_that_is_no_csv_is_refused():
    with pytest.raises(FileRefused, match="first line cannot be read"):
        lines_of(b'"URN' + b"x" * 200_000)
