"""What an uploaded file is, told by its bytes, and the name under which it may be kept. Pure.

A file's ending is what its sender says; the bytes are what its readers open. Both must agree, and what could harm a
reader (macros, archives that unpack without end) or that nobody could read (passwords) is refused with one sentence.
"""

import io
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ENTRIES = 2_000
LONGEST_NAME = 120

OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
}
WITH_MACROS = frozenset({"docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm"})
MAIN_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
ARCHIVES = frozenset({*MAIN_PARTS, "odt"})

WRONG_TYPE = "The selected file must be a PDF, DOCX, XLSX, PPTX, ODT, PNG, JPG, TXT or CSV"
EMPTY = "The selected file is empty"
TOO_BIG = "The selected file must be 10MB or smaller"
IS_LOCKED = "The selected file is protected by a password: save it without one and select it again"
HAS_MACROS = "The selected file holds macros: save it without them and select it again"
NOT_WHAT_IT_SAYS = "The content of the selected file does not match the ending of its name"
DAMAGED = "The selected file is damaged or not complete"
UNPACKS_TOO_BIG = "The selected file unpacks to more than can be kept"

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an older Office file; a newer one under a password is wrapped in it
ENCRYPTED_PDF = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
MARKUP = re.compile(r"\s*<\s*(?:!doctype|!--|\?xml|html|head|body|svg|script|iframe|style|img|a\s)", re.IGNORECASE)
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Names that one operating system or another keeps for devices.
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


class FileUnfit(Exception):
    """The file is not kept; `says` is why, in a sentence for the person who sent it."""

    def __init__(self, says: str):
        super().__init__(says)
        self.says = says


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its clean name and what it is."""

    name: str
    content_type: str
    size: int


def checked(*, name: str, content: bytes) -> Checked:
    """Look at a file by name and bytes. Raises `FileUnfit` with the first thing that is wrong with it."""
    clean = clean_name(name)
    ending = ending_of(clean)
    if ending in WITH_MACROS:
        raise FileUnfit(HAS_MACROS)
    if ending not in CONTENT_TYPES:
        raise FileUnfit(WRONG_TYPE)
    if not content:
        raise FileUnfit(EMPTY)
    if len(content) > MOST_BYTES:
        raise FileUnfit(TOO_BIG)
    _look(ending, content)
    return Checked(clean, CONTENT_TYPES[ending], len(content))


def clean_name(name: str) -> str:
    """The name to keep and show: no folders, no characters that are not seen, not too long, never empty."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = one_line(re.sub(r'[<>:"|?*;%]', "-", name)).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    stem = stem.strip(". ") or "document"
    if DEVICES.fullmatch(stem.partition(".")[0]):
        stem = f"document-{stem}"
    ending = ending.strip()[:10]
    stem = stem[: LONGEST_NAME - len(ending) - 1].rstrip(". ")
    return f"{stem}.{ending}" if ending else stem


def one_line(text: str) -> str:
    """Words on one line without controls, marks of direction, surrogates, private and unassigned characters."""
    text = "".join(" " if letter.isspace() else letter for letter in text)
    return " ".join("".join(letter for letter in text if unicodedata.category(letter) not in UNSEEN).split())


def ending_of(name: str) -> str:
    stem, _dot, ending = name.rpartition(".")
    return ending.lower() if stem else ""


def _look(ending: str, content: bytes) -> None:
    if ending in ARCHIVES:
        _archive(ending, content)
    elif ending == "pdf":
        _pdf(content)
    elif ending == "png":
        _picture(content, b"\x89PNG\r\n\x1a\n", b"IEND")
    elif ending in ("jpg", "jpeg"):
        _picture(content, b"\xff\xd8\xff", b"\xff\xd9")
    else:
        _text(content)


def _pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        raise FileUnfit(NOT_WHAT_IT_SAYS)
    if b"%%EOF" not in content[-2048:]:
        raise FileUnfit(DAMAGED)
    if ENCRYPTED_PDF.search(content):
        raise FileUnfit(IS_LOCKED)


def _picture(content: bytes, start: bytes, end: bytes) -> None:
    if not content.startswith(start):
        raise FileUnfit(NOT_WHAT_IT_SAYS)
    if end not in content[len(start) :]:
        raise FileUnfit(DAMAGED)


def _text(content: bytes) -> None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    strange = sum(unicodedata.category(letter) == "Cc" and letter not in "\t\r\n\f" for letter in text[:100_000])
    if strange or b"\x00" in content or text.startswith("%PDF-") or MARKUP.match(text):
        raise FileUnfit(NOT_WHAT_IT_SAYS)


def _archive(ending: str, content: bytes) -> None:
    """An office document is an archive: nothing is unpacked but its few lines about itself, and those within bounds."""
    if content.startswith(OLE):
        raise FileUnfit(IS_LOCKED)
    if not content.startswith(b"PK\x03\x04"):
        raise FileUnfit(NOT_WHAT_IT_SAYS)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _inside(ending, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise FileUnfit(DAMAGED) from error


def _inside(ending: str, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise FileUnfit(UNPACKS_TOO_BIG)
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileUnfit(IS_LOCKED)
    if ending == "odt":
        _opendocument(archive, names)
        return
    if "[Content_Types].xml" not in names or MAIN_PARTS[ending] not in names:
        raise FileUnfit(NOT_WHAT_IT_SAYS)
    is_marked = b"macroenabled" in _start_of(archive, "[Content_Types].xml").lower()
    if is_marked or any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise FileUnfit(HAS_MACROS)


def _opendocument(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "mimetype" not in names or _start_of(archive, "mimetype").strip() != CONTENT_TYPES["odt"].encode():
        raise FileUnfit(NOT_WHAT_IT_SAYS)
    if "META-INF/manifest.xml" in names and b"encryption-data" in _start_of(archive, "META-INF/manifest.xml"):
        raise FileUnfit(IS_LOCKED)
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
        raise FileUnfit(HAS_MACROS)


def _start_of(archive: zipfile.ZipFile, name: str, most: int = 1024 * 1024) -> bytes:
    """The first bytes of an entry, never more than `most`, whatever it says its size is."""
    with archive.open(name) as entry:
        return entry.read(most)
