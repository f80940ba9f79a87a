"""The suites against answers others published: tests/vectors/suites.json names them; RFC 4231, RFC 5869, GB/T 32905."""

from __future__ import annotations

import copy
import hashlib
import json
import pickle
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from fengni.core.errors import SealRefused
from fengni.core.vault.suites import OFFERED, Aead, Secret, Suite, aead, derive, expand, keyed, label, mac, open_, seal

SUITES = pytest.mark.parametrize("suite", list(Suite))
TENANTS = pytest.mark.parametrize("suite", OFFERED)

WRITTEN = json.loads((Path(__file__).parents[2] / "vectors" / "suites.json").read_text("utf-8"))
BY_SUITE = {Suite(one["suite"]): one for one in WRITTEN["suites"]}
NONCE_SIZES = {suite: 24 if suite is Suite.XAES_256_GCM else 12 for suite in Suite}


def _bytes(row: dict[str, str], *names: str) -> list[bytes]:
    return [bytes.fromhex(row[name]) for name in names]


def _refused(cipher: Aead, nonce: bytes, sealed: bytes, aad: bytes | None) -> None:
    with pytest.raises((InvalidTag, ValueError)):
        cipher.decrypt(nonce, sealed, aad)


def _flipped(data: bytes) -> Iterator[bytes]:
    """The data with each of its bits flipped, one at a time."""
    for bit in range(len(data) * 8):
        yield data[: bit // 8] + bytes((data[bit // 8] ^ 1 << bit % 8,)) + data[bit // 8 + 1 :]


@SUITES
def test_the_cipher_gives_every_published_answer_and_refuses_what_others_refuse(suite: Suite) -> None:
    answers = BY_SUITE[suite]["answers"]
    assert answers
    for row in answers:
        key, nonce, aad, plain, sealed = _bytes(row, "key", "nonce", "aad", "plain", "sealed")
        cipher = aead(suite, key)
        assert cipher.encrypt(nonce, plain, aad) == sealed, row["source"]
        assert cipher.decrypt(nonce, sealed, aad) == plain, row["source"]
    for row in BY_SUITE[suite]["refused"]:
        key, nonce, aad, sealed = _bytes(row, "key", "nonce", "aad", "sealed")
        _refused(aead(suite, key), nonce, sealed, aad)


@SUITES
def test_a_published_answer_changed_in_any_way_is_refused(suite: Suite) -> None:
    """What Wycheproof tries: each bit of text, tag, nonce and associated data; cut short; lengths that are none."""
    row = max(BY_SUITE[suite]["answers"], key=lambda one: bool(one["aad"]) * 1000 - len(one["sealed"]))
    key, nonce, aad, sealed = _bytes(row, "key", "nonce", "aad", "sealed")
    cipher = aead(suite, key)
    for changed in _flipped(sealed):
        _refused(cipher, nonce, changed, aad)
    for changed in _flipped(aad):
        _refused(cipher, nonce, sealed, changed)
    for changed in _flipped(nonce):
        _refused(cipher, changed, sealed, aad)
    for changed in _flipped(key):
        _refused(aead(suite, changed), nonce, sealed, aad)
    for end in range(len(sealed)):
        _refused(cipher, nonce, sealed[:end], aad)
    for other in (sealed + b"\0", sealed[:-16] + bytes(16), sealed[:-16] + b"\xff" * 16, b"\0" + sealed, sealed[-16:]):
        _refused(cipher, nonce, other, aad)
    for other_aad in (None, b"", aad[:-1], aad + b"\0"):
        _refused(cipher, nonce, sealed, other_aad)
    for size in (0, 1, 7, NONCE_SIZES[suite] - 1, NONCE_SIZES[suite] + 1, 36 - NONCE_SIZES[suite]):
        _refused(cipher, bytes(size), sealed, aad)


def test_xaes_gives_the_digest_of_ten_thousand_published_messages() -> None:
    """C2SP: key, nonce, text and associated data of each message come from SHAKE-128 of nothing."""
    stream = BytesIO(hashlib.shake_128(b"").digest(3_200_000))
    digest = hashlib.shake_128()
    for _ in range(WRITTEN["xaes_accumulated"]["iterations"]):
        key, nonce = stream.read(32), stream.read(24)
        plain, aad = stream.read(stream.read(1)[0]), stream.read(stream.read(1)[0])
        digest.update(aead(Suite.XAES_256_GCM, key).encrypt(nonce, plain, aad))
    assert digest.hexdigest(32) == WRITTEN["xaes_accumulated"]["digest"]


def test_a_nonce_drawn_twice_in_suite_3_shows_equal_texts_and_no_more() -> None:
    cipher = aead(Suite.AES_256_GCM_SIV, bytes(32))
    one, same, other = (cipher.encrypt(bytes(12), text, b"") for text in (b"text one", b"text one", b"text two"))
    assert one == same
    assert bytes(a ^ b for a, b in zip(one[:8], other[:8], strict=True)) != bytes(
        a ^ b for a, b in zip(b"text one", b"text two", strict=True)
    )


def test_hmac_sha256_gives_the_answer_of_rfc_4231() -> None:
    wanted = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert mac(Suite.AES_256_GCM, b"Jefe", b"what do ya want for nothing?").hex() == wanted


def _sm3(data: bytes) -> bytes:
    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize()


def test_hmac_sm3_is_rfc_2104_over_the_hash_of_gb_t_32905() -> None:
    assert _sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    key, message = bytes(range(1, 33)), b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2
    padded = key + bytes(32)
    inner = _sm3(bytes(b ^ 0x36 for b in padded) + message)
    wanted = _sm3(bytes(b ^ 0x5C for b in padded) + inner)
    assert mac(Suite.SM4_GCM, key, message) == wanted
    assert wanted.hex() == "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a"


def test_hkdf_gives_the_answer_of_rfc_5869() -> None:
    found = derive(
        Suite.AES_256_GCM,
        b"\x0b" * 22,
        bytes(range(0xF0, 0xFA)),
        length=42,
        salt=bytes.fromhex("000102030405060708090a0b0c"),
    )
    assert found.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"


@SUITES
@given(key=st.binary(min_size=32, max_size=32), info=st.binary(max_size=40))
def test_one_block_of_expand_is_one_mac(suite: Suite, key: bytes, info: bytes) -> None:
    """Commitments and subkeys compute HKDF-Expand's first block by hand."""
    assert expand(suite, key, info, length=32) == mac(suite, key, info + b"\x01")


@SUITES
@given(
    key=st.binary(min_size=32, max_size=32) | st.binary(min_size=1, max_size=80),
    parts=st.lists(st.binary(max_size=40), max_size=4),
)
def test_a_keyed_state_copied_per_message_is_the_mac(suite: Suite, key: bytes, parts: list[bytes]) -> None:
    state = keyed(suite, key)
    for _ in range(2):  # the copy leaves the state as it was
        one = state.copy()
        for part in parts:
            one.update(part)
        assert one.digest() == mac(suite, key, b"".join(parts))


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_no_two_lists_of_parts_have_one_label(one: list[bytes], other: list[bytes]) -> None:
    assert (label(*one) == label(*other)) == (one == other)


@TENANTS
def test_sealing_draws_its_own_nonce(suite: Suite) -> None:
    key = aead(suite, bytes(suite.key_size))
    one, other = seal(key, b"text", aad=b""), seal(key, b"text", aad=b"")
    assert one[:12] != other[:12]
    assert open_(key, one, aad=b"") == open_(key, other, aad=b"") == b"text"
    for wrong in (b"", one[:11], one[:27], one + b"\x00"):
        with pytest.raises(SealRefused):
            open_(key, wrong, aad=b"")


@SUITES
def test_a_key_of_another_length_is_refused(suite: Suite) -> None:
    for size in (0, suite.key_size - 1, suite.key_size + 1, 48 - suite.key_size, 24):
        with pytest.raises(ValueError):
            aead(suite, bytes(size))


@pytest.mark.parametrize("number", [0, 6, 255])
def test_a_free_number_is_no_suite(number: int) -> None:
    with pytest.raises(ValueError):
        Suite(number)


def test_what_holds_a_key_shows_nothing_and_cannot_be_copied_out() -> None:
    class Held(Secret):
        __slots__ = ("secret",)

    held = Held()
    held.secret = b"canary"
    assert repr(held) == str(held) == f"{held}" == "<Held>"
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            way(held)
