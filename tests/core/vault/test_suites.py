"""The suites against published known answers: NIST and McGrew-Viega, RFC 8998, RFC 4231, RFC 5869, GB/T 32905."""

from __future__ import annotations

import copy
import pickle

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from fengni.core.errors import SealRefused
from fengni.core.vault.suites import Secret, Suite, aead, derive, expand, keyed, label, mac, open_, seal

SUITES = pytest.mark.parametrize("suite", list(Suite))

# McGrew and Viega, The Galois/Counter Mode of Operation, test case 16; RFC 8998 appendix A.1.
GCM = {
    Suite.AES_256_GCM: (
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    ),
    Suite.SM4_GCM: (
        "0123456789abcdeffedcba9876543210",
        "00001234567800000000abcd",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8,
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec",
    ),
}


@SUITES
def test_the_cipher_gives_the_published_answer(suite: Suite) -> None:
    key, nonce, aad, plain, sealed = map(bytes.fromhex, GCM[suite])
    cipher = aead(suite, key)
    assert cipher.encrypt(nonce, plain, aad) == sealed
    assert cipher.decrypt(nonce, sealed, aad) == plain
    with pytest.raises(InvalidTag):
        cipher.decrypt(nonce, sealed[:-1] + bytes([sealed[-1] ^ 1]), aad)
    with pytest.raises(InvalidTag):
        cipher.decrypt(nonce, sealed[:15], aad)


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


@SUITES
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
    for size in (0, suite.key_size - 1, suite.key_size + 1, 48 - suite.key_size):
        with pytest.raises(ValueError):
            aead(suite, bytes(size))


@pytest.mark.parametrize("number", [0, 2, 3, 5, 255])
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
