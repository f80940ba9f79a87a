"""How a house is reached: it stands in the notices that clients read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_walls")]

    operations = [
        migrations.AddField("tenant", name, models.CharField(default="", max_length=120))
        for name in ("contact", "phone", "email", "address")
    ]
