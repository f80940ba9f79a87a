"""XAES-256-GCM (C2SP): AES-256-GCM under a key derived from the first half of a nonce of 24 bytes.

    subkey = CMAC(key, 00 01 "X" 00 ‖ nonce[:12]) ‖ CMAC(key, 00 02 "X" 00 ‖ nonce[:12])      SP 800-108, counter mode
    sealed = AES-256-GCM(subkey, nonce[12:], ...)

One key may seal 2^80 messages under random nonces before two of them meet with a chance of 2^-32
(https://c2sp.org/XAES-256-GCM), where AES-256-GCM itself may seal 2^32. That is why keys that live long use it
(slots.py). AES, CMAC and GCM come from `cryptography`.

>>> sealed = Xaes256Gcm(b"\\x01" * 32).encrypt(b"ABCDEFGHIJKLMNOPQRSTUVWX", b"XAES-256-GCM", None)
>>> sealed.hex()
'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271'
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.cmac import CMAC

NONCE_SIZE: Final = 24
HALF: Final = 12
_FIRST: Final = b"\x00\x01X\x00"
_SECOND: Final = b"\x00\x02X\x00"


class Xaes256Gcm:
    """The cipher with its key of 32 bytes. May be shared by threads: its state is copied, never changed."""

    __slots__ = ("_state",)

    def __init__(self, key: bytes) -> None:
        self._state = CMAC(AES256(key))

    def derived(self, begin: bytes) -> AESGCM:
        """AES-256-GCM for every nonce that begins with these 12 bytes; it takes the other 12."""
        if len(begin) != HALF:
            raise ValueError("a nonce of XAES-256-GCM has 24 bytes")
        first, second = self._state.copy(), self._state.copy()
        first.update(_FIRST + begin)
        second.update(_SECOND + begin)
        return AESGCM(first.finalize() + second.finalize())

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Ciphertext and 16-byte tag. Raises ValueError for a nonce of another length than 24 bytes."""
        return self.derived(nonce[:HALF]).encrypt(_rest(nonce), data, associated_data)

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Plaintext. Raises `cryptography.exceptions.InvalidTag`, ValueError for a nonce of another length."""
        return self.derived(nonce[:HALF]).decrypt(_rest(nonce), data, associated_data)


def _rest(nonce: bytes) -> bytes:
    if len(nonce) != NONCE_SIZE:
        raise ValueError("a nonce of XAES-256-GCM has 24 bytes")
    return nonce[HALF:]
