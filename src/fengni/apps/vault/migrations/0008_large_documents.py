"""Documents of any size, their small pictures, and who may read one as it is, and until when."""

from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_table


class Migration(migrations.Migration):
    dependencies = [("vault", "0007_grams")]

    operations = [
        migrations.AlterField("material", "size", models.BigIntegerField()),
        migrations.AlterField("piece", "position", models.BigIntegerField()),
        migrations.RunSQL(  # what is sealed cannot be made smaller: trying cost most of the time of storing it
            "ALTER TABLE vault_piece ALTER COLUMN sealed SET STORAGE EXTERNAL", reverse_sql=migrations.RunSQL.noop
        ),
        migrations.AddField("material", "thumbnail", models.BinaryField(default=bytes)),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("material_id", models.UUIDField()),
                ("member_id", models.UUIDField()),
                ("purpose", models.CharField(max_length=40)),
                ("until", models.DateTimeField()),
            ],
            options={"db_table": "vault_opening"},
        ),
        tenant_table("vault_opening", app="SELECT, INSERT, DELETE", unique_id=False),
    ]
