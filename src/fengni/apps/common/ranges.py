"""Ranges of bytes in HTTP: which part of a file is asked for, and which part arrives (RFC 9110, sections 14.1 to 14.4).

>>> asked("bytes=0-99", 1000), asked("bytes=-10", 1000), asked("bytes=990-", 1000)
((0, 99), (990, 999), (990, 999))
>>> asked("bytes=0-1,5-6", 1000), asked("lines=1-2", 1000), asked("bytes=9-3", 1000)
(None, None, None)
>>> asked("bytes=1000-", 1000)
Traceback (most recent call last):
    ...
fengni.apps.common.ranges.Unsatisfiable
>>> arriving("bytes 0-99/1000"), arriving("bytes */1000")
((0, 99, 1000), (-1, -1, 1000))
"""

from __future__ import annotations

import re
from typing import Final

from fengni.core.errors import BadInput

_ASKED: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_ARRIVING: Final = re.compile(r"bytes (?:([0-9]{1,18})-([0-9]{1,18})|\*)/([0-9]{1,18})")


class Unsatisfiable(Exception):
    """The range lies outside the file: answered with 416."""


def asked(header: str, size: int) -> tuple[int, int] | None:
    """The first and last byte of a Range header for a file of `size` bytes; None where the whole file is meant.

    A header that is malformed, of another unit or of several ranges is passed over, as section 14.2 allows. Raises
    Unsatisfiable.
    """
    found = _ASKED.fullmatch(header.strip())
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        span = (max(0, size - int(last)), size - 1)
    else:
        if last and int(last) < int(first):
            return None
        span = (int(first), min(int(last), size - 1) if last else size - 1)
    if span[0] >= size:
        raise Unsatisfiable
    return span


def arriving(header: str) -> tuple[int, int, int]:
    """First byte, last byte and size of a Content-Range header; -1 twice where nothing arrives. Raises BadInput."""
    found = _ARRIVING.fullmatch(header.strip())
    if found is None:
        raise BadInput("api.content-range")
    size = int(found[3])
    if found[1] is None:
        return -1, -1, size
    first, last = int(found[1]), int(found[2])
    if not first <= last < size:
        raise BadInput("api.content-range")
    return first, last, size
