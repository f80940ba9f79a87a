"""Row-level security for disposals; backups of the installation belong to no tenant."""

from django.db import migrations

from fengni.apps.common.tenancy import exempt_grants, tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("disposals", "0001_begin"), ("parties", "0002_walls"), ("vault", "0003_materials")]

    operations = [
        tenant_table("disposals_disposal"),
        tenant_table("disposals_part"),
        tenant_table("disposals_hold"),
        tenant_table("disposals_certificate", app="SELECT, INSERT"),
        exempt_grants("disposals_backup_run", "disposals_backup_policy"),
        tenant_reference("disposals_part", "disposal_id", "disposals_disposal"),
        tenant_reference("disposals_certificate", "disposal_id", "disposals_disposal"),
    ]
