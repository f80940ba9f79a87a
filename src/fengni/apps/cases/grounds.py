"""On which ground something of a person was seen, in words for that person.

Rules: what the catalogue says of the kinds that were seen; a separate consent is named by the day of the person's own
yes, and where none is on record that is said. What a partner is given rests on the yes to that (PIPL art. 23, 29) or,
where the house must file it, on the law.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from fengni.apps.agreements.queries import shares_by_consent
from fengni.apps.cases.wording import together
from fengni.apps.common.language import said
from fengni.apps.consents.queries import Yes, yeses
from fengni.apps.consents.register import BY_CONSENT, PARTNER, SENSITIVE
from fengni.apps.ledger.queries import HistoryRow
from fengni.core.vault.catalogue import basis, is_known

_SHARE: Final = "agreements:share"
_BY_LAW: Final = "legal_duty"
_LENT: Final = ("given", "emergency")


def grounds(rows: Collection[HistoryRow], person_id: UUID) -> dict[UUID, str]:
    """The ground of each entry about a person, by the entry's id; empty where nothing was seen. First how the viewer
    came to the file, where that was not by an assignment."""
    shares = {share for row in rows if (share := _share_of(row))}
    by_consent = shares_by_consent(share_ids=shares) if shares else frozenset()
    codes = {row.entry.id: _codes(row, by_consent) for row in rows}
    asked = {PARTNER, BY_CONSENT}
    own = yeses(person_id=person_id) if any(asked & set(found) for found in codes.values()) else ()
    return {
        row.entry.id: together(
            (*_lent(row), *(_said(code, own, row.entry.at) for code in codes[row.entry.id])),
        )
        for row in rows
    }


def _lent(row: HistoryRow) -> tuple[str, ...]:
    lent = row.entry.facts.get("basis", "")
    return (said(f"cases.basis.{lent}"),) if lent in _LENT else ()


def _share_of(row: HistoryRow) -> UUID | None:
    return row.entry.resource_id if row.fields and row.entry.resource_kind == _SHARE else None


def _codes(row: HistoryRow, by_consent: Collection[UUID]) -> tuple[str, ...]:
    share = _share_of(row)
    if share is not None:
        return (PARTNER if share in by_consent else _BY_LAW,)
    return tuple(dict.fromkeys(basis(kind) for kind in row.fields if is_known(kind)))


def _said(code: str, own: Collection[Yes], at: datetime) -> str:
    if code not in (PARTNER, BY_CONSENT):
        return said(f"basis.{code}")
    scope = PARTNER if code == PARTNER else SENSITIVE
    stood = [one.given_at for one in own if one.scope == scope and one.stood(at)]
    if not stood:
        return said("cases.basis.unrecorded")
    return said("cases.basis.own-yes", day=timezone.localtime(max(stood)).strftime("%m-%d"))
