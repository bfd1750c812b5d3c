"""Which files are taken, which are refused with what sentence, and how names are cleaned (faults: files)."""

import io
import zipfile

import pytest

from sipmanager.core import documents, uploaded
from sipmanager.core.workflow import MoveRefused
from visits import actions
from visits.states import NoteState as S

from ..factories import at, attach, make_note
from .papers import TEXT, page, pdf_file, sent, what_is_kept

pytestmark = pytest.mark.django_db
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def archive(**entries: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return written.getvalue()


def office(part: str = "word/document.xml", *, kind: bytes = b"<Types/>", **more: bytes) -> bytes:
    return archive(**{"[Content_Types].xml": kind, part: b"<document/>", **more})


def open_text(**more: bytes) -> bytes:
    return archive(mimetype=b"application/vnd.oasis.opendocument.text", **{"content.xml": b"<text/>", **more})


def locked_archive() -> bytes:
    """An archive of which every entry says that it is encrypted."""
    return office().replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


GOOD = [
    ("a.pdf", pdf_file()),
    ("a.docx", office()),
    ("a.xlsx", office("xl/workbook.xml")),
    ("a.pptx", office("ppt/presentation.xml")),
    ("a.odt", open_text()),
    ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(20) + b"IEND\xaeB`\x82"),
    ("a.JPG", b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"),
    ("a.txt", "Zo\u00eb wrote this\r\n\tin Kent".encode("cp1252")),
    ("a.csv", "\ufeffschool,pupils\nA,212\n".encode()),
]
BAD = {
    "a programme": ("a.exe", b"MZ" + bytes(99), uploaded.WRONG_TYPE),
    "no ending": ("pdf", pdf_file(), uploaded.WRONG_TYPE),
    "only an ending": (".pdf", pdf_file(), uploaded.WRONG_TYPE),
    "an older Word file": ("a.doc", OLE, uploaded.WRONG_TYPE),
    "turned round": ("report\u202efdp.exe", b"MZ" + bytes(99), uploaded.WRONG_TYPE),
    "empty": ("a.pdf", b"", uploaded.EMPTY),
    "one byte over": ("a.txt", b"x" * (uploaded.MOST_BYTES + 1), uploaded.TOO_BIG),
    "locked PDF": ("a.pdf", pdf_file("secret"), uploaded.IS_LOCKED),
    "locked Word file": ("a.docx", OLE, uploaded.IS_LOCKED),
    "locked archive": ("a.docx", locked_archive(), uploaded.IS_LOCKED),
    "locked ODT": ("a.odt", open_text(**{"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), uploaded.IS_LOCKED),
    "macro ending": ("a.docm", office(), uploaded.HAS_MACROS),
    "macros inside": ("a.docx", office(**{"word/vbaProject.bin": b"x"}), uploaded.HAS_MACROS),
    "macros by type": ("a.xlsx", office("xl/workbook.xml", kind=b"<Types macroEnabled/>"), uploaded.HAS_MACROS),
    "macros in ODT": ("a.odt", open_text(**{"Basic/Standard/Module1.xml": b"x"}), uploaded.HAS_MACROS),
    "HTML as PDF": ("a.pdf", b"<html><script>alert(1)</script>%%EOF", uploaded.NOT_WHAT_IT_SAYS),
    "SVG as PDF": ("a.pdf", b"<svg onload='alert(1)'/>", uploaded.NOT_WHAT_IT_SAYS),
    "SVG as PNG": ("a.png", b"<svg onload='alert(1)'/>", uploaded.NOT_WHAT_IT_SAYS),
    "HTML as text": ("a.txt", b"  <!DOCTYPE html><p>", uploaded.NOT_WHAT_IT_SAYS),
    "bytes as text": ("a.csv", b"a,b\x00\x01", uploaded.NOT_WHAT_IT_SAYS),
    "PDF as text": ("a.txt", pdf_file(), uploaded.NOT_WHAT_IT_SAYS),
    "text as Word": ("a.docx", TEXT, uploaded.NOT_WHAT_IT_SAYS),
    "Excel as Word": ("a.docx", office("xl/workbook.xml"), uploaded.NOT_WHAT_IT_SAYS),
    "Word as ODT": ("a.odt", office(), uploaded.NOT_WHAT_IT_SAYS),
    "PDF cut off": ("a.pdf", pdf_file()[:-40], uploaded.DAMAGED),
    "archive cut off": ("a.docx", office()[:-30], uploaded.DAMAGED),
    "picture cut off": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(20), uploaded.DAMAGED),
    "too many entries": ("a.docx", office(**{f"x{n}": b"" for n in range(2_000)}), uploaded.UNPACKS_TOO_BIG),
    "bomb": ("a.docx", office(x=bytes(uploaded.MOST_UNPACKED)), uploaded.UNPACKS_TOO_BIG),
}


@pytest.mark.parametrize(("name", "content"), GOOD, ids=[name for name, _ in GOOD])
def test_every_kind_of_document_is_taken(name, content):
    note = make_note(S.DISPUTED)
    row = attach(note, "head", name=name, content=content)
    assert row.content_type == uploaded.CONTENT_TYPES[name.rpartition(".")[2].lower()]
    assert documents.read(row.document) == content
    assert (row.by_role, row.size) == ("head", len(content))


@pytest.mark.parametrize("which", BAD)
def test_an_unfit_file_is_refused_with_one_sentence_and_leaves_nothing(which):
    name, content, says = BAD[which]
    note = make_note(S.DISPUTED)
    before = what_is_kept(note)
    with pytest.raises(MoveRefused) as refused:
        actions.attach_document(note=note, content=content, name=name, viewer=note.people.viewer("head"), at=at())
    assert refused.value.reasons == [says]
    assert what_is_kept(note) == before


@pytest.mark.parametrize("which", ["empty", "one byte over", "HTML as PDF", "macro ending"])
def test_the_page_says_what_is_wrong_with_a_file(as_role, which):
    name, content, says = BAD[which]
    note = make_note(S.DISPUTED)
    before = what_is_kept(note)
    answer = as_role(user=note.people.head).post(page("note-documents", note.pk), sent(name, content))
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert what_is_kept(note) == before


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../x.txt", "x.txt"),
        (r"C:\Users\x\..\figures.txt", "figures.txt"),
        ("fig\u202egpj.txt", "figgpj.txt"),
        ("con.pdf", "document-con.pdf"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie- x=1.txt"),
        ('"><script>.txt', "---script-.txt"),
        ("..  .txt", "txt"),
        ("e\u0301t\u00e9.txt", "\u00e9t\u00e9.txt"),
    ],
)
def test_names_are_cleaned(given, kept):
    assert uploaded.clean_name(given) == kept


def test_a_name_is_never_too_long_or_empty():
    long = uploaded.clean_name("\U0001f600" * 255 + ".pdf")
    assert len(long) <= uploaded.LONGEST_NAME
    assert long.endswith(".pdf")
    assert uploaded.clean_name("../../x") == "x"
    assert uploaded.clean_name("\u202e\x00") == "document"
