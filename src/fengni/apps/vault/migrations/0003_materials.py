"""Materials: pictures and embedded files of imports, sealed in pieces; walls and references inside the tenant."""

from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Material",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("client_id", models.UUIDField()),
                ("unit_id", models.UUIDField()),
                ("import_id", models.UUIDField()),
                ("media_type", models.CharField(max_length=80)),
                ("size", models.IntegerField()),
                ("head", models.BinaryField()),
                ("fingerprint", models.BinaryField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "vault_material",
                "indexes": [models.Index(fields=["tenant_id", "import_id"], name="vault_material_by_import")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "client_id", "fingerprint"), name="vault_material_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "material_id",
                        "position",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("material_id", models.UUIDField()),
                ("position", models.IntegerField()),
                ("sealed", models.BinaryField()),
            ],
            options={"db_table": "vault_piece"},
        ),
        tenant_table("vault_material", app="SELECT, INSERT, DELETE", unique_id=False),
        tenant_table("vault_piece", app="SELECT, INSERT, DELETE", unique_id=False),
        tenant_reference("vault_material", "client_id", "parties_client"),
        tenant_reference("vault_material", "unit_id", "vault_unit"),
        tenant_reference("vault_piece", "material_id", "vault_material"),
    ]
