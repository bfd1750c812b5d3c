"""The national file of links between establishments (D-15; issue 3: schools, imports)."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Authority
from accounts.tests import factories as people
from partners.selectors import tenure_of
from partners.tests.factories import complete_checks, engage, make_deployment, make_partner
from schools.imports import FileRefused, import_links, import_schools
from schools.models import ImportRun, School, SchoolLink
from schools.selectors import lineage
from schools.tests.factories import AT, make_school

pytestmark = pytest.mark.django_db
TODAY = date(2010, 1, 4)  # Monday
HEADER = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate"


def load(*rows, **options):
    content = "\n".join([HEADER, *rows]).encode("cp1252")
    return import_links(content=content, file_name="links.csv", by=None, at=AT, on=TODAY, **options)


@pytest.fixture
def schools():
    authority = people.authority()
    old = make_school("900001", authority=authority, status="closed", closed_on=date(2009, 8, 31))
    return [old, make_school("900002", authority=authority), make_school("900003", authority=authority)]


def test_both_sides_are_one_link_and_the_later_day_is_its_first(schools):
    report = load("900001,900002,x,Successor,31-08-2009", "900002,900001,y,Predecessor,01-09-2009")
    assert (report.read, report.created, report.skipped_because) == (
        2, 1, {"the other side of a link that stands in the file already": 1},
    )  # fmt: skip
    assert SchoolLink.objects.get().since_on == date(2009, 9, 1)
    again = load("900001,900002,x,Successor,31-08-2009")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
    assert ImportRun.objects.filter(kind="links").count() == 2


def test_a_link_that_an_extract_brought_without_a_day_gets_one(schools):
    SchoolLink.objects.create(school=schools[1], predecessor=schools[0])
    report = load("900001,900002,x,Successor - merged,01-09-2009")
    assert (report.created, report.updated) == (0, 1)
    link = SchoolLink.objects.get()
    assert (link.kind, link.since_on) == ("merged", date(2009, 9, 1))
    load("900001,900002,x,Successor - merged,")
    link.refresh_from_db()
    assert link.since_on == date(2009, 9, 1)


def test_the_unknown_school_of_half_a_link_is_named_and_nothing_is_written_for_it(schools):
    report = load("900001,900009,x,Successor,", "900008,900002,x,Predecessor,01-09-2009")
    assert report.skipped_because == {"a school that is not on the register": 2}
    assert [row["urn"] for row in report.warnings] == ["900009", "900008"]
    assert "its link with 900001 is left out" in report.warnings[0]["reason"]
    assert not SchoolLink.objects.exists()


def test_links_between_schools_of_elsewhere_are_counted_and_not_warned_of(schools):
    """A national file names thousands of them, among which the few that matter could not be found."""
    make_school("900011")
    report = load("900008,900009,x,Successor,", "900011,900009,x,Successor,", authority=schools[0].local_authority)
    assert report.skipped_because == {"a school that is not on the register": 1, "schools of other authorities": 1}
    assert not report.warnings


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("900001,900001,x,Successor,", "A school cannot follow itself"),
        (",900002,x,Successor,", "A URN is missing"),
        ("900001,12,x,Successor,", "must be a number of 6 digits"),
        ("900002,900003,x,Merged - change in age range,", "nobody can tell which came first"),
        ("900001,900002,x,Successor,,x", "6 values under 5 column names"),
    ],
)  # fmt: skip
def test_a_line_that_says_nothing_sure_is_rejected(schools, row, why):
    report = load(row)
    assert why in report.rejected[0]["reason"]
    assert not SchoolLink.objects.exists()


def test_the_other_way_round_is_rejected_in_the_file_and_against_the_register(schools):
    report = load("900001,900002,x,Successor,", "900001,900002,x,Predecessor,")
    assert "Line 2 says that it was the other way round" in report.rejected[0]["reason"]
    report = load("900002,900001,x,Successor,")
    assert "The register has it the other way round" in report.rejected[0]["reason"]
    assert SchoolLink.objects.count() == 1


def test_a_merger_that_names_no_direction_goes_from_the_school_that_closed(schools):
    load("900002,900001,x,Merged - change in age range,01-09-2009")
    assert SchoolLink.objects.get().predecessor == schools[0]
    School.objects.filter(urn="900003").update(status="closed", closed_on=date(2009, 12, 31))
    load("900003,900001,x,Merged - expansion of school capacity,")
    assert SchoolLink.objects.filter(predecessor=schools[0], school=schools[2]).exists()


def test_other_kinds_of_link_and_odd_days_are_passed_over_with_a_word(schools):
    report = load("900001,900002,x,Sixth Form Centre Link,", "900001,900003,x,Successor,soon")
    assert report.skipped_because == {"a link of another kind": 1}
    assert "not a date" in report.warnings[0]["reason"]
    assert SchoolLink.objects.get().since_on is None


def test_an_authority_takes_the_links_of_its_own_schools(schools):
    make_school("900011")
    make_school("900012")
    report = load("900001,900002,x,Successor,", "900011,900012,x,Successor,", authority=schools[0].local_authority)
    assert (report.created, report.skipped_because) == (1, {"schools of other authorities": 1})


def test_a_dry_run_counts_and_writes_nothing(schools):
    assert load("900001,900002,x,Successor,", dry_run=True).created == 1
    assert not SchoolLink.objects.exists()
    assert not ImportRun.objects.exists()


def test_tenure_follows_the_school_into_the_one_it_merged_with_d_15(schools):
    authority = schools[0].local_authority
    partner = make_partner(sectors={"primary": date(2007, 6, 1)}, authorities=[authority])
    complete_checks(engage(partner, authority), on=date(2009, 8, 3))
    School.objects.filter(pk=schools[0].pk).update(status="open")
    first = make_deployment(partner, schools[1], authority, starts_on=date(2009, 9, 1))
    type(first).objects.create(
        school=schools[0], partner=partner, authority=authority, status="ended", starts_on=date(2007, 9, 1),
        ends_on=date(2009, 8, 31), confirmed_on=date(2007, 9, 1), days=5, proposed_at=AT,
    )  # fmt: skip
    assert tenure_of([first], TODAY)[first.pk].last_lawful_on == date(2012, 8, 31)
    load("900001,900002,x,Successor - merged,01-09-2009")
    assert tenure_of([first], TODAY)[first.pk].last_lawful_on == date(2010, 8, 31)


# The command.


def run(path, *options):
    out = io.StringIO()
    code = 0
    try:
        call_command("import_links", str(path), "--format", "json", *options, stdout=out)
    except SystemExit as stop:
        code = stop.code
    return json.loads(out.getvalue()), code


def test_the_command_prints_the_counts_and_exits_1_where_it_rejects_or_refuses(schools, tmp_path, clock_at):
    clock_at("2010-01-04 10:00")
    path = tmp_path / "links.csv"
    path.write_text(f"{HEADER}\n900001,900002,x,Successor,01-09-2009\n")
    said, code = run(path)
    assert ((said["read"], said["created"], said["rejected"]), code) == ((1, 1, []), 0)
    path.write_text(f"{HEADER}\n900001,900001,x,Successor,\n")
    said, code = run(path)
    assert (len(said["rejected"]), code) == (1, 1)
    path.write_text("<html>404</html>")
    said, code = run(path)
    assert ("web page" in said["error"], code) == (True, 1)
    assert run(tmp_path / "none.csv")[1] == 1
    assert "There is no authority 000" in run(path, "--authority", "000")[0]["error"]
    with pytest.raises(CommandError):
        call_command("import_links", str(path))


def test_a_file_of_something_else_is_refused(schools):
    with pytest.raises(FileRefused, match="links between establishments"):
        import_links(content=b"a,b\n1,2\n", file_name="x.csv", by=None, at=AT, on=TODAY)


@pytest.mark.data
def test_the_real_file_of_links_follows_hampshires_schools(shared_data):
    Authority.objects.update_or_create(code="850", defaults={"name": "Hampshire"})
    options = {"by": None, "at": AT, "on": date(2026, 9, 1)}
    import_schools(source=shared_data / "gias" / "gias_raw111_hampshire_850_2022-04-20.csv", **options)
    before = SchoolLink.objects.count()
    content = (shared_data / "links" / "links_hampshire_surrey_2026-08-21.csv").read_bytes()
    report = import_links(content=content, file_name="links.csv", **options)
    assert (report.read, report.rejected) == (736, [])
    assert report.created + report.updated > 0
    assert SchoolLink.objects.count() == before + report.created
    assert all(row["urn"] not in set(School.objects.values_list("urn", flat=True)) for row in report.warnings)
    merged = School.objects.get(urn="116237")
    infants = School.objects.get(urn="116236")
    link = SchoolLink.objects.get(school=merged, predecessor=infants)
    assert (link.kind, link.since_on) == ("merged", date(2018, 1, 1))
    assert infants.pk in lineage([merged.pk])[merged.pk]
    again = import_links(content=content, file_name="links.csv", **options)
    assert (again.created, again.updated, again.unchanged) == (0, 0, report.created + report.updated + report.unchanged)
