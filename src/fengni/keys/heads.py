"""The tree head signed last for each tenant, one small file each, outside the database.

Rules: a head is on disk (written aside, fsync, rename, fsync of the folder) before its signature leaves. So whoever
restores an older database, or writes another history, cannot get it signed: the key process remembers further.
Limit: whoever also puts back an older state folder takes this memory away; heads kept by other people then tell.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from uuid import UUID

from fengni.core.errors import HostProblem, VerificationFailed
from fengni.core.ledger.checkpoint import Checkpoint, parse_signable, signable_bytes
from fengni.keys.roots import sync_folder


class Heads:
    """The heads of one root. The caller holds `lock` from `last` to `keep`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self.lock = threading.Lock()
        self._known = {UUID(path.name): _read(path) for path in folder.iterdir() if not path.name.endswith(".new")}

    def last(self, tenant: UUID) -> Checkpoint | None:
        """The head signed last, or None."""
        return self._known.get(tenant)

    def keep(self, tenant: UUID, head: Checkpoint) -> None:
        """Remember a head; on disk when this returns."""
        if self._known.get(tenant) == head:
            return
        path = self._folder / tenant.hex
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(signable_bytes(head))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(self._folder)
        self._known[tenant] = head

    def __len__(self) -> int:
        return len(self._known)


def _read(path: Path) -> Checkpoint:
    try:
        return parse_signable(path.read_bytes())
    except VerificationFailed:
        raise HostProblem("keys.heads-damaged") from None
