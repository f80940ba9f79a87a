"""Which index entries a record has, and the numbers under which the table keeps their kinds.

A number is never given to another kind. Tags are made by the key process in batches; nothing here holds a key.

>>> list(entries_of({"name": "陆知衡", "id_number": "990101198802290212"}))
[('name', '陆知衡'), ('name_initials', 'lzh'), ('id_number', '990101198802290212'), ('last4_surname', '陆/0212')]
>>> list(entries_of({"company_name": "示例·青禾智造有限公司"}))
[('company_name', '示例·青禾智造有限公司'), ('company_name', '青禾智造'), ('name_initials', 'qhzz')]
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from fengni.apps.common.bulk import number2, number4
from fengni.apps.common.custodian import custodian
from fengni.apps.vault.store.house import House
from fengni.core.vault import grams
from fengni.core.vault.blind_index import last4_surname
from fengni.core.vault.catalogue import ELEMENTS
from fengni.core.vault.grams import brand
from fengni.core.vault.initials import initials

FILES: Final = 1
"""The version of the keys that tags of files are made under: what they are of is not kept, so none is made anew."""
NUMBERS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "id_number": 1,
        "uscc": 2,
        "mobile": 3,
        "name": 4,
        "name_initials": 5,
        "last4_surname": 6,
        "company_name": 7,
        "passport": 8,
    }
)
GRAM_NUMBERS: Final[Mapping[str, int]] = MappingProxyType({"name_part": 9, "company_part": 10})
KINDS: Final = MappingProxyType({number: kind for kind, number in {**NUMBERS, **GRAM_NUMBERS}.items()})
_KEPT_TAG: Final = 2 + 1 + 16
_INDEXES: Final = MappingProxyType({kind: e.index for kind, e in ELEMENTS.items() if e.index})


def entries_of(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(index, value) of everything a record is found by."""
    for kind, value in fields.items():
        if kind == "company_name":
            yield from _entries_of_company(value)
            continue
        for index in _INDEXES.get(kind, ()):
            if index in GRAM_NUMBERS:
                continue
            if index == "name_initials":
                yield from ((index, letters) for letters in initials(value))
            elif index == "last4_surname":
                if fields.get("name"):
                    yield index, last4_surname(fields["name"], value)
            elif "\n" in value:
                yield from ((index, line) for line in value.splitlines() if line)
            else:
                yield index, value


def grams_of(fields: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By index, the grams a record is found by; of a spread one one of its places, at random.

    >>> grams_of({"name": "禤示例", "id_number": "990101198802290212"})
    {'name_part': ('^禤/0', '示例', '禤示')}
    """
    found = _grams(fields)
    return {index: tuple(sorted(_placed(index, one) for one in of_index)) for index, of_index in found.items()}


def grams_allowed(fields: Mapping[str, str]) -> dict[str, list[tuple[str, ...]]]:
    """By index, what a record may have for each of its grams: the gram, or one of the places of a spread one.

    >>> grams_allowed({"name": "禤示例"})
    {'name_part': [('^禤/0',), ('示例',), ('禤示',)]}
    """
    return {
        index: [
            tuple(f"{one}/{place}" for place in range(grams.spread(one))) if _is_spread(index, one) else (one,)
            for one in sorted(of_index)
        ]
        for index, of_index in _grams(fields).items()
    }


def _grams(fields: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, value in fields.items():
        for index in _INDEXES.get(kind, ()):
            if index in GRAM_NUMBERS:
                found.setdefault(index, set()).update(grams.grams(index, value))
    return found


def _is_spread(index: str, gram: str) -> bool:
    return index == "name_part" and gram.startswith(grams.BEGIN)


def _placed(index: str, gram: str) -> str:
    """A gram as it is tagged: a beginning of a person's name has a place among those it is spread over."""
    return f"{gram}/{secrets.randbelow(grams.spread(gram))}" if _is_spread(index, gram) else gram


def asked_for(index: str, words: str) -> tuple[tuple[str, ...], bool]:
    """The grams to search for, and whether a record must have all of them (else any); none for words too short."""
    wanted = grams.wanted(index, words)
    if not wanted or not wanted[0].startswith(grams.BEGIN) or index != "name_part":
        return wanted, True
    return tuple(f"{wanted[0]}/{place}" for place in range(grams.spread(wanted[0]))), False


def gram_tags(
    house: House, wanted: Mapping[str, Collection[str]], version: int | None = None
) -> dict[str, dict[str, int]]:
    """The tags of grams by index and gram, as the numbers that the table keeps; under the newest keys unless said."""
    asked = {index: list(values) for index, values in wanted.items()}
    return {
        index: {
            gram: int.from_bytes(tag, "big", signed=True)
            for gram, tag in zip(asked[index], made, strict=True)
            if tag is not None
        }
        for index, made in tags_of(house, asked, version).items()
    }


def _entries_of_company(name: str) -> Iterator[tuple[str, str]]:
    short = brand(name)
    yield "company_name", name
    if short != name:
        yield "company_name", short
    for letters in initials(short):
        yield "name_initials", letters


def tags_of(
    house: House, wanted: Mapping[str, Sequence[str]], version: int | None = None
) -> dict[str, list[bytes | None]]:
    """The tags of values by index, in the order given; under the newest keys unless said."""
    groups = [(index, values) for index, values in wanted.items() if values]
    made = custodian().tags(house.tenant_id, house.suite, groups, version or house.index)
    return {index: tags for (index, _), tags in zip(groups, made, strict=True)}


def kept_grams(kind: int, version: int, numbers: Sequence[int]) -> bytes:
    """A row of grams as RecordHistory keeps it."""
    head = number2(kind) + bytes((version,)) + len(numbers).to_bytes(2, "big")
    return head + b"".join([number4(one) for one in numbers])


def tags_kept(kept: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Kind, version and tag of the entries that RecordHistory kept."""
    for at in range(0, len(kept), _KEPT_TAG):
        kind, version = struct.unpack_from(">hB", kept, at)
        yield kind, version, kept[at + 3 : at + _KEPT_TAG]


def grams_kept(kept: bytes) -> Iterator[tuple[int, int, list[int]]]:
    """Kind, version and numbers of the rows that RecordHistory kept."""
    at = 0
    while at < len(kept):
        kind, version, many = struct.unpack_from(">hBH", kept, at)
        yield kind, version, list(struct.unpack_from(f">{many}i", kept, at + 5))
        at += 5 + 4 * many
