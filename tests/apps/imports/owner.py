"""The database as its administrator sees it: every row of every table, past the walls. For comparing and searching."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from uuid import UUID

import psycopg
from psycopg import sql

from fengni.host import state

# Tables an import writes. The manifest of the store is its ledger: it grows with the undo, and is left out.
_STORE = (
    "vault_unit", "vault_record", "vault_record_history", "vault_tag", "vault_gram", "parties_client", "parties_person",
    "parties_relation", "acts_grant", "vault_material", "vault_piece",
)  # fmt: skip


def connect() -> psycopg.Connection:
    """A connection as administrator to the database of this test worker."""
    return psycopg.connect(state.database_url("super"), autocommit=True)


def rows_of_the_store(tenant_id: UUID) -> dict[str, tuple[int, str]]:
    """Per table, how many rows a tenant has and a digest over all their bytes."""
    found = {}
    with connect() as connection:
        for table in _STORE:
            rows = connection.execute(
                sql.SQL("SELECT t::text FROM {} t WHERE tenant_id = %s ORDER BY 1").format(sql.Identifier(table)),
                [tenant_id],
            ).fetchall()
            text = "\n".join(row[0] for row in rows)
            found[table] = (len(rows), hashlib.sha256(text.encode()).hexdigest())
    return found


def places_of(values: Iterable[str]) -> Iterator[str]:
    """Columns of any table that hold one of the values, as text or as bytes in UTF-8 or UTF-16."""
    needles = list(values)
    with connect() as connection:
        columns = connection.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('text', 'character varying', 'bytea', 'json', 'jsonb', 'ARRAY', 'USER-DEFINED')"
        ).fetchall()
        for table, column, kind in columns:
            for needle in needles:
                if _found(connection, table, column, kind, needle):
                    yield f"{table}.{column}: {needle}"


def _found(connection: psycopg.Connection, table: str, column: str, kind: str, needle: str) -> bool:
    name = sql.SQL("{}.{}").format(sql.Identifier(table), sql.Identifier(column))
    if kind == "bytea":
        wanted = [needle.encode(), needle.encode("utf-16-le")]
        test = sql.SQL("position(%s::bytea IN {0}) > 0 OR position(%s::bytea IN {0}) > 0").format(name)
    else:
        wanted = [needle]  # type: ignore[list-item]  # text this time
        test = sql.SQL("position(%s IN {}::text) > 0").format(name)
    query = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {})").format(sql.Identifier(table), test)
    row = connection.execute(query, wanted).fetchone()
    return bool(row and row[0])
