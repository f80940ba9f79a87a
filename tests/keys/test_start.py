"""Starting, locking, ending: what the key process refuses and what it leaves behind."""

from __future__ import annotations

import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from fengni.core.errors import BadInput, HostProblem, KeysUnavailable
from fengni.core.vault.root_file import open_root_file, recovery_sheet, restore_root
from fengni.core.vault.suites import Suite
from fengni.keys import roots
from fengni.keys.server import listen
from tests.keys.running import CHEAP, PASSPHRASE, KeyProcess


def test_a_demo_root_opens_itself_and_says_that_it_is_one(keys: KeyProcess) -> None:
    state = keys.custodian.status()
    assert (state.demo, state.locked, len(state.fingerprint)) == (True, False, 16)


def test_a_real_root_stays_locked_until_its_passphrase_comes(real_keys: KeyProcess) -> None:
    state = real_keys.start()
    assert (state.demo, state.locked, state.fingerprint) == (False, True, "")
    with pytest.raises(KeysUnavailable, match=r"keys\.locked"):
        real_keys.custodian.display_key(uuid4())
    with pytest.raises(KeysUnavailable, match="root-not-opened"):
        real_keys.custodian.unlock("another fictitious phrase")
    assert real_keys.custodian.unlock(PASSPHRASE).locked is False
    assert real_keys.custodian.unlock("whatever is said afterwards").locked is False
    assert real_keys.custodian.new_units(uuid4(), Suite.AES_256_GCM, [uuid4()]).epoch == 1


def test_the_passphrase_may_come_from_a_descriptor(real_keys: KeyProcess) -> None:
    assert real_keys.start(passphrase=PASSPHRASE).locked is False
    assert real_keys.end(signal.SIGTERM) == 0
    assert real_keys.spawn(passphrase="wrong words, twice over").wait(30) == 1
    assert PASSPHRASE not in real_keys.log.read_text()


def test_sigterm_ends_cleanly_and_removes_the_socket(keys: KeyProcess) -> None:
    assert keys.end(signal.SIGTERM) == 0
    assert not keys.socket.exists()
    with pytest.raises(KeysUnavailable, match="not-answering"):
        keys.custodian.status()


def test_a_socket_left_by_a_killed_process_is_replaced(keys: KeyProcess) -> None:
    keys.end(signal.SIGKILL)
    assert keys.socket.exists()
    keys.start()
    assert stat.S_IMODE(keys.socket.stat().st_mode) == 0o600


def test_a_second_process_on_the_same_state_or_socket_refuses(keys: KeyProcess) -> None:
    assert keys.spawn().wait(30) == 1
    assert "state folder" in keys.log.read_text()
    with pytest.raises(HostProblem, match="socket-in-use"):
        listen(keys.socket)
    assert keys.custodian.status().locked is False


def test_a_folder_that_others_can_enter_and_a_path_too_long_are_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(HostProblem, match="folder-open"):
        listen(tmp_path / "keys.sock")
    with pytest.raises(HostProblem, match="socket-path-long"):
        listen(tmp_path / ("k" * 100) / "keys.sock")
    tmp_path.chmod(0o700)
    (tmp_path / "keys.sock").write_text("somebody's file")
    with pytest.raises(HostProblem, match="socket-in-use"):
        listen(tmp_path / "keys.sock")


def test_no_core_dump_and_no_debugger(keys: KeyProcess) -> None:
    assert keys.process is not None
    proc = Path("/proc", str(keys.process.pid))
    [line] = [line for line in (proc / "limits").read_text().splitlines() if line.startswith("Max core file size")]
    assert line.split()[4:6] == ["0", "0"]
    undumpable = subprocess.run(
        [sys.executable, "-c", "from fengni.keys.hardening import harden; import ctypes; harden(); "
         "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert undumpable.stdout.strip() == "0"


def test_a_root_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    made = roots.create(path, passphrase=PASSPHRASE, demo=False, cost=CHEAP)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(HostProblem, match="root-exists"):
        roots.create(path, passphrase=PASSPHRASE, demo=False, cost=CHEAP)
    assert roots.read(path).open(PASSPHRASE).fingerprint() == made.fingerprint()
    with pytest.raises(HostProblem, match="root-missing"):
        roots.read(tmp_path / "none.key")
    with pytest.raises(BadInput, match="passphrase-too-short"):
        roots.create(tmp_path / "short.key", passphrase="short", demo=True)
    again = roots.create(
        tmp_path / "again.key", passphrase="some other words", demo=False, cost=CHEAP,
        root=restore_root(recovery_sheet(made)),
    )  # fmt: skip
    assert again.fingerprint() == made.fingerprint()


def test_demo_keys_cannot_be_passed_off_as_real_ones(tmp_path: Path) -> None:
    roots.create(tmp_path / "demo.key", passphrase=roots.DEMO_PASSPHRASE, demo=True)
    roots.create(tmp_path / "real.key", passphrase=PASSPHRASE, demo=False, cost=CHEAP)
    demo = (tmp_path / "demo.key").read_bytes()
    with pytest.raises(KeysUnavailable):
        open_root_file(demo[8:], passphrase=roots.DEMO_PASSPHRASE)
    (tmp_path / "marked.key").write_bytes(demo[:8] + (tmp_path / "real.key").read_bytes())
    assert roots.read(tmp_path / "marked.key").demo
    with pytest.raises(KeysUnavailable):
        roots.read(tmp_path / "marked.key").open(PASSPHRASE)


def test_only_the_same_user_is_served() -> None:
    from fengni.keys.server import is_same_user

    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert is_same_user(ours)
