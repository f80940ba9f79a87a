"""Reasons people type: sealed here, committed to in the ledger.

The commitment is SHA-256(salt ‖ reason); salt and reason lie together in one sealed row. Deleting the row leaves a
commitment that says nothing: the salt has 128 random bits. A Merkle log cannot be shredded, so no reason enters it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from uuid import UUID

from fengni.apps.acts.models import Reason
from fengni.apps.common import display
from fengni.apps.common.identifiers import uuid7
from fengni.core.vault.envelope import open_display, seal_display

LIES = display.Lies("acts_reason", "sealed", place="t.entry_id")
_LONGEST = 500


def keep(tenant_id: UUID, entry_id: UUID, reason: str) -> str:
    """Seal a reason beside its entry; returns the hex commitment for the ledger. Text is cut at 500 characters."""
    text = reason.strip()[:_LONGEST]
    salt = os.urandom(16)
    key = display.sealing(tenant_id)
    sealed = seal_display(key, tenant_id, entry_id, 0, {"salt": salt.hex(), "reason": text})
    Reason.objects.create(id=uuid7(), tenant_id=tenant_id, entry_id=entry_id, sealed=sealed)
    return commitment(salt, text)


def commitment(salt: bytes, text: str) -> str:
    """Hex SHA-256 over the 16-byte salt and the UTF-8 text."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def read(tenant_id: UUID, entry_id: UUID) -> str | None:
    """The reason behind an entry, or None when there was none or it was destroyed."""
    return read_all(tenant_id, [entry_id]).get(entry_id)


def read_all(tenant_id: UUID, entries: Collection[UUID]) -> dict[UUID, str]:
    """The reasons behind entries that have one, by entry; two statements however many."""
    rows = list(Reason.objects.filter(entry_id__in=entries)) if entries else []
    if not rows:
        return {}
    key = display.opening(tenant_id)
    return {row.entry_id: open_display(key, tenant_id, row.entry_id, 0, bytes(row.sealed))["reason"] for row in rows}
