"""The cipher suites of the sealed store, by the number that stands in every stored byte string.

    1   AES-256-GCM         HMAC-SHA-256, HKDF-SHA-256   (NIST SP 800-38D, RFC 2104, RFC 5869)
    2   XAES-256-GCM        as 1                         (C2SP; for keys that live long, see slots.py)
    3   AES-256-GCM-SIV     as 1                         (RFC 8452; a nonce drawn twice shows equal texts, no more)
    4   SM4-GCM             HMAC-SM3, HKDF-SM3           (RFC 8998, GB/T 32907, GB/T 32905)
    5   ChaCha20-Poly1305   as 1                         (RFC 8439; for machines without AES instructions)

Rules: a number is never reused, and an unknown number is refused, not guessed. A tenant has one of `OFFERED`; 2 is no
tenant's suite, it seals what tenants of suite 1 keep under keys that live long. Every cipher comes from
`cryptography`; nothing is invented here. No function takes a nonce from outside this package: a caller cannot repeat
one. None of these ciphers commits to its key by itself; what does is `unit_key.commitment`, in every suite. Suite 4
uses national algorithms; it is not a certified product.

>>> Suite(1).key_size, Suite(4).key_size
(32, 16)
>>> key = aead(Suite.SM4_GCM, bytes(16))
>>> open_(key, seal(key, b"text", aad=b"place"), aad=b"place")
b'text'
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from enum import IntEnum
from hashlib import sha256
from typing import Final, NoReturn, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV, ChaCha20Poly1305
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from fengni.core.errors import SealRefused
from fengni.core.vault.xaes import Xaes256Gcm

NONCE_SIZE = 12
TAG_SIZE = 16
COMMITMENT_SIZE = 32

_HASH_SIZE: Final = 32
# RFC 2104: the key of a hash with blocks of 64 bytes, filled up with zeros, under the two paddings.
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))
_INNER_REST: Final = b"\x36" * _HASH_SIZE
_OUTER_REST: Final = b"\x5c" * _HASH_SIZE

Random = Callable[[int], bytes]
"""A source of random bytes, `os.urandom` everywhere but in tests that reproduce vectors."""


class Suite(IntEnum):
    """The number of a cipher suite, as it stands in the second byte of every stored byte string."""

    AES_256_GCM = 1
    XAES_256_GCM = 2
    AES_256_GCM_SIV = 3
    SM4_GCM = 4
    CHACHA20_POLY1305 = 5

    @property
    def key_size(self) -> int:
        """Bytes of a key of the suite's cipher: 16 for SM4, 32 for the others."""
        return 16 if self is Suite.SM4_GCM else 32


OFFERED: Final = (Suite.AES_256_GCM, Suite.AES_256_GCM_SIV, Suite.SM4_GCM, Suite.CHACHA20_POLY1305)
"""The suites a tenant may have: those whose nonces have 12 bytes."""


class Aead(Protocol):
    """An authenticated cipher that holds its key. May be shared by threads."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Ciphertext and 16-byte tag. The caller, inside this package, guarantees that the nonce is new for the key."""
        ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Plaintext. Raises `cryptography.exceptions.InvalidTag`."""
        ...


class Keyed(Protocol):
    """A hash object that has taken its key (RFC 2104) and can be copied before each message."""

    def copy(self) -> Self:
        """Another object in the same state."""
        ...

    def update(self, data: bytes) -> None:
        """Takes more of the message."""
        ...

    def digest(self) -> bytes:
        """The 32-byte tag of what was taken."""
        ...


class _Sm4Gcm:
    """SM4-GCM in the shape of `AESGCM`; `cryptography` offers it only as a cipher with a mode."""

    __slots__ = ("_algorithm",)

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        if len(data) < TAG_SIZE:
            raise InvalidTag
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, data[-TAG_SIZE:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-TAG_SIZE]) + decryptor.finalize()


class _HmacSm3:
    """HMAC-SM3 in the shape of the standard library's HMAC. Python has SM3 only where its OpenSSL does."""

    __slots__ = ("_state",)

    def __init__(self, state: HMAC) -> None:
        self._state = state

    def copy(self) -> Self:
        return type(self)(self._state.copy())

    def update(self, data: bytes) -> None:
        self._state.update(data)

    def digest(self) -> bytes:
        return self._state.finalize()


class Secret:
    """Base of everything that holds a key: shows nothing, cannot be pickled, copied or compared by content."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a key does not leave its process this way")


_CIPHERS: Final[dict[Suite, Callable[[bytes], Aead]]] = {
    Suite.AES_256_GCM: AESGCM,
    Suite.XAES_256_GCM: Xaes256Gcm,
    Suite.AES_256_GCM_SIV: AESGCMSIV,
    Suite.SM4_GCM: _Sm4Gcm,
    Suite.CHACHA20_POLY1305: ChaCha20Poly1305,
}


def aead(suite: Suite, key: bytes) -> Aead:
    """The suite's cipher with a key of `suite.key_size` bytes. Raises ValueError for another length."""
    if len(key) != suite.key_size:
        raise ValueError("wrong key length for the suite")
    return _CIPHERS[suite](key)


def keyed(suite: Suite, key: bytes) -> Keyed:
    """A keyed hash ready to be copied once per message: HMAC-SHA-256, or HMAC-SM3 for suite 4."""
    return _HmacSm3(HMAC(key, hashes.SM3())) if suite is Suite.SM4_GCM else hmac.new(key, digestmod="sha256")


def mac(suite: Suite, key: bytes, message: bytes) -> bytes:
    """The 32-byte tag of one message under a key that is used once.

    A key of 32 bytes, as every unit key outside suite 4 is, takes RFC 2104 in its own words: twice as fast as the
    library's object, and the library's object is what the tests compare it with.
    """
    if suite is not Suite.SM4_GCM:
        if len(key) != _HASH_SIZE:
            return hmac.digest(key, message, "sha256")
        inner = sha256(key.translate(_INNER) + _INNER_REST + message).digest()
        return sha256(key.translate(_OUTER) + _OUTER_REST + inner).digest()
    state = HMAC(key, hashes.SM3())
    state.update(message)
    return state.finalize()


def macs(suite: Suite, begin: bytes) -> Callable[[bytes, bytes], bytes]:
    """`mac` for many keys of the suite's cipher and messages that begin alike: takes a key and a message's rest.

    >>> macs(Suite.AES_256_GCM, b"ab")(bytes(32), b"c") == mac(Suite.AES_256_GCM, bytes(32), b"abc")
    True
    """
    if suite is Suite.SM4_GCM:
        return lambda key, rest: mac(suite, key, begin + rest)
    inner_begin = _INNER_REST + begin

    def tag(key: bytes, rest: bytes) -> bytes:
        if len(key) != _HASH_SIZE:
            raise ValueError("wrong key length for the suite")
        inner = sha256(key.translate(_INNER) + inner_begin + rest).digest()
        return sha256(key.translate(_OUTER) + _OUTER_REST + inner).digest()

    return tag


def label(*parts: bytes) -> bytes:
    """Parts joined so that no two different lists give the same bytes: each is preceded by its length in two bytes.

    >>> label(b"ab", b"c") == label(b"a", b"bc")
    False
    """
    return b"".join([len(part).to_bytes(2, "big") + part for part in parts])


def derive(suite: Suite, secret: bytes, info: bytes, *, length: int, salt: bytes | None = None) -> bytes:
    """HKDF (RFC 5869), extract and expand, over the suite's hash."""
    return HKDF(algorithm=_hash(suite), length=length, salt=salt, info=info).derive(secret)


def expand(suite: Suite, key: bytes, info: bytes, *, length: int) -> bytes:
    """HKDF-Expand only (RFC 5869 section 3.3: allowed because `key` is already uniformly random)."""
    return HKDFExpand(algorithm=_hash(suite), length=length, info=info).derive(key)


def seal(key: Aead, plaintext: bytes, *, aad: bytes, random: Random = os.urandom) -> bytes:
    """nonce(12) + ciphertext + tag(16), fresh random nonce; the key seals fewer than 2^32 messages (SP 800-38D 8.3).

    For suites of `OFFERED`: the nonces of suite 2 are made by slots.py.
    """
    nonce = random(NONCE_SIZE)
    return nonce + key.encrypt(nonce, plaintext, aad)


def open_(key: Aead, sealed: bytes, *, aad: bytes) -> bytes:
    """The plaintext of `seal`. Raises SealRefused, with no reason, when anything differs."""
    try:
        return key.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], aad)
    except (InvalidTag, ValueError):
        raise SealRefused from None


def _hash(suite: Suite) -> hashes.HashAlgorithm:
    return hashes.SM3() if suite is Suite.SM4_GCM else hashes.SHA256()
