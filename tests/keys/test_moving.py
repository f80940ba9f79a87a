"""A root file gives way to another one: at whatever point that is cut off, the file at its place opens."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fengni.core.errors import BadInput, HostProblem, KeysUnavailable
from fengni.core.vault.keyring import Root
from fengni.core.vault.root_file import create_root_file
from fengni.keys import moving, roots
from tests.keys.running import CHEAP, PASSPHRASE

NEW = "other fictitious words"


@pytest.mark.parametrize("keep", [True, False])
def test_a_move_cut_off_at_any_step_leaves_a_root_that_opens(tmp_path: Path, keep: bool) -> None:
    path = tmp_path / "root.key"
    root = roots.create(path, passphrase=PASSPHRASE, demo=False, cost=CHEAP)
    first, sealed = path.read_bytes(), create_root_file(root, passphrase=NEW, cost=CHEAP)
    codes = []
    for steps in range(40):
        path.unlink()
        path.write_bytes(first)
        codes.append(_dies_after(steps, lambda: _move(path, root, sealed, keep=keep)))
        opened = roots.read(path)
        assert opened.open(PASSPHRASE if opened.sealed == first else NEW).export() == root.export(), steps
        for kept in tmp_path.glob("root.key.file-*"):
            assert roots.read(kept).open(PASSPHRASE).export() == root.export()
            kept.unlink()
        if codes[-1] == 0:
            break
    assert codes[-1] == 0
    assert len(codes) > 6  # it died at every step before
    assert path.read_bytes() == sealed
    assert not path.with_name("root.key.new").exists()


def _move(path: Path, root: Root, sealed: bytes, *, keep: bool) -> None:
    moving.move(path, old=roots.read(path), root=root, sealed=sealed, secret=NEW, keep=keep)


def _dies_after(steps: int, work: Callable[[], None]) -> int:
    """Do the work in a child that ends at once after so many calls that change the disk; its exit code."""
    child = os.fork()
    if child == 0:
        left = [steps]

        def counted(call: Callable[..., object]) -> Callable[..., object]:
            def step(*given: object, **more: object) -> object:
                if left[0] == 0:
                    os._exit(9)
                left[0] -= 1
                return call(*given, **more)

            return step

        for name in ("open", "fsync", "link", "rename", "replace", "unlink"):
            setattr(os, name, counted(getattr(os, name)))
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_nothing_moves_a_demo_root_a_changed_file_or_a_root_that_does_not_come_back(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    root = roots.create(path, passphrase=PASSPHRASE, demo=False, cost=CHEAP)
    old, first = roots.read(path), path.read_bytes()
    sealed = create_root_file(root, passphrase=NEW, cost=CHEAP)

    def move(old: roots.RootFile = old, sealed: bytes = sealed, secret: str = NEW) -> None:
        moving.move(path, old=old, root=root, sealed=sealed, secret=secret, keep=True)

    with pytest.raises(KeysUnavailable, match="root-not-opened"):
        move(secret="words that do not fit")
    with pytest.raises(KeysUnavailable, match="root-not-opened"):
        move(sealed=create_root_file(Root.generate(), passphrase=NEW, cost=CHEAP))
    with pytest.raises(HostProblem, match="root-changed"):
        move(old=roots.RootFile(False, sealed))
    with pytest.raises(BadInput, match="demo-stays"):
        move(old=roots.RootFile(True, old.sealed))
    held = os.open(tmp_path, os.O_RDONLY)
    try:
        moving.fcntl.flock(held, moving.fcntl.LOCK_EX)
        with pytest.raises(HostProblem, match="root-changed"):
            move()
    finally:
        os.close(held)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["root.key"]
    assert path.read_bytes() == first
