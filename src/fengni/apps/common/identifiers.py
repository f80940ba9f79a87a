"""UUIDv7 (RFC 9562 5.7) made here, because PostgreSQL 15 has no `uuidv7()`. Time-ordered, so index pages stay warm."""

from __future__ import annotations

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def uuid7s(count: int) -> list[UUID]:
    """As many new UUIDv7 of this millisecond, from one draw of randomness, rising: indexes then grow at their end."""
    base = ((time.time_ns() // 1_000_000) << 80) | (0x7 << 76) | (0x2 << 62)
    drawn = os.urandom(10 * count)
    free = (0xFFF << 64) | ((1 << 62) - 1)
    made = [base | (int.from_bytes(drawn[at : at + 10], "big") & free) for at in range(0, 10 * count, 10)]
    made.sort()
    return [UUID(int=one) for one in made]
