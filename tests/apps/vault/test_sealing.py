"""What a thief of the database finds, and what a database administrator can change unnoticed: nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import sealer
from fengni.apps.vault import queries, services
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from fengni.core.errors import FengniError, SealRefused
from fengni.core.vault.initials import initials
from tests.apps.ledger.owner import as_owner
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, CANARY_NAME, make_client, make_person, sheet, store
from tests.cast import found, now

NOTE = "示例备注·金丝雀"
ACCOUNT = fictitious.bank_account(7)
COMPANY = "示例·青禾1号智造有限公司"
# Initials of the company, not of the person: three letters turn up by chance among random ones.
CANARIES = (
    *(CANARY_NAME, CANARY_ID, CANARY_MOBILE, ACCOUNT, NOTE),
    *(COMPANY, fictitious.uscc(1), initials(COMPANY)[0]),
)


def furnished(suite: int = 1) -> tuple[Actor, UUID, UUID]:
    owner = found(suite=suite)
    client_id = make_client(owner, 1, note=NOTE)
    return owner, client_id, make_person(owner, client_id, bank_account=ACCOUNT)


def reveal(owner: Actor, client_id: UUID, person_id: UUID, kind: str = "id_number") -> str:
    done = services.reveal_field(
        actor=owner, at=now(), client_id=client_id, subject_id=person_id, kind=kind, purpose="purpose.fill_form",
        reason=NOTE,
    )  # fmt: skip
    return done.value.value


@pytest.mark.parametrize("suite", [1, 4])
def test_no_value_lies_anywhere_in_the_database(suite: int) -> None:
    owner, client_id, person_id = furnished(suite)
    assert reveal(owner, client_id, person_id) == CANARY_ID
    assert reveal(owner, client_id, client_id, "note") == NOTE
    services.search_number(actor=owner, at=now(), number=CANARY_ID)
    services.replace_field(
        actor=owner, at=now(), client_id=client_id, subject_id=person_id, kind="email", value="canary@example.com",
        revision=1,
    )  # fmt: skip
    sealer.seal_round(at=now())
    needles = [canary.encode() for canary in (*CANARIES, "canary@example.com")]
    found_in, columns = [], 0
    with as_owner(owner.tenant_id) as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('bytea', 'text', 'character varying', 'jsonb', 'json', 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            columns += 1
            cursor.execute(f'SELECT "{column}", "{column}"::text FROM "{table}" WHERE "{column}" IS NOT NULL')
            for value, text in cursor.fetchall():
                raw = (bytes(value) if isinstance(value, bytes | memoryview) else b"") + text.encode()
                found_in += [(table, column) for needle in needles if needle in raw]
    assert found_in == []
    assert columns > 40


def _swap_envelopes(cursor: Any, person_id: UUID, other: UUID) -> None:
    cursor.execute(
        "UPDATE vault_record r SET envelope = o.envelope FROM vault_record o "
        "WHERE r.subject_id = %s AND o.subject_id = %s AND r.record_class = o.record_class",
        [person_id, other],
    )


def _move_row(cursor: Any, person_id: UUID, other: UUID) -> None:
    cursor.execute(
        "UPDATE vault_record r SET envelope = o.envelope, unit_id = o.unit_id, revision = o.revision "
        "FROM vault_record o WHERE r.subject_id = %s AND o.subject_id = %s AND r.record_class = o.record_class",
        [person_id, other],
    )


def _other_class(cursor: Any, person_id: UUID, other: UUID) -> None:
    cursor.execute("DELETE FROM vault_record WHERE subject_id = %s AND record_class = 'identity'", [person_id])
    cursor.execute(
        "UPDATE vault_record SET record_class = 'identity' WHERE subject_id = %s AND record_class = 'contact'",
        [person_id],
    )


def _other_revision(cursor: Any, person_id: UUID, other: UUID) -> None:
    cursor.execute("UPDATE vault_record SET revision = revision + 1 WHERE subject_id = %s", [person_id])


def _one_bit(cursor: Any, person_id: UUID, other: UUID) -> None:
    cursor.execute(
        "UPDATE vault_record SET envelope = set_bit(envelope, 300, 1 - get_bit(envelope, 300)) WHERE subject_id = %s",
        [person_id],
    )


def _other_key(cursor: Any, person_id: UUID, other: UUID) -> None:
    cursor.execute(
        "UPDATE vault_unit u SET wrapped = o.wrapped, commitment = o.commitment FROM vault_unit o "
        "WHERE u.subject_id = %s AND o.subject_id = %s AND u.retention_class = o.retention_class",
        [person_id, other],
    )


@pytest.mark.parametrize("suite", [1, 4])
@pytest.mark.parametrize("attack", [_swap_envelopes, _move_row, _other_class, _other_revision, _one_bit, _other_key])
def test_what_was_changed_by_hand_does_not_open(attack: Callable[[Any, UUID, UUID], None], suite: int) -> None:
    owner, client_id, person_id = furnished(suite)
    other = make_person(owner, client_id, name="示例乙", id_number=fictitious.id_number("19900101", 2))
    with as_owner(owner.tenant_id) as cursor:
        attack(cursor, person_id, other)
    with pytest.raises(SealRefused) as refused:
        reveal(owner, client_id, person_id)
    assert (refused.value.code, refused.value.params) == ("vault.sealed-value-refused", {})


def test_an_envelope_put_back_over_a_newer_one_does_not_open() -> None:
    owner, client_id, person_id = furnished()
    with as_owner(owner.tenant_id) as cursor:
        cursor.execute(
            "SELECT id, revision, envelope, display, fingerprint FROM vault_record "
            "WHERE subject_id = %s AND record_class = 'contact'",
            [person_id],
        )
        record, revision, envelope, display, fingerprint = cursor.fetchone()
    services.replace_field(
        actor=owner, at=now(), client_id=client_id, subject_id=person_id, kind="mobile", value=fictitious.mobile(2),
        revision=1,
    )  # fmt: skip
    with as_owner(owner.tenant_id) as cursor:
        cursor.execute("UPDATE vault_record SET envelope = %s WHERE id = %s", [envelope, record])
    with pytest.raises(SealRefused):
        reveal(owner, client_id, person_id, "mobile")
    with as_owner(owner.tenant_id) as cursor:  # the whole former row fits together; the manifests tell
        cursor.execute(
            "UPDATE vault_record SET revision = %s, envelope = %s, display = %s, fingerprint = %s WHERE id = %s",
            [revision, envelope, display, fingerprint, record],
        )
    with tenant(owner.tenant_id):
        assert queries.unfaithful_records() == [record]


def test_a_mask_of_somebody_else_is_not_shown() -> None:
    owner, client_id, person_id = furnished()
    other = make_person(owner, client_id, name="示例乙", id_number=fictitious.id_number("19900101", 2))
    with as_owner(owner.tenant_id) as cursor:
        cursor.execute(
            "UPDATE vault_record r SET display = o.display FROM vault_record o "
            "WHERE r.subject_id = %s AND o.subject_id = %s AND r.record_class = o.record_class",
            [person_id, other],
        )
    with tenant(owner.tenant_id), pytest.raises(SealRefused):
        queries.persons_page(actor=owner, at=now())


def test_rows_moved_to_another_tenant_do_not_open_there() -> None:
    owner, client_id, person_id = furnished()
    thief = found()
    tables = (
        "parties_client", "parties_person", "parties_relation", "vault_unit", "vault_record", "vault_tag", "vault_gram",
        "vault_manifest",
    )  # fmt: skip
    with as_owner(owner.tenant_id) as cursor:
        for table in tables:
            cursor.execute(f"CREATE TEMPORARY TABLE moved_{table} AS SELECT * FROM {table}")
            cursor.execute(f"UPDATE moved_{table} SET tenant_id = %s", [thief.tenant_id])
    try:
        with as_owner(thief.tenant_id) as cursor:
            for table in tables:
                cursor.execute(f"INSERT INTO {table} SELECT * FROM moved_{table}")
        with pytest.raises(SealRefused):
            reveal(thief, client_id, person_id)
        with tenant(thief.tenant_id), pytest.raises(SealRefused):
            queries.persons_page(actor=thief, at=now())
        with pytest.raises(FengniError):
            services.search_number(actor=thief, at=now(), number="0")
        assert services.search_number(actor=thief, at=now(), number=CANARY_ID).value.rows == ()  # other tags as well
    finally:
        connections["owner"].close()
    assert reveal(owner, client_id, person_id) == CANARY_ID


def test_manifests_cover_every_record_and_notice_rows_added_or_removed() -> None:
    owner = found()
    store(owner, sheet(5))
    client_id = make_client(owner, 500)
    make_person(owner, client_id)
    sealer.seal_round(at=now())
    with tenant(owner.tenant_id):
        assert queries.unfaithful_records() == []
    with as_owner(owner.tenant_id) as cursor:
        cursor.execute(
            "DELETE FROM vault_record WHERE id = (SELECT max(id::text)::uuid FROM vault_record) RETURNING id"
        )
        removed = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE vault_manifest SET lines = lines || lines "
            "WHERE created_at = (SELECT min(created_at) FROM vault_manifest) RETURNING entry_id"
        )
        rewritten = cursor.fetchone()[0]
    with tenant(owner.tenant_id):
        assert set(queries.unfaithful_records()) == {removed, rewritten}
