"""Who reads which entries, and files that verify outside the house."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from fengni.apps.accounts.services import change_roles
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import queries, sealer
from fengni.apps.ledger.inbox import Seen
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from fengni.core.ledger import verifier
from tests.apps.ledger.writing import an_actor, write
from tests.cast import assemble, now


def _read(actor: Actor, **given: object) -> queries.EntryPage:
    with tenant(actor.tenant_id):
        return queries.entries(actor, **given)  # type: ignore[arg-type]  # each test gives what fits


def test_pages_follow_each_other_without_gap_or_overlap() -> None:
    actor = an_actor()
    write(actor, count=7)
    sealer.seal_round(at=now())
    waiting = write(actor, count=2)
    first = _read(actor, limit=3)
    assert [row.id for row in first.waiting] == waiting[::-1]
    assert [row.sequence for row in first.rows] == [6, 5, 4]
    second = _read(actor, limit=3, before=first.before)
    third = _read(actor, limit=3, before=second.before)
    assert [row.sequence for row in (*second.rows, *third.rows)] == [3, 2, 1, 0]
    assert (second.waiting, third.before) == ((), None)


def test_an_agent_reads_own_acts_an_auditor_all_an_intruder_nothing() -> None:
    cast = assemble()
    write(cast.agent, act="vault:field:reveal")
    write(cast.colleague, act="vault:field:replace")
    sealer.seal_round(at=now())
    assert {row.actor_id for row in _read(cast.agent).rows} == {cast.agent.id}
    assert _read(cast.agent, member_id=cast.colleague.id).rows == ()
    for reader in (cast.owner, cast.lead, cast.dpo, cast.auditor, cast.security):
        assert {cast.agent.id, cast.colleague.id} <= {row.actor_id for row in _read(reader).rows}
    assert cast.agent.id not in {row.actor_id for row in _read(cast.stranger).rows}
    with pytest.raises(Denied):
        _read(cast.intruder)


def test_an_agent_gets_no_proof_of_a_colleagues_entry() -> None:
    cast = assemble()
    [mine], [other] = write(cast.agent), write(cast.colleague)
    with tenant(cast.tenant_id):
        with pytest.raises(BadInput, match="not-sealed-yet"):
            queries.entry_proof_file(cast.agent, entry_id=mine)
        sealer.seal_round(at=now())
        place = queries.entry_place(mine)
        assert place is not None
        by_place = queries.entry_proof_file(cast.agent, sequence=place)
        assert by_place == queries.entry_proof_file(cast.agent, entry_id=mine)
        with pytest.raises(BadInput, match="no-entry"):
            queries.entry_proof_file(cast.agent, entry_id=other)
        key = queries.log_fingerprint()
    report = verifier.check(by_place, key=key)
    assert (report.status, report.entries[0]["body"]["id"]) == ("verified", mine.hex)


def test_filters_narrow_sealed_and_waiting_entries_alike() -> None:
    actor, person = an_actor(), uuid7()
    for _ in range(2):
        write(actor, Seen(person, ("name",)), act="vault:field:reveal")
        write(actor, act="vault:field:replace")
        sealer.seal_round(at=now()) if _ == 0 else None
    for given in ({"act": "vault:field:reveal"}, {"person_id": person}):
        page = _read(actor, **given)
        assert [len(page.waiting), len(page.rows)] == [1, 1]
        assert {row.act for row in (*page.waiting, *page.rows)} == {"vault:field:reveal"}


def test_a_refusal_is_recorded_and_read() -> None:
    cast = assemble()
    with pytest.raises(Denied):
        change_roles(actor=cast.agent, at=now(), member_id=cast.agent.id, roles=("owner",))
    sealer.seal_round(at=now())
    [row] = _read(cast.agent, refused=True).rows
    assert (row.act, row.refused) == ("accounts:member:change_roles", "access.role")
    assert row.refused_text != row.refused


def test_history_of_a_person_names_who_when_what_and_nobody_else() -> None:
    actor, person, other = an_actor(), uuid7(), uuid7()
    write(actor, Seen(person, ("mobile",), 1), Seen(other, ("name",), 0))
    write(actor, Seen(other, ("name",), 0))
    sealer.seal_round(at=now())
    write(actor, Seen(person, ("name",), 0))
    with tenant(actor.tenant_id):
        rows = queries.person_history(person)
        older = queries.person_history(person, before=1)
    assert [(row.number, row.fields, row.clear) for row in rows] == [(None, ("name",), 0), (1, ("mobile",), 1)]
    assert older == ()


def test_a_receipt_opens_one_person_and_no_other() -> None:
    actor, persons = an_actor(), [uuid7() for _ in range(3)]
    for turn in range(4):
        write(actor, *[Seen(one, ("mobile",), turn) for one in persons[: 1 + turn % 3]])
        sealer.seal_round(at=now())
    with tenant(actor.tenant_id):
        key = queries.log_fingerprint()
        files = [queries.person_receipt_file(one) for one in persons]
        later = queries.person_receipt_file(persons[0], since=2)
    for person, file, count in zip(persons, files, (4, 2, 1), strict=True):
        report = verifier.check(file, key=key)
        assert (report.status, report.person, len(report.entries)) == ("verified", person.hex, count)
        for other in persons:
            assert (other.hex.encode() in file) == (other == person)
    forged = json.loads(files[0]) | {"person": persons[1].hex}
    assert verifier.check(json.dumps(forged).encode(), key=key).status == "failed"
    assert verifier.check(later, key=key).earlier == 2


def test_a_checkpoint_continues_the_one_somebody_holds() -> None:
    actor = an_actor()
    write(actor, count=3)
    sealer.seal_round(at=now())
    with tenant(actor.tenant_id):
        held = queries.checkpoint_file()
        write_more = [write(actor) for _ in range(2)]
        sealer.seal_round(at=now())
        newer, key = queries.checkpoint_file(since=3), queries.log_fingerprint()
        with pytest.raises(BadInput, match="no-such-head"):
            queries.checkpoint_file(since=2)
        head = queries.checkpoint()
    report = verifier.check(newer, key=key, held=held)
    assert (report.status, report.size, report.held) == ("verified", 3 + len(write_more), 3)
    assert (head.size, head.signed, head.waiting) == (5, 5, 0)


def test_a_page_costs_few_statements() -> None:
    actor = an_actor()
    write(actor, Seen(uuid7()), count=60)
    sealer.seal_round(at=now())
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with tenant(actor.tenant_id), transaction.atomic(), CaptureQueriesContext(connection) as asked:
        queries.entries(actor)
    assert len(asked) == 2
