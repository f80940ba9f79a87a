"""What one entry of the ledger says, as canonical bytes; its leaf; the sub-leaves of the persons it is about.

Rules:
- The body is written once, by the act's own transaction. The sealer adds the sequence number and the subjects root
  around the bytes without reading them: leaf data = "fengni-entry/1\\n" ‖ sequence u64 ‖ subjects root ‖ body.
- A body holds codes, counts and pseudonymous ids, never personal information: a Merkle log cannot be shredded.
  `check_body` refuses unknown keys, free text and anything that looks like a number of eleven digits or more.
  It catches mistakes; who wants to smuggle can still spell a name as a code, so reviews look at new codes.
- A typed reason stays outside; the body carries a salted commitment of it.
- An entry about persons commits to each by a salted sub-leaf, so that a receipt opens one person and no other.
- The same meaning has one encoding: JSON with sorted keys, no spaces, UTF-8, only str, int, bool, null, list, object.

>>> from datetime import UTC, datetime
>>> from uuid import UUID
>>> body = encode_body(
...     entry_id=UUID(int=1), tenant_id=UUID(int=2), act="vault:field:reveal", actor_id=UUID(int=3), roles=["agent"],
...     channel="web", session=None, at=datetime(2026, 11, 24, 8, 39, tzinfo=UTC), outcome="done",
...     purpose="purpose.fill_form", resource=("vault:record", UUID(int=4)), count=1, clear=1, fields=["id_number"],
...     facts={}, reason=None)
>>> len(leaf_hash(0, NO_SUBJECTS, body))
32
>>> encode_seen(fields=["id_number"], clear=1)
b'{"clear":1,"fields":["id_number"]}'
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from fengni.core.errors import LedgerRefused

NO_SUBJECTS = bytes(32)
"""The subjects root of an entry about nobody: 32 zero bytes, which no set of sub-leaves can produce."""

LEAF_TAG = b"fengni-entry/1\n"
SALT_BYTES = 16
LONGEST_BODY = 16_384
_MOST_CODES = 64
_MOST_FACTS = 32
_LARGEST_COUNT = 10**9
_LARGEST_FACT = 10**10 - 1  # ten digits: a mobile number has eleven
_MOST_DIGITS = 9  # in one code, all its digits together: a landline with its area code has ten

_CODE = re.compile(r"[a-z][a-z0-9]*(?:[._:-][a-z0-9]+)*")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")
_HEX_ID = re.compile(r"[0-9a-f]{32}")
_HEX_HASH = re.compile(r"[0-9a-f]{64}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


def canonical(value: Any) -> bytes:  # Any: a JSON value; check_body decides what may stand in it
    """The one encoding of a JSON value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def encode_body(
    *,
    entry_id: UUID,
    tenant_id: UUID,
    act: str,
    actor_id: UUID,
    roles: Sequence[str],
    channel: str,
    session: str | None,
    at: datetime,
    outcome: str,
    purpose: str | None,
    resource: tuple[str, UUID] | None,
    count: int,
    clear: int,
    fields: Sequence[str],
    facts: Mapping[str, int | str],
    reason: str | None,
) -> bytes:
    """The canonical body of one entry, checked. Raises LedgerRefused ("ledger.entry-unfit", with the name of the part).

    `session` is a pseudonym of 32 hex digits (a salted hash), `at` an aware instant kept to the millisecond, `outcome`
    "done" or "refused:<code>", `count` a number of persons, `clear` a number of clear values that left, `reason` the
    hex commitment of what was typed.
    """
    body = {
        "v": 1,
        "id": entry_id.hex,
        "tenant": tenant_id.hex,
        "act": act,
        "actor": {"id": actor_id.hex, "roles": sorted(set(roles)), "channel": channel, "session": session},
        "at": instant(at),
        "outcome": outcome,
        "purpose": purpose,
        "resource": {"kind": resource[0], "id": resource[1].hex} if resource else None,
        "count": count,
        "clear": clear,
        "fields": sorted(set(fields)),
        "facts": dict(facts),
        "reason": reason,
    }
    _check_parts(body)
    return _within_limit(canonical(body))


def instant(at: datetime) -> str:
    """An aware instant as RFC 3339 in UTC with milliseconds. Raises LedgerRefused for a naive one."""
    if at.tzinfo is None:
        raise LedgerRefused("ledger.entry-unfit", part="at")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def check_body(body: bytes) -> dict[str, Any]:  # Any: a checked JSON object
    """Check bytes as an entry body and return what they say.

    Raises LedgerRefused ("ledger.entry-unfit") for any other keys, types, free text, long numbers, or an encoding
    that is not the canonical one.
    """
    _within_limit(body)
    try:
        parsed = json.loads(body.decode("utf-8"))
        same = canonical(parsed) == body
    except (ValueError, RecursionError):
        raise LedgerRefused("ledger.entry-unfit", part="encoding") from None
    if not same or type(parsed) is not dict:
        raise LedgerRefused("ledger.entry-unfit", part="encoding")
    _check_parts(parsed)
    return parsed


def leaf_data(sequence: int, subjects_root: bytes, body: bytes) -> bytes:
    """The bytes of the leaf of a sealed entry; `sequence` is its index in the tree, from 0."""
    return LEAF_TAG + struct.pack(">Q", sequence) + subjects_root + body


def leaf_hash(sequence: int, subjects_root: bytes, body: bytes) -> bytes:
    """The 32-byte leaf hash of a sealed entry (RFC 6962 §2.1 over `leaf_data`)."""
    return hashlib.sha256(b"\x00" + LEAF_TAG + struct.pack(">Q", sequence) + subjects_root + body).digest()


def encode_seen(*, fields: Iterable[str], clear: int) -> bytes:
    """Canonical bytes of what was seen of one person. Raises LedgerRefused when it is not field kinds and a count."""
    seen = {"fields": sorted(set(fields)), "clear": clear}
    _require(_is_codes(seen["fields"]) and _is_count(clear), "seen")
    return canonical(seen)


def subject_leaf(*, salt: bytes, person_id: UUID, number: int, seen: bytes) -> bytes:
    """The sub-leaf of one person: SHA-256(0x02 ‖ salt ‖ person ‖ number u64 ‖ length u16 ‖ seen).

    `salt` is 16 random bytes of this sub-leaf alone, `number` the person's gapless count from 1.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 16 bytes")
    return hashlib.sha256(b"\x02" + salt + person_id.bytes + struct.pack(">QH", number, len(seen)) + seen).digest()


def subjects_root(leaves: Sequence[bytes]) -> bytes:
    """The root over the sub-leaves of an entry, given in any order; NO_SUBJECTS for none.

    Sub-leaves stand in the order of their hashes, which their salts make random: a position says nothing about the
    order in which persons were seen. They are filled up to a power of two with 32 zero bytes, so that all paths of an
    entry have one length, fixed by the entry's public count.
    """
    return _subject_levels(leaves)[-1][0] if leaves else NO_SUBJECTS


def subject_path(leaves: Sequence[bytes], leaf: bytes) -> tuple[int, tuple[bytes, ...]]:
    """(position, path) of one sub-leaf among those of its entry, given in any order. Raises ValueError when absent."""
    position = sorted(leaves).index(leaf)
    return position, tuple(level[(position >> up) ^ 1] for up, level in enumerate(_subject_levels(leaves)[:-1]))


def _subject_levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    width = 1 << (len(leaves) - 1).bit_length()
    levels = [sorted(leaves) + [NO_SUBJECTS] * (width - len(leaves))]
    while len(levels[-1]) > 1:
        pairs = iter(levels[-1])
        levels.append([hashlib.sha256(b"\x03" + a + b).digest() for a, b in zip(pairs, pairs, strict=True)])
    return levels


def _check_parts(body: Mapping[str, Any]) -> None:
    _require(set(body) == set(_PARTS), "keys")
    for part, is_fit in _PARTS.items():
        _require(is_fit(body[part]), part)


def _within_limit(body: bytes) -> bytes:
    _require(len(body) <= LONGEST_BODY, "length")
    return body


def _require(condition: bool, part: str) -> None:
    if not condition:
        raise LedgerRefused("ledger.entry-unfit", part=part)


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return type(value) is str and pattern.fullmatch(value) is not None


def _is_code(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 80
        and _CODE.fullmatch(value) is not None
        and sum(c in "0123456789" for c in value) <= _MOST_DIGITS
    )


def _is_codes(value: object) -> bool:
    return (
        type(value) is list
        and len(value) <= _MOST_CODES
        and all(_is_code(v) for v in value)
        and all(a < b for a, b in pairwise(value))
    )


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST_COUNT


def _is_act(value: object) -> bool:
    return _is_code(value) and len(parts := str(value).split(":")) == 3 and all(_NAME.fullmatch(p) for p in parts)


def _is_outcome(value: object) -> bool:
    return value == "done" or (isinstance(value, str) and value.startswith("refused:") and _is_code(value[8:]))


def _is_instant(value: object) -> bool:
    if not _matches(_INSTANT, value):
        return False
    try:
        datetime.strptime(str(value), "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        return False
    return True


def _is_actor(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"id", "roles", "channel", "session"}
        and _matches(_HEX_ID, value["id"])
        and _is_codes(value["roles"])
        and _is_code(value["channel"])
        and (value["session"] is None or _matches(_HEX_ID, value["session"]))
    )


def _is_resource(value: object) -> bool:
    return value is None or (
        isinstance(value, dict)
        and set(value) == {"kind", "id"}
        and _is_code(value["kind"])
        and _matches(_HEX_ID, value["id"])
    )


def _is_fact(value: object) -> bool:
    if type(value) is int:
        return -_LARGEST_FACT <= value <= _LARGEST_FACT
    return type(value) is bool or _is_code(value) or _matches(_HEX_ID, value) or _matches(_HEX_HASH, value)


def _is_facts(value: object) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= _MOST_FACTS
        and all(_is_code(k) and _is_fact(v) for k, v in value.items())
    )


_PARTS: Mapping[str, Callable[[object], bool]] = {
    "v": lambda value: type(value) is int and value == 1,
    "id": lambda value: _matches(_HEX_ID, value),
    "tenant": lambda value: _matches(_HEX_ID, value),
    "act": _is_act,
    "actor": _is_actor,
    "at": _is_instant,
    "outcome": _is_outcome,
    "purpose": lambda value: value is None or _is_code(value),
    "resource": _is_resource,
    "count": _is_count,
    "clear": _is_count,
    "fields": _is_codes,
    "facts": _is_facts,
    "reason": lambda value: value is None or _matches(_HEX_HASH, value),
}
