"""The vectors of docs/spec/envelope.md: the code gives them, and the text alone is enough to read them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES as BlockCipher
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from fengni.core.errors import SealRefused
from fengni.core.vault.keyring import Root, WrappedUnit
from fengni.core.vault.root_file import open_root_file, restore_root
from fengni.core.vault.suites import Suite
from tests.vectors import envelope as vectors

WRITTEN = json.loads((Path(vectors.__file__).parent / "envelope.json").read_text("utf-8"))
FORM_2 = json.loads((Path(vectors.__file__).parent / "envelope-form-2.json").read_text("utf-8"))
AES = next(s for s in WRITTEN["suites"] if s["suite"] == 1)
SUITES = pytest.mark.parametrize("written", WRITTEN["suites"], ids=lambda s: f"suite {s['suite']}")


def test_the_code_gives_the_vectors() -> None:
    assert vectors.make() == WRITTEN


@SUITES
def test_the_code_opens_the_vectors(written: dict[str, Any]) -> None:
    suite = Suite(written["suite"])
    keys = Root(bytes.fromhex(WRITTEN["root"])).tenant(vectors.TENANT, suite=suite, seed=vectors.SEED)
    unit = WrappedUnit(
        vectors.UNIT, bytes.fromhex(written["unit_key"]["wrapped"]), bytes.fromhex(written["unit_key"]["commitment"])
    )
    assert keys.unwrap_secrets([unit])[0].hex() == written["unit_key"]["key"]
    row = (vectors.RECORD, written["display"]["revision"], bytes.fromhex(written["display"]["envelope"]))
    assert keys.display_key().open_masks([row]) == [written["display"]["masks"]]
    with pytest.raises(SealRefused):
        Root(bytes.fromhex(WRITTEN["root"])).tenant(vectors.TENANT, suite=suite).unwrap_secrets([unit])
    if suite is Suite.AES_256_GCM:  # and what this suite wrote in the form before
        assert keys.unwrap_secrets([unit._replace(wrapped=bytes.fromhex(FORM_2["wrapped"]))])[0] == bytes(range(32))
        row = (row[0], row[1], bytes.fromhex(FORM_2["display"]))
        assert keys.display_key().open_masks([row]) == [written["display"]["masks"]]
    root = open_root_file(bytes.fromhex(WRITTEN["root_file"]["file"]), passphrase=WRITTEN["root_file"]["passphrase"])
    assert root.export() == restore_root("\n".join(WRITTEN["recovery_sheet"])).export() == vectors.ROOT


@SUITES
def test_no_stored_form_opens_under_another_form_or_suite_and_no_flipped_bit_opens(written: dict[str, Any]) -> None:
    keys = Root(bytes.fromhex(WRITTEN["root"])).tenant(vectors.TENANT, suite=Suite(written["suite"]), seed=vectors.SEED)
    place = (vectors.RECORD, written["display"]["revision"])
    stored = [(written["unit_key"]["wrapped"], written["display"]["envelope"])]
    if written["suite"] == 1:
        stored.append((FORM_2["wrapped"], FORM_2["display"]))
    for wrapped, display in ((bytes.fromhex(one), bytes.fromhex(other)) for one, other in stored):
        unit = WrappedUnit(vectors.UNIT, b"", bytes.fromhex(written["unit_key"]["commitment"]))
        for bad in [*_begun(wrapped), *_flipped(wrapped)]:
            with pytest.raises(SealRefused):
                keys.unwrap_secrets([unit._replace(wrapped=bad)])
        for bad in [*_begun(display), *_flipped(display)]:
            with pytest.raises(SealRefused):
                keys.display_key().open_masks([(*place, bad)])


def _begun(stored: bytes) -> list[bytes]:
    """The same bytes under every other form and suite there is or might be."""
    begins = [bytes((form, suite)) for form in range(6) for suite in (*range(8), 255)]
    return [begin + stored[2:] for begin in begins if begin != stored[:2]]


def _flipped(stored: bytes) -> list[bytes]:
    number, size = int.from_bytes(stored, "big"), len(stored)
    return [(number ^ 1 << bit).to_bytes(size, "big") for bit in range(size * 8)]


# From here on nothing of the product: suite 1 as somebody would write it who has read the text.


def _label(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">H", len(part)) + part for part in parts)


def _hkdf(secret: bytes, info: bytes, *, salt: bytes = bytes(32), length: int = 32) -> bytes:
    block, made, count = b"", b"", 1
    extracted = hmac.digest(salt, secret, "sha256")
    while len(made) < length:
        block = hmac.digest(extracted, block + info + bytes([count]), "sha256")
        made, count = made + block, count + 1
    return made[:length]


def _xaes(key: bytes, nonce: bytes) -> bytes:
    """The derived key of XAES-256-GCM in C2SP's own steps 1 to 5, over the bare block cipher."""
    block = Cipher(BlockCipher(key), ECB()).encryptor()
    number = int.from_bytes(block.update(bytes(16)), "big")
    mask = (number << 1 ^ (0x87 if number >> 127 else 0)) & (1 << 128) - 1
    parts = [int.from_bytes(bytes((0, i, 0x58, 0)) + nonce[:12], "big") ^ mask for i in (1, 2)]
    return b"".join(block.update(part.to_bytes(16, "big")) for part in parts)


def _id(name: str) -> bytes:
    return bytes.fromhex(WRITTEN[name])


def test_the_text_is_enough_to_open_an_envelope() -> None:
    sealed = bytes.fromhex(AES["envelope"]["envelope"])
    header, nonce, body = sealed[:4], sealed[4:16], sealed[16:]
    assert header == b"\x01\x01\x00\x01"
    parts = [
        (1, header),
        (2, _id("tenant")),
        (3, _id("unit")),
        (4, _id("record")),
        (5, b"identity"),
        (6, struct.pack(">Q", 3)),
    ]
    bound = b"".join(struct.pack(">BH", kind, len(value)) + value for kind, value in parts)
    assert bound.hex() == AES["envelope"]["associated_data"]
    plain = AESGCM(bytes.fromhex(AES["unit_key"]["key"])).decrypt(nonce, body, bound)
    assert len(plain) % 32 == 0
    assert json.loads(plain) == AES["envelope"]["fields"]
    assert (
        plain.rstrip(b" ")
        == json.dumps(AES["envelope"]["fields"], ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    )


def test_the_text_is_enough_to_unwrap_a_unit_key() -> None:
    epoch = struct.pack(">H", WRITTEN["epoch"])
    wrapping = _hkdf(
        _id("root"), _label(b"fengni/v1", b"vault/wrap", b"\x01", _id("tenant"), epoch), salt=_id("epoch_seed")
    )
    wrapped = bytes.fromhex(AES["unit_key"]["wrapped"])
    header, nonce, body = wrapped[:4], wrapped[4:28], wrapped[28:]
    assert header == b"\x03\x02" + epoch
    extended = hmac.digest(wrapping, _label(b"fengni/v1", b"xaes", b"wrap", header) + b"\x01", "sha256")
    bound = _label(header, b"unit-key", _id("tenant"), epoch, b"\x00\x01", _id("unit"))
    key = AESGCM(_xaes(extended, nonce)).decrypt(nonce[12:], body, bound)
    assert key.hex() == AES["unit_key"]["key"]
    wrapped = bytes.fromhex(FORM_2["wrapped"])
    header, salt, counter, body = wrapped[:4], wrapped[4:20], wrapped[20:24], wrapped[24:]
    assert header == b"\x02\x01" + epoch
    subkey = hmac.digest(wrapping, _label(b"fengni/v1", b"slot", b"wrap", header, salt) + b"\x01", "sha256")
    bound = _label(header, b"unit-key", _id("tenant"), epoch, b"\x00\x01", _id("unit"))
    assert AESGCM(subkey).decrypt(bytes(8) + counter, body, bound) == key
    committed = hmac.digest(
        key, _label(b"fengni/v1", b"commitment", b"\x01", _id("tenant"), _id("unit")) + b"\x01", "sha256"
    )
    assert committed.hex() == AES["unit_key"]["commitment"]


def test_the_text_is_enough_to_open_masks_and_make_tags() -> None:
    version = b"\x00\x01"
    key = _hkdf(_id("root"), _label(b"fengni/v1", b"vault/display", b"\x01", _id("tenant"), version))
    assert key.hex() == AES["display"]["key"]
    sealed = bytes.fromhex(AES["display"]["envelope"])
    header, nonce, body = sealed[:4], sealed[4:28], sealed[28:]
    extended = hmac.digest(key, _label(b"fengni/v1", b"xaes", b"display", header) + b"\x01", "sha256")
    bound = _label(header, b"display", _id("tenant"), _id("record"), struct.pack(">Q", AES["display"]["revision"]))
    assert json.loads(AESGCM(_xaes(extended, nonce)).decrypt(nonce[12:], body, bound)) == AES["display"]["masks"]
    for tag in AES["tags"]:
        kind = tag["kind"].encode()
        index = _hkdf(_id("root"), _label(b"fengni/v1", b"vault/index", b"\x01", _id("tenant"), kind, version))
        head = _label(b"fengni/v1", b"tag", kind, version)
        digest = hmac.digest(index, head + tag["normal"].encode(), "sha256")
        if tag["kind"].endswith("_part"):
            begin = tag["normal"].startswith("^")
            bits = 24 if tag["kind"] == "company_part" else 10 if begin else 13
            room = hmac.digest(index, head + (b"\0begin" if begin else b"\0inside"), "sha256")
            upper = int.from_bytes(room[:4], "big") >> bits << bits
            lower = int.from_bytes(digest[:4], "big") % 2**bits
            assert (upper + lower).to_bytes(4, "big").hex() == tag["tag"]
            continue
        bits = {"name": 14, "name_initials": 10, "last4_surname": 16}.get(tag["kind"], 128)
        kept = int.from_bytes(digest[:16], "big") >> 128 - bits << 128 - bits
        assert kept.to_bytes(16, "big").hex() == tag["tag"]


def test_the_text_is_enough_to_open_the_root_file_and_the_sheet() -> None:
    file = bytes.fromhex(WRITTEN["root_file"]["file"])
    assert file[:9] == b"FNGROOT\x01\x01"
    passes, memory, lanes = struct.unpack(">IIB", file[9:18])
    kdf = Argon2id(salt=file[18:34], length=64, iterations=passes, lanes=lanes, memory_cost=memory)
    stretched = kdf.derive(WRITTEN["root_file"]["passphrase"].encode())
    assert stretched[32:] == file[34:66]
    assert AESGCM(stretched[:32]).decrypt(file[66:78], file[78:], file[:66]) == _id("root")
    print_name = _hkdf(_id("root"), _label(b"fengni/v1", b"vault/fingerprint", b"\x01"), length=8).hex()
    assert WRITTEN["recovery_sheet"][0] == f"FENGNI-ROOT-1  {print_name}"
    for number, line in enumerate(WRITTEN["recovery_sheet"][1:], 1):
        read = base64.b32decode(line[3:].replace(" ", ""))
        assert read[:8] == _id("root")[8 * number - 8 : 8 * number]
        checked = hashlib.sha256(_label(b"fengni/v1", b"recovery", bytes([number]), read[:8])).digest()
        assert read[8:] == checked[:2]
