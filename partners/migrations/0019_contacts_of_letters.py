"""The contact that stood with the start of a programme becomes a dated record like every other (COG-F)."""

from datetime import timedelta

from django.db import migrations

from sipmanager.core import clock

ONE_DAY = timedelta(days=1)


def kept_as(name, since, first):
    """The columns of the record for a name known since a day; `None` where the records tell of that day, or the name, already.

    `first` is the earliest record of the programme, or `None`.
    """
    if first is None:
        return {"full_name": name, "starts_on": since}
    if since >= first.starts_on or name == first.full_name:
        return None
    return {"full_name": name, "starts_on": since, "ends_on": first.starts_on - ONE_DAY}


def keep(apps, schema_editor):
    starts = apps.get_model("schools", "ProgrammeStart").objects.exclude(contact="")
    contacts, lines = apps.get_model("partners", "ProgrammeContact").objects, apps.get_model("core", "AuditEvent").objects
    for start in starts.order_by("pk"):
        of_programme = contacts.filter(authority_id=start.authority_id, programme=start.programme).order_by("starts_on")
        columns = kept_as(start.contact.strip(), start.letter_on or start.recorded_at.date(), of_programme.first())
        if columns is None:
            continue
        found = contacts.create(
            authority_id=start.authority_id, programme=start.programme, recorded_at=start.recorded_at,
            recorded_by_id=start.recorded_by_id, **columns,
        )  # fmt: skip
        lines.create(
            what="contact.name", at=clock.now(), subject=f"contact:{found.pk}", authority_id=start.authority_id,
            about_on=found.starts_on, details={"programme": start.programme},
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
        ("partners", "0018_wishes_of_schools"),
        ("schools", "0008_bulk_change"),
    ]
    # The floor below drops the column, and knows nothing of this floor.
    run_before = [("schools", "0009_start_without_contact")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop, elidable=True)]
