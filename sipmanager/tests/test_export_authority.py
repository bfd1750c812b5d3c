"""`export_authority`: everything one authority holds and nothing of another's, with digests that agree (issue 3: export)."""

import csv
import hashlib
import io
import json

import pytest
from django.apps import apps
from django.core.management import call_command

from accounts.models import User
from partners.models import Deployment, Partner
from schools.models import School
from sipmanager.core.models import AuditEvent
from sipmanager.site import exporting
from sipmanager.tests.worlds import FOREIGN, OWN
from visits.models import IssuedVersion


@pytest.fixture
def exported(worlds, tmp_path):
    folder = tmp_path / "export"
    out = io.StringIO()
    call_command("export_authority", worlds.own.authority.code, str(folder), stdout=out)
    return folder, json.loads(out.getvalue())


def rows_of(folder, name):
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_is_what_the_manifest_says(exported):
    folder, manifest = exported
    assert json.loads((folder / "manifest.json").read_text()) == manifest
    named = {file["file"]: file for file in manifest["files"]}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {"manifest.json"}
    assert there == set(named)
    for name, said in named.items():
        content = (folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == said["sha256"], name
        assert len(content) == said["bytes"], name
        if name.endswith(".csv") and "/" not in name:
            assert len(rows_of(folder, name)) == said["rows"], name
    assert list(exporting.faults_of(folder)) == []
    victim = folder / "schools_school.csv"
    victim.write_bytes(victim.read_bytes() + b"x")
    assert list(exporting.faults_of(folder)) == ["schools_school.csv"]


def test_what_the_authority_holds_is_there(exported, worlds):
    folder, manifest = exported
    own = worlds.own
    assert own.school.urn in {row["urn"] for row in rows_of(folder, "schools_school.csv")}
    assert {row["reference"] for row in rows_of(folder, "partners_partner.csv")} >= {own.partner.reference}
    deployment = next(row for row in rows_of(folder, "partners_deployment.csv") if row["id"] == str(own["deployment"].pk))
    assert (deployment["school_urn"], deployment["partner_reference"]) == (own.school.urn, own.partner.reference)
    assert len(rows_of(folder, "partners_deployment.csv")) == Deployment.objects.filter(authority=own.authority).count()
    assert {row["id"] for row in rows_of(folder, "visits_note.csv")} == {str(note.pk) for note in own.notes.values()}
    issued = IssuedVersion.objects.filter(note__authority=own.authority).exclude(document=None)
    pdfs = [file["file"] for file in manifest["files"] if file["file"].startswith("notes/")]
    assert sorted(pdfs) == sorted(f"notes/note-{issue.note_id}-version-{issue.number}.pdf" for issue in issued)
    assert (folder / pdfs[0]).read_bytes().startswith(b"%PDF")
    emails = {row["email"] for row in rows_of(folder, "accounts_user.csv")}
    assert {user.email for role, user in own.users.items() if role.value in ("manager", "head", "sip")} <= emails
    assert AuditEvent.objects.filter(what="authority.export", subject=f"authority:{own.authority.code}").count() == 1


def test_no_row_of_another_authority_is_in_it(exported, worlds):
    folder, _manifest = exported
    foreign = worlds.foreign
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert FOREIGN.encode() not in content, path
            assert foreign.partner.reference.encode() not in content, path
    assert any(OWN.encode() in path.read_bytes() for path in folder.glob("*.csv"))


def test_a_sip_whom_the_authority_could_engage_and_does_not_is_not_in_it(worlds, tmp_path):
    """Others may see who would work in their region (D-7); they hold nothing of them."""
    from partners.tests.factories import make_partner

    willing = make_partner("Willing Stranger", regions=[worlds.own.authority.region])
    folder = tmp_path / "export"
    call_command("export_authority", worlds.own.authority.code, str(folder), stdout=io.StringIO())
    assert willing.reference not in {row["reference"] for row in rows_of(folder, "partners_partner.csv")}


def test_no_secret_leaves_and_no_formula_runs(worlds, tmp_path):
    Partner.objects.filter(pk=worlds.own.partner.pk).update(full_name="-Smith", company='=HYPERLINK("http://x")')
    School.objects.filter(pk=worlds.own.school.pk).update(street="@ The Mulberry", town="\tTab")
    folder = tmp_path / "export"
    call_command("export_authority", worlds.own.authority.code, str(folder), stdout=io.StringIO())
    partner = next(row for row in rows_of(folder, "partners_partner.csv") if row["reference"] == worlds.own.partner.reference)
    assert (partner["full_name"], partner["company"]) == ("'-Smith", '\'=HYPERLINK("http://x")')
    school = next(row for row in rows_of(folder, "schools_school.csv") if row["urn"] == worlds.own.school.urn)
    assert school["street"] == "'@ The Mulberry"
    text = b"".join(path.read_bytes() for path in folder.glob("*.csv"))
    for user in User.objects.exclude(password=""):
        assert user.password.encode() not in text
    assert set(rows_of(folder, "accounts_user.csv")[0]) == {"email", "full_name", "is_active", "last_login"}
    assert "body" not in rows_of(folder, "core_outgoingemail.csv")[0]


def test_a_folder_that_holds_anything_is_refused_and_left_as_it_is(worlds, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text("mine")
    out = io.StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("export_authority", worlds.own.authority.code, str(tmp_path), stdout=out)
    assert stop.value.code == 1
    assert "not empty" in json.loads(out.getvalue())["error"]
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


@pytest.mark.django_db
def test_an_unknown_authority_and_a_folder_that_cannot_be_are_refused(tmp_path):
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("export_authority", "000", str(tmp_path / "x"), stdout=out)
    assert "no authority" in json.loads(out.getvalue())["error"]
    (tmp_path / "file").write_text("x")
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("export_authority", "886", str(tmp_path / "file" / "below"), stdout=out)
    assert "cannot be written" in json.loads(out.getvalue())["error"]
    assert not (tmp_path / "x").exists()


def test_every_model_is_exported_or_left_out_for_a_reason():
    """A new model finds its way by its scope or the row it hangs on, or is named with the reason."""
    known = {model._meta.label for model in exporting.exported_models()} | set(exporting.LEFT_OUT)
    everything = {
        model._meta.label
        for label in exporting.APPS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }
    assert everything - known == set()
    assert all(exporting.LEFT_OUT.values())
