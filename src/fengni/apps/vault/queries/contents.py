"""Documents as they are: read piece by piece, by whoever opened one (act vault:material:open) and while that lasts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from fengni.apps.accounts.queries import admit
from fengni.apps.acts.facts import refuse_frozen
from fengni.apps.common.queries import query
from fengni.apps.common.tenancy import tenant
from fengni.apps.vault.models import Material, Opening
from fengni.apps.vault.queries.lists import refuse_outside, scope
from fengni.apps.vault.resources import HANDLERS
from fengni.apps.vault.store import released
from fengni.apps.vault.store.records import refuse_sealed
from fengni.apps.vault.store.released import Found
from fengni.apps.vault.store.streams import stored
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.vault.pieces import PIECE, Head, SealedPlace


@dataclass(slots=True)
class Content:
    """A document that may be read: its kind, what its head says, a tag of its sealed form that tells nothing of it."""

    kind: str
    head: Head
    tag: str
    _actor: Actor = field(repr=False)
    _opening: Opening = field(repr=False)
    _place: SealedPlace = field(repr=False)

    def read(self, first: int, last: int) -> Iterator[bytes]:
        """The bytes from offset `first` to `last`, both included, one piece in memory at a time.

        Each piece is fetched in a transaction of its own, after the reader was admitted once more: whoever is blocked
        meanwhile gets no further, and of a document destroyed meanwhile no further piece opens. Of one that got
        another key meanwhile the key is released again, and counted. Raises Denied, SealRefused; the bytes before that
        have left.
        """
        for position in range(first // PIECE, last // PIECE + 1):
            begin = position * PIECE
            yield self._piece(position)[max(0, first - begin) : last + 1 - begin]

    def _piece(self, position: int) -> bytes:
        with tenant(self._place.tenant), transaction.atomic():
            admit(actor=self._actor, at=datetime.now(UTC))
            sealed = stored(self._place.file, position)
            if not sealed.startswith(self._place.key.header):
                found = released.find([self._place.file])
                self._place, sealed = _placed(self._opening, found), stored(self._place.file, position)
        return self._place.open_piece(self.head, position, sealed)


@query
def content(*, actor: Actor, at: datetime, material_id: UUID, opening_id: UUID) -> Content:
    """A document that the actor opened. The key is released once more under the entry of the opening, and counted.

    Raises Denied when the actor never opened it or the time is over, when it lies outside the actor's scope by now, is
    kept sealed or destroyed, or when its person asked about a view of the actor's; SealRefused when it does not open.
    """
    rows = Opening.objects.filter(id=opening_id, material_id=material_id, member_id=actor.id, until__gt=at)
    opening = rows.first()
    if opening is None or not actor.roles & {*HANDLERS, "dpo"}:
        raise Denied("vault.opening-over")
    row = Material.objects.filter(id=material_id, state="kept").defer("thumbnail", "head").first()
    if row is None:
        raise Denied("vault.no-such-material")
    refuse_outside(scope(actor, at), row.client_id)
    refuse_sealed({row.unit_id})
    if row.subject_id:
        refuse_frozen(actor, row.subject_id, at)

    def opened(found: list[Found]) -> Content:
        place, sealed = _placed(opening, found), found[0].head
        tag = hashlib.sha256(sealed).hexdigest()[:32]
        return Content(row.kind, place.open_head(sealed), tag, actor, opening, place)

    return released.read(lambda: released.find([material_id]), opened)


def _placed(opening: Opening, found: list[Found]) -> SealedPlace:
    """Where the pieces of a document belong, by its key, released under the entry of the opening."""
    (key,) = released.keys(found, entry=opening.id, purpose=opening.purpose)
    return found[0].place(key)
