"""JSON value by value: the place is `#` and the path of the value as a JSON Pointer (RFC 6901), as `#/clients/3/phone`.

Strings are decoded, numbers keep their digits as written; the key is the heading of its value. Keys that hold digits
are read too, at the place of their object. One document per line counts the lines before: `#line=2/phone`. What is no
JSON, and what is larger than fits in memory as a tree, is read as text.

>>> [(p.place, p.text, p.heading) for p in json_passages('{"a": [{"手机": 15400000001}]}') or ()]
[('#/a/0/手机', '15400000001', '手机')]
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.passage import Passage

LARGEST: Final = 32 * 1024 * 1024
_TELLING: Final = re.compile("[0-9]{6}|@")


def json_passages(text: str) -> Iterator[Passage] | None:
    """The values of a document, or of a document per line; None when it is neither."""
    try:
        return _values(_parsed(text), "#", "")
    except (ValueError, RecursionError):
        pass
    try:
        lines = [(number, _parsed(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    except (ValueError, RecursionError):
        return None
    return (passage for number, value in lines for passage in _values(value, f"#line={number}", ""))


def _parsed(text: str) -> object:
    value: object = json.loads(text, object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str)
    if isinstance(value, bool | None):
        raise ValueError("a word is no document")
    return value


def _values(value: object, place: str, heading: str) -> Iterator[Passage]:
    if isinstance(value, str):
        if value:
            yield Passage(value, place=place, heading=heading)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _values(item, f"{place}/{at}", heading)
    elif isinstance(value, tuple):
        keys = "\n".join(key for key, _ in value if _TELLING.search(key))
        if keys:
            yield Passage(keys, place=place, heading=heading)
        for key, item in value:
            yield from _values(item, f"{place}/{key.replace('~', '~0').replace('/', '~1')}", key)
