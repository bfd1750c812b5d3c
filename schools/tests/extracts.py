"""Invented GIAS extracts for tests."""

import csv
import io
from datetime import date
from pathlib import Path

from accounts.models import Authority

COLUMNS = {
    "URN": "900001",
    "LA (code)": "850",
    "LA (name)": "Hampshire",
    "EstablishmentNumber": "2001",
    "EstablishmentName": "Hill Road Primary School",
    "TypeOfEstablishment (code)": "1",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentStatus (code)": "1",
    "EstablishmentStatus (name)": "Open",
    "OpenDate": "",
    "CloseDate": "",
    "PhaseOfEducation (code)": "2",
    "PhaseOfEducation (name)": "Primary",
    "NumberOfPupils": "210",
    "UKPRN": "10000001",
    "LastChangedDate": "01-09-2009",
    "Street": "Hill Road",
    "Town": "Alton",
    "Postcode": "GU34 9ZZ",
    "HeadTitle (name)": "Ms",
    "HeadFirstName": "Ann",
    "HeadLastName": "Early",
    "HeadPreferredJobTitle": "Headteacher",
}


def known_authorities() -> None:
    """The authorities that the extracts speak of; Northamptonshire was followed by North Northamptonshire."""
    for code, name in (("850", "Hampshire"), ("886", "Kent"), ("928", "Northamptonshire"), ("940", "North Northamptonshire")):
        Authority.objects.update_or_create(code=code, defaults={"name": name})
    successor = Authority.objects.get(code="940")
    Authority.objects.filter(pk=successor.pk).update(starts_on=date(2009, 4, 1))
    successor.predecessors.set([Authority.objects.get(code="928")])


def line(urn="900001", **changes) -> dict[str, str]:
    """One row; columns are named with underscores for brackets: `LA_code="850"`."""
    row = dict(COLUMNS, URN=urn)
    for key, value in changes.items():
        name = key.replace("_code", " (code)").replace("_name", " (name)")
        if name not in row:
            raise KeyError(name)
        row[name] = value
    return row


def closed(urn="900001", on="31-08-2009", **changes):
    changes |= {"EstablishmentStatus_code": "2", "EstablishmentStatus_name": "Closed", "CloseDate": on}
    return line(urn, **changes)


def academy(urn="900001", **changes):
    changes |= {"TypeOfEstablishment_code": "34", "TypeOfEstablishment_name": "Academy converter"}
    return line(urn, **changes)


def text_of(*rows: dict[str, str], without=(), only=None) -> str:
    """The rows as CSV, without some columns or with only some."""
    columns = [name for name in rows[0] if name not in without and (only is None or name in only)]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def file_of(folder: Path, *rows, name="edubasealldata20090901.csv", encoding="cp1252", **kwargs) -> Path:
    """The rows as a file whose name holds its as-at date."""
    path = folder / name
    path.write_bytes(text_of(*rows, **kwargs).encode(encoding))
    return path
