"""The database of a backup: one snapshot read out as a stream, a stream put into an empty database, and what to count.

Rules: `pg_dump` and `pg_restore` run beside us and die with us; the dump passes through memory only. A password goes to
them in their environment, which only the same user reads, never in their arguments. What they say is not repeated: it
may hold a row.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from fengni.core.errors import HostProblem, VerificationFailed
from fengni.host import cluster, processes

BLOCK: Final = 1024 * 1024
_VARIABLES: Final = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
}  # fmt: skip
Connection = psycopg.Connection[tuple[Any, ...]]  # Any: columns of raw rows


def dump(url: str, snapshot: str) -> Iterator[bytes]:
    """The whole database as it was at an exported snapshot, in PostgreSQL's custom format, compressed."""
    return output(url, "pg_dump", "--format=custom", "--compress=1", f"--snapshot={snapshot}", "--no-sync")


def output(url: str, program: str, *arguments: str) -> Iterator[bytes]:
    """What a program of PostgreSQL writes. Raises HostProblem ("backup.dump-failed") where it does not end well."""
    running = _start(url, program, *arguments)
    pipe = _pipe(running.stdout)
    try:
        while block := pipe.read(BLOCK):
            yield block
        if running.wait() != 0:
            raise HostProblem("backup.dump-failed", program=program, status=running.returncode)
    finally:
        _end(running)


def load(url: str, blocks: Iterable[bytes]) -> None:
    """Put a dump into an empty database, all of it or nothing. Raises HostProblem ("backup.load-failed")."""
    program = _start(url, "pg_restore", "--single-transaction", "--exit-on-error", f"--dbname={_name(url)}")
    entrance = _pipe(program.stdin)
    try:
        try:
            for block in blocks:
                entrance.write(block)
            entrance.close()
        except BrokenPipeError:
            pass  # it has ended, and its status says why
        if program.wait() != 0:
            raise HostProblem("backup.load-failed", status=program.returncode)
    finally:
        _end(program)


def lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The rows of a dump as COPY text, line by line, through memory only; no server is asked.

    Raises VerificationFailed ("backup.dump-unreadable") for a dump that `pg_restore` does not read to its end, and
    whatever `blocks` raises.
    """
    program = _popen("pg_restore", ["--data-only", "--file=-"], {}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    entrance, output, problems = _pipe(program.stdin), _pipe(program.stdout), list[BaseException]()

    def feed() -> None:
        try:
            for block in blocks:
                entrance.write(block)
        except BrokenPipeError:
            pass  # it has ended, and its status says why
        except BaseException as problem:
            problems.append(problem)
        with contextlib.suppress(BrokenPipeError):
            entrance.close()

    feeding = threading.Thread(target=feed, daemon=True)
    feeding.start()
    try:
        yield from output
        feeding.join()
        if problems:
            raise problems[0]
        if program.wait() != 0:
            raise VerificationFailed("backup.dump-unreadable")
    finally:
        program.kill()  # where nobody reads on
        feeding.join()
        _end(program)


def counts(connection: Connection) -> dict[str, int]:
    """Rows of every table."""
    names = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
    ).fetchall()
    found = {}
    for (name,) in names:
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        found[str(name)] = int(row[0]) if row else 0
    return found


def heads(connection: Connection) -> list[dict[str, str | int]]:
    """The newest signed head of every tenant's ledger; size 0 where nothing is signed yet."""
    rows = connection.execute(
        "SELECT t.id, coalesce(c.size, 0), coalesce(encode(c.root, 'hex'), '') FROM accounts_tenant t "
        "LEFT JOIN LATERAL (SELECT size, root FROM ledger_checkpoint WHERE tenant_id = t.id AND note <> '' "
        "ORDER BY size DESC LIMIT 1) c ON true ORDER BY t.id"
    ).fetchall()
    return [{"tenant": str(tenant), "size": int(size), "root": str(root)} for tenant, size, root in rows]


def signed(connection: Connection) -> list[dict[str, str | int]]:
    """The newest signed head of every tenant that has one, with its note."""
    rows = connection.execute(
        "SELECT DISTINCT ON (tenant_id) tenant_id, size, encode(root, 'hex'), note FROM ledger_checkpoint "
        "WHERE note <> '' ORDER BY tenant_id, size DESC"
    ).fetchall()
    return [{"tenant": str(t), "size": int(size), "root": str(root), "note": str(note)} for t, size, root, note in rows]


def living_epochs(connection: Connection) -> set[tuple[UUID, int]]:
    """Tenant and epoch of every key that is not destroyed."""
    rows = connection.execute("SELECT DISTINCT tenant_id, epoch FROM vault_unit WHERE state = 'live'").fetchall()
    return {(tenant, int(epoch)) for tenant, epoch in rows}


def bury(connection: Connection, units: list[tuple[UUID, UUID]]) -> int:
    """Destroy units in a restored database: keys, records, tags, files. Returns how many it still held alive."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE stone (tenant_id uuid, unit_id uuid) ON COMMIT DROP")
        with cursor.copy("COPY stone FROM STDIN") as copy:
            for unit in units:
                copy.write_row(unit)
        cursor.execute(
            "CREATE TEMPORARY TABLE buried ON COMMIT DROP AS SELECT r.tenant_id, r.id FROM vault_record r "
            "JOIN stone s ON s.tenant_id = r.tenant_id AND s.unit_id = r.unit_id"
        )
        cursor.execute(
            "CREATE TEMPORARY TABLE sunk ON COMMIT DROP AS SELECT m.tenant_id, m.id FROM vault_material m "
            "JOIN stone s ON s.tenant_id = m.tenant_id AND s.unit_id = m.unit_id"
        )
        for table, column, gone in (
            ("vault_tag", "record_id", "buried"),
            ("vault_gram", "record_id", "buried"),
            ("vault_record_history", "record_id", "buried"),
            ("vault_record", "id", "buried"),
            ("vault_piece", "material_id", "sunk"),
            ("vault_material", "id", "sunk"),
        ):
            statement = sql.SQL("DELETE FROM {} t USING {} g WHERE t.tenant_id = g.tenant_id AND t.{} = g.id")
            cursor.execute(statement.format(*map(sql.Identifier, (table, gone, column))))
        cursor.execute(
            "UPDATE vault_unit u SET wrapped = '', state = 'destroyed' FROM stone s WHERE u.tenant_id = s.tenant_id "
            "AND u.id = s.unit_id AND (u.state <> 'destroyed' OR u.wrapped <> '')"
        )
        return cursor.rowcount


def _start(url: str, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    given = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    reads = program != "pg_restore"
    return _popen(
        program,
        ["--no-password", *arguments],
        {variable: given[name] for name, variable in _VARIABLES.items() if name in given},
        stdin=subprocess.DEVNULL if reads else subprocess.PIPE,
        stdout=subprocess.PIPE if reads else subprocess.DEVNULL,
    )


def _popen(
    program: str, arguments: list[str], environment: dict[str, str], *, stdin: int, stdout: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(cluster.binaries() / program), *arguments],
        cwd="/",
        env=environment,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        preexec_fn=processes.dies_with_parent(signal.SIGKILL),
    )


def _end(program: subprocess.Popen[bytes]) -> None:
    for pipe in (program.stdin, program.stdout):
        if pipe is not None and not pipe.closed:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
    if program.poll() is None:
        program.kill()
    program.wait()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("started without a pipe")
    return pipe


def _name(url: str) -> str:
    return str(conninfo_to_dict(url).get("dbname") or "")
