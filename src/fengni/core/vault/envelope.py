"""Envelopes: the fields of one record, sealed under its unit's key and bound to their place.

    format 01 | suite | key version, 2 bytes | nonce, 12 bytes | ciphertext | tag, 16 bytes

A `Binding` says where an envelope belongs: tenant, destruction unit, record, class and revision. It is the
associated data, so an envelope moved to another record, unit, class or tenant, or put back over a newer revision,
does not open (docs/spec/envelope.md).

Rules: the parser is strict and guesses nothing. Whatever is wrong (length, format, suite, key version, place, key,
one bit), the answer is the same SealRefused without a reason. No function takes a nonce. A unit key seals fewer
than 2^32 envelopes in its life.

>>> from uuid import UUID
>>> key = UnitKey(bytes(32), unit=UUID(int=2), suite=Suite.AES_256_GCM)
>>> place = Binding(tenant=UUID(int=1), unit=UUID(int=2), record=UUID(int=3), class_="contact", revision=1)
>>> sealed = seal_fields(key, place, {"mobile": "15400000001"})
>>> open_fields(key, place, sealed)
{'mobile': '15400000001'}
>>> open_fields(key, replace(place, revision=2), sealed)
Traceback (most recent call last):
    ...
fengni.core.errors.SealRefused: vault.sealed-value-refused
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag

from fengni.core.errors import SealRefused
from fengni.core.vault.display import DisplayKey
from fengni.core.vault.fields import pack, unpack
from fengni.core.vault.suites import NONCE_SIZE, TAG_SIZE, Random, Suite
from fengni.core.vault.unit_key import ENVELOPE_FORMAT, UnitKey

__all__ = (
    "Binding", "DisplayKey", "Suite", "UnitKey", "associated_data", "key_version", "open_", "open_display",
    "open_fields", "open_packed", "open_rows", "replace", "reseal", "seal", "seal_display", "seal_fields",
    "seal_packed", "seal_rows",
)  # fmt: skip

HEADER_SIZE: Final = 4
OVERHEAD: Final = HEADER_SIZE + NONCE_SIZE + TAG_SIZE
_CLASS: Final = re.compile("[a-z][a-z0-9_]{0,31}")
# Type, 1 byte; length, 2 bytes; value. Types rise, each occurs once: one binding has one encoding.
_HEADER: Final = b"\x01\x00\x04"
_TENANT: Final = b"\x02\x00\x10"
_UNIT: Final = b"\x03\x00\x10"
_RECORD: Final = b"\x04\x00\x10"
_CLASS_TYPE: Final = b"\x05\x00"
_REVISION: Final = b"\x06\x00\x08"


@dataclass(frozen=True, slots=True)
class Binding:
    """Where an envelope belongs. `class_` is a record class (identity, contact ...); `revision` counts up from 0."""

    tenant: UUID
    unit: UUID
    record: UUID
    class_: str
    revision: int


def associated_data(header: bytes, binding: Binding) -> bytes:
    """The canonical TLV of header and place. Raises ValueError for a class or revision that has no form."""
    return _place(_tenant_part(header, binding.tenant), binding)


def _tenant_part(header: bytes, tenant: UUID) -> bytes:
    return _HEADER + header + _TENANT + tenant.bytes + _UNIT


def _place(begin: bytes, binding: Binding) -> bytes:
    revision = binding.revision.to_bytes(8, "big")
    return b"".join((begin, binding.unit.bytes, _RECORD, binding.record.bytes, _class_part(binding.class_), revision))


@lru_cache(maxsize=64)
def _class_part(class_: str) -> bytes:
    if _CLASS.fullmatch(class_) is None:
        raise ValueError("a record class is 1 to 32 of a-z, 0-9, _")
    return _CLASS_TYPE + bytes((len(class_),)) + class_.encode() + _REVISION


def key_version(envelope: bytes) -> int:
    """Which version of the unit's key an envelope asks for. Not authenticated until it opens. Raises SealRefused."""
    if len(envelope) < OVERHEAD or envelope[0] != ENVELOPE_FORMAT:
        raise SealRefused
    return int.from_bytes(envelope[2:4], "big")


def seal(key: UnitKey, binding: Binding, plaintext: bytes, *, random: Random = os.urandom) -> bytes:
    """The envelope of `plaintext`, 32 bytes longer. Raises SealRefused when the key is not the unit's, ValueError
    for a binding that has no form."""
    return _seal([(key, binding)], [plaintext], random)[0]


def open_(key: UnitKey, binding: Binding, envelope: bytes) -> bytes:
    """What was sealed. Raises SealRefused, with no reason, unless everything fits."""
    return _open([(key, binding, envelope)])[0]


def seal_fields(key: UnitKey, binding: Binding, fields: Mapping[str, str], *, random: Random = os.urandom) -> bytes:
    """The envelope of a record's fields (field kind → text). Raises BadInput when one is not text."""
    return _seal([(key, binding)], [pack(fields)], random)[0]


def open_fields(key: UnitKey, binding: Binding, envelope: bytes) -> dict[str, str]:
    """The fields of a record. Raises SealRefused, with no reason, unless everything fits."""
    return unpack(_open([(key, binding, envelope)])[0])


def seal_rows(
    rows: Sequence[tuple[UnitKey, Binding, Mapping[str, str]]], *, random: Random = os.urandom
) -> list[bytes]:
    """As `seal_fields` for many rows, in order; the nonces of the batch come from one draw of randomness."""
    return _seal([row[:2] for row in rows], [pack(row[2]) for row in rows], random)


def seal_packed(rows: Sequence[tuple[UnitKey, Binding, bytes]]) -> list[bytes]:
    """As `seal_rows` for fields that are packed already."""
    return _seal([row[:2] for row in rows], [row[2] for row in rows], os.urandom)


def reseal(
    old: UnitKey, new: UnitKey, rows: Sequence[tuple[Binding, bytes]], *, random: Random = os.urandom
) -> list[bytes]:
    """Envelopes of one unit, opened and sealed again in their places under another key of the unit.

    Raises SealRefused, with no reason, when one does not open: then none is sealed.

    >>> unit = UUID(int=2)
    >>> one, two = UnitKey(bytes(32), unit, Suite.AES_256_GCM, 1), UnitKey(bytes(16), unit, Suite.SM4_GCM, 2)
    >>> place = Binding(tenant=UUID(int=1), unit=unit, record=UUID(int=3), class_="contact", revision=1)
    >>> [again] = reseal(one, two, [(place, seal_fields(one, place, {"mobile": "15400000001"}))])
    >>> key_version(again), open_fields(two, place, again)
    (2, {'mobile': '15400000001'})
    """
    plaintexts = _open([(old, binding, envelope) for binding, envelope in rows])
    return _seal([(new, binding) for binding, _ in rows], plaintexts, random)


def open_packed(rows: Iterable[tuple[UnitKey, Binding, bytes]]) -> list[bytes]:
    """As `open_` for many rows, in order. Raises SealRefused for the whole batch if one does not open."""
    return _open(rows)


def open_rows(rows: Iterable[tuple[UnitKey, Binding, bytes]]) -> list[dict[str, str]]:
    """As `open_fields` for many rows, in order. Raises SealRefused for the whole batch if one does not open."""
    return [unpack(plaintext) for plaintext in _open(rows)]


def seal_display(
    key: DisplayKey, tenant: UUID, record: UUID, revision: int, masks: Mapping[str, str], *, random: Random = os.urandom
) -> bytes:
    """The display envelope of one record's masks. Raises SealRefused when the key is another tenant's."""
    if tenant != key.tenant:
        raise SealRefused
    return key.seal_masks(((record, revision, masks),), random=random)[0]


def open_display(key: DisplayKey, tenant: UUID, record: UUID, revision: int, sealed: bytes) -> dict[str, str]:
    """One record's masks. Raises SealRefused, with no reason, unless everything fits."""
    if tenant != key.tenant:
        raise SealRefused
    return key.open_masks(((record, revision, sealed),))[0]


def _seal(places: Sequence[tuple[UnitKey, Binding]], plaintexts: Sequence[bytes], random: Random) -> list[bytes]:
    nonces, sealed, at = random(NONCE_SIZE * len(places)), [], 0
    header = tenant = None
    for (key, binding), plaintext in zip(places, plaintexts, strict=True):
        if binding.unit is not key.unit and binding.unit != key.unit:
            raise SealRefused  # sealed under another unit's key it could never be opened in its place
        if binding.tenant is not tenant or key.header is not header:  # once per batch
            header, tenant = key.header, binding.tenant
            begin = _tenant_part(header, tenant)
        nonce, at = nonces[at : at + NONCE_SIZE], at + NONCE_SIZE
        sealed.append(header + nonce + key.aead.encrypt(nonce, plaintext, _place(begin, binding)))
    return sealed


def _open(rows: Iterable[tuple[UnitKey, Binding, bytes]]) -> list[bytes]:
    opened = []
    header = tenant = None
    try:
        for key, binding, envelope in rows:
            if binding.tenant is not tenant or key.header is not header:  # once per batch
                header, tenant = key.header, binding.tenant
                begin = _tenant_part(header, tenant)
            if len(envelope) < OVERHEAD or envelope[:HEADER_SIZE] != header:
                raise SealRefused
            if binding.unit is not key.unit and binding.unit != key.unit:
                raise SealRefused
            opened.append(key.aead.decrypt(envelope[4:16], envelope[16:], _place(begin, binding)))
    except (InvalidTag, ValueError, OverflowError):
        raise SealRefused from None
    return opened
