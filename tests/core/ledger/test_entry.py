"""Entries: one encoding, codes and counts only, and persons behind salts."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengni.core import fictitious
from fengni.core.errors import LedgerRefused
from fengni.core.ledger.entry import (
    NO_SUBJECTS,
    canonical,
    check_body,
    encode_body,
    encode_seen,
    instant,
    leaf_data,
    leaf_hash,
    subject_leaf,
    subject_path,
    subjects_root,
)

AT = datetime(2026, 11, 24, 8, 39, 1, 234567, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "entry_id": UUID(int=1),
    "tenant_id": UUID(int=2),
    "act": "vault:field:reveal",
    "actor_id": UUID(int=3),
    "roles": ["agent"],
    "channel": "web",
    "session": "0123456789abcdef" * 2,
    "at": AT,
    "outcome": "done",
    "purpose": "purpose.fill_form",
    "resource": ("vault:record", UUID(int=4)),
    "count": 1,
    "clear": 1,
    "fields": ["id_number"],
    "facts": {"rows": 60, "suite": "sm4", "masked": True, "digest": "ab" * 32},
    "reason": None,
}
PERSONAL = [
    fictitious.id_number("19880229", 21),
    fictitious.mobile(1),
    fictitious.bank_account(1),
    "0990-50001234",
    "示例",
    "a free sentence",
    "example@example.com",
    "Example",
    "示例省示例市",
    "n154000.00001",
    "a-1-5-4-0-0-0-0-0-0-0-1",
    "",
    " ",
    "a" * 81,
    "x\n",
]


def _body(**changes: Any) -> bytes:
    return encode_body(**{**GOOD, **changes})


def test_a_body_is_canonical_and_says_what_was_given() -> None:
    said = check_body(_body())
    assert canonical(said) == _body()
    assert said["at"] == "2026-11-24T08:39:01.234Z"
    assert said["actor"] == {
        "channel": "web",
        "id": UUID(int=3).hex,
        "roles": ["agent"],
        "session": "0123456789abcdef" * 2,
    }
    assert said["resource"] == {"id": UUID(int=4).hex, "kind": "vault:record"}
    assert _body(fields=["mobile", "id_number", "mobile"]) == _body(fields=["id_number", "mobile"])
    assert _body(at=AT.astimezone(timezone(timedelta(hours=8)))) == _body()


@pytest.mark.parametrize("text", PERSONAL)
@pytest.mark.parametrize(
    "part",
    ["act", "channel", "session", "outcome", "purpose", "resource", "fields", "facts", "roles", "reason", "key"],
)
def test_what_could_be_personal_is_refused_in_every_part(part: str, text: str) -> None:
    changes: dict[str, Any] = {
        "resource": {"resource": (text, UUID(int=4))},
        "fields": {"fields": [text]},
        "roles": {"roles": [text]},
        "facts": {"facts": {"note": text}},
        "key": {"facts": {text: 1}},
        "outcome": {"outcome": f"refused:{text}"},
    }.get(part, {part: text})
    with pytest.raises(LedgerRefused, match=r"^ledger\.entry-unfit \(part=[a-z]+\)$") as refused:
        _body(**changes)
    if text.strip() and len(text) < 80:
        assert text not in str(refused.value)


@pytest.mark.parametrize(
    "number", [15400000001, 990101198802290212, -15400000001, 10**10, 1.5, float("nan"), None, [1], {}]
)
def test_a_long_number_is_no_fact(number: Any) -> None:
    with pytest.raises(LedgerRefused):
        _body(facts={"rows": number})


@given(st.integers(-(10**10) + 1, 10**10 - 1))
def test_a_short_number_is_a_fact(number: int) -> None:
    assert check_body(_body(facts={"rows": number}))["facts"] == {"rows": number}


@given(st.text(min_size=1, max_size=30), st.sampled_from(["purpose", "facts", "act", "channel"]))
def test_only_codes_pass(text: str, part: str) -> None:
    try:
        said = check_body(_body(**({"facts": {"code": text}} if part == "facts" else {part: text})))
    except LedgerRefused:
        return
    kept = {**said, "facts": said["facts"].get("code"), "channel": said["actor"]["channel"]}[part]
    assert kept == text
    assert text.isascii()
    assert text == text.lower()
    assert " " not in text
    assert sum(map(str.isdigit, text)) <= 9


@pytest.mark.parametrize(
    "changes",
    [
        {"count": -1},
        {"count": 10**9 + 1},
        {"count": True},
        {"clear": "1"},
        {"outcome": "refused"},
        {"outcome": "failed"},
        {"act": "vault:reveal"},
        {"act": "vault:field:reveal:again"},
        {"session": "0123456789abcdef"},
        {"session": "ab" * 32},
        {"session": "ABCDEF0123456789" * 2},
        {"reason": "ab" * 31},
        {"fields": [f"kind{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(65)]},
        {"facts": {f"fact{chr(97 + n // 26)}{chr(97 + n % 26)}": n for n in range(33)}},
        {"at": datetime(2026, 11, 24)},  # noqa: DTZ001  # a naive instant is what is refused
    ],
    ids=str,
)
def test_other_forms_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(LedgerRefused):
        _body(**changes)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda b: b + b" ",
        lambda b: b" " + b,
        lambda b: b.replace(b'"v":1', b'"v":2'),
        lambda b: b.replace(b'"v":1', b'"v":true'),
        lambda b: b.replace(b'"v":1', b'"v":1.0'),
        lambda b: b.replace(b'"v":1', b'"v":1,"w":1'),
        lambda b: b.replace(b'"v":1', b'"v":1,"v":1'),
        lambda b: b.replace(b'"count":1,', b""),
        lambda b: b.replace(b'"clear":1', b'"clear": 1'),
        lambda b: b.replace(b"2026-11-24", b"2026-02-30"),
        lambda b: b.replace(b"vault", "保".encode()),
        lambda b: b.replace(b"vault", b"\\u0076ault"),
        lambda b: b.replace(b"vault", b"\xff"),
        lambda b: b"[" * 9000,
        lambda b: b"[]",
        lambda b: b"null",
        lambda b: b"",
        lambda b: json.dumps(json.loads(b)).encode(),
        lambda b: json.dumps(json.loads(b), separators=(",", ":"), sort_keys=False).encode() + b"\n",
        lambda b: b * 100,
    ],
)
def test_other_bytes_are_no_body(spoil: Any) -> None:
    assert spoil(_body()) != _body()
    with pytest.raises(LedgerRefused):
        check_body(spoil(_body()))


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_the_leaf_binds_sequence_subjects_and_body(sequence: int, root: bytes) -> None:
    data = leaf_data(sequence, root, _body())
    assert data == b"fengni-entry/1\n" + sequence.to_bytes(8, "big") + root + _body()
    assert leaf_hash(sequence, root, _body()) == hashlib.sha256(b"\x00" + data).digest()


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_has_one_form(at: datetime) -> None:
    if at.year >= 1000:
        assert instant(at) == at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


SALTED = st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=40, unique=True)


@given(SALTED, st.randoms())
def test_every_sub_leaf_leads_to_the_one_root_in_whatever_order(salts: list[bytes], shuffled: Any) -> None:
    seen = encode_seen(fields=["mobile"], clear=1)
    leaves = [subject_leaf(salt=s, person_id=UUID(int=9), number=n, seen=seen) for n, s in enumerate(salts, 1)]
    mixed = list(leaves)
    shuffled.shuffle(mixed)
    root = subjects_root(mixed)
    assert root == subjects_root(leaves) != NO_SUBJECTS
    lengths = set()
    for leaf in leaves:
        position, path = subject_path(mixed, leaf)
        lengths.add(len(path))
        found = leaf
        for up, sibling in enumerate(path):
            pair = sibling + found if position >> up & 1 else found + sibling
            found = hashlib.sha256(b"\x03" + pair).digest()
        assert found == root
    assert lengths == {(len(leaves) - 1).bit_length()}
    assert subjects_root(leaves[:-1]) != root


@pytest.mark.parametrize(
    "change",
    [{"salt": b"\x01" * 16}, {"person_id": UUID(int=8)}, {"number": 2}, {"seen": encode_seen(fields=[], clear=0)}],
    ids=str,
)
def test_a_sub_leaf_binds_salt_person_number_and_what_was_seen(change: dict[str, Any]) -> None:
    whole: dict[str, Any] = {
        "salt": bytes(16),
        "person_id": UUID(int=9),
        "number": 1,
        "seen": encode_seen(fields=["mobile"], clear=1),
    }
    assert subject_leaf(**whole) != subject_leaf(**{**whole, **change})


def test_nobody_has_a_root_of_zeros_and_a_short_salt_is_refused() -> None:
    assert subjects_root([]) == NO_SUBJECTS == bytes(32)
    with pytest.raises(ValueError):
        subject_leaf(salt=bytes(15), person_id=UUID(int=9), number=1, seen=b"{}")
    with pytest.raises(ValueError):
        subject_path([bytes(32)], b"\x01" * 32)


@pytest.mark.parametrize(
    ("fields", "clear"), [(["示例"], 0), (["15400000001"], 0), (["mobile"], -1), (["mobile"], True)]
)
def test_what_was_seen_is_field_kinds_and_a_count(fields: list[str], clear: int) -> None:
    with pytest.raises(LedgerRefused, match=r"part=seen"):
        encode_seen(fields=fields, clear=clear)
