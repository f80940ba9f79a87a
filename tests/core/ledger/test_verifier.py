"""The stand-alone verifier: true files pass, every altered one does not, and it needs nothing but Python."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from fengni.core.ledger import verifier
from fengni.core.ledger.verifier import SENTENCES, STEPS, Report, check, is_signed, normal_fingerprint, render
from tests.core.ledger.example import ANNA, BEN, ORIGIN, Ledger, ledger

MADE = ledger()
KEY = MADE.fingerprint
RECEIPT = MADE.receipt(ANNA, earlier=3)
PROOF = MADE.entry_proof(3, earlier=3)
CHECKPOINT = MADE.checkpoint_file(7, earlier=3)
FILES = {"receipt": RECEIPT, "entry": PROOF, "checkpoint": CHECKPOINT}
EACH = pytest.mark.parametrize("file", FILES.values(), ids=list(FILES))
ORDER_L = 2**252 + 27742317777372353535851937790883648493


def _changed(file: bytes, change: Callable[[Any], object]) -> bytes:
    content = json.loads(file)
    change(content)
    return json.dumps(content, ensure_ascii=False).encode()


@EACH
def test_a_true_file_is_verified(file: bytes) -> None:
    report = check(file, key=KEY)
    assert (report.status, report.reason, report.where) == ("verified", "", "")
    assert (report.origin, report.size, report.earlier) == (ORIGIN, 7, 3)
    assert report.fingerprint == KEY
    assert report.root == MADE.tree(7).root().hex()


def test_what_a_true_file_says_is_reported() -> None:
    receipt, proof = check(RECEIPT, key=KEY), check(PROOF, key=KEY)
    assert receipt.person == ANNA.hex
    assert [(e["number"], e["sequence"]) for e in receipt.entries] == [(1, 1), (2, 3), (3, 5)]
    assert receipt.entries[1]["seen"] == {"clear": 1, "fields": ["id_number", "mobile"]}
    assert [e["body"] for e in proof.entries] == [json.loads(MADE.entries[3].body)]
    assert receipt.steps == {**dict.fromkeys(STEPS, "ok"), "held": "absent"}
    assert check(CHECKPOINT, key=KEY).steps["entries"] == "absent"


@given(st.integers(1, 7), st.data())
def test_files_of_every_size_are_verified(size: int, data: st.DataObject) -> None:
    made = Ledger(entries=MADE.entries[:size])
    old = data.draw(st.none() | st.integers(1, size))
    for file in (
        made.entry_proof(data.draw(st.integers(0, size - 1)), earlier=old),
        made.receipt(ANNA, earlier=old),
        made.receipt(BEN, earlier=old),
        made.checkpoint_file(size, earlier=old),
    ):
        assert check(file, key=KEY).status == "verified"


def test_without_the_fingerprint_the_evidence_is_insufficient() -> None:
    report = check(RECEIPT)
    assert (report.status, report.reason) == ("insufficient", "no-key")
    assert report.fingerprint == KEY
    assert (report.entries, report.person, report.size, report.origin) == ([], "", 0, "")


def test_another_fingerprint_is_a_failure() -> None:
    other = Ledger(key=Ed25519PrivateKey.from_private_bytes(bytes(32))).fingerprint
    for wrong in (other, Ledger(origin="ledger.example.com/8").fingerprint):
        report = check(RECEIPT, key=wrong)
        assert (report.status, report.reason, report.entries) == ("failed", "key", [])


@given(st.sampled_from(["", " ", "-", "—", "－"]), st.booleans(), st.booleans())
def test_a_fingerprint_may_be_typed_in_many_ways(joint: str, lower: bool, wide: bool) -> None:
    typed = KEY.replace("-", joint)
    typed = (typed.lower() if lower else typed).replace("O", "0").replace("I", "1").replace("B", "8")
    typed = "".join(chr(ord(c) + 0xFEE0) if wide and c.isalnum() else c for c in typed)
    assert normal_fingerprint(typed) == KEY.replace("-", "")


@pytest.mark.parametrize("typed", ["", "x", KEY[:-1], KEY + "A", KEY.replace(KEY[0], "9"), "示例", "A" * 5000])
def test_what_is_no_fingerprint_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        check(RECEIPT, key=typed)


# ---- tampering


@EACH
def test_no_flipped_byte_is_verified(file: bytes) -> None:
    """Every byte, one bit of it in turn; what is not refused must say exactly the same."""
    passed = []
    for at in range(len(file)):
        flipped = file[:at] + bytes([file[at] ^ 1 << at % 8]) + file[at + 1 :]
        if check(flipped, key=KEY).status == "verified":
            passed.append(at)
    assert passed == []


@settings(max_examples=400)
@given(st.sampled_from(list(FILES.values())), st.data())
def test_no_changed_run_of_bytes_is_verified(file: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(file) - 1))
    end = data.draw(st.integers(at, min(len(file), at + 40)))
    changed = file[:at] + data.draw(st.binary(max_size=40)) + file[end:]
    report = check(changed, key=KEY)
    if report.status == "verified":
        assert json.loads(changed.decode("utf-8-sig")) == json.loads(file)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _places(value[key], (*path, key))


def _put(content: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    content[path[0]] = _put(content[path[0]], path[1:], new)
    return content


@EACH
def test_no_replaced_value_is_verified(file: bytes) -> None:
    """Whatever stands in any place of the JSON is replaced by other values; none passes unless it is the same value."""
    others = (None, True, False, 0, 1, 2, -1, 2**63, 1.0, "", "a", "00" * 32, [], {}, ["a"], {"a": 1})
    passed = []
    for path in _places(json.loads(file)):
        for new in others:
            content = json.loads(file)
            before = content
            for step in path:
                before = before[step]
            if json.dumps(before) == json.dumps(new) or path == ("earlier",):
                continue
            changed = json.dumps(_put(content, path, new), ensure_ascii=False).encode()
            if check(changed, key=KEY).status == "verified":
                passed.append((path, new))
    assert passed == []


@EACH
def test_leaving_out_the_earlier_head_only_says_less(file: bytes) -> None:
    report = check(_changed(file, lambda c: c.update(earlier=None)), key=KEY)
    assert (report.status, report.earlier, report.steps["earlier"]) == ("verified", 0, "absent")


@EACH
def test_nothing_may_be_missing_added_or_doubled(file: bytes) -> None:
    content = json.loads(file)
    for key in content:
        assert check(_changed(file, lambda c, key=key: c.pop(key)), key=KEY).status == "failed"
    assert check(_changed(file, lambda c: c.update(more=1)), key=KEY).reason == "malformed"
    doubled = file.replace(b'"format"', b'"format": "fengni/checkpoint/1", "format"', 1)
    assert check(doubled, key=KEY).reason == "unreadable"


@pytest.mark.parametrize(
    ("change", "reason", "where"),
    [
        (lambda c: c["entries"].pop(), "gap", "last"),
        (lambda c: (c["entries"].pop(1), c.update(last=2)), "gap", "entries[1]"),
        (lambda c: (c["entries"].pop(0), c.update(last=2)), "gap", "entries[0]"),
        (lambda c: c["entries"].reverse(), "gap", "entries[0]"),
        (lambda c: c.update(person=BEN.hex), "inclusion", "entries[0]"),
        (lambda c: c["entries"][1]["body"].update(act="vault:field:read"), "inclusion", "entries[1]"),
        (lambda c: c["entries"][1]["body"].update(at="2026-11-24T08:00:00.000Z"), "inclusion", "entries[1]"),
        (lambda c: c["entries"][1]["seen"].update(clear=0), "inclusion", "entries[1]"),
        (lambda c: c["entries"][1]["seen"].update(fields=["mobile"]), "inclusion", "entries[1]"),
        (lambda c: c["entries"][1]["seen"].update(clear=99), "malformed", "entries[1]"),
        (lambda c: c["entries"][1].update(number=1), "inclusion", "entries[1]"),
        (lambda c: c["entries"][1].update(sequence=4), "inclusion", "entries[1]"),
        (lambda c: c["entries"][1].update(position=c["entries"][1]["position"] ^ 1), "inclusion", "entries[1]"),
        (lambda c: c["entries"][1]["subject_path"].pop(), "malformed", "entries[1]"),
        (lambda c: c["entries"][1]["path"].pop(), "inclusion", "entries[1]"),
        (lambda c: c["earlier"]["path"].pop(), "consistency", "earlier"),
        (lambda c: c["earlier"].update(checkpoint=MADE.note(2)), "consistency", "earlier"),
        (lambda c: c.update(checkpoint=MADE.note(6)), "inclusion", "entries[0]"),
        (lambda c: c.update(checkpoint=c["checkpoint"].replace("\n7\n", "\n8\n")), "signature", "checkpoint"),
        (lambda c: c.update(checkpoint=c["checkpoint"] + "\n"), "malformed", "checkpoint"),
        (lambda c: c.update(format="fengni/person-receipt/2"), "format", ""),
        (lambda c: c.update(public_key="00" * 32), "key", ""),
    ],
)
def test_a_tampered_receipt_says_what_does_not_hold(change: Callable[[Any], object], reason: str, where: str) -> None:
    report = check(_changed(RECEIPT, change), key=KEY)
    if (
        reason is None
    ):  # the newest entry cut off with its count: the file is shorter and true, so a held head must tell
        assert report.status == "verified"
        assert len(report.entries) == 2
        return
    assert (report.status, report.reason, report.where) == ("failed", reason, where)
    assert (report.entries, report.person, report.size) == ([], "", 0)
    assert "failed" in report.steps.values()


def test_a_receipt_cut_short_with_its_count_is_true_as_far_as_it_goes() -> None:
    """Its last entries can be left out: who wants the whole compares the number with what the house says."""
    report = check(_changed(RECEIPT, lambda c: (c["entries"].pop(), c.update(last=2))), key=KEY)
    assert (report.status, len(report.entries)) == ("verified", 2)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b"PK\x03\x04",
        b"[" * 100_000,
        b'{"format": "fengni/checkpoint/1", "x": 1e999}',
        b'{"format": NaN}',
        b'{"format": ' + b"9" * 5000 + b"}",
        b'{"format": ["fengni/checkpoint/1"]}',
        b" " * (verifier.LARGEST_FILE + 1),
    ],
    ids=lambda d: repr(d[:20]),
)
def test_whatever_the_bytes_are_there_is_a_report(data: bytes) -> None:
    report = check(data, key=KEY, held=data)
    assert report.status == "failed"
    assert report.reason in ("unreadable", "format")


@given(st.binary(max_size=300))
def test_random_bytes_fail(data: bytes) -> None:
    assert check(data, key=KEY).status == "failed"


# ---- the head one holds oneself


def test_a_held_head_links_the_file_to_what_was_seen_before() -> None:
    for held in (MADE.checkpoint_file(3), MADE.note(3).encode(), MADE.note(7).encode(), RECEIPT):
        report = check(RECEIPT, key=KEY, held=held)
        assert report.status == "verified"
        assert report.held in (3, 7)
        assert report.steps["held"] == "ok"


def test_a_held_head_that_is_not_linked_leaves_the_evidence_insufficient() -> None:
    assert check(RECEIPT, key=KEY, held=MADE.checkpoint_file(2)).reason == "held-unlinked"
    for held in (b"", b"x", b"{}", MADE.note(3)[:-5].encode(), Ledger(key=_other_key()).note(0).encode()):
        report = check(RECEIPT, key=KEY, held=held)
        assert (report.status, report.reason, report.entries) == ("insufficient", "held-unusable", [])


def test_two_versions_of_the_ledger_are_a_failure() -> None:
    fork = Ledger()
    for _ in range(3):
        fork.add(BEN)
    report = check(RECEIPT, key=KEY, held=fork.checkpoint_file(3))
    assert (report.status, report.reason) == ("failed", "held-differs")


# ---- Ed25519


def _other_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


@pytest.mark.parametrize(
    ("secret", "public", "message", "signature"),
    [  # RFC 8032 section 7.1, tests 1 to 3
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ],
)
def test_ed25519_agrees_with_rfc_8032(secret: str, public: str, message: str, signature: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    assert key.public_key().public_bytes_raw().hex() == public
    assert is_signed(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
    assert not is_signed(bytes.fromhex(public), bytes.fromhex(message) + b"x", bytes.fromhex(signature))


@settings(max_examples=40)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.integers(0, 511), st.integers(0, 255))
def test_ed25519_agrees_with_another_implementation(secret: bytes, message: bytes, bit: int, key_bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert is_signed(public, message, signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not is_signed(public, message, bytes(flipped))
    other = bytearray(public)
    other[key_bit // 8] ^= 1 << key_bit % 8
    assert not is_signed(bytes(other), message, signature)


def test_a_second_form_of_a_signature_and_keys_of_small_order_are_refused() -> None:
    message, signature = b"text", MADE.key.sign(b"text")
    again = (int.from_bytes(signature[32:], "little") + ORDER_L).to_bytes(32, "little")
    assert not is_signed(MADE.public_key, message, signature[:32] + again)
    for wrong in (signature[:63], signature + b"\x00", b"", bytes(64)):
        assert not is_signed(MADE.public_key, message, wrong)
    identity = b"\x01" + bytes(31)
    for small in (
        identity,
        bytes(32),
        b"\xec" + b"\xff" * 30 + b"\x7f",
        identity[:31] + b"\x80",
        b"\xff" * 32,
        b"",
        b"\x01",
    ):
        assert not is_signed(small, message, identity + bytes(32))


# ---- alone


@pytest.fixture
def alone(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a copy of the one file in an empty folder: isolated, and without site packages."""
    shutil.copy(str(verifier.__file__), tmp_path / "verifier.py")
    for name, content in {**FILES, "held": MADE.checkpoint_file(3), "fork": b"x"}.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "spoilt").write_bytes(RECEIPT.replace(b"reveal", b"unveil", 1))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", "verifier.py", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)

    return run


def test_one_file_is_enough(alone: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    for name in FILES:
        done = alone(name, "--key", KEY)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(SENTENCES["verified"][0])
        assert SENTENCES["limits"][0] in done.stdout
    assert alone("receipt", "--key", KEY, "--held", "held").returncode == 0
    assert json.loads(alone("receipt", "--key", KEY, "--json").stdout)["status"] == "verified"


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (("spoilt", "--key", KEY), 5, "inclusion"),
        (("receipt", "--key", Ledger(origin="other").fingerprint), 5, "key"),
        (("receipt",), 6, "no-key"),
        (("receipt", "--key", KEY, "--held", "fork"), 6, "held-unusable"),
    ],
)
def test_the_exit_code_says_the_outcome(
    alone: Callable[..., subprocess.CompletedProcess[str]], arguments: tuple[str, ...], code: int, reason: str
) -> None:
    for lang, at in (("zh", 0), ("en", 1)):
        done = alone(*arguments, "--lang", lang)
        assert done.returncode == code
        assert SENTENCES[reason][at] in done.stdout
        assert "vault:field" not in done.stdout  # what is not proved is not shown


@pytest.mark.parametrize("arguments", [(), ("receipt", "--key", "x"), ("absent", "--key", KEY), ("receipt", "--what")])
def test_wrong_usage_ends_with_2(
    alone: Callable[..., subprocess.CompletedProcess[str]], arguments: tuple[str, ...]
) -> None:
    done = alone(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_it_imports_the_standard_library_alone_and_is_python_3_9() -> None:
    source = Path(str(verifier.__file__)).read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {str(n.module).split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names)
    assert "fengni" not in imported


def test_every_outcome_has_its_sentences() -> None:
    source = Path(str(verifier.__file__)).read_text("utf-8")
    raised = {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Refused"
        and isinstance(node.args[0], ast.Constant)
    }
    assert raised | {"no-key", "held-unusable", "held-unlinked", *verifier.EXITS} <= set(SENTENCES)
    failed = Report("failed", "gap", "entries[1]", {"read": "ok"})
    assert render(failed, "en").splitlines()[:3] == [SENTENCES["failed"][1], SENTENCES["gap"][1], "@ entries[1]"]
