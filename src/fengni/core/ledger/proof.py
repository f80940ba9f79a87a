"""The files that leave the house: entry proof, person's receipt, checkpoint, certificate. All JSON, all versioned.

Rules:
- A file holds what verifier.py needs and nothing else: no name, no text, no address (format: docs/spec/ledger.md §6).
- Every file may carry an earlier head with the consistency proof from there; a receipt should carry the head that its
  person saved last.
- Nothing here signs or reads rows; the caller brings the signed note and the paths (core.ledger.merkle, entry).
- The public key inside is for convenience. It proves nothing until its fingerprint is compared with one from elsewhere.

>>> checkpoint_file(head=Head(note="", public_key=bytes(32))).decode().splitlines()[1]
' "format": "fengni/checkpoint/1",'
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fengni.core.errors import BadInput

ENTRY_PROOF = "fengni/entry-proof/1"
PERSON_RECEIPT = "fengni/person-receipt/1"
CHECKPOINT = "fengni/checkpoint/1"
CERTIFICATE = "fengni/destruction-certificate/1"
LARGEST_FILE = 16 * 1024 * 1024
"""Bytes; the verifier refuses more. Some 8,000 entries of a receipt in a ledger of a million."""


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head as a file carries it: the note, and the 32-byte public key its ledger signs with."""

    note: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class EarlierHead:
    """A head signed before, with the consistency path from it to the file's head."""

    note: str
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ProvedEntry:
    """A sealed entry with its inclusion path; `sequence` is its index in the tree, `body` its canonical bytes."""

    sequence: int
    body: bytes
    subjects_root: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """An entry as the receipt of one person opens it: this person's sub-leaf with its path, and the entry's path.

    `number` is the person's gapless count, `salt` and `seen` the opened sub-leaf, `position` and `subject_path` what
    `entry.subject_path` gives.
    """

    number: int
    sequence: int
    body: bytes
    salt: bytes
    seen: bytes
    position: int
    subject_path: tuple[bytes, ...]
    path: tuple[bytes, ...]


def entry_proof(entry: ProvedEntry, *, head: Head, earlier: EarlierHead | None = None) -> bytes:
    """The file that proves one entry. Raises BadInput ("ledger.proof-too-large")."""
    return _file(ENTRY_PROOF, head, earlier, entry=_proved(entry))


def destruction_certificate(
    stated: bytes, *, destroyed: ProvedEntry, issued: ProvedEntry, head: Head, earlier: EarlierHead | None = None
) -> bytes:
    """The file of a destruction: the statement (core.destruction) and the two entries that commit to it."""
    return _file(
        CERTIFICATE, head, earlier, statement=json.loads(stated), destroyed=_proved(destroyed), issued=_proved(issued)
    )


def person_receipt(
    person_id: UUID, *, entries: Sequence[OpenedEntry], head: Head, earlier: EarlierHead | None = None
) -> bytes:
    """The file that shows a person every entry about it, numbers 1 to n without a gap, in order.

    Raises BadInput: "ledger.receipt-gap" when the numbers are not 1 to n (the verifier would refuse such a file),
    "ledger.proof-too-large" above LARGEST_FILE.
    """
    if [e.number for e in entries] != list(range(1, len(entries) + 1)):
        raise BadInput("ledger.receipt-gap")
    return _file(
        PERSON_RECEIPT,
        head,
        earlier,
        person=person_id.hex,
        last=len(entries),
        entries=[
            {
                "number": e.number,
                "sequence": e.sequence,
                "salt": e.salt.hex(),
                "seen": json.loads(e.seen),
                "position": e.position,
                "subject_path": _hexes(e.subject_path),
                "body": json.loads(e.body),
                "path": _hexes(e.path),
            }
            for e in entries
        ],
    )


def checkpoint_file(*, head: Head, earlier: EarlierHead | None = None) -> bytes:
    """The file of a head, with the consistency proof from an earlier one where given."""
    return _file(CHECKPOINT, head, earlier)


def _proved(entry: ProvedEntry) -> dict[str, Any]:  # Any: parts of a JSON object
    return {
        "sequence": entry.sequence,
        "subjects_root": entry.subjects_root.hex(),
        "body": json.loads(entry.body),
        "path": _hexes(entry.path),
    }


def _file(kind: str, head: Head, earlier: EarlierHead | None, **more: Any) -> bytes:  # Any: parts of a JSON object
    content = {
        "format": kind,
        "public_key": head.public_key.hex(),
        "checkpoint": head.note,
        "earlier": {"checkpoint": earlier.note, "path": _hexes(earlier.path)} if earlier else None,
        **more,
    }
    written = json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
    if len(written) > LARGEST_FILE:
        raise BadInput("ledger.proof-too-large")
    return written


def _hexes(hashes: Sequence[bytes]) -> list[str]:
    return [h.hex() for h in hashes]
