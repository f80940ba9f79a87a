"""A link that outlives its matter, for reading and rights."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("guests", "0002_walls")]

    operations = [migrations.AddField("link", "narrow_since", models.DateTimeField(null=True))]
