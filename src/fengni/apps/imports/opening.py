"""Which files of a folder have to be sent: what was announced, what is here, what the house holds. Parts of acts.

Rules: files are told apart by a keyed tag of their SHA-256, so that the table tells nobody which document is there. A
document of somebody else's client is not told: to this reader the file is new. What systems leave lying about in
folders is passed over. A sender without digests begins anew; then the tag is computed when all of a file has come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fengni.apps.acts.acting import acting
from fengni.apps.common import display
from fengni.apps.common.identifiers import uuid7s
from fengni.apps.imports import staging
from fengni.apps.imports.models import Folder, Scan
from fengni.apps.imports.queries.folders import path_of
from fengni.apps.vault.store import materials
from fengni.apps.vault.store.house import house
from fengni.core.errors import BadInput, UnreadableFile
from fengni.core.intake.scans import LONGEST_PATH, is_noise
from fengni.core.pictures.kinds import check_size

MOST_FILES: Final = 2000


@dataclass(frozen=True, slots=True)
class Announced:
    """A file about to be sent. `sha256` in hex, empty where the sender cannot compute it."""

    path: str
    size: int
    sha256: str = ""


def check(files: Sequence[Announced]) -> None:
    """Raise BadInput for a folder without a file, or with more than are taken at once."""
    real = sum(not is_noise(one.path) for one in files)
    if not real:
        raise BadInput("imports.folder-empty")
    if real > MOST_FILES:
        raise BadInput("imports.folder-too-many", most=MOST_FILES, n=real)


def place_tag(place: str) -> bytes:
    """The keyed tag of where a folder lies, for the running act's actor."""
    digest = hashlib.sha256(acting().actor.id.bytes + place.encode()).hexdigest()
    (tag,) = materials.sources(house(), [digest])
    return tag


def announce(folder: Folder, files: Sequence[Announced], clients: Collection[UUID] | None) -> int:
    """Make scans of new files; what was announced before and never came whole is forgotten. Returns how many."""
    given = [one for one in files if not is_noise(one.path)]
    told = iter(materials.sources(house(), [one.sha256 for one in given if one.sha256]))
    sourced = [(one, next(told) if one.sha256 else None) for one in given]
    rows = list(Scan.objects.select_for_update().filter(folder_id=folder.id).order_by("number"))
    there, refused = dict[tuple[str, bytes], Scan](), set[tuple[str, int]]()
    for path, row in zip(path_of(folder, rows), rows, strict=True):
        if row.source:
            there[path, bytes(row.source)] = row
        elif row.state == Scan.State.REFUSED:
            refused.add((path, row.size))
    fresh, again = list[tuple[Announced, bytes | None]](), set[UUID]()
    for one, tag in sourced:
        path = one.path[-LONGEST_PATH:]
        if tag and (path, tag) in there:
            again.add(there[path, tag].id)
        elif tag or (path, one.size) not in refused:
            fresh.append((one, tag))
    _forget([row for row in rows if row.state == Scan.State.WAITING and row.id not in again])
    made = _make(folder, fresh, begin=max([row.number for row in rows], default=0) + 1)
    held = Scan.objects.filter(id__in=again, state=Scan.State.HELD)
    held.update(state=Scan.State.WAITING, twin_id=None)  # looked for anew: an import that brought it may be undone
    waiting = list(Scan.objects.filter(folder_id=folder.id, state=Scan.State.WAITING).order_by("number"))
    known_already(folder, waiting, clients)
    Scan.objects.bulk_update(waiting, ["state", "twin_id"], batch_size=500)
    return made


def _forget(rows: Sequence[Scan]) -> None:
    """Drop scans that never came whole. What stood back as their twin has to come itself now."""
    gone = [row.id for row in rows]
    Scan.objects.filter(twin_id__in=gone, state=Scan.State.TWIN).update(state=Scan.State.WAITING, twin_id=None)
    staging.clear(gone)
    Scan.objects.filter(id__in=gone).delete()


def _make(folder: Folder, fresh: Sequence[tuple[Announced, bytes | None]], *, begin: int) -> int:
    ids = uuid7s(len(fresh))
    paths = [one.path[-LONGEST_PATH:] for one, _ in fresh]
    key = display.sealing(folder.tenant_id)
    sealed = key.seal_masks([(id_, 0, {"path": path}) for id_, path in zip(ids, paths, strict=True)])
    rows = []
    for number, (id_, path, (one, tag)) in enumerate(zip(ids, sealed, fresh, strict=True), begin):
        row = Scan(
            tenant_id=folder.tenant_id, id=id_, folder_id=folder.id, number=number, path=path, size=one.size, source=tag
        )
        try:
            check_size(one.size)
        except UnreadableFile as refused:
            row.state, row.code, row.params = Scan.State.REFUSED, refused.code, dict(refused.params)
        rows.append(row)
    Scan.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def known_already(folder: Folder, scans: Sequence[Scan], clients: Collection[UUID] | None) -> bool:
    """Mark those scans whose file lies in this folder before them, or in the house. Returns whether any does.

    The caller saves them.
    """
    tags = [bytes(one.source) for one in scans if one.source]
    others = Scan.objects.filter(folder_id=folder.id, source__in=tags).exclude(state=Scan.State.TWIN).order_by("number")
    first: dict[bytes, UUID] = {}
    for tag, id_ in others.values_list("source", "id"):
        first.setdefault(bytes(tag or b""), id_)
    held = materials.held(tags, clients)
    for one in scans:
        tag = bytes(one.source or b"")
        if tag in held:
            one.state, one.twin_id = Scan.State.HELD, held[tag]
        elif tag and first.setdefault(tag, one.id) != one.id:
            one.state, one.twin_id = Scan.State.TWIN, first[tag]
    return any(one.state in (Scan.State.HELD, Scan.State.TWIN) for one in scans)
