"""Signed tree heads: C2SP tlog-checkpoint text in a C2SP signed note, signed with Ed25519 (RFC 8032).

Rules:
- The text has exactly three lines: origin (one per ledger, so one per tenant), size in decimal, root in base64.
  Extension lines, which the C2SP format would allow, are refused: nobody could audit them.
- The key process holds the private key. Others give it the bytes of `signable_bytes` and get a signature back; before
  it signs, it calls `check_successor` with the last head it signed.
- Signatures of unknown keys beside ours are ignored, so that witnesses can be added later.
- The fingerprint people compare is SHA-256 over the origin and the public key. Its first four bytes are the key id in
  the note. It names one ledger and one key: the head of another tenant under the same key does not pass.

>>> from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
>>> key = Ed25519PrivateKey.from_private_bytes(bytes(32))
>>> note = sign(Checkpoint(origin="example.com/ledger", size=0, root=hashlib.sha256(b"").digest()), key=key)
>>> open_note(note, public_key=key.public_key().public_bytes_raw()).size
0
>>> fingerprint("example.com/ledger", key.public_key().public_bytes_raw())[:14]
'5OX4-FC3W-V65U'
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fengni.core.errors import VerificationFailed
from fengni.core.ledger.merkle import EMPTY_ROOT, HASH_BYTES, MAX_SIZE, verify_consistency

LONGEST_NOTE = 65_536
_ED25519 = b"\x01"  # signature type of C2SP signed-note
_ORIGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,199}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE_LINE = re.compile(r"— ([^ +\n]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: `origin` names the ledger, `size` counts entries, `root` is 32 bytes.

    Raises VerificationFailed ("ledger.checkpoint-malformed") for anything that could not be written as a checkpoint.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        fit = _ORIGIN.fullmatch(self.origin) and 0 <= self.size <= MAX_SIZE and len(self.root) == HASH_BYTES
        if not fit or (self.size == 0 and self.root != EMPTY_ROOT):
            raise VerificationFailed("ledger.checkpoint-malformed")


def signable_bytes(checkpoint: Checkpoint) -> bytes:
    """The note text that is signed: three lines, each ended by a newline (C2SP tlog-checkpoint)."""
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n".encode()


def parse_signable(text: bytes) -> Checkpoint:
    """The checkpoint of a note text. Raises VerificationFailed unless it is exactly what `signable_bytes` writes."""
    try:
        origin, size, root, rest = text.decode("ascii").split("\n")
        number = int(size) if _SIZE.fullmatch(size) else -1
        checkpoint = Checkpoint(origin, number, base64.b64decode(root, validate=True))
    except (ValueError, binascii.Error):
        raise VerificationFailed("ledger.checkpoint-malformed") from None
    if rest or signable_bytes(checkpoint) != text:
        raise VerificationFailed("ledger.checkpoint-malformed")
    return checkpoint


def key_hash(origin: str, public_key: bytes) -> bytes:
    """SHA-256(origin ‖ 0x0A ‖ 0x01 ‖ 32-byte public key); its first four bytes are the note's key id."""
    return hashlib.sha256(origin.encode() + b"\n" + _ED25519 + public_key).digest()


def fingerprint(origin: str, public_key: bytes) -> str:
    """The fingerprint for people: `key_hash` in base32, thirteen groups of four letters and digits 2 to 7."""
    letters = base64.b32encode(key_hash(origin, public_key)).decode().rstrip("=")
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def assemble(checkpoint: Checkpoint, *, public_key: bytes, signature: bytes) -> str:
    """The signed note from a checkpoint and the 64-byte signature over its `signable_bytes`."""
    signed = base64.b64encode(key_hash(checkpoint.origin, public_key)[:4] + signature).decode()
    return f"{signable_bytes(checkpoint).decode()}\n— {checkpoint.origin} {signed}\n"


def sign(checkpoint: Checkpoint, *, key: Ed25519PrivateKey) -> str:
    """The signed note of a checkpoint, for whoever holds the key. Call `check_successor` first."""
    public_key = key.public_key().public_bytes_raw()
    return assemble(checkpoint, public_key=public_key, signature=key.sign(signable_bytes(checkpoint)))


def open_note(note: str, *, public_key: bytes, origin: str | None = None) -> Checkpoint:
    """The checkpoint of a signed note, its signature checked with the 32-byte `public_key`.

    Raises VerificationFailed: malformed text, another origin than the one given, no signature of this key, or a
    signature that does not hold. A note with one wrong signature under our key is refused whole.
    """
    text, lines = _split_note(note)
    checkpoint = parse_signable(text)
    if origin is not None and checkpoint.origin != origin:
        raise VerificationFailed("ledger.checkpoint-origin")
    key_id, signatures = key_hash(checkpoint.origin, public_key)[:4], []
    for line in lines:
        match = _SIGNATURE_LINE.fullmatch(line)
        signed = _decode(match[2]) if match else None
        if match is None or signed is None:
            raise VerificationFailed("ledger.checkpoint-malformed")
        if match[1] == checkpoint.origin and signed[:4] == key_id:
            signatures.append(signed[4:])
    if not signatures:
        raise VerificationFailed("ledger.checkpoint-key")
    try:
        for signature in signatures:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except (InvalidSignature, ValueError):
        raise VerificationFailed("ledger.checkpoint-signature") from None
    return checkpoint


def check_successor(last: Checkpoint | None, *, new: Checkpoint, path: Sequence[bytes]) -> None:
    """Check that `new` may be signed after `last`: same ledger, nothing taken back (C2SP tlog-checkpoint).

    `path` is the consistency proof from `last.size` to `new.size`, empty when there was no head, an empty one, or one
    of the same size. Raises VerificationFailed.
    """
    if last is None:
        return
    if last.origin != new.origin:
        raise VerificationFailed("ledger.checkpoint-origin")
    if last.size > 0:
        verify_consistency(last.size, new_size=new.size, old_root=last.root, new_root=new.root, path=path)


def _split_note(note: str) -> tuple[bytes, list[str]]:
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n") or len(note) > LONGEST_NOTE:
        raise VerificationFailed("ledger.checkpoint-malformed")
    try:
        return (text + "\n").encode("ascii"), signatures[:-1].split("\n")
    except UnicodeEncodeError:
        raise VerificationFailed("ledger.checkpoint-malformed") from None


def _decode(text: str) -> bytes | None:
    """Strict base64: the one encoding of its bytes, or None."""
    try:
        found = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return found if len(found) > 4 and base64.b64encode(found).decode() == text else None
