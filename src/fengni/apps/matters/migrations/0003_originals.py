"""Originals of a matter: who handed what over to whom, and whose word shows it."""

import django.db.models.fields.composite
from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("matters", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Original",
            fields=[
                (
                    "pk",
                    django.db.models.fields.composite.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("matter_id", models.UUIDField()),
                ("code", models.CharField(max_length=40)),
                ("count", models.SmallIntegerField()),
                ("taken_at", models.DateTimeField()),
                ("taken_by", models.UUIDField()),
                ("taken_from", models.UUIDField(null=True)),
                ("taken_proof", models.CharField(default="", max_length=8)),
                ("given_at", models.DateTimeField(null=True)),
                ("given_by", models.UUIDField(null=True)),
                ("given_to", models.UUIDField(null=True)),
                ("given_proof", models.CharField(default="", max_length=8)),
            ],
            options={
                "db_table": "matters_original",
                "indexes": [models.Index(fields=["tenant_id", "matter_id"], name="matters_original_by_matter")],
            },
        ),
        tenant_table("matters_original", unique_id=False),
        tenant_reference("matters_original", "matter_id", "matters_matter"),
    ]
