"""Sealing under a key that lives long: a tenant's wrapping key and display key.

A random 96-bit nonce is safe for 2^32 messages per key (SP 800-38D section 8.3), which a key kept for years may
pass. So a long-lived key never seals anything itself. Each **batch** draws a random 16-byte salt, derives a subkey
from it (HKDF-Expand, RFC 5869), and counts its nonces from zero (SP 800-38D section 8.2.1, deterministic
construction). The subkey lives in one call and seals at most `SLOT_LIMIT` messages, so a (key, nonce) pair repeats
only if two batches draw the same 128-bit salt. docs/spec/envelope.md, section 4, gives the bound. Nothing survives
the call, so there is no state a fork, a thread or a restored machine image could repeat.

    format 02 | suite | key version, 2 bytes | salt, 16 bytes | counter, 4 bytes | ciphertext | tag, 16 bytes

Associated data always begins with the first four bytes of that header.

>>> slot, cipher = LongLivedKey(bytes(32), suite=Suite.SM4_GCM, version=3, purpose=b"wrap").new_slot()
>>> slot[:4].hex(), len(slot)
('02040003', 20)
"""

from __future__ import annotations

import os
from typing import Final

from fengni.core.vault.suites import Aead, Random, Secret, Suite, aead, keyed, label

FORMAT: Final = 2
HEADER_SIZE: Final = 4
SALT_SIZE: Final = 16
SLOT_SIZE: Final = HEADER_SIZE + SALT_SIZE
BODY_AT: Final = SLOT_SIZE + 4
SLOT_LIMIT: Final = 1 << 32
NONCE_PREFIX: Final = bytes(8)


class LongLivedKey(Secret):
    """A 32-byte key that only derives batch subkeys. Thread-safe: nothing changes after construction."""

    __slots__ = ("_state", "header", "suite", "version")

    def __init__(self, secret: bytes, *, suite: Suite, version: int, purpose: bytes) -> None:
        if len(secret) != 32 or not 0 < version < 1 << 16:
            raise ValueError("a long-lived key has 32 bytes and a version from 1 to 65535")
        self.suite = suite
        self.version = version
        self.header = bytes((FORMAT, suite)) + version.to_bytes(2, "big")
        self._state = keyed(suite, secret)
        self._state.update(label(b"fengni/v1", b"slot", purpose, self.header) + SALT_SIZE.to_bytes(2, "big"))

    def subkey(self, salt: bytes) -> Aead:
        """The cipher of one batch: the first block of HKDF-Expand with the salt as last part of the label."""
        state = self._state.copy()
        state.update(salt + b"\x01")
        return aead(self.suite, state.digest()[: self.suite.key_size])

    def new_slot(self, random: Random = os.urandom) -> tuple[bytes, Aead]:
        """Header and salt of a new batch (20 bytes), and its cipher."""
        salt = random(SALT_SIZE)
        return self.header + salt, self.subkey(salt)
