"""Files kept for a SIP: what is kept, who opens it, what is refused (section 8, ROL-32, D-38; faults: Mail and files)."""

import hashlib
import io
import zipfile
from datetime import date

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.access import viewer_for
from accounts.permissions import Role
from accounts.tests.factories import authority, member, user
from partners import actions, selectors
from partners.forms.fields import KeptFileField
from partners.models import FILE_RIGHTS, FileKind, PartnerFile
from sipmanager.core import clock, uploaded
from sipmanager.core.models import AuditEvent, StoredDocument
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..factories import engage, keep, make_partner, moment, support

pytestmark = pytest.mark.django_db
AT = "2009-11-11 15:42"  # Wednesday


@pytest.fixture(autouse=True)
def _day_and_shelf(clock_at, settings, tmp_path):
    clock_at(AT)
    shelf = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "documents"}}
    settings.STORAGES = {**settings.STORAGES, "documents": shelf}


@pytest.fixture
def here(db):
    return authority("Ownshire")


@pytest.fixture
def engagement(here):
    return engage(make_partner(user=user("The SIP")), here)


def pdf(password: str = "") -> bytes:
    made, written = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(written, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return written.getvalue()


def archive(**entries: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return written.getvalue()


def word(**more: bytes) -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>", **more})


def at():
    return moment(date(2009, 11, 11))


def file_url(file, name="partner-file") -> str:
    return reverse(f"partners:{name}", args=[file.partner.reference, file.pk])


def kept() -> tuple:
    shelf = storages["documents"]
    folders = shelf.listdir(".")[0] if shelf.exists(".") else []
    return (
        PartnerFile.objects.count(), StoredDocument.objects.count(), AuditEvent.objects.count(),
        sorted(name for folder in folders for name in shelf.listdir(folder)[1]),
    )  # fmt: skip


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
UNFIT = {
    "html under a pdf's name": ("certificate.pdf", b"<!doctype html><script>alert(1)</script>", uploaded.NOT_WHAT_IT_SAYS),
    "svg with a script": ("photo.svg", SVG, uploaded.WRONG_TYPE),
    "svg under a picture's name": ("photo.png", SVG, uploaded.NOT_WHAT_IT_SAYS),
    "svg under a text's name": ("photo.txt", SVG, uploaded.NOT_WHAT_IT_SAYS),
    "macros by name": ("letter.docm", word(), uploaded.HAS_MACROS),
    "macros inside": ("letter.docx", word(**{"word/vbaProject.bin": b"x"}), uploaded.HAS_MACROS),
    "unpacks without end": ("letter.docx", word(**{"word/big.xml": bytes(101 * 1024 * 1024)}), uploaded.UNPACKS_TOO_BIG),
    "password on a pdf": ("insurance.pdf", pdf("secret"), uploaded.IS_LOCKED),
    "password on a word file": ("insurance.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), uploaded.IS_LOCKED),
    "nothing in it": ("insurance.pdf", b"", uploaded.EMPTY),
    "one byte over": ("insurance.txt", b"x" * (uploaded.MOST_BYTES + 1), uploaded.TOO_BIG),
    "cut off": ("insurance.pdf", pdf()[:300], uploaded.DAMAGED),
    "a program": ("setup.exe", b"MZ" + bytes(100), uploaded.WRONG_TYPE),
    "an ending that reads backwards": ("fdp.\u202eexe", b"MZ", uploaded.WRONG_TYPE),
    "no ending": ("certificate", pdf(), uploaded.WRONG_TYPE),
}


@pytest.mark.parametrize("case", UNFIT)
def test_an_unfit_file_is_refused_with_a_sentence_and_leaves_nothing(case):
    name, content, says = UNFIT[case]
    before = kept()
    with pytest.raises(MoveRefused) as refused:
        actions.prepare_file(name=name, content=content, at=at())
    assert refused.value.reasons == [says]
    assert kept() == before


ODD_NAMES = {
    "../../x.pdf": "x.pdf",
    "con.pdf": "document-con.pdf",
    "a\u202efdp.exe.pdf": "afdp.exe.pdf",
    "\U0001f600" * 255 + ".pdf": "\U0001f600" * (uploaded.LONGEST_NAME - 4) + ".pdf",
    'quo"te\r\nX-Header: 1.pdf': "quo-te X-Header- 1.pdf",
}


@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_name_is_made_harmless(engagement, name, as_role):
    file = keep(engagement.partner, FileKind.CHECK, name=name, content=pdf(), engagement=engagement)
    assert file.name == ODD_NAMES[name]
    answer = as_role(user=engagement.partner.user).get(file_url(file))
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "\n" not in answer.headers["Content-Disposition"]


def test_rol_32_a_file_is_handed_over_to_be_saved_and_opening_it_goes_on_record(engagement, as_role):
    content = pdf()
    file = keep(engagement.partner, FileKind.CHECK, name="Certificate 9.pdf", content=content, engagement=engagement)
    answer = as_role(user=engagement.partner.user).get(file_url(file))
    assert hashlib.sha256(answer.content).hexdigest() == file.document.digest
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Certificate 9.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    line = AuditEvent.objects.get(what="file.open")
    assert line.subject == f"partnerfile:{file.pk}"
    assert line.by_id == engagement.partner.user.pk
    assert line.authority_id == engagement.authority_id
    assert line.partner_id == engagement.partner_id
    assert "Certificate" not in str(line.details)


def readers(engagement) -> dict[str, object]:
    """Somebody of each sort, at the authority and elsewhere."""
    manager_of_support = member(Role.OFFICER, at=engagement.authority)
    support(engagement, manager_of_support)
    stranger = user("Another SIP")
    engage(make_partner(user=stranger), engagement.authority)
    return {
        "sip": engagement.partner.user, "line manager": manager_of_support,
        "manager": member(Role.MANAGER, at=engagement.authority),
        "administrator": member(Role.ADMINISTRATOR, at=engagement.authority),
        "adviser": member(Role.SENIOR_ADVISER, at=engagement.authority), "programme": member(Role.PROGRAMME),
        "director": member(Role.NATIONAL_DIRECTOR), "coordinator": member(Role.COORDINATOR, at=engagement.authority.region),
        "other sip": stranger, "foreign manager": member(Role.MANAGER),
    }  # fmt: skip


# fmt: off
OPENED_BY = {
    FileKind.CHECK:       {"sip", "line manager", "manager", "administrator"},
    FileKind.PORTRAIT:    {"sip", "line manager", "manager", "administrator", "adviser", "programme", "director", "coordinator"},
    FileKind.NATIONAL:    {"sip", "line manager", "manager", "administrator", "adviser", "programme"},
    FileKind.APPLICATION: {"sip", "line manager", "manager", "administrator", "adviser", "programme"},
    FileKind.CLAIM:       {"sip", "manager", "programme", "director"},
    FileKind.REMOVAL:     {"sip", "line manager", "manager", "programme", "director", "coordinator"},
    FileKind.DECLARATION: {"sip", "manager", "programme", "director"},
    FileKind.BREACH:      {"sip", "line manager", "manager", "administrator"},
    FileKind.DEVELOPMENT: {"sip", "line manager", "manager"},
}
# fmt: on


@pytest.mark.parametrize("kind", FileKind, ids=str)
@pytest.mark.parametrize("is_of_engagement", [True, False], ids=["engagement", "person"])
def test_a_file_is_opened_by_the_right_of_its_kind_and_is_not_there_for_anybody_else(
    engagement, as_role, kind, is_of_engagement
):
    file = keep(engagement.partner, kind, engagement=engagement if is_of_engagement else None)
    opened = set()
    for who, person in readers(engagement).items():
        answer = as_role(user=person).get(file_url(file))
        assert answer.status_code in (200, 404), who
        if answer.status_code == 200:
            opened.add(who)
        about = selectors.files_about(viewer=as_viewer(person), kind=kind, subjects=[""])
        assert bool(about) == (who in opened), who
    assert opened == OPENED_BY[kind]
    assert set(OPENED_BY) == set(FILE_RIGHTS)


def as_viewer(person):
    return viewer_for(person, on=clock.today())


def test_a_wrong_reference_or_a_withdrawn_file_is_not_there(engagement, as_role):
    person = engagement.partner.user
    file = keep(engagement.partner, FileKind.CHECK, engagement=engagement)
    client = as_role(user=person)
    assert client.get(reverse("partners:partner-file", args=["P000000", file.pk])).status_code == 404
    PartnerFile.objects.filter(pk=file.pk).update(uploaded_by=person)
    assert client.post(file_url(file, "file-withdraw")).status_code == 302
    assert client.get(file_url(file)).status_code == 404
    assert client.post(file_url(file, "file-withdraw")).status_code == 404
    assert AuditEvent.objects.filter(what="file.withdraw").count() == 1


def test_a_file_is_withdrawn_only_by_whoever_handed_it_in(engagement, as_role):
    file = keep(engagement.partner, FileKind.CHECK, engagement=engagement, by=engagement.partner.user)
    manager = member(Role.MANAGER, at=engagement.authority)
    assert as_role(user=manager).post(file_url(file, "file-withdraw")).status_code == 403
    file.refresh_from_db()
    assert file.voided_on is None
    actions.withdraw_file(file=file, by=engagement.partner.user, at=at())
    with pytest.raises(OutOfDate):
        actions.withdraw_file(file=file, by=engagement.partner.user, at=at())


def test_a_click_on_withdraw_that_comes_second_has_no_effect(engagement, as_role, monkeypatch):
    file = keep(engagement.partner, FileKind.CHECK, engagement=engagement, by=engagement.partner.user)

    def too_late(**_):
        raise OutOfDate(["This file is withdrawn already."])

    monkeypatch.setattr("partners.views.files.actions.withdraw_file", too_late)
    assert as_role(user=engagement.partner.user).post(file_url(file, "file-withdraw")).status_code == 302
    file.refresh_from_db()
    assert file.voided_on is None


def test_nobody_hands_in_what_is_not_theirs(engagement):
    prepared = actions.prepare_file(name="a.txt", content=b"Seen", at=at())
    for person in (member(Role.MANAGER), member(Role.SENIOR_ADVISER, at=engagement.authority), user()):
        with pytest.raises(PermissionDenied):
            actions.keep_file(
                partner=engagement.partner, kind="check", prepared=prepared, by=person, at=at(), engagement=engagement
            )
    assert PartnerFile.objects.count() == 0


def test_the_same_file_is_kept_once_for_one_thing(engagement):
    keep(engagement.partner, FileKind.CHECK, engagement=engagement, about="check:1")
    with pytest.raises(MoveRefused, match="already"):
        keep(engagement.partner, FileKind.CHECK, engagement=engagement, about="check:1", name="again.txt")
    keep(engagement.partner, FileKind.CHECK, engagement=engagement, about="check:2")
    assert PartnerFile.objects.count() == 2
    assert StoredDocument.objects.count() == 1


def test_there_is_an_end_to_how_many_files_are_kept(engagement):
    for number in range(actions.files.MOST_FILES):
        keep(engagement.partner, FileKind.CHECK, engagement=engagement, content=f"{number}".encode())
    with pytest.raises(MoveRefused, match="At most 20 files"):
        keep(engagement.partner, FileKind.CHECK, engagement=engagement, content=b"one more")
    assert PartnerFile.objects.count() == actions.files.MOST_FILES


def test_a_form_tells_a_file_that_is_too_big_before_it_reads_it():
    big = SimpleUploadedFile("a.pdf", b"x")
    big.size = uploaded.MOST_BYTES + 1
    with pytest.raises(ValidationError, match="10MB or smaller"):
        KeptFileField().clean(big)
    assert KeptFileField(required=False).clean(None) is None
