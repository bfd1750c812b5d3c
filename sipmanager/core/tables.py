"""Tables of registers: columns and sorting by django-tables2; cells are written by the register's row template."""

import django_tables2
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django_tables2.utils import A


class Column(django_tables2.Column):
    """A column: its label, how it sorts, what it exports.

    is_number  figures stand at the right
    export     what goes into CSV and XLSX: an accessor ("get_phase_display", "authority__name") or a function of the
               record; the column's own accessor when absent
    """

    def __init__(self, *args, is_number=False, export=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_number, self.export = is_number, export


class ExportColumn(Column):
    """A column that is exported and not shown."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, visible=False, orderable=False, **kwargs)


class BaseTable(django_tables2.Table):
    """The base of every register's table; declare columns, and `Meta.order_by` for the order without a choice."""

    class Meta:
        orderable = True
        order_by_field = "sort"

    @classmethod
    def tags(cls, columns) -> dict:
        """The tags around each shown column's cell, made once for all rows; the first column heads its row."""
        return {column.name: cell_tags(column, is_first=at == 0) for at, column in enumerate(columns)}

    @property
    def exports(self) -> list[tuple[str, object]]:
        """`(header, function of the record)` for every exported column, shown or not, in the order declared."""
        return [(column.verbose_name, getter(column)) for column in self.columns.iterall()]


def cell_tags(column, *, is_first):
    numeric = getattr(column.column, "is_number", False)
    if is_first:
        opening = format_html('<th scope="row" role="rowheader" class="govuk-table__header" data-label="{}">', column.header)
        return opening, mark_safe("</th>")
    classes = "govuk-table__cell govuk-table__cell--numeric" if numeric else "govuk-table__cell"
    return format_html('<td role="cell" class="{}" data-label="{}">', classes, column.header), mark_safe("</td>")


def getter(column):
    export = getattr(column.column, "export", None)
    if callable(export):
        return export
    accessor = A(export) if export else column.accessor
    return lambda record: accessor.resolve(record, quiet=True)
