"""disposals:disposal:run"""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from django.db import transaction

from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import running, services
from fengni.apps.ledger import queries as ledger
from fengni.apps.ledger import sealer
from fengni.apps.vault import services as vault
from fengni.core.errors import BadInput, Denied, VerificationFailed
from fengni.core.ledger import verifier
from tests.apps.disposals.closing import Scene, approved, destroyed, disposal_of, parts_of, reveal, rows, scene
from tests.apps.vault.files import CANARY_MOBILE, CANARY_NAME, entries
from tests.cast import now


def test_everything_due_is_gone_the_rest_is_sealed_and_the_ledger_says_so() -> None:
    at = scene()
    disposal = destroyed(at)
    made = disposal_of(at.cast, disposal)
    assert made.state == "done"
    assert made.entry_id is not None
    assert rows(
        at.cast, "SELECT state, sealed_until IS NOT NULL, count(*) FROM vault_unit WHERE client_id = %s GROUP BY 1, 2 "
        "ORDER BY 1", at.client,
    ) == [("destroyed", False, 4), ("live", True, 2)]  # fmt: skip
    told = entries(at.cast.tenant_id)
    assert [e["act"] for e in told][-5:] == ["disposals:unit:destroy"] * 4 + ["disposals:disposal:run"]
    assert (told[-1]["facts"]["destroyed"], told[-1]["facts"]["sealed"]) == (4, 2)
    with pytest.raises(Denied, match=r"vault\.sealed"):
        reveal(at.cast.lead, at.client, at.person, "id_number")
    with pytest.raises(Denied, match=r"vault\.sealed"):
        vault.replace_field(
            actor=at.cast.lead, at=now(), client_id=at.client, subject_id=at.person, kind="name", value="陆知恒",
            revision=1,
        )  # fmt: skip
    with pytest.raises(BadInput, match=r"disposals\.not-now"):
        services.run_disposal(actor=at.cast.dpo, at=now(), disposal_id=disposal)


def test_a_person_without_units_is_found_by_nothing_and_its_history_stands() -> None:
    at = scene(closed_days=3660)
    rows(at.cast, "UPDATE matters_matter SET state = 'closed', closed_at = now() - interval '11 years'")
    other = services.propose_disposal(
        actor=at.cast.lead, at=now(), client_id=at.other, number="M-2026-0118", reason="期满"
    ).value
    services.approve_disposal(actor=at.cast.dpo, at=now(), disposal_id=other, number="M-2026-0118")
    running.carry_out(actor=at.cast.dpo, disposal_id=other, clock=now)
    assert vault.search_number(actor=at.cast.owner, at=now(), number=CANARY_MOBILE).value.rows != ()
    destroyed(at)
    assert rows(at.cast, "SELECT count(*) FROM vault_tag WHERE subject_id = %s", at.person) == [(0,)]
    assert vault.search_number(actor=at.cast.owner, at=now(), number=CANARY_MOBILE).value.rows == ()
    assert CANARY_NAME not in str(rows(at.cast, "SELECT lines FROM vault_manifest"))
    about = [e["act"] for e in entries(at.cast.tenant_id) if e["count"]]
    assert about.count("disposals:unit:destroy") == 5
    sealer.seal_round(at=now())
    with tenant(at.cast.tenant_id), transaction.atomic():
        receipt, key = ledger.person_receipt_file(at.person), ledger.log_fingerprint()
    report = verifier.check(receipt, key=key)
    assert (report.status, report.person) == ("verified", at.person.hex)
    assert [one["body"]["act"] for one in report.entries] == about


MOMENTS = {
    "before the key process is told": ("call", "common/custodian", "destroy"),
    "after the key process was told": ("return", "common/custodian", "destroy"),
    "after deletion, before the commit": ("return", "store/destroying", "destroy"),
    "after the commit": ("return", "disposals/services", "destroy_unit"),
    "before all units are looked at again": ("call", "disposals/services", "run_disposal"),
    "after sealing, before the commit": ("return", "store/sealing", "seal"),
}


@pytest.mark.parametrize("unit", [0, 2])
@pytest.mark.parametrize("moment", MOMENTS)
def test_kill_9_leaves_what_goes_on_and_nothing_is_done_too_early(moment: str, unit: int) -> None:
    at = scene()
    disposal = approved(at)
    before = 0 if moment in ("before all units are looked at again", "after sealing, before the commit") else unit
    arguments = [at.cast.tenant_id.hex, at.cast.dpo.id.hex, disposal.hex, *MOMENTS[moment], str(before)]
    ended = subprocess.run([sys.executable, "-m", "tests.apps.disposals.killed", *arguments], timeout=120)
    assert ended.returncode == -signal.SIGKILL
    assert disposal_of(at.cast, disposal).state == "approved"
    assert not certificates_of(at)
    for part in parts_of(at.cast, disposal):
        [(state, wrapped)] = rows(at.cast, "SELECT state, wrapped FROM vault_unit WHERE id = %s", part.unit_id)
        assert (state == "destroyed") == (wrapped == b"") == (part.fate == "destroy" and part.done_at is not None)
    running.carry_out(actor=at.cast.dpo, disposal_id=disposal, clock=now)
    gone = [part.unit_id for part in parts_of(at.cast, disposal) if part.fate == "destroy"]
    assert all(custodian().destroyed(at.cast.tenant_id, gone))
    assert disposal_of(at.cast, disposal).state == "done"
    assert reveal(at.cast.lead, at.other, at.person, "mobile") == CANARY_MOBILE


def certificates_of(at: Scene) -> list[tuple[object, ...]]:
    """Certificates of the house."""
    return rows(at.cast, "SELECT id FROM disposals_certificate")


def test_not_while_a_unit_is_left() -> None:
    at = scene()
    disposal = approved(at)
    with pytest.raises(BadInput, match=r"disposals\.units-left"):
        services.run_disposal(actor=at.cast.dpo, at=now(), disposal_id=disposal)


def test_it_is_not_done_when_something_came_back_meanwhile() -> None:
    at = scene()
    disposal = approved(at)
    [unit] = [
        p.unit_id for p in parts_of(at.cast, disposal) if (p.retention_class, p.subject_kind) == ("matter", "person")
    ]
    [(wrapped,)] = rows(at.cast, "SELECT wrapped FROM vault_unit WHERE id = %s", unit)
    for part in parts_of(at.cast, disposal):
        if part.fate == "destroy":
            services.destroy_unit(actor=at.cast.dpo, at=now(), disposal_id=disposal, unit_id=part.unit_id)
    rows(at.cast, "UPDATE vault_unit SET wrapped = %s WHERE id = %s", wrapped, unit)
    with pytest.raises(VerificationFailed, match=r"vault\.destroyed-unit-opens"):
        services.run_disposal(actor=at.cast.dpo, at=now(), disposal_id=disposal)
    assert disposal_of(at.cast, disposal).state == "approved"


def test_who_may() -> None:
    at = scene()
    disposal = approved(at)
    for who in (at.cast.agent, at.cast.auditor, at.cast.security, at.cast.admin, at.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.run_disposal(actor=who, at=now(), disposal_id=disposal)
    with pytest.raises(Denied, match=r"disposals\.no-such-disposal"):
        services.run_disposal(actor=at.cast.stranger, at=now(), disposal_id=disposal)
