"""Versions of index keys: which one entries are made under, the oldest that is searched, and which a record has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0010_versions_of_display_keys")]

    operations = [
        migrations.AddField("keying", "index_version", models.SmallIntegerField(db_default=1)),
        migrations.AddField("keying", "index_oldest", models.SmallIntegerField(db_default=1)),
        migrations.AddField("record", "index_version", models.SmallIntegerField(db_default=1)),
        migrations.AddField("recordhistory", "index_version", models.SmallIntegerField(db_default=1)),
    ]
