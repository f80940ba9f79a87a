"""Row-level security for requests."""

from django.db import migrations

from fengni.apps.common.tenancy import tenant_table


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_begin")]

    operations = [tenant_table("approvals_request", app="SELECT, INSERT, UPDATE")]
