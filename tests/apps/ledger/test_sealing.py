"""Sealing gives every entry its sequence and every person its numbers, without a gap, whatever happens around it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections, transaction

from fengni.apps.common.custodian import custodian
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import inbox, queries, sealer, verification
from fengni.apps.ledger.inbox import Seen
from fengni.core.errors import LedgerRefused, VerificationFailed
from tests.apps.ledger.owner import as_owner
from tests.apps.ledger.writing import an_actor, another_asks_for_the_seat, auditor_of, rows, until, write
from tests.cast import now


def _seal_all(tenant_id: UUID) -> None:
    while rows(tenant_id, "SELECT 1 FROM ledger_inbox LIMIT 1"):
        sealer.seal_round(at=now())


def test_sequence_and_numbers_have_no_gap_with_four_writers() -> None:
    actor, persons = an_actor(), [uuid7() for _ in range(5)]

    def write_many(turn: int) -> None:
        for at in range(25):
            about = [Seen(persons[(turn + at + one) % 5], ("mobile",), 1) for one in range(1 + at % 4)]
            write(actor, *about)
        connections["default"].close()

    writers = [threading.Thread(target=write_many, args=(turn,)) for turn in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        sealer.seal_round(at=now())
        time.sleep(0.01)
    _seal_all(actor.tenant_id)
    sequences = [row[0] for row in rows(actor.tenant_id, "SELECT sequence FROM ledger_entry ORDER BY sequence")]
    assert sequences == list(range(100))
    written = Counter(
        persons[(turn + at + one) % 5] for turn in range(4) for at in range(25) for one in range(1 + at % 4)
    )
    for person in persons:
        found = rows(
            actor.tenant_id, "SELECT number FROM ledger_entry_subject WHERE person_id = %s ORDER BY number", person
        )
        assert [row[0] for row in found] == list(range(1, written[person] + 1))
    report = verification.verify(auditor_of(actor))
    assert (report.size, report.signed, report.subjects, report.finding) == (100, 100, written.total(), None)


def test_one_entry_may_name_a_person_twice() -> None:
    actor, person = an_actor(), uuid7()
    write(actor, Seen(person, ("mobile",), 1), Seen(person, ("name",), 0), Seen(uuid7()), count=3)
    sealer.seal_round(at=now())
    found = rows(actor.tenant_id, "SELECT number FROM ledger_entry_subject WHERE person_id = %s ORDER BY 1", person)
    assert [row[0] for row in found] == [1, 2, 3, 4, 5, 6]
    assert verification.verify(auditor_of(actor)).finding is None


def test_a_rolled_back_act_leaves_nothing_to_seal() -> None:
    actor = an_actor()
    with tenant(actor.tenant_id), transaction.atomic():
        inbox.append(
            entry_id=uuid7(), actor=actor, act="vault:field:reveal", at=now(), outcome="done", purpose=None,
            resource=None, seen=(), facts={}, reason=None,
        )  # fmt: skip
        transaction.set_rollback(True)
    sealer.seal_round(at=now())
    assert rows(actor.tenant_id, "SELECT count(*) FROM ledger_entry") == [(0,)]


def test_batches_larger_than_one_round_continue_the_tree() -> None:
    actor = an_actor()
    write(actor, count=sealer.MOST_ENTRIES + 700)
    _seal_all(actor.tenant_id)
    report = verification.verify(auditor_of(actor))
    assert (report.size, report.heads, report.finding) == (sealer.MOST_ENTRIES + 700, 2, None)


def test_a_sealer_killed_between_commit_and_signature_leaves_a_head_the_next_round_signs() -> None:
    actor = an_actor()
    write(actor, count=3)
    sealer.seal_round(at=now())
    with as_owner(actor.tenant_id) as cursor:  # what a crash leaves: the head is there, its note is not
        cursor.execute("UPDATE ledger_checkpoint SET note = ''")
    assert verification.verify(auditor_of(actor)).signed == 0
    sealer.seal_round(at=now())
    report = verification.verify(auditor_of(actor))
    assert (report.signed, report.finding) == (3, None)


def test_an_unsigned_head_is_replaced_by_the_next_one_instead_of_piling_up() -> None:
    actor = an_actor()
    write(actor, count=2)
    sealer.seal_round(at=now())
    with as_owner(actor.tenant_id) as cursor:
        cursor.execute("UPDATE ledger_checkpoint SET note = ''")
    write(actor, count=2)
    sealer.seal_round(at=now())
    assert rows(actor.tenant_id, "SELECT size FROM ledger_checkpoint") == [(4,)]
    assert verification.verify(auditor_of(actor)).finding is None


def test_a_ledger_that_was_cut_gets_no_signature() -> None:
    actor = an_actor()
    for _ in range(2):
        write(actor, count=3)
        sealer.seal_round(at=now())
    with as_owner(actor.tenant_id) as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE sequence >= 3")
        cursor.execute("DELETE FROM ledger_checkpoint WHERE size > 3")
        cursor.execute("UPDATE ledger_tile SET hashes = substr(hashes, 1, 96)")
    write(actor)
    with pytest.raises(VerificationFailed, match="history-cut"):
        sealer.seal_round(at=now())
    assert custodian().last_signed(actor.tenant_id).size == 6


def test_another_history_of_the_same_length_gets_no_signature() -> None:
    actor = an_actor()
    write(actor, count=4)
    sealer.seal_round(at=now())
    with as_owner(actor.tenant_id) as cursor:
        cursor.execute("DELETE FROM ledger_entry")
        cursor.execute("DELETE FROM ledger_checkpoint")
        cursor.execute("DELETE FROM ledger_tile")
    write(actor, count=5)
    with pytest.raises(VerificationFailed, match="consistency-refused"):
        sealer.seal_round(at=now())
    assert rows(actor.tenant_id, "SELECT size, note FROM ledger_checkpoint") == [(5, "")]


def test_nothing_is_built_on_a_damaged_tree() -> None:
    actor = an_actor()
    write(actor, count=3)
    sealer.seal_round(at=now())
    with as_owner(actor.tenant_id) as cursor:
        cursor.execute("UPDATE ledger_tile SET hashes = set_byte(hashes, 40, 255 - get_byte(hashes, 40))")
    write(actor)
    with pytest.raises(VerificationFailed, match="edge-damaged"):
        sealer.seal_round(at=now())
    assert rows(actor.tenant_id, "SELECT count(*) FROM ledger_inbox") == [(1,)]


@pytest.mark.parametrize("column", ["body", "subjects", "entry_id"])
def test_a_row_nobody_wrote_by_the_inbox_stops_its_tenant_and_no_other(column: str) -> None:
    broken, sound = an_actor(), an_actor()
    write(broken, Seen(uuid7(), ("name",), 0))
    write(sound, Seen(uuid7()))
    spoilt = {"body": b"{}", "subjects": b"\x00" * 33, "entry_id": uuid7()}[column]
    with as_owner(broken.tenant_id) as cursor:
        cursor.execute(f"UPDATE ledger_inbox SET {column} = %s", [spoilt])
    with pytest.raises(LedgerRefused, match="inbox-damaged"):
        sealer.seal_round(at=now())
    assert rows(sound.tenant_id, "SELECT count(*) FROM ledger_entry") == [(1,)]
    assert rows(broken.tenant_id, "SELECT count(*) FROM ledger_inbox") == [(1,)]


def test_a_protected_read_is_refused_when_the_oldest_entry_waits_for_over_a_minute() -> None:
    actor = an_actor()
    write(actor)
    with tenant(actor.tenant_id), transaction.atomic():
        inbox.refuse_when_behind(now())
    with as_owner(actor.tenant_id) as cursor:
        cursor.execute("UPDATE ledger_inbox SET created_at = created_at - %s", [inbox.BEHIND + timedelta(seconds=1)])
    with pytest.raises(LedgerRefused, match=r"ledger\.behind"), tenant(actor.tenant_id), transaction.atomic():
        inbox.refuse_when_behind(now())
    sealer.seal_round(at=now())
    with tenant(actor.tenant_id), transaction.atomic():
        inbox.refuse_when_behind(now())


def test_a_second_sealer_waits_for_the_seat_and_takes_over() -> None:
    actor = an_actor()
    sealer.wait_for_the_seat(lambda: False)
    with tempfile.TemporaryFile() as log:
        second = subprocess.Popen([sys.executable, "-m", "fengni.worker.sealer"], stdout=log, stderr=log)
        try:
            write(actor)
            until(lambda: another_asks_for_the_seat() or second.poll() is not None)
            assert second.poll() is None
            assert rows(actor.tenant_id, "SELECT count(*) FROM ledger_entry") == [(0,)]
            connections["sealer"].close()  # the first one dies
            until(lambda: rows(actor.tenant_id, "SELECT count(*) FROM ledger_entry") == [(1,)])
            second.terminate()
            assert second.wait(30) == 0
        finally:
            second.kill()
            second.wait()
            log.seek(0)
            print(log.read().decode())


def test_the_application_role_cannot_touch_what_is_sealed() -> None:
    actor = an_actor()
    [entry_id] = write(actor)
    sealer.seal_round(at=now())
    for statement in (
        "UPDATE ledger_entry SET body = ''",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_inbox SET body = ''",
        "DELETE FROM ledger_inbox",
        "UPDATE ledger_tile SET hashes = ''",
        "UPDATE ledger_checkpoint SET note = ''",
        "UPDATE ledger_person_head SET last_number = 0",
        "DELETE FROM ledger_entry_subject",
    ):
        with pytest.raises(Exception, match="permission denied"):
            rows(actor.tenant_id, statement)
    with tenant(actor.tenant_id):
        assert queries.entry_place(entry_id) == 0
