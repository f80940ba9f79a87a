"""fengni verify: the words people read, in both languages, and the exit codes scripts read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fengni.cli.main import run
from fengni.core.ledger import verifier
from fengni.definitions import has_text
from tests.core.ledger.example import ANNA, Ledger, ledger


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    monkeypatch.chdir(tmp_path)
    made = ledger()
    Path("receipt.json").write_bytes(made.receipt(ANNA, earlier=4))
    Path("proof.json").write_bytes(made.entry_proof(2))
    Path("held.json").write_bytes(made.checkpoint_file(4))
    return made


VERIFIED = """\
核验通过：文件所载与账本一致，封存后没有改动。
逐项核对：
  ✓ 文件完整，格式认识，没有多出或重复的内容
  ✓ 公钥与您给出的指纹一致
  ✓ 检查点的签名成立
  ✓ 文件里的每条条目都在这个检查点的账本里，位置与内容相符
  ✓ 条目都关于同一个人，编号从 1 起没有缺口
  ✓ 账本是从文件里那个早先的检查点续写下来的
  ✓ 与您留存的检查点是同一本账
没有证明的事：
  · 不证明所有事情都已记入账本；没有记的，这里看不出来。
  · 不证明记下的理由和用途属实，只证明记下之后没有改动。
  · 只管到这个检查点为止；此后发生的事要另取新的证明。
"""
INSUFFICIENT = """\
The evidence is insufficient for a verdict. Give the fingerprint printed on your agreement with --key.
Checked, step by step:
  ✓ The file is complete and of a known form, with nothing added and nothing twice
  – No fingerprint was given, so it may be anybody's ledger
  ✓ The signature of the checkpoint holds
  ✓ Every entry of the file stands in the ledger of the checkpoint, at its place and unaltered
  – This is no person's receipt; numbering was not checked
  – The file has no earlier checkpoint
  – Not compared with a checkpoint you hold (give one with --held)
Not proved:
  · That everything was recorded; what was left out does not show here.
  · That recorded reasons and purposes are true; only that they were not changed after recording.
  · Anything after this checkpoint; ask for a new proof for that.
"""


def test_a_receipt_that_holds(book: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "zh", "verify", "receipt.json", "--key", book.fingerprint, "--held", "held.json"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(VERIFIED)
    assert f"账本指纹：{book.fingerprint}" in out
    assert "  #1  2026-11-24T08:01:00.000Z  查看一项明文 (vault:field:reveal)  done" in out
    assert err == ""


def test_without_a_fingerprint_there_is_no_verdict(book: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "verify", "proof.json"]) == 6
    out, _ = capsys.readouterr()
    assert out.startswith(INSUFFICIENT)
    assert book.origin not in out.replace(book.fingerprint, "")


def test_an_altered_file_fails_and_says_where(book: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    altered = Path("proof.json").read_text("utf-8").replace("purpose.fill_form", "purpose.fill_farm")
    Path("altered.json").write_text(altered, "utf-8")
    assert run(["--lang", "zh", "verify", "altered.json", "--key", book.fingerprint]) == 5
    out, _ = capsys.readouterr()
    assert out.startswith("核验未通过。有一条条目不在账本里")
    assert "出问题的地方：entry" in out
    assert "✗ 有条目不在账本里" in out


def test_another_key_fails(book: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    other = Ledger(origin="ledger.example.com/8")
    assert run(["--lang", "en", "verify", "proof.json", "--key", other.fingerprint]) == 5
    assert "✗ The public key does not have the fingerprint you gave" in capsys.readouterr().out


def test_a_head_held_that_does_not_link_is_no_verdict(book: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "proof.json", "--key", book.fingerprint, "--held", "held.json"]) == 6
    assert capsys.readouterr().out


def test_json_is_the_verifiers_own_report(book: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "receipt.json", "--key", book.fingerprint, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["fingerprint"], told["size"]) == ("verified", book.fingerprint, 7)


@pytest.mark.parametrize(("arguments", "code"), [
    (["proof.json", "--key", "ABCD"], 1), (["nowhere.json"], 1), ([], 1), (["proof.json", "--held", "nowhere.json"], 1),
    (["proof.json", "--nonsense"], 2),
])  # fmt: skip
def test_mistakes_in_the_call_are_one_sentence(
    book: Ledger, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    assert run(["verify", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert 0 < len(err.splitlines()) <= 2


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b'{"format": "fengni/entry-proof/1"}', b"[" * 100_000])
def test_any_file_gets_a_verdict(book: Ledger, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    Path("any.json").write_bytes(content)
    assert run(["verify", "any.json", "--key", book.fingerprint]) == 5
    assert "✗" in capsys.readouterr().out


def test_the_verifier_can_be_taken_away(book: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--write-verifier", "alone.py"]) == 0
    assert Path("alone.py").read_bytes() == Path(verifier.__file__).read_bytes()
    assert run(["verify", "--write-verifier", "alone.py"]) == 1
    alone = [sys.executable, "-I", "alone.py", "receipt.json", "--key", book.fingerprint]
    assert subprocess.run(alone, capture_output=True, check=False).returncode == 0


def test_every_step_and_end_has_its_words() -> None:
    ends = {step: {"ok", "failed", "absent"} for step in verifier.STEPS}
    ends["read"] -= {"absent"}
    ends["head"] -= {"absent"}
    assert [f"{s}.{e}" for s, found in ends.items() for e in found if not has_text(f"verify.{s}.{e}")] == []
