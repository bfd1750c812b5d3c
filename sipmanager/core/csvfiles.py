"""Comma-separated files as people send them: their encodings, their faults, their lines (pure).

A fault of the file as a whole is a `FileRefused` before any row is looked at. A fault of one line is that line's.
"""

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass, field

from .wording import listed

BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
NOT_TEXT = {
    b"PK\x03\x04": "a spreadsheet or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet or document",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
}
LONGEST_CELL = 131_072
INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""))


class FileRefused(Exception):
    """The file cannot be read as what it should be. The message is a sentence for a person."""


@dataclass(frozen=True)
class Line:
    """One row of a file: the line it begins on, its values by column, and what is wrong with its shape."""

    number: int
    values: dict[str, str]
    fault: str = ""
    remark: str = ""

    def get(self, column: str) -> str | None:
        """The value under a column, trimmed; `None` where the file has no such column."""
        return self.values.get(column)


@dataclass(frozen=True)
class Sheet:
    """A file read whole: the columns it has, those nobody knows, and its lines in order."""

    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    lines: list[Line] = field(default_factory=list)


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, with or without its mark, or in Windows-1252.

    Raises `FileRefused` for what is no text, and for the web pages and error messages that downloads sometimes are.
    """
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise FileRefused("The file is empty.")
    for start, what in NOT_TEXT.items():
        if content.startswith(start):
            raise FileRefused(f"The file is {what}, not comma-separated text. Save it as CSV and try again.")
    text = _text(content)
    if "\x00" in text:
        raise FileRefused("The file is not text: it holds characters of no value.")
    start = text.lstrip()[:200].lower()
    if start.startswith("<"):
        raise FileRefused("The file is a web page, not comma-separated text. The download may have failed.")
    if start.startswith(("{", "[")):
        raise FileRefused(
            "The file is an answer from a program (JSON), not comma-separated text. The download may have failed."
        )
    return text


def _text(content: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise FileRefused("The file says that it is Unicode and is not. Save it again as CSV.") from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # The five bytes that Windows-1252 leaves open become the replacement sign, and are seen in the preview.
        return content.decode("cp1252", errors="replace")


def column_name(text: str) -> str:
    """A header as it is compared: `" Last  Name"` is `last_name`."""
    return "_".join(text.translate(INVISIBLE).replace("\u00a0", " ").replace("-", " ").replace("_", " ").split()).lower()


def read_sheet(content: bytes, *, known: Collection[str], required: Collection[str], what: str) -> Sheet:
    """The lines of a file that has a header row. `what` is what it should be, for the messages ("a file of SIPs").

    Raises `FileRefused` when it lacks a required column, names one twice, has no rows, or leaves a quotation open.
    """
    text = decode(content)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns = _header(reader, text, required=required, what=what)
    lines = _lines(reader, columns)
    if not lines:
        raise FileRefused("The file has column names and no rows.")
    return Sheet(columns, tuple(name for name in columns if name and name not in known), lines)


def _header(reader, text: str, *, required, what) -> tuple[str, ...]:
    try:
        header = next((row for row in reader if any(cell.strip() for cell in row)), [])
    except csv.Error as error:
        raise FileRefused(f"The first line cannot be read as column names: {error}.") from error
    columns = tuple(column_name(cell) for cell in header)
    missing = [name for name in required if name not in columns]
    if missing and len(columns) == 1:
        first = text.lstrip().split("\n", 1)[0]
        for sign, name in ((";", "semicolons"), ("\t", "tabs")):
            if sign in first:
                raise FileRefused(f"The values are separated by {name}. Save the file with commas and try again.")
    if missing:
        word = "column" if len(missing) == 1 else "columns"
        raise FileRefused(f"This is not {what}: it has no {word} {listed(missing, last='or')}.")
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise FileRefused(f"The column {listed(twice)} stands in the file twice.")
    return columns


def _lines(reader, columns: tuple[str, ...]) -> list[Line]:
    lines = []
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return lines
        except csv.Error as error:
            if "end of data" in str(error):
                raise FileRefused(f"A quotation mark opened on line {begins} is never closed.") from error
            lines.append(Line(begins, {}, fault="The quotation marks on this line do not match"))
            continue
        if any(cell.strip() for cell in cells):
            lines.append(_line(begins, cells, columns))


def _line(number: int, cells: list[str], columns: tuple[str, ...]) -> Line:
    values = {name: clean(cell) for name, cell in zip(columns, cells, strict=False) if name}
    extra = [cell for cell in cells[len(columns) :] if cell.strip()]
    if extra:
        return Line(number, values, fault=f"The line has {len(cells)} values under {len(columns)} column names")
    if any(len(value) > LONGEST_CELL for value in values.values()):
        return Line(number, values, fault="A value on this line is too long to be one")
    remark = ""
    if len(cells) < len(columns):
        remark = f"The line has {len(cells)} values under {len(columns)} column names; the missing ones are read as blank"
        values |= {name: "" for name in columns[len(cells) :] if name}
    return Line(number, values, remark=remark)


def clean(cell: str) -> str:
    """A value without stray spaces, invisible characters or control characters."""
    cell = cell.translate(INVISIBLE).replace("\u00a0", " ")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in cell).split())
