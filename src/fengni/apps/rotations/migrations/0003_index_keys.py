"""What a change of index keys may write where nothing else of a row may change."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("rotations", "0002_display_keys"), ("vault", "0011_versions_of_index_keys")]

    operations = [
        migrations.RunSQL(
            [
                ("GRANT UPDATE (tags, grams, fingerprint, index_version) ON vault_record_history TO fengni_app", None),
                ("GRANT UPDATE (tag, version) ON tokens_token TO fengni_app", None),
            ],
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
