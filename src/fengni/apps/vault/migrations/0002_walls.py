"""Row-level security for the sealed store; records stay with their unit, units with their client file."""

from django.db import migrations

from fengni.apps.common.tenancy import tenant_reference, tenant_table

_TEMPORARY = "DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO fengni_app', current_database()); END $$"


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_begin"), ("parties", "0002_walls")]

    operations = [
        # Primary keys begin with tenant_id, so no further unique key is needed as the target of references.
        tenant_table("vault_unit", unique_id=False),
        tenant_table("vault_record", unique_id=False),
        tenant_table("vault_record_history", app="SELECT, INSERT, DELETE", unique_id=False),
        tenant_table("vault_tag", app="SELECT, INSERT, DELETE", unique_id=False),
        tenant_table("vault_manifest", app="SELECT, INSERT", unique_id=False),
        tenant_table("vault_search_count", unique_id=False),
        tenant_reference("vault_unit", "client_id", "parties_client"),
        tenant_reference("vault_record", "unit_id", "vault_unit"),
        # Bulk writing copies into temporary tables first: COPY FROM is refused on tables under row-level security.
        migrations.RunSQL(_TEMPORARY, migrations.RunSQL.noop),
    ]
