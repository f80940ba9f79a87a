"""What was opened of a share."""

import fengni.apps.common.identifiers
from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="ShareView",
            fields=[
                (
                    "id",
                    models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False),
                ),
                ("tenant_id", models.UUIDField()),
                ("share_id", models.UUIDField()),
                ("entry_id", models.UUIDField()),
                ("subject_id", models.UUIDField()),
                ("kinds", models.JSONField(default=list)),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "db_table": "agreements_share_view",
                "indexes": [models.Index(fields=["tenant_id", "share_id"], name="agreements_view_by_share")],
            },
        ),
        tenant_table("agreements_share_view", app="SELECT, INSERT"),
        tenant_reference("agreements_share_view", "share_id", "agreements_share"),
    ]
