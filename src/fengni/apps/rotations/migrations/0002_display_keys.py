"""What a change of the display key may write: the sealed bytes alone, where nothing else of a row may change."""

from django.db import migrations

_COLUMNS = {
    "acts_reason": "sealed",
    "consents_reading": "sealed",
    "imports_line": "sealed",
    "tokens_token": "sealed",
    "vault_record_history": "display",
}


class Migration(migrations.Migration):
    dependencies = [
        ("rotations", "0001_begin"),
        ("acts", "0002_walls"),
        ("consents", "0003_readings"),
        ("imports", "0002_walls"),
        ("tokens", "0001_begin"),
        ("vault", "0010_versions_of_display_keys"),
    ]

    operations = [
        migrations.RunSQL(
            [(f"GRANT UPDATE ({column}) ON {table} TO fengni_app", None) for table, column in _COLUMNS.items()],
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
