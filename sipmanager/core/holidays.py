"""The bank holidays of England: seeded from the `holidays` package into an editable table (CAL-9)."""

from django.db import connections

from .models import BankHoliday
from .workdays import WorkingCalendar

SEEDED_YEARS = range(2004, 2036)


def after_migrate(*, using: str = "default", **_) -> None:
    """What `post_migrate` calls; silent where the table is gone."""
    if BankHoliday._meta.db_table in connections[using].introspection.table_names():
        seed(using=using)


def seed(*, using: str = "default") -> None:
    """Write the holidays of each year that has none yet, so that a day struck out by hand stays out."""
    known = {day.year for day in BankHoliday.objects.using(using).values_list("day", flat=True)}
    missing = [year for year in SEEDED_YEARS if year not in known]
    if not missing:
        return
    import holidays

    found = holidays.country_holidays("GB", subdiv="ENG", years=missing)
    BankHoliday.objects.using(using).bulk_create(
        [BankHoliday(day=day, name=name[:100]) for day, name in sorted(found.items()) if day.year in missing],
        ignore_conflicts=True,
    )


def bank_holidays() -> WorkingCalendar:
    """The calendar of bank holidays alone, with the last day for which they are on record; one query."""
    days = frozenset(BankHoliday.objects.values_list("day", flat=True))
    return WorkingCalendar(days, known_until=max(days).replace(month=12, day=31)) if days else WorkingCalendar()
