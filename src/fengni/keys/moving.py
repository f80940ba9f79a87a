"""The same root given to another custodian: another root file put in the place of the one that is there.

Rules: the running key process goes on with the root that it has; it meets the new file when it starts anew. One file
that opens lies at the place at every moment:

    the process or machine ends           what is left
    while the new file is written         the old file, and beside it `root.key.new`, removed by the next move
    after it was tried                    the same
    after the old one got its second name the old file under two names; the older name can be deleted
    after the rename                      the new file; the old one under its second name, or gone if it is not kept
"""

from __future__ import annotations

import fcntl
import hmac
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from fengni.core.errors import BadInput, HostProblem, KeysUnavailable
from fengni.core.vault import wrapped_root
from fengni.core.vault.keyring import Root
from fengni.core.vault.root_file import Cost, create_root_file
from fengni.keys import hsm, openbao
from fengni.keys.roots import Custodian, RootFile, read, sync_folder, write_new


def sealed_by(root: Root, custodian: Custodian, settings: Mapping[str, str], *, secret: str) -> bytes:
    """The root as this custodian seals it: the bytes of a root file. Raises as the custodian does."""
    if custodian == "file":
        return create_root_file(root, passphrase=secret, cost=Cost())
    if custodian == "openbao":
        return wrapped_root.pack(openbao.wrap(root, settings))
    return wrapped_root.pack(hsm.wrap(root, settings, secret))


def move(path: Path, *, old: RootFile, root: Root, sealed: bytes, secret: str, keep: bool) -> Path | None:
    """Put `sealed` in the place of `old`, whose root is `root`, once it was read back and opened with `secret`.

    Returns where the old file is kept, or None: then its bytes are overwritten, as far as the disk lets anybody do so.
    Raises BadInput ("keys.demo-stays") for a demo root, HostProblem ("keys.root-changed") when the file is no longer
    `old` or somebody else moves it, KeysUnavailable when the new custodian does not give the root back.
    """
    if old.demo:
        raise BadInput("keys.demo-stays")
    with _alone(path.parent):
        new = path.with_name(f"{path.name}.new")
        new.unlink(missing_ok=True)  # of a move that was cut off
        with path.open("r+b") as there:
            if there.read() != old.sealed:
                raise HostProblem("keys.root-changed")
            write_new(new, sealed)
            try:
                _gives_back(read(new), secret, root)
            except BaseException:
                new.unlink()
                raise
            kept = _second_name(path, old) if keep else None
            new.replace(path)
            sync_folder(path.parent)
            if kept is None:
                there.seek(0)
                there.write(os.urandom(len(old.sealed)))
                there.flush()
                os.fsync(there.fileno())
    return kept


def _gives_back(made: RootFile, secret: str, root: Root) -> None:
    if not hmac.compare_digest(made.open(secret).export(), root.export()):
        raise KeysUnavailable("vault.root-not-opened")


def _second_name(path: Path, old: RootFile) -> Path:
    kept = path.with_name(f"{path.name}.{old.custodian}-{time.strftime('%Y%m%d-%H%M%S')}")
    try:
        kept.hardlink_to(path)
    except FileExistsError:
        raise HostProblem("keys.root-exists") from None
    sync_folder(path.parent)
    return kept


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One move at a time in a folder; the lock goes with the process."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise HostProblem("keys.root-changed") from None
    finally:
        os.close(handle)
