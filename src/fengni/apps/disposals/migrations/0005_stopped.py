"""What the worker met when an approved disposal could not go on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disposals", "0004_failed_tests")]

    operations = [
        migrations.AddField("disposal", "failed_at", models.DateTimeField(null=True)),
        migrations.AddField("disposal", "failed_code", models.CharField(max_length=60, default="")),
        migrations.AddField("disposal", "failed_params", models.JSONField(default=dict)),
    ]
