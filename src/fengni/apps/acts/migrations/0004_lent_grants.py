"""Grants that were lent: given for some hours, or taken in an emergency. Every grant before was assigned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("acts", "0003_second_person")]

    operations = [
        migrations.AddField(
            model_name="grant", name="basis", field=models.CharField(db_default="", default="", max_length=9)
        ),
    ]
