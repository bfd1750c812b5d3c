"""What PostgreSQL alone can do: refuse two leads of one school on one day (D-31), and find a SIP by any part of the name."""

from django.db import migrations

ONE_LEAD = """
    ALTER TABLE partners_deployment ADD CONSTRAINT one_lead_a_school
    EXCLUDE USING gist (
        int8range(school_id, school_id, '[]') WITH &&,
        daterange(lead_from, lead_until, '[]') WITH &&
    ) WHERE (lead_from IS NOT NULL AND confirmed_on IS NOT NULL AND voided_on IS NULL)
"""
SEARCH = "CREATE INDEX partner_search_name_trigram ON partners_partner USING gin (search_name gin_trgm_ops)"


def add(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(ONE_LEAD)
    schema_editor.execute(SEARCH)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("DROP INDEX partner_search_name_trigram")
    schema_editor.execute("ALTER TABLE partners_deployment DROP CONSTRAINT one_lead_a_school")


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]
    operations = [migrations.RunPython(add, remove, elidable=False)]
