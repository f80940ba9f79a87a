"""Violations planted by SQL as the owner of the schema: each turns the measure it harms, and nothing else undoes it.

A house in order is built once. A planting changes one thing, the named test fails and its measure with it; then the
change is taken back and the test passes again. What harms the ledger itself stands in test_measures.py, in tenants of
its own: a clear view without purpose, a missing, rewritten or cut-off entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.measures import queries
from fengni.apps.measures.evidence import TESTS
from tests.apps.measures.living import MOBILE, House, changed, live, restored
from tests.apps.measures.planting import rows
from tests.cast import now

WANTED = ("M01", "M02", "M06", "A1", "A2", "A3", "A6")


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with restored():
        yield live()


@dataclass(frozen=True)
class Planted:
    """A column that is changed, of which rows; what fails then. `to` is SQL and may name the row's own columns."""

    name: str
    measure: str
    test: str
    table: str
    column: str
    to: str
    where: str = "true"


PLANTED = (
    Planted("share-without-agreement", "M06", "shares_under_agreement", "agreements_agreement", "state", "'ended'",
            "party_kind = 'partner'"),
    Planted("agreement-by-staffs-word", "M06", "shares_under_agreement", "agreements_agreement", "assurance", "'staff'",
            "party_kind = 'partner'"),
    Planted("viewed-after-expiry", "M06", "shares_under_agreement", "agreements_share", "until",
            "last_view - interval '1 hour'"),
    Planted("viewed-after-recall", "M06", "shares_under_agreement", "agreements_share", "recalled_at",
            "last_view - interval '1 minute'"),
    Planted("view-not-in-the-ledger", "M06", "shares_under_agreement", "agreements_share_view", "entry_id",
            "gen_random_uuid()"),
    Planted("partner-untrained", "M06", "partners_assessed", "agreements_assessment", "trained_on", "NULL"),
    Planted("partner-assessed-long-ago", "M06", "partners_assessed", "agreements_assessment", "assessed_at",
            "assessed_at - interval '366 days'"),
    Planted("assessment-without-act", "M06", "partners_assessed", "agreements_assessment", "entry_id",
            "gen_random_uuid()"),
    Planted("assessment-with-a-no", "M06", "partners_assessed", "agreements_assessment", "answers",
            "answers || '{\"no_copies\": false}'"),
    Planted("plaintext-cell", "M02", "rows_are_ciphertext", "vault_record", "envelope", f"'{MOBILE}'::bytea"),
    Planted("plaintext-partner", "A3", "rows_are_ciphertext", "agreements_partner", "sealed",
            f"'name=示例, mobile={MOBILE}, nothing sealed'::bytea"),
    Planted("weak-suite", "A3", "suites_strong", "vault_unit", "suite", "9", "state = 'live'"),
    Planted("session-outlives-recall", "M02", "guests_end_in_time", "guests_link", "recalled_at", "now()",
            "recalled_at IS NULL"),
    Planted("retention-passed", "M02", "retention_decided", "matters_matter", "closed_at",
            "closed_at - interval '60 days'",
            "number = 'M-2026-0300'"),
    Planted("class-without-a-term", "M02", "retention_decided", "vault_unit", "retention_class", "'for_ever'",
            "retention_class = 'matter'"),
    Planted("destroyed-without-record", "M02", "destructions_certified", "vault_unit", "state", "'destroyed'",
            "state = 'live' AND subject_kind = 'person'"),
    Planted("certificate-rewritten", "M02", "destructions_certified", "disposals_certificate", "statement",
            "convert_to(replace(convert_from(statement, 'UTF8'), '\"alone\":false', '\"alone\":true'), 'UTF8')"),
    Planted("policy-rewritten", "M02", "policy_approved", "measures_policy", "text", "text || '。'"),
    Planted("policy-rewritten-with-its-hash", "M02", "policy_approved", "measures_policy", "text_hash",
            "repeat('0', 64)"),
    Planted("policy-approved-by-nobody", "M02", "policy_approved", "measures_policy", "entry_id",
            "gen_random_uuid()"),
    Planted("receipts-forged", "M02", "policy_approved", "measures_reading", "entry_id",
            "gen_random_uuid()"),
    Planted("matter-without-agreement", "A1", "matters_under_agreement", "agreements_agreement", "state", "'offered'",
            "party_kind = 'client' AND accepted_at IS NOT NULL"),
    Planted("agent-not-declared", "A2", "handlers_declared", "measures_declaration", "until", "declared_on + 1"),
    Planted("declaration-without-act", "A2", "handlers_declared", "measures_declaration", "entry_id",
            "gen_random_uuid()"),
    Planted("filed-by-somebody-else", "A2", "handlers_declared", "matters_filing", "agent_id",
            "gen_random_uuid()"),
    Planted("feedback-left-alone", "A6", "feedback_answered", "cases_case", "due_at", "raised_at",
            "kind = 'feedback'"),
    Planted("shared-beyond-the-catalogue", "M01", "catalogue_complete", "agreements_share", "selection",
            "'[[\"00\", \"person_note\"]]'"),
    Planted("stored-beyond-the-catalogue", "M01", "catalogue_covers_fields", "vault_record", "record_class", "'stray'",
            "record_class = 'contact'"),
    Planted("officer-gone", "M01", "officers_in_office", "accounts_member", "active", "false", "roles ? 'security'"),
)  # fmt: skip


def test_a_house_in_order_is_effective(house: House) -> None:
    found = rows(house.owner)
    wrong = {name: [one.said for one in found[name].evidence if one.outcome != "passed"] for name in WANTED}
    assert {name: said for name, said in wrong.items() if said} == {}
    assert {name: str(found[name].status) for name in WANTED} == dict.fromkeys(WANTED, "effective")
    assert all(found[name].due is not None and found[name].left > 90 for name in WANTED)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_what_is_planted_turns_its_measure_and_back(planted: Planted, house: House) -> None:
    key = "ctid" if planted.column == "id" else "id"
    before = changed(house.id, f"SELECT {key}::text, {planted.column} FROM {planted.table} WHERE {planted.where}")
    if planted.name == "session-outlives-recall":
        _session(house)
    changed(house.id, f"UPDATE {planted.table} SET {planted.column} = {planted.to} WHERE {planted.where}")
    try:
        with tenant(house.id):
            row = queries.measure(actor=house.owner, at=now(), measure_id=planted.measure)
        assert (str(row.status), planted.test in {one.test for one in row.failing}) == ("failing", True), row.evidence
        assert MOBILE not in str(row)
    finally:
        for id_, value in before:
            changed(house.id, f"UPDATE {planted.table} SET {planted.column} = %s WHERE id = %s", value, id_)
        if planted.name == "session-outlives-recall":
            changed(house.id, "DELETE FROM guests_session")
    assert _outcome(house, planted.test) == "passed"


def test_feedback_nobody_could_give_turns_it(house: House) -> None:
    moved = "closed_at - interval '4 days'"
    changed(
        house.id,
        f"UPDATE matters_matter SET closed_at = {moved} WHERE number <> 'M-2026-0300' AND closed_at IS NOT NULL",
    )
    [(case, matter)] = changed(house.id, "SELECT id, matter_id FROM cases_case WHERE kind = 'feedback'")
    changed(house.id, "UPDATE cases_case SET matter_id = NULL WHERE id = %s", case)
    changed(house.id, "UPDATE guests_link SET expires_at = expires_at - interval '30 days' WHERE recalled_at IS NULL")
    assert _outcome(house, "feedback_asked") == "failed"
    changed(house.id, "UPDATE cases_case SET matter_id = %s WHERE id = %s", matter, case)
    changed(house.id, "UPDATE guests_link SET expires_at = expires_at + interval '30 days' WHERE recalled_at IS NULL")
    assert _outcome(house, "feedback_asked") == "passed"


def _outcome(house: House, test: str) -> str:
    with tenant(house.id), transaction.atomic():
        return TESTS[test](now()).outcome


def _session(house: House) -> None:
    """Somebody's door that is open now."""
    changed(
        house.id,
        "INSERT INTO guests_session (id, tenant_id, link_id, guest_id, secret_hash, assurance, device, opened_at,"
        " ends_at) SELECT gen_random_uuid(), tenant_id, id, guest_id,"
        " '\\x00', 'independent', 'phone', now(), expires_at"
        " FROM guests_link WHERE recalled_at IS NULL LIMIT 1",
    )
