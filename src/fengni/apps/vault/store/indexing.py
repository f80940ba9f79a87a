"""Which index entries a record has, and the numbers under which the table keeps their kinds.

A number is never given to another kind. Tags are made by the key process in batches; nothing here holds a key.

>>> list(entries_of({"name": "陆知衡", "id_number": "990101198802290212"}))
[('name', '陆知衡'), ('name_initials', 'lzh'), ('id_number', '990101198802290212'), ('last4_surname', '陆/0212')]
>>> list(entries_of({"company_name": "示例·青禾智造有限公司"}))
[('company_name', '示例·青禾智造有限公司'), ('company_name', '青禾智造'), ('name_initials', 'qhzz')]
"""

from __future__ import annotations

import re
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
_LEGAL_FORM: Final = re.compile("(?:股份有限公司|有限责任公司|有限公司|分公司|总公司|公司)?(?:[（(][^（）()]*[）)])?$")
_INDEXES: Final = MappingProxyType({kind: e.index for kind, e in ELEMENTS.items() if e.index})


def entries_of(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(index, value) of everything a record is found by."""
    for kind, value in fields.items():
        if kind == "company_name":
            yield from _entries_of_company(value)
            continue
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


def brand(company_name: str) -> str:
    """What people call a company: without what stands before the dot, and without its legal form.

    >>> brand("示例·青禾智造有限公司"), brand("青禾智造股份有限公司(有限合伙)"), brand("有限公司")
    ('青禾智造', '青禾智造', '有限公司')
    """
    short = _LEGAL_FORM.sub("", company_name.strip()).rpartition("·")[2]
    return short if len(short) > 1 else company_name


def _entries_of_company(name: str) -> Iterator[tuple[str, str]]:
    short = brand(name)
    yield "company_name", name
    if short != name:
        yield "company_name", short
    for letters in initials(short):
        yield "name_initials", letters


def tags_of(house: House, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[bytes | None]]:
    """The tags of values by index, in the order given."""
    groups = [(index, values) for index, values in wanted.items() if values]
    made = custodian().tags(house.tenant_id, house.suite, groups)
    return {index: tags for (index, _), tags in zip(groups, made, strict=True)}
