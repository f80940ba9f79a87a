"""Ranges of bytes in HTTP: which part of a file is asked for, which part arrives, and the answer that hands it out
(RFC 9110, sections 14.1 to 14.4).

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
from collections.abc import Iterator
from itertools import chain
from typing import Final, Protocol

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import parse_etags

from fengni.core.errors import BadInput

_ASKED: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_ARRIVING: Final = re.compile(r"bytes (?:([0-9]{1,18})-([0-9]{1,18})|\*)/([0-9]{1,18})")

_ENDINGS: Final = {
    "application/pdf": "pdf", "application/zip": "zip", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp",
    "image/gif": "gif", "video/mp4": "mp4", "video/x-matroska": "mkv", "video/x-msvideo": "avi",
}  # fmt: skip


class About(Protocol):
    """What a file is: its media type and its size in bytes."""

    @property
    def media_type(self) -> str: ...
    @property
    def size(self) -> int: ...


class Readable(Protocol):
    """A file that is read in parts; `tag` changes with it and tells nothing of it."""

    @property
    def head(self) -> About: ...
    @property
    def tag(self) -> str: ...
    def read(self, first: int, last: int) -> Iterator[bytes]:
        """The bytes between two offsets, both included."""


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


def handed_out(request: HttpRequest, found: Readable, name: str) -> HttpResponse | StreamingHttpResponse:
    """The answer with a file or the range that is asked for: 200, 206 or 416, never kept by anybody on the way.

    Its first part is read before anything leaves, so a file that does not open is an error and not a cut-off answer.
    """
    size, tag = found.head.size, f'"{found.tag}"'
    wanted = request.headers.get("Range", "")
    if (held := request.headers.get("If-Range", "")) and parse_etags(held) != [tag]:
        wanted = ""
    try:
        span = asked(wanted, size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Cache-Control": "no-store"})
    first, last = span or (0, size - 1)
    parts = found.read(first, last)
    begin = next(parts)
    response = StreamingHttpResponse(
        chain((begin,), parts), status=206 if span else 200, content_type=found.head.media_type
    )
    ending = _ENDINGS.get(found.head.media_type, "bin")
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response["Content-Length"], response["Accept-Ranges"] = str(last + 1 - first), "bytes"
    response["ETag"], response["Cache-Control"] = tag, "no-store"
    if span:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response
