"""Everything an authority holds, as CSV, with the documents it issued and keeps, and a manifest of digests.

What a model's rows of an authority are, its own `scope` says; a model without one belongs to the row it hangs on. So a
model that is new is exported by itself. `ROWS` says it where neither is right, `LEFT_OUT` names what is nobody's, and why.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.access import people_of
from accounts.models import Authority, Invitation, Membership, User
from partners.models import Partner, Willingness
from partners.selectors import partners_of
from schools.models import School
from sipmanager.core import audit, documents
from sipmanager.core.exports import as_text, cell_value, harmless
from sipmanager.core.models import AuditEvent, NightlyRun, OutgoingEmail, StoredDocument
from visits.models import IssuedVersion, Note

APPS = ("core", "accounts", "schools", "partners", "visits", "qa")
MANIFEST = "manifest.json"

Rows = Callable[[Authority, date], models.QuerySet]

# What is an authority's where the model's scope says more than what it holds: others may see a SIP whom it could engage.
ROWS: dict[type[models.Model], Rows] = {
    Authority: lambda authority, on: Authority.objects.filter(pk=authority.pk),
    User: lambda authority, on: User.objects.filter(people_of([authority.pk], on)),
    Membership: lambda authority, on: Membership.objects.filter(authority=authority),
    Invitation: lambda authority, on: Invitation.objects.filter(authority=authority),
    Partner: lambda authority, on: Partner.objects.filter(pk__in=partners_of(authority, on).values("pk")),
    Willingness: lambda authority, on: Willingness.objects.filter(
        Q(authority=None) | Q(authority=authority), partner__in=partners_of(authority, on).values("pk")
    ),
    Note: lambda authority, on: Note.objects.filter(authority=authority),
    AuditEvent: lambda authority, on: AuditEvent.objects.filter(authority_id=authority.pk),
    OutgoingEmail: lambda authority, on: OutgoingEmail.objects.filter(authority_id=authority.pk),
    NightlyRun: lambda authority, on: NightlyRun.objects.filter(partition=authority.code),
}
LEFT_OUT = {
    "accounts.Authority_predecessors": "who followed whom among authorities is the same for all",
    "accounts.Diocese": "the same for all",
    "accounts.ParkedText": "text that waits for its writer, sealed",
    "accounts.Region": "the same for all",
    "core.BankHoliday": "the same for all",
    "core.Digest": "which digest told of what; the messages themselves are in the outbox",
    "core.Notice": "which reminder went out; the messages themselves are in the outbox",
    "core.SavedView": "a person's own way of looking at a list",
    "core.StoredDocument": "the documents themselves lie beside the tables",
    "core.UsedFormKey": "forms that have been sent",
    "partners.BriefEdition": "the same for all",
    "partners.LapseClock": "a view of the database, worked out from what is exported",
    "partners.PairWord": "what somebody said of two records of one person, across authorities",
    "schools.ImportPreview": "files that somebody looks at, four hours at most",
    "schools.PreviewRow": "files that somebody looks at, four hours at most",
}
# Secrets, links that open accounts, and columns that the service works with and nobody reads.
DENIED = frozenset({"password", "shelf_key", "line_digest", "search_name", "search_text", "token", "secret", "body"})
OF_PEOPLE = ("email", "full_name", "is_active", "last_login")
KEYS: dict[type[models.Model], tuple[str, str]] = {
    School: ("urn", "urn"), Partner: ("reference", "reference"), Authority: ("code", "code"), User: ("email", "email"),
    StoredDocument: ("digest", "digest"),
}  # fmt: skip
ENDINGS = {"application/pdf": "pdf", "text/plain": "txt", "image/png": "png", "image/jpeg": "jpg", "text/csv": "csv"}


class NotEmpty(Exception):
    """The folder holds something already."""


def exported_models() -> list[type[models.Model]]:
    """Every model whose rows are an authority's."""
    found = [model for label in APPS for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    return [model for model in found if model._meta.label not in LEFT_OUT and way_to(model) is not None]


def way_to(model: type[models.Model], seen: frozenset = frozenset()) -> Rows | None:
    """How the rows of an authority are found; `None` where no row of the model is an authority's."""
    if model in ROWS:
        return ROWS[model]
    scope = getattr(model, "scope", None)
    if scope is not None:
        place = scope.authority
        if place is None:
            return None
        if isinstance(place, str):
            return lambda authority, on: model._default_manager.filter(**{place: authority.pk})
        return lambda authority, on: model._default_manager.filter(place([authority.pk], on))
    return _by_parent(model, seen | {model})


def _by_parent(model: type[models.Model], seen: frozenset) -> Rows | None:
    """Through the authority the row names, else the row it hangs on: rather an engagement or a note than a school or a SIP."""
    keys = [field for field in model._meta.concrete_fields if field.many_to_one and not field.null]
    named = next((field for field in keys if field.related_model is Authority), None)
    if named is not None:
        return lambda authority, on: model._default_manager.filter(**{named.name: authority})
    order = {School: 1, Partner: 2}
    for field in sorted(keys, key=lambda field: order.get(field.related_model, 0)):
        parent = field.related_model
        if parent is User or parent in seen or parent._meta.label in LEFT_OUT:
            continue
        rows = way_to(parent, seen)
        if rows is not None:
            return _hanging_on(model, field.name, rows)
    return None


def _hanging_on(model: type[models.Model], name: str, rows: Rows) -> Rows:
    return lambda authority, on: model._default_manager.filter(**{f"{name}__in": rows(authority, on).order_by().values("pk")})


def export_authority(*, authority: Authority, folder: Path, on: date, by: Any, at: datetime) -> dict[str, Any]:
    """Write everything the authority holds into an empty folder and return the manifest, which is written last.

    Raises `NotEmpty`, with nothing written, where the folder holds anything already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(str(folder))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = []
    for model in exported_models():
        rows = way_to(model)(authority, on).order_by("pk").distinct()
        files.append(_table(model, rows, folder))
        files += _documents_of(model, rows, folder)
    manifest = {
        "authority": authority.code,
        "name": authority.name,
        "on": on.isoformat(),
        "made_at": at.isoformat(),
        "files": sorted(files, key=lambda file: file["file"]),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False), encoding="utf-8")
    audit.record(what="authority.export", subject=f"authority:{authority.code}", by=by, at=at, about_on=on, files=len(files))
    return manifest


def _table(model: type[models.Model], rows: models.QuerySet, folder: Path) -> dict[str, Any]:
    fields = columns_of(model)
    related = [field.name for field in fields if field.is_relation and field.related_model in KEYS]
    path, number = folder / f"{model._meta.app_label}_{model._meta.model_name}.csv", 0
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([harmless(header_of(field)) for field in fields])
        for record in rows.select_related(*related).iterator(chunk_size=500) if related else rows.iterator(chunk_size=500):
            writer.writerow([as_text(value_of(record, field)) for field in fields])
            number += 1
    return told(folder, path, rows=number)


def columns_of(model: type[models.Model]) -> list[models.Field]:
    if model is User:
        return [model._meta.get_field(name) for name in OF_PEOPLE]
    return [field for field in model._meta.concrete_fields if field.name not in DENIED]


def header_of(field: models.Field) -> str:
    """`school_urn`, `partner_reference`, `by_email`: a key that people know, where there is one."""
    if field.is_relation and field.related_model in KEYS:
        return f"{field.name}_{KEYS[field.related_model][0]}"
    return field.attname


def value_of(record: models.Model, field: models.Field) -> Any:
    if field.is_relation and field.related_model in KEYS:
        found = getattr(record, field.name)
        return cell_value(getattr(found, KEYS[field.related_model][1]) if found is not None else None)
    value = getattr(record, field.attname)
    if isinstance(value, dict | list):
        return harmless(json.dumps(value, ensure_ascii=False, default=str))
    return cell_value(value)


def _documents_of(model: type[models.Model], rows: models.QuerySet, folder: Path) -> Iterator[dict[str, Any]]:
    """The documents that rows of a model name: notes as they were issued, what was attached to them, files of SIPs."""
    for field in (field for field in model._meta.concrete_fields if field.related_model is StoredDocument):
        for record in rows.exclude(**{field.name: None}).select_related(field.name).iterator(chunk_size=100):
            document = getattr(record, field.name)
            path = folder / name_of(record, field, document)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            path.write_bytes(documents.read(document))
            yield told(folder, path)


def name_of(record: models.Model, field: models.Field, document: StoredDocument) -> str:
    ending = ENDINGS.get(document.content_type, "bin")
    if isinstance(record, IssuedVersion):
        return f"notes/note-{record.note_id}-version-{record.number}.{ending}"
    return f"documents/{record._meta.app_label}_{record._meta.model_name}-{record.pk}-{field.name}.{ending}"


def told(folder: Path, path: Path, **figures: int) -> dict[str, Any]:
    """A file as the manifest names it."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return {"file": str(path.relative_to(folder)), **figures, "bytes": path.stat().st_size, "sha256": digest.hexdigest()}


def faults_of(folder: Path) -> Iterable[str]:
    """The files of an export that are not what its manifest says, or that it does not name."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    named = {file["file"]: file for file in manifest["files"]}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    for name in sorted(there ^ named.keys()):
        yield name
    for name in sorted(there & named.keys()):
        if told(folder, folder / name)["sha256"] != named[name]["sha256"]:
            yield name
