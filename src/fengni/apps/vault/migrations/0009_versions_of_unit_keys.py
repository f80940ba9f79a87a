"""Versions of unit keys: which one a unit has, what new ones are of, and what a change of them may write."""

from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_table


class Migration(migrations.Migration):
    dependencies = [("vault", "0008_large_documents")]

    operations = [
        migrations.AddField("unit", "version", models.IntegerField(db_default=1)),
        migrations.CreateModel(
            name="Keying",
            fields=[
                ("tenant_id", models.UUIDField(primary_key=True, serialize=False)),
                ("suite", models.SmallIntegerField()),
                ("version", models.IntegerField()),
            ],
            options={"db_table": "vault_keying"},
        ),
        tenant_table("vault_keying", app="SELECT, INSERT, UPDATE", unique_id=False),
        migrations.AddIndex(
            "recordhistory", models.Index(fields=["tenant_id", "record_id"], name="vault_history_by_record")
        ),
        migrations.RunSQL(  # the sealed bytes alone: what they are of never changes
            [
                ("GRANT UPDATE (envelope) ON vault_record_history TO fengni_app", None),
                ("GRANT UPDATE (sealed) ON vault_piece TO fengni_app", None),
            ],
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
