"""What one database has and the other has not, as operations of a migration."""

from django.db import migrations

INDEX = "schools_school_search_trgm"


def make_trigram_index(apps, schema_editor):
    """Searches look anywhere in a name; PostgreSQL finds that by trigrams, SQLite reads the prefix column (D-37)."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(f"CREATE INDEX {INDEX} ON schools_school USING gin (search_name gin_trgm_ops)")


def drop_trigram_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


def trigram_index() -> migrations.RunPython:
    return migrations.RunPython(make_trigram_index, drop_trigram_index)
