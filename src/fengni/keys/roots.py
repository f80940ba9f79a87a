"""The root key file on disk.

    real root    core.vault.root_file under the owner's passphrase
    demo root    "FNGDEMO1" and then the same, under a passphrase that everybody knows

Rules: a file is never overwritten. The demo mark goes into what the passphrase is stretched from, so a demo file with
its mark cut off does not open: demo keys cannot be passed off as real ones.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fengni.core.errors import HostProblem
from fengni.core.vault.keyring import Root
from fengni.core.vault.root_file import SHORTEST_PASSPHRASE, Cost, create_root_file, open_root_file

DEMO_PASSPHRASE: Final = "fengni demo keys protect nothing"  # noqa: S105  # known to everybody, on purpose
_DEMO_MAGIC: Final = b"FNGDEMO1"
_CHEAP: Final = Cost(passes=1, memory_kib=1024, lanes=1)  # a passphrase that everybody knows needs no stretching


@dataclass(frozen=True, slots=True)
class RootFile:
    """A root key file as read: still closed."""

    demo: bool
    sealed: bytes

    def open(self, passphrase: str) -> Root:
        """The root. Raises KeysUnavailable ("vault.root-not-opened") or BadInput; see core.vault.root_file."""
        return open_root_file(self.sealed, passphrase=_bound(passphrase, demo=self.demo))


def create(path: Path, *, passphrase: str, demo: bool, root: Root | None = None, cost: Cost | None = None) -> Root:
    """Make a root key file, mode 0600, on disk before this returns; its root is returned for the recovery sheet.

    `root` is given when a lost file is made again from its sheet. Raises BadInput for a short passphrase, HostProblem
    ("keys.root-exists") when something lies there already.
    """
    made = root or Root.generate()
    costs = cost or (_CHEAP if demo else Cost())
    sealed = create_root_file(made, passphrase=_bound(passphrase, demo=demo), cost=costs)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise HostProblem("keys.root-exists") from None
    with os.fdopen(handle, "wb") as file:
        file.write((_DEMO_MAGIC if demo else b"") + sealed)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
    return made


def read(path: Path) -> RootFile:
    """The closed root key file. Raises HostProblem ("keys.root-missing")."""
    try:
        content = path.read_bytes()
    except OSError:
        raise HostProblem("keys.root-missing") from None
    demo = content.startswith(_DEMO_MAGIC)
    return RootFile(demo, content[len(_DEMO_MAGIC) :] if demo else content)


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to disk: a new or renamed file is there after a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _bound(passphrase: str, *, demo: bool) -> str:
    if not demo or len(passphrase.strip()) < SHORTEST_PASSPHRASE:  # a short one is refused by its own length
        return passphrase
    return f"{_DEMO_MAGIC.decode()} {passphrase}"
