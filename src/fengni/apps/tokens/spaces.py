"""Making, finding and reading tokens in a space. Parts of acts and queries; no value is opened here.

Rules: making is idempotent per (space, unit, kind): whoever asks again, or at the same time, gets the same token. What
holds no value, is sealed by law, damaged or a login password gets none. A token is checked by its own last character
first, then looked up by its tag inside the tenant; that of another tenant is unknown here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection

from fengni.apps.common import display
from fengni.apps.common.identifiers import uuid7s
from fengni.apps.tokens.models import Token
from fengni.apps.vault.queries.lists import displays
from fengni.apps.vault.store import box, places
from fengni.apps.vault.store.house import House, held
from fengni.apps.vault.store.indexing import tags_of
from fengni.apps.vault.store.shown import DAMAGED, STATE
from fengni.core.errors import BadInput, SealRefused
from fengni.core.vault.catalogue import element
from fengni.core.vault.tokens import new_token, read_token

LIES: Final = display.Lies("tokens_token", "sealed", revision="1")
_LOOKED_AT: Final = 2_000
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
        house = held(house)
        made = [new_token("client" if one.client == one.subject else "person") for _, one in fresh]
        ids = uuid7s(len(made))
        tags = tags_of(house, {"token": made})["token"]
        sealed = house.display_key.seal_masks([(id_, 1, {"token": one}) for id_, one in zip(ids, made, strict=True)])
        rows = [
            Token(
                tenant_id=house.tenant_id, id=id_, space_id=space, unit_id=unit, client_id=one.client,
                subject_id=one.subject, kind=kind, tag=tag, version=house.index, sealed=body, created_at=at,
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
    rows = dict[str, Token]()
    for version in house.indexes:
        tags = tags_of(house, {"token": asked}, version).get("token", [])
        by_tag = {bytes(row.tag): row for row in Token.objects.filter(tag__in=[tag for tag in tags if tag])}
        rows |= {one: by_tag[tag] for one, tag in zip(asked, tags, strict=True) if tag in by_tag}
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


def left(newest: int) -> int:
    """How many tokens have a tag of an earlier version of the index keys."""
    return Token.objects.exclude(version=newest).count()


def move(house: House, *, after: UUID | None, most: int) -> tuple[int, int, UUID | None]:
    """Make the tags of at most `most` tokens anew that come after an id. Returns how many were made, how many do not
    open, and the last id met (None at the end of a pass). Part of a running act."""
    house = held(house)
    waiting = Token.objects.exclude(version=house.index).filter(id__gt=after or UUID(int=0)).order_by("id")
    rows = list(waiting.select_for_update(skip_locked=True, no_key=True)[:most])
    opened = _texts(house, rows)
    there = [row for row in rows if row.id in opened]
    tags = tags_of(house, {"token": [opened[row.id] for row in there]}).get("token", [])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tokens_token t SET tag = n.tag, version = %s FROM unnest(%s::uuid[], %s::bytea[]) n (id, tag) "
            "WHERE t.id = n.id",
            [house.index, [row.id for row in there], list(tags)],
        )
    return len(there), len(rows) - len(there), rows[-1].id if len(rows) == most else None


def wrong(house: House) -> int:
    """How many tokens do not have the tag of their text under the newest version."""
    found, last = 0, UUID(int=0)
    while rows := list(Token.objects.filter(id__gt=last).order_by("id")[:_LOOKED_AT]):
        opened = _texts(house, rows)
        tags = dict(zip(opened, tags_of(house, {"token": list(opened.values())}).get("token", []), strict=True))
        found += sum(row.version != house.index or tags.get(row.id) != bytes(row.tag) for row in rows)
        last = rows[-1].id
    return found


def _texts(house: House, rows: Sequence[Token]) -> dict[UUID, str]:
    """Tokens in clear, without those that do not open."""
    found = {}
    for row in rows:
        with suppress(SealRefused):
            found[row.id] = house.display_key.open_masks([(row.id, 1, bytes(row.sealed))])[0]["token"]
    return found
