"""Destroyed units: an append-only journal of those whose keys are never released again, and a set in memory.

    record    tenant, 16 | entry, 16 | unit, 16 | CRC-32 of these, 4 bytes

Rules: a tombstone is on disk (fdatasync) before it is acknowledged, and nothing takes it away again: the database may
be restored from an old backup, with the wrapped key in it, and the key still does not leave. Broken records at the end
were never acknowledged and are dropped; a broken one before a whole one refuses the start, since a unit forgotten is a
unit brought back.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from fengni.core.errors import HostProblem
from fengni.keys.roots import sync_folder

_RECORD: Final = 16 + 16 + 16 + 4
_Unit = tuple[int, int]


class Tombstones:
    """The journal of one root. Thread-safe."""

    def __init__(self, path: Path) -> None:
        """Open or begin the journal. Raises HostProblem ("keys.tombstones-damaged")."""
        self._lock = threading.Lock()
        content = path.read_bytes() if path.exists() else b""
        self._units, whole = _read(content)
        if whole < len(content):
            os.truncate(path, whole)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._size = os.fstat(self._file).st_size
        sync_folder(path.parent)

    def add(self, tenant: UUID, entry: UUID, units: Sequence[UUID]) -> int:
        """Remember units as destroyed; on disk when this returns. Returns how many were not before."""
        with self._lock:
            fresh = [unit for unit in dict.fromkeys(units) if not self.has(tenant, unit)]
            records = b"".join([_record(tenant, entry, unit) for unit in fresh])
            try:
                if os.write(self._file, records) != len(records):
                    raise OSError("journal not written whole")
                os.fdatasync(self._file)
            except OSError:  # no space: half a record must not come to stand before a whole one
                os.ftruncate(self._file, self._size)
                raise
            self._size += len(records)
            self._units.update([(tenant.int, unit.int) for unit in fresh])
            return len(fresh)

    def has(self, tenant: UUID, unit: UUID) -> bool:
        """Whether the unit was destroyed."""
        return (tenant.int, unit.int) in self._units

    def all(self) -> list[tuple[UUID, UUID]]:
        """Every destroyed unit, as (tenant, unit)."""
        with self._lock:
            return [(UUID(int=tenant), UUID(int=unit)) for tenant, unit in self._units]

    def close(self) -> None:
        """Wait for a running write and close."""
        with self._lock:
            os.close(self._file)


def _record(tenant: UUID, entry: UUID, unit: UUID) -> bytes:
    body = tenant.bytes + entry.bytes + unit.bytes
    return body + zlib.crc32(body).to_bytes(4, "big")


def _read(content: bytes) -> tuple[set[_Unit], int]:
    """The destroyed units, and how many bytes are whole records."""
    units: set[_Unit] = set()
    whole = len(content)
    for at in range(0, len(content), _RECORD):
        body, check = content[at : at + _RECORD - 4], content[at + _RECORD - 4 : at + _RECORD]
        if zlib.crc32(body).to_bytes(4, "big") != check:
            whole = min(whole, at)
        elif at > whole:
            raise HostProblem("keys.tombstones-damaged", at=whole)
        else:
            units.add((int.from_bytes(body[:16], "big"), int.from_bytes(body[32:], "big")))
    return units, whole
