"""What somebody with all rights in the database changes is found, and named by its kind and place."""

from __future__ import annotations

from typing import Any

import pytest

from fengni.apps.common.custodian import custodian
from fengni.apps.common.identifiers import uuid7
from fengni.apps.ledger import sealer, verification
from fengni.apps.ledger.inbox import Seen
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.ledger import entry as canonical
from fengni.definitions import texts
from tests.apps.ledger.owner import as_owner
from tests.apps.ledger.writing import an_actor, auditor_of, write
from tests.cast import now

FLIP = "{0} = set_byte({0}, 40, 255 - get_byte({0}, 40))"
MUTATIONS = {
    "body": ("entry", 2, f"UPDATE ledger_entry SET {FLIP.format('body')} WHERE sequence = 2"),
    "leaf": ("entry", 2, "UPDATE ledger_entry SET leaf_hash = set_byte(leaf_hash, 0, 0) || '' WHERE sequence = 2"),
    "root": ("entry", 1, "UPDATE ledger_entry SET subjects_root = sha256('') WHERE sequence = 1"),
    "id": ("entry", 3, "UPDATE ledger_entry SET id = gen_random_uuid() WHERE sequence = 3"),
    "act": ("entry", 3, "UPDATE ledger_entry SET act = 'vault:field:replace' WHERE sequence = 3"),
    "actor": ("entry", 3, "UPDATE ledger_entry SET actor_id = gen_random_uuid() WHERE sequence = 3"),
    "refused": ("entry", 3, "UPDATE ledger_entry SET refused = true WHERE sequence = 3"),
    "deleted entry": ("missing", 2, "DELETE FROM ledger_entry WHERE sequence = 2"),
    "deleted last entry": ("missing", 5, "DELETE FROM ledger_entry WHERE sequence = 5"),
    "swapped entries": ("entry", 0, "UPDATE ledger_entry SET sequence = CASE sequence WHEN 0 THEN 1 ELSE 0 END "
                        "WHERE sequence < 2"),
    "moved entry": ("missing", 2, "UPDATE ledger_entry SET sequence = 900 WHERE sequence = 2"),
    "one more entry": ("extra", 6, "INSERT INTO ledger_entry SELECT gen_random_uuid(), tenant_id, 6, act, actor_id, "
                       "refused, body, subjects_root, leaf_hash, sealed_at FROM ledger_entry WHERE sequence = 5"),
    "salt": ("subjects", 1, "UPDATE ledger_entry_subject SET salt = set_byte(salt, 0, 255 - get_byte(salt, 0)) "
             "WHERE sequence = 1 AND position = 1"),
    "person": ("subjects", 4, "UPDATE ledger_entry_subject SET person_id = gen_random_uuid() "
               "WHERE sequence = 4 AND position = 0"),
    "seen": ("subjects", 4, "UPDATE ledger_entry_subject SET seen = '{}' WHERE sequence = 4 AND position = 0"),
    "number": ("subjects", 4, "UPDATE ledger_entry_subject SET number = number + 50 WHERE sequence = 4"),
    "position": ("subjects", 4, "UPDATE ledger_entry_subject SET position = 7 WHERE sequence = 4 AND position = 1"),
    "sub-leaf": ("subjects", 4, "UPDATE ledger_entry_subject SET leaf_hash = sha256('') "
                 "WHERE sequence = 4 AND position = 1"),
    "deleted person": ("subjects", 3, "DELETE FROM ledger_entry_subject WHERE sequence = 3 AND position = 0"),
    "one more person": ("extra", 77, "INSERT INTO ledger_entry_subject (tenant_id, sequence, position, person_id, "
                        "number, salt, seen, leaf_hash) SELECT tenant_id, 77, 0, gen_random_uuid(), 1, salt, seen, "
                        "leaf_hash FROM ledger_entry_subject WHERE sequence = 1 AND position = 0"),
    "last number": ("last-number", 5, "UPDATE ledger_person_head SET last_number = last_number - 1"),
    "deleted last number": ("last-number", 5, "DELETE FROM ledger_person_head"),
    "tile": ("tile", 1, f"UPDATE ledger_tile SET {FLIP.format('hashes')}"),
    "shorter tile": ("tile", 4, "UPDATE ledger_tile SET hashes = substr(hashes, 1, 128)"),
    "longer tile": ("tile", 6, "UPDATE ledger_tile SET hashes = hashes || sha256('')"),
    "deleted tile": ("tile", 0, "DELETE FROM ledger_tile"),
    "one more tile": ("tile", 6, "INSERT INTO ledger_tile (tenant_id, level, index, hashes) "
                      "SELECT tenant_id, 1, 0, sha256('') FROM ledger_tile"),
    "head": ("head", 3, "UPDATE ledger_checkpoint SET root = sha256('') WHERE size = 3"),
    "note": ("head", 6, "UPDATE ledger_checkpoint SET note = replace(note, E'\\n6\\n', E'\\n7\\n') WHERE size = 6"),
    "emptied older note": ("head", 3, "UPDATE ledger_checkpoint SET note = '' WHERE size = 3"),
    "moved head": ("head", 2, "UPDATE ledger_checkpoint SET size = 2 WHERE size = 3"),
    "deleted newest head": ("cut", 3, "DELETE FROM ledger_checkpoint WHERE size = 6"),
}  # fmt: skip


def _a_ledger() -> Actor:
    """Two heads, of three entries each, all about the same two persons."""
    actor, about = an_actor(), [Seen(uuid7(), ("mobile",), 1), Seen(uuid7(), ("name",), 0)]
    for _ in range(2):
        write(actor, *about, count=3)
        sealer.seal_round(at=now())
    return actor


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_changed_row_is_found_and_named(mutation: str) -> None:
    kind, sequence, statement = MUTATIONS[mutation]
    actor = _a_ledger()
    with as_owner(actor.tenant_id) as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        _execute(cursor, statement)
    assert verification.verify(auditor_of(actor)).finding == verification.Finding(kind, sequence)


def _execute(cursor: Any, statement: str) -> None:
    """Row by row where a unique constraint would meet its own update."""
    if "CASE sequence" in statement:
        for old, new in ((0, -1), (1, 0), (-1, 1)):
            cursor.execute("UPDATE ledger_entry SET sequence = %s WHERE sequence = %s", [new, old])
            assert cursor.rowcount == 1
        return
    cursor.execute(statement)
    assert cursor.rowcount > 0


def test_an_entry_rewritten_with_its_leaf_and_tile_contradicts_the_signed_head() -> None:
    actor = _a_ledger()
    with as_owner(actor.tenant_id) as cursor:
        cursor.execute("SELECT body, subjects_root FROM ledger_entry WHERE sequence = 4")
        body, root = map(bytes, cursor.fetchone())
        forged = body.replace(b"purpose.fill_form", b"purpose.contact_client")
        leaf = canonical.leaf_hash(4, root, forged)
        cursor.execute("UPDATE ledger_entry SET body = %s, leaf_hash = %s WHERE sequence = 4", [forged, leaf])
    assert verification.verify(auditor_of(actor)).finding == verification.Finding("entry", 4)
    with as_owner(actor.tenant_id) as cursor:
        cursor.execute("UPDATE ledger_tile SET hashes = overlay(hashes PLACING %s::bytea FROM 129 FOR 32)", [leaf])
    assert verification.verify(auditor_of(actor)).finding == verification.Finding("history", 6)


def test_heads_and_entries_cut_together_contradict_the_memory_of_the_key_process() -> None:
    actor = _a_ledger()
    with as_owner(actor.tenant_id) as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE sequence >= 3")
        cursor.execute("DELETE FROM ledger_entry_subject WHERE sequence >= 3")
        cursor.execute("DELETE FROM ledger_checkpoint WHERE size > 3")
        cursor.execute("UPDATE ledger_tile SET hashes = substr(hashes, 1, 96)")
        cursor.execute("UPDATE ledger_person_head SET last_number = 3")
    assert verification.verify(auditor_of(actor)).finding == verification.Finding("cut", 3)


def test_a_whole_ledger_and_an_empty_one_verify_while_others_seal() -> None:
    empty, actor = an_actor(), _a_ledger()
    write(actor)
    steps: list[tuple[int, int]] = []
    report = verification.verify(auditor_of(actor), progress=lambda done, of: steps.append((done, of)))
    assert (report.finding, report.size, report.signed, report.heads, report.waiting) == (None, 6, 6, 2, 1)
    assert (report.persons, report.subjects, steps) == (2, 12, [(6, 6)])
    assert verification.verify(auditor_of(empty)).finding is None


def test_over_a_tile_the_second_level_is_compared_too() -> None:
    actor = an_actor()
    for count in (300, 700, 1):
        write(actor, count=count)
        sealer.seal_round(at=now())
    assert verification.verify(auditor_of(actor)).finding is None
    with as_owner(actor.tenant_id) as cursor:
        cursor.execute(f"UPDATE ledger_tile SET {FLIP.format('hashes')} WHERE level = 1")
    assert verification.verify(auditor_of(actor)).finding == verification.Finding("tile", 256)


def test_only_those_who_read_the_whole_ledger_verify_it() -> None:
    actor = _a_ledger()
    for roles in (frozenset({"agent"}), frozenset({"admin"}), frozenset[str]()):
        with pytest.raises(Denied):
            verification.verify(Actor(id=actor.id, tenant_id=actor.tenant_id, roles=roles))
    assert verification.verify(Actor(id=actor.id, tenant_id=actor.tenant_id, roles=frozenset({"auditor"}))).size == 6
    assert custodian().last_signed(actor.tenant_id).size == 6


@pytest.mark.parametrize("kind", sorted({kind for kind, _, _ in MUTATIONS.values()} | {"history", "number"}))
def test_every_kind_of_finding_has_a_sentence(kind: str) -> None:
    assert f"ledger.finding.{kind}" in texts()
