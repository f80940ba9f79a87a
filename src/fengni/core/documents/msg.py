"""Outlook messages ([MS-OXMSG]): `#headers`, the text `#1`, its HTML `#2`, attachments `#name`, as in eml.

Attached messages are read in the same way below their own name. A body kept as RTF alone is reported as not read.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from fengni.core.documents.inside import Inside
from fengni.core.documents.markup import html_passages
from fengni.core.documents.ole import Ole
from fengni.core.errors import UnreadableFile
from fengni.core.pii.passage import Passage

# Properties by their ids ([MS-OXPROPS]); a stream's name ends in id and type.
_BODY, _RTF, _HTML = "1000", "1009", "1013"
_FILE, _LONG_NAME, _SHORT_NAME, _SHOWN_NAME = "3701", "3707", "3704", "3001"
_STREAM: Final = "__SUBSTG1.0_"
_UNICODE, _ANSI, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"
_CHARSET: Final = re.compile(rb"""<meta[^>]{0,200}charset\s{0,8}=\s{0,8}["']?([A-Za-z0-9_-]{1,40})""", re.IGNORECASE)


_Streams = dict[str, tuple[str, ...]]  # the streams of one storage by name, in upper case


def msg_passages(ole: Ole, inside: Inside, at: tuple[str, ...] = ()) -> Iterator[Passage]:
    """The text of a message in the storage `at`, and its attachments. Raises UnreadableFile for a damaged part."""
    streams = _streams(ole, at)
    heads = _strings(ole, streams)
    for recipient in _storages(ole, at, "__recip_version1.0_"):
        heads.append(" ".join(_strings(ole, _streams(ole, recipient))))
    yield Passage("\n".join(heads), place="#headers")
    body, html = _string(ole, streams, _BODY), _html(ole, streams)
    if body:
        yield Passage(body, place="#1")
    if html:
        yield from html_passages(html, "#2")
    if not body and not html and f"{_RTF}{_BINARY}" in streams:
        inside.refuse("rtf", "pii.kind-not-read")
    for number, attachment in enumerate(_storages(ole, at, "__attach_version1.0_"), 1):
        yield from _attachment(ole, attachment, number, inside)


def _attachment(ole: Ole, at: tuple[str, ...], number: int, inside: Inside) -> Iterator[Passage]:
    own = _streams(ole, at)
    names = (_string(ole, own, name) for name in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))
    name = next(filter(None, names), f"attachment{number}")
    message = next((path[: len(at) + 1] for path in ole.paths if path[: len(at)] == at and _is_message(path, at)), None)
    data = own.get(f"{_FILE}{_BINARY}")
    if message is not None:
        yield from inside.within(name, lambda inner: msg_passages(ole, inner, message))
    elif data is not None:
        try:
            content = ole.read(*data)
        except UnreadableFile as e:
            inside.refuse(name, e.code)
            return
        yield from inside.document(content, name)


def _is_message(path: tuple[str, ...], at: tuple[str, ...]) -> bool:
    return len(path) > len(at) + 1 and path[len(at)].upper() == f"{_STREAM}{_FILE}{_OBJECT}"


def _streams(ole: Ole, at: tuple[str, ...]) -> _Streams:
    """The streams of properties in one storage, by id and type."""
    return {path[-1].upper().removeprefix(_STREAM): path for path in ole.paths if path[:-1] == at}


def _storages(ole: Ole, at: tuple[str, ...], begin: str) -> list[tuple[str, ...]]:
    found = {p[: len(at) + 1] for p in ole.paths if p[: len(at)] == at and len(p) > len(at) + 1}
    return sorted(path for path in found if path[-1].lower().startswith(begin))


def _strings(ole: Ole, streams: _Streams) -> list[str]:
    """Every text but the body, by number: subject, people, transport headers, what a contact's card holds."""
    numbers = sorted({name[:4] for name in streams if name[4:] in (_UNICODE, _ANSI)} - {_BODY, _HTML})
    return [text for number in numbers if (text := _string(ole, streams, number))]


def _string(ole: Ole, streams: _Streams, number: str) -> str:
    if (path := streams.get(f"{number}{_UNICODE}")) is not None:
        return ole.read(*path).decode("utf-16-le", "replace").rstrip("\0")
    if (path := streams.get(f"{number}{_ANSI}")) is not None:
        return _guessed(ole.read(*path)).rstrip("\0")
    return ""


def _html(ole: Ole, streams: _Streams) -> str:
    path = streams.get(f"{_HTML}{_BINARY}")
    if path is None:
        return _string(ole, streams, _HTML)
    data = ole.read(*path)
    named = _CHARSET.search(data[:4096])
    try:
        return data.decode(codecs.lookup(named[1].decode()).name if named else "utf-8")
    except (LookupError, UnicodeError):
        return _guessed(data)


def _guessed(data: bytes) -> str:
    """Eight-bit text: the message's code page is seldom told truly, so what fits is taken."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    return data.decode("utf-8", "replace")
