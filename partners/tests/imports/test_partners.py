"""The file of SIPs, loaded by the command as people load it (D-7, D-11, D-17)."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from accounts.models import Authority
from accounts.tests import factories as accounts
from partners.imports import import_partners
from partners.models import Accreditation, Check, Engagement, Headship, Partner, PartnerKind, Willingness
from schools.models import ImportRun
from schools.tests.factories import make_school
from sipmanager.core import clock
from sipmanager.core.csvfiles import FileRefused
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db

HEADER = (
    "reference,title,first_name,last_name,email,kind,company,own_school_urn,primary_headship,secondary_headship,"
    "special_headship,headship_years,outside_experience,regions,authorities,accredited_primary_on,"
    "accredited_secondary_on,accredited_special_on,last_practised_on,days_available"
)
ANN = "S1,Ms,Ann,Able,ann@example.org,former_head,,,former,none,none,12,yes,South East;London 1,,2006-01-10,,,2007-07-31,20"
BEN = "S2,Mr,Ben,Bold,ben@example.org,consultant,Bold Ltd,,none,former,none,8,no,,850,,2005-09-01,,,15.5"


@pytest.fixture
def load(tmp_path, capsys):
    """`load(text, "--dry-run")` runs the command on a file of that text and returns what it printed and its exit."""

    def run(content, *options):
        path = tmp_path / "partners.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        capsys.readouterr()
        try:
            call_command("import_partners", str(path), *options, "--format", "json")
            code = 0
        except SystemExit as stop:
            code = stop.code
        return json.loads(capsys.readouterr().out), code

    return run


def sheet(*rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


def test_a_file_of_sips_becomes_the_register(load):
    said, code = load(sheet(ANN, BEN))
    assert code == 0
    assert (said["read"], said["created"], said["rejected"], said["warnings"]) == (2, 2, [], [])
    ann = Partner.objects.get(reference="S1")
    assert (ann.full_name, ann.email, ann.headship_years, ann.has_outside_experience) == (
        "Ann Able",
        "ann@example.org",
        12,
        True,
    )
    assert ann.last_practised_on == date(2007, 7, 31)
    assert ann.days_available == Decimal("20")
    assert sorted(ann.willingness.values_list("region__name", flat=True)) == ["London 1", "South East"]
    assert list(ann.accreditations.values_list("sector", "accredited_on")) == [("primary", date(2006, 1, 10))]
    ben = Partner.objects.get(reference="S2")
    assert ben.company == "Bold Ltd"
    assert ben.willingness.get().authority.code == "850"
    assert not Engagement.objects.exists()


def test_the_first_known_values_hold_always(load):
    load(sheet(ANN, BEN))
    assert set(PartnerKind.objects.values_list("starts_on", "ends_on")) == {(None, None)}
    assert set(Willingness.objects.values_list("starts_on", "ends_on")) == {(None, None)}
    assert list(Headship.objects.values_list("is_former", "starts_on", "ends_on")) == [(True, None, None)] * 2


def test_the_same_file_twice_changes_nothing(load):
    load(sheet(ANN, BEN))
    lines = AuditEvent.objects.count()
    said, code = load(sheet(ANN, BEN))
    assert (code, said["unchanged"], said["created"], said["updated"]) == (0, 2, 0, 0)
    assert AuditEvent.objects.count() == lines
    assert PartnerKind.objects.count() == 2
    assert Accreditation.objects.count() == 2


def test_a_dry_run_says_the_same_and_writes_nothing(load):
    said, _ = load(sheet(ANN, BEN), "--dry-run")
    assert said["created"] == 2
    assert not Partner.objects.exists()
    assert not ImportRun.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_changed_fact_holds_from_the_day_of_the_import(load, clock_at):
    clock_at("2009-09-01")
    load(sheet(ANN))
    clock_at("2009-11-16")
    said, _ = load(sheet(ANN.replace("former_head", "consultant").replace("South East;London 1", "South East")))
    assert said["updated"] == 1
    kinds = PartnerKind.objects.order_by("pk").values_list("kind", "starts_on", "ends_on")
    assert list(kinds) == [("former_head", None, date(2009, 11, 15)), ("consultant", date(2009, 11, 16), None)]
    london = Willingness.objects.get(region__name="London 1")
    assert london.ends_on == date(2009, 11, 15)
    event = AuditEvent.objects.get(what="partner.import_changed")
    assert event.details["facts"] == ["kind", "willingness:region"]


def test_a_mistake_put_right_on_the_same_day_leaves_one_row(load, clock_at):
    clock_at("2009-09-01")
    load(sheet(ANN))
    clock_at("2009-11-16")
    load(sheet(ANN.replace("former_head", "consultant").replace("London 1", "London 2")))
    load(sheet(ANN.replace("former_head", "la_officer")))
    assert PartnerKind.objects.get(ends_on=None).kind == "la_officer"
    assert not Willingness.objects.filter(region__name="London 2").exists()
    assert Willingness.objects.get(region__name="London 1", ends_on=None).starts_on == date(2009, 11, 16)


def test_a_serving_head_who_retires_keeps_the_headship_with_its_end(load, clock_at):
    clock_at("2009-09-01")
    serving = ANN.replace("former_head,,,former", "serving_head,,,serving")
    load(sheet(serving))
    clock_at("2010-09-01")
    said, _ = load(sheet(ANN))
    assert said["updated"] == 1
    headship = Headship.objects.get()
    assert (headship.is_former, headship.starts_on, headship.ends_on) == (False, None, date(2010, 8, 31))
    assert load(sheet(ANN))[0]["unchanged"] == 1


def test_a_missing_column_never_blanks_a_value(load):
    load(sheet(ANN, BEN))
    said, _ = load(sheet("S2,Ben,Bold,ben@example.org,consultant", header="reference,first_name,last_name,email,kind"))
    assert said["unchanged"] == 1
    assert Partner.objects.get(reference="S2").company == "Bold Ltd"


def test_a_blank_under_a_column_clears_it(load):
    load(sheet(BEN))
    said, _ = load(sheet(BEN.replace("Bold Ltd", "").replace("15.5", "")))
    assert said["updated"] == 1
    ben = Partner.objects.get()
    assert (ben.company, ben.days_available) == ("", None)


def test_a_blank_reference_makes_the_next_number_and_finds_the_person_again(load):
    no_reference = ANN.removeprefix("S1")
    said, _ = load(sheet(no_reference, BEN.replace("S2", "P000007")))
    assert said["created"] == 2
    assert set(Partner.objects.values_list("reference", flat=True)) == {"P000008", "P000007"}
    assert load(sheet(no_reference))[0]["unchanged"] == 1


def test_a_known_reference_with_another_address_is_rejected_and_the_reverse(load):
    load(sheet(ANN, BEN))
    said, code = load(sheet(ANN.replace("ann@", "another@"), BEN.replace("S2", "S3")))
    assert code == 1
    assert said["rejected"] == [
        {"line": 2, "partner": "S1", "reason": "The reference S1 belongs to a SIP with another email address."},
        {"line": 3, "partner": "S3", "reason": "The email address ben@example.org belongs to the SIP S2."},
    ]
    assert set(Partner.objects.values_list("reference", "email")) == {("S1", "ann@example.org"), ("S2", "ben@example.org")}


def test_what_is_rejected_stands_in_the_order_of_the_file(load):
    """A line that is wrong by itself is found before one that contradicts another."""
    wrong = BEN.replace("consultant", "wizard")
    said, _code = load(sheet(ANN, ANN.replace("Able", "Abel"), wrong))
    assert [row["line"] for row in said["rejected"]] == [3, 4]


def test_letter_case_makes_no_second_person(load):
    load(sheet(ANN))
    assert load(sheet(ANN.replace("S1", "s1").replace("ann@", "ANN@")))[0]["unchanged"] == 1


def test_two_lines_about_one_person_leave_the_second_out(load):
    said, code = load(sheet(ANN, ANN.replace("Able", "Abel")))
    assert (code, said["created"]) == (1, 1)
    assert said["rejected"][0]["reason"] == "Line 2 has the same reference. Line 2 has the same email address."
    assert Partner.objects.get().full_name == "Ann Able"


def test_every_fault_of_a_line_is_named_at_once_and_the_sound_lines_are_written(load):
    bad = "S9,,Cas,,cas at home,dean,,12,perhaps,,,many,maybe,,,31/02/2006,,,2999-01-01,-3"
    said, code = load(sheet(ANN, bad))
    assert (code, said["created"], said["read"]) == (1, 1, 2)
    reason = said["rejected"][0]["reason"]
    for part in (
        "cas at home is not an email address", "The kind must be one of serving_head", "12 is not a URN",
        "The primary headship must be one of none, former, serving", "whole number from 0 to 70, not many",
        "yes or no, not maybe", "31/02/2006 is not a real date", "must be today or in the past, not 1 January 2999",
        "days available must be from 0 to 366", "The last name is missing",
    ):  # fmt: skip
        assert part in reason
    assert not Partner.objects.filter(reference="S9").exists()


def test_unknown_places_are_rejected_by_name(load):
    said, code = load(sheet(ANN.replace("London 1", "London 9"), BEN.replace(",850,", ",Atlantis,")))
    assert code == 1
    assert [row["reason"] for row in said["rejected"]] == [
        "There is no region called London 9.",
        "There is no authority with the code or the name Atlantis.",
    ]
    assert not Partner.objects.exists()


def test_authorities_are_known_by_code_name_or_alias(load):
    said, _ = load(sheet(BEN.replace(",850,", ',"Bristol, City of;Kent;850",')))
    assert said["created"] == 1
    assert sorted(Willingness.objects.values_list("authority__code", flat=True)) == ["801", "850", "886"]


def test_rows_that_contradict_themselves_are_loaded_with_a_warning(load):
    said, code = load(sheet(ANN.replace("former_head", "serving_head"), BEN.replace("none,former,none,8", "none,none,none,8")))
    assert (code, said["created"]) == (0, 2)
    reasons = [row["reason"] for row in said["warnings"]]
    assert "The SIP is a serving headteacher, and no headship is given as serving." in reasons
    assert "8 years of headship are given, and no headship." in reasons
    assert "The SIP is a serving headteacher, and no school of their own is given." in reasons


def test_unknown_columns_are_warned_about_and_left_out(load):
    said, code = load("reference,first_name,last_name,email,kind,shoe_size\nS1,Ann,Able,ann@example.org,consultant,39\n")
    assert (code, said["created"]) == (0, 1)
    assert said["warnings"] == [{"line": 1, "reason": "Nobody knows the column shoe_size; it is left out."}]


def test_the_school_of_a_serving_head_is_their_own(load):
    school = make_school()
    said, _ = load(sheet(BEN.replace("Bold Ltd,,", f"Bold Ltd,{school.urn},")))
    assert said["warnings"] == []
    assert Partner.objects.get().own_school == school


def test_an_own_school_that_nobody_has_loaded_is_a_warning(load):
    said, _ = load(sheet(BEN.replace("Bold Ltd,,", "Bold Ltd,999999,")))
    assert "No school with the URN 999999" in said["warnings"][0]["reason"]
    assert Partner.objects.get().own_school is None


def test_a_second_award_is_added_and_said(load):
    load(sheet(ANN))
    said, _ = load(sheet(ANN.replace("2006-01-10", "2010-03-01")))
    assert any("accreditation of 10 January 2006" in row["reason"] for row in said["warnings"])
    assert list(Accreditation.objects.order_by("accredited_on").values_list("accredited_on", flat=True)) == [
        date(2006, 1, 10), date(2010, 3, 1),
    ]  # fmt: skip


CHECKED = HEADER + ",crb_checked_on,insurance_until,governors_agreed_on,references_on"


def test_checks_hang_on_the_engagement_with_the_authority_that_loads(load, clock_at):
    clock_at("2009-11-16")
    said, _ = load(sheet(BEN + ",2009-01-05,2010-08-31,,2009-02-01", header=CHECKED), "--authority", "850")
    assert said["created"] == 1
    checks = Check.objects.filter(engagement__authority__code="850").order_by("kind")
    assert list(checks.values_list("kind", "checked_on", "expires_on")) == [
        ("PRE-2", date(2009, 1, 5), None),
        ("PRE-5", date(2009, 11, 16), date(2010, 8, 31)),
        ("PRE-9", date(2009, 2, 1), None),
    ]
    again, _ = load(sheet(BEN + ",2009-01-05,2010-08-31,,2009-02-01", header=CHECKED), "--authority", "850")
    assert again["unchanged"] == 1
    assert Check.objects.count() == 3


def test_checks_without_an_authority_go_to_those_named_or_are_left_out(load):
    said, _ = load(sheet(BEN + ",2009-01-05,,,", ANN + ",2009-01-05,,,", header=CHECKED))
    assert Check.objects.get().engagement.authority.code == "850"
    assert said["warnings"][0]["partner"] == "S1"
    assert "The checks are left out" in said["warnings"][0]["reason"]


def test_an_authority_loads_and_engages_its_own_alone(load):
    said, code = load(sheet(ANN, BEN), "--authority", "886")
    assert code == 0
    assert (said["created"], said["skipped"]) == (1, 1)
    assert said["skipped_because"] == {"names neither Kent nor its region": 1}
    assert Engagement.objects.get().partner.reference == "S1"


def test_old_encodings_and_marks_are_read(load):
    assert load(("\ufeff" + sheet(ANN)).encode())[0]["created"] == 1
    said, _ = load(sheet(BEN.replace("Ben,Bold", "Zo\u00eb,O\u2019Neill")).encode("cp1252"))
    assert said["created"] == 1
    assert Partner.objects.get(reference="S2").full_name == "Zo\u00eb O\u2019Neill"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The file is empty."),
        (b"<!DOCTYPE html><html><body>404</body></html>", "The file is a web page"),
        (b'{"code": "error.IOerror"}', "an answer from a program"),
        (b"PK\x03\x04rubbish", "a spreadsheet or a zip archive"),
        (b"urn,name\n1,x\n", "This is not a file of SIPs: it has no columns first_name, last_name, email or kind."),
        (HEADER.encode(), "The file has column names and no rows."),
        (sheet(ANN).replace(",", ";").encode(), "The values are separated by semicolons."),
        ((HEADER + '\nS1,"Ann').encode(), "A quotation mark opened on line 2 is never closed."),
        (HEADER.replace("title", "email").encode() + b"\nx", "The column email stands in the file twice."),
        (b"a\x00b,c", "characters of no value"),
    ],
)
def test_a_file_that_is_no_file_of_sips_is_refused_whole(load, content, why):
    said, code = load(content)
    assert code == 1
    assert list(said) == ["error"]
    assert why in said["error"]
    assert not Partner.objects.exists()
    assert not ImportRun.objects.exists()


def test_lines_with_too_many_or_too_few_values(load):
    said, code = load(sheet(ANN + ",extra", "S2,Mr,Ben,Bold,ben@example.org,consultant"))
    assert (code, said["created"]) == (1, 1)
    assert said["rejected"][0]["reason"] == "The line has 21 values under 20 column names."
    assert "6 values under 20 column names; the missing ones are read as blank" in said["warnings"][0]["reason"]


def test_nobody_loads_their_own_record():
    person = accounts.user()
    kent = Authority.objects.get(code="886")
    at = clock.now()
    import_partners(content=sheet(ANN).encode(), file_name="a.csv", authority=kent, by=None, on=clock.today(), at=at)
    Partner.objects.update(user=person)
    changed = sheet(ANN.replace("2006-01-10", "2009-01-10")).encode()
    outcome = import_partners(content=changed, file_name="a.csv", authority=kent, by=person, on=clock.today(), at=at)
    assert "Nobody loads their own record" in outcome.rejected[0]["reason"]
    assert Accreditation.objects.get().accredited_on == date(2006, 1, 10)


def test_an_unknown_authority_or_file_is_an_error(load, capsys):
    assert load(sheet(ANN), "--authority", "no such") == ({"error": "There is no authority no such."}, 1)
    with pytest.raises(SystemExit) as stop:
        call_command("import_partners", "/nowhere/partners.csv")
    assert stop.value.code == 1


def test_a_refused_file_is_an_exception_to_callers():
    with pytest.raises(FileRefused):
        import_partners(content=b"", file_name="a", authority=None, by=None, on=date(2009, 11, 16), at=clock.now())
