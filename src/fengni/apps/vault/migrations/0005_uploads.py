"""Materials that come alone: of a person, for a matter, in pieces as they arrive."""

from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_reference


class Migration(migrations.Migration):
    dependencies = [("vault", "0004_sealed_until"), ("parties", "0002_walls")]

    operations = [
        migrations.AddField("material", "subject_id", models.UUIDField(null=True)),
        migrations.AddField("material", "matter_id", models.UUIDField(null=True)),
        migrations.AddField("material", "made_by", models.UUIDField(null=True)),
        migrations.AddField("material", "kind", models.CharField(default="other", max_length=24)),
        migrations.AddField("material", "state", models.CharField(default="kept", max_length=12)),
        migrations.AddField("material", "pages", models.SmallIntegerField(default=0)),
        migrations.AlterField("material", "import_id", models.UUIDField(null=True)),
        migrations.AlterField("material", "fingerprint", models.BinaryField(null=True)),
        migrations.AddIndex(
            "material", models.Index(fields=["tenant_id", "matter_id"], name="vault_material_by_matter")
        ),
        migrations.RunSQL(
            [("GRANT UPDATE ON vault_material TO fengni_app", None)], reverse_sql=migrations.RunSQL.noop
        ),
        tenant_reference("vault_material", "subject_id", "parties_person"),
    ]
