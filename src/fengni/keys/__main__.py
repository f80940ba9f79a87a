"""`python -m fengni.keys`: the key process. `python -m fengni.keys create`: a root key file.

    --socket PATH          where to listen; the folder must be closed to others
    --root FILE            the root key file
    --state DIR            counters and signed heads: belongs into every backup, apart from the database's
    --passphrase-fd N      read the passphrase from this descriptor; without it the process starts locked

Passphrases never stand in arguments or the environment, where other processes could read them. A demo root opens
itself. SIGTERM and SIGINT end the process after running writes.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from fengni.core.errors import FengniError, HostProblem, KeysUnavailable
from fengni.definitions import text
from fengni.keys import roots
from fengni.keys.custody import Custody
from fengni.keys.hardening import harden
from fengni.keys.server import Server, listen


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a signal. Exit codes: 0 ended by a signal, 1 a sentence on stderr says why not."""
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        if given[:1] == ["create"]:
            _create(given[1:])
        else:
            _run(given)
    except FengniError as error:
        for lang in ("zh", "en"):
            print(text(error.code, lang, **error.params), file=sys.stderr)
        return 1
    return 0


def _run(given: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m fengni.keys")
    for name in ("--socket", "--root", "--state"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--passphrase-fd", type=int)
    options = parser.parse_args(given)
    locked_memory = harden()
    os.umask(0o077)
    _hold(options.state)
    root_file = roots.read(options.root)
    custody = Custody(root_file, options.state, locked_memory=locked_memory)
    if options.passphrase_fd is not None:
        custody.unlock(_passphrase(options.passphrase_fd))
    elif root_file.demo:
        try:
            custody.unlock(roots.DEMO_PASSPHRASE)
        except KeysUnavailable:
            print("keys: locked", file=sys.stderr)  # a demo root under a passphrase of its own
    listener = listen(options.socket)
    server = Server(listener, custody)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    try:
        server.serve()
    finally:
        options.socket.unlink(missing_ok=True)
        custody.close()


def _hold(state: Path) -> None:
    """One key process per state folder; the lock goes with the process, however it ends."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise HostProblem("keys.state-in-use") from None


def _create(given: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m fengni.keys create")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--passphrase-fd", type=int)
    options = parser.parse_args(given)
    if options.passphrase_fd is None and not options.demo:
        parser.error("--passphrase-fd or --demo")
    passphrase = roots.DEMO_PASSPHRASE if options.passphrase_fd is None else _passphrase(options.passphrase_fd)
    print(roots.create(options.root, passphrase=passphrase, demo=options.demo).fingerprint())


def _passphrase(descriptor: int) -> str:
    with os.fdopen(descriptor, "rb") as file:
        try:
            return file.read(65_536).decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise KeysUnavailable("vault.root-not-opened") from None


if __name__ == "__main__":
    sys.exit(main())
