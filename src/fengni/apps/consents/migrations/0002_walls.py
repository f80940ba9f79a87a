"""Row-level security for consents."""

from django.db import migrations

from fengni.apps.common.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("consents", "0001_begin"), ("guests", "0002_walls")]

    operations = [
        tenant_table("consents_consent", app="SELECT, INSERT, UPDATE"),
        tenant_reference("consents_consent", "guest_id", "guests_guest"),
    ]
