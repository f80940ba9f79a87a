"""What a person was told is kept, sealed; a consent names the reading it rests on."""

import fengni.apps.common.identifiers
from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("consents", "0002_walls"), ("guests", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("matter_id", models.UUIDField()),
                ("guest_id", models.UUIDField()),
                ("version", models.CharField(max_length=12)),
                ("text_hash", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
                ("parts", models.JSONField(default=dict)),
                ("givings", models.JSONField(default=list)),
                ("language", models.CharField(max_length=2)),
                ("assurance", models.CharField(max_length=12)),
                ("read_at", models.DateTimeField()),
            ],
            options={
                "db_table": "consents_reading",
                "indexes": [
                    models.Index(fields=["tenant_id", "matter_id", "person_id"], name="consents_reading_by_matter")
                ],
            },
        ),
        migrations.AddField("consent", "reading_id", models.UUIDField(null=True)),
        tenant_table("consents_reading", app="SELECT, INSERT"),
        tenant_reference("consents_reading", "guest_id", "guests_guest"),
        tenant_reference("consents_consent", "reading_id", "consents_reading"),
    ]
