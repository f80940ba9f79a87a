"""Rotations of keys."""

import fengni.apps.common.identifiers
from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_table


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Rotation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False),
                ),
                ("tenant_id", models.UUIDField()),
                ("kind", models.CharField(max_length=8)),
                ("old", models.IntegerField()),
                ("new", models.IntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("done", "Done")], default="running", max_length=8
                    ),
                ),
                ("total", models.IntegerField()),
                ("done", models.IntegerField(default=0)),
                ("refused", models.IntegerField(default=0)),
                ("table", models.SmallIntegerField(default=0)),
                ("after", models.UUIDField(null=True)),
                ("begun_by", models.UUIDField()),
                ("begun_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField(null=True)),
                ("finished_by", models.UUIDField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "rotations_rotation",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")), fields=("tenant_id",), name="rotations_one_running"
                    )
                ],
            },
        ),
        tenant_table("rotations_rotation", app="SELECT, INSERT, UPDATE"),
    ]
