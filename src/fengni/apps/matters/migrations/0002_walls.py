"""Row-level security for matters; what belongs to a matter cannot join rows of two tenants."""

from django.db import migrations

from fengni.apps.common.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_begin"), ("parties", "0002_walls")]

    operations = [
        tenant_table("matters_matter", unique_id=False),  # primary keys begin with tenant_id already
        tenant_table("matters_member", unique_id=False),
        tenant_table("matters_participant", unique_id=False),
        tenant_table("matters_item", unique_id=False),
        tenant_table("matters_filing", unique_id=False),
        tenant_table("matters_step", app="SELECT, INSERT", unique_id=False),
        tenant_reference("matters_matter", "client_id", "parties_client"),
        tenant_reference("matters_member", "matter_id", "matters_matter"),
        tenant_reference("matters_participant", "matter_id", "matters_matter"),
        tenant_reference("matters_item", "matter_id", "matters_matter"),
        tenant_reference("matters_filing", "matter_id", "matters_matter"),
        tenant_reference("matters_step", "matter_id", "matters_matter"),
    ]
