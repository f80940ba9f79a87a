"""A restore test that failed is evidence as well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disposals", "0003_asked")]

    operations = [
        migrations.AddField("backuprun", "failed_at", models.DateTimeField(null=True)),
        migrations.AddField("backuprun", "failed_code", models.CharField(max_length=60, default="")),
        migrations.AddField("backuprun", "failed_params", models.JSONField(default=dict)),
    ]
