"""`pk__among`: what `IN` a subquery finds, also as one side of an "or"."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Q

from sipmanager.core.models import BankHoliday

pytestmark = pytest.mark.django_db


def test_among_finds_what_in_finds_and_postgresql_is_told_an_array():
    BankHoliday.objects.all().delete()
    days = [BankHoliday.objects.create(day=date(2030, 1, number)) for number in (1, 2, 3)]
    late = BankHoliday.objects.filter(day__gt=date(2030, 1, 2)).values("pk")
    rows = BankHoliday.objects.filter(Q(day=days[0].day) | Q(pk__among=late))
    assert set(rows) == {days[0], days[2]}
    assert set(BankHoliday.objects.exclude(pk__among=late)) == {days[0], days[1]}
    assert ("= ANY(ARRAY(SELECT" in str(rows.query)) is (connection.vendor == "postgresql")


def test_among_of_plain_values_is_in():
    pks = list(BankHoliday.objects.order_by("day").values_list("pk", flat=True)[:2])
    assert set(BankHoliday.objects.filter(pk__among=pks).values_list("pk", flat=True)) == set(pks)
