"""Sealing under a key that lives long: a tenant's wrapping key and display key.

A random 96-bit nonce is safe for 2^32 messages per key (SP 800-38D section 8.3), which a key kept for years may
pass. So a long-lived key never seals anything itself. Each **batch** draws randomness, derives a cipher from it, and
counts its nonces; the cipher lives in one call and seals fewer than `BATCH_LIMIT` messages. Nothing survives the call,
so there is no state a fork or a thread could repeat. docs/spec/envelope.md, section 4, gives the bounds.

    02 | suite | key version, 2 bytes | salt, 16 bytes | counter, 4 bytes | ciphertext | tag, 16 bytes
    03 | 02    | key version, 2 bytes | nonce, 24 bytes                   | ciphertext | tag, 16 bytes

Form 03 is XAES-256-GCM (C2SP): the batch draws 24 bytes, and its nonces count on from them, so that all of them begin
with the same 12 and share one derived key. Suite 1 writes 03 and still reads the 02 it wrote before. The other suites
write and read 02 with their own cipher and keyed hash; a machine restored from an image that draws the same salt again
repeats nonces, which suite 3 survives. Associated data always begins with the first four bytes of the header.

>>> key = LongLivedKey(bytes(32), suite=Suite.AES_256_GCM, version=3, purpose=b"wrap")
>>> cipher, places = key.batch(2)
>>> sealed = [head + cipher.encrypt(nonce, b"text", key.header) for head, nonce in places]
>>> sealed[0][:4].hex(), sealed[0][:16] == sealed[1][:16], len(sealed[0])
('03020003', True, 48)
>>> find = key.opening()
>>> header, cipher, nonce, body = find(sealed[1])
>>> cipher.decrypt(nonce, body, header)
b'text'
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from fengni.core.errors import SealRefused
from fengni.core.vault.suites import OFFERED, TAG_SIZE, Aead, Random, Secret, Suite, aead, keyed, label, mac
from fengni.core.vault.xaes import HALF, Xaes256Gcm

HEADER_SIZE: Final = 4
BATCH_LIMIT: Final = 1 << 32
Found = tuple[bytes, Aead, bytes, bytes]
"""Where a stored byte string was sealed: its header, its batch's cipher, its nonce, and ciphertext with tag."""


class _Form(NamedTuple):
    """How a header continues: salt of the batch, then what differs from row to row."""

    number: int
    salt: int
    width: int
    pad: bytes  # in front of what differs, to make a nonce of 12 bytes of it


_COUNTED: Final = _Form(2, salt=16, width=4, pad=bytes(8))
_EXTENDED: Final = _Form(3, salt=HALF, width=HALF, pad=b"")


class LongLivedKey(Secret):
    """A 32-byte key that only derives the ciphers of batches. Thread-safe: nothing changes after construction."""

    __slots__ = ("_forms", "_state", "_xaes", "header", "suite", "version")

    def __init__(self, secret: bytes, *, suite: Suite, version: int, purpose: bytes) -> None:
        if len(secret) != 32 or not 0 < version < 1 << 16:
            raise ValueError("a long-lived key has 32 bytes and a version from 1 to 65535")
        if suite is Suite.XAES_256_GCM:
            raise ValueError("no tenant has suite 2")
        self.suite = suite
        self.version = version
        counted = _header(_COUNTED, suite, version)
        self._state = keyed(suite, secret)
        self._state.update(label(b"fengni/v1", b"slot", purpose, counted) + _COUNTED.salt.to_bytes(2, "big"))
        self._forms = {counted: (counted, _COUNTED)}
        self.header = counted
        if suite is Suite.AES_256_GCM:
            self.header = _header(_EXTENDED, Suite.XAES_256_GCM, version)
            self._forms[self.header] = (self.header, _EXTENDED)
            self._xaes = Xaes256Gcm(mac(suite, secret, label(b"fengni/v1", b"xaes", purpose, self.header) + b"\x01"))

    def batch(self, size: int, random: Random = os.urandom) -> tuple[Aead, Iterator[tuple[bytes, bytes]]]:
        """The cipher of a new batch, and for each of its messages what stands before the ciphertext, and the nonce.

        Raises ValueError for more messages than a batch may have.
        """
        if size >= BATCH_LIMIT:
            raise ValueError("too many messages for one batch")
        header, form = self._forms[self.header]
        drawn = random(form.salt if form is _COUNTED else form.salt + form.width)
        salt, start = drawn[: form.salt], int.from_bytes(drawn[form.salt :], "big")
        return self._cipher(form, salt), _places(header + salt, form, start, size)

    def opening(self) -> Callable[[bytes], Found]:
        """What finds the place of a stored byte string; it remembers the ciphers of the batches it has met.

        Raises SealRefused for a form, suite or version this key never wrote, and for one cut short.
        """
        forms, ciphers = self._forms, dict[bytes, Aead]()

        def find(sealed: bytes) -> Found:
            known = forms.get(sealed[:HEADER_SIZE])
            if known is None:
                raise SealRefused
            header, form = known
            salt_end = HEADER_SIZE + form.salt
            body_at = salt_end + form.width
            if len(sealed) < body_at + TAG_SIZE:
                raise SealRefused
            begin = sealed[:salt_end]
            cipher = ciphers.get(begin)
            if cipher is None:
                cipher = ciphers[begin] = self._cipher(form, begin[HEADER_SIZE:])
            return header, cipher, form.pad + sealed[salt_end:body_at], sealed[body_at:]

        return find

    def _cipher(self, form: _Form, salt: bytes) -> Aead:
        if form is _EXTENDED:
            return self._xaes.derived(salt)
        state = self._state.copy()  # the first block of HKDF-Expand with the salt as last part of the label
        state.update(salt + b"\x01")
        return aead(self.suite, state.digest()[: self.suite.key_size])


def named(sealed: bytes) -> tuple[Suite, int]:
    """Suite and version of the key that a stored byte string names; not authenticated until it opens.

    Raises SealRefused for a form or suite that no long-lived key writes.

    >>> named(bytes.fromhex("03020003") + bytes(40)), named(bytes.fromhex("02040001") + bytes(40))
    ((<Suite.AES_256_GCM: 1>, 3), (<Suite.SM4_GCM: 4>, 1))
    """
    form, suite = sealed[:2] if len(sealed) > HEADER_SIZE else (0, 0)
    if form == _EXTENDED.number and suite == Suite.XAES_256_GCM:
        suite = Suite.AES_256_GCM
    elif form != _COUNTED.number:
        suite = 0
    if suite not in OFFERED:
        raise SealRefused
    return Suite(suite), int.from_bytes(sealed[2:HEADER_SIZE], "big")


def _header(form: _Form, suite: Suite, version: int) -> bytes:
    return bytes((form.number, suite)) + version.to_bytes(2, "big")


def _places(begin: bytes, form: _Form, start: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    width, pad, end = form.width, form.pad, 1 << 8 * form.width
    for number in range(start, start + size):
        count = (number % end).to_bytes(width, "big")
        yield begin + count, pad + count
