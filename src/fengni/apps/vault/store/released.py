"""Keys of documents, released for what is read under them.

Rules: a document and its unit's key change in one transaction, and a reader takes no lock, so that a large document
keeps nobody waiting while it gets another key. A reader may hold rows from before that and ask after it, or a wrapped
key whose epoch has ended meanwhile. So what is refused is read once more, and refused for good when nothing has
changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db import connection

from fengni.apps.acts.acting import acting
from fengni.apps.common.custodian import WrappedKey, custodian
from fengni.core.errors import SealRefused
from fengni.core.vault.pieces import SealedPlace
from fengni.core.vault.suites import Suite
from fengni.core.vault.unit_key import UnitKey

_R = TypeVar("_R")
_T = TypeVar("_T")


class Found(NamedTuple):
    """A document's own envelopes and its wrapped key, as they lay in the rows at one moment."""

    tenant_id: UUID
    id: UUID
    head: bytes
    thumbnail: bytes
    suite: Suite
    key: WrappedKey

    def place(self, key: UnitKey) -> SealedPlace:
        """Where its envelopes belong."""
        return SealedPlace(key, self.tenant_id, self.id)


def find(documents: Collection[UUID]) -> list[Found]:
    """Documents in the order given. Raises SealRefused when one is not there or its unit is destroyed.

    The key of a document that is whole is counted for the person it is of.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.tenant_id, m.id, m.head, m.thumbnail, u.suite, u.id, u.epoch, u.wrapped, u.commitment, "
            "CASE WHEN m.state = 'kept' THEN m.subject_id END, u.version FROM vault_material m "
            "JOIN vault_unit u ON u.tenant_id = m.tenant_id AND u.id = m.unit_id AND u.state = 'live' "
            "WHERE m.id = ANY(%s)",
            [list(documents)],
        )
        rows = {
            id_: Found(
                tenant, id_, bytes(head), bytes(thumbnail), Suite(suite),
                WrappedKey(unit, epoch, bytes(wrapped), bytes(commitment), person, version),
            )
            for tenant, id_, head, thumbnail, suite, unit, epoch, wrapped, commitment, person, version in cursor
        }  # fmt: skip
    if not rows.keys() >= set(documents):
        raise SealRefused
    return [rows[one] for one in documents]


def keys(found: Sequence[Found], *, entry: UUID, purpose: str) -> list[UnitKey]:
    """The keys in order, released under an entry by one request for each suite. Raises SealRefused."""
    released: dict[UUID, UnitKey] = {}
    for suite in {one.suite for one in found}:
        asked = [one.key for one in found if one.suite is suite]
        for key in custodian().unwrap(found[0].tenant_id, suite, asked, entry=entry, purpose=purpose):
            released[key.unit] = key
    return [released[one.key.unit] for one in found]


def for_act(found: Sequence[Found]) -> list[UnitKey]:
    """As `keys`, under the running act."""
    running = acting()
    return keys(found, entry=running.entry_id, purpose=running.purpose or running.rule.act)


def read(rows: Callable[[], _R], use: Callable[[_R], _T]) -> _T:
    """What `use` makes of rows that were read; of rows read again when it is refused and they have changed since."""
    first = rows()
    try:
        return use(first)
    except SealRefused:
        again = rows()
        if again == first:
            raise
    return use(again)
