"""Finding records by index entries: the one place that reads tags. Nothing here opens a value or asks for a unit's key.

Rules: a hit is always a true one. Tags of identifiers are equal only where values are; a cut tag or the tags of grams
give candidates, and a candidate counts once the masks sealed beside its record, which hold names whole, say the same.
The masks open under the display key, which a web process has from its start, so that looking releases nothing. At most
MOST_OPENED candidates are looked at for one search.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from fengni.apps.vault.store.house import House
from fengni.apps.vault.store.indexing import GRAM_NUMBERS, KINDS, NUMBERS, asked_for, gram_tags, tags_of
from fengni.apps.vault.store.shown import listed
from fengni.core.errors import BadInput
from fengni.core.vault import grams
from fengni.core.vault.blind_index import is_cut, last4_surname, normalise
from fengni.core.vault.grams import brand
from fengni.core.vault.initials import initials

MOST_OPENED: Final = 20_000
_FIRST: Final = 400
_AT_A_TIME: Final = 100
_ENTRIES: Final = "SELECT t.kind, t.tag, t.subject_kind, t.subject_id, t.client_id, t.record_id FROM vault_tag t"
_OF_MANY: Final = (
    "JOIN unnest(%s::smallint[], %s::bytea[]) n (kind, tag) ON t.kind = n.kind AND t.tag = n.tag WHERE true"
)
_COMPANY_KINDS: Final = ("company_name", "former_name", "short_name")


class Hit(NamedTuple):
    """A record that an index and a value, as asked for, lead to."""

    by: str  # the index
    value: str
    subject_kind: str
    subject: UUID
    client: UUID


class _Entry(NamedTuple):
    by: str  # the index
    values: Sequence[str]  # asked for under the entry's tag
    subject_kind: str
    subject: UUID
    client: UUID
    record: UUID


def hits(
    home: House, wanted: Mapping[str, Collection[str]], *, clients: Collection[UUID] | None = None, most: int = 0
) -> list[Hit]:
    """The records that equal one of the values by index; inside `clients` where given; at most `most` unless 0."""
    asked = {index: list(dict.fromkeys(values)) for index, values in wanted.items()}
    values_of: dict[tuple[int, bytes], list[str]] = {}
    for version in home.indexes:
        for index, made in tags_of(home, asked, version).items():
            for value, tag in zip(asked[index], made, strict=True):
                if tag is not None:
                    values_of.setdefault((NUMBERS[index], tag), []).append(value)
    if not values_of:
        return []
    limit = MOST_OPENED if most and any(is_cut(index) for index in wanted) else most
    entries = _entries(values_of, clients, limit)
    return list(islice(_true(home, entries), most or None))


def part_hits(
    home: House, words: str, indexes: Iterable[str], *, clients: Collection[UUID] | None, most: int
) -> list[Hit]:
    """The records that hold the words in one of their names; at most `most` of each index."""
    found: list[Hit] = []
    for index in indexes:
        of_index = list[Hit]()
        for version in home.indexes:
            of_index += _part_hits(home, words, index, version, clients, most)
        found += of_index[:most]
    return found


def _part_hits(
    home: House, words: str, index: str, version: int, clients: Collection[UUID] | None, most: int
) -> list[Hit]:
    asked, every = asked_for(index, words)
    tags = gram_tags(home, {index: asked}, version).get(index, {}) if asked else {}
    limit = _FIRST if tags else 0
    true = list[Hit]()
    while limit:
        candidates = _candidates((index, version), words, sorted(set(tags.values())), every, clients, limit)
        true = list(islice(_true(home, candidates), most))
        if len(true) >= most or len(candidates) < limit or limit >= MOST_OPENED:
            break
        limit = MOST_OPENED
    return true


def comparable(index: str, value: str) -> bool:
    """Whether anything of a value is left to compare."""
    try:
        return bool(normalise(index, value))
    except BadInput:
        return False


def _entries(
    values_of: Mapping[tuple[int, bytes], Sequence[str]], clients: Collection[UUID] | None, limit: int
) -> list[_Entry]:
    kinds, tags = [kind for kind, _ in values_of], [tag for _, tag in values_of]
    # One entry, which is most searches: planning a join takes longer than reading it.
    single = len(tags) == 1
    asked = "WHERE t.kind = %s AND t.tag = %s" if single else _OF_MANY
    given: list[Any] = [kinds[0], tags[0]] if single else [kinds, _array(tags)]  # Any: what the driver takes
    if clients is not None:
        asked, given = f"{asked} AND t.client_id = ANY(%s::uuid[])", [*given, list(clients)]
    with connection.cursor() as cursor:
        cursor.execute(f"{_ENTRIES} {asked} ORDER BY t.record_id LIMIT %s", [*given, limit or None])
        return [_Entry(KINDS[kind], values_of[kind, bytes(tag)], *rest) for kind, tag, *rest in cursor.fetchall()]


def _candidates(
    which: tuple[str, int], words: str, tags: Sequence[int], every: bool, clients: Collection[UUID] | None, limit: int
) -> list[_Entry]:
    index, version = which
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_kind, subject_id, client_id, record_id "
            "FROM vault_find_grams(%s::smallint, %s::smallint, %s::integer[], %s, %s::uuid[], %s)",
            [GRAM_NUMBERS[index], version, list(tags), every, None if clients is None else list(clients), limit],
        )
        return [_Entry(index, [words], *row) for row in cursor.fetchall()]


def _true(home: House, entries: Sequence[_Entry]) -> Iterator[Hit]:
    """The hits among entries, in their order; masks are opened as far as somebody reads on."""
    for start in range(0, len(entries), _AT_A_TIME):
        some = entries[start : start + _AT_A_TIME]
        masks = _masks(home, {entry.record for entry in some if _is_candidate(entry.by)})
        for entry in some:
            for value in entry.values:
                shown = masks.get(entry.record)
                if not _is_candidate(entry.by) or (shown and _SAME[entry.by](value, shown)):
                    yield Hit(entry.by, value, *entry[2:5])


def _is_candidate(index: str) -> bool:
    return index in GRAM_NUMBERS or is_cut(index)


def _masks(home: House, records: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """The masks of records. Raises SealRefused when one was tampered with."""
    if not records:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, revision, display FROM vault_record WHERE id = ANY(%s)", [list(records)])
        rows = cursor.fetchall()
    return dict(zip([row[0] for row in rows], home.display_key.open_masks(rows), strict=True))


def _array(tags: Iterable[bytes]) -> str:
    """Tags as PostgreSQL reads a bytea[]; the driver would look at each of ten thousand for itself."""
    return "{" + ",".join([f'"\\\\x{tag.hex()}"' for tag in tags]) + "}"


def _same(index: str, one: str, other: str) -> bool:
    return comparable(index, other) and normalise(index, one) == normalise(index, other)


def _same_initials(value: str, masks: Mapping[str, str]) -> bool:
    name = listed(masks, "name") or brand(masks.get("company_name", ""))
    return any(_same("name_initials", value, letters) for letters in initials(name))


def _in_a_company_name(words: str, masks: Mapping[str, str]) -> bool:
    return any(grams.holds("company_part", words, masks.get(kind, "")) for kind in _COMPANY_KINDS)


# The page's mask of an ID number ends with its last four.
_SAME: Final[Mapping[str, Callable[[str, Mapping[str, str]], bool]]] = {
    "name": lambda value, masks: _same("name", value, listed(masks, "name")),
    "name_initials": _same_initials,
    "last4_surname": lambda value, masks: _same(
        "last4_surname", value, last4_surname(listed(masks, "name"), masks.get("id_number", ""))
    ),
    "name_part": lambda words, masks: grams.holds("name_part", words, listed(masks, "name")),
    "company_part": _in_a_company_name,
}
