"""disposals:unit:destroy"""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from PIL import Image

from fengni.apps.common.custodian import WrappedKey, custodian
from fengni.apps.common.identifiers import uuid7
from fengni.apps.disposals import running, services
from fengni.apps.vault import services as vault
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied, SealRefused
from fengni.core.vault.suites import Suite
from tests.apps.disposals.closing import NUMBER, Scene, approved, open_matter, parts_of, propose, reveal, rows, scene
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, entries
from tests.cast import now

_UNIT = "SELECT suite, epoch, wrapped, commitment FROM vault_unit WHERE id = %s"


def _unit(at: Scene, disposal: UUID, kept: str, kind: str = "person") -> UUID:
    return next(
        p.unit_id for p in parts_of(at.cast, disposal)
        if (p.retention_class, p.subject_kind, p.fate) == (kept, kind, "destroy")
    )  # fmt: skip


def _destroy(at: Scene, disposal: UUID, unit: UUID, actor: Actor | None = None) -> None:
    services.destroy_unit(actor=actor or at.cast.dpo, at=now(), disposal_id=disposal, unit_id=unit)


@pytest.mark.parametrize("suite", [1, 4])
def test_the_key_goes_first_and_then_all_that_lies_under_it(suite: int) -> None:
    at = scene(suite=suite)
    disposal = approved(at)
    unit = _unit(at, disposal, "matter")
    [(kind, epoch, wrapped, commitment)] = rows(at.cast, _UNIT, unit)
    record = rows(at.cast, "SELECT id FROM vault_record WHERE unit_id = %s", unit)[0][0]
    assert reveal(at.cast.lead, at.client, at.person, "mobile") == CANARY_MOBILE
    _destroy(at, disposal, unit)
    for table, column, value in (
        ("vault_record", "unit_id", unit), ("vault_tag", "record_id", record),
        ("vault_gram", "record_id", record),
        ("vault_record_history", "record_id", record),
    ):  # fmt: skip
        assert rows(at.cast, f"SELECT count(*) FROM {table} WHERE {column} = %s", value) == [(0,)]
    assert rows(at.cast, "SELECT wrapped, state FROM vault_unit WHERE id = %s", unit) == [(b"", "destroyed")]
    with pytest.raises(BadInput, match=r"vault\.no-value"):
        reveal(at.cast.lead, at.client, at.person, "mobile")
    kept_aside = WrappedKey(unit, epoch, bytes(wrapped), bytes(commitment), at.person)
    with pytest.raises(Denied, match=r"keys\.unit-destroyed"):
        custodian().unwrap(at.cast.tenant_id, Suite(kind), [kept_aside], entry=uuid7(), purpose="purpose.fill_form")
    last = entries(at.cast.tenant_id)[-1]
    part = next(p for p in parts_of(at.cast, disposal) if p.unit_id == unit)
    assert last["count"] == 1
    assert last["facts"]["commitment"] == bytes(commitment).hex()
    assert last["facts"]["digest"] == bytes(part.digest).hex()
    assert (part.records, part.tags, part.entry_id is not None) == (1, 1, True)


def test_a_row_put_back_by_hand_opens_nothing() -> None:
    at = scene()
    disposal = approved(at)
    unit = _unit(at, disposal, "matter")
    [(_, _, wrapped, _)] = rows(at.cast, _UNIT, unit)
    columns = (
        "tenant_id, id, unit_id, subject_kind, subject_id, client_id, record_class, revision, envelope, display, "
        "fingerprint, updated_at"
    )
    [record] = rows(at.cast, f"SELECT {columns} FROM vault_record WHERE unit_id = %s", unit)
    _destroy(at, disposal, unit)
    rows(at.cast, "UPDATE vault_unit SET wrapped = %s, state = 'live' WHERE id = %s", wrapped, unit)
    rows(at.cast, f"INSERT INTO vault_record ({columns}) VALUES ({', '.join(['%s'] * 12)})", *record)
    with pytest.raises((Denied, SealRefused)):
        reveal(at.cast.lead, at.client, at.person, "mobile")


def test_the_persons_other_file_stays_readable_and_found() -> None:
    at = scene()
    disposal = approved(at)
    for part in parts_of(at.cast, disposal):
        if part.fate == "destroy":
            _destroy(at, disposal, part.unit_id)
    assert reveal(at.cast.lead, at.other, at.person, "mobile") == CANARY_MOBILE
    assert reveal(at.cast.lead, at.other, at.person, "id_number") == CANARY_ID


def test_a_scan_of_a_closed_matter_goes_while_another_matter_needs_the_rest() -> None:
    at = scene()
    picture = io.BytesIO()
    Image.effect_noise((200, 120), 40).save(picture, "JPEG", comment=b"camera")
    kept = vault.upload_material(
        actor=at.cast.owner, at=now(), client_id=at.client, subject_id=at.person, matter_id=at.matter, kind="id_front",
        content=picture.getvalue(),
    ).value  # fmt: skip
    open_matter(at.cast, at.client, "M-2026-0300")
    disposal = propose(at)
    [part] = parts_of(at.cast, disposal)
    assert (part.subject_kind, part.subject_id, part.fate) == ("material", kept.material_id, "destroy")
    services.approve_disposal(actor=at.cast.dpo, at=now(), disposal_id=disposal, number=NUMBER)
    assert rows(at.cast, "SELECT count(*) > 0 FROM vault_piece WHERE material_id = %s", kept.material_id) == [(True,)]
    running.carry_out(actor=at.cast.dpo, disposal_id=disposal, clock=now)
    for table in ("vault_piece WHERE material_id", "vault_material WHERE id"):
        assert rows(at.cast, f"SELECT count(*) FROM {table} = %s", kept.material_id) == [(0,)]
    [part] = parts_of(at.cast, disposal)
    assert part.pieces > 0
    assert [e["count"] for e in entries(at.cast.tenant_id) if e["act"] == "disposals:unit:destroy"] == [1]
    assert reveal(at.cast.lead, at.client, at.person, "id_number") == CANARY_ID


def test_not_before_approval_not_twice_and_not_of_another_disposal() -> None:
    at = scene()
    disposal = propose(at)
    unit = _unit(at, disposal, "matter")
    with pytest.raises(BadInput, match=r"disposals\.not-now"):
        _destroy(at, disposal, unit)
    services.approve_disposal(actor=at.cast.dpo, at=now(), disposal_id=disposal, number=NUMBER)
    sealed = next(p.unit_id for p in parts_of(at.cast, disposal) if p.fate == "seal")
    for wrong in (uuid7(), sealed):
        with pytest.raises(BadInput, match=r"disposals\.no-such-unit"):
            _destroy(at, disposal, wrong)
    _destroy(at, disposal, unit)
    with pytest.raises(BadInput, match=r"disposals\.destroyed-already"):
        _destroy(at, disposal, unit)


def test_a_hold_or_a_matter_opened_after_the_approval_stops_it() -> None:
    at = scene()
    disposal = approved(at)
    unit = _unit(at, disposal, "matter")
    services.set_hold(actor=at.cast.security, at=now(), client_id=at.client, reason="收到调查通知")
    with pytest.raises(Denied, match=r"disposals\.hold"):
        _destroy(at, disposal, unit)
    services.lift_hold(actor=at.cast.dpo, at=now(), client_id=at.client, reason="调查已结束")
    open_matter(at.cast, at.client, "M-2026-0200")
    with pytest.raises(Denied, match=r"disposals\.matter-open"):
        _destroy(at, disposal, unit)
    assert reveal(at.cast.lead, at.client, at.person, "mobile") == CANARY_MOBILE


def test_who_may() -> None:
    at = scene()
    disposal = approved(at)
    unit = _unit(at, disposal, "matter")
    for who in (at.cast.agent, at.cast.auditor, at.cast.security, at.cast.admin, at.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            _destroy(at, disposal, unit, who)
    with pytest.raises(Denied, match=r"disposals\.no-such-disposal"):
        _destroy(at, disposal, unit, at.cast.stranger)
