"""Units that the law keeps after the work is done: sealed until a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0003_materials")]

    operations = [migrations.AddField("unit", "sealed_until", models.DateField(null=True))]
