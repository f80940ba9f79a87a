"""Measures over a real store and ledger: what turns them, and what never does."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from uuid import UUID

import pytest

from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import sealer
from fengni.apps.measures import queries, services
from fengni.apps.vault import services as vault
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from fengni.core.fictitious import id_number, mobile
from fengni.core.ledger.entry import canonical
from fengni.definitions import load, text
from tests.apps.ledger.writing import write
from tests.apps.measures.planting import as_owner, filled, outcomes, planted, rows
from tests.apps.vault.files import CANARY_ID
from tests.cast import assemble, found, hire, now

COMPUTED = {
    "catalogue_covers_fields", "catalogue_complete", "retention_decided", "officers_in_office",
    "head_count_below_tier", "rows_are_ciphertext", "clear_views_carry_purpose", "ledger_verified",
    "ledger_sealed_in_time", "suites_strong", "factors_everywhere",
}  # fmt: skip


def reveal(actor: Actor) -> None:
    client_id, person_id = filled(actor)
    vault.reveal_field(
        actor=actor, at=now(), client_id=client_id, subject_id=person_id, kind="id_number",
        purpose="purpose.fill_form", reason="填写变更申请书",
    )  # fmt: skip


def test_a_fresh_tenant_says_what_is_missing_and_claims_nothing() -> None:
    found_rows = rows(found())
    assert list(found_rows) == list(load("measures"))
    assert len(found_rows) == 26
    assert {row.status for row in found_rows.values()} <= {"insufficient", "failing"}
    assert sum(row.status == "insufficient" for row in found_rows.values()) >= 23
    for row in found_rows.values():
        assert row.title == text(f"measure.{row.id}")
        assert all(one.said and one.title for one in row.evidence)
        assert [one for one in row.evidence if one.outcome == "failed"] == list(row.failing)
        assert (row.status == "failing") == bool(row.failing)


def test_what_has_evidence_passes_in_a_tenant_at_work() -> None:
    owner = found()
    for role, name in (("dpo", "苏明谨"), ("security", "郑望舒")):
        hire(owner.tenant_id, role, name)
    reveal(owner)
    sealer.seal_round(at=now())
    services.verify_ledger(actor=owner, at=now())
    sealer.seal_round(at=now())
    ended = outcomes(owner)
    assert {test for test, outcome in ended.items() if outcome == "passed"} == COMPUTED - {"factors_everywhere"}
    assert ended["factors_everywhere"] == "failed"  # nobody of the cast has a second factor
    assert {test for test, outcome in ended.items() if outcome == "missing"} == set(ended) - COMPUTED
    assert rows(owner)["A3"].figure.startswith("抽样 ")
    assert rows(owner)["M06"].figure == text("measure-figure.sharing", live=0, uncovered=0, views=0, good=0, partners=0)


@pytest.mark.parametrize("column", ["envelope", "display"])
@pytest.mark.parametrize("plain", [
    f"身份证号 {CANARY_ID} 陆知衡".encode(), b"short",
    b"\x01\x01\x00\x01" + "示例省示例市演示区样例路1号陆知衡的记录".encode(),
    b"\x09\x01" + bytes(range(60)), b"\x01\x01\x00\x01" + bytes(range(128, 200)) + CANARY_ID.encode() + bytes(20),
])  # fmt: skip
def test_a_plain_cell_in_a_sealed_column_turns_storage(column: str, plain: bytes) -> None:
    owner = found()
    filled(owner)
    assert outcomes(owner)["rows_are_ciphertext"] == "passed"
    planted(owner.tenant_id, f"UPDATE vault_record SET {column} = %s", plain)
    found_rows = rows(owner)
    assert {found_rows[name].status for name in ("M02", "A3")} == {"failing"}
    [failed] = [one for one in found_rows["A3"].failing if one.test == "rows_are_ciphertext"]
    assert f"vault_record.{column}" in failed.said
    assert CANARY_ID not in failed.said


@pytest.mark.parametrize("value", [f"手机 {mobile(7)}", id_number("19850121", 35), "a@example.com"])
def test_a_number_in_a_column_for_codes_turns_storage(value: str) -> None:
    owner = found()
    filled(owner)
    planted(owner.tenant_id, "UPDATE parties_relation SET roles = %s::jsonb", json.dumps([value]))
    assert outcomes(owner)["rows_are_ciphertext"] == "failed"


def test_another_tenants_plain_cell_turns_only_its_own() -> None:
    owner, other = found(), found()
    filled(owner)
    filled(other)
    planted(other.tenant_id, "UPDATE vault_record SET envelope = %s", CANARY_ID.encode())
    assert outcomes(owner)["rows_are_ciphertext"] == "passed"
    assert outcomes(other)["rows_are_ciphertext"] == "failed"


def _without_purpose(owner: Actor, entry_id: UUID) -> bytes:
    """The body of the clear view, as an entry of its own that says no purpose and no person."""
    with as_owner(owner.tenant_id) as cursor:
        cursor.execute("SELECT body FROM ledger_inbox WHERE position('\"clear\":1,'::bytea IN body) > 0")
        [(body,)] = cursor.fetchall()
    told = json.loads(bytes(body)) | {"purpose": None, "id": entry_id.hex, "count": 0}
    return canonical(told)


def test_a_clear_view_without_purpose_turns_policy() -> None:
    owner = found()
    reveal(owner)
    assert outcomes(owner)["clear_views_carry_purpose"] == "passed"
    entry_id = uuid7()
    planted(
        owner.tenant_id,
        "INSERT INTO ledger_inbox (tenant_id, entry_id, body, created_at) VALUES (%s, %s, %s, now())",
        owner.tenant_id, entry_id, _without_purpose(owner, entry_id),
    )  # fmt: skip
    assert rows(owner)["M02"].status == "failing"
    assert outcomes(owner)["clear_views_carry_purpose"] == "failed"


def test_a_clear_view_without_purpose_turns_policy_when_it_is_sealed_too() -> None:
    owner = found()
    reveal(owner)
    body = _without_purpose(owner, uuid7())
    sealer.seal_round(at=now())
    planted(owner.tenant_id, "UPDATE ledger_entry SET body = %s WHERE act = 'vault:field:reveal'", body)
    assert outcomes(owner)["clear_views_carry_purpose"] == "failed"


def test_an_old_clear_view_is_no_evidence_of_now() -> None:
    owner = found()
    reveal(owner)
    assert outcomes(owner, now() + timedelta(days=31))["clear_views_carry_purpose"] == "missing"


def test_a_gap_in_the_ledger_turns_monitoring_at_once() -> None:
    owner = found()
    write(owner, count=5)
    sealer.seal_round(at=now())
    services.verify_ledger(actor=owner, at=now())
    sealer.seal_round(at=now())
    assert outcomes(owner)["ledger_verified"] == "passed"
    planted(owner.tenant_id, "DELETE FROM ledger_entry WHERE sequence = 2")
    assert outcomes(owner)["ledger_verified"] == "failed"
    assert rows(owner)["M04"].status == "failing"


def test_a_cut_off_end_turns_monitoring_at_once() -> None:
    owner = found()
    write(owner, count=5)
    sealer.seal_round(at=now())
    planted(owner.tenant_id, "DELETE FROM ledger_entry WHERE sequence = (SELECT max(sequence) FROM ledger_entry)")
    assert outcomes(owner)["ledger_verified"] == "failed"


def test_a_rewritten_entry_turns_monitoring_with_the_next_verification() -> None:
    owner = found()
    write(owner, count=5)
    sealer.seal_round(at=now())
    planted(owner.tenant_id, "UPDATE ledger_entry SET leaf_hash = %s WHERE sequence = 1", bytes(32))
    done = services.verify_ledger(actor=owner, at=now())
    assert done.value.finding is not None
    assert outcomes(owner)["ledger_verified"] == "failed"


@pytest.mark.parametrize("body", [b'{"act":"measures:ledger:verify"', b'{"act":"measures:ledger:verify","outcome":[]}'])
def test_a_broken_record_of_a_verification_is_no_pass(body: bytes) -> None:
    owner = found()
    services.verify_ledger(actor=owner, at=now())
    sealer.seal_round(at=now())
    planted(owner.tenant_id, "UPDATE ledger_entry SET body = %s WHERE act = %s", body, "measures:ledger:verify")
    assert outcomes(owner)["ledger_verified"] == "failed"


def test_a_verification_grows_old() -> None:
    owner = found()
    filled(owner)
    services.verify_ledger(actor=owner, at=now())
    sealer.seal_round(at=now())
    later = now() + timedelta(days=8)
    assert rows(owner, later)["M04"].status == "insufficient"


def test_an_entry_left_unsealed_turns_monitoring() -> None:
    owner = found()
    filled(owner)
    assert outcomes(owner)["ledger_sealed_in_time"] == "passed"
    write(owner)
    assert outcomes(owner)["ledger_sealed_in_time"] == "passed"
    planted(owner.tenant_id, "UPDATE ledger_inbox SET created_at = now() - interval '2 minutes'")
    assert outcomes(owner)["ledger_sealed_in_time"] == "failed"


@pytest.mark.parametrize("statement", [
    "UPDATE vault_unit SET suite = 9",
    "UPDATE vault_record SET envelope = set_byte(envelope, 1, 9)",
])  # fmt: skip
def test_a_weak_suite_turns_technique_and_storage(statement: str) -> None:
    owner = found()
    filled(owner)
    planted(owner.tenant_id, statement)
    found_rows = rows(owner)
    assert {found_rows[name].status for name in ("M05", "A3")} == {"failing"}
    assert outcomes(owner)["suites_strong"] == "failed"


def test_a_stored_class_outside_the_catalogue_turns_it() -> None:
    owner = found()
    filled(owner)
    planted(owner.tenant_id, "UPDATE vault_record SET record_class = 'stray' WHERE record_class = 'identity'")
    assert outcomes(owner)["catalogue_covers_fields"] == "failed"


def test_persons_over_the_tier_turn_it() -> None:
    owner = found()
    filled(owner)
    planted(owner.tenant_id, "UPDATE parties_counter SET number = 100000 WHERE kind = 'persons'")
    assert outcomes(owner)["head_count_below_tier"] == "failed"


def test_officers_and_second_factors_are_those_of_active_members() -> None:
    cast = assemble()
    assert outcomes(cast.owner)["officers_in_office"] == "passed"
    planted(cast.tenant_id, "UPDATE accounts_member SET active = false WHERE id = %s", cast.dpo.id)
    assert outcomes(cast.owner)["officers_in_office"] == "failed"
    planted(
        cast.tenant_id,
        "INSERT INTO mfa_authenticator (user_id, type, data, created_at) "
        "SELECT user_id, 'totp', '{}', now() FROM accounts_member WHERE tenant_id = %s AND active",
        cast.tenant_id,
    )
    assert outcomes(cast.owner)["factors_everywhere"] == "passed"


def test_every_role_reads_measures_and_nobody_without_one() -> None:
    cast = assemble()
    for actor in (cast.owner, cast.agent, cast.auditor):
        assert len(rows(actor)) == 26
    with pytest.raises(Denied):
        rows(cast.intruder)
    with tenant(cast.tenant_id), pytest.raises(BadInput):
        queries.measure(actor=cast.owner, at=now(), measure_id="M99")
    with tenant(cast.tenant_id):
        assert queries.measure(actor=cast.owner, at=now(), measure_id="M04").id == "M04"


def test_no_row_says_anything_personal() -> None:
    owner = found()
    reveal(owner)
    told = json.dumps([dataclasses.asdict(row) for row in rows(owner).values()], default=str, ensure_ascii=False)
    assert CANARY_ID not in told
    assert "陆知衡" not in told


def test_the_same_statuses_whoever_asks_and_how_often() -> None:
    cast = assemble()
    reveal(cast.owner)
    at = now()
    assert [r.status for r in rows(cast.owner, at).values()] == [r.status for r in rows(cast.auditor, at).values()]
