"""How many unit keys were released for each person, ever: an append-only journal and its sums in memory.

    record    length of the body, 4 bytes | CRC-32 of the body, 4 bytes | body
    body      tenant, 16 | entry, 16 | purpose, text | persons, column of UUIDs | released, column of 8-byte numbers

Rules: one record per request. It is on disk (fdatasync) before the keys leave, so a crash can leave a release counted
that nobody got, never one that nobody counted. A record cut off at the end belongs to an answer that never left and is
dropped; damage anywhere else refuses the start. A long journal is replaced by its sums at start; the old one is kept.
"""

from __future__ import annotations

import os
import struct
import threading
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from fengni.core.errors import BadInput, HostProblem
from fengni.core.vault.custody.frames import MOST_ITEMS, Reader, pack_numbers, pack_text, pack_uuids
from fengni.core.vault.custody.requests import NO_PERSON
from fengni.keys.roots import sync_folder

LONG: Final = 8 * 1024 * 1024
_HEAD: Final = struct.Struct(">II")
_NO_ENTRY: Final = UUID(int=0)
_Key = tuple[UUID, UUID]


class Counters:
    """The journal of one root. Thread-safe."""

    def __init__(self, path: Path, *, long: int = LONG) -> None:
        """Open or begin the journal. Raises HostProblem ("keys.counters-damaged")."""
        self._lock = threading.Lock()
        self._path = path
        content = path.read_bytes() if path.exists() else b""
        self._sums, whole = _read(content)
        if whole > long:
            _replace_by_sums(path, self._sums)
        elif whole < len(content):
            os.truncate(path, whole)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._size = os.fstat(self._file).st_size
        sync_folder(path.parent)

    def count(self, tenant: UUID, entry: UUID, purpose: str, persons: Sequence[UUID | None]) -> None:
        """Count one release per item; None is a unit of no natural person. On disk when this returns."""
        released = Counter([person or NO_PERSON for person in persons])
        record = _record(tenant, entry, purpose, released)
        with self._lock:
            try:
                if os.write(self._file, record) != len(record):
                    raise OSError("journal not written whole")
                os.fdatasync(self._file)
            except OSError:  # no space: half a record must not come to stand before a whole one
                os.ftruncate(self._file, self._size)
                raise
            self._size += len(record)
            self._sums.update({(tenant, person): number for person, number in released.items()})

    def of(self, tenant: UUID, persons: Iterable[UUID]) -> tuple[int, ...]:
        """Releases of each of these persons, ever."""
        with self._lock:
            return tuple([self._sums[tenant, person] for person in persons])

    def totals(self) -> tuple[int, int]:
        """(releases, persons) over all tenants; units of no person count as releases only."""
        with self._lock:
            return self._sums.total(), sum(1 for _, person in self._sums if person != NO_PERSON)

    def close(self) -> None:
        """Wait for a running write and close."""
        with self._lock:
            os.close(self._file)


def _record(tenant: UUID, entry: UUID, purpose: str, released: Counter[UUID]) -> bytes:
    body = tenant.bytes + entry.bytes + pack_text(purpose)
    body += pack_uuids(list(released)) + pack_numbers("Q", list(released.values()))
    return _HEAD.pack(len(body), zlib.crc32(body)) + body


def _read(content: bytes) -> tuple[Counter[_Key], int]:
    """The sums, and how many bytes are whole records."""
    sums: Counter[_Key] = Counter()
    at = 0
    while at < len(content):
        if at + _HEAD.size > len(content):
            break
        length, check = _HEAD.unpack_from(content, at)
        end = at + _HEAD.size + length
        body = content[at + _HEAD.size : end]
        if zlib.crc32(body) != check or end > len(content):
            if end >= len(content):
                break  # the last record, not written whole
            raise HostProblem("keys.counters-damaged", at=at)
        _add(sums, body, at)
        at = end
    return sums, at


def _add(sums: Counter[_Key], body: bytes, at: int) -> None:
    try:
        reader = Reader(body)
        tenant, _, _ = reader.uuid(), reader.uuid(), reader.text()
        persons, numbers = reader.uuids(), reader.numbers("Q")
        reader.end()
    except BadInput:
        raise HostProblem("keys.counters-damaged", at=at) from None
    for person, number in zip(persons, numbers, strict=True):
        sums[tenant, person] += number


def _replace_by_sums(path: Path, sums: Counter[_Key]) -> None:
    fresh = path.with_suffix(".new")
    tenants: dict[UUID, Counter[UUID]] = {}
    for (tenant, person), number in sums.items():
        tenants.setdefault(tenant, Counter())[person] = number
    with fresh.open("wb") as file:
        for tenant, released in tenants.items():
            rows = list(released.items())
            for start in range(0, len(rows), MOST_ITEMS):
                file.write(_record(tenant, _NO_ENTRY, "", Counter(dict(rows[start : start + MOST_ITEMS]))))
        file.flush()
        os.fsync(file.fileno())
    os.link(path, path.with_name(f"{path.stem}-{sums.total()}{path.suffix}"))
    fresh.replace(path)
