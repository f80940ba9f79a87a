"""Versions of the display key: which one is written, and the oldest that may still lie somewhere."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0009_versions_of_unit_keys")]

    operations = [
        migrations.AddField("keying", "display_suite", models.SmallIntegerField(null=True)),
        migrations.AddField("keying", "display_version", models.IntegerField(db_default=1)),
        migrations.AddField("keying", "display_oldest", models.IntegerField(db_default=1)),
    ]
