"""The ledger's walls: the application may put entries into the inbox and read; only the sealer writes what is sealed.

Nobody but the owner of the schema may change or delete a sealed entry; the sealer may only add, and rewrite the right
edge of the tree and the heads.
"""

from django.db import migrations

from fengni.apps.common.tenancy import tenant_table


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_begin")]

    operations = [
        tenant_table("ledger_inbox", app="SELECT, INSERT", sealer="SELECT, DELETE", unique_id=False),
        tenant_table("ledger_entry", app="SELECT", sealer="SELECT, INSERT", unique_id=False),
        tenant_table("ledger_entry_subject", app="SELECT", sealer="SELECT, INSERT", unique_id=False),
        tenant_table("ledger_person_head", app="SELECT", sealer="SELECT, INSERT, UPDATE", unique_id=False),
        tenant_table("ledger_tile", app="SELECT", sealer="SELECT, INSERT, UPDATE", unique_id=False),
        tenant_table("ledger_checkpoint", app="SELECT", sealer="SELECT, INSERT, UPDATE", unique_id=False),
        migrations.RunSQL(
            [
                ("GRANT USAGE ON SEQUENCE ledger_inbox_id_seq TO fengni_app", None),
                (
                    "GRANT USAGE ON SEQUENCE ledger_entry_subject_id_seq, ledger_tile_id_seq, ledger_checkpoint_id_seq "
                    "TO fengni_sealer",
                    None,
                ),
                ("ALTER TABLE ledger_inbox SET (autovacuum_vacuum_scale_factor = 0.02)", None),
            ],
            migrations.RunSQL.noop,
        ),
    ]
