"""The fields of one record as bytes: canonical JSON, padded.

Rules: an object of field kind → text and nothing else; keys in order of their code points; no blanks; only what
JSON demands is escaped, the rest is UTF-8. For such objects this is RFC 8785. Spaces then fill up to a multiple of
32 bytes, so that the length of a ciphertext says little about the length of a name. An empty object is 32 bytes as
well.

>>> pack({"name": "示例", "mobile": "15400000001"}).rstrip().decode()
'{"mobile":"15400000001","name":"示例"}'
>>> unpack(pack({"name": "示例"}))
{'name': '示例'}
"""

from __future__ import annotations

from collections.abc import Mapping
from json import JSONDecoder
from json.encoder import encode_basestring
from json.scanner import make_scanner
from typing import Final

from fengni.core.errors import BadInput, SealRefused

BLOCK: Final = 32
# What loads() calls after it has looked for blanks and encodings; the stubs name the type of the context wrongly.
_scan: Final = make_scanner(JSONDecoder())  # type: ignore[arg-type]
_join: Final = "".join


def pack(fields: Mapping[str, str]) -> bytes:
    """Canonical bytes of `fields`. Raises BadInput when a key or value is not text (a lone surrogate is none)."""
    try:
        parts = [encode_basestring(kind) + ":" + encode_basestring(fields[kind]) for kind in sorted(fields)]
        packed = ("{" + ",".join(parts) + "}").encode()
    except (TypeError, UnicodeEncodeError):
        raise BadInput("vault.fields-not-text") from None
    return packed + b" " * (-len(packed) % BLOCK)


def unpack(packed: bytes) -> dict[str, str]:
    """The fields that `pack` wrote. Raises SealRefused for anything it would not have written in shape or type."""
    try:
        text = packed.rstrip(b" ").decode()
        fields, end = _scan(text, 0)
        if type(fields) is not dict or end != len(text):
            raise SealRefused
        _join(fields.values())  # refuses whatever is not text
    except (ValueError, TypeError, RecursionError, StopIteration):
        raise SealRefused from None
    return fields
