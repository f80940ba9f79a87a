"""A real key process of a test's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from fengni.apps.common.custodian import Custodian
from fengni.core.errors import KeysUnavailable
from fengni.core.vault.custody.answers import State
from fengni.core.vault.root_file import Cost
from fengni.keys import roots

PASSPHRASE = "twelve fictitious words"
CHEAP = Cost(passes=1, memory_kib=64, lanes=1)


class KeyProcess:
    """Root file, state and socket in one folder; may be killed and started again."""

    def __init__(self, folder: Path, *, demo: bool = True) -> None:
        folder.chmod(0o700)
        self.root, self.state, self.socket = folder / "root.key", folder / "state", folder / "keys.sock"
        self.log = folder / "keys.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.passphrase = roots.DEMO_PASSPHRASE if demo else PASSPHRASE
        roots.create(self.root, passphrase=self.passphrase, demo=demo, cost=CHEAP)
        self.custodian = Custodian(str(self.socket))

    def spawn(self, *more: str, passphrase: str | None = None) -> subprocess.Popen[bytes]:
        """Start a process; it may refuse."""
        command = [sys.executable, "-m", "fengni.keys", "--socket", self.socket, "--root", self.root]
        command += ["--state", self.state, *more]
        reader = -1
        if passphrase is not None:
            reader, writer = os.pipe()
            os.write(writer, passphrase.encode() + b"\n")
            os.close(writer)
            command += ["--passphrase-fd", str(reader)]
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, stderr=log, pass_fds=[reader] if reader >= 0 else [])
        if reader >= 0:
            os.close(reader)
        return process

    def start(self, *, passphrase: str | None = None) -> State:
        """Start and wait for the first answer."""
        self.process = self.spawn(passphrase=passphrase)
        end = time.monotonic() + 30
        while True:
            try:
                return self.custodian.status()
            except KeysUnavailable:
                assert self.process.poll() is None, self.log.read_text()
                assert time.monotonic() < end
                time.sleep(0.02)

    def end(self, number: signal.Signals) -> int:
        """End it by a signal; its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(30)
        self.process = None
        return code

    def close(self) -> None:
        """Whatever the test left."""
        self.custodian.forget_connections()
        if self.process is not None:
            self.end(signal.SIGKILL)
