"""Columns of School, and their values, as people read them in what an import would do."""

from datetime import date
from typing import Any

from sipmanager.core.wording import day

from ..facts import GOVERNANCE_NAMES, PHASE_NAMES, STATUS_NAMES
from .places import NEW_DIOCESE, Places

# Columns of School as people call them, in the order in which they are shown.
LABELS = {
    "name": "Name",
    "status": "Status",
    "closed_on": "Closed on",
    "opened_on": "Opened on",
    "local_authority_id": "Local authority",
    "phase": "Phase",
    "governance": "Kind",
    "type_name": "Type",
    "establishment_number": "Establishment number",
    "ukprn": "UKPRN",
    "diocese_id": "Diocese",
    "religious_character": "Religious character",
    "trust_name": "Trust",
    "federation_name": "Federation",
    "low_age": "Lowest age",
    "high_age": "Highest age",
    "has_sixth_form": "Sixth form",
    "pupils": "Pupils",
    "capacity": "Capacity",
    "street": "Street",
    "locality": "Locality",
    "address3": "Address",
    "town": "Town",
    "county": "County",
    "postcode": "Postcode",
    "easting": "Easting",
    "northing": "Northing",
    "phone": "Phone",
    "website": "Website",
    "last_changed_on": "Last changed in the national register",
}
_NAMES = {"status": STATUS_NAMES, "phase": PHASE_NAMES, "governance": GOVERNANCE_NAMES}


def words(key: str, value: Any, *, diocese: str | None, places: Places) -> str:
    """A value of a column; `diocese` is what a line calls one that is not entered yet."""
    if value is None or value == "":
        return ""
    if key in _NAMES:
        return _NAMES[key].get(value, value)
    if key == "local_authority_id":
        return places.names.get(value, "")
    if key == "diocese_id":
        return diocese or "" if value == NEW_DIOCESE else places.diocese_names.get(value, "")
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return day(value) if isinstance(value, date) else str(value)
