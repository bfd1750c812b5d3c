"""Open a file that should be a GIAS extract, refuse it if it is not, and give out its lines as cells. No database.

The lines are read one at a time, so the size of a file does not matter.
"""

import codecs
import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from sipmanager.core.csvfiles import FileRefused

from .columns import LINKS, REQUIRED, column_named
from .rows import read_date


@dataclass(frozen=True)
class Cells:
    """One line of the extract: the cells of the known columns, or why they cannot be told apart."""

    line: int
    cells: Mapping[str, str]
    fault: str = ""

    def digest(self) -> str:
        """The same for the same cells under the same columns."""
        text = "\x1f".join([*self.cells, *self.cells.values()])
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


START = 4096
LARGEST_IN_ZIP = 1024 * 1024 * 1024
_SPREADSHEET = "It is a spreadsheet; save it as CSV and load that"

# Bytes that cp1252 gives a sign to, read as Latin-1 by somebody on the way (oddity 2).
_C1 = {
    code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)
} | {0x85: "\u2026"}  # fmt: skip
_UNSEEN = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xAD, 0x200B, 0x2060, 0xFEFF])
_MEND = {**_UNSEEN, **_C1, 0xA0: " ", 0x202F: " "}
_NEEDS_MENDING = re.compile("[" + "".join(re.escape(chr(code)) for code in _MEND) + "]")


def mended(text: str) -> str:
    """`text` with quotation marks and dashes put right, and without what nobody can see."""
    return text.translate(_MEND) if _NEEDS_MENDING.search(text) else text


@contextmanager
def opened(source: Path | str | BinaryIO) -> Iterator[BinaryIO]:
    """The bytes of an extract, out of its zip if it is in one. Raises `FileRefused`."""
    file = None
    try:
        file = open(source, "rb") if isinstance(source, Path | str) else source  # noqa: SIM115 (closed below)
        file.seek(0)
        start = file.read(4)
        file.seek(0)
        if start == b"PK\x03\x04":
            with _zipped(file) as inner:
                yield inner
        else:
            yield file
    except OSError as error:
        raise FileRefused(f"The file cannot be read: {error.strerror or error}") from error
    finally:
        if file is not None and file is not source:
            file.close()


@contextmanager
def _zipped(file: BinaryIO) -> Iterator[BinaryIO]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = [info for info in archive.infolist() if not info.is_dir()]
            if any(info.filename == "[Content_Types].xml" for info in names):
                raise FileRefused(_SPREADSHEET)
            found = [info for info in names if info.filename.lower().endswith(".csv")]
            if len(found) != 1:
                raise FileRefused(f"The zip holds {len(found)} CSV files; it must hold one")
            if found[0].file_size > LARGEST_IN_ZIP:
                raise FileRefused("The file in the zip is larger than 1 gigabyte")
            with archive.open(found[0]) as inner:
                yield inner
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise FileRefused("The zip is damaged or has a password") from error


def extract(file: BinaryIO) -> Iterator[Cells]:
    """The lines of an extract, the header checked first. Raises `FileRefused` before the first line is given.

    A line with fewer cells than the header is cut short, and says so. Further cells belong to the last column where
    it lists linked establishments; elsewhere only empty ones are let pass.
    """
    lines, delimiter = _lines(file)
    reader = csv.reader(lines, delimiter=delimiter)
    header = _header(reader)
    columns = [column_named(cell) for cell in header]
    _check(columns)
    return _cells(reader, columns)


def _lines(file: BinaryIO) -> tuple[Iterator[str], str]:
    start = file.read(START)
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        text = io.TextIOWrapper(_Joined(start, file), encoding="utf-16", errors="replace", newline="")
        first = text.readline()
        return (mended(line) for line in _chain(first, text)), _delimiter(first)
    refuse_what_is_no_table(start)
    first_line = decoded(start.split(b"\n", 1)[0])
    return (mended(decoded(line)) for line in _Joined(start, file)), _delimiter(first_line)


def _chain(first: str, rest) -> Iterator[str]:
    yield first
    yield from rest


class _Joined(io.RawIOBase):
    """The bytes read already, and then the rest of the file."""

    def __init__(self, start: bytes, rest: BinaryIO):
        super().__init__()
        self.start, self.rest = start, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        part = self.start[: len(buffer)] if self.start else self.rest.read(len(buffer))
        self.start = self.start[len(part) :]
        buffer[: len(part)] = part
        return len(part)

    def __iter__(self) -> Iterator[bytes]:
        return iter(io.BufferedReader(self, 1024 * 256))


def decoded(line: bytes) -> str:
    """UTF-8 where the line is, else Windows-1252; its five unused bytes become nothing (oddity 1)."""
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", "ignore")


def _delimiter(header: str) -> str:
    return max(",\t;", key=header.count)


def refuse_what_is_no_table(start: bytes) -> None:
    """Raise `FileRefused` with what the file is, if its first bytes show that it is no table (oddity 3)."""
    text = decoded(start.removeprefix(codecs.BOM_UTF8)).strip()
    if not text:
        raise FileRefused("The file is empty")
    if start.startswith(b"%PDF"):
        raise FileRefused("It is a PDF, not a GIAS extract")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(_SPREADSHEET)
    if text[0] == "<":
        title = re.search(r"<title[^>]*>(.*?)</title", text, re.IGNORECASE | re.DOTALL)
        says = f" ({mended(' '.join(title.group(1).split()))[:100]})" if title else ""
        raise FileRefused(f"It is a web page{says}, not a GIAS extract: the download failed, so fetch it again")
    if text[0] in "{[":
        code = re.search(r'"(?:message|code|error)"\s*:\s*"([^"]{1,100})"', text)
        says = f" ({code.group(1)})" if code else ""
        raise FileRefused(f"It is an error message{says}, not a GIAS extract: the download failed, so fetch it again")


def _header(reader) -> list[str]:
    try:
        header = next(reader, None)
    except csv.Error as error:
        raise FileRefused(f"The first line cannot be read as CSV: {error}") from error
    if header is None:
        raise FileRefused("The file is empty")
    return header


def _check(columns: list[str | None]) -> None:
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise FileRefused(f"It is not a GIAS establishment extract: there is no column {' and no column '.join(missing)}")
    twice = {column for column in columns if column and columns.count(column) > 1}
    if twice:
        raise FileRefused(f"The column {sorted(twice)[0]} is there twice")


def _cells(reader, columns: list[str | None]) -> Iterator[Cells]:
    wanted = [(at, column) for at, column in enumerate(columns) if column]
    expected, links_last = len(columns), columns[-1] == LINKS
    line = reader.line_num
    try:
        for cells in reader:
            # A cell may hold line ends: the row is named by the line on which it begins.
            at, line = line + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            given = {column: cells[index] for index, column in wanted if index < len(cells)}
            if len(cells) < expected:
                yield Cells(at, given, f"The line is cut short: it has {len(cells)} of {expected} cells")
            elif len(cells) > expected and links_last:
                given[LINKS] = "; ".join(cell for cell in cells[expected - 1 :] if cell)
                yield Cells(at, given)
            elif any(cell.strip() for cell in cells[expected:]):
                yield Cells(at, given, f"The line has {len(cells)} cells where the header has {expected}")
            else:
                yield Cells(at, given)
    except csv.Error as error:
        raise FileRefused(f"Line {reader.line_num} cannot be read as CSV: {error}") from error


_DATE_IN_NAME = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)")


def date_in_name(name: str) -> date | None:
    """The day in a file's name, as YYYYMMDD or YYYY-MM-DD; the last one where there are several (D-10)."""
    days = (read_date("-".join(found)) for found in _DATE_IN_NAME.findall(Path(name).name))
    found = [day for day in days if day is not None]
    return found[-1] if found else None
