"""Row-level security for client files and persons; relations cannot join rows of two tenants."""

from django.db import migrations

from fengni.apps.common.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_begin")]

    operations = [
        tenant_table("parties_client", unique_id=False),  # the primary key is (tenant_id, id) already
        tenant_table("parties_person", unique_id=False),
        tenant_table("parties_relation", unique_id=False),
        tenant_table("parties_counter", unique_id=False),
        tenant_reference("parties_relation", "client_id", "parties_client"),
        tenant_reference("parties_relation", "person_id", "parties_person"),
    ]
