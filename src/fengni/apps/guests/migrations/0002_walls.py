"""Row-level security for guests; a link and a session stay with their guest."""

from django.db import migrations

from fengni.apps.common.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("guests", "0001_begin")]

    operations = [
        tenant_table("guests_guest", app="SELECT, INSERT, UPDATE"),
        tenant_table("guests_link", app="SELECT, INSERT, UPDATE"),
        tenant_table("guests_session", app="SELECT, INSERT, UPDATE"),
        tenant_table("guests_message", app="SELECT, INSERT, DELETE"),
        tenant_reference("guests_link", "guest_id", "guests_guest"),
        tenant_reference("guests_session", "guest_id", "guests_guest"),
        tenant_reference("guests_session", "link_id", "guests_link"),
        tenant_reference("guests_message", "guest_id", "guests_guest"),
    ]
