"""Grants that were lent: given for some hours, or taken in an emergency."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("acts", "0003_second_person")]

    operations = [
        migrations.AddField(
            model_name="grant", name="basis", field=models.CharField(default="", max_length=9)
        ),
    ]
