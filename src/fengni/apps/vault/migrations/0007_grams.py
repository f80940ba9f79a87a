"""Search by a part of a name: grams, what finds them under row-level security, and cut tags of skewed indexes."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_table

# As the owner, because array operators are not leakproof and a policy would keep them from the index. The tenant is
# the one of the transaction, and the rows found are joined with records under the caller's own policy.
_FIND = """
CREATE FUNCTION vault_find_grams(
    which smallint, of_version smallint, wanted integer[], every boolean, within uuid[], at_most integer
) RETURNS TABLE (record_id uuid, subject_kind text, subject_id uuid, client_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$ BEGIN
    IF every THEN
        RETURN QUERY SELECT g.record_id, g.subject_kind::text, g.subject_id, g.client_id FROM public.vault_gram g
        WHERE g.tags @> wanted AND g.kind = which AND g.version = of_version
        AND g.tenant_id = current_setting('app.tenant_id')::uuid AND (within IS NULL OR g.client_id = ANY (within))
        LIMIT at_most;
    ELSE
        RETURN QUERY SELECT g.record_id, g.subject_kind::text, g.subject_id, g.client_id FROM public.vault_gram g
        WHERE g.tags && wanted AND g.kind = which AND g.version = of_version
        AND g.tenant_id = current_setting('app.tenant_id')::uuid AND (within IS NULL OR g.client_id = ANY (within))
        LIMIT at_most;
    END IF;
END $$
"""
_SIGNATURE = "vault_find_grams(smallint, smallint, integer[], boolean, uuid[], integer)"
_WALLS = [
    "CREATE POLICY for_owner ON vault_gram FOR SELECT TO fengni_owner USING (true)",
    _FIND,
    f"REVOKE ALL ON FUNCTION {_SIGNATURE} FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION {_SIGNATURE} TO fengni_app",
]
# Tags of names (14 bits), initials (10) and surname with last four (16) that were whole. Of tags that become one, one stays.
_CUT = [
    "ALTER TABLE vault_tag NO FORCE ROW LEVEL SECURITY",
    "WITH whole AS (DELETE FROM vault_tag WHERE kind IN (4, 5, 6) RETURNING *) "
    "INSERT INTO vault_tag (tenant_id, kind, version, tag, subject_kind, subject_id, client_id, record_id) "
    "SELECT DISTINCT tenant_id, kind, version, substring(tag FOR 1) || set_byte('\\x00'::bytea, 0, get_byte(tag, 1) & "
    "CASE kind WHEN 4 THEN 252 WHEN 5 THEN 192 ELSE 255 END) || decode(repeat('00', 14), 'hex'), "
    "subject_kind, subject_id, client_id, record_id FROM whole",
    "ALTER TABLE vault_tag FORCE ROW LEVEL SECURITY",
]


def _sql(statements):
    return migrations.RunSQL([(one, None) for one in statements], migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [("vault", "0006_source_of_materials")]

    operations = [
        migrations.CreateModel(
            name="Gram",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "record_id",
                        "kind",
                        "version",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("record_id", models.UUIDField()),
                ("kind", models.SmallIntegerField()),
                ("version", models.SmallIntegerField()),
                ("subject_kind", models.CharField(max_length=8)),
                ("subject_id", models.UUIDField()),
                ("client_id", models.UUIDField()),
                ("tags", ArrayField(models.IntegerField())),
            ],
            options={
                "db_table": "vault_gram",
                "indexes": [GinIndex(fields=["tags"], name="vault_gram_by_tag", gin_pending_list_limit=512)],
            },
        ),
        migrations.AddField("recordhistory", "grams", models.BinaryField(default=b"")),
        migrations.AddField("searchcount", "words", models.IntegerField(default=0)),
        tenant_table("vault_gram", app="SELECT, INSERT, DELETE", unique_id=False),
        _sql(_WALLS),
        _sql(_CUT),
    ]
