"""Row-level security for agreements; a share stays with its client and its agreement."""

from django.db import migrations

from fengni.apps.common.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_begin"), ("guests", "0002_walls"), ("parties", "0002_walls")]

    operations = [
        tenant_table("agreements_agreement", app="SELECT, INSERT, UPDATE"),
        tenant_table("agreements_partner", app="SELECT, INSERT, UPDATE"),
        tenant_table("agreements_share", app="SELECT, INSERT, UPDATE"),
        tenant_reference("agreements_share", "partner_id", "agreements_partner"),
        tenant_reference("agreements_share", "agreement_id", "agreements_agreement"),
        tenant_reference("agreements_share", "client_id", "parties_client"),
    ]
