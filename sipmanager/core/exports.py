"""Rows as CSV and XLSX: streamed, and with nothing in them that a spreadsheet would run as a formula."""

import csv
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from django.http import FileResponse, StreamingHttpResponse

from .wording import in_london

CHUNK = 2000
FORMULA = set(
    "=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)


def harmless(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would take it for a formula: `'-Smith` stays readable."""
    start = next((letter for letter in text if letter in FORMULA or not is_blank(letter)), "")
    return f"'{text}" if start in FORMULA and start else text


def is_blank(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in ("Cf", "Cc")


def cell_value(value):
    """A value as a spreadsheet can hold it; text is made harmless, numbers and days stay what they are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return in_london(value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, int | float | Decimal | date):
        return value
    if isinstance(value, list | tuple | set):
        value = ", ".join(str(part) for part in value)
    return harmless(str(value))


def rows_of(records: Iterable, exports) -> Iterator[list]:
    """The header, then one row a record. `exports` is `BaseTable.exports`."""
    yield [harmless(str(header)) for header, _ in exports]
    for record in records:
        yield [cell_value(get(record)) for _, get in exports]


def csv_response(rows: Iterable[list], name: str) -> StreamingHttpResponse:
    """Rows as a streamed CSV file, with the mark by which Excel knows UTF-8."""
    writer = csv.writer(Line())
    lines = (writer.writerow([as_text(value) for value in row]) for row in rows)
    response = StreamingHttpResponse(with_mark(lines), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def with_mark(lines: Iterable[str]) -> Iterator[str]:
    yield "\ufeff"
    yield from lines


def as_text(value):
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


class Line:
    """What the csv writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def xlsx_response(rows: Iterable[list], name: str) -> FileResponse:
    """Rows as an XLSX file, written row by row to a temporary file."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([text_cell(WriteOnlyCell, sheet, value) for value in row])
    held = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(held)
    held.seek(0)
    return FileResponse(
        held,
        as_attachment=True,
        filename=f"{name}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def text_cell(cell_class, sheet, value):
    """A text is written as text whatever it looks like; the rest as it is."""
    if not isinstance(value, str):
        return value
    cell = cell_class(sheet, value="".join(letter for letter in value if is_writable(letter)))
    cell.data_type = "s"
    return cell


def is_writable(letter: str) -> bool:
    """Whether XML can hold it."""
    return letter in "\t\n\r" or unicodedata.category(letter) not in ("Cc", "Cs")
