"""Which wrapping epochs of a tenant live, and their seeds: one small file each, outside the database and its backups.

    <tenant>-<epoch>           a living epoch: its seed, 32 random bytes, sealed under a key of (root, tenant, epoch)
    <tenant>-<epoch>.ending    about to end: counts as ended, its bytes are still to be overwritten
    <tenant>-<epoch>.ended     over, and empty

Rules: a seed is on disk (written aside, fsync, rename, fsync of the folder) before anything is wrapped under its
epoch. Ending renames the file first, so that a crash at any later point leaves an ended epoch; the next start
overwrites what is left. Epoch 1 lives without a file and without a seed until it is ended: whoever holds the root can
derive it, so only what was wrapped under a later epoch dies with its seed. A file that does not open refuses the
start: a seed forgotten is a tenant lost.
"""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path
from typing import Final
from uuid import UUID

from fengni.core.errors import BadInput, HostProblem, SealRefused
from fengni.core.vault.keyring import Root
from fengni.core.vault.suites import Aead, Suite, aead, label, open_, seal
from fengni.keys.roots import sync_folder

FIRST: Final = 1
_LAST: Final = (1 << 16) - 1
_SEED_SIZE: Final = 32
ENDED: Final = ".ended"
_ENDING: Final = ".ending"
_NAME: Final = re.compile(r"([0-9a-f]{32})-([1-9][0-9]{0,4})(\.ending|\.ended)?")


class Epochs:
    """The epochs of one root. Thread-safe."""

    def __init__(self, folder: Path, root: Root) -> None:
        """Read the folder, and finish what a crash left. Raises HostProblem ("keys.epochs-damaged")."""
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder, self._root = folder, root
        self._lock = threading.Lock()
        self._seeds: dict[tuple[UUID, int], bytes] = {}
        self._ended: set[tuple[UUID, int]] = set()
        for path in sorted(folder.iterdir()):
            self._read(path)

    def living(self, tenant: UUID) -> tuple[int, ...]:
        """The tenant's epochs that open something, oldest first; the last one wraps what is new."""
        with self._lock:
            return self._living(tenant)

    def seed(self, tenant: UUID, epoch: int) -> bytes:
        """The seed of a living epoch, empty for the first one. Raises SealRefused for any other."""
        with self._lock:
            if epoch not in self._living(tenant):
                raise SealRefused
            return self._seeds.get((tenant, epoch), b"")

    def begin(self, tenant: UUID, epoch: int) -> None:
        """Begin the epoch after the newest; on disk when this returns. Nothing happens when it is the newest already.

        Raises BadInput ("keys.epoch-not-next") for any other.
        """
        with self._lock:
            newest = self._living(tenant)[-1]
            if epoch == newest:
                return
            if epoch != newest + 1 or epoch > _LAST:
                raise BadInput("keys.epoch-not-next", newest=newest)
            seed = os.urandom(_SEED_SIZE)
            path = self._path(tenant, epoch)
            fresh = path.with_suffix(".new")
            with fresh.open("wb") as file:
                file.write(seal(self._cipher(tenant, epoch), seed, aad=b""))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
            sync_folder(self._folder)
            self._seeds[tenant, epoch] = seed

    def end(self, tenant: UUID, epoch: int) -> None:
        """End an epoch that is not the newest: its seed is overwritten and gone. Nothing happens when it is over.

        Raises BadInput ("keys.epoch-newest"): something has to wrap what is new.
        """
        with self._lock:
            living = self._living(tenant)
            if epoch not in living:
                return
            if epoch == living[-1]:
                raise BadInput("keys.epoch-newest")
            path = self._path(tenant, epoch)
            ending = path.with_suffix(_ENDING)
            if path.exists():
                path.replace(ending)
            else:
                ending.touch(mode=0o600)
            sync_folder(self._folder)
            self._seeds.pop((tenant, epoch), None)
            self._ended.add((tenant, epoch))
            _overwrite(ending)

    def _living(self, tenant: UUID) -> tuple[int, ...]:
        seeded = {epoch for owner, epoch in self._seeds if owner == tenant}
        first = set() if (tenant, FIRST) in self._ended else {FIRST}
        return tuple(sorted(seeded | first))

    def _read(self, path: Path) -> None:
        named = _NAME.fullmatch(path.name)
        if named is None:
            path.unlink()  # a file that was never whole
            return
        tenant, epoch = UUID(hex=named[1]), int(named[2])
        if named[3]:
            self._ended.add((tenant, epoch))
            if named[3] == _ENDING:
                _overwrite(path)
            return
        try:
            self._seeds[tenant, epoch] = open_(self._cipher(tenant, epoch), path.read_bytes(), aad=b"")
        except SealRefused:
            raise HostProblem("keys.epochs-damaged") from None

    def _cipher(self, tenant: UUID, epoch: int) -> Aead:
        secret = self._root.derive("epoch-seed", label(tenant.bytes, epoch.to_bytes(2, "big")))
        return aead(Suite.AES_256_GCM, secret)

    def _path(self, tenant: UUID, epoch: int) -> Path:
        return self._folder / f"{tenant.hex}-{epoch}"


def copies(folder: Path) -> dict[str, bytes]:
    """The files as they stand, sealed, by name: what a copy outside the box holds. An ended one is empty."""
    found = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        named = _NAME.fullmatch(path.name)
        if named is None:
            continue
        try:
            found[f"{named[1]}-{named[2]}{ENDED if named[3] else ''}"] = b"" if named[3] else path.read_bytes()
        except FileNotFoundError:  # it ends while we read
            return copies(folder)
    return found


def put(folder: Path, files: dict[str, bytes]) -> None:
    """Put copies into the key state of a restored installation, before its key process starts. What ended stays so."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        if not _NAME.fullmatch(name):
            raise HostProblem("keys.epochs-damaged")
        plain = folder / name.removesuffix(ENDED)
        if name.endswith(ENDED):
            plain.unlink(missing_ok=True)
            plain.with_suffix(ENDED).touch(mode=0o600)
        elif not plain.with_suffix(ENDED).exists():
            handle = os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
    sync_folder(folder)


def _overwrite(ending: Path) -> None:
    """Overwrite a seed where it lies, then cut the file to nothing and call it ended.

    Limit: a copy-on-write file system or a flash disk may keep the old block; docs/spec/key-process.md, section 6a.
    """
    with ending.open("r+b") as file:
        size = os.fstat(file.fileno()).st_size
        file.write(os.urandom(size))
        file.flush()
        os.fsync(file.fileno())
        file.truncate(0)
        os.fsync(file.fileno())
    ending.replace(ending.with_suffix(ENDED))
    sync_folder(ending.parent)
