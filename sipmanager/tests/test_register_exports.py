"""Every list as CSV and XLSX: exactly what its filter shows (issue 3: import and export)."""

import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from accounts.permissions import Role
from sipmanager.core.registers import Register
from sipmanager.tests.addresses import all_addresses, kwargs_of

pytestmark = pytest.mark.django_db


def registers():
    """Every list of the service that is exported, by the address it stands at."""
    found = []
    for address in all_addresses():
        view = getattr(address.view, "__wrapped__", address.view)
        cls = getattr(view, "view_class", None)
        if cls is not None and issubclass(cls, Register):
            found.append(pytest.param(address, cls, id=address.name))
    return found


def rows_of_csv(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def rows_of_xlsx(answer) -> list[tuple]:
    return list(openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows(values_only=True))


@pytest.mark.parametrize(("address", "register"), registers())
def test_every_register_exports_csv_and_xlsx_of_exactly_what_its_filter_shows(worlds, address, register):
    assert register.export_name, "every list is exported"
    asked = 0
    for role in (Role.MANAGER, Role.ADMINISTRATOR, Role.PROGRAMME, Role.NATIONAL_DIRECTOR, Role.SIP):
        url = reverse(address.name, kwargs=kwargs_of(address, worlds.own))
        page = worlds.own.client(role).get(url)
        if page.status_code != 200 or page.context is None or "listing" not in page.context:
            continue
        asked += 1
        listing = page.context["listing"]
        for query in ("", "q=zzzzzz&applied=1"):
            shown = worlds.own.client(role).get(f"{url}?{query}")
            count = shown.context["listing"].count
            mark = "&" if query else ""
            texts = rows_of_csv(worlds.own.client(role).get(f"{url}?{query}{mark}format=csv"))
            cells = rows_of_xlsx(worlds.own.client(role).get(f"{url}?{query}{mark}format=xlsx"))
            assert (len(texts) - 1, len(cells) - 1) == (count, count), (role, query)
        assert {link.label for link in listing.export_urls} == {"CSV", "XLSX"}
    assert asked, "nobody of these roles sees the list"
