"""Requests for deletion, what a disposal was proposed for, and what its units held."""

import fengni.apps.common.identifiers
from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_table


class Migration(migrations.Migration):
    dependencies = [("disposals", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Asked",
            fields=[
                (
                    "id",
                    models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False),
                ),
                ("tenant_id", models.UUIDField()),
                ("client_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("case_id", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "disposals_asked",
                "indexes": [models.Index(fields=["tenant_id", "client_id"], name="disposals_asked_by_client")],
                "constraints": [models.UniqueConstraint(fields=("tenant_id", "case_id"), name="disposals_asked_once")],
            },
        ),
        tenant_table("disposals_asked", app="SELECT, INSERT, UPDATE"),
        migrations.AddField("disposal", "person_id", models.UUIDField(null=True)),
        migrations.AddField("disposal", "case_id", models.UUIDField(null=True)),
        migrations.AddField("part", "person_id", models.UUIDField(null=True)),
        migrations.AddField("part", "kinds", models.JSONField(default=list)),
    ]
