"""Row-level security for the facts of decisions and the sealed reasons."""

from django.db import migrations

from fengni.apps.common.tenancy import tenant_table


class Migration(migrations.Migration):
    dependencies = [("acts", "0001_begin")]

    operations = [
        tenant_table("acts_grant"),
        tenant_table("acts_block"),
        tenant_table("acts_approval"),
        tenant_table("acts_reason", app="SELECT, INSERT, DELETE"),
    ]
