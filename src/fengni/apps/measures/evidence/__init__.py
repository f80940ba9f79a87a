"""The tests of the measures, by what they read. Each is a function of an instant, named like its test.

A test reads what the product itself left behind and ends passed, failed or missing; it never reads a status anybody
typed. A test of definitions/measures.yml without a function here is missing, and its sentence says what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from fengni.apps.measures.evidence import catalogue, ends, governing, ledgers, matters, people, sharing, storage
from fengni.core.measuring import Ended

TESTS: Final[Mapping[str, Callable[[datetime], Ended]]] = {
    test.__name__: test
    for test in (
        catalogue.catalogue_covers_fields,
        catalogue.catalogue_complete,
        people.officers_in_office,
        people.head_count_below_tier,
        people.factors_everywhere,
        governing.policy_approved,
        governing.transport_probed,
        storage.rows_are_ciphertext,
        storage.suites_strong,
        ledgers.clear_views_carry_purpose,
        ledgers.restore_tested,
        ledgers.ledger_verified,
        ledgers.ledger_sealed_in_time,
        ends.retention_decided,
        ends.destructions_certified,
        sharing.shares_under_agreement,
        sharing.partners_assessed,
        sharing.guests_end_in_time,
        matters.matters_under_agreement,
        matters.handlers_declared,
        matters.feedback_asked,
        matters.feedback_answered,
    )
}
