"""A backup file: a header that names its root and carries its own key sealed, then sealed chunks, then nothing.

    header   "FNGBACK1" | suite | root fingerprint, 8 | backup id, 16 | sealed file key | commitment, 32
    chunks   ciphertext of 256 KiB (the last one shorter, perhaps empty) and tag, 16 bytes each
    inside   sections: length of name, 2 | name | blocks of (length, 4 | bytes) | 0, 4; at the end a length of name 0

Rules: each file has a random key, sealed under the root's backup key, so only the key process can begin a file and
only the root opens one. The chunk key depends on every byte of the header. Chunks are sealed as STREAM (Hoang,
Reyhanitabar, Rogaway, Vizár 2015): the nonce is a counter and a flag for the last, so chunks cannot be moved, left
off, doubled or cut. What was read counts only when the end was reached. docs/spec/backup.md gives the bytes.

>>> from io import BytesIO
>>> root, file = Root(bytes(32)), BytesIO()
>>> secret, header = begin(root, suite=Suite.AES_256_GCM, backup=UUID(int=5))
>>> writing = Writing(secret, header, file.write)
>>> writing.section("greeting", [b"hello ", b"world"])
>>> writing.finish()
>>> [(name, b"".join(blocks)) for name, blocks in read(root, BytesIO(file.getvalue()).read)]
[('greeting', b'hello world')]
>>> list(read(root, BytesIO(file.getvalue()[:-1]).read))
Traceback (most recent call last):
    ...
fengni.core.errors.VerificationFailed: backup.damaged
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag

from fengni.core.errors import SealRefused, VerificationFailed
from fengni.core.vault.keyring import Root
from fengni.core.vault.suites import NONCE_SIZE, TAG_SIZE, Aead, Random, Suite, aead, expand, label, mac, open_, seal

__all__ = ["Named", "Root", "Writing", "begin", "header_size", "name", "read"]  # Root: for whoever restores

MAGIC: Final = b"FNGBACK1"
CHUNK: Final = 256 * 1024
_NAMED: Final = len(MAGIC) + 1 + 8 + 16
_COMMITMENT: Final = 32
_LARGEST_BLOCK: Final = 1 << 30
_MOST_CHUNKS: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class Named:
    """What the header of a backup says before anybody has a key."""

    suite: Suite
    root: str
    backup: UUID


def header_size(suite: Suite) -> int:
    """Bytes of a header of this suite."""
    return _NAMED + NONCE_SIZE + suite.key_size + TAG_SIZE + _COMMITMENT


def begin(root: Root, *, suite: Suite, backup: UUID, random: Random = os.urandom) -> tuple[bytes, bytes]:
    """A new file key, and the header that holds it sealed."""
    named = MAGIC + bytes((suite,)) + bytes.fromhex(root.fingerprint()) + backup.bytes
    secret = random(suite.key_size)
    sealed = seal(_backup_key(root, suite), secret, aad=label(b"fengni/v1", b"backup", named), random=random)
    return secret, named + sealed + _commitment(suite, secret)


def name(read: Callable[[int], bytes]) -> tuple[Named, bytes]:
    """What a file says of itself, and its whole header. Raises VerificationFailed ("backup.not-a-backup")."""
    begins = read(_NAMED)
    if len(begins) < _NAMED or not begins.startswith(MAGIC):
        raise VerificationFailed("backup.not-a-backup")
    try:
        suite = Suite(begins[len(MAGIC)])
    except ValueError:
        raise VerificationFailed("backup.newer") from None
    rest = read(header_size(suite) - _NAMED)
    at = len(MAGIC) + 1
    return Named(suite, begins[at : at + 8].hex(), UUID(bytes=begins[at + 8 :])), begins + rest


class Writing:
    """Writes a backup's sections through `write`. Whoever does not call `finish` leaves a file that does not open."""

    def __init__(self, secret: bytes, header: bytes, write: Callable[[bytes], object]) -> None:
        self._cipher = _chunk_cipher(Suite(header[len(MAGIC)]), secret, header)
        self._write = write
        self._waiting = bytearray()
        self._count = 0
        write(header)

    def section(self, name: str, blocks: Iterable[bytes]) -> None:
        """Write one section."""
        named = name.encode()
        self._put(len(named).to_bytes(2, "big") + named)
        for block in blocks:
            if block:
                self._put(len(block).to_bytes(4, "big"))
                self._put(block)
        self._put(bytes(4))

    def finish(self) -> None:
        """Write the end."""
        self._put(bytes(2))
        self._seal(bytes(self._waiting), last=True)

    def _put(self, data: bytes) -> None:
        self._waiting += data
        if len(self._waiting) > CHUNK:
            whole = (len(self._waiting) - 1) // CHUNK * CHUNK  # something stays, so that the last chunk is the last
            view = bytes(self._waiting[:whole])
            del self._waiting[:whole]
            for at in range(0, whole, CHUNK):
                self._seal(view[at : at + CHUNK], last=False)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._write(self._cipher.encrypt(_nonce(self._count, last=last), chunk, None))
        self._count += 1


def read(root: Root, read: Callable[[int], bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The sections of a backup in their order: name and blocks. Blocks not taken are passed over.

    Raises VerificationFailed: "backup.not-a-backup", "backup.newer", "backup.of-another-root" (names both), and
    "backup.damaged" for a bit changed, a chunk moved or cut off, or bytes behind the end. `read(n)` gives n bytes, or
    fewer at the end of the file.
    """
    named, header = name(read)
    if named.root != root.fingerprint():
        raise VerificationFailed("backup.of-another-root", file=named.root, root=root.fingerprint())
    source = _Source(_chunks(named.suite, _file_key(root, named, header), header, read))
    while length := source.number(2):
        section = source.take(length)
        blocks = source.blocks()
        yield section.decode("utf-8", "replace"), blocks
        for _ in blocks:
            pass
    source.end()


class _Source:
    """Opened chunks as one run of bytes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = bytearray()

    def take(self, length: int) -> bytes:
        while len(self._held) < length:
            try:
                self._held += next(self._chunks)
            except StopIteration:
                raise VerificationFailed("backup.damaged") from None
        taken = bytes(self._held[:length])
        del self._held[:length]
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def blocks(self) -> Iterator[bytes]:
        while length := self.number(4):
            if length > _LARGEST_BLOCK:
                raise VerificationFailed("backup.damaged")
            yield self.take(length)

    def end(self) -> None:
        if self._held or next(self._chunks, b""):
            raise VerificationFailed("backup.damaged")


def _chunks(suite: Suite, secret: bytes, header: bytes, read: Callable[[int], bytes]) -> Iterator[bytes]:
    cipher, size = _chunk_cipher(suite, secret, header), CHUNK + TAG_SIZE
    ahead = read(size)
    for count in range(_MOST_CHUNKS):
        chunk, ahead = ahead, read(size) if len(ahead) == size else b""
        try:
            yield cipher.decrypt(_nonce(count, last=not ahead), chunk, None)
        except (InvalidTag, ValueError):
            raise VerificationFailed("backup.damaged") from None
        if not ahead:
            return


def _file_key(root: Root, named: Named, header: bytes) -> bytes:
    if len(header) != header_size(named.suite):
        raise VerificationFailed("backup.damaged")
    sealed, commitment = header[_NAMED:-_COMMITMENT], header[-_COMMITMENT:]
    try:
        secret = open_(_backup_key(root, named.suite), sealed, aad=label(b"fengni/v1", b"backup", header[:_NAMED]))
    except SealRefused:
        raise VerificationFailed("backup.damaged") from None
    if not hmac.compare_digest(_commitment(named.suite, secret), commitment):
        raise VerificationFailed("backup.damaged")
    return secret


def _backup_key(root: Root, suite: Suite) -> Aead:
    return aead(suite, root.derive("backup", suite=suite, length=suite.key_size))


def _commitment(suite: Suite, secret: bytes) -> bytes:
    return mac(suite, secret, label(b"fengni/v1", b"backup-commitment"))


def _chunk_cipher(suite: Suite, secret: bytes, header: bytes) -> Aead:
    info = label(b"fengni/v1", b"backup-chunks", hashlib.sha256(header).digest())
    return aead(suite, expand(suite, secret, info, length=suite.key_size))


def _nonce(count: int, *, last: bool) -> bytes:
    return bytes(7) + count.to_bytes(4, "big") + bytes((last,))
