"""`import_schools`: counts and sentences, the day from the name, and when it exits with 1."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from schools.models import School
from schools.tests.extracts import closed, file_of, known_authorities, line

pytestmark = pytest.mark.django_db

TODAY = date(2010, 1, 4)  # Monday
FIRST, LATER = date(2009, 9, 1), date(2009, 12, 1)


@pytest.fixture(autouse=True)
def authorities(db):
    known_authorities()


def run(*arguments):
    out = io.StringIO()
    code = 0
    try:
        call_command("import_schools", *arguments, "--format", "json", stdout=out)
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(out.getvalue())


def test_the_command_prints_the_counts_and_takes_the_day_from_the_name(tmp_path):
    path = file_of(tmp_path, line(), line("900002", TypeOfEstablishment_code="15"), name="edubasealldata20090901.csv")
    code, document = run(str(path))
    assert code == 0
    assert document == {
        "read": 2, "created": 1, "updated": 0, "unchanged": 0, "closed": 0, "skipped": 1,
        "skipped_because": {"nursery school": 1}, "rejected": [], "warnings": [],
    }  # fmt: skip
    assert School.objects.get(urn="900001").last_seen_on == FIRST


def test_the_command_exits_1_when_it_rejects_holds_or_refuses(tmp_path):
    code, document = run(str(file_of(tmp_path, line("x"))))
    assert (code, len(document["rejected"])) == (1, 1)
    code, document = run(str(file_of(tmp_path, line())), "--authority", "ZZZ")
    assert (code, document) == (1, {"error": "There is no authority ZZZ"})
    page = tmp_path / "page.csv"
    page.write_text("<html><title>Gone</title></html>")
    code, document = run(str(page))
    assert (code, list(document)) == (1, ["error"])
    rows = [line(str(900001 + number)) for number in range(5)]
    run(str(file_of(tmp_path, *rows)))
    code, document = run(str(file_of(tmp_path, *[closed(row["URN"]) for row in rows])))
    assert (code, document["closed"]) == (1, 5)
    assert document["held"]
    code, document = run(str(file_of(tmp_path, *[closed(row["URN"]) for row in rows])), "--confirm")
    assert (code, document["closed"], "held" in document) == (0, 5, False)


def test_the_command_speaks_in_words_too(tmp_path, capsys):
    call_command("import_schools", str(file_of(tmp_path, line())), "--dry-run")
    words = capsys.readouterr().out
    assert "created       1" in words
    assert "nothing was written" in words
    assert not School.objects.exists()


def test_the_command_names_rows_and_what_holds_it(tmp_path, capsys):
    rows = [line(str(900001 + number)) for number in range(25)]
    call_command("import_schools", str(file_of(tmp_path, *rows)))
    with pytest.raises(SystemExit):
        call_command("import_schools", str(file_of(tmp_path, *[closed(row["URN"]) for row in rows], line("x"))))
    words = capsys.readouterr().out
    assert "line 27, URN x: The URN must be a number of 6 digits" in words
    assert "Held, nothing was written: 25 of 25 open schools of Hampshire" in words
    with pytest.raises(SystemExit):
        call_command("import_schools", str(file_of(tmp_path, *[line(f"x{number}") for number in range(25)])))
    assert "and 5 more" in capsys.readouterr().out
    with pytest.raises(CommandError, match="There is no authority ZZZ"):
        call_command("import_schools", str(file_of(tmp_path, line())), "--authority", "ZZZ")
