"""`python -m fengni.keys`: the key process. `python -m fengni.keys create`: a root key file.

    --socket PATH          where to listen; the folder must be closed to others
    --root FILE            the root key file
    --state DIR            counters and signed heads: belongs into every backup, apart from the database's
    --passphrase-fd N      read the passphrase or PIN from this descriptor; without it the process starts locked

Passphrases never stand in arguments or the environment, where other processes could read them. A demo root opens
itself, and one under a server's key too. Where the server or token does not answer, the process starts locked, says
why, and tries again by itself; a PIN that was wrong is never tried again. SIGTERM and SIGINT end the process after
running writes.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fengni.core.errors import FengniError, HostProblem, KeysUnavailable
from fengni.definitions import text
from fengni.keys import roots
from fengni.keys.custody import Custody
from fengni.keys.hardening import harden
from fengni.keys.server import Server, listen

_FINAL: Final = frozenset({"keys.pkcs11-pin", "keys.pkcs11-pin-locked"})  # another try could close the token for good
_BETWEEN_TRIES: Final = 3.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a signal. Exit codes: 0 ended by a signal, 1 a sentence on stderr says why not."""
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        if given[:1] == ["create"]:
            _create(given[1:])
        else:
            _run(given)
    except FengniError as error:
        _say(error)
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
        _unlock(custody, root_file, _passphrase(options.passphrase_fd))
    elif root_file.demo:
        try:
            custody.unlock(roots.DEMO_PASSPHRASE)
        except KeysUnavailable:
            print("keys: locked", file=sys.stderr)  # a demo root under a passphrase of its own
    elif not root_file.asks:
        _unlock(custody, root_file, "")
    listener = listen(options.socket)
    server = Server(listener, custody)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    try:
        server.serve()
    finally:
        options.socket.unlink(missing_ok=True)
        custody.close()


def _unlock(custody: Custody, root_file: roots.RootFile, secret: str) -> None:
    """Open the root; where its custodian does not let us now, stay locked and go on trying beside the answers."""
    try:
        custody.unlock(secret)
    except KeysUnavailable as trouble:
        if root_file.custodian == "file":
            raise
        _say(trouble)
        custody.trouble = trouble
        if trouble.code not in _FINAL:
            threading.Thread(target=_unlock_later, args=(custody, secret), daemon=True).start()


def _unlock_later(custody: Custody, secret: str) -> None:
    while custody.trouble.code not in _FINAL:
        time.sleep(_BETWEEN_TRIES)
        try:
            custody.unlock(secret)
        except FengniError as trouble:
            if trouble.code != custody.trouble.code:
                _say(trouble)
            custody.trouble = trouble
        else:
            return


def _say(error: FengniError) -> None:
    for lang in ("zh", "en"):
        print(text(error.code, lang, **error.params), file=sys.stderr, flush=True)


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
