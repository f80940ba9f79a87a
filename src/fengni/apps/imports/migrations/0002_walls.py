"""Row-level security for the intake; chunks and lines stay with their job."""

from django.db import migrations

from fengni.apps.common.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_begin")]

    operations = [
        tenant_table("imports_job", unique_id=False),  # primary keys begin with tenant_id already
        tenant_table("imports_chunk", app="SELECT, INSERT, DELETE", unique_id=False),
        tenant_table("imports_line", app="SELECT, INSERT, DELETE", unique_id=False),
        tenant_reference("imports_chunk", "job_id", "imports_job"),
        tenant_reference("imports_line", "job_id", "imports_job"),
    ]
