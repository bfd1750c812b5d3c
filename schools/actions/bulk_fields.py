"""What can be changed on many schools at once, and how each is read and written (SCH-9, SCH-13, SCH-21)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User

from ..columns import GROUP_BY_KEY
from ..models import School
from .columns import change_columns
from .record import set_category, set_sip_scope

YES, NO = "yes", "no"


@dataclass(frozen=True)
class BulkField:
    """One thing: its words, whether it holds from a day, and how a school's value is written by the action for one school.

    `column` is what is compared before it is set; `stored` turns a value as typed into that column's.
    """

    key: str
    label: str
    column: str
    write: Callable[..., object]
    is_dated: bool = False
    stored: Callable[[str], object] = str

    def read(self, school: School) -> str:
        value = getattr(school, self.column)
        return (YES if value else NO) if isinstance(value, bool) else str(value)

    def words(self, value: str) -> str:
        """A value as people read it."""
        if self.column == "is_in_sip_scope":
            return "In the programme" if value == YES else "Outside the programme"
        if self.key == "category":
            return value.capitalize() or "No category"
        return value or "Nothing"


def _category(school: School, value: str, on: date | None, by: User, at: datetime) -> None:
    set_category(school=school, category=value, on=on, by=by, at=at)


def _scope(school: School, value: str, on: date | None, by: User, at: datetime) -> None:
    set_sip_scope(school=school, is_in=value == YES, by=by, at=at)


def _column(name: str) -> Callable[..., object]:
    def write(school: School, value: str, on: date | None, by: User, at: datetime) -> None:
        change_columns(school=school, values={name: value}, by=by, at=at)

    return write


FIELDS: dict[str, BulkField] = {
    field.key: field
    for field in (
        BulkField("category", "Support category", "category", _category, is_dated=True),
        BulkField("scope", "Whether SIPs serve the school", "is_in_sip_scope", _scope, stored=lambda value: value == YES),
        *(
            BulkField(column.name, column.label, column.name, _column(column.name))
            for column in GROUP_BY_KEY["locality"].columns
        ),
    )
}
