"""A request for a right that reached the house another way: at the counter, by telephone, in a letter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_deed")]

    operations = [
        migrations.AlterField("case", "guest_id", models.UUIDField(null=True)),
        migrations.AddField("case", "way", models.CharField(default="own", max_length=8)),
    ]
