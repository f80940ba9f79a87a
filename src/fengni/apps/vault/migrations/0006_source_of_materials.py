"""A keyed tag of the file as it came: what an upload is continued by and a file is found again by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0005_uploads")]

    operations = [
        migrations.AddField("material", "source", models.BinaryField(null=True)),
        migrations.AddIndex(
            "material", models.Index(fields=["tenant_id", "source"], name="vault_material_by_source")
        ),
    ]
