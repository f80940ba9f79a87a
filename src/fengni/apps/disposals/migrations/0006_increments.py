"""Backups that reach from a base to any later instant, by increments."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disposals", "0005_stopped")]

    operations = [
        migrations.AddField("backuprun", "kind", models.CharField(max_length=8, default="dump")),
        migrations.AddField("backuprun", "increments", models.IntegerField(default=0)),
        migrations.AddField("backuprun", "reaches_at", models.DateTimeField(null=True)),
        migrations.AddField("backuppolicy", "journal_minutes", models.IntegerField(null=True)),
    ]
