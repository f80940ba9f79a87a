"""The root secret at rest: a file under a passphrase, and a sheet of paper.

    create_root_file / open_root_file      bytes of the file; reading and writing it is the caller's
    recovery_sheet / restore_root          the root in groups of letters to be printed and kept elsewhere

Rules: the passphrase is stretched with Argon2id (RFC 9106 section 4, second recommended choice, unless told
otherwise). The costs stand in the file and are limited on opening, so that a planted file cannot exhaust memory.
One message covers a wrong passphrase and a damaged file: nobody can tell them apart. docs/spec/envelope.md,
sections 7 and 8, gives the bytes.

>>> root = Root(bytes(32))
>>> sealed = create_root_file(root, passphrase="eight fictitious words", cost=Cost(passes=1, memory_kib=64, lanes=1))
>>> open_root_file(sealed, passphrase="eight fictitious words").fingerprint() == root.fingerprint()
True
>>> print(recovery_sheet(root).splitlines()[1])
1  AAAA AAAA AAAA BFMG
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from fengni.core.errors import BadInput, KeysUnavailable
from fengni.core.vault import paper
from fengni.core.vault.keyring import ROOT_SIZE, Root
from fengni.core.vault.suites import NONCE_SIZE, Random, Suite, aead, label

MAGIC: Final = b"FNGROOT"
VERSION: Final = 1
SHORTEST_PASSPHRASE: Final = 12
_SALT_SIZE: Final = 16
_COMMITMENT_AT: Final = len(MAGIC) + 1 + 1 + 9 + _SALT_SIZE
_NONCE_AT: Final = _COMMITMENT_AT + 32
_BODY_AT: Final = _NONCE_AT + NONCE_SIZE
FILE_SIZE: Final = _BODY_AT + ROOT_SIZE + 16
_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id's costs: passes over memory, memory in KiB, lanes. The default is RFC 9106's for ordinary memory."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4


CEREMONY: Final = Cost(passes=1, memory_kib=2 * 1024 * 1024, lanes=4)
"""RFC 9106's first choice, 2 GiB: for a root made once and opened seldom."""
_HIGHEST: Final = Cost(passes=64, memory_kib=4 * 1024 * 1024, lanes=16)


def create_root_file(root: Root, *, passphrase: str, cost: Cost = Cost(), random: Random = os.urandom) -> bytes:
    """The file of a root secret, 126 bytes. Raises BadInput for a passphrase of fewer than 12 characters."""
    if len(passphrase.strip()) < SHORTEST_PASSPHRASE:
        raise BadInput("vault.passphrase-too-short", minimum=SHORTEST_PASSPHRASE)
    costs = cost.passes.to_bytes(4, "big") + cost.memory_kib.to_bytes(4, "big") + cost.lanes.to_bytes(1, "big")
    header = MAGIC + bytes((VERSION, Suite.AES_256_GCM)) + costs + random(_SALT_SIZE)
    key, commitment = _stretch(passphrase, header[-_SALT_SIZE:], cost)
    nonce = random(NONCE_SIZE)
    header += commitment
    return header + nonce + aead(Suite.AES_256_GCM, key).encrypt(nonce, root.export(), header)


def open_root_file(sealed: bytes, *, passphrase: str) -> Root:
    """The root secret. Raises KeysUnavailable when the passphrase does not fit or the file is damaged, BadInput
    when the bytes are no such file or one of a later version. Takes the time and memory the file's costs ask for."""
    if sealed[: len(MAGIC)] != MAGIC or len(sealed) != FILE_SIZE:
        raise BadInput("vault.not-a-root-file")
    if sealed[len(MAGIC)] != VERSION or sealed[len(MAGIC) + 1] != Suite.AES_256_GCM:
        raise BadInput("vault.root-file-newer")
    at = len(MAGIC) + 2
    passes, memory_kib = int.from_bytes(sealed[at : at + 4], "big"), int.from_bytes(sealed[at + 4 : at + 8], "big")
    cost = Cost(passes, memory_kib, sealed[at + 8])
    if cost.passes > _HIGHEST.passes or cost.memory_kib > _HIGHEST.memory_kib or cost.lanes > _HIGHEST.lanes:
        raise KeysUnavailable("vault.root-not-opened")
    try:
        key, commitment = _stretch(passphrase, sealed[_COMMITMENT_AT - _SALT_SIZE : _COMMITMENT_AT], cost)
        if not hmac.compare_digest(commitment, sealed[_COMMITMENT_AT:_NONCE_AT]):
            raise KeysUnavailable("vault.root-not-opened")
        nonce = sealed[_NONCE_AT:_BODY_AT]
        return Root(aead(Suite.AES_256_GCM, key).decrypt(nonce, sealed[_BODY_AT:], sealed[:_NONCE_AT]))
    except (InvalidTag, ValueError, MemoryError):
        raise KeysUnavailable("vault.root-not-opened") from None


def recovery_sheet(root: Root) -> str:
    """The root as lines to print: a title with the fingerprint, then four numbered lines of four groups of four
    letters.

    Each line carries its own check, so that a mistyped one can be named. Whoever holds the sheet holds every key.
    """
    secret = root.export()
    lines = [f"FENGNI-ROOT-1  {root.fingerprint()}"]
    for number in range(1, _LINES + 1):
        part = secret[(number - 1) * paper.PART : number * paper.PART]
        lines.append(paper.line(number, part, _check(number)(part)))
    return "\n".join(lines) + "\n"


def restore_root(sheet: str) -> Root:
    """The root from a typed recovery sheet; case, spaces, hyphens, full width, 0 for O and 1 for I do not matter.

    Line numbers may be left out. A title line, when present, is compared too. Raises BadInput:
    `vault.recovery-line-wrong` names the first mistyped line, `vault.recovery-sheet-incomplete` says that there are
    not four lines.
    """
    typed = paper.typed(sheet)
    title = next((line for line in typed if line.startswith("FENGNIROOT")), None)
    lines = [line for line in typed if line != title]
    if len(lines) != _LINES:
        raise BadInput("vault.recovery-sheet-incomplete")
    secret = b""
    for number, line in enumerate(lines, 1):
        part = paper.read(number, line, _check(number))
        if part is None:
            raise BadInput("vault.recovery-line-wrong", line=number)
        secret += part
    root = Root(secret)
    if title is not None and title != f"FENGNIROOT1{root.fingerprint().upper()}":
        raise BadInput("vault.recovery-line-wrong", line=0)
    return root


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
    """A 32-byte key and the 32 bytes that commit to it. The passphrase is taken in NFKC, as input methods differ."""
    secret = unicodedata.normalize("NFKC", passphrase.strip()).encode()
    kdf = Argon2id(salt=salt, length=64, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
    stretched = kdf.derive(secret)
    return stretched[:32], stretched[32:]


def _check(number: int) -> Callable[[bytes], bytes]:
    return lambda part: hashlib.sha256(label(b"fengni/v1", b"recovery", bytes((number,)), part)).digest()
