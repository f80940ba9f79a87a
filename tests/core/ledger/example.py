"""A small ledger in memory: one signing key, entries about persons, and the files it hands out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fengni.core.ledger import checkpoint, entry, merkle, proof

ORIGIN = "ledger.example.com/7"
TENANT, ANNA, BEN = UUID(int=7), UUID(int=101), UUID(int=102)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BEGIN = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed entry with the sub-leaves of its persons."""

    body: bytes
    subjects: dict[UUID, tuple[bytes, int, bytes]]  # person → salt, number, what was seen

    @property
    def leaves(self) -> list[bytes]:
        return [
            entry.subject_leaf(salt=salt, person_id=person, number=number, seen=seen)
            for person, (salt, number, seen) in self.subjects.items()
        ]


@dataclass(slots=True)
class Ledger:
    """Grows by `add`; hands out files at any size."""

    origin: str = ORIGIN
    key: Ed25519PrivateKey = KEY
    entries: list[Sealed] = field(default_factory=list)
    numbers: dict[UUID, int] = field(default_factory=dict)

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        return checkpoint.fingerprint(self.origin, self.public_key)

    def add(self, *persons: UUID, act: str = "vault:field:reveal", fields: Sequence[str] = ("mobile",)) -> None:
        """Seals one entry about these persons."""
        sequence = len(self.entries)
        body = entry.encode_body(
            entry_id=UUID(int=1000 + sequence),
            tenant_id=TENANT,
            act=act,
            actor_id=UUID(int=3),
            roles=["agent"],
            channel="web",
            session=None,
            at=BEGIN + timedelta(minutes=sequence),
            outcome="done",
            purpose="purpose.fill_form",
            resource=None,
            count=len(persons),
            clear=len(persons),
            fields=fields if persons else [],
            facts={},
            reason=None,
        )
        subjects = {}
        for person in persons:
            number = self.numbers[person] = self.numbers.get(person, 0) + 1
            salt = hashlib.sha256(b"salt %d %d" % (sequence, person.int)).digest()[:16]
            subjects[person] = (salt, number, entry.encode_seen(fields=fields, clear=1))
        self.entries.append(Sealed(body, subjects))

    def leaf(self, sequence: int) -> bytes:
        """The leaf hash of an entry."""
        sealed = self.entries[sequence]
        return entry.leaf_hash(sequence, entry.subjects_root(sealed.leaves), sealed.body)

    def tree(self, size: int) -> merkle.TiledTree:
        """The tree at a size."""
        growth = merkle.RightEdge.empty().grow([self.leaf(n) for n in range(size)])
        tiles = {(t.level, t.index): t.hashes for t in growth.tiles}
        return merkle.TiledTree(size, lambda level, index: tiles[level, index])

    def note(self, size: int) -> str:
        """The signed head at a size."""
        return checkpoint.sign(checkpoint.Checkpoint(self.origin, size, self.tree(size).root()), key=self.key)

    def head(self, size: int) -> proof.Head:
        """The head as a file carries it."""
        return proof.Head(self.note(size), self.public_key)

    def earlier(self, old: int, size: int) -> proof.EarlierHead:
        """An earlier head with its consistency path."""
        return proof.EarlierHead(self.note(old), self.tree(size).consistency(old))

    def opened(self, person: UUID, size: int) -> list[proof.OpenedEntry]:
        """Every entry about a person, as a receipt opens it."""
        tree, found = self.tree(size), []
        for sequence, sealed in enumerate(self.entries[:size]):
            if person not in sealed.subjects:
                continue
            salt, number, seen = sealed.subjects[person]
            leaf = entry.subject_leaf(salt=salt, person_id=person, number=number, seen=seen)
            position, path = entry.subject_path(sealed.leaves, leaf)
            found.append(
                proof.OpenedEntry(number, sequence, sealed.body, salt, seen, position, path, tree.inclusion(sequence))
            )
        return found

    def receipt(self, person: UUID, *, earlier: int | None = None) -> bytes:
        """The receipt file of a person at the present size."""
        size = len(self.entries)
        before = None if earlier is None else self.earlier(earlier, size)
        return proof.person_receipt(person, entries=self.opened(person, size), head=self.head(size), earlier=before)

    def entry_proof(self, sequence: int, *, earlier: int | None = None) -> bytes:
        """The proof file of one entry at the present size."""
        size, sealed = len(self.entries), self.entries[sequence]
        proved = proof.ProvedEntry(
            sequence, sealed.body, entry.subjects_root(sealed.leaves), self.tree(size).inclusion(sequence)
        )
        before = None if earlier is None else self.earlier(earlier, size)
        return proof.entry_proof(proved, head=self.head(size), earlier=before)

    def checkpoint_file(self, size: int, *, earlier: int | None = None) -> bytes:
        """The checkpoint file at a size."""
        before = None if earlier is None else self.earlier(earlier, size)
        return proof.checkpoint_file(head=self.head(size), earlier=before)


def ledger() -> Ledger:
    """Seven entries: three about Anna, two of them about Ben as well, one about three persons."""
    made = Ledger()
    made.add(act="accounts:session:begin")
    made.add(ANNA)
    made.add(BEN)
    made.add(ANNA, BEN, UUID(int=103), fields=("id_number", "mobile"))
    made.add(act="clients:client:create")
    made.add(ANNA, BEN)
    made.add(act="accounts:session:end")
    return made
