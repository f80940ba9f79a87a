"""The database's journal: which segments it has, a physical copy to begin with, a cluster made of both.

    slot        holds back what was not carried away yet, also over a crash; PostgreSQL keeps 4 GiB for it at most
    segment     a file of 16 MiB named by its place (timeline, number); a switch ends it early and fills it with zeros
    cluster     the physical copy: what `pg_basebackup` writes, a tar of the data folder with a list of its files

Rules: everything goes through memory and one connection of the superuser; nothing lies aside in a spool. A segment is
read once it is complete and flushed. Before a physical copy, tables that hold keys, display values or tags are written
anew, when no transaction is left that could still need their old rows: no page of it has what was destroyed before.
"""

from __future__ import annotations

import hashlib
import json
import shlex
import shutil
import struct
import tarfile
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

import psycopg
from psycopg import sql

from fengni.core.errors import HostProblem, VerificationFailed
from fengni.definitions import load
from fengni.host import backup_database
from fengni.host.backup_database import Connection

SEGMENT: Final = 16 * 1024 * 1024
_PER_LOG: Final = (1 << 32) // SEGMENT
_PATIENCE: Final = 60.0
_GZIP: Final = 31  # what zlib calls the format that `gzip -d` reads
_PAGE: Final = struct.Struct("<HHIQIxxxxQI")  # XLogLongPageHeaderData of the first page, access/xlog_internal.h
_LONG_HEADER: Final = 0x0002
_PREFIX: Final = "fengni_"


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """A place in the journal."""

    timeline: int
    number: int

    @classmethod
    def named(cls, name: str) -> Segment:
        """The segment of a file name. Raises VerificationFailed for any other name."""
        try:
            timeline, high, low = (int(name[at : at + 8], 16) for at in (0, 8, 16))
        except ValueError:
            raise VerificationFailed("backup.damaged") from None
        if len(name) != 24 or low >= _PER_LOG:
            raise VerificationFailed("backup.damaged")
        return cls(timeline, high * _PER_LOG + low)

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.timeline:08X}{self.number // _PER_LOG:08X}{self.number % _PER_LOG:08X}"

    @property
    def after(self) -> Segment:
        """The one that follows."""
        return Segment(self.timeline, self.number + 1)


def system(connection: Connection) -> str:
    """The number that this cluster, and no other, stands under in all its files."""
    [found] = connection.execute("SELECT system_identifier::text FROM pg_control_system()").fetchone() or [""]
    return str(found)


def slot_name(chain: str) -> str:
    """The name of the slot that holds the journal back for a chain, given as hexadecimal."""
    return _PREFIX + chain[-8:]


def hold(connection: Connection, chain: str) -> Segment:
    """From now on keep the journal for a chain as well; the first segment that is kept."""
    name = slot_name(chain)
    connection.execute("CHECKPOINT")  # what is kept begins at the last one
    connection.execute("SELECT pg_create_physical_replication_slot(%s, true)", [name])
    query = "SELECT restart_lsn - '0/0'::pg_lsn FROM pg_replication_slots WHERE slot_name = %s"
    [at] = connection.execute(query, [name]).fetchone() or [0]
    return Segment(_timeline(connection), int(at) // SEGMENT)


def release(connection: Connection, *, but: str = "") -> None:
    """Hold nothing back any more, except for one chain."""
    connection.execute(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_type = 'physical' "
        "AND NOT active AND starts_with(slot_name, %s) AND slot_name <> %s",
        [_PREFIX, slot_name(but)],
    )


def is_held(connection: Connection, chain: str) -> bool:
    """Whether what was not carried away yet is still there."""
    query = "SELECT wal_status <> 'lost' FROM pg_replication_slots WHERE slot_name = %s"
    found = connection.execute(query, [slot_name(chain)]).fetchone()
    return bool(found and found[0])


def let_go(connection: Connection, chain: str, before: Segment) -> None:
    """What lies before a segment was carried away. Forgotten by a crash, it is held a while longer: no harm."""
    at = before.number * SEGMENT
    connection.execute("SELECT pg_replication_slot_advance(%s, '0/0'::pg_lsn + %s)", [slot_name(chain), at])


def end_segment(connection: Connection) -> Segment:
    """End the running segment behind everything committed so far; it is complete and flushed when this returns.

    The last thing in it is a commit of ours, so that recovery to any instant before it finds a later one to stop at.
    """
    connection.execute("SELECT pg_logical_emit_message(true, 'fengni', '')")
    [end] = connection.execute("SELECT pg_switch_wal() - '0/0'::pg_lsn").fetchone() or [0]
    return Segment(_timeline(connection), (int(end) - 1) // SEGMENT)


def read_segment(connection: Connection, segment: Segment) -> Iterator[bytes]:
    """A complete segment, compressed. Raises HostProblem where it is gone."""
    with connection.cursor(binary=True) as cursor:
        query = "SELECT pg_read_binary_file('pg_wal/' || %s, 0, %s, true)"
        row = cursor.execute(query, [segment.name, SEGMENT]).fetchone()
    if row is None or row[0] is None or len(row[0]) != SEGMENT:
        raise HostProblem("backup.journal-lost")
    yield from deflated([bytes(row[0])])


def check_segment(segment: Segment, blocks: Iterable[bytes], *, of: str) -> None:
    """Whether a carried segment is one, of this place and cluster. Raises VerificationFailed ("backup.damaged")."""
    size, first = 0, b""
    for block in inflated(blocks):
        first += block[: max(0, _PAGE.size - len(first))]
        size += len(block)
    if size != SEGMENT:
        raise VerificationFailed("backup.damaged")
    _, info, timeline, address, _, cluster, length = _PAGE.unpack(first)
    there = (timeline, address, str(cluster), length)
    if not info & _LONG_HEADER or there != (segment.timeline, segment.number * SEGMENT, of, SEGMENT):
        raise VerificationFailed("backup.damaged")


def forget_dead_rows(connection: Connection) -> None:
    """Write every table anew that holds more than what its unit's key protects, so that no page has a row that was
    deleted or overwritten before this was called. Nor has a sample of it in the planner's statistics.

    Waits for transactions that may still see old rows. Raises HostProblem ("backup.long-transaction").
    """
    connection.execute("SET lock_timeout = '5s'")  # others wait behind us while we wait
    try:
        _wait_for_older(connection)
        for table in sorted(_tables()):
            connection.execute(sql.SQL("VACUUM (FULL, ANALYZE) {}").format(sql.Identifier(table)))
        _wait_for_older(connection)  # rows of statistics died just now
        connection.execute("VACUUM (FULL) pg_statistic")
    except psycopg.errors.LockNotAvailable:
        raise HostProblem("backup.long-transaction") from None
    finally:
        connection.execute("RESET lock_timeout")


def _wait_for_older(connection: Connection) -> None:
    """Until no transaction is left that may see what is no more now."""
    [now] = connection.execute("SELECT pg_current_xact_id()::xid::text").fetchone() or [""]
    until = time.monotonic() + _PATIENCE
    older = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND age(backend_xmin) > age(%s::xid)"
    )
    while (connection.execute(older, [now]).fetchone() or [0])[0]:
        if time.monotonic() > until:
            raise HostProblem("backup.long-transaction")
        time.sleep(0.1)


def _tables() -> set[str]:
    """Tables of wrapped keys, of values under a key that outlives their rows, and of tags."""
    columns = load("columns")["tables"]
    return {table for table, about in columns.items() if {"wrapped", "display", "tag"} & about.keys()}


def copy_cluster(url: str) -> Iterator[bytes]:
    """A physical copy of the running cluster, consistent by itself, as a tar, compressed."""
    arguments = ("--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast", "--manifest-checksums=SHA256")
    return deflated(backup_database.output(url, "pg_basebackup", *arguments))


def check_cluster(blocks: Iterable[bytes], *, of: str) -> int:
    """Compare every file of a physical copy with the list in it; how many there are. Nothing is written.

    Raises VerificationFailed ("backup.damaged").
    """
    seen: dict[str, tuple[int, str]] = {}
    listed = None
    try:
        with tarfile.open(fileobj=_file(inflated(blocks)), mode="r|") as files:
            for one in files:
                content = files.extractfile(one) if one.isreg() else None
                if content is None:
                    continue
                if one.name == "backup_manifest":
                    listed = json.load(content)
                else:
                    digest = hashlib.sha256()
                    while block := content.read(1 << 20):
                        digest.update(block)
                    seen[one.name] = (one.size, digest.hexdigest())
    except (tarfile.TarError, ValueError):
        raise VerificationFailed("backup.damaged") from None
    if listed is None or str(listed.get("System-Identifier", of)) != of:
        raise VerificationFailed("backup.damaged")
    for one in listed["Files"]:
        if seen.get(one["Path"]) != (one["Size"], one["Checksum"]):
            raise VerificationFailed("backup.damaged")
    return len(listed["Files"])


def put_cluster(blocks: Iterable[bytes], folder: Path) -> None:
    """Unpack a physical copy into an empty folder. Raises VerificationFailed ("backup.damaged")."""
    try:
        with tarfile.open(fileobj=_file(inflated(blocks)), mode="r|") as files:
            for one in files:
                target, content = folder / one.name, files.extractfile(one) if one.isreg() else None
                if ".." in target.parts or not target.is_relative_to(folder):
                    raise VerificationFailed("backup.damaged")
                if content is not None:
                    with target.open("wb") as file:
                        shutil.copyfileobj(content, file, backup_database.BLOCK)
                    target.chmod(0o600)
                elif one.isdir():
                    target.mkdir(mode=0o700, parents=True, exist_ok=True)
                else:  # a link leads to a tablespace, which our cluster has none of
                    raise VerificationFailed("backup.damaged")
    except tarfile.TarError:
        raise VerificationFailed("backup.damaged") from None


def put_segment(name: str, blocks: Iterable[bytes], folder: Path) -> None:
    """Lay a segment into a folder as it was carried, compressed."""
    with (folder / f"{Segment.named(name).name}.gz").open("wb") as file:
        for block in blocks:
            file.write(block)


def recovery(folder: Path, instant: str | None) -> dict[str, str]:
    """Settings that bring a physical copy forward: with the segments of a folder, to an instant or to their end."""
    where = shlex.quote(str(folder)).replace("%", "%%")
    settings = {"restore_command": f"gzip -dc < {where}/%f.gz > %p", "recovery_target_action": "promote"}
    return settings | ({"recovery_target_time": instant} if instant else {})


def deflated(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Compressed as `gzip -1` does, in blocks of a size worth sealing."""
    packing, held = zlib.compressobj(1, wbits=_GZIP), bytearray()
    for block in blocks:
        held += packing.compress(block)
        if len(held) >= backup_database.BLOCK:
            yield bytes(held)
            held.clear()
    yield bytes(held) + packing.flush()


def inflated(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """What `deflated` had. Raises VerificationFailed ("backup.damaged") for anything else."""
    opening = zlib.decompressobj(wbits=_GZIP)
    try:
        for block in blocks:
            waiting = block
            while waiting:
                yield opening.decompress(waiting, 1 << 20)
                waiting = opening.unconsumed_tail
        yield opening.flush()
    except zlib.error:
        raise VerificationFailed("backup.damaged") from None
    if not opening.eof or opening.unused_data:
        raise VerificationFailed("backup.damaged")


def _file(blocks: Iterator[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", _Reader(blocks))  # nothing but `read` is asked of it


class _Reader:
    """Blocks as a file to be read once."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._held = blocks, bytearray()

    def read(self, size: int) -> bytes:
        while len(self._held) < size:
            block = next(self._blocks, None)
            if block is None:
                break
            self._held += block
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken


def _timeline(connection: Connection) -> int:
    [name] = connection.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())").fetchone() or [""]
    return int(str(name)[:8], 16)
