"""vault:material:open"""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.db import connections, transaction

from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services as parties
from fengni.apps.vault import queries, services
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied, LedgerRefused, SealRefused
from fengni.core.vault.pieces import PIECE
from tests.apps.vault.files import entries, make_client, make_person, refusals, seen_of
from tests.apps.vault.uploads import begun, opened, read, upload
from tests.cast import assemble, found, now

CONTENT = b"PK\x03\x04" + os.urandom(3 * PIECE + 2_000)


def _by_hand(actor: Actor, statement: str) -> None:
    with tenant(actor.tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def test_a_document_is_read_in_parts_and_stands_in_the_ledger_once() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    kept = upload(owner, client_id, person_id, kind="lease", content=CONTENT)
    opening_id = opened(owner, kept.material_id)
    entry = entries(owner.tenant_id)[-1]
    assert (entry["act"], entry["purpose"], entry["clear"]) == ("vault:material:open", "purpose.fill_form", 1)
    assert entry["facts"] == {"kind": "lease", "bytes": len(CONTENT)}
    assert seen_of(owner.tenant_id) == {person_id: {"clear": 1, "fields": ["material_lease"]}}
    written, released = len(entries(owner.tenant_id)), custodian().releases(owner.tenant_id, [person_id])[0]
    for first, last in ((0, len(CONTENT) - 1), (0, 0), (PIECE - 1, PIECE), (2 * PIECE, 2 * PIECE + 9), (7, 3 * PIECE)):
        assert read(owner, kept.material_id, first, last, opening_id=opening_id) == CONTENT[first : last + 1]
    assert len(entries(owner.tenant_id)) == written
    assert custodian().releases(owner.tenant_id, [person_id]) == [released + 5]


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM vault_piece WHERE position = 3",
        "UPDATE vault_piece SET sealed = (SELECT sealed FROM vault_piece WHERE position = 1) WHERE position = 2",
        "UPDATE vault_piece SET sealed = set_byte(sealed, 60, (get_byte(sealed, 60) + 1) % 256) WHERE position = 3",
        "UPDATE vault_piece SET sealed = substr(sealed, 1, 900) WHERE position = 3",
    ],
    ids=["cut", "swapped", "bit", "short"],
)
def test_only_the_pieces_of_a_range_are_opened_and_a_damaged_one_is_refused(attack: str) -> None:
    owner = found()
    kept = upload(owner, make_client(owner), kind="lease", content=CONTENT)
    opening_id = opened(owner, kept.material_id)
    _by_hand(owner, attack)
    assert read(owner, kept.material_id, 5, 2 * PIECE - 1, opening_id=opening_id) == CONTENT[5 : 2 * PIECE]
    with pytest.raises(SealRefused):
        read(owner, kept.material_id, opening_id=opening_id)


def test_an_opening_is_of_one_member_for_a_time_and_ends_with_document_scope_and_question() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    material_id = upload(cast.owner, client_id, kind="lease", content=CONTENT).material_id
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    opening_id = opened(cast.agent, material_id)
    with pytest.raises(Denied, match=r"vault.opening-over"):
        read(cast.owner, material_id, opening_id=opening_id)
    with tenant(cast.tenant_id), pytest.raises(Denied, match=r"vault.opening-over"):
        queries.content(
            actor=cast.agent, at=now() + timedelta(minutes=15), material_id=material_id, opening_id=opening_id
        )
    parties.unassign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    with pytest.raises(Denied, match=r"access.scope"):
        read(cast.agent, material_id, opening_id=opening_id)
    own = opened(cast.owner, material_id)
    with tenant(cast.tenant_id):
        parts = queries.content(actor=cast.owner, at=now(), material_id=material_id, opening_id=own).read(0, 2 * PIECE)
        assert next(parts) == CONTENT[:PIECE]
    services.discard_material(actor=cast.owner, at=now(), material_id=material_id)
    with pytest.raises(SealRefused):  # destroyed while it was read
        next(parts)
    with pytest.raises(Denied, match=r"vault.no-such-material"):
        read(cast.owner, material_id, opening_id=own)


def test_nothing_without_reason_purpose_ledger_or_a_whole_document() -> None:
    owner = found()
    client_id = make_client(owner)
    material_id = upload(owner, client_id, kind="lease", content=CONTENT).material_id
    with pytest.raises(BadInput, match=r"vault.reason-missing"):
        services.open_material(actor=owner, at=now(), material_id=material_id, purpose="purpose.fill_form", reason=" ")
    with pytest.raises(Denied, match=r"access.purpose"):
        opened(owner, material_id, purpose="purpose.curiosity")
    with pytest.raises(Denied, match=r"vault.no-such-material"):
        opened(owner, begun(owner, client_id, 50))
    _by_hand(owner, "UPDATE ledger_inbox SET created_at = created_at - interval '61 seconds'")
    with pytest.raises(LedgerRefused, match=r"ledger.behind"):
        opened(owner, material_id)


def test_scope_roles_and_tenants() -> None:
    cast = assemble()
    material_id = upload(cast.owner, make_client(cast.owner)).material_id
    for who in (cast.agent, cast.auditor, cast.security, cast.admin, cast.intruder, cast.stranger):
        with pytest.raises(Denied):
            opened(who, material_id)
    assert refusals(cast.tenant_id, "vault:material:open") == ["access.scope"] + ["access.role"] * 4
    assert read(cast.dpo, material_id)
