"""The key of one destruction unit, as a process that opens values holds it.

A unit is (tenant, person, matter or client file, retention class); its key is random and belongs to nothing else,
so that destroying it destroys exactly what may go. The object holds the cipher, not the bytes: it shows nothing and
cannot be pickled or copied.

>>> from uuid import UUID
>>> UnitKey(bytes(32), unit=UUID(int=1), suite=Suite.AES_256_GCM)
<UnitKey>
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from uuid import UUID

from fengni.core.vault.suites import OFFERED, Secret, Suite, aead, label, mac

ENVELOPE_FORMAT: Final = 1


class UnitKey(Secret):
    """A unit's key ready for use. `version` counts re-keyings of the unit, from 1 to 65535. Thread-safe."""

    __slots__ = ("aead", "header", "suite", "unit", "version")

    def __init__(self, secret: bytes, unit: UUID, suite: Suite, version: int = 1) -> None:
        """Takes the unit key's bytes as the keyring released them. Raises ValueError for a wrong length, version
        or suite."""
        self.header = _header(suite, version)
        self.aead = aead(suite, secret)
        self.suite = suite
        self.unit = unit
        self.version = version


@lru_cache(maxsize=64)
def _header(suite: Suite, version: int) -> bytes:
    if suite not in OFFERED:
        raise ValueError("a unit key has a suite that tenants may have")
    if not 0 < version < 1 << 16:
        raise ValueError("a unit key's version lies between 1 and 65535")
    return bytes((ENVELOPE_FORMAT, suite, version >> 8, version & 255))


def commitment_info(suite: Suite, tenant: UUID, unit: UUID) -> bytes:
    """What a commitment is computed over (docs/spec/envelope.md, section 5), without HKDF's block counter."""
    return label(b"fengni/v1", b"commitment", bytes((suite,)), tenant.bytes, unit.bytes)


def commitment(secret: bytes, *, suite: Suite, tenant: UUID, unit: UUID) -> bytes:
    """The 32 bytes that pin a unit to one key: HKDF-Expand, one block, under the unit key.

    No cipher of suites.py commits to its key (one ciphertext can be made to open under two); this value, stored beside
    the wrapped key and named in a destruction certificate, does.
    """
    return mac(suite, secret, commitment_info(suite, tenant, unit) + b"\x01")
