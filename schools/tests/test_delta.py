"""A day's difference writes its own rows and no others; what an officer keeps stays (issue 3: speed; D-3, D-10)."""

import csv
import io
import re
from collections import Counter
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection

from accounts.models import Authority
from schools.imports import Telling, import_schools
from schools.models import FieldOwner, School
from schools.tests.extracts import file_of, line
from schools.tests.factories import AT

pytestmark = pytest.mark.django_db
TODAY = date(2010, 1, 4)  # Monday
FIRST, LATER = date(2009, 9, 1), date(2009, 12, 1)


@contextmanager
def rows_written():
    """How many rows each statement of the block writes, by table."""
    found: Counter = Counter()

    def watch(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        verb = re.match(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', sql, re.IGNORECASE)
        if verb:
            # SQLite counts no rows of an insert that returns them: there they are counted as they were given.
            counted = context["cursor"].rowcount
            found[verb[1]] += counted if counted > 0 else sql.partition(" VALUES ")[2].count("(%s")
        return answer

    with connection.execute_wrapper(watch):
        yield found


@pytest.fixture
def load(tmp_path):
    for code, name in (("850", "Hampshire"), ("886", "Kent")):
        Authority.objects.update_or_create(code=code, defaults={"name": name})

    def load(*rows, as_at=FIRST, **options):
        path = file_of(tmp_path, *rows, name="extract.csv")
        return import_schools(source=path, as_at=as_at, by=None, at=AT, on=TODAY, **options)

    return load


def test_a_gias_delta_of_one_day_two_files_that_differ_in_two_rows_writes_two_rows(load):
    rows = [line(str(900001 + number)) for number in range(40)]
    load(*rows)
    changed = [dict(row) for row in rows]
    changed[3]["NumberOfPupils"], changed[17]["Town"] = "333", "Liss"
    with rows_written() as written:
        report = load(*changed)
    assert (report.updated, report.unchanged) == (2, 38)
    assert written["schools_school"] == 2
    # Beside them: the row kept of the load (made, and its result), and its line in the record.
    assert {table for table in written if written[table]} == {"schools_school", "schools_importrun", "core_auditevent"}
    assert (written["schools_importrun"], written["core_auditevent"]) == (2, 1)
    with rows_written() as written:
        load(*changed)
    assert written["schools_school"] == 0


def test_the_day_after_moves_when_the_others_were_last_seen_in_one_statement(load):
    rows = [line(str(900001 + number)) for number in range(40)]
    load(*rows)
    statements = []
    with connection.execute_wrapper(lambda run, sql, *rest: (statements.append(sql), run(sql, *rest))[1]):
        load(line(Town="Liss"), *rows[1:], as_at=LATER)
    assert sum(sql.startswith('UPDATE "schools_school"') for sql in statements) == 1
    assert not School.objects.exclude(last_seen_on=LATER).exists()


@pytest.mark.data
def test_two_real_extracts_of_one_day_that_differ_in_two_rows_write_two_rows(load, shared_data, tmp_path):
    source = shared_data / "gias" / "gias_shape_hampshire_850_2023-11-16.csv"
    text = source.read_bytes().decode("cp1252")
    rows = list(csv.DictReader(io.StringIO(text)))
    options = {"by": None, "at": AT, "on": date(2026, 1, 5)}
    import_schools(source=source, **options)
    held = set(School.objects.values_list("urn", flat=True))
    two = [row for row in rows if row["URN"] in held][100:102]
    two[0]["Town"], two[1]["NumberOfPupils"] = "Elsewhere", "999"
    other = tmp_path / source.name
    with other.open("w", encoding="cp1252", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    with rows_written() as written:
        report = import_schools(source=other, **options)
    assert (report.updated, report.created) == (2, 0)
    assert written["schools_school"] == 2


# What an officer, or the school, keeps.


def own(field, source="officer"):
    FieldOwner.objects.create(school=School.objects.get(), field=field, source=source, recorded_at=AT)


def test_an_import_leaves_what_somebody_keeps_alone_and_says_once_what_it_has(load):
    load(line())
    own("town")
    School.objects.update(town="Where it is")
    report = load(line(Town="Liss", NumberOfPupils="333"), as_at=LATER)
    school = School.objects.get()
    assert (school.town, school.pupils) == ("Where it is", 333)
    assert [row["reason"] for row in report.warnings] == [
        "What an officer or the school keeps was left alone; the extract has town Liss"
    ]
    assert load(line(Town="Liss", NumberOfPupils="333"), as_at=LATER).warnings == []


def test_a_line_that_differs_in_nothing_else_counts_as_unchanged_and_warns_once(load):
    load(line())
    own("town", source="school")
    report = load(line(Town="Liss"))
    assert (report.updated, report.unchanged, len(report.warnings)) == (0, 1, 1)
    again = load(line(Town="Liss"))
    assert (again.unchanged, again.warnings) == (1, [])


def test_an_authority_that_somebody_keeps_is_kept_and_raises_nothing(load):
    load(line())
    own("local_authority")
    report = load(line(LA_code="886", LA_name="Kent"), as_at=LATER)
    assert School.objects.get().local_authority.code == "850"
    assert "the extract has local authority Kent" in report.warnings[0]["reason"]


def test_a_column_that_is_given_back_is_written_by_the_next_file(load):
    load(line())
    own("town")
    load(line(Town="Liss"))
    FieldOwner.objects.all().delete()
    School.objects.update(line_digest="")
    load(line(Town="Liss"))
    assert School.objects.get().town == "Liss"


def test_what_is_told_stands_for_what_would_be_done(load):
    load(line(), line("900002"))
    first, second, other = (Telling(keep=True) for _number in range(3))
    load(line(Town="Liss"), line("900002"), dry_run=True, telling=first)
    load(line(Town="Liss"), line("900002"), dry_run=True, telling=second)
    load(line(Town="Petersfield"), line("900002"), dry_run=True, telling=other)
    assert first.fingerprint == second.fingerprint != other.fingerprint
    (told,) = first.rows
    assert (told.kind, told.key, told.name) == ("updated", "900001", "Hill Road Primary School")
    assert told.changes == [["Town", "Alton", "Liss"]]
