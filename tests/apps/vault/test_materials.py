"""Pictures and embedded files of imports: sealed, counted, taken back with their import, seen by nobody else."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from fengni.apps.common.custodian import WrappedKey, custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import services as imports
from fengni.apps.vault import queries
from fengni.apps.vault.models import Material, Piece, Unit
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, SealRefused
from fengni.core.vault.pieces import SealedFile, open_file
from fengni.core.vault.suites import Suite
from tests.apps.imports.owner import places_of, rows_of_the_store
from tests.apps.imports.sheets import album, look, png, row, sheet, stored
from tests.apps.ledger.owner import as_owner
from tests.apps.vault.files import entries
from tests.cast import found, now

LARGE = png(os.urandom(1_300_000).hex().encode()[:1_300_000])  # two pieces


def opened(actor: Actor, client_id: UUID | None = None) -> list[bytes]:
    """The bytes of every material, by keys released to the test: no page opens them yet."""
    found = []
    with tenant(actor.tenant_id), transaction.atomic():
        rows = Material.objects.filter(**{"client_id": client_id} if client_id else {}).order_by("id")
        for row_ in rows:
            unit = Unit.objects.get(id=row_.unit_id)
            wrapped = WrappedKey(unit.id, unit.epoch, bytes(unit.wrapped), bytes(unit.commitment))
            key = custodian().unwrap(actor.tenant_id, Suite(unit.suite), [wrapped], entry=uuid4(), purpose="test")[0]
            pieces = Piece.objects.filter(material_id=row_.id).order_by("position").values_list("sealed", flat=True)
            sealed = SealedFile(bytes(row_.head), tuple(bytes(piece) for piece in pieces))
            found.append(open_file(key, actor.tenant_id, row_.id, sealed))
    return found


def client_ids(actor: Actor) -> list[UUID]:
    with tenant(actor.tenant_id):
        return [r.id for r in queries.clients_page(actor=actor, at=now()).rows]


@pytest.mark.parametrize("suite", [1, 4])
def test_pictures_go_into_their_clients_file_and_lie_nowhere_in_clear(suite: int) -> None:
    owner, mark = found(suite=suite), secrets.token_hex(12)
    small = png(mark.encode())
    content = album([row(1), row(2)], {"B2": small, "C2": LARGE, "B3": small})
    job_id = stored(owner, content, picture="material")
    page = look(owner, job_id)
    assert (page.row.result["materials"], page.view["materials"]) == (3, 3)
    assert sorted(opened(owner), key=len) == sorted([small, LARGE, small], key=len)
    assert list(places_of([mark])) == []
    with tenant(owner.tenant_id), transaction.atomic():
        assert max(len(bytes(p)) for p in Piece.objects.values_list("sealed", flat=True)) <= 1 << 20
        assert queries.unfaithful_records() == []
        kept = [queries.client_page(actor=owner, at=now(), client_id=c).materials for c in client_ids(owner)]
    assert sorted((k.pictures, k.files, k.size) for k in kept) == [
        (1, 0, len(small)), (2, 0, len(small) + len(LARGE)),
    ]  # fmt: skip
    commit = next(e for e in entries(owner.tenant_id) if e["act"] == "imports:job:commit")
    assert commit["facts"]["materials"] == 3


def test_the_careful_answer_keeps_no_picture() -> None:
    owner = found()
    job_id = stored(owner, album([row(1)], {"B2": png(b"x")}))
    assert look(owner, job_id).row.result["materials"] == 0
    assert opened(owner) == []


def test_the_same_picture_in_the_same_file_is_kept_once() -> None:
    owner = found()
    content = album([row(1)], {"B2": png(b"one"), "C2": png(b"one")})
    assert look(owner, stored(owner, content, picture="material")).row.result["materials"] == 1
    again = album([row(1)], {"B2": png(b"one"), "C2": png(b"two")})
    assert look(owner, stored(owner, again, picture="material")).row.result["materials"] == 1
    assert sorted(opened(owner)) == sorted([png(b"one"), png(b"two")])


def test_undo_takes_pictures_back_and_leaves_every_byte_as_it_was() -> None:
    owner = found()
    stored(owner, album([row(1)], {"B2": png(b"one")}), picture="material")
    before = rows_of_the_store(owner.tenant_id)
    job_id = stored(owner, album([row(1), row(2)], {"B2": png(b"two"), "B3": LARGE}), picture="material")
    assert rows_of_the_store(owner.tenant_id) != before
    imports.undo_job(actor=owner, at=now(), job_id=job_id)
    assert rows_of_the_store(owner.tenant_id) == before
    assert opened(owner) == [png(b"one")]
    with tenant(owner.tenant_id), transaction.atomic():
        assert queries.unfaithful_records() == []


def test_a_client_with_a_later_picture_is_not_undone_away() -> None:
    owner = found()
    first = stored(owner, sheet([row(1)]))
    second = stored(owner, album([row(1)], {"B2": png(b"one")}), picture="material")
    with pytest.raises(BadInput, match=r"vault\.changed-since-import"):
        imports.undo_job(actor=owner, at=now(), job_id=first)
    imports.undo_job(actor=owner, at=now(), job_id=second)
    imports.undo_job(actor=owner, at=now(), job_id=first)
    assert set(rows_of_the_store(owner.tenant_id).values()) == {
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }


def _cut(cursor: Any) -> None:
    cursor.execute("DELETE FROM vault_piece WHERE position = 1")


def _swap(cursor: Any) -> None:
    cursor.execute("UPDATE vault_piece SET position = 9 WHERE position = 0")


def _move(cursor: Any) -> None:
    cursor.execute(
        "UPDATE vault_piece p SET sealed = o.sealed FROM vault_piece o "
        "WHERE p.material_id <> o.material_id AND p.position = 0 AND o.position = 0"
    )


def _head(cursor: Any) -> None:
    cursor.execute("UPDATE vault_material m SET head = o.head FROM vault_material o WHERE m.id <> o.id")


@pytest.mark.parametrize("attack", [_cut, _swap, _move, _head])
def test_what_was_changed_by_hand_does_not_open(attack: Callable[[Any], None]) -> None:
    owner = found()
    stored(owner, album([row(1)], {"B2": LARGE, "C2": png(b"other")}), picture="material")
    with as_owner(owner.tenant_id) as cursor:
        attack(cursor)
    with pytest.raises(SealRefused):
        opened(owner)


def test_another_tenant_sees_and_refers_to_nothing() -> None:
    one, other = found(), found()
    stored(one, album([row(1)], {"B2": png(b"one")}), picture="material")
    with tenant(one.tenant_id), transaction.atomic():
        theirs = Material.objects.get()
    for table in ("vault_material", "vault_piece"):
        with tenant(other.tenant_id), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)
    with (
        pytest.raises(DatabaseError, match="same_tenant"),
        tenant(other.tenant_id),
        transaction.atomic(),
    ):
        Piece.objects.create(tenant_id=other.tenant_id, material_id=theirs.id, position=0, sealed=b"")
