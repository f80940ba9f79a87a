"""Signed heads: one form, one signature that counts, witnesses left alone, nothing taken back."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from fengni.core.errors import VerificationFailed
from fengni.core.ledger.checkpoint import (
    Checkpoint,
    assemble,
    check_successor,
    fingerprint,
    key_hash,
    open_note,
    parse_signable,
    sign,
    signable_bytes,
)
from fengni.core.ledger.merkle import MAX_SIZE
from tests.core.ledger.example import KEY, ORIGIN, ledger

PUBLIC = KEY.public_key().public_bytes_raw()
HEAD = Checkpoint(ORIGIN, 5, bytes(range(32)))
NOTE = sign(HEAD, key=KEY)
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(32))


def _refused(note: str, code: str, *, public_key: bytes = PUBLIC, origin: str | None = ORIGIN) -> None:
    with pytest.raises(VerificationFailed, match=rf"^ledger\.checkpoint-{code}$"):
        open_note(note, public_key=public_key, origin=origin)


def _signature_line(key: Ed25519PrivateKey, name: str, text: bytes) -> str:
    public = key.public_key().public_bytes_raw()
    return f"— {name} {base64.b64encode(key_hash(name, public)[:4] + key.sign(text)).decode()}\n"


@given(
    st.integers(1, MAX_SIZE),
    st.binary(min_size=32, max_size=32),
    st.from_regex("[A-Za-z0-9][A-Za-z0-9._/:-]{0,199}", fullmatch=True),
)
def test_what_was_signed_is_read_back(size: int, root: bytes, origin: str) -> None:
    head = Checkpoint(origin, size, root)
    assert parse_signable(signable_bytes(head)) == head
    assert open_note(sign(head, key=KEY), public_key=PUBLIC, origin=origin) == head
    assembled = assemble(head, public_key=PUBLIC, signature=KEY.sign(signable_bytes(head)))
    assert assembled == sign(head, key=KEY)


def test_a_note_has_exactly_the_form_of_c2sp() -> None:
    root = base64.b64encode(HEAD.root).decode()
    assert signable_bytes(HEAD).decode() == f"{ORIGIN}\n5\n{root}\n"
    assert signable_bytes(HEAD).decode() + "\n" + _signature_line(KEY, ORIGIN, signable_bytes(HEAD)) == NOTE


def test_every_flipped_bit_of_a_note_is_refused() -> None:
    written = NOTE.encode()
    for bit in range(len(written) * 8):
        flipped = bytearray(written)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            note = flipped.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises(VerificationFailed):
            open_note(note, public_key=PUBLIC, origin=ORIGIN)


def test_signatures_of_witnesses_are_left_alone() -> None:
    text = signable_bytes(HEAD)
    for name in ("witness.example.com", ORIGIN):
        line = _signature_line(WITNESS, name, text)
        garbage = f"— {name} {base64.b64encode(b'abcdefgh').decode()}\n"
        for more in (line, garbage):
            assert open_note(NOTE + more, public_key=PUBLIC, origin=ORIGIN) == HEAD
            body, _, ours = NOTE.partition("\n\n")
            assert open_note(f"{body}\n\n{more}{ours}", public_key=PUBLIC, origin=ORIGIN) == HEAD


def test_a_second_and_wrong_signature_of_our_key_refuses_the_note() -> None:
    wrong = base64.b64encode(key_hash(ORIGIN, PUBLIC)[:4] + bytes(64)).decode()
    _refused(NOTE + f"— {ORIGIN} {wrong}\n", "signature")


def test_another_key_or_ledger_is_refused() -> None:
    other = WITNESS.public_key().public_bytes_raw()
    _refused(NOTE, "key", public_key=other)
    _refused(NOTE, "origin", origin="ledger.example.com/8")
    elsewhere = sign(replace(HEAD, origin="ledger.example.com/8"), key=KEY)
    _refused(elsewhere, "origin")
    assert open_note(elsewhere, public_key=PUBLIC).origin == "ledger.example.com/8"
    moved = NOTE.replace(ORIGIN, "ledger.example.com/8")
    _refused(moved, "key", origin=None)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda n: "",
        lambda n: n[:-1],
        lambda n: n + "\n",
        lambda n: "\n" + n,
        lambda n: n.replace("\n\n", "\nextension\n\n"),
        lambda n: n.replace("\n5\n", "\n05\n"),
        lambda n: n.replace("\n5\n", "\n-5\n"),
        lambda n: n.replace("\n5\n", "\n５\n"),
        lambda n: n.replace("\n5\n", f"\n{MAX_SIZE + 1}\n"),
        lambda n: n.replace("\n5\n", "\n" + "9" * 5000 + "\n"),
        lambda n: n.replace("=\n\n", "\n\n"),
        lambda n: n.replace("— ", "- "),
        lambda n: n.replace("— ", "—  "),
        lambda n: n.replace("\n", "\r\n"),
        lambda n: n.partition("\n\n")[0] + "\n\n",
        lambda n: n + "x" * 70_000 + "\n",
    ],
)
def test_other_forms_are_malformed(spoil: object) -> None:
    assert callable(spoil)
    _refused(spoil(NOTE), "malformed")


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("", 1, bytes(32)),
        ("with blank", 1, bytes(32)),
        ("示例", 1, bytes(32)),
        ("a" * 201, 1, bytes(32)),
        ("two\nlines", 1, bytes(32)),
        (ORIGIN, -1, bytes(32)),
        (ORIGIN, MAX_SIZE + 1, bytes(32)),
        (ORIGIN, 1, bytes(31)),
        (ORIGIN, 0, bytes(32)),
    ],
)
def test_what_could_not_be_written_is_no_checkpoint(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(VerificationFailed, match=r"^ledger\.checkpoint-malformed$"):
        Checkpoint(origin, size, root)


def test_a_head_follows_another_only_with_a_proof() -> None:
    made = ledger()
    heads = {n: Checkpoint(ORIGIN, n, made.tree(n).root()) for n in range(8)}
    check_successor(None, new=heads[4], path=())
    check_successor(heads[0], new=heads[4], path=())
    check_successor(heads[4], new=heads[4], path=())
    check_successor(heads[3], new=heads[7], path=made.tree(7).consistency(3))
    forked = Checkpoint(ORIGIN, 7, heads[6].root)
    for last, new, path in (
        (heads[7], heads[3], ()),
        (heads[3], heads[7], ()),
        (heads[3], forked, made.tree(7).consistency(3)),
        (heads[7], forked, ()),
        (heads[2], heads[7], made.tree(7).consistency(3)),
    ):
        with pytest.raises(VerificationFailed, match=r"^ledger\.consistency-refused$"):
            check_successor(last, new=new, path=path)
    with pytest.raises(VerificationFailed, match=r"^ledger\.checkpoint-origin$"):
        check_successor(replace(heads[3], origin="other"), new=heads[7], path=made.tree(7).consistency(3))


def test_the_fingerprint_names_one_ledger_and_one_key() -> None:
    shown = fingerprint(ORIGIN, PUBLIC)
    assert [len(group) for group in shown.split("-")] == [4] * 13
    assert len({shown, fingerprint("other", PUBLIC), fingerprint(ORIGIN, WITNESS.public_key().public_bytes_raw())}) == 3
