"""What is staged of a folder of scans: pieces as they come, then the document as it will lie. Parts of acts.

Rules: the folder's key opens them and dies with it. A piece is bound to folder, scan and offset, and what came to what
was made of it by another class, so neither stands for the other; pieces left off are noticed by the length. The moment
all of a file is here it loses what it carried unseen, and what it came in goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import connection

from fengni.apps.acts.acting import acting
from fengni.apps.imports import sealing
from fengni.apps.imports.models import Folder, Scan, ScanPiece
from fengni.core.errors import BadInput, SealRefused
from fengni.core.pictures.strip import Stripped
from fengni.core.vault.envelope import OVERHEAD, Binding, open_, seal
from fengni.core.vault.pieces import PIECE
from fengni.core.vault.unit_key import UnitKey

_ON_ITS_WAY: Final = "scan_upload"
_LAID: Final = "scan"


def key_of(folder: Folder) -> UnitKey:
    """The folder's key, released under the running act. Raises BadInput when it is dead."""
    return sealing.open_key(folder, acting().entry_id)


def received(scans: Collection[UUID]) -> dict[UUID, int]:
    """How many bytes of each scan are here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scan_id, sum(octet_length(sealed) - %s)::bigint FROM imports_scan_piece WHERE scan_id = ANY(%s) "
            "GROUP BY scan_id",
            [OVERHEAD, list(scans)],
        )
        return dict(cursor.fetchall())


def put(key: UnitKey, scan: Scan, position: int, content: bytes) -> int:
    """Seal the bytes from offset `position` on; those that are here are passed over. Returns how many are here now.

    Raises BadInput when bytes before `position` are missing, or for more than was announced.
    """
    there = received([scan.id]).get(scan.id, 0)
    if not 0 <= position <= there:
        raise BadInput("vault.upload-gap", received=there)
    fresh = content[there - position :]
    if there + len(fresh) > scan.size:
        raise BadInput("vault.upload-too-long", size=scan.size)
    _write(key, scan, _ON_ITS_WAY, there, fresh)
    return there + len(fresh)


def whole(key: UnitKey, scan: Scan) -> tuple[bytes, str]:
    """The file as it came, and its SHA-256 in hex."""
    content = _read(key, scan, _ON_ITS_WAY, scan.size)
    return content, hashlib.sha256(content).hexdigest()


def replace(key: UnitKey, scan: Scan, plain: Stripped) -> None:
    """Put the document in the place of what it came in; the caller saves `scan`."""
    clear([scan.id])
    _write(key, scan, _LAID, 0, plain.content)
    scan.laid, scan.media_type, scan.pages = len(plain.content), plain.media_type, plain.pages
    scan.removed = ".".join(plain.removed)


def document(key: UnitKey, scan: Scan) -> Stripped:
    """The staged document. Raises SealRefused when a piece is missing, moved or changed."""
    removed = tuple(scan.removed.split(".")) if scan.removed else ()
    return Stripped(scan.media_type, _read(key, scan, _LAID, scan.laid), scan.pages, removed)


def clear(scans: Collection[UUID]) -> None:
    """Delete what is staged of some scans."""
    ScanPiece.objects.filter(scan_id__in=list(scans)).delete()


def _write(key: UnitKey, scan: Scan, class_: str, begin: int, content: bytes) -> None:
    ScanPiece.objects.bulk_create(
        [
            ScanPiece(
                tenant_id=scan.tenant_id, scan_id=scan.id, position=begin + at,
                sealed=seal(key, _place(scan, class_, begin + at), content[at : at + PIECE]),
            )
            for at in range(0, len(content), PIECE)
        ],
        batch_size=8,
    )  # fmt: skip


def _read(key: UnitKey, scan: Scan, class_: str, size: int) -> bytes:
    pieces = ScanPiece.objects.filter(scan_id=scan.id).order_by("position").values_list("position", "sealed")
    content = b"".join(open_(key, _place(scan, class_, position), bytes(sealed)) for position, sealed in pieces)
    if len(content) != size:
        raise SealRefused
    return content


def _place(scan: Scan, class_: str, position: int) -> Binding:
    return Binding(scan.tenant_id, scan.folder_id, scan.id, class_, position)
