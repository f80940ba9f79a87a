"""Tokens: what stands in for a value, by space; walls."""

from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_table


class Migration(migrations.Migration):
    initial = True
    dependencies = [("vault", "0002_walls"), ("parties", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Token",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("space_id", models.UUIDField()),
                ("unit_id", models.UUIDField()),
                ("client_id", models.UUIDField()),
                ("subject_id", models.UUIDField()),
                ("kind", models.CharField(max_length=32)),
                ("tag", models.BinaryField()),
                ("version", models.SmallIntegerField()),
                ("sealed", models.BinaryField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "tokens_token",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "space_id", "unit_id", "kind"), name="tokens_one_per_space"
                    ),
                    models.UniqueConstraint(fields=("tenant_id", "tag"), name="tokens_by_tag"),
                ],
            },
        ),
        tenant_table("tokens_token", app="SELECT, INSERT", unique_id=False),
    ]
