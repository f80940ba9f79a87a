"""Row-level security for reach. What was asked, broken and reviewed is never deleted."""

from django.db import migrations

from fengni.apps.common.tenancy import tenant_table


class Migration(migrations.Migration):
    dependencies = [("reach", "0001_begin"), ("acts", "0004_lent_grants")]

    operations = [
        tenant_table("reach_request", app="SELECT, INSERT, UPDATE"),
        tenant_table("reach_emergency", app="SELECT, INSERT, UPDATE"),
        tenant_table("reach_alarm_address"),
    ]
