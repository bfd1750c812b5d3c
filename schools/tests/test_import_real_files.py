"""The extracts as the Department published them. Nothing of them is in this repository."""

from datetime import date

import pytest

from schools.imports import FileRefused, import_schools
from schools.models import Post, School, SchoolFact, SchoolService
from schools.selectors import facts_on, lineage
from schools.tests.factories import AT

pytestmark = [pytest.mark.django_db, pytest.mark.data]

TODAY = date(2026, 1, 5)  # Monday
HAMPSHIRE = ("gias_raw111_hampshire_850_2022-04-20.csv", "gias_shape_hampshire_850_2023-11-16.csv")
NORTHANTS = ("gias_academies_northants_928_2015-11-14.csv", "gias_academies_northants_940_941_2021-12-31.csv")


@pytest.fixture
def load(shared_data):
    def load(name, **options):
        return import_schools(source=shared_data / "gias" / name, by=None, at=AT, on=TODAY, **options)

    return load


def test_both_hampshire_extracts_load_and_each_of_them_twice_changes_nothing(load):
    raw = load(HAMPSHIRE[0])
    assert (raw.read, raw.created, raw.rejected) == (520, 520, [])
    again = load(HAMPSHIRE[0])
    assert (again.read, again.unchanged) == (520, 520)
    merged = School.objects.get(urn="148215")
    ancestors = {School.objects.get(urn=urn).pk for urn in ("116018", "115961")}
    assert lineage([merged.pk])[merged.pk] == ancestors | {merged.pk}
    shape = load(HAMPSHIRE[1])
    assert shape.read == shape.created + shape.updated + shape.unchanged + shape.skipped == 847
    again = load(HAMPSHIRE[1])
    assert (again.created, again.updated, again.unchanged) == (0, 0, 687)
    # The second has no columns for heads and ages; what the first said stays.
    assert Post.objects.filter(kind="head", ends_on=None).count() > 400
    assert School.objects.get(urn="115850").low_age == 4
    older = load(HAMPSHIRE[0])
    assert (older.skipped_because, older.updated) == ({"older than what is held": 520}, 0)


def test_an_authority_that_was_split_hands_its_schools_over_with_their_history(load):
    before = load(NORTHANTS[0])
    assert (before.created, before.rejected) == (before.read, [])
    after = load(NORTHANTS[1])
    assert (after.held, after.rejected) == ("", [])
    moved = School.objects.get(urn="134814")
    assert moved.local_authority.code == "941"
    codes = {day: facts_on([moved.pk], day)[moved.pk].local_authority_code for day in (date(2021, 3, 31), date(2021, 4, 1))}
    assert list(codes.values()) == ["928", "941"]
    served = SchoolService.objects.filter(school=moved).order_by("pk")
    assert [(row.authority.code, row.ends_on) for row in served] == [("928", date(2021, 3, 31)), ("941", None)]
    # Academies that are not in the later file are where they were.
    assert SchoolFact.objects.filter(kind="local_authority", value="928", ends_on=None).exists()
    assert load(NORTHANTS[1]).unchanged == after.read


def test_the_odd_rows_survive(load):
    report = load("gias_shape_odd_rows_2023-11-16.csv")
    assert (report.read, report.rejected) == (182, [])
    assert report.created + report.skipped == 182


@pytest.mark.parametrize("name", ["camden_202", "city_of_london_201", "cornwall_908", "dorset_838"])
def test_every_other_authority_loads_whole(load, name):
    report = load(f"gias_shape_{name}_2023-11-16.csv")
    assert report.rejected == []
    assert report.created + report.skipped == report.read


def test_every_page_that_came_instead_of_a_download_is_refused_with_what_it_is(shared_data):
    pages = sorted((shared_data / "gias" / "error_pages").iterdir())
    assert len(pages) == 5
    for page in pages:
        with pytest.raises(FileRefused) as refusal:
            import_schools(source=page, by=None, at=AT, on=TODAY)
        assert "It is a web page (" in str(refusal.value) or "It is an error message (error." in str(refusal.value)
    assert not School.objects.exists()


def test_the_register_is_read_line_by_line_out_of_its_zip(shared_data, monkeypatch):
    from schools.imports import run

    sizes = []
    original = run.plans_for
    monkeypatch.setattr(run, "plans_for", lambda rows, **options: sizes.append(len(rows)) or original(rows, **options))
    report = import_schools(
        source=shared_data / "gias" / "whole_register_2023-11-16.csv.zip", dry_run=True, by=None, at=AT, on=TODAY
    )
    assert (report.read, report.rejected) == (50_515, [])
    assert max(sizes) <= run.CHUNK
