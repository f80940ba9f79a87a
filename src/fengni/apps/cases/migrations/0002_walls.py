"""Row-level security for cases."""

from django.db import migrations

from fengni.apps.common.tenancy import tenant_table


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_begin")]

    operations = [
        tenant_table("cases_case", app="SELECT, INSERT, UPDATE"),
        tenant_table("cases_saved_head", app="SELECT, INSERT, UPDATE"),
        tenant_table("cases_naming", app="SELECT, INSERT, UPDATE"),
    ]
