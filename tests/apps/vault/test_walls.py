"""The second wall: under the application role nothing of another tenant is seen, changed or referred to."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import EXEMPT_TABLES, tenant
from tests.apps.ledger.owner import as_owner
from tests.apps.vault.files import make_client, make_person, sheet, store
from tests.cast import found


def _tables(cursor: Any) -> dict[str, tuple[bool, bool]]:
    cursor.execute(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND relkind IN ('r', 'p')"
    )
    return {name: (enabled, forced) for name, enabled, forced in cursor.fetchall()}


def test_every_table_is_walled_or_listed() -> None:
    with connection.cursor() as cursor:
        tables = _tables(cursor)
    assert {name for name, walls in tables.items() if walls != (True, True)} == set(EXEMPT_TABLES) & set(tables)
    assert set(EXEMPT_TABLES) - set(tables) == set()


def test_the_application_role_owns_nothing_and_passes_no_wall() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole AND relkind = 'r' "
                       "AND relpersistence = 'p'")  # fmt: skip
        assert cursor.fetchone() == (0,)


def test_raw_sql_without_any_filter_sees_nothing_of_another_tenant() -> None:
    one, other = found(), found()
    import_id = uuid4()
    store(one, sheet(3), import_id=import_id)
    make_person(one, make_client(one, 900))
    store(one, sheet(3, mobile_from=90), import_id=uuid4())
    with connection.cursor() as cursor:
        walled = [name for name in _tables(cursor) if name not in EXEMPT_TABLES]
    filled = set()
    for table in walled:
        with as_owner(one.tenant_id) as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", [one.tenant_id])
            if cursor.fetchone()[0]:
                filled.add(table)
        with tenant(other.tenant_id), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f"SELECT count(*) FROM {table} WHERE tenant_id <> %s", [other.tenant_id])
                assert cursor.fetchone()[0] == 0, table
    assert filled >= {
        "vault_unit", "vault_record", "vault_record_history", "vault_tag", "vault_gram", "vault_manifest",
        "parties_client", "parties_person", "parties_relation", "parties_counter", "ledger_inbox",
    }  # fmt: skip


def test_without_a_tenant_a_walled_table_raises() -> None:
    for table in ("vault_record", "parties_client", "acts_grant"):
        refused = pytest.raises(DatabaseError, match=r"app.tenant_id|type uuid")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")


def test_another_tenants_rows_are_neither_changed_nor_deleted_nor_forged() -> None:
    one, other = found(), found()
    client_id = make_client(one)
    with tenant(other.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        changes = ("UPDATE vault_record SET revision = 9", "DELETE FROM vault_tag", "DELETE FROM parties_client")
        for statement in changes:
            cursor.execute(statement)
            assert cursor.rowcount == 0
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        tenant(other.tenant_id),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO parties_client (tenant_id, id, persons, created_at) VALUES (%s, %s, 0, now())",
            [one.tenant_id, uuid7()],
        )
    with tenant(one.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT revision FROM vault_record WHERE client_id = %s", [client_id])
        assert cursor.fetchall() == [(1,)]


def test_a_reference_to_another_tenants_row_is_refused() -> None:
    one, other = found(), found()
    client_id = make_client(one)
    person_id = make_person(one, client_id)
    mine = make_client(other)
    for client, person in ((client_id, person_id), (mine, person_id)):
        with (
            pytest.raises(DatabaseError, match="same_tenant"),
            tenant(other.tenant_id),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO parties_relation (tenant_id, id, client_id, person_id, roles, created_at) "
                "VALUES (%s, %s, %s, %s, '[]', now())",
                [other.tenant_id, uuid7(), client, person],
            )
    with (
        pytest.raises(DatabaseError, match="same_tenant"),
        tenant(other.tenant_id),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO vault_unit (tenant_id, id, subject_kind, subject_id, client_id, retention_class, epoch, "
            "suite, wrapped, commitment, state, created_at) "
            "VALUES (%s, %s, 'client', %s, %s, 'matter', 1, 1, '', '', 'live', now())",
            [other.tenant_id, uuid7(), client_id, client_id],
        )
