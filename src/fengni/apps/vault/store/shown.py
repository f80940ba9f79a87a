"""What a list or a page may show of a record: the layout of its display envelope.

    kind          mask for the page          "id_number": "990101********0212"
    kind#list     mask for lists             "id_number#list": "9****************2", "name#list": the whole name
    kind#state    mark of a value            "id_number#state": "verify" or "damaged"

The sealed fields carry the mark under the same key, `kind#hint` for what is left of a damaged value (masked; the value
itself is absent), and `kind#original` for what was typed where reading it changed its meaning. A kind has no "#".

>>> masks_of({"name": "陆知衡", "mobile": "15400000001"})
{'name': '陆*衡', 'name#list': '陆知衡', 'mobile': '154****0001', 'mobile#list': '1*********1'}
>>> masks_of({"id_number#state": "damaged", "id_number#hint": "990101****"})
{'id_number#state': 'damaged', 'id_number': '990101****', 'id_number#list': '••••'}
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from fengni.core.vault.masking import HIDDEN, mask, mask_list

LIST = "#list"
STATE = "#state"
HINT = "#hint"
ORIGINAL = "#original"
VERIFY = "verify"
DAMAGED = "damaged"
LISTED_KINDS = frozenset({"name", "id_number", "mobile", "passport", "hk_macau_permit"})


def masks_of(fields: Mapping[str, str]) -> dict[str, str]:
    """The display of a record's fields."""
    masks: dict[str, str] = {}
    for key, value in fields.items():
        kind, mark, about = key.partition("#")
        if not mark:
            masks[kind] = mask(kind, value)
            if kind in LISTED_KINDS:
                masks[kind + LIST] = mask_list(kind, value)
        elif about == "state":
            masks[key] = value
            if value == DAMAGED:
                masks[kind] = fields.get(kind + HINT) or HIDDEN
                if kind in LISTED_KINDS:
                    masks[kind + LIST] = HIDDEN
    return masks


def merged(former: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """A record's fields after somebody gave some of them anew.

    What is not given stays. A damaged value replaces nothing; the same value keeps the mark it had; a changed company
    name goes on as former name.

    >>> merged({"company_name": "示例·甲"}, {"company_name": "示例·乙"})
    {'company_name': '示例·乙', 'former_name': '示例·甲'}
    >>> merged({"mobile": "15400000001"}, {"mobile#state": "damaged"})
    {'mobile': '15400000001'}
    """
    fields = dict(former)
    for kind in dict.fromkeys(key.partition("#")[0] for key in given):
        if kind in former and given.get(kind) in (None, former[kind]):
            continue
        for key in [key for key in fields if key.partition("#")[0] == kind]:
            del fields[key]
        fields |= {key: value for key, value in given.items() if key.partition("#")[0] == kind}
    replaced = former.get("company_name")
    if replaced and replaced != fields.get("company_name"):
        names = fields.get("former_name", "").splitlines()
        fields["former_name"] = "\n".join([*names, *([] if replaced in names else [replaced])])
    return fields


def kinds_in(fields: Mapping[str, str]) -> tuple[str, ...]:
    """The kinds that a record holds a value or a mark of, sorted."""
    return _kinds_in(tuple(fields))


@lru_cache(4096)
def _kinds_in(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({key.partition("#")[0] for key in keys}))


def listed(masks: Mapping[str, str], kind: str) -> str:
    """What a list shows of a kind, empty when the record has none."""
    return masks.get(kind + LIST, masks.get(kind, ""))


def name_shown(masks: Mapping[str, str], *, whole: bool) -> str:
    """A name: whole for those who must know whom a row is about, masked for others."""
    return listed(masks, "name") if whole else masks.get("name", "")
