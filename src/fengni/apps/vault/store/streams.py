"""Streams: documents that are not looked into, because they are too large or no picture. Never whole in memory.

    beginning     the first bytes of an upload, to tell what it is
    reseal        the pieces as they came, one after the other, become pieces under the final head
    largest       how many bytes the house takes in as one document
    stored, put, replace, positions    one sealed piece out of the database and into it, and where they stand

Rules: at most two pieces are in memory. All of it runs in the act's transaction: a crash at any point leaves the
upload as it was, with every piece it had, and the last piece sent again finishes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, LiteralString
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection

from fengni.apps.vault.models import Material
from fengni.core.errors import SealRefused, UnreadableFile
from fengni.core.pictures.kinds import BEGINNING
from fengni.core.vault.envelope import Binding, open_
from fengni.core.vault.pieces import PIECE, SealedPlace
from fengni.core.vault.unit_key import UnitKey

if TYPE_CHECKING:
    from hashlib import _Hash

ON_ITS_WAY: Final = "material_upload"


def largest() -> int:
    """Bytes (`settings.FENGNI_LARGEST_DOCUMENT`, in MiB)."""
    return int(settings.FENGNI_LARGEST_DOCUMENT) << 20


def check_size(size: int) -> None:
    """Raise UnreadableFile for nothing at all and for more than the house takes in as one document."""
    if size <= 0:
        raise UnreadableFile("pictures.empty")
    if size > largest():
        raise UnreadableFile("vault.document-too-large", most=largest() >> 20)


def way(row: Material, position: int) -> Binding:
    """Where a piece belongs while its upload is on its way; `position` is its offset in bytes."""
    return Binding(row.tenant_id, row.unit_id, row.id, ON_ITS_WAY, position)


def beginning(key: UnitKey, row: Material) -> bytes:
    """The first bytes of an upload: BEGINNING of them, or all where it is shorter."""
    begin = b""
    while len(begin) < min(BEGINNING, row.size):
        begin += _piece(key, row, len(begin), take=False)
    return begin[:BEGINNING]


def joined(key: UnitKey, row: Material) -> bytes:
    """A whole upload: for what is decoded, whose size was checked."""
    content = bytearray()
    while len(content) < row.size:
        content += _piece(key, row, len(content), take=False)
    return bytes(content)


def reseal(key: UnitKey, row: Material, sums: Sequence[_Hash]) -> None:
    """Put final pieces in place of those that came; `sums` are hashes that take every byte. Raises SealRefused.

    A final piece stands at its number, one that came at its offset: what is not read yet lies behind every number.
    """
    place, held, position = SealedPlace(key, row.tenant_id, row.id), bytearray(), 0
    for part in _taken(key, row):
        for one in sums:
            one.update(part)
        held += part
        while len(held) >= PIECE:
            put(row, position, place.seal_piece(position, bytes(held[:PIECE])))
            del held[:PIECE]
            position += 1
    if held:
        put(row, position, place.seal_piece(position, bytes(held)))


def _taken(key: UnitKey, row: Material) -> Iterator[bytes]:
    at = 0
    while at < row.size:
        part = _piece(key, row, at, take=True)
        at += len(part)
        yield part


def _piece(key: UnitKey, row: Material, offset: int, *, take: bool) -> bytes:
    if take:
        taken: LiteralString = "DELETE FROM vault_piece WHERE material_id = %b AND position = %b RETURNING sealed"
        sealed = _fetch(taken, row.id, offset)
    else:
        sealed = stored(row.id, offset)
    return open_(key, way(row, offset), sealed)


def stored(material_id: UUID, position: int) -> bytes:
    """A piece as it lies in the database. Raises SealRefused when it is not there."""
    return _fetch("SELECT sealed FROM vault_piece WHERE material_id = %b AND position = %b", material_id, position)


def positions(material_id: UUID) -> list[int]:
    """Where the pieces of a document stand, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM vault_piece WHERE material_id = %s ORDER BY position", [material_id])
        return [position for (position,) in cursor]


def put(row: Material, position: int, sealed: bytes) -> None:
    """Store a piece."""
    values = (row.tenant_id, row.id, position, sealed)
    with _cursor() as cursor:
        cursor.execute(
            "INSERT INTO vault_piece (tenant_id, material_id, position, sealed) VALUES (%b, %b, %b, %b)", values
        )


def replace(row: Material, position: int, sealed: bytes) -> None:
    """Store a piece in the place of one that is there."""
    with _cursor() as cursor:
        cursor.execute(
            "UPDATE vault_piece SET sealed = %b WHERE material_id = %b AND position = %b", (sealed, row.id, position)
        )


def _fetch(statement: LiteralString, material_id: UUID, position: int) -> bytes:
    with _cursor() as cursor:
        found = cursor.execute(statement, (material_id, position), binary=True).fetchone()
    if found is None:
        raise SealRefused
    return bytes(found[0])


def _cursor() -> psycopg.Cursor[tuple[Any, ...]]:
    """A cursor that sends and takes bytes as they are: Django's own writes them into the statement, two digits each."""
    return psycopg.Cursor(connection.connection)
