"""Making, finding and reading tokens in a space. Parts of acts and queries; no value is opened here.

Rules: making is idempotent per (space, unit, kind): whoever asks again, or at the same time, gets the same token. What
holds no value, is sealed by law, damaged or a login password gets none. A token is checked by its own last character
first, then looked up by its tag inside the tenant; that of another tenant is unknown here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from fengni.apps.common import display
from fengni.apps.common.identifiers import uuid7s
from fengni.apps.tokens.models import Token
from fengni.apps.vault.queries.lists import displays
from fengni.apps.vault.store import box, places
from fengni.apps.vault.store.house import House
from fengni.apps.vault.store.indexing import tags_of
from fengni.apps.vault.store.shown import DAMAGED, STATE
from fengni.core.errors import BadInput
from fengni.core.vault.catalogue import element
from fengni.core.vault.tokens import new_token, read_token

LIES: Final = display.Lies("tokens_token", "sealed", revision="1")
VERSION: Final = 1
STANDS, GONE, UNKNOWN, MISTYPED, ABSENT = "stands", "gone", "unknown", "mistyped", "absent"


class Field(NamedTuple):
    """One field of a client (`subject` equals `client`) or of a person in its file."""

    client: UUID
    subject: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a text that somebody gave as a token is. `field` and `space` are None where nobody knows."""

    state: str
    field: Field | None = None
    space: UUID | None = None


def make(house: House, space: UUID, fields: Sequence[Field], at: datetime) -> list[str | None]:
    """The token of each field in a space, made where there is none; None for a field without a value."""
    units = _units(house, fields)
    wanted = {(units[one], one.kind): one for one in fields if one in units}
    known = _known(house, space, wanted)
    fresh = [(key, one) for key, one in wanted.items() if key not in known]
    if fresh:
        made = [new_token("client" if one.client == one.subject else "person") for _, one in fresh]
        ids = uuid7s(len(made))
        tags = tags_of(house, {"token": made})["token"]
        key = display.sealing(house.tenant_id)
        sealed = key.seal_masks([(id_, 1, {"token": one}) for id_, one in zip(ids, made, strict=True)])
        rows = [
            Token(
                tenant_id=house.tenant_id, id=id_, space_id=space, unit_id=unit, client_id=one.client,
                subject_id=one.subject, kind=kind, tag=tag, version=VERSION, sealed=body, created_at=at,
            )
            for ((unit, kind), one), id_, tag, body in zip(fresh, ids, tags, sealed, strict=True)
        ]  # fmt: skip
        Token.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
        known = _known(house, space, wanted)  # somebody else may have been first: then theirs holds
    return [known.get((units[one], one.kind)) if one in units else None for one in fields]


def standing(house: House, texts: Sequence[str]) -> list[Standing]:
    """What each text is."""
    read = [read_token(text) for text in texts]
    asked = list(dict.fromkeys(one for one in read if one))
    tags = tags_of(house, {"token": asked}).get("token", [])
    by_tag = {bytes(row.tag): row for row in Token.objects.filter(tag__in=[tag for tag in tags if tag])}
    rows = {one: by_tag[tag] for one, tag in zip(asked, tags, strict=True) if tag in by_tag}
    living = places.living({row.unit_id for row in rows.values()})
    found = []
    for one in read:
        row = rows.get(one or "")
        if row is None:
            found.append(Standing(UNKNOWN if one else MISTYPED))
        else:
            state = STANDS if row.unit_id in living else GONE
            found.append(Standing(state, Field(row.client_id, row.subject_id, row.kind), row.space_id))
    return found


def _units(house: House, fields: Collection[Field]) -> dict[Field, UUID]:
    """The unit of every field that has a value to stand for. Raises BadInput for a kind that gets no token."""
    wanted = {}
    for one in fields:
        about = element(one.kind)
        if box.is_secret(one.kind) or (about.subject == "client") != (one.client == one.subject):
            raise BadInput("vault.kind-unknown")
        wanted[one] = (one.client, one.subject, about.record_class)
    asked = list(dict.fromkeys(wanted.values()))
    shown, units = displays(asked, house), places.units_at(asked)
    return {
        one: units[place]
        for one, place in wanted.items()
        if place in shown and place in units and _has(shown[place].masks, one.kind) and not shown[place].sealed_until
    }


def _has(masks: Mapping[str, str], kind: str) -> bool:
    return bool(masks.get(kind)) and masks.get(kind + STATE) != DAMAGED


def _known(house: House, space: UUID, wanted: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], str]:
    rows = list(Token.objects.filter(space_id=space, unit_id__in={unit for unit, _ in wanted}))
    opened = house.display_key.open_masks([(row.id, 1, bytes(row.sealed)) for row in rows])
    return {(row.unit_id, row.kind): one["token"] for row, one in zip(rows, opened, strict=True)}
