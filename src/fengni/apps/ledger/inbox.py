"""Writing an entry: the last statement before COMMIT of the act it belongs to.

The application role may INSERT and SELECT here, nothing else. The sealer takes rows out and gives them their sequence.
A row for a rolled-back act cannot exist; a committed act without its row cannot exist either.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import LedgerRefused
from fengni.core.ledger import entry as canonical

BEHIND = timedelta(seconds=60)
_MOST_WAITING = 500_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What an act saw of one person: field kinds, and how many clear values left."""

    person_id: UUID
    fields: tuple[str, ...] = ()
    clear: int = 0


def append(
    *,
    entry_id: UUID,
    actor: Actor,
    act: str,
    at: datetime,
    outcome: str,
    purpose: str | None,
    resource: Resource | None,
    seen: Sequence[Seen],
    facts: Mapping[str, int | str],
    reason: str | None,
) -> None:
    """Check and write one entry into the inbox of the current tenant. Raises LedgerRefused when the body is unfit."""
    body = canonical.encode_body(
        entry_id=entry_id,
        tenant_id=actor.tenant_id,
        act=act,
        actor_id=actor.id,
        roles=sorted(actor.roles),
        channel=actor.channel,
        session=actor.session or None,
        at=at,
        outcome=outcome,
        purpose=purpose,
        resource=(resource.kind, resource.id) if resource and resource.id else None,
        count=len(seen),
        clear=sum(s.clear for s in seen),
        fields=sorted({f for s in seen for f in s.fields}),
        facts=dict(facts),
        reason=reason,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_inbox (tenant_id, entry_id, body, subjects, created_at) "
            "VALUES (%s, %s, %s, %s, clock_timestamp())",
            [actor.tenant_id, entry_id, body, pack_subjects(seen)],
        )


def refuse_when_behind(at: datetime) -> None:
    """Raise LedgerRefused when the oldest unsealed entry of this tenant is over 60 s old, or too many wait.

    A protected read whose entry cannot be sealed is not answered.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, created_at < clock_timestamp() - make_interval(secs => %s) FROM ledger_inbox "
            "ORDER BY tenant_id, id LIMIT 1",
            [BEHIND.total_seconds()],
        )
        oldest = cursor.fetchone()
        if oldest is None:
            return
        if oldest[1]:
            raise LedgerRefused("ledger.behind")
        cursor.execute("SELECT id FROM ledger_inbox ORDER BY tenant_id DESC, id DESC LIMIT 1")
        newest = cursor.fetchone()
    if newest and newest[0] - oldest[0] > _MOST_WAITING:
        raise LedgerRefused("ledger.behind")


def pack_subjects(seen: Sequence[Seen]) -> bytes | None:
    """The persons of an entry: per person 16 bytes salt, 16 bytes id, u32 length, canonical bytes of what was seen."""
    if not seen:
        return None
    parts: list[bytes] = []
    said: dict[tuple[tuple[str, ...], int], bytes] = {}  # an import says the same of thousands
    salts = os.urandom(16 * len(seen))
    for place, one in enumerate(seen):
        what = said.get((one.fields, one.clear))
        if what is None:
            encoded = canonical.encode_seen(fields=one.fields, clear=one.clear)
            what = said[one.fields, one.clear] = struct.pack(">I", len(encoded)) + encoded
        parts.append(salts[16 * place : 16 * place + 16] + one.person_id.bytes + what)
    return b"".join(parts)


def unpack_subjects(packed: bytes) -> list[tuple[bytes, UUID, bytes]]:
    """(salt, person id, seen bytes) per person. Raises ValueError or struct.error for other bytes."""
    found, offset = [], 0
    while offset < len(packed):
        salt, person = packed[offset : offset + 16], UUID(bytes=packed[offset + 16 : offset + 32])
        (length,) = struct.unpack_from(">I", packed, offset + 32)
        if offset + 36 + length > len(packed) or length > 0xFFFF:
            raise ValueError("not what pack_subjects made")
        found.append((salt, person, packed[offset + 36 : offset + 36 + length]))
        offset += 36 + length
    return found
