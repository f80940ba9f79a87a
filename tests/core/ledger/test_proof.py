"""The three files: what stands in them, and that nothing else does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from fengni.core.errors import BadInput
from fengni.core.ledger import proof, verifier
from tests.core.ledger.example import ANNA, BEN, Ledger, ledger

MADE = ledger()


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for part in value.values() for key in _keys(part)}
    return {key for part in value for key in _keys(part)} if isinstance(value, list) else set()


def test_an_entry_proof_holds_the_entry_its_path_and_the_head() -> None:
    file = json.loads(MADE.entry_proof(4))
    assert sorted(file) == ["checkpoint", "earlier", "entry", "format", "public_key"]
    assert file["format"] == "fengni/entry-proof/1" == verifier.ENTRY_PROOF
    assert file["public_key"] == MADE.public_key.hex()
    assert file["earlier"] is None
    assert sorted(file["entry"]) == ["body", "path", "sequence", "subjects_root"]
    assert file["entry"]["body"] == json.loads(MADE.entries[4].body)
    assert "\n".join(file["checkpoint"].splitlines()[:2]) == f"{MADE.origin}\n7"


def test_a_receipt_opens_one_person_and_no_other() -> None:
    written = MADE.receipt(ANNA).decode()
    file = json.loads(written)
    assert file["format"] == verifier.PERSON_RECEIPT
    assert file["person"] == ANNA.hex
    assert [e["number"] for e in file["entries"]] == [1, 2, 3]
    assert [e["sequence"] for e in file["entries"]] == [1, 3, 5]
    assert file["last"] == 3
    assert BEN.hex not in written
    for sealed in MADE.entries:
        for person, (salt, _, _) in sealed.subjects.items():
            assert (salt.hex() in written) is (person == ANNA)


def test_a_checkpoint_file_may_link_an_earlier_head() -> None:
    file = json.loads(MADE.checkpoint_file(7, earlier=3))
    assert sorted(file) == ["checkpoint", "earlier", "format", "public_key"]
    assert sorted(file["earlier"]) == ["checkpoint", "path"]
    assert file["earlier"]["checkpoint"] == MADE.note(3)


def test_no_file_holds_more_than_the_verifier_reads() -> None:
    known = set(" ".join(verifier._KEYS_OF.values()).split()) | set(verifier._BODY_KEYS.split())
    known |= {"format", "public_key", "checkpoint", "earlier", "path", "sequence", "subjects_root", "body", "number"}
    known |= {"salt", "seen", "position", "subject_path", "fields", "clear", "id", "roles", "channel", "session"}
    for file in (MADE.entry_proof(3, earlier=2), MADE.receipt(ANNA, earlier=2), MADE.checkpoint_file(7, earlier=2)):
        assert _keys(json.loads(file)) <= known


def test_a_receipt_with_a_gap_is_not_made() -> None:
    opened = MADE.opened(ANNA, 7)
    for entries in (opened[1:], [*opened[:1], *opened[2:]], opened[::-1], [opened[0], replace(opened[1], number=3)]):
        with pytest.raises(BadInput, match=r"^ledger\.receipt-gap$"):
            proof.person_receipt(ANNA, entries=entries, head=MADE.head(7))


def test_a_file_larger_than_the_verifier_reads_is_not_made() -> None:
    long = Ledger()
    long.add(ANNA)
    [opened] = long.opened(ANNA, 1)
    many = [replace(opened, number=n, path=(bytes(32),) * 60) for n in range(1, 4001)]
    with pytest.raises(BadInput, match=r"^ledger\.proof-too-large$"):
        proof.person_receipt(ANNA, entries=many, head=long.head(1))
    assert proof.LARGEST_FILE == verifier.LARGEST_FILE
