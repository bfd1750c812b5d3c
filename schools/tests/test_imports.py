"""Loading extracts into the register: what is written, what is left, what is refused (D-3, D-10, D-11)."""

import io
from datetime import date

import pytest

from accounts.models import Authority, Diocese
from accounts.tests import factories as people
from schools import selectors
from schools.imports import FileRefused, import_schools
from schools.models import FactKind, FactSource, ImportRun, Post, School, SchoolFact, SchoolService
from schools.tests.extracts import academy, closed, file_of, known_authorities, line
from schools.tests.factories import AT, make_post, make_school, set_fact
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db

TODAY = date(2010, 1, 4)  # Monday
FIRST, LATER = date(2009, 9, 1), date(2009, 12, 1)


@pytest.fixture(autouse=True)
def authorities(db):
    known_authorities()


@pytest.fixture
def load(tmp_path):
    def load(*rows, as_at=FIRST, only=None, without=(), encoding="cp1252", **options):
        path = file_of(tmp_path, *rows, name="extract.csv", only=only, without=without, encoding=encoding)
        return import_schools(source=path, as_at=as_at, by=None, at=AT, on=TODAY, **options)

    return load


def counts(report):
    return (report.read, report.created, report.updated, report.unchanged, report.skipped, len(report.rejected))


def school(urn="900001"):
    return School.objects.get(urn=urn)


def facts(kind, urn="900001"):
    rows = SchoolFact.objects.filter(school__urn=urn, kind=kind).order_by("pk")
    return sorted(rows.values_list("value", "starts_on", "ends_on"), key=lambda row: row[1] or date.min)


def test_a_new_school_has_its_facts_from_always_and_is_served_by_its_authority(load):
    assert counts(load(line())) == (1, 1, 0, 0, 0, 0)
    assert facts("status") == [("open", None, None)]
    assert facts("phase") == [("primary", None, None)]
    assert facts("local_authority") == [("850", None, None)]
    service = SchoolService.objects.get(school__urn="900001")
    assert (service.authority.code, service.starts_on, service.source) == ("850", None, "local_authority")
    head = selectors.head_on(school(), TODAY)
    assert (head.full_name, head.source, head.starts_on) == ("Ann Early", "gias", None)
    assert school().last_seen_on == FIRST


def test_status_runs_from_the_day_of_opening_to_the_day_of_closing(load):
    load(closed(OpenDate="01-09-1990"), closed("900002", on=""), line("900003", OpenDate="01-09-2008"))
    assert facts("status") == [("open", date(1990, 9, 1), date(2009, 8, 31)), ("closed", date(2009, 9, 1), None)]
    assert facts("status", "900002") == [("closed", None, None)]
    assert facts("status", "900003") == [("open", date(2008, 9, 1), None)]


def test_the_same_file_twice_changes_nothing_but_when_it_was_last_seen(load):
    load(line(), closed("900002"))
    before = list(School.objects.order_by("urn").values())
    assert counts(load(line(), closed("900002"))) == (2, 0, 0, 2, 0, 0)
    assert list(School.objects.order_by("urn").values()) == before
    load(line(), closed("900002"), as_at=LATER)
    assert set(School.objects.values_list("last_seen_on", flat=True)) == {LATER}
    assert SchoolFact.objects.filter(ends_on__isnull=False).count() == 1


def test_letter_case_hyphens_and_spaces_are_no_change(load):
    load(line(HeadLastName="Smith-Early"))
    changed = line(EstablishmentName="HILL ROAD PRIMARY-SCHOOL", HeadFirstName="ANN", HeadLastName="Smith Early")
    assert counts(load(changed, as_at=LATER)) == (1, 0, 0, 1, 0, 0)
    assert Post.objects.count() == 1


def test_a_school_that_is_closed_is_counted_and_its_status_ends_on_its_closing_day(load):
    load(line())
    report = load(closed(on="31-10-2009"), as_at=LATER)
    assert (report.updated, report.closed) == (1, 1)
    assert facts("status") == [("open", None, date(2009, 10, 31)), ("closed", date(2009, 11, 1), None)]
    assert AuditEvent.objects.get(what="school.status").details == {"was": "open", "now": "closed"}


def test_a_school_closed_without_a_date_is_closed_from_the_day_of_the_extract(load):
    load(line())
    load(closed(on=""), as_at=LATER)
    assert facts("status") == [("open", None, date(2009, 11, 30)), ("closed", LATER, None)]


def test_a_closing_date_that_comes_later_moves_the_boundary(load):
    load(line())
    load(closed(on=""), as_at=LATER)
    load(closed(on="31-10-2009"), as_at=LATER)
    assert facts("status") == [("open", None, date(2009, 10, 31)), ("closed", date(2009, 11, 1), None)]


def test_a_closed_school_with_no_date_gets_its_history_when_the_date_comes(load):
    load(closed(on=""))
    load(closed(on="31-10-2008", OpenDate="01-09-2000"), as_at=LATER)
    assert facts("status") == [("open", date(2000, 9, 1), date(2008, 10, 31)), ("closed", date(2008, 11, 1), None)]


def test_a_proposed_school_opens_on_its_day(load):
    load(line(EstablishmentStatus_code="4", EstablishmentStatus_name="Proposed to open"))
    load(line(OpenDate="01-11-2009"), as_at=LATER)
    assert facts("status") == [("proposed", None, date(2009, 10, 31)), ("open", date(2009, 11, 1), None)]


def test_a_school_proposed_to_close_is_open(load):
    load(line(EstablishmentStatus_code="3", CloseDate="31-08-2010"))
    assert facts("status") == [("open", None, None)]
    assert school().closed_on == date(2010, 8, 31)


def test_absence_closes_nobody_and_is_told_once_an_authority(load):
    load(line(), line("900002"))
    told = "1 of 2 open schools of Hampshire is not in the file; nothing was changed for that: URN 900002"
    report = load(line(), as_at=LATER, authority=Authority.objects.get(code="850"))
    assert report.warnings == [{"line": None, "urn": "", "reason": told}]
    report = load(line(Town="Liss"), as_at=LATER)
    assert report.warnings == [{"line": None, "urn": "", "reason": told}]
    assert school("900002").status == "open"


def test_a_part_of_an_extract_warns_once_and_names_the_first_schools_left_out(load):
    load(*(line(str(900001 + number)) for number in range(9)))
    report = load(line(), as_at=LATER, authority=Authority.objects.get(code="850"))
    (warning,) = report.warnings
    assert warning["reason"].startswith("8 of 9 open schools of Hampshire are not in the file; nothing was changed for that: ")
    assert warning["reason"].endswith("URN 900002, 900003, 900004, 900005, 900006 and 3 more")


def test_a_move_to_a_successor_takes_its_first_day_and_keeps_the_history(load):
    load(line(LA_code="928"), as_at=date(2009, 1, 1))
    load(line(LA_code="940"), as_at=LATER)
    assert facts("local_authority") == [("928", None, date(2009, 3, 31)), ("940", date(2009, 4, 1), None)]
    served = SchoolService.objects.filter(school__urn="900001").order_by("pk")
    assert [(row.authority.code, row.starts_on, row.ends_on) for row in served] == [
        ("928", None, date(2009, 3, 31)),
        ("940", date(2009, 4, 1), None),
    ]
    assert AuditEvent.objects.get(what="school.transfer").details == {"was": "928", "now": "940"}


def test_any_other_move_is_dated_by_the_extract(load):
    load(line(LA_code="886"))
    load(line(LA_code="850"), as_at=LATER)
    assert facts("local_authority") == [("886", None, date(2009, 11, 30)), ("850", LATER, None)]


def test_a_trust_goes_on_serving_a_school_that_changes_its_authority(load):
    trust = people.trust()
    made = make_school("900001", authority=Authority.objects.get(code="886"), trust=trust)
    load(line(LA_code="850"), as_at=LATER)
    assert selectors.authority_serving(made, TODAY) == trust
    assert selectors.fact_on(made, TODAY).local_authority_code == "850"


def test_a_change_of_phase_type_and_name_is_dated(load):
    load(line())
    load(academy(PhaseOfEducation_code="7", EstablishmentName="Hill Road Academy"), as_at=LATER)
    assert facts("phase") == [("primary", None, date(2009, 11, 30)), ("all_age", LATER, None)]
    assert facts("governance") == [("community", None, date(2009, 11, 30)), ("academy", LATER, None)]
    assert [row[0] for row in facts("name")] == ["Hill Road Primary School", "Hill Road Academy"]
    before, after = (selectors.fact_on(school(), day) for day in (date(2009, 11, 30), LATER))
    assert (before.name, before.programme, before.is_academy) == ("Hill Road Primary School", "primary", False)
    assert (after.name, after.programme, after.is_academy) == ("Hill Road Academy", "", True)


def test_what_an_officer_entered_is_not_overwritten(load):
    load(line())
    SchoolFact.objects.filter(kind=FactKind.PHASE).update(source=FactSource.OFFICER)
    set_fact(school(), FactKind.CATEGORY, "intensive")
    report = load(line(PhaseOfEducation_code="4"), as_at=LATER)
    assert (report.unchanged, report.updated) == (1, 0)
    assert facts("phase") == [("primary", None, None)]
    assert [row["reason"] for row in report.warnings] == ["The phase differs from what an officer entered, which was kept"]


def test_a_deemed_phase_set_for_a_unit_stays(load):
    load(line(TypeOfEstablishment_code="14", PhaseOfEducation_code="0"))
    set_fact(school(), FactKind.DEEMED_PHASE, "primary")
    School.objects.update(deemed_phase="primary")
    load(line(TypeOfEstablishment_code="14", PhaseOfEducation_code="0", Town="Liss"), as_at=LATER)
    assert school().deemed_phase == "primary"
    assert selectors.fact_on(school(), TODAY).sector_needed == "primary"


def test_a_new_head_ends_the_old_post_and_starts_another(load):
    load(line())
    load(line(HeadFirstName="Ben", HeadLastName="Late (Acting)"), as_at=LATER)
    old, new = Post.objects.order_by("pk")
    assert (old.full_name, old.ends_on) == ("Ann Early", date(2009, 11, 30))
    assert (new.full_name, new.starts_on, new.ends_on, new.is_acting) == ("Ben Late", LATER, None, True)


def test_a_head_with_an_account_who_goes_is_on_the_record(load):
    load(line())
    Post.objects.update(user=people.user())
    load(line(HeadFirstName="Ben"), as_at=LATER)
    assert AuditEvent.objects.get(what="post.end").about_on == date(2009, 11, 30)


def test_a_blank_head_ends_no_post_and_a_closed_school_keeps_its_own(load):
    load(line(), line("900002"))
    load(line(HeadFirstName="", HeadLastName=""), closed("900002", HeadFirstName="Ben"), as_at=LATER)
    assert list(Post.objects.filter(ends_on=None).order_by("pk").values_list("full_name", flat=True)) == ["Ann Early"] * 2


def test_a_head_entered_by_an_officer_stays_with_a_warning(load):
    load(line(HeadFirstName="", HeadLastName=""))
    make_post(school(), full_name="Carol Own")
    report = load(line(), as_at=LATER)
    assert list(Post.objects.values_list("full_name", flat=True)) == ["Carol Own"]
    assert "another head" in report.warnings[0]["reason"]


def test_a_job_title_may_change_without_a_new_head(load):
    load(line())
    assert load(line(HeadPreferredJobTitle="Acting Headteacher"), as_at=LATER).updated == 1
    assert Post.objects.get().is_acting


def test_a_missing_column_never_blanks_a_value(load):
    load(line())
    held = School.objects.values().get()
    report = load(line(), as_at=LATER, only=("URN", "EstablishmentName", "LA (name)"))
    assert report.unchanged == 1
    assert School.objects.values().get() == held | {"last_seen_on": LATER}


def test_a_blank_cell_says_that_there_is_none(load):
    load(line())
    load(line(Street="", NumberOfPupils="", LA_code="", LA_name=""), as_at=LATER)
    assert (school().street, school().pupils, school().local_authority.code) == ("", None, "850")


@pytest.mark.parametrize("name", ["Northamptonshire", "Pre-LGR 2021 Northamptonshire", "NORTHAMPTONSHIRE"])
def test_an_authority_is_known_by_its_name_where_there_is_no_code(load, name):
    load(line(LA_name=name), without=("LA (code)",))
    assert school().local_authority.code == "928"


def test_rows_older_than_what_is_held_are_skipped_with_a_warning(load):
    load(line(LastChangedDate="01-11-2009"), line("900002"), as_at=LATER)
    by_date = load(line(LastChangedDate="31-10-2009", Town="Liss"), as_at=LATER)
    assert (by_date.skipped_because, len(by_date.warnings)) == ({"older than what is held": 1}, 1)
    by_day = load(line("900002", Town="Liss"), as_at=FIRST)
    assert by_day.skipped == 1
    assert set(School.objects.values_list("town", flat=True)) == {"Alton"}


def test_kinds_outside_the_programme_are_skipped_by_reason(load):
    report = load(
        line(), line("900002", TypeOfEstablishment_code="15"), line("900003", LA_code="672"),
        line("900004", TypeOfEstablishment_code="11", LA_code="000"),
    )  # fmt: skip
    assert report.skipped_because == {"nursery school": 1, "in Wales": 1, "independent school": 1}
    assert School.objects.count() == 1


def test_a_held_school_that_becomes_of_another_kind_is_still_kept_true(load):
    load(line())
    assert load(line(TypeOfEstablishment_code="11"), as_at=LATER).updated == 1
    assert school().governance == "other"


def test_bad_rows_are_named_and_the_sound_ones_are_written(load):
    report = load(line("x"), line(), line(), line("900002", LA_code="999"), line("900003", LA_code="", LA_name=""))
    assert counts(report) == (5, 1, 0, 0, 0, 4)
    assert report.rejected == [
        {"line": 2, "urn": "x", "reason": "The URN must be a number of 6 digits"},
        {"line": 4, "urn": "900001", "reason": "The URN is on line 3 already"},
        {"line": 5, "urn": "900002", "reason": "There is no authority 999"},
        {"line": 6, "urn": "900003", "reason": "The authority is missing"},
    ]


def test_one_authority_keeps_its_rows_and_skips_the_others(load):
    report = load(line(), line("900002", LA_code="886"), authority=Authority.objects.get(code="850"))
    assert (report.created, report.skipped_because) == (1, {"another authority": 1})


def test_a_trust_loads_the_schools_that_it_serves(load):
    trust = people.trust()
    make_school("900001", authority=Authority.objects.get(code="850"), trust=trust)
    report = load(line(), line("900002"), authority=trust)
    assert (report.updated, report.skipped) == (1, 1)


def test_an_authority_cannot_take_a_school_from_another_that_still_exists(load):
    load(line(LA_code="886"), line("900002", LA_code="928"))
    report = load(line(), line("900002", LA_code="940"), as_at=LATER, may_take_schools=False)
    assert report.rejected == [{"line": 2, "urn": "900001", "reason": "The school is in Kent; national staff can move it"}]
    assert (school().local_authority.code, school("900002").local_authority.code) == ("886", "940")


def test_a_trial_writes_nothing(load):
    report = load(line(), dry_run=True)
    assert report.created == 1
    assert not School.objects.exists()
    assert not ImportRun.objects.exists()
    assert not AuditEvent.objects.exists()


def test_many_closings_at_once_are_held_until_confirmed(load):
    rows = [line(str(900001 + number)) for number in range(20)]
    load(*rows)
    leaving = [closed(row["URN"]) if number < 5 else row for number, row in enumerate(rows)]
    report = load(*leaving, as_at=LATER)
    assert report.held == "5 of 20 open schools of Hampshire would close or move to another authority"
    assert report.closed == 5
    assert not School.objects.filter(status="closed").exists()
    assert ImportRun.objects.count() == 1
    assert load(*leaving, as_at=LATER, confirm=True).closed == 5
    assert School.objects.filter(status="closed").count() == 5


def test_four_closings_of_a_small_authority_and_a_move_to_a_successor_are_not_held(load):
    rows = [line(str(900001 + number), LA_code="928") for number in range(10)]
    load(*rows, as_at=date(2009, 1, 1))
    rows = [row | {"LA (code)": "940"} for row in rows]
    assert load(*rows, as_at=FIRST).updated == 10
    assert load(*[closed(row["URN"], LA_code="940") for row in rows[:4]], as_at=LATER).closed == 4


def test_moves_to_a_stranger_are_held_too(load):
    rows = [line(str(900001 + number)) for number in range(10)]
    load(*rows)
    report = load(*[row | {"LA (code)": "886"} for row in rows[:5]], as_at=LATER)
    assert report.held
    assert not School.objects.filter(local_authority__code="886").exists()


def test_each_run_leaves_one_row_and_one_line_on_the_record(load):
    load(line(), line("x"))
    run = ImportRun.objects.get()
    assert (run.kind, run.as_at, run.result["created"], run.result["rejected"][0]["line"]) == ("schools", FIRST, 1, 3)
    event = AuditEvent.objects.get(what="schools.import")
    assert (event.details["created"], event.details["read"]) == (1, 2)


def test_a_header_without_schools_is_refused_and_writes_nothing(load):
    with pytest.raises(FileRefused, match="a header and no schools"):
        import_schools(
            source=io.BytesIO(b"URN,EstablishmentName\n"), file_name="a.csv", by=None, at=AT, on=TODAY
        )  # fmt: skip
    assert not ImportRun.objects.exists()


def test_links_between_schools_are_kept_for_tenure(load, tmp_path):
    rows = [line(), line("900002", EstablishmentName="Hill Road Infants")]
    linked = [rows[0] | {"Linked establishments": "900002 Predecessor"}, rows[1] | {"Linked establishments": ""}]
    load(*linked)
    load(*linked)
    assert [found.urn for found in school().predecessors.all()] == ["900002"]


def test_a_trial_enters_no_diocese_and_the_load_does(load):
    load(line())
    row = line() | {"Diocese (name)": "Diocese of Trial"}
    assert load(row, as_at=LATER, dry_run=True).updated == 1
    assert not Diocese.objects.filter(name="Diocese of Trial").exists()
    load(row, as_at=LATER)
    assert school().diocese.name == "Diocese of Trial"
    load(row | {"Diocese (name)": "Not applicable"}, as_at=LATER)
    assert school().diocese is None


def test_dioceses_are_entered_once(load):
    rows = [line() | {"Diocese (name)": "Diocese of Test"}, line("900002") | {"Diocese (name)": "Diocese of Test"}]
    load(*rows)
    assert {found.diocese.name for found in School.objects.all()} == {"Diocese of Test"}
    assert load(*rows).unchanged == 2


def test_a_lines_columns_decide_and_not_the_line_alone_what_is_known(load):
    """The digest of a line is that of its cells under their columns (the second import is fast for it)."""
    load(line())
    assert School.objects.get().line_digest
    assert load(line(), without=("Street",), as_at=LATER).unchanged == 1
    assert load(line(Street="Mill End"), as_at=LATER).updated == 1
    assert load(line(), as_at=LATER).updated == 1


def test_the_same_line_for_another_authority_is_left_out_all_the_same(load):
    load(line())
    report = load(line(), authority=Authority.objects.get(code="886"))
    assert (report.unchanged, report.skipped_because) == (0, {"another authority": 1})
    trust = people.trust()
    assert load(line(), authority=trust).skipped == 1


def test_a_urn_written_as_a_decimal_is_the_same_school_twice(load):
    report = load(line("900001.0"), line())
    assert (report.created, len(report.rejected)) == (1, 1)


def test_a_name_that_changes_twice_keeps_both_days(load):
    load(line())
    load(line(EstablishmentName="Hill Road Juniors"), as_at=LATER)
    load(line(EstablishmentName="Hill Road Academy"), as_at=date(2010, 1, 1))
    assert [row[0] for row in facts("name")] == ["Hill Road Primary School", "Hill Road Juniors", "Hill Road Academy"]


def test_a_school_that_is_given_its_first_authority_by_service_is_served(load):
    load(line())
    SchoolService.objects.all().delete()
    load(line(LA_code="886"), as_at=LATER)
    assert SchoolService.objects.get().authority.code == "886"


def test_two_moves_on_one_day_correct_each_other(load):
    load(line())
    load(line(LA_code="886"), as_at=LATER)
    load(line(LA_code="928"), as_at=LATER)
    assert [row[0] for row in facts("local_authority")] == ["850", "928"]
    assert SchoolService.objects.get(ends_on=None).authority.code == "928"
