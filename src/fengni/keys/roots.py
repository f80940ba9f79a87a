"""The root key file on disk.

    real root    core.vault.root_file under the owner's passphrase, or core.vault.wrapped_root under a custodian's key
    demo root    "FNGDEMO1" and then the first, under a passphrase that everybody knows

Rules: a file is never overwritten; moving.py puts another in its place. The demo mark goes into what the passphrase is
stretched from, so a demo file with its mark cut off does not open: demo keys cannot be passed off as real ones.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from fengni.core.errors import HostProblem
from fengni.core.vault import wrapped_root
from fengni.core.vault.keyring import Root
from fengni.core.vault.root_file import SHORTEST_PASSPHRASE, Cost, create_root_file, open_root_file
from fengni.keys import hsm, openbao

Custodian = Literal["file", "openbao", "pkcs11"]

DEMO_PASSPHRASE: Final = "fengni demo keys protect nothing"  # noqa: S105  # known to everybody, on purpose
_DEMO_MAGIC: Final = b"FNGDEMO1"
_CHEAP: Final = Cost(passes=1, memory_kib=1024, lanes=1)  # a passphrase that everybody knows needs no stretching


@dataclass(frozen=True, slots=True)
class RootFile:
    """A root key file as read: still closed."""

    demo: bool
    sealed: bytes

    @property
    def wrapped(self) -> wrapped_root.WrappedRoot | None:
        """What another custodian wrapped, or None under a passphrase. Raises BadInput for bytes that are neither."""
        return wrapped_root.read(self.sealed) if wrapped_root.is_wrapped(self.sealed) and not self.demo else None

    @property
    def custodian(self) -> Custodian:
        """Who keeps the key that the root is under."""
        return self.wrapped.custodian if self.wrapped else "file"

    @property
    def asks(self) -> bool:
        """Whether it takes a passphrase or PIN of somebody to open it."""
        return not self.demo and self.custodian != "openbao"

    def open(self, secret: str) -> Root:
        """The root, by a passphrase or PIN; a server's key needs neither. Raises KeysUnavailable
        ("vault.root-not-opened" or what openbao.unwrap and hsm.unwrap name), BadInput, HostProblem."""
        one = self.wrapped
        if one is None:
            return open_root_file(self.sealed, passphrase=_bound(secret, demo=self.demo))
        return openbao.unwrap(one) if one.custodian == "openbao" else hsm.unwrap(one, secret)

    def probe(self) -> None:
        """Whether the custodian answers; opens nothing and tries no secret. Raises as `open` does."""
        one = self.wrapped
        if one is not None:
            (openbao if one.custodian == "openbao" else hsm).probe(one)


def create(path: Path, *, passphrase: str, demo: bool, root: Root | None = None, cost: Cost | None = None) -> Root:
    """Make a root key file, mode 0600, on disk before this returns; its root is returned for the recovery sheet.

    `root` is given when a lost file is made again from its sheet. Raises BadInput for a short passphrase, HostProblem
    ("keys.root-exists") when something lies there already.
    """
    made = root or Root.generate()
    costs = cost or (_CHEAP if demo else Cost())
    sealed = create_root_file(made, passphrase=_bound(passphrase, demo=demo), cost=costs)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(path, (_DEMO_MAGIC if demo else b"") + sealed)
    return made


def write_new(path: Path, content: bytes) -> None:
    """A private file, whole and on disk. Raises HostProblem ("keys.root-exists")."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise HostProblem("keys.root-exists") from None
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


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
