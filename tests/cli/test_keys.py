"""fengni keys: sheets for custodians are made, printed and typed again, and a lost key file comes back."""

from __future__ import annotations

import os
import pty
import re
import sys
from pathlib import Path

import pytest

from fengni.cli.main import run
from fengni.core.vault.keyring import Root
from fengni.core.vault.root_file import Cost
from fengni.core.vault.shares import split
from fengni.host import state
from fengni.keys import roots

OLD, NEW = "eight fictitious words", "nine other fictitious words"
CHEAP = Cost(passes=1, memory_kib=64, lanes=1)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Root:
    """An installation's folder with a key file, and its passphrases in files."""
    monkeypatch.setenv("FENGNI_STATE", str(tmp_path / "state"))
    for name, words in (("old", OLD), ("new", NEW)):
        (tmp_path / name).write_text(words + "\n", "utf-8")
        (tmp_path / name).chmod(0o600)
    return roots.create(state.root_file(), passphrase=OLD, demo=False, cost=CHEAP)


def _called(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = run(["keys", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def _sheets(folder: Path, out: str) -> list[Path]:
    """Each sheet of the output in a file of its own."""
    files = []
    for number, sheet in enumerate(out.split("\n\n"), 1):
        files.append(folder / f"typed-{number}")
        files[-1].write_text(sheet, "utf-8")
        files[-1].chmod(0o600)
    return files


def test_a_lost_key_file_comes_back_from_three_sheets(
    root: Root, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = _called(capsys, "split", "--passphrase-file", tmp_path / "old", "--lang", "en")
    assert (code, out.count("FENGNI-SHARE-1"), out.count(root.fingerprint())) == (0, 5, 5)
    assert "5 shares are made, any 3 of them" in err
    files = _sheets(tmp_path, out)
    new = ("--passphrase-file", tmp_path / "new", "--lang", "en")
    assert _called(capsys, "recover", *files[:3], *new)[::2] == (1, _sentence("keys.root-exists"))
    state.root_file().unlink()
    for given, wanted in (
        (files[:2], "2 given, 3 different ones are needed"),
        ([*files[:2], files[0]], "2 given, 3 different ones are needed"),
        ([], "There are no shares"),
    ):
        code, _, err = _called(capsys, "recover", *given, *new)
        assert (code, wanted in err, state.root_file().exists()) == (1, True, False), err
    files[1].chmod(0o644)
    assert _called(capsys, "recover", *files[:3], *new)[0] == 1
    files[1].chmod(0o600)
    typo = files[3].read_text("utf-8")
    files[3].write_text(typo[:-3] + ("A" if typo[-3] != "A" else "B") + typo[-2:], "utf-8")
    code, _, err = _called(capsys, "recover", files[0], files[2], files[3], *new)
    assert (code, "Line 6 of share 3 is wrong" in err) == (1, True), err
    code, _, err = _called(capsys, "recover", files[4], files[0], files[2], *new)
    assert (code, root.fingerprint() in err) == (0, True), err
    assert roots.read(state.root_file()).open(NEW).export() == root.export()
    assert state.root_file().stat().st_mode & 0o777 == 0o600


def test_pages_to_print_are_closed_to_others_and_say_what_to_do_in_both_languages(
    root: Root, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = tmp_path / "pages"
    arguments = ("split", "--needed", "2", "--count", "3", "--to", pages, "--passphrase-file", tmp_path / "old")
    code, out, err = _called(capsys, *arguments)
    assert (code, len(out.splitlines())) == (0, 3), err
    for number, path in enumerate(map(Path, out.splitlines()), 1):
        page = path.read_text("utf-8")
        assert path.stat().st_mode & 0o777 == 0o600
        assert f"第 {number} 份（共 3 份）" in page
        assert f"share {number} of 3" in page
        assert "<svg" in page
        assert root.export().hex() not in page
        assert len(re.findall(r"^\d  (?:[A-Z2-7]{4} ?){4}$", page, re.MULTILINE)) == 6
    code, _, err = _called(capsys, "split", "--needed", "4", "--count", "3", "--passphrase-file", tmp_path / "old")
    assert (code, "份数不合理" in err) == (1, True)
    code, _, err = _called(capsys, "split", "--passphrase-file", tmp_path / "new")
    assert (code, "口令不对" in err) == (1, True)


def test_at_a_terminal_a_mistyped_line_is_asked_for_again_and_a_forged_share_is_named(
    root: Root, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = _called(capsys, "split", "--needed", "2", "--passphrase-file", tmp_path / "old")
    assert code == 0, err
    state.root_file().unlink()
    first, second = (sheet.splitlines()[1:] for sheet in out.split("\n\n")[:2])
    lines = [*first[:2], "3  not what is printed", *first[3:], first[2], *second]
    typed = "".join(line + "\n" for line in lines)
    child, terminal = pty.fork()
    if child == 0:
        command = ["keys", "recover", "--passphrase-file", str(tmp_path / "new"), "--lang", "en"]
        os.execv(sys.executable, [sys.executable, "-m", "fengni.cli.main", *command])
    os.write(terminal, typed.encode())
    shown = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end has gone
            break
        if not part:
            break
        shown += part
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, shown.decode()
    assert "Line 3 of share 1 is wrong" in shown.decode()
    assert roots.read(state.root_file()).open(NEW).fingerprint() == root.fingerprint()


def test_a_share_of_another_installation_is_named_by_its_number(
    root: Root, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from fengni.core.vault.shares import share_sheet

    ours, other = split(root), split(Root(bytes(32)))
    files = _sheets(tmp_path, "\n\n".join(share_sheet(one) for one in (ours[0], ours[1], other[3])))
    state.root_file().unlink()
    code, _, err = _called(capsys, "recover", *files, "--passphrase-file", tmp_path / "new", "--lang", "en")
    assert (code, "Share number 4 belongs to another installation" in err) == (1, True)
    assert not state.root_file().exists()


def test_sheets_of_a_demo_root_give_a_demo_root_and_no_other(
    root: Root, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state.root_file().unlink()
    demo = roots.create(state.root_file(), passphrase=roots.DEMO_PASSPHRASE, demo=True)
    code, out, err = _called(capsys, "split", "--needed", "2")
    assert code == 0, err
    state.root_file().unlink()
    assert _called(capsys, "recover", *_sheets(tmp_path, out)[:2])[0] == 0
    again = roots.read(state.root_file())
    assert (again.demo, again.open(roots.DEMO_PASSPHRASE).export()) == (True, demo.export())


def _sentence(code: str) -> str:
    from fengni.definitions import text

    return text(code, "en") + "\n"
