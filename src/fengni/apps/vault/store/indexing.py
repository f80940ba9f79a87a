"""Which index entries a record has, and the numbers under which the table keeps their kinds.

A number is never given to another kind. Tags are made by the key process in batches; nothing here holds a key.

>>> list(entries_of({"name": "陆知衡", "id_number": "990101198802290212"}))
[('name', '陆知衡'), ('name_initials', 'lzh'), ('id_number', '990101198802290212'), ('last4_surname', '陆/0212')]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from fengni.apps.common.custodian import custodian
from fengni.apps.vault.store.house import House
from fengni.core.vault.blind_index import last4_surname
from fengni.core.vault.catalogue import ELEMENTS
from fengni.core.vault.initials import initials

VERSION: Final = 1
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
KINDS: Final = MappingProxyType({number: kind for kind, number in NUMBERS.items()})
_INDEXES: Final = MappingProxyType({kind: e.index for kind, e in ELEMENTS.items() if e.index})


def entries_of(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(index, value) of everything a record is found by."""
    for kind, value in fields.items():
        for index in _INDEXES.get(kind, ()):
            if index == "name_initials":
                yield from ((index, letters) for letters in initials(value))
            elif index == "last4_surname":
                if fields.get("name"):
                    yield index, last4_surname(fields["name"], value)
            elif "\n" in value:
                yield from ((index, line) for line in value.splitlines() if line)
            else:
                yield index, value


def tags_of(house: House, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[bytes | None]]:
    """The tags of values by index, in the order given."""
    groups = [(index, values) for index, values in wanted.items() if values]
    made = custodian().tags(house.tenant_id, house.suite, groups)
    return {index: tags for (index, _), tags in zip(groups, made, strict=True)}
